"""What was computed before and can be computed again, by a key that says from what.

A cache is never needed: where its file can not be read or written, is damaged, held by
somebody else or tracked by git, nothing is found and nothing is kept.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from suiteloom.errors import SuiteloomError
from suiteloom.store.lock import FOLDER, make_folder
from suiteloom.store.tracked import check_untracked

if TYPE_CHECKING:
    import sqlite3

__all__ = ["Cache"]

_FOLDER = "cache"
_PATIENCE_S = 0.5
_KEPT_DAYS = 30
"""How long what nobody asks for stays."""

_DAY_S = 86_400
_DIGEST_BYTES = 8
_FORMAT = 1
_TABLE = """
CREATE TABLE IF NOT EXISTS kept (
    key BLOB PRIMARY KEY, used INTEGER NOT NULL, data BLOB NOT NULL
) WITHOUT ROWID
"""


class Cache:
    """Data by keys, in one file of the project's own folder."""

    def __init__(self, root: Path, name: str) -> None:
        """Say where it is.

        Args:
            root: The folder of the project, or of a tree without one.
            name: What is kept there; part of the file's name.
        """
        self._root = root
        self._path = root / FOLDER / _FOLDER / f"{name}.{_FORMAT}.db"
        self._today = int(time.time() // _DAY_S)
        self._older: set[bytes] = set()

    def find(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return what is kept under some keys; those under which nothing is are left out.

        Data whose digest is not the one that was kept with it is left out too.
        """
        found: dict[bytes, bytes] = {}

        def read(connection: sqlite3.Connection) -> None:
            for key in keys:
                row = connection.execute(
                    "SELECT used, data FROM kept WHERE key = ?", (key,)
                ).fetchone()
                if row is None or row[1][:_DIGEST_BYTES] != _digest(
                    row[1][_DIGEST_BYTES:]
                ):
                    continue
                found[key] = row[1][_DIGEST_BYTES:]
                if row[0] < self._today:
                    self._older.add(key)

        self._use(read, writes=False)
        return found

    def keep(self, data: Mapping[bytes, bytes]) -> None:
        """Keep data, and let go of what nobody has asked for in 30 days."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_TABLE)
            rows = ((k, self._today, _digest(v) + v) for k, v in data.items())
            connection.executemany("REPLACE INTO kept VALUES (?, ?, ?)", rows)
            asked = ((self._today, key) for key in self._older)
            connection.executemany("UPDATE kept SET used = ? WHERE key = ?", asked)
            gone = (self._today - _KEPT_DAYS,)
            connection.execute("DELETE FROM kept WHERE used < ?", gone)
            connection.execute("COMMIT")

        if data or self._older:
            self._use(write, writes=True)

    def _use(self, work: Callable[[sqlite3.Connection], None], *, writes: bool) -> None:
        """Do something with the file, if it may be used; a damaged one goes."""
        try:
            import sqlite3
        except ImportError:  # Python can be built without it
            return
        try:
            if not self._is_usable(writes=writes):
                return
            place = f"{self._path.as_uri()}?mode={'rwc' if writes else 'rw'}"
            opened = sqlite3.connect(
                place, uri=True, timeout=_PATIENCE_S, isolation_level=None
            )
            with closing(opened) as connection:
                connection.execute("PRAGMA trusted_schema = OFF")
                work(connection)
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
                with suppress(OSError):
                    self._path.unlink()
        except (OSError, SuiteloomError, TypeError, ValueError):
            return

    def _is_usable(self, *, writes: bool) -> bool:
        """Whether there is a file of ours to use, or none yet where one can be made.

        Raises:
            OSError: If its folder can not be made.
            SuiteloomError: If a link stands there, or git tracks it.
        """
        folder = self._path.parent
        if writes:
            make_folder(self._root)
            folder.mkdir(exist_ok=True)
        if any(path.is_symlink() for path in (folder.parent, folder, self._path)):
            return False
        check_untracked(self._root)
        return self._path.is_file() or (writes and not self._path.exists())


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()
