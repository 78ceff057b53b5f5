"""Orphans and pending tests: skipped before they run, and never passed."""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import Any

import pytest

from suiteloom.pytest_plugin.identity import Identity, identify
from suiteloom.pytest_plugin.report import attach
from suiteloom.pytest_plugin.suite_files import SuiteFiles

__all__ = ["TestStates"]

_IDENTITY = pytest.StashKey[Identity]()
_STATE = pytest.StashKey[str]()
_SEEN = pytest.StashKey[bool]()


class TestStates:
    """Skips by state, and leaves on each report which test it is about."""

    __test__ = False

    def __init__(self, files: SuiteFiles) -> None:
        self._files = files

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip an orphan or a pending test before anything of it runs."""
        identity = identify(item)
        item.stash[_IDENTITY] = identity
        item.stash[_STATE] = state = self._state(item, identity)
        item.stash[_SEEN] = False
        if state:
            reason = f"{state}: {identity.id or item.name}"
            raise pytest.skip.Exception(reason, _use_item_location=True)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn a swallowed ``self.pending()`` into a skip; the last word on a report."""
        report = yield
        # A plugin that skips before us leaves a test without these.
        identity = item.stash.get(_IDENTITY, None) or identify(item)
        state = item.stash.get(_STATE, "")
        if not state:
            called = _has_called_pending(item)
            if _raised_pending(call):
                state = "pending"
            elif called and call.excinfo is None and not item.stash.get(_SEEN, False):
                state = "pending"
                _skip(report, item, f"pending: {identity.id or item.name}")
            item.stash[_STATE] = state
            item.stash[_SEEN] = called
        attach(report, identity, state)
        return report

    def _state(self, item: pytest.Item, identity: Identity) -> str:
        if identity.is_orphan:
            return "orphan"
        if identity.id and self._files.is_pending(item.path, identity.id):
            return "pending"
        return ""


def _raised_pending(call: pytest.CallInfo[None]) -> bool:
    module = sys.modules.get("suiteloom.ssot.pending")
    if module is None or call.excinfo is None:
        return False
    return isinstance(call.excinfo.value, module.PendingTest)


def _has_called_pending(item: pytest.Item) -> bool:
    """Whether the instance that ran says so; others are not made to find out."""
    if not hasattr(getattr(item, "cls", None), "_pending_called"):
        return False
    instance: Any = getattr(item, "instance", None)
    return instance is not None and instance._pending_called is True  # noqa: SLF001


def _skip(report: pytest.TestReport, item: pytest.Item, reason: str) -> None:
    """Make a report that of a skipped test, located at the test."""
    path, line = item.reportinfo()[:2]
    report.outcome = "skipped"
    report.longrepr = (str(path), 0 if line is None else line + 1, f"Skipped: {reason}")
    if hasattr(report, "wasxfail"):
        del report.wasxfail
