"""A hint names a command only if that command was planned on the tree, and helps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hint_cases import (
    BODY,
    CASES,
    FILES,
    NOT_MADE_HERE,
    OTHER,
    OTHER_SUITE,
    SPEC,
    SUITE,
)
from hint_follow import COMMAND, follow_drift, looked

from pending_calls import replaced

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(example):
    """Two domains, generated; one body in each is written."""
    made = example(FILES)
    made.done()
    for path in (SUITE, OTHER_SUITE):
        made.write(path, replaced(made.read(path), *BODY, 1))
    return made


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])
def test_what_a_hint_names_helps(project, case):
    """Every command of every hint is carried out, each on a tree of its own."""
    assert follow_drift(project, case)[0]


def test_a_changed_id_is_told_with_the_one_that_the_suite_has(project):
    project.replace(SPEC, ("id: SH-001", "id: SH-009"))
    (finding,) = [item for item in looked(project) if item.code == "DR214"]
    assert "the suite has it as SH-001 at" in finding.hint
    project.replace(SPEC, ("id: SH-009", "id: SH-001"))
    assert looked(project) == ()


def test_a_remedy_that_another_finding_blocks_is_not_named(project):
    project.replace(SUITE, ("The charge is right.", "The charge is never wrong."))
    project.write("generated/test_copy.py", project.read(SUITE))
    by_code = {finding.code: finding for finding in looked(project)}
    assert "DR203 at generated/test_" in by_code["ST304"].hint
    assert "suiteloom" not in by_code["ST304"].hint


def test_hints_name_the_domains_that_were_asked_for(project):
    project.replace(SPEC, ("The charge is right.", "It is right."))
    done = project.run("check", "shop", "--format", "json")
    hints = {finding["hint"] for finding in done.json["findings"]}
    assert "`suiteloom generate shop` brings it in line" in hints
    assert project.run("generate", "shop").code == 0


def test_every_code_of_drift_and_structure_is_made_here():
    page = (ROOT / "docs" / "findings.md").read_text("utf-8")
    codes = set(re.findall(r"^\| ((?:DR|ST)[0-9]{3}) \|", page, re.MULTILINE))
    assert {case.code for case in CASES} | NOT_MADE_HERE.keys() == codes


def test_refusals_of_keep_going_name_commands_that_help(project):
    project.replace(SUITE, ("The charge is right.", "The charge is never wrong."))
    project.replace(SPEC, ("The charge is right.", "It is right."))
    project.replace(OTHER_SUITE, ("The order is right.", "It is right."))
    project.replace(OTHER, ("The order is right.", "The order is kept."))
    done = project.run("generate", "--keep-going", "--format", "json")
    assert done.code == 4
    hints = {f["path"]: f["hint"] for f in done.json["findings"]}
    assert hints.keys() == {SUITE, OTHER_SUITE}
    for hint in hints.values():
        (command,) = COMMAND.findall(hint)
        assert project.run(*command.split()).code == 0
    assert project.run("generate", "--check").code == 0


def test_a_test_that_no_spec_ever_named_is_not_said_to_have_been_in_one(project):
    marked = (
        '    @pytest.mark.spec("SH-050")\n    def test_own(self):\n        assert 1\n'
    )
    project.write(SUITE, f"{project.read(SUITE)}\n{marked}")
    done = project.run("generate")
    (step,) = [line for line in done.out.splitlines() if line.startswith("next: ")]
    assert step.endswith(
        "SH-050 is an orphan: no spec has named it: specify it, or remove its marker"
    )
