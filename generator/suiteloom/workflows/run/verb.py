"""`run`: pytest over the suites, then what ran against what is specified."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from suiteloom.levels import check_quarantine_count
from suiteloom.model import Finding, Project, Suite, in_quarantine
from suiteloom.results import Coverage, LastRun, run_tests
from suiteloom.store import present_revision
from suiteloom.store.machine import present_system
from suiteloom.workflows.history.session import Remembered, remember_run
from suiteloom.workflows.processes import Processes, choose_processes, expected_s
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.quarantines import Held, held_tests
from suiteloom.workflows.run.calling import Means, measures, pytest_calls, run_all
from suiteloom.workflows.run.choosing import select_suites
from suiteloom.workflows.run.clock import Clock
from suiteloom.workflows.run.judging import (
    age_findings,
    outcome_findings,
    session_findings,
)
from suiteloom.workflows.run.keeping import (
    coverage_of,
    digests_of,
    keep_run,
    keep_shard,
    last_run_of,
)
from suiteloom.workflows.run.options import SUITES, RunOptions
from suiteloom.workflows.run.pool import find_pool
from suiteloom.workflows.run.sharing import Shared, share_suites

__all__ = ["RunReport", "run"]


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run came to: the kept record, findings, and where the record is.

    `project` is what the specs say, `processes` how tests were spread over processes,
    `shared` what a shard was to run, if the run was one, `remembered` what became of the
    run in the history; None if it is in none. `held` are the tests in quarantine that ran.
    """

    last_run: LastRun
    findings: tuple[Finding, ...]
    path: str
    project: Project
    interrupted: bool = False
    processes: Processes = field(default_factory=Processes)
    shared: Shared | None = None
    remembered: Remembered | None = None
    held: tuple[Held, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether there is no error among the findings."""
        return all(finding.severity != "error" for finding in self.findings)


def run(
    workspace: Workspace,
    options: RunOptions,
    *,
    project: Project | None = None,
    announce: Callable[[str], None] = lambda _: None,
    to_stderr: bool = False,
    can_spread: bool = True,
    expect: Callable[[float], None] = lambda _: None,
) -> RunReport:
    """Run suites.

    Args:
        workspace: The project.
        options: Which suites, and how.
        project: Its specs, if they have been read already.
        announce: Called with the name of each of several environments before its run.
        to_stderr: Whether pytest's output goes to stderr.
        can_spread: Whether pytest's settings leave it to us to use several processes.
        expect: Called before pytest starts with the seconds that the tests took when
            they last ran; not called if that is not known.

    Returns:
        The report; the run was kept as the last one, or, if it is a shard, beside it,
        and added to the history.

    Raises:
        SpecError: If a spec is wrong.
        UsageError: If the options leave nothing to run, or can not be together.
        RemoteError: If a machine that is to run them is not reached.
        StorageError: If a suite can not be read, or the run not be kept.
    """
    project = project or workspace.load()
    suites = select_suites(workspace, project, options)
    shared = None
    if options.shard is not None:
        shared = share_suites(workspace, suites, options, options.shard)
        suites = shared.suites
    digests = digests_of(workspace, suites)
    quarantined = in_quarantine(suites, workspace.today)
    pool = find_pool(workspace, digests, options) if options.hosts else None
    revision, code = present_revision(workspace.root), workspace.code()
    processes = Processes(_count(options.workers))
    if options.workers == SUITES:
        processes = choose_processes(workspace, suites, can_spread=can_spread)
        options = replace(options, workers="")
    spent = _expected_s(workspace, suites, options, processes)
    if spent is not None:
        expect(spent)
    with tempfile.TemporaryDirectory(prefix="suiteloom-") as folder:
        measured = Coverage(Path(folder)) if measures(workspace, options) else None
        clock = Clock(partial(run_tests, workspace.root, to_stderr=to_stderr))
        cuts = shared.cuts if shared else {}
        means = Means(Path(folder), processes, measured, cuts, pool)
        to_make = pytest_calls(workspace, suites, options, means)
        began_us = _now_us()
        sessions = [
            (name, processes.restored(session, suites))
            for name, session in run_all(to_make, options, announce, clock)
        ]
        ended_us = _now_us()
        percents, total = coverage_of(workspace.root, measured, sessions)
    last = last_run_of(project, digests, sessions)
    last = replace(
        last,
        coverage=total,
        coverage_by_environment=percents,
        revision=pool.revision(revision) if pool else revision,
        code=code,
        began_us=began_us,
        ended_us=ended_us,
        system=pool.system if pool else present_system(),
        hosts=pool.names if pool else (),
        missing_hosts=dict(pool.missing) if pool else {},
    )
    most_held = workspace.config.quarantine_max
    findings = (
        *session_findings(sessions, measured, total, percents, quarantined),
        *outcome_findings(workspace, suites, options, sessions, last, quarantined),
        *age_findings(workspace, code, digests),
        *check_quarantine_count(project.suites, workspace.today, most_held),
    )
    interrupted = any(session.is_interrupted for _, session in sessions)
    if shared:
        last = replace(last, shard=replace(shared.run, findings=findings))
        path = keep_shard(workspace, last, shared.run.shard)
    else:
        path = keep_run(workspace, last)
    calls = clock.sessions(sessions, options, processes)
    remembered = remember_run(workspace, project, last, calls, options.history)
    if remembered is not None and remembered.problem is not None:
        findings = (*findings, remembered.problem)
    held = held_tests(workspace, suites, last.outcomes(), options.history)
    ran = tuple(test for test in held if test.outcome)
    return RunReport(
        last, findings, path, project, interrupted, processes, shared, remembered, ran
    )


def _expected_s(
    workspace: Workspace,
    suites: Sequence[Suite],
    options: RunOptions,
    processes: Processes,
) -> float | None:
    """How long the chosen tests are expected to take; None where nothing tells."""
    if options.workers or options.hosts or options.arguments or options.expression:
        return None
    tests = {test.id for suite in suites for test in suite.tests}
    if options.ids and not options.domains:
        tests &= set(options.ids)
    spent = expected_s(workspace, tests, max(len(options.environments), 1))
    if spent is None or processes.weights is None:
        return spent
    return max(spent / processes.count, *processes.weights.values())


def _now_us() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


def _count(workers: str) -> int:
    """The number of processes that is asked for; 0 if something else decides it."""
    return int(workers) if workers.isdecimal() else 0
