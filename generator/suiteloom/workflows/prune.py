"""`prune`: remove orphans that a person names, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from suiteloom.errors import RefusedError, UsageError
from suiteloom.model import Plan
from suiteloom.store import commit
from suiteloom.workflows.disk import read_disk
from suiteloom.workflows.planner import PlanOptions, make_plan
from suiteloom.workflows.project import Workspace

__all__ = ["plan_prune", "prune"]


def prune(workspace: Workspace, ids: Sequence[str]) -> Plan:
    """Remove orphans.

    Args:
        workspace: The project.
        ids: Of the orphans; each must be one.

    Returns:
        The plan that was carried out: the removals, and nothing that `generate` would
        have done besides.

    Raises:
        UsageError: If an id is no orphan, or suites have drifted.
        SpecError: If a spec is wrong.
        RefusedError: If a suite can not be written; nothing was.
    """
    plan = plan_prune(workspace, ids)
    commit(workspace.root, plan.changes)
    return plan


def plan_prune(workspace: Workspace, ids: Sequence[str]) -> Plan:
    """Plan what `prune` would carry out.

    Takes, returns and raises what `prune` does, and writes nothing.
    """
    files = workspace.suite_files()
    project = workspace.load()
    disk = read_disk(project, files, {})
    for identity in ids:
        found = disk.origins.get(identity)
        if found is None or not found.is_orphan:
            where = f" in {found.path}:{found.line}" if found else ""
            raise UsageError(
                f"{identity} is no orphan{where}",
                hint="`suiteloom check` names the orphans",
            )
    plan = make_plan(
        workspace,
        project,
        (),
        files=files,
        restore=False,
        options=PlanOptions(prune=frozenset(ids)),
    )
    if plan.refusals:
        raise RefusedError(plan.refusals)
    others = [a for a in plan.actions if a.id not in ids and a.action != "edited"]
    if others:
        raise UsageError(
            "the suites do not follow their specs yet",
            hint="`suiteloom check` says what differs and what helps",
        )
    removed = tuple(a for a in plan.actions if a.id in ids)
    return replace(plan, actions=removed)
