"""Orphans and pending tests: skipped before they run, and never passed."""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import Any

import pytest

from suiteloom.pytest_plugin.identity import Identities, marked_id
from suiteloom.pytest_plugin.report import attach
from suiteloom.pytest_plugin.suite_files import SuiteFiles
from suiteloom.pytest_plugin.tracebacks import Tracebacks

__all__ = ["StatesWhereNeeded", "TestStates"]

_STATE = pytest.StashKey[str]()
_SEEN = pytest.StashKey[bool]()
_PENDING = "suiteloom.ssot.pending"
"""Defines what a pending test raises; a run that has not imported it has none."""


class StatesWhereNeeded:
    """Registers `TestStates` once the items are known, if one of them can have a state.

    Its hooks are called four times a test. In a run without a specified test, and with
    no test file that imports what makes a test pending, they would find nothing.

    Args:
        states: Are registered.
        name: Under this name.
    """

    def __init__(self, states: TestStates, name: str) -> None:
        self._states = states
        self._name = name

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Look at the items that are left to run."""
        plugins = session.config.pluginmanager
        if plugins.hasplugin(self._name) or plugins.is_blocked(self._name):
            return
        if _PENDING in sys.modules or _has_marked(session.items):
            plugins.register(self._states, self._name)


def _has_marked(items: list[pytest.Item]) -> bool:
    """Whether an item, or what it stands in, is marked as specified or as an orphan."""
    parent: pytest.Collector | None = None
    for item in items:
        if item.own_markers and marked_id(item) != ("", False):
            return True
        if item.parent is not parent:
            parent = item.parent
            if marked_id(item) != ("", False):
                return True
    return False


class TestStates:
    """Skips by state, and leaves it on each report of a test that has one.

    Args:
        files: Say what is pending before it runs.
        tests: In a worker: reports then say which test they are about.
        tracebacks: Shorten what a failed test shows.
    """

    __test__ = False

    def __init__(
        self,
        files: SuiteFiles,
        tests: Identities | None,
        tracebacks: Tracebacks | None,
    ) -> None:
        self._files = files
        self._tests = tests
        self._tracebacks = tracebacks
        self._can_call: dict[pytest.Collector | None, bool] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip an orphan or a pending test before anything of it runs."""
        identity, is_orphan = marked_id(item)
        state = ""
        if is_orphan:
            state = "orphan"
        elif identity and self._files.is_pending(item.path, identity):
            state = "pending"
        stash = item.stash
        if _STATE in stash:  # it is run again
            del stash[_STATE]
        if _SEEN in stash:
            del stash[_SEEN]
        if state:
            stash[_STATE] = state
            reason = f"{state}: {identity or item.name}"
            if other := self._files.pending_name(item.path, identity):
                reason += f" (the call names {other})"
            raise pytest.skip.Exception(reason, _use_item_location=True)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn a swallowed ``self.pending()`` into a skip; the last word on a report.

        One hook for all of it, since it is called three times a test.
        """
        report = yield
        if self._tracebacks and call.excinfo is not None and call.when == "call":
            self._tracebacks.shorten(item, report)
        state = item.stash.get(_STATE, "")
        if not state and self._may_be_pending(item):
            state = self._noticed(item, call, report)
        if state:
            attach(report, state)
        if self._tests is not None and call.when == "setup":
            attach(report, "", self._tests.of(item))
        return report

    def _may_be_pending(self, item: pytest.Item) -> bool:
        """Whether its class has a `pending()` of ours, or something of ours was raised."""
        if _PENDING in sys.modules:
            return True
        can_call = self._can_call.get(item.parent)
        if can_call is None:
            can_call = hasattr(getattr(item, "cls", None), "_pending_called")
            self._can_call[item.parent] = can_call
        return can_call

    def _noticed(
        self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
    ) -> str:
        """The state of a test that its text did not tell."""
        called = _has_called_pending(item)
        state = ""
        if _raised_pending(call):
            state = "pending"
        elif called and call.excinfo is None and not item.stash.get(_SEEN, False):
            state = "pending"
            _skip(report, item, f"pending: {marked_id(item)[0] or item.name}")
        if state:
            item.stash[_STATE] = state
        item.stash[_SEEN] = called
        return state


def _raised_pending(call: pytest.CallInfo[None]) -> bool:
    module = sys.modules.get(_PENDING)
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
