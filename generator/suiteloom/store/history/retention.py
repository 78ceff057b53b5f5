"""How much of a history is kept: so many runs a branch, failures longer, so many bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from suiteloom.model import OUTCOMES, HistoryConfig
from suiteloom.store.history.schema import BLOCK

if TYPE_CHECKING:
    import sqlite3

__all__ = ["retire", "shrink"]

_FULL = 0.8
"""How much of the size that is allowed is left when it was exceeded."""

_TELLING = frozenset({"failed", "rerun"})
"""What outcomes count as that are kept longer."""

_DULL = [item.name for item in OUTCOMES if item.count not in _TELLING]

_ALIKE = """
    SELECT number, thinned FROM runs WHERE (branch, environment) =
        (SELECT branch, environment FROM runs WHERE number = ?)
    ORDER BY started DESC, number DESC
"""
_THIN = f"""
    DELETE FROM results WHERE block = ?1 / {BLOCK} AND run = ?1
    AND test IN (SELECT number FROM tests)
    AND outcome IN (SELECT outcomes.number FROM outcomes
        JOIN json_each(?2) AS dull ON dull.value = outcomes.name)
"""
_DROP_RESULTS = f"""
    DELETE FROM results WHERE block = ?1 / {BLOCK} AND run = ?1
    AND test IN (SELECT number FROM tests)
"""
_DROP_METRICS = """
    DELETE FROM metrics WHERE run = ?1 AND test IN (SELECT number FROM tests)
    AND name IN (SELECT number FROM metric_names)
"""


def retire(connection: sqlite3.Connection, number: int, config: HistoryConfig) -> None:
    """Let go what a branch has too much of, once a run was added to it.

    Args:
        connection: Of a history that was opened to be changed.
        number: The run; those of its branch in its environment are counted.
        config: How many runs are kept whole, and how many with their failures.
    """
    runs = connection.execute(_ALIKE, (number,)).fetchall()
    for place, (old, is_thinned) in enumerate(runs):
        if place >= config.failures:
            _drop(connection, old)
        elif place >= config.runs and not is_thinned:
            _thin(connection, old)


def shrink(connection: sqlite3.Connection, most_bytes: int) -> bool:
    """Let go the oldest runs of a history that is too large.

    Args:
        connection: Of a history that was opened to be changed.
        most_bytes: How large it may be.

    Returns:
        Whether there was something to let go, so that the file can be made smaller.
    """
    page, pages, free = (
        connection.execute(pragma).fetchone()[0]
        for pragma in (
            "PRAGMA page_size",
            "PRAGMA page_count",
            "PRAGMA freelist_count",
        )
    )
    used = page * (pages - free)
    if used <= most_bytes:
        return False
    runs = connection.execute(
        "SELECT number, tests FROM runs ORDER BY started, number"
    ).fetchall()
    surplus = sum(tests for _, tests in runs) * (1 - _FULL * most_bytes / used)
    for number, tests in runs[:-1]:
        if surplus <= 0:
            break
        _drop(connection, number)
        surplus -= tests
    connection.execute(
        "DELETE FROM tests WHERE number NOT IN (SELECT DISTINCT test FROM results)"
    )
    connection.execute(
        "DELETE FROM levels WHERE test NOT IN (SELECT number FROM tests)"
    )
    connection.execute("DELETE FROM places WHERE id NOT IN (SELECT id FROM tests)")
    return True


def _thin(connection: sqlite3.Connection, number: int) -> None:
    """Keep of a run what tells of failures, and the facts."""
    connection.execute(_THIN, (number, json.dumps(_DULL)))
    connection.execute(_DROP_METRICS, (number,))
    connection.execute("UPDATE runs SET thinned = 1 WHERE number = ?", (number,))


def _drop(connection: sqlite3.Connection, number: int) -> None:
    """Let go a run; where tests stood then is kept as where they stood in the next."""
    newer = connection.execute(
        "SELECT number FROM runs WHERE (started, number) > "
        "(SELECT started, number FROM runs WHERE number = ?) "
        "ORDER BY started, number LIMIT 1",
        (number,),
    ).fetchone()
    if newer:
        connection.execute(
            "UPDATE OR IGNORE places SET run = ? WHERE run = ?", (newer[0], number)
        )
    connection.execute("DELETE FROM places WHERE run = ?", (number,))
    connection.execute(_DROP_RESULTS, (number,))
    connection.execute(_DROP_METRICS, (number,))
    connection.execute("DELETE FROM runs WHERE number = ?", (number,))
