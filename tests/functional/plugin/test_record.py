import pytest

OUTCOMES = """
@pytest.fixture
def broken():
    assert False, "setup broke"

@pytest.fixture
def breaks_after():
    yield
    raise OSError("teardown broke")

class TestA(SSotBaseTestCase):
    @pytest.mark.spec("SU-001", rev="aaaaaa.bbbbbb")
    def test_passed(self):
        self.set_env_var("ENVIRONMENT", "staging")
        self.record_metric("answers", 3)

    @pytest.mark.spec("SU-002")
    @pytest.mark.parametrize("n", [pytest.param(1, id="one"), pytest.param(2, id="a::b[")])
    def test_cases(self, n):
        assert n == 1, "wrong number"

    def test_error_in_setup(self, broken):
        pass

    def test_error_in_teardown(self, breaks_after):
        pass

    def test_failed_and_error(self, breaks_after):
        raise ValueError("call broke")

    @pytest.mark.skip(reason="not here")
    def test_skipped(self):
        pass

    def test_skipped_inside(self):
        pytest.skip("not now")

    @pytest.mark.xfail(reason="known", strict=True)
    def test_xfailed(self):
        assert False

    @pytest.mark.xfail(reason="known", strict=True)
    def test_xpassed_strictly(self):
        pass

    @pytest.mark.xfail(reason="hoped", strict=False)
    def test_xpassed(self):
        pass

    @pytest.mark.spec("SU-003")
    def test_pending(self):
        self.pending()

    @pytest.mark.orphan("SU-004")
    def test_orphan(self):
        pass

def test_function():
    pass
"""
EXPECTED = {
    "test_passed": "passed",
    "test_cases[one]": "passed",
    "test_cases[a::b[]": "failed",
    "test_error_in_setup": "error",
    "test_error_in_teardown": "error",
    "test_failed_and_error": "failed",
    "test_skipped": "skipped",
    "test_skipped_inside": "skipped",
    "test_xfailed": "xfailed",
    "test_xpassed_strictly": "failed",
    "test_xpassed": "xpassed",
    "test_pending": "pending",
    "test_orphan": "orphan",
    "test_function": "passed",
}
REASONS = {
    "test_passed": "",
    "test_error_in_setup": "AssertionError: setup broke",
    "test_error_in_teardown": "OSError: teardown broke",
    "test_failed_and_error": "ValueError: call broke",
    "test_skipped": "not here",
    "test_skipped_inside": "not now",
    "test_xfailed": "known",
    "test_xpassed_strictly": "[XPASS(strict)] known",
    "test_xpassed": "hoped",
    "test_pending": "pending: SU-003",
    "test_orphan": "orphan: SU-004",
}
KEYS = [
    "schema",
    "exit",
    "stopped",
    "is_interrupted",
    "settings",
    "collected",
    "deselected",
    "errors",
    "warnings",
    "tests",
]
TWO = """
class TestA:
    @pytest.mark.spec("SU-001")
    def test_a(self): pass

    @pytest.mark.spec("SU-002")
    def test_b(self): pass
"""


def test_outcomes_and_reasons(example):
    example.write(test_a=OUTCOMES)
    example.run()
    assert example.outcomes == EXPECTED
    assert list(example.outcomes) == list(EXPECTED)
    reasons = {entry["function"]: entry["reason"] for entry in example.record["tests"]}
    assert {name: reasons[name] for name in REASONS} == REASONS


def test_outcomes_are_the_same_with_workers_and_in_random_order(example):
    example.write(test_a=OUTCOMES, test_b="def test_z(): pass\n")
    example.run_apart("-n2", "-p", "randomly", every_plugin=True)
    assert example.outcomes == {**EXPECTED, "test_z": "passed"}
    nodeids = [entry["nodeid"] for entry in example.record["tests"]]
    assert nodeids == sorted(nodeids)
    assert example.record["exit"] == 1
    assert {entry["nodeid"] for entry in example.record["collected"]} == set(nodeids)
    assert example.record["deselected"] == []
    first = next(e for e in example.record["tests"] if e["id"] == "SU-001")
    assert first["metrics"] == {"answers": 3}


def test_entry_of_a_test(example, monkeypatch):
    example.write(test_a=OUTCOMES)
    monkeypatch.setenv("ENVIRONMENT", "dev")
    example.run()
    passed, one, two = example.record["tests"][:3]
    duration_s = passed.pop("duration_s")
    assert 0 < duration_s < 60
    assert passed == {
        "id": "SU-001",
        "nodeid": "test_a.py::TestA::test_passed",
        "path": "test_a.py",
        "line": 16,
        "class_name": "TestA",
        "function": "test_passed",
        "case": "",
        "is_orphan": False,
        "outcome": "passed",
        "reason": "",
        "metrics": {"answers": 3},
        "environment": "development",
        "attempts": 1,
    }
    assert (one["id"], one["case"], one["outcome"]) == ("SU-002", "one", "passed")
    assert (two["id"], two["case"], two["outcome"]) == ("SU-002", "a::b[", "failed")


def test_duration_is_of_setup_call_and_teardown(example):
    example.pytester.makeconftest(
        "import pytest\n"
        "@pytest.hookimpl(wrapper=True)\n"
        "def pytest_runtest_makereport(item, call):\n"
        "    report = yield\n"
        "    report.duration = {'setup': 1, 'call': 20, 'teardown': 300}[call.when]\n"
        "    return report\n"
    )
    example.write(test_a="def test_a(): pass\n")
    example.run()
    assert example.record["tests"][0]["duration_s"] == 321


def test_shape_of_the_record(example):
    (example.path / "suites").mkdir()
    example.write(suites__test_a=TWO)
    example.run("-o", "python_functions=test check_*")
    assert list(example.record) == KEYS
    assert example.record["schema"] == "suiteloom.record/2"
    assert example.record["exit"] == 0
    assert example.record["settings"] == {
        "python_classes": ["Test"],
        "python_functions": ["test", "check_*"],
        "python_files": ["test_*.py", "*_test.py"],
    }
    assert example.record["collected"][1] == {
        "id": "SU-002",
        "nodeid": "suites/test_a.py::TestA::test_b",
        "path": "suites/test_a.py",
        "line": 10,
        "class_name": "TestA",
        "function": "test_b",
        "case": "",
        "is_orphan": False,
    }


def test_paths_are_relative_to_the_root(example, monkeypatch):
    (example.path / "suites").mkdir()
    example.write(suites__test_a=TWO)
    monkeypatch.chdir(example.path / "suites")
    example.run("--rootdir=..", "-c", "../pyproject.toml")
    record = example.path / "suites" / "out" / "record.json"
    assert '"path": "suites/test_a.py"' in record.read_text("utf-8")


def test_collect_only(example):
    example.write(test_a=OUTCOMES)
    example.run("--collect-only")
    assert example.collected[:3] == ["test_passed", "test_cases", "test_cases"]
    assert len(example.collected) == len(EXPECTED)
    orphans = [e["id"] for e in example.record["collected"] if e["is_orphan"]]
    assert orphans == ["SU-004"]
    assert example.record["collected"][-1]["class_name"] == ""
    assert example.record["tests"] == []


def test_collect_only_with_workers(example):
    example.write(test_a=TWO)
    example.run_apart("--collect-only", "-n2")
    assert example.collected == ["test_a", "test_b"]


def test_class_that_pytest_does_not_collect(example):
    example.write(test_a=TWO.replace("class TestA", "class StartupSuite"))
    example.run()
    assert example.collected == []
    assert example.record["exit"] == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("-k", "test_a and not test_b"), id="k"),
        pytest.param(("--deselect", "test_x.py::TestA::test_b"), id="deselect"),
    ],
)
def test_openly_deselected(example, arguments):
    example.write(test_x=TWO)
    example.run(*arguments)
    assert example.collected == ["test_a"]
    (dropped,) = example.record["deselected"]
    assert (dropped["id"], dropped["line"], dropped["silently"]) == (
        "SU-002",
        10,
        False,
    )


def test_deselected_by_marker(example):
    example.write(test_a="@pytest.mark.slow\ndef test_a(): pass\ndef test_b(): pass\n")
    example.run("-m", "not slow")
    assert example.collected == ["test_b"]
    found = [(e["function"], e["silently"]) for e in example.record["deselected"]]
    assert found == [("test_a", False)]


@pytest.mark.parametrize("hook", ["tryfirst=True", "trylast=True", "wrapper=True"])
def test_silently_dropped(example, hook):
    end = "    return (yield)\n" if hook.startswith("wrapper") else ""
    example.pytester.makeconftest(
        "import pytest\n"
        f"@pytest.hookimpl({hook})\n"
        "def pytest_collection_modifyitems(items):\n"
        "    items[:] = [i for i in items if 'test_a' not in i.name]\n" + end
    )
    example.write(test_x=TWO)
    example.run("--collect-only")
    assert example.collected == ["test_b"]
    found = [(e["id"], e["silently"]) for e in example.record["deselected"]]
    assert found == [("SU-001", True)]


def test_reordering_drops_nothing(example):
    example.write(test_a=OUTCOMES)
    example.run_apart("--collect-only", "-p", "randomly")
    assert len(example.collected) == len(EXPECTED)
    assert example.record["deselected"] == []


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        pytest.param(
            "\nimport no_such_module\n",
            "ModuleNotFoundError: No module named 'no_such_module'",
            6,
            id="import",
        ),
        pytest.param("def f(:\n", "SyntaxError: invalid syntax", 5, id="syntax"),
        pytest.param("raise OSError('no disk')\n", "OSError: no disk", 5, id="raised"),
        pytest.param("1 / 0\n", "ZeroDivisionError: division by zero", 5, id="zero"),
    ],
)
def test_import_error(example, text, message, line):
    example.write(test_bad=text, test_good=TWO)
    example.run("--collect-only")
    assert example.record["errors"] == [
        {
            "path": "test_bad.py",
            "line": line,
            "nodeid": "test_bad.py",
            "message": message,
        }
    ]
    assert example.collected == ["test_a", "test_b"]
    assert example.record["exit"] == pytest.ExitCode.INTERRUPTED


def test_import_error_with_workers(example):
    example.write(test_bad="import no_such_module\n", test_good=TWO)
    example.run_apart("-n2")
    (error,) = example.record["errors"]
    assert error["message"] == "ModuleNotFoundError: No module named 'no_such_module'"
    assert (error["path"], error["line"]) == ("test_bad.py", 5)
    assert example.record["exit"] != 0


def test_two_files_of_one_name(example):
    example.write(a__test_x="def test_a(): pass\n", b__test_x="def test_b(): pass\n")
    example.run("--import-mode=prepend")
    (error,) = example.record["errors"]
    assert error["path"] == "b/test_x.py"
    assert error["message"].startswith("import file mismatch: imported module 'test_x'")


INIT = "class TestA:\n    def __init__(self): pass\n    def test_a(self): pass\n"


def test_collection_warning(example):
    example.write(
        test_a=INIT + "import warnings\nwarnings.warn('other', UserWarning)\n"
    )
    example.run("-W", "default")
    assert example.collected == []
    (warning,) = example.record["warnings"]
    assert (warning["path"], warning["line"]) == ("test_a.py", 5)
    assert "cannot collect test class 'TestA'" in warning["message"]


def test_collection_warning_of_two_workers_counts_once(example):
    example.write(test_a=INIT + "def test_b(): pass\n")
    example.run_apart("-n2", "-W", "default")
    (warning,) = example.record["warnings"]
    assert "cannot collect test class 'TestA'" in warning["message"]


def test_collection_warning_as_error(example):
    example.write(test_a=INIT)
    example.run()
    (error,) = example.record["errors"]
    assert error["nodeid"] == "test_a.py::TestA"
    assert "cannot collect test class 'TestA'" in error["message"]


def test_stopped_at_the_first_failure(example):
    example.write(test_a="def test_a(): assert False\ndef test_b(): pass\n")
    example.run("-x")
    assert example.outcomes == {"test_a": "failed"}
    assert example.collected == ["test_a", "test_b"]
    assert example.record["exit"] == pytest.ExitCode.TESTS_FAILED


def test_interrupted(example):
    example.write(
        test_a="def test_a(): pass\n"
        "def test_b(): raise KeyboardInterrupt\n"
        "def test_c(): pass\n"
    )
    example.run(no_reraise_ctrlc=True)
    assert example.outcomes == {"test_a": "passed"}
    assert example.record["exit"] == pytest.ExitCode.INTERRUPTED


def test_missing_argument(example):
    example.run("no_such_file.py")
    assert example.record["exit"] == pytest.ExitCode.USAGE_ERROR
    assert example.collected == []


@pytest.mark.parametrize(
    ("options", "start"),
    [
        pytest.param("trylast=True", "", id="last"),
        pytest.param("wrapper=True", "    yield\n", id="wrapper"),
    ],
)
def test_exit_is_what_the_other_plugins_made_of_it(example, options, start):
    example.pytester.makeconftest(
        "import pytest\n"
        f"@pytest.hookimpl({options})\n"
        f"def pytest_sessionfinish(session):\n{start}"
        "    session.exitstatus = 77\n"
    )
    example.write(test_a=TWO)
    assert example.run().ret == 77
    assert example.record["exit"] == 77


def test_last_attempt_counts_when_a_test_runs_again(example):
    example.pytester.makeconftest(
        "from _pytest.runner import runtestprotocol\n"
        "def pytest_runtest_protocol(item, nextitem):\n"
        "    runtestprotocol(item, nextitem=nextitem)\n"
        "    runtestprotocol(item, nextitem=nextitem)\n"
        "    return True\n"
    )
    example.write(
        test_a="""
RUNS = []

@pytest.fixture
def attempt(request):
    RUNS.append(request.node.name)
    if RUNS.count("test_skipped") == 2:
        pytest.skip()

def test_passed(attempt):
    assert len(RUNS) == 2

def test_skipped(attempt):
    assert False
"""
    )
    example.run()
    assert example.outcomes == {"test_passed": "rerun", "test_skipped": "skipped"}
    assert [entry["attempts"] for entry in example.record["tests"]] == [2, 2]


def test_failing_subtests_make_one_entry(example):
    example.write(
        test_a="def test_a(subtests):\n"
        "    for n in (1, 2):\n"
        "        with subtests.test(n=n): assert n == 1\n"
    )
    example.run()
    assert example.outcomes == {"test_a": "failed"}


@pytest.mark.parametrize("test", ["def test_a(): pass\n", "def test_a(): assert 0\n"])
def test_nothing_but_the_record_is_left(example, test):
    example.write(test_a=test)
    example.run()
    assert [path.name for path in (example.path / "out").iterdir()] == ["record.json"]


def test_record_of_an_earlier_run_does_not_stay(example):
    (example.path / "out").mkdir()
    (example.path / "out" / "record.json").write_text("{}", "utf-8")
    example.write(test_a="def test_a(): os._exit(9)\n")
    example.run_apart("-p", "no:xdist")
    assert list((example.path / "out").iterdir()) == []


def test_folder_as_record_is_a_usage_error(example):
    (example.path / "out" / "record.json").mkdir(parents=True)
    result = example.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --suiteloom-record: *is not a file"])


def test_unwritable_record_is_no_success(example):
    example.write(
        test_a="def test_a(): os.makedirs('out/record.json/x')\n",
    )
    result = example.run()
    assert result.ret == pytest.ExitCode.INTERNAL_ERROR
    result.stderr.fnmatch_lines(["*the record *record.json can not be written: *"])
    assert [path.name for path in (example.path / "out").iterdir()] == ["record.json"]
