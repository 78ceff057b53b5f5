import subprocess
import sys

import pytest

FOREIGN = """
import pytest

@pytest.mark.orphan("SU-009")
def test_runs():
    pass
"""


@pytest.fixture
def foreign(pytester):
    settings = (
        "[pytest]\n"
        "asyncio_default_fixture_loop_scope = function\n"
        "markers =\n    orphan: of another project\n"
    )
    pytester.makefile(".ini", pytest=settings)
    pytester.makepyfile(FOREIGN)
    return pytester


def test_inert_without_configuration(foreign):
    result = foreign.runpytest_inprocess()
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*suiteloom*specified*")
    result.stdout.no_fnmatch_line("*= suiteloom =*")


def test_no_markers_without_configuration(foreign):
    result = foreign.runpytest_inprocess("--markers")
    result.stdout.no_fnmatch_line("*mission_critical*")


def test_inert_run_imports_nothing_but_the_entry_point(foreign):
    code = (
        "import sys, pytest; pytest.main(['-q']); "
        "print(sorted(n for n in sys.modules if n.partition('.')[0] == 'suiteloom'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=foreign.path,
        capture_output=True,
        text=True,
        check=True,
    )
    last = done.stdout.splitlines()[-1]
    assert last == "['suiteloom', 'suiteloom.pytest_plugin']"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("suiteloom = [", id="not_toml"),
        pytest.param("tool = 3 # suiteloom", id="tool_is_no_table"),
        pytest.param("[project]\nname = 'suiteloom'", id="only_the_word"),
    ],
)
def test_foreign_pyproject_does_no_harm(foreign, text):
    (foreign.path / "pyproject.toml").write_text(text, "utf-8")
    foreign.runpytest_inprocess("-c", "pytest.ini").assert_outcomes(passed=1)


def test_active_with_suiteloom_toml(foreign):
    (foreign.path / "suiteloom.toml").write_text("", "utf-8")
    foreign.runpytest_inprocess().assert_outcomes(skipped=1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("specs = [", "*suiteloom.toml: not valid TOML*", id="not_toml"),
        pytest.param("speks = 'x'", "*unknown key `speks`*", id="unknown_key"),
    ],
)
def test_wrong_configuration_is_a_usage_error(foreign, text, message):
    (foreign.path / "suiteloom.toml").write_text(text, "utf-8")
    result = foreign.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: suiteloom: {message}"])
    result.stderr.no_fnmatch_line("*Traceback*")


def test_usage_error_says_what_helps(foreign):
    (foreign.path / "suiteloom.toml").write_text("speks = 'x'", "utf-8")
    foreign.runpytest_inprocess().stderr.fnmatch_lines(["*did you mean `specs`?"])


def test_markers_are_registered(example):
    result = example.run("--markers")
    names = ["spec", "orphan", "mission_critical", "integration", "smoke", "slow"]
    for name in names:
        result.stdout.re_match_lines([rf"@pytest\.mark\.{name}[:(]"])


def test_only_configured_markers_are_known(example):
    # In a process of its own: pytest remembers known markers for a whole process.
    example.write(
        test_a="@pytest.mark.smoke\n@pytest.mark.slow\ndef test_a(): pass\n",
        test_b="@pytest.mark.e2e\ndef test_b(): pass\n",
    )
    example.run_apart("--continue-on-collection-errors")
    assert example.outcomes == {"test_a": "passed"}
    (error,) = example.record["errors"]
    assert "'e2e' not found in `markers`" in error["message"]
    assert (error["path"], error["nodeid"]) == ("test_b.py", "test_b.py")


def test_record_option_activates(foreign):
    result = foreign.runpytest_inprocess("--suiteloom-record=r.json")
    result.assert_outcomes(skipped=1)
    assert (foreign.path / "r.json").is_file()


def test_modules_of_suiteloom_are_loaded_as_any_program_loads_them(foreign):
    code = (
        "import sys, pytest; pytest.main(['-q', '--suiteloom-record=r.json']); "
        "place = sys.modules['suiteloom.model.record_file'].__spec__.cached; "
        "print(place, [type(finder).__module__ for finder in sys.meta_path])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=foreign.path,
        capture_output=True,
        text=True,
        check=True,
    )
    place, finders = done.stdout.splitlines()[-1].split(maxsplit=1)
    assert place.endswith(f".{sys.implementation.cache_tag}.pyc")
    assert "suiteloom" not in finders
