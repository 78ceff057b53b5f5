"""A status report with typed figures: each is found, judged, and once marked, held."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from shop_project import ROOT

from example import Example
from past_runs import run_line
from suiteloom.cli.claim_sources import claim_sources
from suiteloom.cli.claims_shown import show_suggestions
from suiteloom.cli.output import Output
from suiteloom.model import CollectedTest, TestOutcome
from suiteloom.model.dotted import lookup
from suiteloom.results import LastRun, dump_run, file_digest
from suiteloom.store.history import History
from suiteloom.workflows.claims import Sources, check_claims, suggest
from suiteloom.workflows.claims.stale import OF_RUN
from suiteloom.workflows.history.remember import add_lines
from suiteloom.workflows.project import open_workspace

REPORT = Path(__file__).parent / "claimed" / "report.md"
CLAIMS = 27
"""Figures of the report that a source can tell."""


def build_project(root):
    """The six suites, without a run."""
    for folder in ("specs", "generated"):
        ignored = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
    settings = (ROOT / "pyproject.toml").read_bytes()
    files = {"pyproject.toml": settings, "report.md": REPORT.read_bytes()}
    project = Example(root, files)
    return project, open_workspace(root)


def let_pass(project, workspace):
    """A run in which every test passed in 100 s, with 96% coverage, twice remembered."""
    suites = workspace.load().suites
    tests = tuple(
        TestOutcome(
            CollectedTest(t.id, t.id, suite.path, 1, "T", t.name, "", is_orphan=False),
            "passed",
        )
        for suite in suites
        for t in suite.tests
    )
    run = LastRun(
        ("",),
        {suite.path: file_digest(project.bytes(suite.path)) for suite in suites},
        frozenset(test.test.id for test in tests),
        {},
        tests,
        coverage=96.0,
        began_us=1_790_000_000_000_000,
        ended_us=1_790_000_100_000_000,
    )
    project.write(".suiteloom/last-run.json", dump_run(run))
    results = {test.test.id: ("passed", 1000) for test in tests}
    lines = [run_line(number, results) for number in (1, 2)]
    add_lines(workspace, History.of(workspace.root, None), lines)


@pytest.fixture(scope="module")
def passing(tmp_path_factory):
    """The project after that run, with its sources asked once."""
    project, workspace = build_project(tmp_path_factory.mktemp("passing"))
    let_pass(project, workspace)
    return project, workspace, claim_sources(workspace)


@pytest.fixture(scope="module")
def waiting(tmp_path_factory):
    """The project before any run, with its sources."""
    _, workspace = build_project(tmp_path_factory.mktemp("waiting"))
    return workspace, claim_sources(workspace)


@pytest.fixture(scope="module")
def found(passing):
    _, workspace, sources = passing
    return suggest(workspace, ["report.md"], sources).found


@pytest.fixture(scope="module")
def marked(passing, found):
    """The report with each marker where it was suggested, all of them right."""
    project, workspace, sources = passing
    lines = REPORT.read_text("utf-8").split("\n")
    for item in sorted(found, key=lambda item: (item.line, -item.column)):
        if item.marker and item.verdict != "list":
            line = lines[item.line - 1]
            at = item.column - 1
            lines[item.line - 1] = f"{line[:at]}{item.marker}{line[at:]}"
    project.write("marked.md", "\n".join(lines))
    check_claims(workspace, ["marked.md"], sources, writes=True)
    return project.read("marked.md")


def test_what_is_true_is_said(found):
    shown = [(item.text, item.source) for item in found if item.verdict == "true"]
    assert shown == [
        ("117+", "totals.specified"),
        ("6", "suites.length"),
        ("17", "suites.system_core.specified"),
        ("20", "suites.startup_sequence.specified"),
        ("18", "suites.configuration_management.specified"),
        ("20", "suites.environment_isolation.specified"),
        ("16", "suites.authentication_security.specified"),
        ("26", "suites.websocket_messaging.specified"),
        ("$2.4M", "suites.system_core.revenue_usd"),
        ("$1.8M", "suites.startup_sequence.revenue_usd"),
        ("$3.2M", "suites.configuration_management.revenue_usd"),
        ("$5.5M", "suites.environment_isolation.revenue_usd"),
        ("$8.1M", "suites.authentication_security.revenue_usd"),
        ("$12.3M", "suites.websocket_messaging.revenue_usd"),
        ("$33.3M+", "totals.revenue_usd"),
        ("100%", "report:structure.on_base of report:structure.classes"),
        ("0", "report:structure.direct_environment"),
        ("5", "report:totals.entries_shown"),
        ("5", "report:totals.entries"),
        ("10 minutes", "report:run.took_s <"),
        ("0", "report:quality.flaky.length"),
        ("100+", "totals.specified"),
        ("17%", "totals.specified over 100"),
        (">95%", "report:run.coverage_percent"),
    ]


@pytest.mark.parametrize(
    ("text", "source", "words"),
    [
        pytest.param("97", "totals.score", "which is 100", id="score"),
        pytest.param("158+", "report:totals.statements", "which is 157", id="bvj"),
    ],
)
def test_what_contradicts_is_said_with_both_figures(found, text, source, words):
    items = [item for item in found if item.source == source]
    assert items
    for item in items:
        assert (item.text, item.verdict) == (text, "contradicts")
        assert words in item.said


def test_what_nothing_can_check_is_said(found):
    shown = [item.text for item in found if item.verdict == "no source"]
    assert shown == ["40%", "70%", "85%"]


def test_a_date_that_was_never_filled_in_is_said(found):
    (item,) = [item for item in found if item.verdict == "template"]
    assert item.text == '{datetime.now().strftime("%Y-%m-%d")}'


def test_a_list_that_is_shorter_than_its_number_is_said(found):
    (item,) = [item for item in found if item.verdict == "list"]
    assert item.said == (
        "20 is said, and 19 are named: not test_environment_value_type_conversion"
    )


def test_how_many_runs_were_seen_is_said(found):
    (item,) = [item for item in found if "flaky" in item.source]
    assert "in the 2 runs that were compared" in item.said


def test_every_claim_of_the_report_is_found(found):
    told = [item for item in found if item.marker and item.verdict != "list"]
    assert len(told) == CLAIMS


def test_before_a_run_nothing_is_said_of_it(waiting):
    workspace, sources = waiting
    items = suggest(workspace, ["report.md"], sources).found
    verdicts = {item.source: item.verdict for item in items if item.source}
    assert verdicts["report:run.took_s"] == "not known"
    assert verdicts["report:run.coverage_percent"] == "not known"
    assert verdicts["report:quality.flaky.length"] == "not known"
    money = [item.said for item in items if item.source == "totals.revenue_usd"]
    assert money == [
        "$33.3M+ is true today: totals.revenue_usd is $33,300,000, of which $0 is protected"
    ]


def test_marked_and_corrected_the_report_is_right(passing, marked):
    project, workspace, sources = passing
    project.write("again.md", marked)
    report = check_claims(workspace, ["again.md"], sources)
    assert (report.exit_code, report.findings) == (0, ())
    assert len(report.claims) == CLAIMS
    left = suggest(workspace, ["again.md"], sources).found
    assert {item.verdict for item in left} <= {"no source", "template", "list"}


@pytest.mark.parametrize("place", range(CLAIMS))
def test_breaking_any_one_number_fails(passing, marked, place):
    project, workspace, sources = passing
    numbers = list(re.finditer(r"(?<=-->)([<>$]*)(\d+)", marked))
    assert len(numbers) == CLAIMS
    match = numbers[place]
    is_upper = "<" in marked[: match.start()].rpartition("<!--")[2]
    worse = 1 if is_upper else int(match[2]) + 50
    broken = f"{marked[: match.start(2)]}{worse}{marked[match.end(2) :]}"
    project.write("broken.md", broken)
    report = check_claims(workspace, ["broken.md"], sources)
    assert report.exit_code == 1
    assert [finding.code for finding in report.findings] == ["CL101"]


def test_every_field_that_a_run_tells_is_stale_where_the_run_is(waiting, passing):
    without, after = waiting[1], passing[2]
    told = set()
    for verb, path in [
        ("status", "totals"),
        ("status", "suites.system_core"),
        ("report", "totals"),
        ("report", "domains.system_core"),
        ("report", "structure"),
        ("report", "compliance"),
    ]:
        old, new = lookup(without.data(verb), path), lookup(after.data(verb), path)
        told |= {key for key in old if old[key] != new[key]}
    told -= {"stale", "stale_tests", "groups", "lost", "suite"}
    assert told == told & OF_RUN
    assert {"passed", "protecting", "protected_usd", "entries_shown"} <= told


def test_what_a_document_of_another_project_says_is_no_contradiction(passing):
    project, workspace, sources = passing
    project.write(
        "other.md", "It has 118 tests, 7 suites and a score of 12; 117 tests too."
    )
    found = suggest(workspace, ["other.md"], sources).found
    assert [(item.text, item.verdict) for item in found] == [
        ("118", "not decided"),
        ("7", "not decided"),
        ("12", "not decided"),
        ("117", "true"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "**Tests**: 117 in 6 suites\n**Compliance score**: 97/100",
            [
                ("117", "totals.specified"),
                ("6", "suites.length"),
                ("97", "totals.score"),
            ],
            id="labels",
        ),
        pytest.param(
            "1. System Core (17 tests): prevents $2.4M",
            [
                ("17", "suites.system_core.specified"),
                ("$2.4M", "suites.system_core.revenue_usd"),
            ],
            id="brackets",
        ),
        pytest.param("6 suites: 17 of them", [("6", "suites.length")], id="colon"),
        pytest.param(
            "17 tests in System Core, 20 tests in Startup Sequence",
            [
                ("17", "suites.system_core.specified"),
                ("20", "suites.startup_sequence.specified"),
            ],
            id="name-behind",
        ),
        pytest.param(
            "| System Core | 17 tests | $2.4M |\n|---|---|---|\n",
            [
                ("17", "suites.system_core.specified"),
                ("$2.4M", "suites.system_core.revenue_usd"),
            ],
            id="head-of-a-table",
        ),
        pytest.param(
            "# WebSocket Messaging\n\n26 tests\n",
            [("26", "suites.websocket_messaging.specified")],
            id="below-a-title",
        ),
        pytest.param(
            "# x\n\n| group | tests |\n|--|--|\n| Event Validation | 3 |",
            [
                (
                    "3",
                    'report:domains.websocket_messaging.groups."Event Validation".specified',
                )
            ],
            id="group-in-a-row",
        ),
    ],
)
def test_what_a_number_is_about(passing, text, expected):
    project, workspace, sources = passing
    project.write("about.md", text)
    found = suggest(workspace, ["about.md"], sources).found
    assert [(item.text, item.source) for item in found] == expected


def test_what_once_was_so_contradicts_and_names_the_run(passing):
    project, workspace, sources = passing
    run = {"run": 7, "started": "2026-01-02T03:04:05Z", "tests": 115}
    past = Sources(
        workspace,
        {
            "status": lambda: sources.data("status"),
            "report": lambda: sources.data("report"),
            "history": lambda: {"runs": [run]},
        },
    )
    project.write("other.md", "It has 115 tests.")
    (item,) = suggest(workspace, ["other.md"], past).found
    assert item.verdict == "contradicts"
    assert item.said.endswith("which is 117; it was so in run 7, 2026-01-02")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("5 tests " * 300, id="numbers"),
        pytest.param("a, " * 20_000 + "5 tests " * 50, id="commas"),
        pytest.param("abc " * 50_000 + "5 tests", id="words"),
        pytest.param("{" + "(" * 150 + ")" * 150 + "} 5 tests", id="depth"),
        pytest.param("{" * 20_000 + " 5 tests", id="braces"),
        pytest.param("{a.b:{c.d}} \u202e{x()} 5 tests", id="templates"),
        pytest.param("1,234" + ",567" * 5_000 + " 5 tests", id="one-long-number"),
    ],
)
def test_a_hostile_document_does_not_hide_a_number(passing, text):
    project, workspace, sources = passing
    project.write("hostile.md", text)
    found = suggest(workspace, ["hostile.md"], sources).found
    assert (found[-1].text, found[-1].source) == ("5", "totals.specified")


def test_the_verb_prints_it_and_fails(passing, found, monkeypatch):
    project, _, _ = passing
    monkeypatch.chdir(project.root)
    outcome = project.run("claims", "report.md", "--suggest", "--format", "json")
    assert (outcome.code, outcome.json["schema"]) == (1, "suiteloom.claims-suggest/1")
    assert (
        len(outcome.json["suggestions"]) == len(outcome.json["findings"]) == len(found)
    )
    both = project.run("claims", "report.md", "--suggest", "--write")
    assert (both.code, "can not be together" in both.err) == (2, True)


def test_what_is_shown_names_the_marker(passing, capsys):
    _, workspace, sources = passing
    show_suggestions(
        Output(), suggest(workspace, ["report.md"], sources), "text", Path()
    )
    shown = capsys.readouterr().out
    assert "report.md:5:18: CL202 117+ is true today: totals.specified is 117" in shown
    assert "hint: mark it: <!-- suiteloom: totals.specified -->" in shown
    assert "32 numbers without a marker in 1 document: 24 true, " in shown
