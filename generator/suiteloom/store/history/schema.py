"""The tables of a history, and how a file is known to be one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

from suiteloom.errors import StorageError
from suiteloom.model import OUTCOMES

if TYPE_CHECKING:
    import sqlite3

__all__ = ["BLOCK", "FORMAT", "REMEDY", "check_format", "is_damaged", "make_tables"]

BLOCK = 32
"""Results of so many runs stand together by test and run: to add a run then changes no more
of the file than they take, however long the history is."""

FORMAT = 1
"""Number of the format; a file with a higher one is of a newer suiteloom."""

REMEDY = (
    "move it away: the next run begins a new one, and `suiteloom history import FILE` "
    "takes in what was exported"
)
"""What helps where a history can not be used any more."""

_APPLICATION = 0x73754C6D  # "suLm", by which `file` and others can tell the file

_TABLES = {
    "environments": """(
        number INTEGER PRIMARY KEY, name TEXT NOT NULL, python TEXT NOT NULL,
        system TEXT NOT NULL, UNIQUE (name, python, system))""",
    "outcomes": "(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    "runs": """(
        number INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE,
        started INTEGER NOT NULL, took INTEGER NOT NULL, revision TEXT NOT NULL,
        clean INTEGER, branch TEXT NOT NULL, environment INTEGER NOT NULL,
        python TEXT NOT NULL, workers INTEGER NOT NULL, coverage REAL,
        packages TEXT NOT NULL, whole INTEGER NOT NULL, tests INTEGER NOT NULL,
        failed INTEGER NOT NULL, thinned INTEGER NOT NULL DEFAULT 0)""",
    "tests": """(
        number INTEGER PRIMARY KEY, id TEXT NOT NULL, variant TEXT NOT NULL,
        UNIQUE (id, variant))""",
    "results": """(
        block INTEGER NOT NULL, test INTEGER NOT NULL, run INTEGER NOT NULL,
        outcome INTEGER NOT NULL, duration INTEGER NOT NULL,
        PRIMARY KEY (block, test, run)) WITHOUT ROWID""",
    "metric_names": "(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    "metrics": """(
        test INTEGER NOT NULL, name INTEGER NOT NULL, run INTEGER NOT NULL,
        value REAL NOT NULL, PRIMARY KEY (test, name, run)) WITHOUT ROWID""",
    "places": """(
        id TEXT NOT NULL, run INTEGER NOT NULL, domain TEXT NOT NULL,
        title TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (id, run))
        WITHOUT ROWID""",
    "levels": """(
        test INTEGER NOT NULL, environment INTEGER NOT NULL, duration REAL NOT NULL,
        spread REAL NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (test, environment))
        WITHOUT ROWID""",
}


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of a file that has none; a transaction has to be open."""
    for name, columns in _TABLES.items():
        connection.execute(_statement(name, columns))
    # The most frequent one first: SQLite keeps a 0 without a byte.
    names = [item.name for item in reversed(OUTCOMES)]
    connection.executemany("INSERT INTO outcomes VALUES (?, ?)", enumerate(names))
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def check_format(connection: sqlite3.Connection, path: str) -> bool:
    """Make sure that a file is a history of this format.

    Args:
        connection: To the file.
        path: What messages call it.

    Returns:
        Whether it has tables; a file without any is one that was just made.

    Raises:
        StorageError: If it is anything else.
    """
    number = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    found = dict(
        connection.execute(
            "SELECT name, sql FROM sqlite_master "
            "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
    )
    if not found and not number and not application:
        return False
    if application != _APPLICATION:
        _refuse(path, "is a SQLite file of something else", "name another file")
    if number > FORMAT:
        _refuse(
            path,
            f"is of a newer suiteloom (format {number}, this one knows {FORMAT})",
            "update suiteloom, or name another file with `--history FILE`",
        )
    if found != {name: _statement(name, columns) for name, columns in _TABLES.items()}:
        _refuse(path, "has other tables than suiteloom makes", REMEDY)
    return True


def is_damaged(connection: sqlite3.Connection) -> bool:
    """Whether a history holds what suiteloom never writes there.

    All of it is read, so that this is for one that could not be understood.
    """
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        return True
    known = {item.name for item in OUTCOMES}
    names = [row[0] for row in connection.execute("SELECT name FROM outcomes")]
    if not known.issuperset(names):
        return True
    return any(connection.execute(query).fetchone() for query in _wrong(connection))


def _wrong(connection: sqlite3.Connection) -> Iterator[str]:
    """Statements that give a row where a value is of another type, or leads nowhere."""
    for table in _TABLES:
        for row in connection.execute(f"PRAGMA table_info({table})"):
            _, column, declared, is_needed, *_ = row
            types = ["'null'"] * (not is_needed) + _TYPES[declared]
            found = f"typeof({column}) NOT IN ({', '.join(types)})"
            yield f"SELECT 1 FROM {table} WHERE {found} LIMIT 1"
    for column in ("test", "outcome"):
        there = f"SELECT number FROM {column}s"
        yield f"SELECT 1 FROM results WHERE {column} NOT IN ({there}) LIMIT 1"


_TYPES = {"INTEGER": ["'integer'"], "TEXT": ["'text'"], "REAL": ["'real'"]}
"""What a column of a type holds."""


def _statement(name: str, columns: str) -> str:
    return f"CREATE TABLE {name} {columns}"


def _refuse(path: str, message: str, hint: str) -> NoReturn:
    raise StorageError(message, path=path, hint=hint)
