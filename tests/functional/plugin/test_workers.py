import pytest

CRASH = """
class TestA(SSotBaseTestCase):
    @pytest.mark.spec("SU-001")
    @pytest.mark.parametrize("n", [1, 2])
    def test_crash(self, n):
        if n == 2:
            os._exit(9)

    @pytest.mark.spec("SU-002")
    def test_after(self):
        pass

    @pytest.mark.spec("SU-003")
    def test_pending(self):
        self.pending()
"""


@pytest.mark.parametrize("restart", ["0", "2"])
def test_crash_of_a_worker_is_a_failure(example, restart):
    example.write(test_a=CRASH)
    example.run_apart("-n1", f"--max-worker-restart={restart}")
    crashed = next(entry for entry in example.record["tests"] if entry["case"] == "2")
    assert (crashed["id"], crashed["outcome"]) == ("SU-001", "failed")
    assert (crashed["class_name"], crashed["function"]) == ("TestA", "test_crash")
    assert "crashed while running" in crashed["reason"]
    assert example.outcomes["test_crash[1]"] == "passed"
    assert example.record["exit"] != 0


def test_the_rest_runs_after_a_crash(example):
    example.write(test_a=CRASH)
    example.run_apart("-n2")
    assert example.outcomes == {
        "test_after": "passed",
        "test_crash[1]": "passed",
        "test_crash[2]": "failed",
        "test_pending": "pending",
    }


def test_crash_before_any_report_still_has_its_id(example):
    example.write(
        test_a="""
class TestA:
    def setup_method(self):
        os._exit(9)

    @pytest.mark.spec("SU-001")
    def test_crash(self):
        pass
"""
    )
    example.run_apart("-n1", "--max-worker-restart=0")
    (entry,) = example.record["tests"]
    assert (entry["id"], entry["outcome"]) == ("SU-001", "failed")
    assert entry["nodeid"] == "test_a.py::TestA::test_crash"
    assert entry["path"] == "test_a.py"


def test_crash_in_teardown_is_no_pass(example):
    example.write(
        test_a="""
class TestA:
    def teardown_method(self):
        os._exit(9)

    @pytest.mark.spec("SU-001")
    def test_crash(self):
        pass
"""
    )
    example.run_apart("-n1", "--max-worker-restart=0")
    assert example.outcomes == {"test_crash": "failed"}


def test_states_travel_from_workers(example):
    example.write(
        test_a="""
class TestA(SSotAsyncTestCase):
    @pytest.mark.spec("SU-001")
    async def test_swallowed(self):
        try:
            self.later()
        except BaseException:
            pass

    def later(self):
        self.pending()

    @pytest.mark.spec("SU-002")
    def test_untaken(self):
        if os.environ.get("NEVER"):
            self.pending()

    @pytest.mark.orphan("SU-003")
    def test_orphan(self):
        assert False
"""
    )
    example.run_apart("-n2")
    assert {e["id"]: (e["outcome"], e["reason"]) for e in example.record["tests"]} == {
        "SU-001": ("pending", "pending: SU-001"),
        "SU-002": ("pending", "pending: SU-002"),
        "SU-003": ("orphan", "orphan: SU-003"),
    }


def test_stopped_at_the_first_failure(example):
    tests = "".join(f"def test_{n}(): assert {n}\n" for n in range(20))
    example.write(test_a=tests)
    example.run_apart("-n2", "-x")
    assert example.outcomes["test_0"] == "failed"
    assert set(example.outcomes.values()) <= {"failed", "passed"}
    assert example.record["exit"] != 0


def test_only_the_controller_records(example):
    example.write(
        test_a="""
def test_plugins(request):
    plugins = request.config.pluginmanager
    assert plugins.hasplugin("suiteloom-states")
    for name in ("results", "summary", "record"):
        assert not plugins.hasplugin(f"suiteloom-{name}"), name
"""
    )
    example.run_apart("-n1")
    assert example.outcomes == {"test_plugins": "passed"}
