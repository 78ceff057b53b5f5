"""Writing: every file of a plan or none, each by a temporary file and a rename."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from suiteloom.errors import ConflictError, StorageError
from suiteloom.model import FileChange
from suiteloom.store.files import resolve_target
from suiteloom.store.lock import FOLDER, locked, make_folder

__all__ = ["commit", "keep"]


@dataclass(frozen=True, slots=True)
class _Staged:
    """A change with the file it replaces and the temporary file that will replace it."""

    change: FileChange
    target: Path
    temporary: Path | None


def commit(root: Path, changes: Iterable[FileChange]) -> None:
    """Make every change, or none.

    Every precondition is checked and every new file is on disk before the first file
    is replaced.

    Args:
        root: The project's folder.
        changes: What to change; `before` must be what is on disk.

    Raises:
        ConflictError: If the lock is held, or a file is not as it was when planned.
        StorageError: If a file can not be written.
    """
    changes = tuple(changes)
    if not changes:
        return
    with locked(root):
        staged: list[_Staged] = []
        try:
            for change in changes:
                staged.append(_stage(root, change))  # noqa: PERF401 - see finally
            for item in staged:
                _check_unchanged(item)
            for item in staged:
                _finish(item)
            _sync_folders({item.target.parent for item in staged})
        finally:
            for item in staged:
                if item.temporary is not None:
                    with suppress(OSError):
                        item.temporary.unlink()


def _stage(root: Path, change: FileChange) -> _Staged:
    """Check one change and write its new content to a temporary file beside the target."""
    target = resolve_target(root, change.path)
    temporary: Path | None = None
    try:
        if change.after is None:
            return _Staged(change, target, None)
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = target.stat().st_mode & 0o7777 if change.before is not None else None
        if mode is not None and not os.access(target, os.W_OK):
            raise StorageError(
                "is read-only",
                path=change.path,
                hint="make it writable, or check it out",
            )
        descriptor, name = tempfile.mkstemp(
            prefix=f".{target.name}.", suffix=".tmp", dir=target.parent
        )
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(change.after)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o666 & ~_umask() if mode is None else mode)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise StorageError(f"can not be written: {reason}", path=change.path) from error
    return _Staged(change, target, temporary)


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _check_unchanged(item: _Staged) -> None:
    """Make sure that nobody wrote to the file since the plan was made."""
    try:
        now: bytes | None = item.target.read_bytes()
    except FileNotFoundError:
        now = None
    except OSError as error:
        raise StorageError(
            f"can not be read: {error.strerror}", path=item.change.path
        ) from error
    if now != item.change.before:
        raise ConflictError(
            "changed while suiteloom was at work; nothing was written",
            path=item.change.path,
            hint="run the command again",
        )


def _finish(item: _Staged) -> None:
    try:
        if item.temporary is None:
            item.target.unlink()
        else:
            item.temporary.replace(item.target)
    except OSError as error:
        raise StorageError(
            f"can not be replaced: {error.strerror}", path=item.change.path
        ) from error


def _sync_folders(folders: set[Path]) -> None:
    """Make the renames last."""
    for folder in sorted(folders):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def keep(root: Path, name: str, data: bytes) -> str:
    """Keep a file in the project's own folder, replacing the one of that name.

    Args:
        root: The project's folder.
        name: A file name.
        data: Its content.

    Returns:
        Its path, relative to `root`.

    Raises:
        StorageError: If it can not be written.
    """
    path = f"{FOLDER}/{name}"
    try:
        folder = make_folder(root)
        temporary = folder / f".{name}.{os.getpid()}.tmp"
        temporary.write_bytes(data)
        temporary.replace(folder / name)
    except OSError as error:
        raise StorageError(
            f"can not be written: {error.strerror}", path=path
        ) from error
    return path
