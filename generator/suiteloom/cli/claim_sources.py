"""Where claims take numbers from: the very objects that verbs print as JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from suiteloom.model import Project
    from suiteloom.workflows.audit import ComplianceReport
    from suiteloom.workflows.claims import Sources
    from suiteloom.workflows.project import Workspace

__all__ = ["claim_sources"]


class _Known:
    """What several verbs need of a project, read and judged once."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @cached_property
    def project(self) -> Project:
        """Its specs."""
        return self.workspace.load()

    @cached_property
    def judged(self) -> ComplianceReport:
        """The compliance of its suites."""
        from suiteloom.workflows.audit import compliance

        paths = [suite.path for suite in self.project.suites]
        return compliance(self.workspace, self.project, paths)


def claim_sources(workspace: Workspace) -> Sources:
    """The sources of a project, none asked yet."""
    from suiteloom.workflows.claims import Sources

    known = _Known(workspace)
    verbs: dict[str, Callable[[_Known], Any]] = {
        "status": _status,
        "run": _run,
        "report": _report,
        "audit": _audit,
        "history": _history,
        "rules": _rules,
    }
    return Sources(
        workspace, {name: partial(give, known) for name, give in verbs.items()}
    )


def _status(known: _Known) -> dict[str, Any]:
    from suiteloom.cli.tables import status_data
    from suiteloom.workflows.status import status

    return status_data(status(known.workspace, known.project, known.judged))


def _run(known: _Known) -> dict[str, Any] | None:
    """What is kept of the last run; None if there is none."""
    from suiteloom.cli.reports import kept_run_data
    from suiteloom.workflows.processes import last_run
    from suiteloom.workflows.quarantines import held_tests

    workspace = known.workspace
    last = last_run(workspace)
    if last is None:
        return None
    suites = [s for s in known.project.suites if s.path in last.suites]
    held = held_tests(workspace, suites, last.outcomes())
    return kept_run_data(last, tuple(test for test in held if test.outcome))


def _report(known: _Known) -> dict[str, Any]:
    from suiteloom.cli.report_app import report_data
    from suiteloom.workflows.report import report

    found = report(known.workspace, project=known.project, judged=known.judged)
    return report_data(found)


def _audit(known: _Known) -> dict[str, Any]:
    from suiteloom.cli.audits import audit_data
    from suiteloom.workflows.audit import AuditOptions, audit

    workspace = known.workspace
    folder = workspace.root / workspace.config.suites
    return audit_data(audit(workspace.root, AuditOptions(paths=(str(folder),))))


def _history(known: _Known) -> dict[str, Any] | None:
    """Every remembered run; None if none is."""
    from suiteloom.cli.histories import history_data
    from suiteloom.errors import UsageError
    from suiteloom.workflows.history.overview import history_of

    try:
        report = history_of(known.workspace, None)
    except UsageError:  # there is no history
        return None
    return history_data(report, report.runs)


def _rules(_known: _Known) -> dict[str, Any]:
    from suiteloom.audit.catalogue import RULES
    from suiteloom.cli.audits import rules_data

    return rules_data(RULES)
