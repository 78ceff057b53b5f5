"""From reports to one outcome for each item that ran."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from suiteloom.pytest_plugin.identity import Identity, identity_of_nodeid
from suiteloom.pytest_plugin.report import attached, reason_of
from suiteloom.pytest_plugin.suite_files import SuiteFiles

__all__ = ["Result", "ResultLog"]

_PHASES = ("setup", "call", "teardown")
_CRASH = "crash"


@dataclass(frozen=True, slots=True)
class Result:
    """How one item ended.

    Attributes:
        test: The item.
        outcome: ``passed``, ``failed``, ``error``, ``skipped``, ``pending``,
            ``orphan``, ``xfailed`` or ``xpassed``.
        duration_s: Of setup, call and teardown together.
        reason: One line; empty if there is nothing to say.
        metrics: What the test recorded, by name.
        environment: Name of the environment it ran in; empty if not known.
    """

    test: Identity
    outcome: str
    duration_s: float
    reason: str
    metrics: dict[str, Any]
    environment: str


@dataclass(frozen=True, slots=True)
class _Phase:
    outcome: str
    is_xfail: bool
    state: str
    reason: str


@dataclass(slots=True)
class _Run:
    """The reports of one item so far."""

    test: Identity
    phases: dict[str, _Phase] = field(default_factory=dict)
    duration_s: float = 0.0
    metrics: dict[str, Any] = field(default_factory=dict)
    environment: str = ""


class ResultLog:
    """Hears every report, on the one process that sees them all."""

    def __init__(self, root: Path, files: SuiteFiles) -> None:
        self._root = root
        self._files = files
        self._runs: dict[str, _Run] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in one report."""
        about = attached(report)
        if about is not None:
            self._add(report, *about)
        elif report.when not in _PHASES:
            self._add_crash(report)

    def results(self) -> list[Result]:
        """How every item ended that did end, in the order they began."""
        found = ((run, _verdict(run.phases)) for run in self._runs.values())
        return [
            Result(
                test=run.test,
                outcome=verdict[0],
                duration_s=round(run.duration_s, 6),
                reason=verdict[1],
                metrics=run.metrics,
                environment=run.environment,
            )
            for run, verdict in found
            if verdict is not None
        ]

    def _add(
        self, report: pytest.TestReport, test: Identity, state: str, reason: str
    ) -> None:
        if report.when == "setup" or report.nodeid not in self._runs:
            # Also when a plugin runs a test again: the last attempt counts.
            self._runs[report.nodeid] = _Run(test)
        run = self._runs[report.nodeid]
        is_xfail = hasattr(report, "wasxfail")
        run.phases[report.when] = _Phase(report.outcome, is_xfail, state, reason)
        run.duration_s += report.duration
        for name, value in report.user_properties:
            if name == "suiteloom_metrics" and isinstance(value, dict):
                run.metrics = value
            elif name == "suiteloom_environment":
                run.environment = str(value)

    def _add_crash(self, report: pytest.TestReport) -> None:
        """A worker died; pytest-xdist reports the test that it was running."""
        run = self._runs.get(report.nodeid)
        if run is None:
            run = self._runs[report.nodeid] = _Run(self._find(report.nodeid))
        run.phases[_CRASH] = _Phase("failed", False, "", reason_of(report))

    def _find(self, nodeid: str) -> Identity:
        test = identity_of_nodeid(nodeid)
        path = self._root / test.path
        found = self._files.find_id(path, test.class_name, test.function)
        return replace(test, id=found)


def _verdict(phases: dict[str, _Phase]) -> tuple[str, str] | None:
    """Outcome and reason; None for a test that was cut off before its end."""
    for name in (_CRASH, "call", "setup", "teardown"):
        phase = phases.get(name)
        if phase is not None and phase.outcome == "failed":
            outcome = "failed" if name in {_CRASH, "call"} else "error"
            return outcome, phase.reason
    if "teardown" not in phases:
        return None
    for phase in phases.values():
        if phase.state:
            return phase.state, phase.reason or _reason_of_state(phases)
    return _plain_verdict(phases)


def _reason_of_state(phases: dict[str, _Phase]) -> str:
    """The first reason that any phase gives."""
    return next((phase.reason for phase in phases.values() if phase.reason), "")


def _plain_verdict(phases: dict[str, _Phase]) -> tuple[str, str]:
    for phase in phases.values():
        if phase.outcome == "skipped":
            return "xfailed" if phase.is_xfail else "skipped", phase.reason
    for phase in phases.values():
        if phase.is_xfail:
            return "xpassed", phase.reason
    return ("passed", "") if "call" in phases else ("skipped", "")
