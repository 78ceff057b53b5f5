"""From reports to one outcome for each item that ran."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from suiteloom.cycles import without_collector
from suiteloom.model import TestOutcome
from suiteloom.pytest_plugin.identity import Identities
from suiteloom.pytest_plugin.report import (
    attached_state,
    attached_test,
    is_held,
    reason_of,
)

__all__ = ["ResultLog"]

_CRASH = "crash"


class _Phase(NamedTuple):
    outcome: str
    is_xfail: bool
    state: str
    reason: str


class _Run:
    """The reports of the last attempt at one item.

    `phases` has those that did not plainly pass. No dataclass: one is made for each test
    of a run, and holds what differs from a test of which nothing is known.
    """

    attempts = 1
    failed_before = False
    phases: dict[str, _Phase] | None = None
    duration_s = 0.0
    properties: Sequence[tuple[str, Any]] = ()
    has_call = False
    is_over = False


class ResultLog:
    """Hears every report, on the one process that sees them all.

    Three of them are made for each test, and pytest keeps them all for its own summary.
    So those of what passes are kept here, too, and looked at with the next one that does
    not, or when somebody asks how the tests ended.

    Args:
        tests: Says which test a report is about, once the run is over.
    """

    def __init__(self, tests: Identities) -> None:
        self._tests = tests
        self._runs: dict[str, _Run] = {}
        self._reports: list[pytest.TestReport] = []
        self._made: list[TestOutcome] | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep one report; what it says of something else than a pass is read at once."""
        self._reports.append(report)
        if report.outcome != "passed":
            self._look()

    def pytest_unconfigure(self) -> None:
        """Keep nothing: pytest and Python look for garbage among all that is kept."""
        self._reports, self._runs, self._made = [], {}, []

    def results(self) -> list[TestOutcome]:
        """How every item ended that did end, in the order they began."""
        if self._reports:
            with without_collector():
                self._look()
        if self._made is None:
            with without_collector():
                made = map(self._outcome, self._runs.items())
                self._made = [outcome for outcome in made if outcome is not None]
        return self._made

    def _look(self) -> None:
        """Take in what was kept, each report in its turn; one loop, since they are many."""
        reports, self._reports = self._reports, []
        self._made = None
        runs = self._runs
        for report in reports:
            when: str | None = report.when
            nodeid, data = report.nodeid, vars(report)
            run = runs.get(nodeid)
            if run is None or when == "setup":
                run = runs[nodeid] = _Run() if run is None else _again_after(run)
                if "suiteloom_test" in data:
                    self._note(report)
            if (
                report.outcome == "passed"
                and "suiteloom_state" not in data
                and "wasxfail" not in data
            ):
                if run.phases is not None:
                    _replace_plainly(run.phases, when)
            elif when is not None:
                _add_phase(run, when, report)
            if when == "call":
                run.has_call = True
            elif when == "teardown":
                run.is_over = True
                run.properties = report.user_properties
            elif when != "setup":
                # A worker died; pytest-xdist names what it was running.
                run.phases = {_CRASH: _Phase("failed", False, "", reason_of(report))}
                continue
            run.duration_s += report.duration

    def _note(self, report: pytest.TestReport) -> None:
        test = attached_test(report)
        if test is not None:
            self._tests.note(test)

    def _outcome(self, item: tuple[str, _Run]) -> TestOutcome | None:
        nodeid, run = item
        verdict = _verdict(run)
        if verdict is None:
            return None
        environment, metrics = "", {}
        for name, value in run.properties:
            if name == "suiteloom_metrics" and isinstance(value, dict):
                metrics = value
            elif name == "suiteloom_environment":
                environment = str(value)
        outcome, reason = verdict
        return TestOutcome(
            self._tests.find(nodeid),
            outcome,
            round(run.duration_s, 6),
            reason,
            environment,
            metrics,
            run.attempts,
        )


def _again_after(before: _Run) -> _Run:
    """What begins when a plugin runs an item again: the last attempt counts."""
    run = _Run()
    run.attempts = before.attempts + 1
    run.failed_before = before.failed_before or _has_failed(before)
    return run


def _add_phase(run: _Run, when: str, report: pytest.TestReport) -> None:
    held = is_held(report)
    phase = _Phase(
        "failed" if held else report.outcome,
        hasattr(report, "wasxfail") and not held,
        attached_state(report),
        reason_of(report),
    )
    if run.phases is None:
        run.phases = {}
    before = run.phases.get(when)
    if before is None or before.outcome != "failed":
        run.phases[when] = phase


def _replace_plainly(phases: dict[str, _Phase], when: str | None) -> None:
    """A later report of a phase counts, as after subtests, unless one failed."""
    if when in phases and phases[when].outcome != "failed":
        del phases[when]


def _has_failed(run: _Run) -> bool:
    """Whether an attempt failed; plugins call what they run again by other words."""
    phases = (run.phases or {}).values()
    return any(phase.outcome not in {"passed", "skipped"} for phase in phases)


def _verdict(run: _Run) -> tuple[str, str] | None:
    """Outcome and reason; None for a test that was cut off before its end."""
    phases = run.phases
    if not phases:
        if not run.is_over:
            return None
        if not run.has_call:
            return "skipped", ""
        return ("rerun", _again(run)) if run.failed_before else ("passed", "")
    for name in (_CRASH, "call", "setup", "teardown"):
        phase = phases.get(name)
        if phase is not None and phase.outcome == "failed":
            outcome = "failed" if name in {_CRASH, "call"} else "error"
            return outcome, phase.reason
    return _mixed_verdict(run, phases) if run.is_over else None


def _again(run: _Run) -> str:
    return f"attempt {run.attempts} passed after one that failed"


def _mixed_verdict(run: _Run, phases: dict[str, _Phase]) -> tuple[str, str]:
    """Of a test that ended, did not fail and did not plainly pass."""
    for phase in phases.values():
        if phase.state:
            reasons = (phase.reason, *(other.reason for other in phases.values()))
            return phase.state, next((text for text in reasons if text), "")
    for phase in phases.values():
        if phase.outcome == "skipped":
            return "xfailed" if phase.is_xfail else "skipped", phase.reason
    for phase in phases.values():
        if phase.is_xfail:
            return "xpassed", phase.reason
    if any(phase.outcome != "passed" for phase in phases.values()):
        return "failed", next(phase.reason for phase in phases.values())
    return ("passed", "") if run.has_call else ("skipped", "")
