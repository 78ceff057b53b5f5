"""How a report is asked for: which run, which domains, where it is written."""

from __future__ import annotations

import json

import pytest
from shop_project import SUITE, Cli, commit, git

from suiteloom.cli.report_app import FORMS

PASS = "assert self.env"


@pytest.fixture
def ran(shop: Cli) -> Cli:
    """The shop under git, with a body that passes in each test, run twice."""
    shop.replace("self.pending()", PASS)
    shop.write(".gitignore", ".suiteloom/\n__pycache__/\nout/\n")
    assert shop("generate").exit == 0
    git(shop.root, "init", "-q")
    commit(shop.root)
    assert shop("run").exit == shop("run").exit == 0
    return shop


def test_a_remembered_run_of_the_present_commit_counts_as_the_last_one_does(ran):
    last = ran("report", "--format", "json").json
    first = ran("report", "--format", "json", "--run", "1").json
    assert (first["run"]["number"], last["run"]["number"]) == (1, 2)
    assert first["totals"] | {"unspecified": 0} == last["totals"]
    assert [item["run"] for item in last["trends"]] == [1, 2]


def test_a_remembered_run_of_another_commit_is_stale(ran):
    ran.replace(PASS, f"{PASS}  # seen", count=1)
    commit(ran.root)
    assert ran("run").exit == 0
    data = ran("report", "--format", "json", "--run", "1").json
    assert {item["reason"] for item in data["at_risk"]} == {"stale"}
    assert data["totals"]["protected_usd"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--run", "9"), "no run '9' is remembered", id="no-run"),
        pytest.param(("shopp",), "did you mean shop?", id="no-domain"),
        pytest.param(("--history", "no.db"), "no.db", id="no-history"),
    ],
)
def test_what_is_not_there_is_a_usage_error(ran, arguments, said):
    result = ran("report", *arguments)
    assert result.exit == 2
    assert said in result.err
    assert result.out == ""


def test_a_domain_is_reported_by_itself(ran):
    spec = ran.read("specs/shop.yaml")
    ran.write("specs/stock.yaml", spec.replace("shop", "stock").replace("SH-", "ST-"))
    data = ran("report", "--format", "json", "stock").json
    assert [domain["domain"] for domain in data["domains"]] == ["stock"]
    assert data["totals"]["specified"] == 3


def test_it_is_written_to_a_file(ran):
    file = ran.root / "out.md"
    result = ran("report", "-o", str(file))
    assert (result.exit, result.out) == (0, "")
    assert file.read_text().startswith("# ")
    assert file.read_text() == ran("report").out


def test_a_folder_gets_each_form(ran):
    result = ran("report", "--folder", str(ran.root / "out"))
    assert (result.exit, result.out) == (0, "")
    for form, name in FORMS.items():
        assert ran.read(f"out/{name}") == ran("report", "--format", form).out


def test_a_build_writes_the_report_of_its_own_run(ran):
    ran.replace(PASS, "assert not self.env", count=1)
    result = ran("build", "--report", str(ran.root / "out"))
    assert result.exit == 1
    data = json.loads((ran.root / "out/report.json").read_text())
    assert data == ran("report", "--format", "json").json
    assert data["totals"]["failed"] == 1
    assert (ran.root / "out/report.md").read_text() == ran("report").out
    page = ran("report", "--format", "html").out
    assert (ran.root / "out/report.html").read_text("utf-8") == page


def test_a_history_that_is_damaged_leaves_the_rest_and_is_said(ran):
    ran.write(
        ".suiteloom/history.db", "no database at all, but long enough for one" * 9
    )
    data = ran("report", "--format", "json").json
    assert data["quality"]["problem"]
    assert data["totals"]["passed"] == 3
    assert "Nothing is known of earlier runs: " in ran("report").out


def test_a_suite_that_is_gone_leaves_its_tests_pending(ran):
    (ran.root / SUITE).unlink()
    data = ran("report", "--format", "json").json
    assert data["at_risk"][0]["reason"] == "pending"
    assert data["domains"][0]["groups"][0]["tests"][0]["line"] == 0
