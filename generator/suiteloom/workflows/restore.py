"""Restoring single units: the spec's text wins over edits of it, and nothing else changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from suiteloom.errors import RefusedError, UsageError
from suiteloom.model import Action, FileChange, Plan, Project, RenderedUnit, Suite
from suiteloom.render.suite import render_suite
from suiteloom.render.templates import templates_folder
from suiteloom.store import commit
from suiteloom.suites import SuiteText, hand_written_lines, read_suite, restored
from suiteloom.workflows.disk import Disk, read_disk
from suiteloom.workflows.met import read_met
from suiteloom.workflows.packs import load_checked_pack
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.proof import lost

__all__ = ["plan_restore", "restore", "restored_texts"]


def restore(workspace: Workspace, ids: Sequence[str]) -> Plan:
    """Put back what the specs say into units that a person edited.

    Args:
        workspace: The project.
        ids: Of the tests.

    Returns:
        The plan that was carried out: the text of these units, and nothing that
        `generate` would have done besides.

    Raises:
        UsageError: If a test is not specified, stands in no or in another suite, or
            nobody edited its text.
        SpecError: If a spec is wrong.
        RefusedError: If hand-written lines would be lost; nothing was written.
        ConflictError: If a file changed meanwhile; nothing was written.
        StorageError: If a file can not be written; nothing was written.
    """
    plan = plan_restore(workspace, ids)
    commit(workspace.root, plan.changes)
    return plan


def plan_restore(workspace: Workspace, ids: Sequence[str]) -> Plan:
    """Plan what `restore` would carry out.

    Takes, returns and raises what `restore` does, and writes nothing.
    """
    files = workspace.suite_files()
    project = workspace.load()
    disk = read_disk(project, files, {})
    for identity in ids:
        _check(identity, disk)
    changes = []
    actions: list[Action] = []
    for path in dict.fromkeys(disk.homes[identity] for identity in ids):
        wanted = [identity for identity in ids if disk.homes[identity] == path]
        change, done = _restored(workspace, project, disk, path, wanted)
        changes.append(change)
        actions += done
    before, after = Counter[str](), Counter[str]()
    bases = workspace.config.bases
    for change in changes:
        for data, lines in ((change.before, before), (change.after, after)):
            suite = read_suite(data or b"", change.path)
            lines.update(hand_written_lines(suite, frozenset(), bases))
    if losses := tuple(lost(before, after, changes[0].path if changes else "")):
        raise RefusedError(losses)
    unchanged = sum(1 for _ in project.tests) - len(set(ids))
    counts = (before.total(), after.total())
    return Plan(tuple(changes), tuple(actions), (), unchanged, counts)


def restored_texts(
    workspace: Workspace, ids: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """What each unit is, and what it would be if it alone were restored.

    Specs and suites are read once, however many units there are.

    Takes and raises what `restore` does, and writes nothing.

    Returns:
        Both texts by id.
    """
    project = workspace.load()
    disk = read_disk(project, workspace.suite_files(), {})
    for identity in ids:
        _check(identity, disk)
    found = {}
    for path in dict.fromkeys(disk.homes[identity] for identity in ids):
        here = [identity for identity in ids if disk.homes[identity] == path]
        suite, _, rendered, compared = _sides(workspace, project, disk, path, here)
        units = {unit.id: unit for unit in suite.units}
        before = suite.source.text
        for identity in here:
            after, _ = restored(suite, [rendered[identity]], compared)
            start, end = units[identity].span
            until = len(after) - (len(before) - end)
            found[identity] = before[start:end], after[start:until]
    return found


def _check(identity: str, disk: Disk) -> None:
    """Make sure that a test stands where its spec puts it."""
    found = disk.origins.get(identity)
    if identity not in disk.homes or found is None:
        where = "spec" if identity not in disk.homes else "suite"
        raise UsageError(
            f"{identity} is in no {where}", hint="`suiteloom check` says what helps"
        )
    if found.path != disk.homes[identity]:
        raise UsageError(
            f"{identity} belongs into {disk.homes[identity]}",
            path=found.path,
            line=found.line,
            hint="`suiteloom generate` moves it",
        )


def _restored(
    workspace: Workspace,
    project: Project,
    disk: Disk,
    path: str,
    ids: Sequence[str],
) -> tuple[FileChange, list[Action]]:
    """The change of one suite, and what it is to each test."""
    suite, spec, rendered, compared = _sides(workspace, project, disk, path, ids)
    text, parts = restored(suite, [rendered[identity] for identity in ids], compared)
    actions = []
    for identity in ids:
        at = disk.origins[identity]
        if not parts[identity]:
            raise UsageError(
                f"nobody edited the spec's text of {identity}",
                path=path,
                line=at.line,
                hint="`suiteloom check` names what was edited",
            )
        detail = (
            f"{rendered[identity].text.name} restored: {', '.join(parts[identity])}"
        )
        made = Action(spec.domain, identity, "update", detail, path, at.line)
        actions.append(made)
        if "suspect" in parts[identity]:
            actions[-1] = replace(made, action="suspect")
    change = FileChange(path, disk.files[path], suite.source.encode(text))
    return change, actions


def _sides(
    workspace: Workspace,
    project: Project,
    disk: Disk,
    path: str,
    ids: Sequence[str],
) -> tuple[SuiteText, Suite, dict[str, RenderedUnit], dict[str, str]]:
    """A suite, its spec, its tests as rendered now, and what a merge says of bodies."""
    spec = next(suite for suite in project.suites if suite.path == path)
    pack = load_checked_pack(templates_folder(workspace.root, project.config))
    rendered = {
        unit.text.id: unit
        for group in render_suite(spec, project.config, pack).groups
        for unit in group.units
    }
    suite = disk.text(path)
    normative = {identity: rendered[identity].normative for identity in ids}
    compared = read_met(workspace.root, [path]).compared(suite, normative)
    return suite, spec, rendered, compared
