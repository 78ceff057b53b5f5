"""Which tests a selection means, in a project as it stands and against a revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from suiteloom.errors import UsageError
from suiteloom.model import Comparison, Project, in_quarantine
from suiteloom.model.identifiers import closest
from suiteloom.model.selection import (
    KEYS,
    STATES,
    Selection,
    SelectionError,
    Subject,
    parse_selection,
)
from suiteloom.workflows.disk import Disk, Standing, read_disk
from suiteloom.workflows.project import Workspace

__all__ = ["Selected", "select"]

_BY_CHANGE: Mapping[str, str] = {
    "added": "new",
    "respecified": "respecified",
    "recased": "recased",
    "body-written": "body",
    "body-changed": "body",
    "body-removed": "body",
    "moved": "moved",
}
_COMPARED = frozenset({*_BY_CHANGE.values(), "unchanged"})


@dataclass(frozen=True, slots=True)
class Selected:
    """The tests that a selection means.

    Attributes:
        ids: Of specified tests, in spec order.
        orphans: Of orphans, in file order.
        domains: Those of the specified tests, and of the orphans' suites that have one.
    """

    ids: tuple[str, ...]
    orphans: tuple[str, ...]
    domains: tuple[str, ...]


def select(workspace: Workspace, text: str, base: str = "") -> Selected:
    """Find the tests that a selection means.

    Args:
        workspace: The project.
        text: As `parse_selection` reads it.
        base: What states such as ``new`` are compared with, as the one argument of `diff`;
            empty means the default branch of the remote.

    Returns:
        At least one test.

    Raises:
        UsageError: If it can not be read, names what no test has, or means no test; or if
            `base` is given and no state asks for it, or is no revision.
        SpecError: If a spec is wrong.
    """
    try:
        selection = parse_selection(text)
    except SelectionError as error:
        raise UsageError(f"--select: {error}", hint=_FORM) from error
    _check_terms(selection, base)
    project = workspace.load()
    disk = read_disk(project, workspace.suite_files(), {})
    compared = None
    if any(key == "state" and value in _COMPARED for key, value in selection.terms):
        from suiteloom.workflows.diff import diff

        compared = diff(workspace, base)
    subjects = dict(_subjects(project, disk, compared, workspace.today))
    for key, value in selection.terms:
        if key != "state":
            _check_known(key, value, list(subjects.values()))
    found = [name for name, one in subjects.items() if selection.matches(one)]
    if not found:
        raise UsageError(f"--select: no test is {text}", hint=_FORM)
    specified = {test.id for _, test in project.tests}
    domains = {value for name in found for value in subjects[name].values["domain"]}
    return Selected(
        tuple(name for name in found if name in specified),
        tuple(name for name in found if name not in specified),
        tuple(suite.domain for suite in project.suites if suite.domain in domains),
    )


_FORM = "as in 'domain:shop and (state:suspect or kind:edge)'; keys are " + ", ".join(
    KEYS
)


def _check_terms(selection: Selection, base: str) -> None:
    """Make sure that keys and states exist, and that a base is asked for."""
    for key, value in selection.terms:
        if key not in KEYS:
            close = closest(key, KEYS)
            hint = f"did you mean {close}?" if close else f"keys are {', '.join(KEYS)}"
            raise UsageError(f"--select: there is no key {key!r}", hint=hint)
        if key == "state" and value not in STATES:
            close = closest(value, STATES)
            known = f"states are {', '.join(STATES)}"
            hint = f"did you mean {close}?" if close else known
            raise UsageError(f"--select: there is no state {value!r}", hint=hint)
    states = {value for key, value in selection.terms if key == "state"}
    if base and not states & _COMPARED:
        raise UsageError(
            "--base is what states are compared with, and none here is",
            hint=f"state:new, for one; they are {', '.join(sorted(_COMPARED))}",
        )


def _check_known(key: str, value: str, subjects: Sequence[Subject]) -> None:
    """Make sure that a test has what a term names, so that no slip of a key goes unseen."""
    if any(subject.has(key, value) for subject in subjects):
        return
    known = dict.fromkeys(v for one in subjects for v in one.values.get(key, ()))
    close = closest(value, known)
    hint = (
        f"did you mean {close!r}?" if close else "`suiteloom status` counts the tests"
    )
    raise UsageError(f"--select: no test has {key}:{value}", hint=hint)


def _subjects(
    project: Project, disk: Disk, compared: Comparison | None, today: date
) -> Iterator[tuple[str, Subject]]:
    """Every specified test, then every orphan, by id."""
    held = in_quarantine(project.suites, today)
    changed: dict[str, set[str]] = {}
    for change in compared.changes if compared else ():
        if change.id:
            changed.setdefault(change.id, set()).add(change.change)
    homes = {suite.path: suite.domain for suite in project.suites}
    for suite in project.suites:
        for group in suite.groups:
            for test in group.tests:
                unit = disk.origins.get(test.id)
                states = list(_against(changed.get(test.id), compared))
                states += _now(unit)
                states += ["quarantined"] * (test.id in held)
                values = {
                    "domain": (suite.domain,),
                    "group": (group.title,),
                    "id": (test.id,),
                    "kind": test.kinds,
                    "segment": test.bvj.segment,
                    "goal": tuple(filter(None, [test.bvj.goal])),
                    "covers": test.covers,
                    "state": tuple(states),
                }
                yield test.id, Subject(values)
    specified = {test.id for _, test in project.tests}
    for name, unit in disk.origins.items():
        if name not in specified:
            found = ("orphan", *_against(changed.get(name), compared))
            domain = homes.get(unit.path)
            own = (domain,) if domain else ()
            yield name, Subject({"domain": own, "id": (name,), "state": found})


def _now(unit: Standing | None) -> Iterator[str]:
    """The states of a specified test as its unit stands."""
    if unit is None or unit.is_pending:
        yield "pending"
    if unit is not None and unit.is_suspect:
        yield "suspect"


def _against(changes: set[str] | None, compared: Comparison | None) -> Iterator[str]:
    """The states of a test against the revision that it was compared with."""
    if compared is None:
        return
    if not changes:
        yield "unchanged"
    for name in sorted(changes or ()):
        if name in _BY_CHANGE:
            yield _BY_CHANGE[name]
