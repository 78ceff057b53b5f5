"""The accepted levels of durations: the first of a test, and later ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suiteloom.model import ResultKey, RunEnvironment
from suiteloom.results.speed import WINDOW, Level, first_levels
from suiteloom.store.history import (
    passed_durations,
    read_levels,
    ready_for_level,
    set_levels,
)

if TYPE_CHECKING:
    import sqlite3

__all__ = ["levels_in", "settle_levels"]

_MOST_RUNS = 3 * WINDOW
"""Of so many runs, the newest ones, durations are read to make levels of them."""


def levels_in(
    connection: sqlite3.Connection, environment: RunEnvironment
) -> dict[ResultKey, Level]:
    """The levels of an environment."""
    found = read_levels(connection, environment)
    return {key: Level(*level) for key, level in found.items()}


def settle_levels(
    connection: sqlite3.Connection, environment: RunEnvironment, run: int
) -> None:
    """Give tests their first level once enough of their durations are known.

    Args:
        connection: Of a history that was opened to be changed.
        environment: In which.
        run: The newest run in it; only its tests can have become ready.
    """
    runs = ready_for_level(connection, run, WINDOW)[-_MOST_RUNS:]
    if not runs:
        return
    found = first_levels(
        passed_durations(connection, runs), levels_in(connection, environment)
    )
    kept = {key: (level.duration_us, level.spread_us) for key, level in found.items()}
    set_levels(connection, environment, kept, run)
