"""Which suites a run's options leave."""

from __future__ import annotations

from fnmatch import fnmatch

from suiteloom.errors import UsageError
from suiteloom.model import Project, Suite
from suiteloom.model.identifiers import closest
from suiteloom.workflows.project import Workspace, check_domains
from suiteloom.workflows.remedies import remedy_of_missing
from suiteloom.workflows.run.options import RunOptions

__all__ = ["select_suites"]


def select_suites(
    workspace: Workspace, project: Project, options: RunOptions
) -> list[Suite]:
    """The suites that the options leave, in the order of the specs.

    Raises:
        UsageError: If the options name what is not there, or leave nothing to run.
    """
    if options.category and options.category not in project.config.categories:
        known = ", ".join(project.config.categories)
        raise UsageError(f"no category {options.category!r}", hint=f"known: {known}")
    chosen = _chosen(project, options)
    suites = [
        suite
        for suite in project.suites
        if suite.domain in chosen
        if not options.category or suite.category == options.category
        if not options.pattern
        or fnmatch(suite.path.rpartition("/")[2], options.pattern)
        if not options.environments
        or set(options.environments) & set(suite.environments)
    ]
    if not suites:
        raise UsageError("the options leave no suite to run", hint="`suiteloom status`")
    missing = [s.path for s in suites if not (workspace.root / s.path).is_file()]
    if missing:
        hint = remedy_of_missing(workspace, project, missing[0])
        raise UsageError("the suite does not exist yet", path=missing[0], hint=hint)
    return suites


def _chosen(project: Project, options: RunOptions) -> frozenset[str]:
    """The domains that are named, and those of the ids that are."""
    homes = {test.id: suite.domain for suite, test in project.tests}
    for identity in options.ids:
        if identity not in homes:
            close = closest(identity, homes)
            hint = (
                f"did you mean {close}?" if close else "a domain can be named as well"
            )
            raise UsageError(f"no spec names the id {identity!r}", hint=hint)
    if not options.ids:
        return check_domains(project, options.domains)
    named = check_domains(project, options.domains) if options.domains else frozenset()
    return named | {homes[identity] for identity in options.ids}
