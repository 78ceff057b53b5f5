"""`rename` and `absorb`: an edit of a spec and its suite in one commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from suiteloom.errors import RefusedError, UsageError
from suiteloom.model import FileChange, Finding, Plan, Project, Suite, Test
from suiteloom.model.identifiers import closest
from suiteloom.store import Changed, commit
from suiteloom.suites import Unit
from suiteloom.workflows.disk import read_disk
from suiteloom.workflows.docstrings import Fields, read_fields
from suiteloom.workflows.planner import make_plan
from suiteloom.workflows.project import Workspace, check_test_name

__all__ = ["absorb", "plan_absorb", "rename"]


@dataclass(frozen=True, slots=True)
class _Found:
    """A test with its suite and the path of its entry in the spec."""

    suite: Suite
    test: Test
    path: tuple[str | int, ...]


def rename(workspace: Workspace, identity: str, name: str) -> Plan:
    """Rename a test in its spec and its suite.

    Args:
        workspace: The project.
        identity: The id of the test.
        name: Its new name.

    Returns:
        The plan that was carried out, the change of the spec included.

    Raises:
        UsageError: If no spec names the id, or the name can be none.
        SpecError: If a spec is wrong, or the name is taken.
        RefusedError: If hand-written text would be touched; nothing was written.
    """
    check_test_name(name)
    specs = workspace.spec_files()
    found = _find(workspace.parse(specs), identity)
    plan = _planned(workspace, specs, found, {("name",): name})
    commit(workspace.root, plan.changes)
    return plan


def absorb(workspace: Workspace, identity: str) -> Plan:
    """Take a person's edit of a test's name or docstring into its spec.

    Args:
        workspace: The project.
        identity: The id of the test.

    Returns:
        The plan that was carried out, the change of the spec included.

    Raises:
        UsageError: If no spec names the id, or its text is as rendered.
        RefusedError: If the edit is nothing that a spec can say; nothing was written.
    """
    plan = plan_absorb(workspace, workspace.spec_files(), identity)
    commit(workspace.root, plan.changes)
    return plan


def plan_absorb(
    workspace: Workspace, specs: Mapping[str, bytes], identity: str
) -> Plan:
    """Plan what `absorb` would carry out; takes the specs' bytes by path besides.

    Returns and raises what `absorb` does, and writes nothing.
    """
    project = workspace.parse(specs)
    found = _find(project, identity)
    disk = read_disk(project, workspace.suite_files(), {})
    if identity not in disk.origins:
        raise UsageError(
            f"{identity} is in no suite", hint="`suiteloom check` says what helps"
        )
    unit = disk.origins_of([identity])[identity].unit
    edits = _edits(unit, found.test)
    if not edits:
        raise UsageError(
            f"{identity} says what its spec says, as far as a spec can say it",
            path=found.suite.path,
            line=unit.line,
            hint="`suiteloom check` says what differs, if anything does",
        )
    return _planned(workspace, specs, found, edits, edited=unit)


def _find(project: Project, identity: str) -> _Found:
    for suite in project.suites:
        for group_index, group in enumerate(suite.groups):
            for index, test in enumerate(group.tests):
                if test.id == identity:
                    path = ("groups", group_index, "tests", index)
                    return _Found(suite, test, path)
    known = [test.id for _, test in project.tests]
    close = closest(identity.upper(), known)
    hint = f"did you mean {close}?" if close else "`suiteloom status` counts them"
    raise UsageError(f"no spec names the id {identity!r}", hint=hint)


def _edits(unit: Unit, test: Test) -> dict[tuple[str, ...], str | list[str] | bool]:
    """What to set in the spec so that it says what the unit says."""
    here = read_fields(unit.docstring.value if unit.docstring else "")
    spec = Fields(
        test.summary,
        test.bvj.segment,
        test.bvj.goal,
        test.bvj.value_impact,
        test.bvj.strategic_impact,
        test.given,
        test.when,
        test.then,
    )
    edits: dict[tuple[str, ...], str | list[str] | bool] = {}
    if unit.node.name != test.name:
        edits["name",] = unit.node.name
    if unit.is_async != test.is_async:
        edits["async",] = unit.is_async
    for name in Fields.__slots__:
        old, new = getattr(spec, name), getattr(here, name)
        if new and new != old:
            path = (name,) if name in Test.__slots__ else ("bvj", name)
            edits[path] = list(new) if isinstance(new, tuple) else new
    return edits


def _planned(
    workspace: Workspace,
    specs: Mapping[str, bytes],
    found: _Found,
    edits: dict[tuple[str, ...], str | list[str] | bool],
    edited: Unit | None = None,
) -> Plan:
    """Edit the spec, and plan the suites with it."""
    from suiteloom.specs.edit import set_value

    path = found.suite.spec_path
    before = after = specs[path]
    for key, value in edits.items():
        after = set_value(after, (*found.path, *key), value, "summary")
    project = workspace.parse(Changed(specs, {path: after}))
    files = workspace.suite_files()
    plan = make_plan(workspace, project, (), files=files, restore=False)
    if edited is not None and not _is_settled(plan, found.test.id):
        message = f"the text of {found.test.id} is more than a spec can say"
        hint = "make suite and spec say the same by hand"
        line = edited.line
        finding = Finding("DR213", "error", message, found.suite.path, line, 0, hint)
        raise RefusedError((finding,))
    if plan.refusals:
        raise RefusedError(plan.refusals)
    changes = (FileChange(path, before, after), *plan.changes)
    return replace(plan, changes=changes)


def _is_settled(plan: Plan, identity: str) -> bool:
    """Whether spec and suite say the same of a test once a plan is carried out."""
    kept = any(a.id == identity and a.action == "edited" for a in plan.actions)
    clash = any(f.code == "DR204" and f.id == identity for f in plan.refusals)
    return not (kept or clash)
