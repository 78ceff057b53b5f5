"""One writer at a time: a lock that the system releases when the process ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from suiteloom.errors import ConflictError, StorageError

__all__ = ["FOLDER", "locked", "make_folder"]

FOLDER = ".suiteloom"
"""Folder in the project for what need not be kept: lock, cache, last run."""

_IGNORE = b"*\n"
_HOLDER = "holder"


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the project's lock.

    Where the system has no lock that ends with the process, a marker file stands for
    one; that of a process that is gone is taken over.

    Raises:
        ConflictError: If another process holds it; names the process as far as known.
        StorageError: If the lock file can not be made.
    """
    import warnings

    with warnings.catch_warnings():  # that there are only marker files: as said above
        warnings.simplefilter("ignore", UserWarning)
        from filelock import FileLock, SoftFileLock, Timeout

    # A marker exists while it is held; the file of a system's lock exists always.
    name = "lock.held" if FileLock is SoftFileLock else "lock"
    path = f"{FOLDER}/{name}"
    try:
        folder = make_folder(root)
        lock = FileLock(folder / name, timeout=0)
        lock.acquire()
    except Timeout as error:
        raise ConflictError(
            f"another suiteloom{_holder(root)} is writing to this project",
            path=path,
            hint="run the command again when the other one is done",
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"can not be made: {reason}", path=path) from error
    try:
        with suppress(OSError):  # it only serves a message
            (folder / _HOLDER).write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        lock.release()


def _holder(root: Path) -> str:
    """Which process holds the lock, in brackets; empty if it has not said so yet."""
    try:
        process = int((root / FOLDER / _HOLDER).read_bytes()[:20])
    except (OSError, ValueError):
        return ""
    return f" (process {process})"


def make_folder(root: Path) -> Path:
    """Make the project's own folder, hidden from git.

    Raises:
        StorageError: If a link stands in its place.
    """
    folder = root / FOLDER
    if folder.is_symlink():
        hint = "remove the link; suiteloom makes the folder anew"
        raise StorageError("is a link", path=FOLDER, hint=hint)
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.is_file() or not ignore.stat().st_size:
        ignore.write_bytes(_IGNORE)
    return folder
