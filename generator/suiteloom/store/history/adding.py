"""Adding a run to a history, all of it or nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from suiteloom.model import (
    PastResult,
    PastRun,
    ResultKey,
    RunEnvironment,
    TestPlace,
    outcome_named,
)
from suiteloom.store.history.schema import BLOCK

if TYPE_CHECKING:
    import sqlite3

__all__ = ["add_run", "set_levels"]

_COLUMNS = (
    "uid, started, took, revision, clean, branch, environment, python, workers, "
    "coverage, packages, whole, thinned, tests, failed"
)
_ADD_RUN = f"INSERT INTO runs ({_COLUMNS}) VALUES ({', '.join('?' * 15)})"
_PLACES_BEFORE = """
    SELECT id, domain, title, places.name FROM places
    JOIN runs ON runs.number = places.run WHERE runs.started <= ?
    ORDER BY runs.started, runs.number
"""


def add_run(
    connection: sqlite3.Connection,
    run: PastRun,
    results: Mapping[ResultKey, PastResult],
    places: Mapping[str, TestPlace],
) -> int:
    """Add one run.

    Args:
        connection: Of a history that was opened to be changed.
        run: The run; its tests and failures are counted anew unless it is thinned.
        results: How its tests ended.
        places: Where they stood, by id; kept where that is not where they stood before.

    Returns:
        The run's number; 0 if the history has it already.
    """
    known = "SELECT 1 FROM runs WHERE uid = ?"
    if connection.execute(known, (run.uid,)).fetchone():
        return 0
    tests = _numbers(connection, results)
    outcomes = _outcomes(connection, results.values())
    number = _add_facts(connection, run, results.values())
    connection.executemany(
        "INSERT INTO results VALUES (?, ?, ?, ?, ?)",
        sorted(
            (
                number // BLOCK,
                tests[key],
                number,
                outcomes[result.outcome],
                result.duration_us,
            )
            for key, result in results.items()
        ),
    )
    _add_metrics(connection, number, tests, results)
    _add_places(connection, number, run.started_us, places)
    return number


def set_levels(
    connection: sqlite3.Connection,
    environment: RunEnvironment,
    levels: Mapping[ResultKey, tuple[float, float]],
    run: int,
) -> None:
    """Keep what durations are accepted, in the place of those that were.

    Args:
        connection: Of a history that was opened to be changed.
        environment: In which.
        levels: Microseconds and their spread, by test.
        run: The newest run that they were taken from.
    """
    where = _environment(connection, environment)
    tests = _numbers(connection, levels)
    connection.executemany(
        "INSERT OR REPLACE INTO levels VALUES (?, ?, ?, ?, ?)",
        [(tests[key], where, *level, run) for key, level in levels.items()],
    )


def _add_facts(
    connection: sqlite3.Connection, run: PastRun, results: Iterable[PastResult]
) -> int:
    ended = [outcome_named(result.outcome) for result in results]
    added = connection.execute(
        _ADD_RUN,
        (
            run.uid,
            run.started_us,
            run.took_us,
            run.revision.commit,
            run.revision.is_clean,
            _stored(run.branch),
            _environment(connection, run.environment),
            run.python,
            run.workers,
            run.coverage,
            json.dumps(dict(run.packages), sort_keys=True),
            run.is_whole,
            run.is_thinned,
            run.tests if run.is_thinned else len(ended),
            run.failed if run.is_thinned else sum(item.is_failure for item in ended),
        ),
    )
    return int(added.lastrowid or 0)


def _environment(connection: sqlite3.Connection, found: RunEnvironment) -> int:
    """The number of an environment, a new one if there is none."""
    values = tuple(map(_stored, (found.name, found.python, found.system)))
    connection.execute(
        "INSERT OR IGNORE INTO environments (name, python, system) VALUES (?, ?, ?)",
        values,
    )
    row = connection.execute(
        "SELECT number FROM environments WHERE name = ? AND python = ? AND system = ?",
        values,
    ).fetchone()
    return int(row[0])


def _numbers(
    connection: sqlite3.Connection, keys: Collection[ResultKey]
) -> dict[tuple[str, str], int]:
    """The number of every test by id and case, new ones for those that were never seen."""
    select = "SELECT id, variant, number FROM tests"
    known = {(name, case): number for name, case, number in connection.execute(select)}
    wanted = {
        key: (_stored(key.id), _stored(key.case)) for key in keys if key not in known
    }
    if not wanted:
        return known
    missing = sorted({pair for pair in wanted.values() if pair not in known})
    connection.executemany("INSERT INTO tests (id, variant) VALUES (?, ?)", missing)
    known = {(name, case): number for name, case, number in connection.execute(select)}
    return {**known, **{key: known[pair] for key, pair in wanted.items()}}


def _outcomes(
    connection: sqlite3.Connection, results: Iterable[PastResult]
) -> dict[str, int]:
    """The number of each outcome, new ones for those that the file does not know."""
    select = "SELECT name, number FROM outcomes"
    known = dict(connection.execute(select))
    for name in {result.outcome for result in results} - set(known):
        connection.execute("INSERT INTO outcomes (name) VALUES (?)", (name,))
    return dict(connection.execute(select))


def _add_metrics(
    connection: sqlite3.Connection,
    number: int,
    tests: Mapping[tuple[str, str], int],
    results: Mapping[ResultKey, PastResult],
) -> None:
    rows = [
        (tests[key], _stored(name), number, float(value))
        for key, result in results.items()
        for name, value in result.metrics.items()
        if math.isfinite(value)
    ]
    connection.executemany(
        "INSERT OR IGNORE INTO metric_names (name) VALUES (?)",
        sorted({(row[1],) for row in rows}),
    )
    known = dict(connection.execute("SELECT name, number FROM metric_names"))
    connection.executemany(
        "INSERT INTO metrics VALUES (?, ?, ?, ?)",
        sorted((test, known[name], run, value) for test, name, run, value in rows),
    )


def _add_places(
    connection: sqlite3.Connection,
    number: int,
    started_us: int,
    places: Mapping[str, TestPlace],
) -> None:
    """Keep where tests stand that stood elsewhere before, or nowhere."""
    before = {row[0]: row for row in connection.execute(_PLACES_BEFORE, (started_us,))}
    rows = []
    for identity, place in places.items():
        now = (identity, place.domain, place.group, place.name)
        if before.get(identity) != now:
            name, *stands = map(_stored, now)
            rows.append((name, number, *stands))
    connection.executemany("INSERT INTO places VALUES (?, ?, ?, ?, ?)", rows)


def _stored(text: str) -> str:
    """A text as SQLite can hold it: what is no character is written out."""
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode()
