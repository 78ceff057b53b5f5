"""How pytest collects, runs and reports classes on the base classes."""

import os

import pytest

from suiteloom.ssot import get_env

pytest_plugins = ["pytester"]


def test_changes_of_one_test_are_not_seen_by_the_next(suite):
    os_before = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    env_before = get_env().get_debug_info()
    result = suite(
        """
class TestLeaks(SSotBaseTestCase):
    def test_first(self):
        self.set_env_var("LEAK_SET", "1")
        self.delete_env_var("PATH")
        self.env.protect_variable("LEAK_SET")
        self.env.add_change_callback(lambda *change: LOG.append(change))
        self.env.namespace("leak")
        os.environ["LEAK_DIRECT"] = "1"
        os.environ.pop("HOME", None)

    def test_second(self):
        assert self.env.get("LEAK_SET") is None
        assert self.env.exists("PATH")
        assert self.env.set("LEAK_SET", "2")
        assert LOG == []
        assert self.env.get_debug_info()["namespaces"] == {}
        assert "LEAK_DIRECT" not in os.environ
        assert "HOME" in os.environ

    def test_third_leaves_isolation(self):
        self.env.disable_isolation()
        self.env.set("LEAK_PROCESS", "1")
        assert os.environ["LEAK_PROCESS"] == "1"

def test_outside():
    assert not any(key.startswith("LEAK_") for key in os.environ)
    assert get_env().get("LEAK_SET") is None
"""
    )
    result.assert_outcomes(passed=4)
    os_after = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    assert os_after == os_before
    after = get_env().get_debug_info()
    runners = [key for key in env_before["variables"] if key.startswith("PYTEST_")]
    for info in (env_before, after):
        del info["test_context"]  # the inner run takes PYTEST_CURRENT_TEST away
        for key in runners:
            info["variables"].pop(key, None)
    assert after == env_before


def test_the_name_comes_from_the_process(suite, monkeypatch):
    monkeypatch.setenv("ENVIRONMENT", "staging")
    result = suite(
        """
class TestName(SSotBaseTestCase):
    def test_name(self):
        assert self.env.is_staging()
        self.set_env_var("ENVIRONMENT", "production")
        assert self.env.is_production()

    def test_again(self):
        assert self.env.is_staging()
"""
    )
    result.assert_outcomes(passed=2)


def test_metrics_and_name_are_attached(suite, pytester, monkeypatch):
    monkeypatch.setenv("ENVIRONMENT", "prod")
    pytester.makeconftest(
        """
def pytest_runtest_logreport(report):
    if report.when == "teardown":
        with open("properties.txt", "a") as file:
            print(report.nodeid.split("::")[-1], report.user_properties, file=file)
"""
    )
    result = suite(
        """
class TestMetrics(SSotBaseTestCase):
    def test_some(self):
        self.record_metric("m", 1.5)
        self.increment_llm_requests(2)
        self.set_env_var("ENVIRONMENT", "dev")

    def test_none_and_failing(self):
        self.add_cleanup(self.record_metric, "late", True)
        assert False
"""
    )
    result.assert_outcomes(passed=1, failed=1)
    name = ("suiteloom_environment", "production")
    some = [("suiteloom_metrics", {"m": 1.5, "llm_requests": 2}), name]
    late = [("suiteloom_metrics", {"late": True}), name]
    lines = (pytester.path / "properties.txt").read_text().splitlines()
    assert lines == [f"test_some {some}", f"test_none_and_failing {late}"]


@pytest.mark.parametrize("args", [(), ("-n", "2")], ids=["one-process", "xdist"])
def test_pending_is_skipped_with_the_id(suite, args):
    result = suite(
        """
class TestPending(SSotBaseTestCase):
    @pytest.mark.spec("SU-001")
    def test_with_id(self):
        self.pending("SU-001", rev="aaaaaa")

    def test_without_id(self):
        self.pending()

    @pytest.mark.spec("SU-003")
    def test_with_another_id(self):
        self.pending("SU-004", rev="aaaaaa")

class TestAsyncPending(SSotAsyncTestCase):
    @pytest.mark.spec("SU-002")
    @pytest.mark.asyncio
    async def test_with_id(self):
        await asyncio.sleep(0)
        self.pending()
""",
        "-rs",
        *args,
    )
    result.assert_outcomes(skipped=4)
    result.stdout.fnmatch_lines_random(
        [
            "SKIPPED [[]1[]] *_with_the_id.py:*: pending: SU-001",
            "SKIPPED [[]1[]] *.py:*: pending: test_without_id",
            "SKIPPED [[]1[]] *.py:*: pending: SU-002",
            "SKIPPED [[]1[]] *.py:*: pending: SU-003 (the call names SU-004)",
        ]
    )


def test_the_junit_report_has_the_bare_reason(suite, pytester):
    suite(
        """
class TestPending(SSotBaseTestCase):
    @pytest.mark.spec("SU-001")
    def test_with_id(self):
        self.pending()
""",
        "--junitxml=junit.xml",
    ).assert_outcomes(skipped=1)
    text = (pytester.path / "junit.xml").read_text()
    assert 'message="pending: SU-001"' in text


def test_a_swallowed_pending_is_on_the_instance(suite, pytester):
    pytester.makeconftest(
        """
def pytest_runtest_teardown(item):
    item.user_properties.append(("swallowed", item.instance._pending_called))

def pytest_runtest_logreport(report):
    if report.when == "teardown":
        print("PROPERTIES", report.nodeid[-4:], dict(report.user_properties))
"""
    )
    result = suite(
        """
class TestPending(SSotBaseTestCase):
    def test_bad(self):
        try:
            self.pending()
        except BaseException:
            pass

    def test_oka(self):
        pass
""",
        "-s",
    )
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["*PROPERTIES _bad*'swallowed': True*", "*PROPERTIES _oka*'swallowed': False*"]
    )


@pytest.mark.parametrize("with_super", [True, False], ids=["super", "no-super"])
def test_hooks_run_in_isolation(suite, with_super):
    call = "super()" if with_super else "object()"
    result = suite(
        f"""
class Project(SSotBaseTestCase):
    def setup_method(self):
        LOG.append("project setup")

class TestHooks(Project):
    def setup_method(self, method):
        getattr({call}, "setup_method", lambda: None)()
        self.set_env_var("LEAK_SETUP", method.__name__)
        self.add_cleanup(LOG.append, "cleanup")

    def teardown_method(self, method):
        getattr({call}, "teardown_method", lambda: None)()
        LOG.append("teardown")
        assert self.env.is_isolated()
        assert self.get_env_var("LEAK_SETUP") == method.__name__
        self.set_env_var("LEAK_TEARDOWN", "1")
        self.add_cleanup(LOG.append, "late cleanup")

    def test_one(self):
        assert self.get_env_var("LEAK_SETUP") == "test_one"

    def test_two(self):
        assert self.get_env_var("LEAK_TEARDOWN") is None

def test_outside():
    assert not get_env().is_isolated()
    assert get_env().get("LEAK_SETUP") is None
    first = ["project setup"] if {with_super} else []
    assert LOG == 2 * [*first, "cleanup", "teardown", "late cleanup"]
"""
    )
    result.assert_outcomes(passed=3)


@pytest.mark.parametrize("where", ["setup", "fixture", "test", "teardown"])
def test_a_failure_anywhere_leaves_nothing_behind(suite, where):
    result = suite(
        f"""
class TestFails(SSotBaseTestCase):
    def step(self, name):
        self.set_env_var("LEAK_" + name, "1")
        os.environ["LEAK_DIRECT"] = "1"
        if name == "{where}":
            raise ValueError(name)

    def setup_method(self):
        self.step("setup")

    def teardown_method(self):
        self.step("teardown")

    @pytest.fixture(autouse=True)
    def _a_fixture_of_its_own(self):
        self.step("fixture")
        self.add_cleanup(LOG.append, "cleanup")

    def test_one(self):
        self.step("test")

def test_outside():
    assert not get_env().is_isolated()
    assert not any(key.startswith("LEAK_") for key in os.environ)
    assert LOG == (["cleanup"] if "{where}" in ("test", "teardown") else [])
"""
    )
    outcomes = {
        "setup": {"passed": 1, "errors": 1},
        "fixture": {"passed": 1, "errors": 1},
        "test": {"passed": 1, "failed": 1},
        "teardown": {"passed": 2, "errors": 1},
    }
    result.assert_outcomes(**outcomes[where])


def test_wider_isolation_is_put_back(suite):
    result = suite(
        """
@pytest.fixture(scope="module", autouse=True)
def wide():
    env = get_env()
    env.enable_isolation()
    env.set("WIDE", "1", "wide")
    env.protect_variable("WIDE")
    yield
    env.disable_isolation()

class TestInner(SSotBaseTestCase):
    def test_fresh(self):
        assert not self.env.exists("WIDE")
        assert not self.env.is_protected("WIDE")
        self.set_env_var("WIDE", "2")

def test_after():
    assert get_env().is_isolated()
    assert get_env().get("WIDE") == "1"
    assert get_env().get_variable_source("WIDE") == "wide"
    assert get_env().is_protected("WIDE")
"""
    )
    result.assert_outcomes(passed=2)


def test_other_fixtures_see_the_environment_of_the_test(suite):
    result = suite(
        """
@pytest.fixture
def setting():
    get_env().set("FROM_FIXTURE", "1", "fixture")
    yield
    assert get_env().get("FROM_TEST") == "1"

@pytest.fixture
def patched(monkeypatch):
    monkeypatch.setenv("PATCHED", "1")

class TestFixtures(SSotBaseTestCase):
    def test_one(self, setting):
        assert self.get_env_var("FROM_FIXTURE") == "1"
        self.set_env_var("FROM_TEST", "1")

    def test_two(self, patched):
        assert self.get_env_var("PATCHED") is None
        self.env.enable_isolation()
        assert self.get_env_var("PATCHED") == "1"

    def test_three(self):
        assert "PATCHED" not in os.environ
"""
    )
    result.assert_outcomes(passed=3)


def test_state_is_on_the_instance(suite):
    result = suite(
        """
class TestState(SSotBaseTestCase):
    def test_one(self):
        self.record_metric("m", 1)
        self.increment_database_queries()

    def test_two(self):
        assert self.get_all_metrics() == {}
        assert vars(SSotBaseTestCase).get("_ssot_case") is None
"""
    )
    result.assert_outcomes(passed=2)


def test_classes_run_under_xdist(suite):
    result = suite(
        """
class TestMany(SSotAsyncTestCase):
    @pytest.mark.parametrize("number", range(20))
    def test_sync(self, number):
        assert not self.env.exists("SHARED")
        self.set_env_var("SHARED", str(number))
        self.record_metric("number", number)

    @pytest.mark.asyncio
    @pytest.mark.parametrize("number", range(20))
    async def test_async(self, number):
        assert not self.env.exists("SHARED")
        self.set_env_var("SHARED", str(number))
        await asyncio.sleep(0)
        assert self.get_env_var("SHARED") == str(number)
""",
        "-n",
        "2",
    )
    result.assert_outcomes(passed=40)


def test_the_base_classes_themselves_are_not_collected(suite):
    result = suite("", "--collect-only")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
