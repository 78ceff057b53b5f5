"""A test in quarantine runs, fails nothing, and counts for nothing, until its last day."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from shop_project import Cli, commit, git

from suiteloom.store import clock
from suiteloom.workflows import quarantines

TODAY = date(2026, 12, 1)
SPEC = "specs/shop.yaml"
NAME = "name: test_charged_once\n"
PASS = "assert self.env"
FAIL = "assert self.env is None, 'charged twice'"


def entry(until: date | str = "2026-12-20", rest: str = "") -> str:
    return (
        f"        quarantine: {{until: {until}, owner: payments, "
        f"reason: the bank answers late{rest}}}\n"
    )


def hold(cli: Cli, until: date | str = "2026-12-20", rest: str = "") -> None:
    """Put SH-001 in quarantine."""
    cli.replace(NAME, NAME + entry(until, rest), SPEC)


def write_bodies(cli: Cli, first: str) -> None:
    """Give SH-001 a body, and all others one that passes."""
    cli.replace("self.pending()", first, count=1)
    cli.replace("self.pending()", PASS)
    assert cli("generate").exit == 0


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Say what day it is."""

    def say(day: date) -> None:
        at = datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: at)

    say(TODAY)
    return say


@pytest.fixture
def held(shop: Cli, today: Any) -> Cli:
    """The shop with SH-001 in quarantine, which fails; the rest passes."""
    today(TODAY)
    write_bodies(shop, FAIL)
    hold(shop)
    return shop


def test_a_failing_test_in_quarantine_fails_no_build_and_covers_no_revenue(held):
    result = held("build", "--format", "json")
    assert result.exit == 0
    run, status = result.json["run"], result.json["status"]
    assert run["passed"] is True
    assert run["outcomes"]["SH-001"] == "failed"
    assert [(f["code"], f["severity"], f["id"]) for f in run["findings"]] == [
        ("RU510", "warning", "SH-001")
    ]
    totals = status["totals"]
    assert (totals["passed"], totals["failed"], totals["quarantined"]) == (2, 0, 1)
    assert (totals["revenue_usd"], totals["covered_usd"]) == (900000, 0)


def test_the_day_after_its_last_day_it_fails_the_build_again(held, today):
    today(date(2026, 12, 20))
    assert held("build").exit == 0
    today(date(2026, 12, 21))
    result = held("build", "--format", "json")
    assert result.exit == 1
    (failed,) = [f for f in result.json["run"]["findings"] if f["code"] == "RU501"]
    assert failed["hint"] == "its quarantine ended on 2026-12-20"
    totals = result.json["status"]["totals"]
    assert (totals["failed"], totals["quarantined"]) == (1, 0)


@pytest.mark.usefixtures("today")
def test_a_test_in_quarantine_that_passes_does_not_count_as_passed(shop):
    write_bodies(shop, PASS)
    hold(shop)
    result = shop("build", "--format", "json")
    assert result.exit == 0
    assert result.json["run"]["outcomes"]["SH-001"] == "passed"
    totals = result.json["status"]["totals"]
    assert (totals["passed"], totals["quarantined"]) == (2, 1)
    assert totals["covered_usd"] == 0
    shop.replace(entry(), "", SPEC)
    totals = shop("status", "--format", "json").json["totals"]
    assert (totals["passed"], totals["covered_usd"]) == (3, 900000)


def test_run_and_status_count_it_apart_and_say_until_when_whose_and_why(held):
    said = "until 2026-12-20, payments: the bank answers late"
    out = held("run").out
    assert (
        "ran 3 specified tests (4 cases, as pytest counts): 2 passed, 1 quarantined"
        in out
    )
    assert f"quarantined: SH-001 failed, {said}" in out
    assert "charged twice" in out
    out = held("status").out
    assert "quarantined" in out.splitlines()[0]
    assert f"quarantined: SH-001 failed, {said}" in out


def test_pytests_own_output_shows_the_failure_and_its_traceback(held):
    out = held("run").out
    assert "> " in out
    assert "AssertionError: charged twice" in out
    assert "1 xfailed" in out


@pytest.mark.usefixtures("today")
def test_json_says_what_is_known_of_each_quarantine(shop):
    hold(shop, rest=", link: https://example.org/7")
    assert shop("status", "--format", "json").json["quarantined"] == [
        {
            "domain": "shop",
            "id": "SH-001",
            "name": "test_charged_once",
            "outcome": None,
            "until": "2026-12-20",
            "owner": "payments",
            "reason": "the bank answers late",
            "link": "https://example.org/7",
            "passes_in_a_row": None,
            "may_leave": False,
        }
    ]


def test_fast_fail_goes_on_behind_a_test_in_quarantine(held):
    result = held("run", "--fast-fail", "--format", "json", "--", "-p", "no:randomly")
    assert result.exit == 0
    assert len(result.json["outcomes"]) == 3


@pytest.mark.usefixtures("today")
def test_in_other_processes_tests_in_quarantine_may_fail_and_take_theirs_down(shop):
    write_bodies(shop, "import os; os._exit(3)")
    shop.replace(PASS, FAIL, count=1)
    hold(shop)
    other = "name: test_refund\n"
    shop.replace(other, other + entry(), SPEC)
    result = shop("run", "--workers", "1", "--format", "json")
    assert result.exit == 0
    assert result.json["outcomes"] == {
        "SH-001": "failed",
        "SH-002": "failed",
        "SH-003": "passed",
    }


def test_what_else_makes_pytest_fail_is_not_hidden_by_a_quarantine(held):
    held.write(
        "generated/conftest.py",
        "def pytest_sessionfinish(session):\n    session.exitstatus = 1\n",
    )
    result = held("run", "--format", "json")
    assert result.exit == 1
    assert [f["code"] for f in result.json["findings"]] == ["RU503", "RU510"]


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize(
    ("method", "outcome"),
    [
        pytest.param("setup_method", "error", id="setup"),
        pytest.param("teardown_method", "error", id="teardown"),
    ],
)
def test_an_error_before_or_after_it_is_held_too(shop, method, outcome):
    write_bodies(shop, PASS)
    shop.replace(
        "class TestPayment(SSotAsyncTestCase):\n",
        "class TestPayment(SSotAsyncTestCase):\n"
        f"    def {method}(self, method):\n"
        f"        super().{method}(method)\n"
        "        assert 'charged' not in method.__name__\n\n",
    )
    hold(shop)
    result = shop("run", "--format", "json")
    assert (result.exit, result.json["outcomes"]["SH-001"]) == (0, outcome)


@pytest.mark.usefixtures("today")
def test_a_subtest_that_fails_is_no_pass_of_a_test_in_quarantine(shop):
    write_bodies(shop, "with subtests.test('a'):\n            assert 0")
    shop.replace("def test_charged_once(self)", "def test_charged_once(self, subtests)")
    hold(shop)
    result = shop("run", "--format", "json")
    assert (result.exit, result.json["outcomes"]["SH-001"]) == (0, "failed")


@pytest.mark.usefixtures("today")
def test_a_pending_test_in_quarantine_is_pending(shop):
    hold(shop)
    assert shop("run", "--format", "json").json["outcomes"]["SH-001"] == "pending"
    totals = shop("status", "--format", "json").json["totals"]
    assert (totals["pending"], totals["quarantined"]) == (3, 1)


def test_the_teams_own_pytest_fails_and_counts_it_apart(shop):
    write_bodies(shop, FAIL)
    hold(shop, datetime.now(UTC).date() + timedelta(days=5))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "suiteloom", "generated"]
    done = subprocess.run(
        command, cwd=shop.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "3 specified tests: 2 passed, 1 quarantined" in done.stdout
    assert "quarantined: SH-001 failed" in done.stdout


def test_exports_hold_neither_a_pass_nor_a_failure(held):
    junit, ctrf = held.root / "junit.xml", held.root / "ctrf.json"
    assert held("run", "--also", f"junit={junit}", "--also", f"ctrf={ctrf}").exit == 0
    assert 'failures="0"' in junit.read_text("utf-8")
    assert '<skipped type="quarantined"' in junit.read_text("utf-8")
    assert '"status": "failed"' not in ctrf.read_text("utf-8")
    assert '"rawStatus": "quarantined"' in ctrf.read_text("utf-8")


def test_a_quarantine_changes_no_byte_and_makes_nothing_suspect(held):
    before = held.tree()
    assert held("generate", "--check").exit == 0
    assert held("check").exit == 0
    assert held.tree() == before
    assert "suspect" not in held("status").out.splitlines()[0]


@pytest.mark.usefixtures("today")
def test_a_last_day_too_far_ahead_is_refused_with_its_place(shop):
    hold(shop, "2026-12-31")
    assert shop("check").exit == 0
    shop.replace("2026-12-31", "2027-01-01", SPEC)
    result = shop("check", "--format", "json")
    assert result.exit == 3
    (found,) = result.json["findings"]
    assert (found["code"], found["path"], found["line"], found["column"]) == (
        "SP112",
        SPEC,
        16,
        29,
    )
    ends = "the quarantine ends on 2027-01-01, over 30 days from today"
    assert found["message"] == ends
    assert found["hint"].startswith("2026-12-31 is the latest today (UTC)")
    assert shop("run").exit == 3


def test_check_warns_at_the_place_of_a_quarantine_that_ends_soon(shop, today):
    hold(shop)
    today(date(2026, 12, 13))
    result = shop("check", "--format", "json")
    (found,) = [f for f in result.json["findings"] if f["code"] == "SP113"]
    assert result.exit == 0
    assert (found["path"], found["line"], found["id"]) == (SPEC, 16, "SH-001")
    assert "ends in 7 days: 2026-12-20 is its last day" in found["message"]


def test_more_quarantines_than_the_project_allows_fail_check_and_run(held):
    held.replace(
        "[tool.suiteloom]\n", "[tool.suiteloom]\nquarantine_max = 0\n", "pyproject.toml"
    )
    for verb in ("check", "run"):
        result = held(verb, "--format", "json")
        found = [f for f in result.json["findings"] if f["code"] == "SP114"]
        assert result.exit == 1
        assert [f["message"] for f in found] == [
            "1 test in quarantine, and `quarantine_max` is 0: SH-001"
        ]


@pytest.mark.parametrize("value", ["-1", "1.5", '"3"', "true", "10001"])
def test_a_cap_that_is_no_number_is_refused(shop, value):
    shop.replace(
        "[tool.suiteloom]\n",
        f"[tool.suiteloom]\nquarantine_max = {value}\n",
        "pyproject.toml",
    )
    result = shop("status")
    assert result.exit == 2
    assert "`quarantine_max` must be a whole number from 0 to 10,000" in result.err


@pytest.fixture
def committed(shop: Cli, today: Any) -> Cli:
    """The shop under git, with SH-001 in quarantine until the 20th."""
    today(TODAY)
    hold(shop)
    shop.write(".gitignore", ".suiteloom/\n__pycache__/\n")
    git(shop.root, "init", "-q")
    commit(shop.root)
    return shop


def changes(cli: Cli) -> list[tuple[str, str, str]]:
    data = cli("diff", "HEAD", "--format", "json").json
    return [(c["id"], c["change"], c["detail"]) for c in data["changes"]]


def test_diff_shows_that_a_quarantine_came(committed):
    committed.replace(entry(), "", SPEC)
    commit(committed.root)
    hold(committed)
    data = committed("diff", "HEAD", "--format", "json").json
    (change,) = data["changes"]
    assert (change["change"], change["detail"]) == (
        "quarantined",
        "until 2026-12-20, payments",
    )
    said = "until 2026-12-20, payments: the bank answers late"
    assert change["fields"] == [
        {"name": "quarantine", "old": [], "new": [said], "line": 16}
    ]
    assert (data["before"]["quarantined"], data["after"]["quarantined"]) == (0, 1)
    assert data["at_stake"] == {"shop": 900000}
    assert committed("diff", "HEAD", "--exit-code").exit == 1
    out = committed("diff", "HEAD").out
    assert "in quarantine: 1" in out
    assert f"+ {said}" in out
    assert "quarantined 0 -> 1" in out


def test_diff_shows_that_a_new_test_is_in_quarantine(committed):
    committed.replace(
        "  - title: Cart\n    tests:\n",
        "  - title: Cart\n    tests:\n      - id: SH-009\n        name: test_new\n"
        f"        bvj: {{value_impact: It counts.}}\n{entry()}",
        SPEC,
    )
    assert [c[:2] for c in changes(committed)] == [
        ("SH-009", "added"),
        ("SH-009", "quarantined"),
    ]


def test_diff_shows_that_a_quarantine_was_extended(committed):
    committed.replace("until: 2026-12-20", "until: 2026-12-27", SPEC)
    detail = "2026-12-20 -> 2026-12-27, payments"
    assert changes(committed) == [("SH-001", "extended", detail)]
    assert committed("diff", "HEAD", "--exit-code").exit == 1
    markdown = committed("diff", "HEAD", "--format", "markdown").out
    assert "### suiteloom: 1 in quarantine" in markdown


def test_diff_shows_that_a_quarantine_went(committed):
    committed.replace(entry(), "", SPEC)
    assert changes(committed) == [("SH-001", "released", "it counts again")]
    assert committed("diff", "HEAD", "--exit-code").exit == 0


def test_diff_shows_another_owner_or_an_earlier_end_as_a_change(committed):
    committed.replace("owner: payments", "owner: cart", SPEC)
    assert changes(committed) == [("SH-001", "changed", "")]
    committed.replace("until: 2026-12-20", "until: 2026-12-10", SPEC)
    assert changes(committed) == [("SH-001", "changed", "")]


def test_diff_reads_a_state_whose_quarantine_reached_too_far(committed, today):
    today(date(2026, 11, 1))
    committed.replace(entry(), "", SPEC)
    assert changes(committed) == [("SH-001", "released", "it counts again")]


def test_the_page_of_a_comparison_says_that_a_result_is_of_a_quarantine(committed):
    committed.replace("self.pending()", PASS)
    assert committed("generate").exit == 0
    assert committed("run").exit == 0
    page = committed("diff", "HEAD", "--format", "html").out
    assert page.count("<p>passed, in quarantine</p>") == 1
    assert page.count('<p class="good">passed</p>') == 2


def test_tests_in_quarantine_can_be_selected(committed, today):
    select = ("status", "--select", "state:quarantined", "--format", "json")
    assert committed(*select).json["totals"]["specified"] == 1
    today(date(2026, 12, 21))
    assert committed(*select).exit == 2


def test_after_some_passes_in_a_row_tables_say_that_it_may_leave(
    shop, today, monkeypatch
):
    monkeypatch.setattr(quarantines, "PASSES_TO_LEAVE", 2)
    today(TODAY)
    write_bodies(shop, PASS)
    hold(shop)
    once = ("run", "SH-001", "--format", "json")
    (test,) = shop(*once).json["quarantined"]
    assert (test["passes_in_a_row"], test["may_leave"]) == (1, False)
    assert "may leave" not in shop("status").out
    said = "; it passed in its last 2 runs and may leave"
    assert said in shop("run", "SH-001").out
    assert said in shop("status").out
    shop.replace(PASS, FAIL, count=1)
    (test,) = shop(*once).json["quarantined"]
    assert (test["passes_in_a_row"], test["may_leave"]) == (0, False)


def test_a_history_that_can_not_be_read_harms_no_table(held):
    assert held("run").exit == 0
    held.write(".suiteloom/history.db", "no history")
    (test,) = held("status", "--format", "json").json["quarantined"]
    assert test["passes_in_a_row"] is None


def test_joined_shards_count_it_apart(committed):
    write_bodies(committed, FAIL)
    commit(committed.root)
    assert committed("run", "--shard", "1/1").exit == 0
    record = str(committed.root / ".suiteloom" / "shard-1-of-1.json")
    result = committed("merge", record, "--format", "json")
    assert result.exit == 0
    assert result.json["counts"] == {"passed": 2, "quarantined": 1}
    assert [test["id"] for test in result.json["quarantined"]] == ["SH-001"]
    assert "2 passed, 1 quarantined" in committed("merge", record).out
