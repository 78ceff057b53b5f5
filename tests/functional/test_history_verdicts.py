"""What is asked of runs that are remembered: flaky, slow, accept, compare, export, import."""

import contextlib
import io

import pytest

from example import Outcome
from past_runs import COMMIT, past_run, run_line
from suiteloom.cli.edge import run_app
from suiteloom.cli.histories import _LETTERS
from suiteloom.model import OUTCOMES, RunEnvironment, TestPlace
from suiteloom.results.speed import WINDOW
from suiteloom.store.history import History, connection
from suiteloom.workflows.history.exchange import exported_lines
from suiteloom.workflows.history.remember import add_lines
from suiteloom.workflows.project import open_workspace

NAMES = [f"AB-{number}" for number in range(1, 31)]
OTHER = "5d4c3b2a1" * 4 + "5d4c"
PROD = RunEnvironment("prod", "3.11", "Linux x86_64")


@pytest.fixture
def project(example):
    return example({"suiteloom.toml": "", "specs/.keep": ""})


def remember(project, *lines, file=None):
    workspace = open_workspace(project.root)
    return add_lines(workspace, History.of(project.root, file), lines)


def ended(default="passed", took_us=50_000, **other):
    """Results of all tests: one outcome and duration, but for those that are named."""
    results = dict.fromkeys(NAMES, (default, took_us))
    return {
        **results,
        **{name.replace("_", "-"): value for name, value in other.items()},
    }


def do(project, *words):
    """Run a verb of several words, its options behind them."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run_app([*words, "--project", str(project.root)])
    return Outcome(code, out.getvalue(), err.getvalue())


def test_a_flaky_test_is_named_with_its_outcomes_and_commit(project):
    for number in range(1, 11):
        outcome = "failed" if number == 4 else "passed"
        remember(project, run_line(number, ended(AB_7=(outcome, 10))))
    done = do(project, "flaky")
    assert done.code == 1
    assert done.out.splitlines()[0].split() == [
        *("AB-7", "1", "failed,", "9", "passed", "on", COMMIT[:9])
    ]
    assert "1 flaky test in 10 runs; 1 commit run more than once" in done.out
    assert "29 tests: flakes above 26% would show" in done.out
    (found,) = do(project, "flaky", "--format", "json").json["flaky"]
    assert found["outcomes"] == {"failed": 1, "passed": 9}
    assert found["commits"] == [
        {
            "commit": COMMIT,
            "environment": {"name": "", "python": "3.11", "system": "Linux x86_64"},
        }
    ]


def test_a_run_in_which_many_flaky_tests_ended_otherwise_is_named(project):
    many = {f"CD-{number}": ("passed", 10) for number in range(1, 200)}
    for number in range(1, 6):
        odd = dict.fromkeys(NAMES[:6], ("failed", 9)) if number == 3 else {}
        remember(project, run_line(number, {**many, **ended(), **odd}))
    done = do(project, "flaky")
    assert done.code == 1
    assert "in run 3 6 flaky tests ended otherwise: is the cause that run?" in done.out
    found = do(project, "flaky", "--format", "json").json
    assert found["odd_runs"] == [{"run": 3, "flaky": 6}]


def test_sixty_runs_say_which_flakes_would_show(project):
    lines = [run_line(number, ended()) for number in range(1, 61)]
    remember(project, *lines)
    done = do(project, "flaky")
    assert done.code == 0
    assert "no flaky test was seen in 60 runs" in done.out
    assert "30 tests: flakes above 5% would show" in done.out


@pytest.mark.parametrize(
    ("odd", "why", "said"),
    [
        pytest.param(
            run_line(past_run(9), ended(AB_1=("failed", 1), AB_2=("failed", 1))),
            "outage",
            "set aside: 1 run in which more than 5% failed",
            id="outage",
        ),
        pytest.param(
            run_line(past_run(9, clean=False), ended(AB_1=("failed", 1))),
            "changed tree",
            "set aside: 1 run of a tree with changes that were not committed",
            id="changed-tree",
        ),
        pytest.param(
            run_line(past_run(9, commit="", clean=None), ended(AB_1=("failed", 1))),
            "no commit",
            "set aside: 1 run without a commit",
            id="no-commit",
        ),
    ],
)
def test_runs_that_say_nothing_of_flaky_tests_are_set_aside(project, odd, why, said):
    remember(project, run_line(1, ended()), run_line(2, ended()), odd)
    done = do(project, "flaky")
    assert done.code == 0
    assert said in done.out
    assert do(project, "flaky", "--format", "json").json["set_aside"] == {why: 1}


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(past_run(9, commit=OTHER), id="another-commit"),
        pytest.param(past_run(9, environment=PROD), id="another-environment"),
    ],
)
def test_elsewhere_a_test_may_end_otherwise(project, odd):
    remember(project, run_line(1, ended()), run_line(odd, ended(AB_1=("failed", 1))))
    done = do(project, "flaky")
    assert done.code == 0
    assert "30 tests: run too seldom on one commit for a flake to show" in done.out


def test_only_the_newest_runs_are_asked(project):
    remember(project, run_line(1, ended(AB_1=("failed", 1))))
    remember(project, *(run_line(number, ended()) for number in range(2, 8)))
    assert do(project, "flaky").code == 1
    assert do(project, "flaky", "--last", "6").code == 0


def test_where_a_run_is_small_one_failure_is_an_outage_and_that_is_said(project):
    remember(
        project,
        run_line(1, {"AB-1": ("failed", 1)}),
        run_line(2, {"AB-1": ("passed", 1)}),
    )
    done = do(project, "flaky")
    assert done.code == 0
    assert "with fewer than 20 tests in a run, one failure is more than 5%" in done.out


@pytest.fixture
def slowed(project):
    """A test that takes three times as long in the last three of many runs."""
    for number in range(1, WINDOW + 1):
        remember(project, run_line(number, ended()))
    for number in range(WINDOW + 1, WINDOW + 4):
        remember(project, run_line(number, ended(AB_3=("passed", 150_000))))
    return project


def test_a_slower_test_is_named_until_its_duration_is_accepted(slowed):
    done = do(slowed, "slow")
    assert done.code == 1
    line = done.out.splitlines()[0]
    assert line.split()[:3] == ["AB-3", "3.0", "times"]
    assert line.endswith("  50.0 ms -> 150 ms, 150 ms, 150 ms")
    assert "1 slower test on main" in done.out
    assert "30 tests judged by the last three of 12 runs" in done.out

    for number in range(100, 140):  # no level follows by itself
        remember(slowed, run_line(number, ended(AB_3=("passed", 150_000))))
    assert do(slowed, "slow").code == 1

    accepted = do(slowed, "history", "accept", "AB-3")
    assert accepted.code == 0
    assert accepted.out == "AB-3: 50.0 ms -> 150 ms in Python 3.11, Linux x86_64\n"
    assert do(slowed, "slow").code == 0


def test_two_slow_runs_are_not_enough(slowed):
    remember(slowed, run_line(50, ended()))
    remember(slowed, run_line(51, ended(AB_3=("passed", 150_000))))
    done = do(slowed, "slow", "--format", "json")
    assert done.code == 0
    (part,) = done.json["environments"]
    assert part["slower"] == []
    assert (part["judged"], part["without_level"]) == (30, 0)


def test_each_branch_and_environment_is_judged_by_itself(slowed):
    for number in range(60, 60 + WINDOW):
        run = past_run(number, branch="topic", environment=PROD)
        remember(slowed, run_line(run, ended(took_us=10_000)))
    done = do(slowed, "slow", "--format", "json")
    assert done.code == 0
    assert done.json["branch"] == "topic"
    assert [part["environment"]["name"] for part in done.json["environments"]] == [
        "prod"
    ]
    assert do(slowed, "slow", "--branch", "main").code == 1


def test_a_failure_is_no_duration(slowed):
    remember(slowed, run_line(70, ended(AB_3=("failed", 1))))
    assert do(slowed, "slow").code == 1


def test_a_test_without_a_level_is_counted_and_can_not_be_accepted(project):
    remember(project, run_line(1, ended()))
    done = do(project, "slow")
    assert done.code == 0
    assert (
        f"30 tests without an accepted duration yet: it takes {WINDOW} passes"
        in done.out
    )
    refused = do(project, "history", "accept", "AB-3")
    assert refused.code == 2
    assert "no 3 durations of AB-3 against a level yet" in refused.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["slow", "--branch", "mian"], "did you mean main", id="branch"),
        pytest.param(["history", "accept", "AB-99"], "no run with 'AB-99'", id="id"),
        pytest.param(["compare", "1", "9"], "no run '9' is remembered", id="run"),
        pytest.param(
            ["compare", "1", "abc"], "seven digits of its commit", id="commit"
        ),
    ],
)
def test_what_is_not_remembered_is_said(project, words, message):
    remember(project, run_line(1, ended()))
    done = do(project, *words)
    assert done.code == 2
    assert message in done.err


def test_compare_names_what_passes_no_more_and_what_is_different(project):
    remember(project, run_line(1, ended(AB_2=("failed", 9))))
    gone = ended(AB_1=("failed", 5), AB_5=("passed", 400_000))
    del gone["AB-9"]
    remember(project, run_line(past_run(2, commit=OTHER, environment=PROD), gone))
    done = do(project, "compare", COMMIT[:7], "last")
    assert done.code == 1
    assert "2 tests: passed and do no more" in done.out
    assert "passed -> failed" in done.out
    assert "passed -> no result" in done.out
    assert "environment: Python 3.11, Linux x86_64 -> prod, Python 3.11" in done.out
    found = do(project, "compare", "1", "2", "--format", "json").json
    assert found["lost"] == [
        {"id": "AB-1", "case": "", "before": "passed", "after": "failed"},
        {"id": "AB-9", "case": "", "before": "passed", "after": None},
    ]
    assert [test["id"] for test in found["mended"]] == ["AB-2"]
    assert [test["id"] for test in found["slower"]] == ["AB-5"]
    assert found["same"] == 27
    assert do(project, "compare", "2", "2").code == 0


def test_of_a_run_with_nothing_but_failures_left_nothing_is_compared(project):
    project.write("suiteloom.toml", "[history]\nruns = 10\n")
    remember(project, *(run_line(number, ended()) for number in range(1, 13)))
    done = do(project, "compare", "1", "12")
    assert done.code == 2
    assert "of run 1 only the failures are kept" in done.err
    assert do(project, "compare", "3", "12").code == 0


def exported(project, file):
    done = do(project, "history", "export", str(file))
    assert done.code == 0, done.err
    return file.read_text("utf-8")


def test_what_was_exported_is_imported_once(slowed, tmp_path):
    place = {"AB-3": TestPlace("shop", "Orders", "test_old")}
    remember(slowed, run_line(80, {"AB-3": ("passed", 7)}, place))
    text = exported(slowed, tmp_path / "runs.jsonl")
    assert text.count("\n") == 1 + WINDOW + 4 + 1

    other = tmp_path / "other.db"
    words = ("history", "import", str(tmp_path / "runs.jsonl"), "--history", str(other))
    first = do(slowed, *words, "--format", "json").json
    assert (first["added"], first["known"]) == (WINDOW + 4, 0)
    again = do(slowed, *words, "--format", "json").json
    assert (again["added"], again["known"]) == (0, WINDOW + 4)
    back = do(slowed, "history", "export", "--history", str(other)).out
    assert back == text
    assert do(slowed, "slow", "--history", str(other)).code == 1


def test_two_histories_are_joined_in_the_order_of_their_runs(project, tmp_path):
    other = tmp_path / "other.db"
    remember(project, run_line(2, ended()), run_line(4, ended()))
    remember(project, run_line(1, ended()), run_line(3, ended()), file=other)
    done = do(
        project, "history", "export", str(tmp_path / "runs"), "--history", str(other)
    )
    assert done.code == 0
    assert do(project, "history", "import", str(tmp_path / "runs")).code == 0
    runs = do(project, "history", "--format", "json").json["runs"]
    assert [int(run["uid"], 16) for run in runs] == [1, 2, 3, 4]


def test_a_file_with_a_wrong_line_is_not_imported_at_all(project, tmp_path):
    remember(project, run_line(1, ended()))
    text = exported(project, tmp_path / "runs.jsonl")
    other = tmp_path / "other.db"
    (tmp_path / "bad.jsonl").write_text(text + '{"run": 5}\n', "utf-8")
    done = do(
        project,
        "history",
        "import",
        str(tmp_path / "bad.jsonl"),
        "--history",
        str(other),
    )
    assert done.code == 2
    assert "bad.jsonl:4: " in done.err
    assert not other.exists()


@pytest.mark.parametrize("content", ["", "{}\n", '{"schema": "suiteloom.run/1"}\n'])
def test_a_file_of_something_else_is_not_imported(project, tmp_path, content):
    (tmp_path / "runs.jsonl").write_text(content, "utf-8")
    done = do(project, "history", "import", str(tmp_path / "runs.jsonl"))
    assert done.code == 2
    assert "runs.jsonl:1: does not begin with" in done.err


def test_a_history_shows_outcomes_durations_and_metrics_of_each_case(project):
    line = run_line(1, {"AB-1[a]": ("passed", 1000), "AB-1[b]": ("failed", 2000)})
    (first,) = [key for key in line.results if key.case == "a"]
    metrics = {"queries": 12.0}
    object.__setattr__(line.results[first], "metrics", metrics)
    remember(project, line)
    out = do(project, "history", "AB-1").out
    assert "1 run, newest 2026-09-21" in out
    assert "1 failed" in out
    assert "queries a" in out
    assert "last 12" in out
    assert "oldest to newest; F failed, . passed" in out
    found = do(project, "history", "AB-1", "--format", "json").json
    assert [result["metrics"] for result in found["runs"][0]["results"]] == [
        metrics,
        {},
    ]


def test_bars_are_plain_where_the_output_has_no_others(project):
    remember(project, run_line(1, ended()), run_line(2, ended(took_us=90_000)))

    class Plain(io.StringIO):
        encoding = "ascii"

    out = Plain()
    with contextlib.redirect_stdout(out):
        assert run_app(["history", "AB-1", "--project", str(project.root)]) == 0
    assert "_@" in out.getvalue()
    assert out.getvalue().isascii()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("runs = 5", "`history.runs` must be a whole number from 10 to 100,000"),
        ("runs = true", "`history.runs` must be a whole number"),
        ('keep = "no"', "`history.keep` must be true or false"),
        ("rnus = 20", "unknown key `history.rnus`"),
        ("runs = 50\nfailures = 20", "must not be less than `history.runs`"),
    ],
)
def test_a_configuration_that_can_not_be_is_refused(project, table, message):
    project.write("suiteloom.toml", f"[history]\n{table}\n")
    done = do(project, "history")
    assert done.code == 2
    assert message in done.err
    assert "suiteloom.toml:" in done.err


def test_a_thinned_run_is_thinned_where_it_is_imported(project, tmp_path):
    project.write("suiteloom.toml", "[history]\nruns = 10\n")
    remember(project, *(run_line(n, ended(AB_1=("failed", 1))) for n in range(1, 13)))
    text = exported(project, tmp_path / "runs")
    project.write("suiteloom.toml", "")
    words = (
        "history",
        "import",
        str(tmp_path / "runs"),
        "--history",
        str(tmp_path / "x.db"),
    )
    assert do(project, *words).code == 0
    assert (
        do(project, "history", "export", "--history", str(tmp_path / "x.db")).out
        == text
    )
    assert text.count('"thinned": true, "tests": 30, "failed": 1') == 2


def test_an_export_that_is_read_slowly_holds_up_no_run(project, monkeypatch):
    remember(project, run_line(1, ended()))
    monkeypatch.setattr(connection, "_PATIENCE_S", 0.05)
    lines = exported_lines(open_workspace(project.root), None)
    next(lines)
    assert remember(project, run_line(2, ended())) == (2,)
    assert len(list(lines)) == 2


def test_pages_fit_eighty_columns_whatever_things_are_called(project):
    name = "test_" + "long_" * 18
    case = "c" * 90
    place = TestPlace("d" * 60, "A group of many words " * 5, name)
    other = TestPlace("e" * 60, "Another group of words " * 5, f"{name}x")
    key = f"AB-123456[{case}]"
    branch = "feature/" + "b" * 90
    environment = RunEnvironment("staging", "3.11", "Windows AMD64")
    for number in range(1, WINDOW + 5):
        run = past_run(number, branch=branch, environment=environment)
        took = 900_000 if number > WINDOW else 50_000
        ended_so = "failed" if number == WINDOW else "passed"
        results = {**ended(), key: (ended_so, took)}
        remember(
            project,
            run_line(run, results, {"AB-123456": place if number < 5 else other}),
        )
    for words in (
        ["history"],
        ["history", "AB-123456"],
        ["flaky"],
        ["slow"],
        ["compare", "20", "23"],
    ):
        done = do(project, *words)
        assert done.out
        assert max(map(len, done.out.splitlines())) <= 80, done.out


def test_every_outcome_has_a_letter_of_its_own():
    assert set(_LETTERS) == {item.name for item in OUTCOMES}
    assert len(set(_LETTERS.values())) == len(_LETTERS)
