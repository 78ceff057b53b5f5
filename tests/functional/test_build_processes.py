"""`build` runs suites side by side where that pays off, and nothing else changes."""

from __future__ import annotations

import importlib.metadata
import json

import pytest

from pending_calls import replaced
from suiteloom.workflows import processes
from suiteloom.workflows.project import open_workspace

SPEC = "specs/{}.yaml"
SUITES = "generated/test_{}_integration_comprehensive.py"
KEPT = ".suiteloom/last-run.json"


@pytest.fixture
def two(shop):
    """Two domains: tests that pass, fail, are skipped and are pending, with cases."""
    spec, suite = shop.read(SPEC.format("shop")), shop.read()
    spec = spec.replace("category:", "environments: [test, prod]\ncategory:")
    shop.write(SPEC.format("shop"), spec)
    shop.write(
        SPEC.format("depot"), spec.replace("shop", "depot").replace("SH-", "DE-")
    )
    assert shop("generate").exit == 0
    pending = "        self.pending()\n"
    depot = shop.read(SUITES.format("depot"))
    for body in ("assert False", "import pytest; pytest.skip('not here')"):
        depot = replaced(depot, pending, f"        {body}\n", 1)
    shop.write(SUITES.format("depot"), depot)
    for body in ("self.record_metric('n', 1)", "assert self.env"):
        suite = replaced(suite, pending, f"        {body}\n", 1)
    shop.write(SUITES.format("shop"), suite)
    return shop


@pytest.fixture(autouse=True)
def _many_cores(monkeypatch):
    """As on a machine with cores to spare, where any test is worth a process."""
    monkeypatch.setattr(processes, "present_cores", lambda: 4)
    monkeypatch.setattr(processes, "_MANY_TESTS", 2)
    monkeypatch.setattr(processes, "_WORTH_S", 0.0)


@pytest.fixture
def choose(two):
    """What is chosen for the suites of some domains, or for all."""

    def make(*domains, can_spread=True):
        workspace = open_workspace(two.root)
        suites = [
            suite
            for suite in workspace.load().suites
            if not domains or suite.domain in domains
        ]
        chosen = processes.choose_processes(workspace, suites, can_spread=can_spread)
        order = [suite.domain for suite in chosen.ordered(suites)]
        return chosen.count, chosen.note, order

    return make


def built(project, *arguments):
    """A build as data, and the record that it kept; what no run repeats left out."""
    data = project("build", "--format", "json", *arguments).json
    kept = json.loads(project.read(KEPT))
    for test in kept["tests"]:
        del test["duration_s"]
    del kept["began_us"], kept["ended_us"], data["run"]["history"]
    return data, kept


@pytest.mark.parametrize(
    "arguments", [pytest.param([], id="one"), pytest.param(["--env", "all"], id="all")]
)
def test_results_records_and_findings_are_those_of_one_process(two, arguments):
    data, kept = built(two, *arguments)
    single, kept_single = built(two, *arguments, "--no-parallel")
    assert (data["run"].pop("processes"), single["run"].pop("processes")) == (2, None)
    assert {test["outcome"] for test in kept["tests"]} == {
        "passed",
        "failed",
        "skipped",
        "pending",
    }
    assert data == single
    assert kept == kept_single


def test_the_number_of_processes_and_the_way_out_are_said(two):
    shown = two("build").out
    assert (
        "\n2 processes, suites with most tests first; --no-parallel runs one" in shown
    )


def test_the_suite_that_took_longest_begins(two, choose):
    outcome = {
        "id": "SH-001",
        "nodeid": "a",
        "path": SUITES.format("shop"),
        "line": 1,
        "class_name": "A",
        "function": "a",
        "case": "",
        "is_orphan": False,
        "silently": False,
        "outcome": "passed",
        "duration_s": 9.0,
        "reason": "",
        "environment": "",
        "metrics": {},
        "attempts": 1,
    }
    depot = {"id": "DE-001", "path": SUITES.format("depot"), "duration_s": 1.0}
    other = outcome | depot
    run = {
        "schema": "suiteloom.run/3",
        "commit": None,
        "tree_clean": None,
        "environments": [""],
        "coverage_percent": None,
        "coverage_by_environment": {},
        "suites": {},
        "collected": [],
        "unspecified": {},
        "tests": [outcome, other],
    }
    two.write(KEPT, json.dumps(run))
    count, note, order = choose()
    assert (count, order) == (2, ["shop", "depot"])
    assert "suites that took longest first" in note


def test_where_nothing_is_recorded_the_suite_with_most_tests_begins(two, choose):
    spec = two.read(SPEC.format("shop"))
    first = spec.index("      - id: SH-002")
    more = spec[first : spec.index("  - title: Cart")]
    more = more.replace("SH-002", "SH-004").replace("test_refund", "test_again")
    two.write(SPEC.format("shop"), spec[:first] + more + spec[first:])
    assert choose()[2] == ["shop", "depot"]


@pytest.mark.parametrize(
    "version", [pytest.param(None, id="missing"), pytest.param("3.6.1", id="old")]
)
def test_without_pytest_xdist_the_extra_is_named(choose, monkeypatch, version):
    def installed(name):
        if version is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return version

    monkeypatch.setattr(processes.importlib.metadata, "version", installed)
    count, note, _ = choose()
    assert count == 0
    assert 'one process: `pip install "suiteloom[parallel]"`' in note


def test_nothing_is_chosen_where_it_is_configured_so(two, choose):
    two.replace(
        "[tool.suiteloom]\n", '[tool.suiteloom]\nparallel = "never"\n', "pyproject.toml"
    )
    assert choose() == (0, "", ["depot", "shop"])


def test_another_word_in_the_configuration_is_refused(two):
    two.replace(
        "[tool.suiteloom]\n", '[tool.suiteloom]\nparallel = "no"\n', "pyproject.toml"
    )
    result = two("build")
    assert result.exit == 2
    assert "use one of auto, never" in result.err


def test_one_suite_stays_in_one_process(choose):
    assert choose("shop") == (0, "", ["shop"])


def test_short_suites_stay_in_one_process(choose, monkeypatch):
    monkeypatch.setattr(processes, "_MANY_TESTS", 7)
    assert choose() == (0, "", ["depot", "shop"])


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param("-p no:xdist", id="left-out"),
        pytest.param("-n 2", id="used-already"),
    ],
)
def test_settings_of_pytest_about_processes_win(two, setting):
    text = two.read("pyproject.toml")
    two.write("pyproject.toml", f'{text}addopts = "{setting}"\n')
    result = two("build")
    assert "suites are not spread over processes: pytest's settings" in result.out
    assert "ran 6 specified tests" in result.out
