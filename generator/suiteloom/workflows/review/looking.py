"""What a person looks at before deciding: requirement, body and edit of one unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import unified_diff

from suiteloom.errors import SpecError, SuiteloomError, UsageError
from suiteloom.model import FieldChange, Place, Test, normative_digest
from suiteloom.store.revisions import Repository
from suiteloom.suites import SuiteText, Unit, read_suite
from suiteloom.workflows.diff.fields import case_changes, normative_changes, said
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.respec import plan_absorb
from suiteloom.workflows.restore import restored_texts
from suiteloom.workflows.review.undecided import Decision, Undecided

__all__ = ["View", "look"]

_MOST_VERSIONS = 500
"""How many earlier specs are read to find what bodies were compared with."""

_MOST_TRIED = 20
"""How many edits are tried at a time whether a spec can say them; each takes a plan."""
_UNTRIED = "not tried, since more than 20 units are edited; name it by itself"


@dataclass(frozen=True, slots=True)
class View:
    """What there is to look at about one unit.

    Attributes:
        one: The unit.
        suite: Where it stands now.
        text: Its source, as it stands in its suite.
        body: Its statements behind the docstring, in whole lines; all of it if it has none.
        body_line: 1-based line on which that begins.
        asks: What its test must do now, field by field; nothing for an orphan.
        fields: What changed since its body was compared with that; of a suspect only.
        is_known: Whether what it was compared with was found.
        edit: Of an edited unit, from the spec's text to the edited one: lines of a unified
            diff without its head.
        decisions: What can be decided, as far as it was planned.
        obstacle: Why an edit can not be taken into the spec; empty if it can.
    """

    one: Undecided
    suite: Place
    text: str
    body: str
    body_line: int
    asks: tuple[FieldChange, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    is_known: bool = True
    edit: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    obstacle: str = ""


def look(workspace: Workspace, undecided: Iterable[Undecided]) -> tuple[View, ...]:
    """Read what there is to look at.

    Args:
        workspace: The project.
        undecided: The units.

    Returns:
        A view of each, in the same order; those are left out that are no more where they
        were found.

    Raises:
        SpecError: If a spec is wrong.
        StorageError: If a file can not be read.
    """
    undecided = tuple(undecided)
    files = workspace.suite_files()
    paths = dict.fromkeys(one.suite.path for one in undecided)
    suites = {path: read_suite(files[path], path) for path in paths if path in files}
    units = {
        (path, unit.id): unit for path, suite in suites.items() for unit in suite.units
    }
    tests = {test.id: test for _, test in workspace.load().tests}
    compared = {
        one.id: units[one.suite.path, one.id].reviewed
        for one in undecided
        if one.kind == "suspect" and (one.suite.path, one.id) in units
    }
    earlier = _earlier(workspace, compared)
    edited = [
        one.id
        for one in undecided
        if one.kind == "edited" and (one.suite.path, one.id) in units
    ]
    edits = restored_texts(workspace, edited) if edited else {}
    obstacles = {
        identity: _obstacle(workspace, identity) if number < _MOST_TRIED else _UNTRIED
        for number, identity in enumerate(edited)
    }
    views = []
    for one in undecided:
        path = one.suite.path
        if (path, one.id) in units:
            unit = units[path, one.id]
            test = None if one.kind == "orphan" else tests.get(one.id)
            before = earlier.get(one.id)
            view = _view(one, suites[path], unit, (before, test))
            if one.kind == "edited":
                view = _edited(view, edits[one.id], obstacles[one.id])
            views.append(view)
    return tuple(views)


def _view(
    one: Undecided,
    suite: SuiteText,
    unit: Unit,
    tests: tuple[Test | None, Test | None],
) -> View:
    before, now = tests
    place = Place(one.suite.path, unit.line)
    text = suite.source.text[slice(*unit.span)].replace("\r\n", "\n")
    start = suite.source.line_of((unit.body or unit.span)[0])
    lines = slice(suite.source.line_start(start), unit.span[1])
    body = suite.source.text[lines].replace("\r\n", "\n")
    asks = tuple(said(now)) if now else ()
    fields: tuple[FieldChange, ...] = ()
    if before and now:
        fields = (*normative_changes(before, now), *case_changes(before, now))
    is_known = one.kind != "suspect" or before is not None
    return View(
        one, place, text, body, start, asks, fields, is_known, (), one.decisions
    )


def _edited(view: View, texts: tuple[str, str], obstacle: str) -> View:
    """The view of an edited unit, from the spec's text to the edited one."""
    edited, spec = (text.splitlines() for text in texts)
    lines = list(unified_diff(spec, edited, n=2, lineterm=""))[2:]
    edit = tuple(line for line in lines if not line.startswith("@@"))
    decisions = tuple(
        name for name in view.decisions if not obstacle or name != "accept"
    )
    return replace(view, edit=edit, decisions=decisions, obstacle=obstacle)


def _obstacle(workspace: Workspace, identity: str) -> str:
    """Why an edit can not be taken into the spec; empty if it can."""
    try:
        plan_absorb(workspace, workspace.spec_files(), identity)
    except SuiteloomError as error:
        return error.message
    return ""


def _earlier(workspace: Workspace, compared: Mapping[str, str]) -> dict[str, Test]:
    """The tests as specified when bodies were compared with them, as far as git has them.

    Args:
        workspace: The project.
        compared: The normative digest that each body was compared with, by id.
    """
    from suiteloom.specs.loader import load_project

    wanted = dict(compared)
    found: dict[str, Test] = {}
    if not wanted:
        return found
    try:
        versions = Repository(workspace.root).versions(workspace.config.specs)
    except UsageError:  # no repository, no history
        return found
    read = 0
    for path, data in versions:
        if not wanted or read == _MOST_VERSIONS:
            break
        if not path.endswith((".yaml", ".yml")):
            continue
        if not any(name.encode() in data for name in wanted):
            continue
        read += 1
        try:
            project = load_project(str(workspace.root), workspace.config, {path: data})
        except SpecError:
            continue  # it was wrong then
        for _, test in project.tests:
            if wanted.get(test.id) == normative_digest(test):
                found[test.id] = test
                del wanted[test.id]
    return found
