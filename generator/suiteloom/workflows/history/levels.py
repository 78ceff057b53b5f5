"""The accepted levels of durations: the first of a test, and later ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from suiteloom.model import RunEnvironment, TestKey
from suiteloom.results.speed import WINDOW, Level, first_levels
from suiteloom.store.history import (
    passed_durations,
    read_levels,
    ready_for_level,
    set_levels,
)

__all__ = ["levels_in", "settle_levels"]

_MOST_RUNS = 3 * WINDOW
"""Of so many runs, the newest ones, durations are read to make levels of them."""


def levels_in(
    connection: sqlite3.Connection, environment: RunEnvironment
) -> dict[TestKey, Level]:
    """The levels of an environment."""
    found = read_levels(connection, environment)
    return {key: Level(*level) for key, level in found.items()}


def settle_levels(
    connection: sqlite3.Connection,
    environment: RunEnvironment,
    tests: Collection[TestKey],
    run: int,
) -> None:
    """Give tests their first level once enough of their durations are known.

    Args:
        connection: Of a history that was opened to be changed.
        environment: In which.
        tests: Those of the newest run; no others can have become ready.
        run: Its number.
    """
    levels = levels_in(connection, environment)
    waiting = {key for key in tests if key not in levels}
    runs = ready_for_level(connection, environment, waiting, WINDOW)[-_MOST_RUNS:]
    if not runs:
        return
    durations = passed_durations(connection, runs)
    found = first_levels(durations, levels)
    kept = {
        key: (level.duration_us, level.spread_us)
        for key, level in found.items()
        if key in waiting
    }
    set_levels(connection, environment, kept, run)
