"""Opening a history, and saying in one way why it can not be used."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Self

from suiteloom.errors import ConflictError, StorageError, SuiteloomError, UsageError
from suiteloom.store.history.schema import (
    REMEDY,
    check_format,
    is_damaged,
    make_tables,
)
from suiteloom.store.lock import FOLDER, make_folder

if TYPE_CHECKING:
    import sqlite3

__all__ = ["HISTORY_NAME", "History"]

HISTORY_NAME = "history.db"
"""The file of a history in the project's own folder."""

_PATIENCE_S = 10.0
"""How long a writer waits for another one, who adds one run."""

_WRITABLE = (
    "make the file and its folder writable, or name another with `--history FILE`"
)
_BUSY = "run the command again when the other one is done"
_LACKING = "`suiteloom run` begins it; `suiteloom history import FILE` takes one in"


@dataclass(frozen=True, slots=True)
class History:
    """Where a history is.

    Attributes:
        path: The file, absolute.
        shown: What messages call it.
        root: The project's folder if it is the project's own history, else None.
    """

    path: Path
    shown: str
    root: Path | None = None

    @classmethod
    def of(cls, root: Path, named: Path | None) -> Self:
        """The history that a person named, or else the project's own.

        Args:
            root: The project's folder.
            named: From the current folder; None means the project's own.
        """
        if named is not None:
            return cls(named.absolute(), str(named))
        return cls(root / FOLDER / HISTORY_NAME, f"{FOLDER}/{HISTORY_NAME}", root)

    @contextmanager
    def open(self, *, writes: bool) -> Iterator[sqlite3.Connection]:
        """Open it for the time of a block, which is one transaction.

        What the block changes is there as a whole if it ends without an error, and not
        at all if it does not, or if the process is killed.

        Args:
            writes: Whether it is to be changed; it is made if it is not there.

        Raises:
            UsageError: If it is only to be read and is not there.
            ConflictError: If another process holds it for longer than adding takes.
            StorageError: If it can not be read or written, is damaged, is something
                else, or of a newer suiteloom.
        """
        with self._connection(writes=writes) as connection:
            yield from _transaction(connection, self.shown, writes=writes)

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Open a copy in memory, which holds up nobody however long it is read.

        Raises:
            UsageError: If it is not there.
            ConflictError: If another process holds it.
            StorageError: As `open` does.
        """
        with self.open(writes=False) as connection:
            copy = _sqlite3().connect(":memory:", isolation_level=None)
            connection.backup(copy)
        try:
            with _understood(copy, self.shown):
                yield copy
        finally:
            copy.close()

    def size_bytes(self) -> int:
        """How large the file is; 0 if it is not there any more."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def compact(self) -> None:
        """Make the file as small as what is in it.

        Raises:
            ConflictError: If another process holds it.
            StorageError: As `open` does.
        """
        with self._connection(writes=True) as connection:
            connection.execute("VACUUM")

    @contextmanager
    def _connection(self, *, writes: bool) -> Iterator[sqlite3.Connection]:
        failed = _sqlite3().Error
        try:
            if writes and self.root is not None:
                make_folder(self.root)
            elif writes:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            _check_file(self.path, self.shown, writes=writes)
            connection = _connect(self.path, writes=writes)
            try:
                yield connection
            finally:
                connection.close()
        except failed as error:
            raise _said(error, self.shown) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise StorageError(
                f"can not be used: {reason}", path=self.shown, hint=_WRITABLE
            ) from error


def _check_file(path: Path, shown: str, *, writes: bool) -> None:
    """Make sure that there is a plain file, or none where one can be made."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if path.is_symlink():
            hint = "remove the link"
            raise StorageError("is a broken link", path=shown, hint=hint) from None
        if not writes:
            raise _nothing_yet(shown) from None
        return
    if not stat.S_ISREG(mode):
        raise StorageError("is not a file", path=shown, hint="name a file")


def _connect(path: Path, *, writes: bool) -> sqlite3.Connection:
    # Without "c" none is made; what a killed writer has left can be undone with "rw" only.
    place = f"{path.as_uri()}?mode={'rwc' if writes else 'rw'}"
    connection: sqlite3.Connection = _sqlite3().connect(
        place, uri=True, timeout=_PATIENCE_S, isolation_level=None
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _transaction(
    connection: sqlite3.Connection, shown: str, *, writes: bool
) -> Iterator[sqlite3.Connection]:
    """Give the connection while its one transaction is open."""
    connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    try:
        with _understood(connection, shown):
            _check_tables(connection, shown, writes=writes)
            yield connection
    except BaseException:
        with suppress(_sqlite3().Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _check_tables(connection: sqlite3.Connection, shown: str, *, writes: bool) -> None:
    """Make sure that there are the tables of a history; make those of a new file."""
    if check_format(connection, shown):
        return
    if not writes:
        raise _nothing_yet(shown)
    make_tables(connection)


@contextmanager
def _understood(connection: sqlite3.Connection, shown: str) -> Iterator[None]:
    """Say so where what stands in a file can not be understood because it is damaged."""
    try:
        yield
    except (TypeError, ValueError, LookupError) as error:
        if connection.in_transaction:  # what counts is what stands in the file
            connection.execute("ROLLBACK")
        if isinstance(error, UnicodeDecodeError) or is_damaged(connection):
            raise _damage(shown) from error
        raise
    except _sqlite3().Error as error:
        raise _said(error, shown) from error


def _nothing_yet(shown: str) -> UsageError:
    return UsageError("no run is remembered yet", path=shown, hint=_LACKING)


def _sqlite3() -> ModuleType:
    """The module; Python can be built without it.

    Raises:
        StorageError: If it was.
    """
    try:
        import sqlite3
    except ImportError as error:
        hint = "take a Python that has the module sqlite3, or set `keep = false`"
        raise StorageError(
            "needs SQLite, which this Python was built without", hint=hint
        ) from error
    return sqlite3


def _damage(shown: str) -> StorageError:
    return StorageError("is damaged, or no history", path=shown, hint=REMEDY)


def _said(error: sqlite3.Error, shown: str) -> SuiteloomError:
    """What SQLite complains of, in our words and with what helps."""
    known = _sqlite3()
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {known.SQLITE_BUSY, known.SQLITE_LOCKED}:
        return ConflictError("is held by another process", path=shown, hint=_BUSY)
    if code in {known.SQLITE_CORRUPT, known.SQLITE_NOTADB}:
        return _damage(shown)
    if code in {getattr(known, f"SQLITE_{name}") for name in _NOT_WRITABLE}:
        return StorageError("can not be written", path=shown, hint=_WRITABLE)
    return StorageError(f"can not be used: {error}", path=shown, hint=_WRITABLE)


_NOT_WRITABLE = ("READONLY", "CANTOPEN", "PERM", "AUTH")
"""Errors of SQLite that say so."""
