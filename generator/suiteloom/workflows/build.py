"""`build`: generate, check, run, status: the main job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from suiteloom.model import Plan
from suiteloom.model.progress import Progress, silent
from suiteloom.workflows.check import CheckReport, check
from suiteloom.workflows.evidence import gather
from suiteloom.workflows.generate import generate
from suiteloom.workflows.project import Workspace, check_domains
from suiteloom.workflows.run import RunOptions, RunReport, run
from suiteloom.workflows.status import StatusReport, status

__all__ = ["BuildReport", "Step", "build"]

Step = Plan | CheckReport | RunReport | StatusReport
"""What one step of a build came to."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What each step came to."""

    plan: Plan
    check: CheckReport
    run: RunReport
    status: StatusReport

    @property
    def passed(self) -> bool:
        """Whether check and run are without errors."""
        return self.check.passed and self.run.passed


def build(
    workspace: Workspace,
    options: RunOptions,
    *,
    tell: Callable[[Step], None] = lambda _: None,
    announce: Callable[[str], None] = lambda _: None,
    to_stderr: bool = False,
    progress: Progress = silent,
    expect: Callable[[float], None] = lambda _: None,
) -> BuildReport:
    """Generate, check and run the suites of a project.

    Args:
        workspace: The project.
        options: How to run, and which domains; the names select in every step.
        tell: Called with what each step came to, as soon as it is done.
        announce: Called with the name of each of several environments before its run.
        to_stderr: Whether pytest's output goes to stderr.
        progress: Told what is being done, but while pytest runs.
        expect: As for `run`.

    Returns:
        The report.

    Raises:
        SuiteloomError: If a step can not be done; steps before it stand.
    """
    plan = generate(workspace, options.domains, restore=False, progress=progress)
    tell(plan)
    checked = check(workspace, options.domains, progress, runs_next=True)
    tell(checked)
    ran = run(
        workspace,
        options,
        project=checked.project,
        announce=announce,
        to_stderr=to_stderr,
        can_spread=checked.can_spread,
        expect=expect,
    )
    tell(ran)
    progress("status")
    names = check_domains(ran.project, options.domains)
    chosen = [suite for suite in ran.project.suites if suite.domain in names]
    table = status(
        workspace,
        checked.project,
        checked.compliance,
        domains=options.domains,
        known=gather(workspace, ran.project, chosen, ran.last_run, options.history),
    )
    tell(table)
    return BuildReport(plan, checked, ran, table)
