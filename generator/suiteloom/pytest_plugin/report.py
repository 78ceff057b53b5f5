"""What a report carries from the process that ran a test to the one that records it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from suiteloom.pytest_plugin.identity import Identity

__all__ = ["attach", "attached", "message_of", "reason_of"]

_ATTRIBUTE = "suiteloom"


def attach(report: pytest.TestReport, identity: Identity, state: str) -> None:
    """Leave on a report which test it is about.

    A plain dict in an attribute: pytest and pytest-xdist carry it along, and it is not
    shown in JUnit XML as `user_properties` are.

    Args:
        report: Is changed.
        identity: The test.
        state: ``pending``, ``orphan`` or empty.
    """
    data = {**asdict(identity), "state": state, "reason": reason_of(report)}
    vars(report)[_ATTRIBUTE] = data


def attached(report: pytest.TestReport) -> tuple[Identity, str, str] | None:
    """Identity, state and reason that were left on a report, if any were."""
    data: dict[str, Any] | None = vars(report).get(_ATTRIBUTE)
    if data is None:
        return None
    values = dict(data)
    state, reason = values.pop("state"), values.pop("reason")
    return Identity(**values), state, reason


def reason_of(report: pytest.TestReport) -> str:
    """One line that says why a test did not simply pass; empty if it did."""
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
