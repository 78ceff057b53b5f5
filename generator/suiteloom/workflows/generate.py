"""`generate`: plan every edit, then make all of them or none."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from suiteloom.errors import RefusedError
from suiteloom.model import Finding, Plan
from suiteloom.model.progress import Progress, silent
from suiteloom.store import Changed, commit, read_versions
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.stamp import Stamps, keep_stamps, read_stamps

if TYPE_CHECKING:
    from suiteloom.model import Project
    from suiteloom.workflows.planner import PlanOptions

__all__ = ["generate", "preview"]


def generate(
    workspace: Workspace,
    domains: Iterable[str],
    *,
    restore: bool,
    options: PlanOptions | None = None,
    progress: Progress = silent,
) -> Plan:
    """Bring the suites in line with the specs.

    Args:
        workspace: The project.
        domains: Which to work on; none means all.
        restore: Whether the spec wins over edits of spec-owned text.
        options: What a person allows or asks for beyond that.
        progress: Told what is being done.

    Returns:
        The plan that was carried out; it has refusals only if the options say to keep
        going.

    Raises:
        SpecError: If a spec is wrong.
        RefusedError: If hand-written text would be touched; nothing was written.
        ConflictError: If a file changed meanwhile; nothing was written.
        StorageError: If a file can not be written; nothing was written.
    """
    names = tuple(domains)
    progress("reading")
    specs, files = workspace.spec_files(), workspace.suite_files()
    plainly = not (restore or options)
    whole = plainly and not names
    stamps = _stamps(workspace, specs, files) if plainly else Stamps()
    if (units := stamps.unchanged(names)) is not None:
        return Plan((), (), (), units)
    from suiteloom.workflows.planner import make_plan

    project = workspace.parse(specs)
    plan = make_plan(
        workspace,
        project,
        names,
        files=files,
        restore=restore,
        in_sync=stamps.in_sync if whole else {},
        options=options,
        progress=progress,
    )
    if plan.refusals and not (options and options.keep_going):
        raise RefusedError(_hinted(workspace, project, names, files, plan))
    progress("writing")
    break_hardlinks = options is not None and options.break_hardlinks
    commit(workspace.root, plan.changes, break_hardlinks=break_hardlinks)
    if whole:
        keep_stamps(workspace, project, specs, _after(files, plan), plan)
    return _kept_going(workspace, project, names, files, plan)


def _stamps(
    workspace: Workspace, specs: Mapping[str, bytes], files: Mapping[str, bytes]
) -> Stamps:
    """What is known to be in sync; where branches meet, the same bytes need not be."""
    stamps = read_stamps(workspace, specs, files)
    return stamps.without(read_versions(workspace.root, stamps.in_sync))


def _after(files: Mapping[str, bytes], plan: Plan) -> Changed:
    """The suite files as they are once a plan has been carried out."""
    return Changed(files, {change.path: change.after for change in plan.changes})


def preview(
    workspace: Workspace,
    domains: Iterable[str],
    *,
    restore: bool,
    options: PlanOptions | None = None,
    progress: Progress = silent,
) -> Plan:
    """Make the plan that `generate` would carry out, and write nothing.

    Takes, returns and raises what `generate` does.
    """
    names = tuple(domains)
    progress("reading")
    specs, files = workspace.spec_files(), workspace.suite_files()
    if not (restore or options):
        units = _stamps(workspace, specs, files).unchanged(names)
        if units is not None:
            return Plan((), (), (), units)
    from suiteloom.workflows.planner import make_plan

    project = workspace.parse(specs)
    plan = make_plan(
        workspace,
        project,
        names,
        files=files,
        restore=restore,
        options=options,
        progress=progress,
    )
    if plan.refusals and not (options and options.keep_going):
        raise RefusedError(_hinted(workspace, project, names, files, plan))
    return _kept_going(workspace, project, names, files, plan)


def _kept_going(
    workspace: Workspace,
    project: Project,
    names: tuple[str, ...],
    files: Mapping[str, bytes],
    plan: Plan,
) -> Plan:
    """A plan that leaves out what is refused, with hints for the tree after it."""
    if not plan.refusals:
        return plan
    after = _after(files, plan)
    return replace(plan, refusals=_hinted(workspace, project, names, after, plan))


def _hinted(
    workspace: Workspace,
    project: Project,
    names: tuple[str, ...],
    files: Mapping[str, bytes],
    plan: Plan,
) -> tuple[Finding, ...]:
    """What stands against a plan, with the commands that would help in a tree."""
    from suiteloom.workflows.planner import make_plan
    from suiteloom.workflows.remedies import Remedies

    def look(
        specs: Project, suites: Mapping[str, bytes], _asked: Container[str]
    ) -> tuple[Finding, ...]:
        again = make_plan(workspace, specs, names, files=suites, restore=False)
        return again.refusals

    remedies = Remedies(workspace, project, files, names, look)
    return remedies.hinted(plan.refusals)
