"""What a report carries from the process that ran a test to the one that records it."""

from __future__ import annotations

from typing import Any

import pytest

from suiteloom.model import CollectedTest, dump_test, load_test

__all__ = [
    "attach",
    "attached_state",
    "attached_test",
    "hold",
    "is_held",
    "message_of",
    "reason_of",
]

_STATE = "suiteloom_state"
_TEST = "suiteloom_test"
_HELD = "suiteloom_held"


def attach(
    report: pytest.TestReport, state: str, test: CollectedTest | None = None
) -> None:
    """Leave on a report what only the process that ran the test knows.

    Plain data in attributes: pytest and pytest-xdist carry them along, and they are not
    shown in JUnit XML as `user_properties` are.

    Args:
        report: Is changed.
        state: ``pending``, ``orphan`` or empty.
        test: Which test it is about, where another process is to be told.
    """
    if state:
        vars(report)[_STATE] = state
    if test is not None:
        vars(report)[_TEST] = dump_test(test)


def attached_state(report: pytest.TestReport) -> str:
    """The state that was left on a report, or an empty text."""
    state: str = vars(report).get(_STATE, "")
    return state


def attached_test(report: pytest.TestReport) -> CollectedTest | None:
    """Which test a report from another process says that it is about."""
    data: dict[str, Any] | None = vars(report).get(_TEST)
    return None if data is None else load_test(data)


def hold(report: pytest.TestReport) -> None:
    """Keep a failure from failing the session, and what it was on the report.

    pytest and its plugins take it for a failure that was expected.
    """
    vars(report)[_HELD] = reason_of(report)
    report.outcome = "skipped"
    report.wasxfail = "in quarantine"


def is_held(report: pytest.TestReport) -> bool:
    """Whether it is a failure that was held."""
    return _HELD in vars(report)


def reason_of(report: pytest.TestReport) -> str:
    """One line that says why a test did not simply pass; empty if it did."""
    if is_held(report):
        return str(vars(report)[_HELD])
    expected = getattr(report, "wasxfail", None)
    if expected is not None:
        return str(expected).removeprefix("reason: ")
    if report.passed:
        return ""
    longrepr = report.longrepr
    if isinstance(longrepr, tuple):
        return longrepr[2].removeprefix("Skipped: ")
    text = message_of(report)
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def message_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """What was raised without its traceback, or all that a report tells."""
    longrepr = report.longrepr
    if isinstance(longrepr, str):
        # `longreprtext` would begin with a line about the worker.
        return longrepr
    crash = getattr(longrepr, "reprcrash", None)
    return str(crash.message) if crash is not None else report.longreprtext
