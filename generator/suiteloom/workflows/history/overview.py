"""`history`: all runs that are remembered, and what is remembered of one test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from suiteloom.errors import UsageError
from suiteloom.model import PastResult, PastRun, RunEnvironment, TestPlace
from suiteloom.model.identifiers import closest, short
from suiteloom.results.speed import Level
from suiteloom.store.history import (
    History,
    known_ids,
    past_runs,
    places_of,
    results_of_test,
)
from suiteloom.workflows.history.levels import levels_in
from suiteloom.workflows.project import Workspace

if TYPE_CHECKING:
    import sqlite3

__all__ = [
    "HistoryReport",
    "TestHistory",
    "check_known",
    "history_of",
    "history_of_test",
]


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """What is remembered, as a whole.

    Attributes:
        path: The file.
        size_bytes: How large it is.
        runs: Every run, the oldest first.
        tests: How many ids there ever was a result of.
    """

    path: str
    size_bytes: int
    runs: tuple[PastRun, ...]
    tests: int


@dataclass(frozen=True, slots=True)
class TestHistory:
    """What is remembered of one test.

    Attributes:
        path: The file.
        id: The test.
        runs: Those that it has a result in, the oldest first.
        results: How its cases ended, by number of the run and case.
        places: Where it stood from a run on, the oldest first, no place twice in a row.
        levels: Accepted durations, by environment and case.
    """

    __test__ = False

    path: str
    id: str
    runs: tuple[PastRun, ...]
    results: Mapping[int, Mapping[str, PastResult]]
    places: tuple[tuple[PastRun, TestPlace], ...]
    levels: Mapping[RunEnvironment, Mapping[str, Level]]


def history_of(workspace: Workspace, named: Path | None) -> HistoryReport:
    """All runs that are remembered.

    Raises:
        UsageError: If there is no history.
        ConflictError: If another process holds it.
        StorageError: If it can not be read.
    """
    history = History.of(workspace.root, named)
    with history.open(writes=False) as connection:
        runs, ids = past_runs(connection), known_ids(connection)
    return HistoryReport(history.shown, history.size_bytes(), tuple(runs), len(ids))


def history_of_test(
    workspace: Workspace, identity: str, named: Path | None
) -> TestHistory:
    """What is remembered of one test.

    Raises:
        UsageError: If there is no history, or nothing of the test in it.
        ConflictError: If another process holds it.
        StorageError: If it can not be read.
    """
    history = History.of(workspace.root, named)
    with history.open(writes=False) as connection:
        check_known(connection, history, [identity])
        runs = past_runs(connection)
        results = results_of_test(connection, identity)
        places = places_of(connection, identity)
        levels = {
            environment: {key.case: found[key] for key in found if key.id == identity}
            for environment in dict.fromkeys(run.environment for run in runs)
            if (found := levels_in(connection, environment))
        }
    stood = [(run, places[run.number]) for run in runs if run.number in places]
    return TestHistory(
        path=history.shown,
        id=identity,
        runs=tuple(run for run in runs if run.number in results),
        results=results,
        places=tuple(
            (run, place)
            for (run, place), before in zip(stood, (None, *stood), strict=False)
            if before is None or before[1] != place
        ),
        levels={name: cases for name, cases in levels.items() if cases},
    )


def check_known(
    connection: sqlite3.Connection, history: History, identities: Iterable[str]
) -> None:
    """Make sure that a history has results of tests.

    Raises:
        UsageError: If it has none of one of them.
    """
    known = known_ids(connection)
    for identity in identities:
        if identity not in known:
            close = closest(identity, known)
            hint = f"did you mean {close}?" if close else "`suiteloom run` adds to it"
            message = f"no run with {short(identity)!r} is remembered"
            raise UsageError(message, path=history.shown, hint=hint)
