"""One writer at a time: a lock that the system releases when the process ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from suiteloom.errors import ConflictError, StorageError

__all__ = ["FOLDER", "locked"]

FOLDER = ".suiteloom"
"""Folder in the project for what need not be kept: lock, cache, last run."""


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the project's lock.

    Raises:
        ConflictError: If another process holds it.
        StorageError: If the lock file can not be made.
    """
    path = f"{FOLDER}/lock"
    try:
        make_folder(root)
        descriptor = os.open(root / path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StorageError(f"can not be made: {error.strerror}", path=path) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConflictError(
                "another suiteloom is writing to this project",
                path=path,
                hint="run the command again when the other one is done",
            ) from error
        yield
    finally:
        os.close(descriptor)


def make_folder(root: Path) -> Path:
    """Make the project's own folder, hidden from git."""
    folder = root / FOLDER
    if folder.is_symlink():
        hint = "remove the link; suiteloom makes the folder anew"
        raise StorageError("is a link", path=FOLDER, hint=hint)
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    return folder
