"""`renumber`: other ids for tests, in their specs and their suites, in one commit."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from suiteloom.errors import RefusedError, SpecError, UsageError
from suiteloom.model import (
    Action,
    FileChange,
    Finding,
    Place,
    Plan,
    Project,
    UnitText,
    body_digest,
    unit_rev,
)
from suiteloom.model.identifiers import closest, is_id
from suiteloom.store import Changed, commit
from suiteloom.suites import (
    Unit,
    untouched,
)
from suiteloom.suites.marks import dotted_name
from suiteloom.suites.ownership import proven
from suiteloom.suites.source import Source
from suiteloom.suites.splices import Splice, splice
from suiteloom.workflows.disk import Disk, read_disk
from suiteloom.workflows.planner import make_plan
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.proof import hand_written_of

__all__ = ["renumber"]

_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,9}-")


def renumber(workspace: Workspace, old: str, new: str, *, write: bool) -> Plan:
    """Give a test, or every test of a prefix, another id.

    Bodies stay, and nothing becomes suspect: in a suite the id in the marker, the proofs
    that hold it and, where it is rendered, the id in the pending call change.

    Args:
        workspace: The project.
        old: An id, or a prefix with its dash, such as ``AB-``.
        new: What takes its place; of the same form.
        write: Whether spec and suites are to be written.

    Returns:
        The plan that was carried out, or would be, the changes of the specs included.

    Raises:
        UsageError: If nothing has the old id, or one of the two can be none.
        SpecError: If a spec is wrong, or a new id is taken; names both places.
        RefusedError: If hand-written text would be touched; nothing was written.
        ConflictError: If a file changed meanwhile; nothing was written.
        StorageError: If a file can not be written; nothing was written.
    """
    specs, files = workspace.spec_files(), workspace.suite_files()
    project = workspace.parse(specs)
    disk = read_disk(project, files, {})
    ids = _wanted(old, new, project, disk)
    if clashes := tuple(_clashes(ids, project, disk, specs)):
        raise SpecError(clashes)
    if disk.unreadable:
        raise RefusedError(tuple(disk.unreadable.values()))
    after_specs = _edited_specs(specs, ids)
    renamed = _edited_suites(disk, ids, _rendered(workspace, project, ids))
    plan = make_plan(
        workspace,
        workspace.parse(Changed(specs, after_specs)),
        (),
        files=Changed(files, renamed),
        restore=False,
    )
    if plan.refusals:
        raise RefusedError(plan.refusals)
    changes = (
        *(FileChange(path, specs[path], data) for path, data in after_specs.items()),
        *_suite_changes(plan, files, renamed),
    )
    if write:
        commit(workspace.root, changes)
    return replace(
        plan,
        changes=changes,
        actions=_actions(plan, project, disk, ids),
        unchanged=max(plan.unchanged - len(ids), 0),
        hand_written=hand_written_of(changes, workspace.config),
    )


def _wanted(old: str, new: str, project: Project, disk: Disk) -> dict[str, str]:
    """New id by old one, in spec order, then those of orphans."""
    known = dict.fromkeys(test.id for _, test in project.tests)
    known |= dict.fromkeys(sorted(disk.origins))
    of_prefixes = _PREFIX.fullmatch(old) is not None
    for name in (old, new):
        if of_prefixes and not _PREFIX.fullmatch(name):
            hint = "such as SU-; a prefix takes the place of a prefix"
            raise UsageError(f"{name!r} is not a prefix with its dash", hint=hint)
        if not of_prefixes and not is_id(name):
            hint = "such as SU-001; one id takes the place of one id"
            raise UsageError(f"{name!r} is not an id", hint=hint)
    if old == new:
        raise UsageError(f"{old} is what it is called already")
    if of_prefixes:
        return {
            name: new + name.removeprefix(old) for name in known if name.startswith(old)
        } or _unknown(old, known)
    return {old: new} if old in known else _unknown(old, known)


def _unknown(old: str, known: Iterable[str]) -> dict[str, str]:
    prefixes = {f"{name.partition('-')[0]}-" for name in known}
    close = closest(old, sorted(prefixes) if old.endswith("-") else list(known))
    listed = ", ".join(sorted(prefixes))
    hint = f"did you mean {close}?" if close else f"ids begin with {listed}"
    raise UsageError(f"no spec and no suite has the id {old}", hint=hint)


def _clashes(
    ids: Mapping[str, str], project: Project, disk: Disk, specs: Mapping[str, bytes]
) -> Iterator[Finding]:
    """New ids that another test has, each with both places."""
    taken = {test.id for _, test in project.tests} | disk.origins.keys()
    clashing = {old: new for old, new in ids.items() if new in taken and new not in ids}
    if not clashing:
        return
    places = _places(project, specs, {*clashing, *clashing.values()})
    for identity in {*clashing, *clashing.values()} - places.keys():
        unit = disk.origins[identity]
        places[identity] = Place(unit.path, unit.line)
    for old, new in clashing.items():
        here, message = places[old], f"{old} can not become {new}, which is taken"
        hint = "take an id that no spec and no suite has"
        yield Finding(
            "SP107",
            "error",
            message,
            here.path,
            here.line,
            here.column,
            hint,
            old,
            places[new],
        )


def _places(
    project: Project, specs: Mapping[str, bytes], ids: set[str]
) -> dict[str, Place]:
    """Where ids stand in specs, those that do."""
    from suiteloom.specs.places import Path, locate

    found = {}
    for suite in project.suites:
        wanted: dict[Path, str] = {
            ("groups", number, "tests", index, "id"): test.id
            for number, group in enumerate(suite.groups)
            for index, test in enumerate(group.tests)
            if test.id in ids
        }
        if wanted:
            path = suite.spec_path
            for key, place in locate(specs[path], set(wanted)).items():
                found[wanted[key]] = Place(path, *place)
    return found


def _edited_specs(
    specs: Mapping[str, bytes], ids: Mapping[str, str]
) -> dict[str, bytes]:
    """The specs that change, by path."""
    from suiteloom.specs.insert import replace_ids

    edited = {
        path: replace_ids(specs[path], ids, path).source for path in sorted(specs)
    }
    return {path: data for path, data in edited.items() if data != specs[path]}


def _rendered(
    workspace: Workspace, project: Project, ids: Mapping[str, str]
) -> dict[str, UnitText]:
    """What the specs render now around the tests concerned, by id."""
    from suiteloom.render.suite import render_suite
    from suiteloom.render.templates import templates_folder
    from suiteloom.workflows.packs import load_checked_pack

    pack = load_checked_pack(templates_folder(workspace.root, project.config))
    return {
        unit.text.id: unit.text
        for suite in project.suites
        if any(test.id in ids for test in suite.tests)
        for group in render_suite(suite, project.config, pack).groups
        for unit in group.units
        if unit.text.id in ids
    }


def _edited_suites(
    disk: Disk, ids: Mapping[str, str], rendered: Mapping[str, UnitText]
) -> dict[str, bytes]:
    """The suites with the new ids, by path."""
    edited = {}
    for path, held in disk.suites.items():
        if not any(unit.id in ids for unit in held.units):
            continue
        suite = disk.text(path)
        splices = [
            item
            for unit in suite.units
            if unit.id in ids
            for item in _splices(
                suite.source, unit, ids[unit.id], rendered.get(unit.id)
            )
        ]
        if splices:
            text = suite.source.text
            edited[path] = suite.source.encode(splice(text, 0, len(text), splices))
    return edited


def _splices(
    source: Source, unit: Unit, new: str, rendered: UnitText | None
) -> Iterator[Splice]:
    """Put a new id into marker, rev and pending call of a unit."""
    call = unit.own.node
    if isinstance(call, ast.Call) and call.args:
        yield _literal(source, call.args[0], new)
    calls = list(_pending_calls(unit))
    for argument in calls:
        yield _literal(source, argument, new)
    rev = _rev(source, unit, new, rendered, has_id=bool(calls))
    if rev != unit.rev:
        yield Splice(*unit.rev_span, f'"{rev}"')


def _pending_calls(unit: Unit) -> Iterator[ast.expr]:
    """The ids that pending calls of a unit name."""
    for node in ast.walk(unit.node):
        if isinstance(node, ast.Call) and dotted_name(node.func) == "self.pending":
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant) and argument.value == unit.id:
                    yield argument


def _literal(source: Source, node: ast.expr, new: str) -> Splice:
    """Put an id into a string literal, in its own quotes."""
    start, end = source.start(node), source.end(node)
    quote = source.text[start] if source.text[start] in "'\"" else '"'
    return Splice(start, end, f"{quote}{new}{quote}")


def _rev(
    source: Source, unit: Unit, new: str, rendered: UnitText | None, *, has_id: bool
) -> str:
    """The rev of a unit under a new id: it proves what the old one proved, no more."""
    if not unit.text_digest:
        return unit.rev
    text, body = unit.text_digest, unit.body_digest
    ours = proven(unit)
    if ours is not None:
        text = replace(unit.text(ours), id=new).digest
    elif rendered is not None and text == rendered.digest:
        text = replace(rendered, id=new).digest
    if body and has_id and unit.body is not None and untouched(source, unit):
        start = source.line_start(source.line_of(unit.body[0]))
        splices = [_literal(source, item, new) for item in _pending_calls(unit)]
        body = body_digest(splice(source.text, start, unit.span[1], splices))
    return unit_rev(unit.normative, text, body)


def _suite_changes(
    plan: Plan, files: Mapping[str, bytes], renamed: Mapping[str, bytes]
) -> Iterator[FileChange]:
    """What becomes of the suites, against what is on disk."""
    after: dict[str, bytes | None] = dict(renamed)
    after |= {change.path: change.after for change in plan.changes}
    for path, data in after.items():
        before = files.get(path)
        if data != before:
            yield FileChange(path, before, data)


def _actions(
    plan: Plan, project: Project, disk: Disk, ids: Mapping[str, str]
) -> tuple[Action, ...]:
    """One entry a test that gets another id, then what the plan does besides."""
    domains = {test.id: suite for suite, test in project.tests}
    actions = []
    for old, new in ids.items():
        unit = disk.origins.get(old)
        path, line = (unit.path, unit.line) if unit else ("", 0)
        suite = domains.get(old)
        domain = suite.domain if suite else _domain_of(disk, path)
        actions.append(Action(domain, new, "rename", f"id {old} -> {new}", path, line))
    return (*actions, *plan.actions)


def _domain_of(disk: Disk, path: str) -> str:
    """What a suite without a spec is called in a plan."""
    held = disk.suites.get(path)
    spec = held.spec_path if held else ""
    return spec.rpartition("/")[2].partition(".")[0] or path
