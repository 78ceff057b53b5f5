"""`add`: a new test in a spec and in its suite, in one commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from suiteloom.errors import RefusedError, UsageError
from suiteloom.model import KINDS, Bvj, FileChange, Plan, Suite
from suiteloom.model.identifiers import closest
from suiteloom.model.words import TO_DO
from suiteloom.store import Changed, commit
from suiteloom.workflows.ids import Numbers, prefix_of
from suiteloom.workflows.planner import make_plan
from suiteloom.workflows.project import (
    Workspace,
    check_choice,
    check_domains,
    check_test_name,
)

if TYPE_CHECKING:
    from suiteloom.specs.insert import Outline
    from suiteloom.specs.scalars import Entry

__all__ = ["Added", "NewTest", "add"]

_TO_DO = {
    "segment": [TO_DO],
    "goal": TO_DO,
    "value_impact": f"{TO_DO}: say what this test gains for the business",
    "strategic_impact": f"{TO_DO}: say why that matters in the long run",
}


@dataclass(frozen=True, slots=True)
class NewTest:
    """A test as a person describes it; what is empty is left out or made up.

    Attributes:
        name: The test function.
        summary: What holds, in one sentence.
        kinds: One or more of the four kinds.
        id: Its id; the next one of its domain if empty.
        is_async: Whether it is a coroutine function.
        given: What there is.
        when: What happens.
        then: What holds.
        bvj: What the BVJ says itself; what is empty is inherited.
    """

    name: str
    summary: str
    kinds: tuple[str, ...] = ("positive",)
    id: str = ""
    is_async: bool = False
    given: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    bvj: Bvj = field(default_factory=Bvj)


@dataclass(frozen=True, slots=True)
class Added:
    """What `add` has done.

    Attributes:
        plan: What was carried out, the change of the spec included.
        id: The id of the new test.
        path: Its spec.
        line: Where it stands in the spec, 1-based.
        notes: What else was changed in the spec, or is left to do, in words.
    """

    plan: Plan
    id: str
    path: str
    line: int
    notes: tuple[str, ...]


def add(
    workspace: Workspace, domain: str, group: str, test: NewTest, *, new_group: bool
) -> Added:
    """Append a test to the end of a group, and write its suite.

    Counts in ``expect`` that hold before hold afterwards. A field of the BVJ that is
    neither given nor inherited is written as ``TODO``.

    Args:
        workspace: The project.
        domain: Its domain.
        group: The title of its group.
        test: The test.
        new_group: Whether the group is to be appended to the spec as well.

    Returns:
        What was done.

    Raises:
        UsageError: If the name or a kind can be none; if there is no such domain or
            group, or already is such a group; if the layout of the spec allows no such
            insertion.
        SpecError: If a spec is wrong, or would be with the test.
        RefusedError: If hand-written text would be touched; nothing was written.
        ConflictError: If a file changed meanwhile; nothing was written.
        StorageError: If a file can not be written; nothing was written.
    """
    from suiteloom.scaffold.lists.text import finished
    from suiteloom.specs.insert import Outline, append_test

    check_test_name(test.name)
    test = replace(test, summary=finished(test.summary))
    for kind in test.kinds:
        check_choice("--kind", kind, KINDS)
    specs, files = workspace.spec_files(), workspace.suite_files()
    project = workspace.parse(specs)
    check_domains(project, [domain])
    suite = next(suite for suite in project.suites if suite.domain == domain)
    index = _group_index(suite, group, new_group=new_group)
    if not test.id:
        outlines = {path: Outline.read(data) for path, data in specs.items()}
        known = {path: item for path, item in outlines.items() if item}
        test = replace(test, id=_next_id(suite.spec_path, known, files))
    inherited = suite.bvj if index is None else suite.groups[index].bvj
    needs_bvj = workspace.config.bvj == "fail"
    entry, to_do = _entry(test, inherited, needs_bvj=needs_bvj)
    path = suite.spec_path
    where = group if index is None else index
    edited, line, notes = append_test(specs[path], where, entry, path)
    after = workspace.parse(Changed(specs, {path: edited.source}))
    plan = make_plan(workspace, after, (), files=files, restore=False)
    if plan.refusals:
        raise RefusedError(plan.refusals)
    changes = (FileChange(path, specs[path], edited.source), *plan.changes)
    commit(workspace.root, changes)
    if to_do:
        notes.append(f"to be written: {', '.join(to_do)} of the BVJ")
    return Added(replace(plan, changes=changes), test.id, path, line, tuple(notes))


def _group_index(suite: Suite, title: str, *, new_group: bool) -> int | None:
    """Which group a title names; None if it is to be a new one."""
    titles = [group.title for group in suite.groups]
    if title in titles:
        if new_group:
            message = f"{suite.domain} already has a group {title!r}"
            hint = "leave out --new-group"
            raise UsageError(message, path=suite.spec_path, hint=hint)
        return titles.index(title)
    if new_group:
        return None
    close = closest(title, titles)
    meant = f"did you mean {close!r}? " if close else ""
    listed = ", ".join(repr(known) for known in titles)
    raise UsageError(
        f"no group of {suite.domain} is called {title!r}",
        path=suite.spec_path,
        hint=f"{meant}known: {listed}; --new-group appends one",
    )


def _next_id(
    path: str, outlines: Mapping[str, Outline], files: Mapping[str, bytes]
) -> str:
    """The next id of the domain of a spec."""
    others = [outline for name, outline in outlines.items() if name != path]
    known = (identity for outline in outlines.values() for identity in outline.ids)
    return Numbers(known, files.values()).take(prefix_of(outlines[path], others))


def _entry(
    test: NewTest, inherited: Bvj, *, needs_bvj: bool
) -> tuple[Entry, list[str]]:
    """What is written for a test, and the fields that a person has to fill in."""
    bvj: dict[str, Any] = {}
    to_do = []
    for name in Bvj.__slots__:
        value = getattr(test.bvj, name)
        if value:
            bvj[name] = list(value) if isinstance(value, tuple) else value
        elif needs_bvj and not getattr(inherited, name):
            bvj[name] = _TO_DO[name]
            to_do.append(name)
    fields: dict[str, str | bool | list[str] | Entry] = {
        "id": test.id,
        "name": test.name,
        "summary": test.summary,
        "kinds": list(test.kinds),
        "async": test.is_async,
        "given": list(test.given),
        "when": list(test.when),
        "then": list(test.then),
        "bvj": bvj,
    }
    needed = {"id", "name", "summary", "kinds"}
    entry = {key: value for key, value in fields.items() if value or key in needed}
    _check_text(entry)
    return entry, to_do


def _check_text(value: str | bool | list[str] | Entry) -> None:
    """Refuse what no file can hold: an argument that was not UTF-8."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            message = f"{value!a} is not UTF-8"
            raise UsageError(message, hint="set the terminal to UTF-8") from error
    elif isinstance(value, Mapping):
        for item in value.values():
            _check_text(item)
    elif isinstance(value, list):
        for item in value:
            _check_text(item)
