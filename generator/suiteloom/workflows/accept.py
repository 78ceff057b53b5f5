"""`accept`: suspect tests whose bodies somebody has compared with what they must do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from suiteloom.errors import RefusedError, UsageError
from suiteloom.model import Action, FileChange, Plan, Project, normative_digest
from suiteloom.model.identifiers import closest, is_id
from suiteloom.store import commit
from suiteloom.suites import retied
from suiteloom.workflows.disk import Disk, Standing, read_disk
from suiteloom.workflows.met import Met, read_met
from suiteloom.workflows.planner import make_plan
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.proof import hand_written_of

__all__ = ["accept", "plan_accept", "suspects"]


def accept(workspace: Workspace, names: Sequence[str]) -> Plan:
    """Tie the bodies of suspect tests to what these must do now.

    Args:
        workspace: The project.
        names: Ids of suspect tests, or domains, which stand for their suspect tests;
            none means every suspect test.

    Returns:
        The plan that was carried out: one change of each marker, and nothing that
        `generate` would have done besides; empty if no test is suspect.

    Raises:
        UsageError: If an id is no suspect test or a name no domain, or the suite does
            not say what its spec says.
        SpecError: If a spec is wrong.
        RefusedError: If a suite can not be written; nothing was.
        ConflictError: If a file changed meanwhile; nothing was written.
        StorageError: If a file can not be written; nothing was written.
    """
    plan = plan_accept(workspace, names)
    commit(workspace.root, plan.changes)
    return plan


def suspects(workspace: Workspace) -> tuple[Action, ...]:
    """Each suspect test as the entry that accepting it would have in a plan.

    Raises:
        SpecError: If a spec is wrong.
        StorageError: If a file can not be read.
    """
    project = workspace.load()
    disk = read_disk(project, workspace.suite_files(), {})
    return tuple(_actions(project, disk, _suspect(project, disk)))


def plan_accept(workspace: Workspace, names: Sequence[str]) -> Plan:
    """Plan what `accept` would carry out.

    Takes, returns and raises what `accept` does, and writes nothing.
    """
    files = workspace.suite_files()
    project = workspace.load()
    disk = read_disk(project, files, {})
    ids = _chosen(project, disk, names)
    if not ids:
        return Plan((), (), (), sum(1 for _ in project.tests))
    plan = _settled(workspace, project, files, ids)
    met = read_met(workspace.root, disk.suites)
    changes = tuple(_changes(project, disk, met, files, ids))
    return replace(
        plan,
        changes=changes,
        actions=tuple(_actions(project, disk, ids)),
        unchanged=max(plan.unchanged - len(ids), 0),
        hand_written=hand_written_of(changes, workspace.config),
    )


def _settled(
    workspace: Workspace,
    project: Project,
    files: Mapping[str, bytes],
    ids: Sequence[str],
) -> Plan:
    """What `generate` would do in the suites concerned: nothing to the tests named.

    Raises:
        UsageError: If it would change one, so that nobody has seen what it must do.
        RefusedError: If a suite can not be written.
    """
    domains = {suite.domain for suite, test in project.tests if test.id in ids}
    plan = make_plan(workspace, project, domains, files=files, restore=False)
    if plan.refusals:
        raise RefusedError(plan.refusals)
    for action in plan.actions:
        if action.id in ids and action.action != "edited":
            raise UsageError(
                f"{action.id} does not say yet what its spec says",
                path=action.path,
                line=action.line,
                hint="`suiteloom generate` first, then compare the two",
            )
    return plan


def _changes(
    project: Project,
    disk: Disk,
    met: Met,
    files: Mapping[str, bytes],
    ids: Sequence[str],
) -> Iterator[FileChange]:
    """The suites with the bodies of the tests tied anew."""
    normative = {
        test.id: normative_digest(test) for _, test in project.tests if test.id in ids
    }
    for path in dict.fromkeys(disk.origins[identity].path for identity in ids):
        suite = disk.text(path)
        units = [(u, normative[u.id]) for u in suite.units if u.id in normative]
        text = retied(suite.source, units, met=met.is_about(path))
        yield FileChange(path, files[path], suite.source.encode(text))


def _suspect(project: Project, disk: Disk) -> tuple[str, ...]:
    """Ids of the suspect tests in spec order."""
    return tuple(
        test.id
        for _, test in project.tests
        if test.id in disk.origins and _is_suspect(disk.origins[test.id])
    )


def _is_suspect(unit: Standing) -> bool:
    return unit.is_suspect and not unit.is_orphan


def _chosen(project: Project, disk: Disk, names: Sequence[str]) -> tuple[str, ...]:
    """The suspect tests that are named, in spec order."""
    suspect = _suspect(project, disk)
    domains = {suite.domain: suite for suite in project.suites}
    chosen = set() if names else set(suspect)
    for name in names:
        if name in domains:
            chosen |= {test.id for test in domains[name].tests} & set(suspect)
        elif name in suspect:
            chosen.add(name)
        else:
            raise _not_suspect(name, project, disk, suspect)
    return tuple(identity for identity in suspect if identity in chosen)


def _not_suspect(
    name: str, project: Project, disk: Disk, suspect: Sequence[str]
) -> UsageError:
    """Why a name is nothing that can be accepted, with its place if it has one."""
    specified = {test.id for _, test in project.tests}
    found = disk.origins.get(name)
    if found is not None and name in specified:
        return UsageError(
            f"{name} is not suspect",
            path=found.path,
            line=found.line,
            hint="`suiteloom check` names the tests that are",
        )
    if found is not None:
        return UsageError(
            f"{name} is an orphan: no spec says what it must do",
            path=found.path,
            line=found.line,
            hint="put the id back into a spec, or `suiteloom prune` it",
        )
    known = [*suspect, *sorted(specified), *(suite.domain for suite in project.suites)]
    close = closest(name.upper() if is_id(name.upper()) else name, known)
    hint = (
        f"did you mean {close}?" if close else "`suiteloom check` names suspect tests"
    )
    return UsageError(f"no test and no domain is called {name!r}", hint=hint)


def _actions(project: Project, disk: Disk, ids: Sequence[str]) -> list[Action]:
    """What accepting some tests is in a plan."""
    wanted = set(ids)
    return [
        Action(
            suite.domain,
            test.id,
            "update",
            f"{test.name} accepted",
            disk.origins[test.id].path,
            disk.origins[test.id].line,
        )
        for suite, test in project.tests
        if test.id in wanted
    ]
