"""Where claims take numbers from: the very objects that verbs print as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from suiteloom.workflows.claims import Sources
    from suiteloom.workflows.project import Workspace

__all__ = ["claim_sources"]


def claim_sources(workspace: Workspace) -> Sources:
    """The sources of a project, none asked yet."""
    from suiteloom.workflows.claims import Sources

    verbs: dict[str, Callable[[Workspace], Any]] = {
        "status": _status,
        "run": _run,
        "audit": _audit,
        "history": _history,
        "rules": _rules,
    }
    return Sources(
        workspace,
        {name: lambda give=give: give(workspace) for name, give in verbs.items()},  # type: ignore[misc]
    )


def _status(workspace: Workspace) -> dict[str, Any]:
    from suiteloom.cli.tables import status_data
    from suiteloom.workflows.status import status

    return status_data(status(workspace))


def _run(workspace: Workspace) -> dict[str, Any] | None:
    """What is kept of the last run; None if there is none."""
    from suiteloom.cli.reports import kept_run_data
    from suiteloom.workflows.processes import last_run
    from suiteloom.workflows.quarantines import held_tests

    last = last_run(workspace)
    if last is None:
        return None
    suites = [s for s in workspace.load().suites if s.path in last.suites]
    held = held_tests(workspace, suites, last.outcomes())
    return kept_run_data(last, tuple(test for test in held if test.outcome))


def _audit(workspace: Workspace) -> dict[str, Any]:
    from suiteloom.cli.audits import audit_data
    from suiteloom.workflows.audit import AuditOptions, audit

    folder = workspace.root / workspace.config.suites
    return audit_data(audit(workspace.root, AuditOptions(paths=(str(folder),))))


def _history(workspace: Workspace) -> dict[str, Any] | None:
    """Every remembered run; None if none is."""
    from suiteloom.cli.histories import history_data
    from suiteloom.errors import UsageError
    from suiteloom.workflows.history.overview import history_of

    try:
        report = history_of(workspace, None)
    except UsageError:  # there is no history
        return None
    return history_data(report, report.runs)


def _rules(_workspace: Workspace) -> dict[str, Any]:
    from suiteloom.audit.catalogue import RULES
    from suiteloom.cli.audits import rules_data

    return rules_data(RULES)
