"""A hint names a command only if that command was planned on the tree, and helps."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from hint_cases import CASES, FILES, NOT_MADE_HERE, OTHER_SUITE, SPEC, SUITE

from pending_calls import replaced
from suiteloom.workflows import check as workflow
from suiteloom.workflows.project import open_workspace
from suiteloom.workflows.remedies import Remedies

ROOT = Path(__file__).resolve().parents[2]
COMMAND = re.compile(r"`suiteloom ([^`]+)`")
BODY = ("        self.pending()", "        assert self.env")


@pytest.fixture
def project(example):
    """Two domains, generated; one body in each is written."""
    made = example(FILES)
    made.done()
    for path in (SUITE, OTHER_SUITE):
        made.write(path, replaced(made.read(path), *BODY, 1))
    return made


def looked(project):
    """What `check` finds without pytest, with its hints."""
    workspace = open_workspace(project.root)
    specs, files = workspace.load(), workspace.suite_files()

    def look(specs, files):
        return workflow._looked(workspace, (), specs, files)

    remedies = Remedies(workspace, specs, files, (), look)
    return remedies.hinted(look(specs, files))


def found(project, verb):
    if verb == ("check",):
        return [(f.code, f.id, f.path, f.hint) for f in looked(project)]
    refused = project.run(*verb, "--format", "json")
    assert refused.code == 4
    return [
        (f["code"], f["id"], f["path"], f["hint"]) for f in refused.json["findings"]
    ]


@pytest.fixture(scope="module")
def tally():
    """Counts what was tried, and says so at the end (shown with -s)."""
    counts = Counter()
    yield counts
    told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    sys.stdout.write(f"{told}\n")


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])
def test_what_a_hint_names_helps(project, case, tally):
    """Every command of every hint is carried out, each on a tree of its own."""
    case.make(project)
    tree = project.tree()
    findings = found(project, case.verb)
    assert case.code in {code for code, *_ in findings}
    for code, identity, path, hint in findings:
        assert hint, f"{code} says nothing of what to do"
        for command in COMMAND.findall(hint):
            for name, data in tree.items():
                project.write(name, data)
            done = project.run(*command.split())
            assert done.code == 0, f"{code}: {command}: {done.out}{done.err}"
            left = {(c, i, p) for c, i, p, _ in found_after(project)}
            assert (code, identity, path) not in left, f"{code}: {command}"
            tally["commands followed, each finding gone"] += 1
            for name in project.tree().keys() - tree.keys():
                (project.root / name).unlink()
        tally["findings"] += 1
        tally["hints that name an edit only"] += not COMMAND.search(hint)


def found_after(project):
    return [(f.code, f.id, f.path, f.hint) for f in looked(project)]


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
