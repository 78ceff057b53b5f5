"""What pytest collected, what it dropped again, and what went wrong meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from warnings import WarningMessage

import pytest

from suiteloom.model import CollectedTest, CollectionProblem
from suiteloom.pytest_plugin.identity import Identities, relative_path
from suiteloom.pytest_plugin.report import message_of

__all__ = ["CollectionLog"]


class CollectionLog:
    """Hears of every item that is made, whatever becomes of it.

    Args:
        root: The folder that paths are relative to: the project's.
        base: The folder that node ids are relative to: pytest's root folder.
    """

    def __init__(self, root: Path, base: Path) -> None:
        self._root = root
        self._base = base
        self._made: list[pytest.Item] = []
        self._deselected: set[pytest.Item] = set()
        self._errors: dict[CollectionProblem, None] = {}
        self._warnings: dict[CollectionProblem, None] = {}

    @property
    def errors(self) -> list[CollectionProblem]:
        """Each once, in order."""
        return list(self._errors)

    @property
    def warnings(self) -> list[CollectionProblem]:
        """Each once, in order."""
        return list(self._warnings)

    def dropped(
        self, final: list[pytest.Item], tests: Identities
    ) -> Iterator[CollectedTest]:
        """The items that are not among the final ones, in the order they were made.

        `silently` is False on those whose dropping pytest was told of.
        """
        if final == self._made or len(set(map(id, final))) == len(self._made):
            return
        kept, nodeids = set(final), {item.nodeid for item in final}
        for item in self._made:
            if item not in kept and item.nodeid not in nodeids:
                silently = item not in self._deselected
                yield replace(tests.of(item), silently=silently)

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Note an item before anyone can drop it."""
        self._made.append(item)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Note what was dropped openly."""
        self._deselected.update(items)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a collection error."""
        if not report.failed:
            return
        path = report.nodeid.partition("::")[0]
        error = CollectionProblem(
            path=path and relative_path(self._base / path, self._root),
            line=_line(report.longreprtext, path),
            nodeid=report.nodeid,
            message=_message(report),
        )
        self._errors[error] = None

    def pytest_warning_recorded(self, warning_message: WarningMessage) -> None:
        """Note a warning about something that looks like a test and is none."""
        if issubclass(warning_message.category, pytest.PytestCollectionWarning):
            warning = CollectionProblem(
                path=relative_path(warning_message.filename, self._root),
                line=warning_message.lineno,
                message=str(warning_message.message),
            )
            self._warnings[warning] = None


def _message(report: pytest.CollectReport) -> str:
    """The last line of what was raised; a text without a traceback as a whole."""
    text = message_of(report)
    if hasattr(report.longrepr, "reprcrash"):
        return _last(text.splitlines())
    raised = [line[1:] for line in text.splitlines() if re.match(r"E\s", line)]
    return _last(raised) if raised else " ".join(text.split())


def _last(lines: list[str]) -> str:
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _line(text: str, path: str) -> int:
    """The line of a file that a traceback names, 0 if it names none."""
    name = re.escape(PurePosixPath(path).name)
    if not name:
        return 0
    found = re.search(rf'(?<!\w){name}(?:", line |:)(\d+)', text)
    return int(found[1]) if found else 0
