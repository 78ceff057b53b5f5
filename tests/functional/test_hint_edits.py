"""What a hint names is done, command or edit, and the finding is gone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hint_cases import BODY, CASES, FILES, OTHER_SUITE, SUITE
from hint_cases import NOT_MADE_HERE as NOT_MADE_OF_DRIFT
from hint_claims import CLAIMS, NO_HINT
from hint_edits import LISTS, NOT_MADE_HERE, RUNS, SCAFFOLDS, EditCase
from hint_follow import follow, follow_drift

from example import Example
from pending_calls import replaced

ROOT = Path(__file__).resolve().parents[2]
SMALL = {"CO404-hook", "RU505-helper"}


@pytest.fixture
def project(example, monkeypatch):
    made = example(FILES)
    made.done()
    monkeypatch.chdir(made.root)
    return made


def params(cases):
    return [pytest.param(case, id=case.id) for case in cases]


@pytest.mark.parametrize("case", params([*LISTS, *SCAFFOLDS, *CLAIMS]))
def test_a_hint_that_needs_no_pytest_helps(project, case):
    assert follow(project, case)[0]


@pytest.mark.parametrize("case", params(c for c in RUNS if c.id in SMALL))
def test_a_hint_about_a_run_helps(project, case):
    assert follow(project, case)[0]


@pytest.mark.parametrize("case", params(c for c in RUNS if c.id not in SMALL))
def test_every_hint_about_a_run_helps(project, case):
    assert follow(project, case)[0]


@pytest.mark.parametrize(
    ("family", "cases"),
    [
        pytest.param("LI", LISTS, id="LI"),
        pytest.param("SF, SP111, TP, usage", SCAFFOLDS, id="usage"),
        pytest.param("CL", CLAIMS, id="CL"),
        pytest.param("CO, RU", RUNS, id="run"),
        pytest.param("DR, ST", CASES, id="drift"),
    ],
)
def test_the_page_says_how_many(monkeypatch, tmp_path_factory, family, cases):
    """Each case is followed once more, and what came of all is what the page says."""
    counts = [0, 0, 0]
    for case in cases:
        project = Example(tmp_path_factory.mktemp("project"), FILES)
        project.done()
        monkeypatch.chdir(project.root)
        if isinstance(case, EditCase):
            came = follow(project, case)
        else:
            for path in (SUITE, OTHER_SUITE):
                project.write(path, replaced(project.read(path), *BODY, 1))
            came = follow_drift(project, case)
        counts = [sum(pair) for pair in zip(counts, came, strict=True)]
    row = f"| {family} | {len(cases)} | {' | '.join(map(str, counts))} |"
    assert row in (ROOT / "docs" / "reliability.md").read_text("utf-8"), row


def test_every_code_has_a_hint_that_is_followed():
    page = (ROOT / "docs" / "findings.md").read_text("utf-8")
    codes = set(re.findall(r"^\| ([A-Z]{2}[0-9]{3}) \|", page, re.MULTILINE))
    specs = {code for code in codes if code.startswith("SP1")}
    made = {case.code for case in (*CASES, *LISTS, *SCAFFOLDS, *CLAIMS, *RUNS)} - {""}
    elsewhere = NOT_MADE_HERE.keys() | NOT_MADE_OF_DRIFT.keys() | NO_HINT.keys()
    assert made | specs | elsewhere == codes
    assert not made & NOT_MADE_HERE.keys()
