import pytest

ONE = """
class TestA(SSotAsyncTestCase):
    @pytest.mark.spec("SU-001", rev="aaaaaa.bbbbbb")
"""


def entry(example):
    """The one test that ran."""
    (only,) = example.record["tests"]
    return only


def test_orphan_is_skipped_by_name(example):
    example.write(
        test_a="""
class TestA(SSotBaseTestCase):
    def setup_method(self):
        open("ran", "w").close()

    @pytest.mark.orphan("SU-009", rev="aaaaaa.bbbbbb")
    @pytest.mark.skipif(True, reason="another reason")
    def test_a(self):
        assert False
"""
    )
    result = example.run("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*test_a.py:10: orphan: SU-009"])
    assert (entry(example)["id"], entry(example)["outcome"]) == ("SU-009", "orphan")
    assert entry(example)["reason"] == "orphan: SU-009"
    assert not (example.path / "ran").exists()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("self.pending()", id="plain"),
        pytest.param("if os.environ.get('NEVER'): self.pending()", id="untaken_branch"),
        pytest.param("return\n        self.pending()", id="behind_return"),
        pytest.param("assert False\n        self.pending()", id="behind_failure"),
    ],
)
@pytest.mark.parametrize("word", ["def", "async def"])
def test_pending_is_told_from_the_text(example, body, word):
    example.write(
        test_a=ONE
        + f"""    {word} test_a(self):
        open("ran", "w").close()
        {body}
"""
    )
    result = example.run("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*: pending: SU-001"])
    assert entry(example)["outcome"] == "pending"
    assert entry(example)["reason"] == "pending: SU-001"
    assert not (example.path / "ran").exists()


def test_pending_call_of_another_test_is_told(example):
    example.write(
        test_a=ONE
        + """    def test_a(self):
        self.pending("SU-002", rev="aaaaaa")
"""
    )
    example.run()
    assert entry(example)["outcome"] == "pending"
    assert entry(example)["reason"] == "pending: SU-001 (the call names SU-002)"


def test_every_case_of_a_pending_test_is_pending(example):
    example.write(
        test_a=ONE
        + """    @pytest.mark.parametrize("n", [1, 2])
    def test_a(self, n):
        if n == 2:
            self.pending()
"""
    )
    example.run()
    assert example.outcomes == {"test_a[1]": "pending", "test_a[2]": "pending"}


def test_pending_in_a_helper_is_seen_when_it_runs(example):
    example.write(
        test_a=ONE
        + """    def test_a(self):
        self.later()

    def later(self):
        self.pending()
"""
    )
    example.run().assert_outcomes(skipped=1)
    assert entry(example)["outcome"] == "pending"


SWALLOWED = """
    def later(self):
        try:
            self.pending()
        except BaseException:
            pass
"""


@pytest.mark.parametrize(
    "marker",
    [
        pytest.param("", id="plain"),
        pytest.param("@pytest.mark.xfail(strict=True)", id="strict_xfail"),
        pytest.param("@pytest.mark.xfail(strict=False)", id="xfail"),
        pytest.param("@pytest.mark.usefixtures('tmp_path')", id="fixture"),
    ],
)
@pytest.mark.parametrize("word", ["def", "async def"])
def test_swallowed_pending_does_not_pass(example, marker, word):
    example.write(
        test_a=ONE
        + f"""    {marker}
    {word} test_a(self):
        self.later()
"""
        + SWALLOWED
    )
    result = example.run("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*test_a.py:7: pending: SU-001"])
    assert entry(example)["outcome"] == "pending"
    assert entry(example)["reason"] == "pending: SU-001"


def test_pending_swallowed_in_setup_stops_the_test(example):
    example.write(
        test_a=ONE
        + """    def test_a(self):
        assert False

    def setup_method(self):
        self.later()
"""
        + SWALLOWED
    )
    example.run().assert_outcomes(skipped=1)
    assert entry(example)["outcome"] == "pending"


def test_pending_swallowed_in_teardown_does_not_count_as_passed(example):
    example.write(
        test_a=ONE
        + """    def test_a(self):
        pass

    def teardown_method(self):
        self.later()
"""
        + SWALLOWED
    )
    example.run()
    assert entry(example)["outcome"] == "pending"


def test_failure_behind_a_swallowed_pending_stays_a_failure(example):
    example.write(
        test_a=ONE
        + """    def test_a(self):
        self.later()
        assert False
"""
        + SWALLOWED
    )
    example.run().assert_outcomes(failed=1)
    assert entry(example)["outcome"] == "failed"


def test_the_neighbour_of_a_pending_test_runs(example):
    example.write(
        test_a=ONE
        + """    def test_a(self):
        self.pending()

    @pytest.mark.spec("SU-002")
    def test_b(self):
        assert os.sep == "?"

    def test_c(self):
        pass
"""
    )
    example.run().assert_outcomes(skipped=1, failed=1, passed=1)


def test_unreadable_suite_leaves_the_run_to_decide(example):
    example.pytester.makeconftest(
        "def pytest_collection_finish(session):\n"
        "    for item in session.items:\n"
        "        item.path.write_text('class (')\n"
    )
    example.write(
        test_a=ONE
        + """    def test_a(self):
        if os.environ.get("NEVER"): self.pending()

    @pytest.mark.spec("SU-002")
    def test_b(self):
        self.pending()
"""
    )
    example.run()
    assert example.outcomes == {"test_a": "passed", "test_b": "pending"}


_LISTS_PLUGINS = """
import pathlib
def pytest_runtest_call(item):
    has = item.config.pluginmanager.hasplugin("suiteloom-states")
    pathlib.Path("has_states").write_text(str(has))
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("def test_a(): pass\n", False, id="nothing_of_suiteloom"),
        pytest.param(
            "import pytest\n@pytest.mark.spec('SU-001')\ndef test_a(): pass\n",
            True,
            id="an_id",
        ),
        pytest.param(
            "from suiteloom.ssot import SSotBaseTestCase\n"
            "class TestA(SSotBaseTestCase):\n    def test_a(self): pass\n",
            True,
            id="a_base_class",
        ),
    ],
)
def test_looks_for_states_only_where_a_test_can_have_one(example, source, expected):
    example.pytester.makeconftest(_LISTS_PLUGINS)
    example.pytester.makepyfile(test_alone=source)
    example.run_apart()
    assert entry(example)["outcome"] == "passed"
    assert (example.path / "has_states").read_text() == str(expected)


def test_unspecified_test_of_a_base_class_can_be_pending(example):
    example.write(
        test_a="""
class TestA(SSotBaseTestCase):
    def test_a(self):
        self.pending()
"""
    )
    example.run()
    assert example.outcomes == {"test_a": "pending"}
