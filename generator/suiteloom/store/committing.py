"""Writing: every file of a plan or none, each by a temporary file and a rename."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from suiteloom.errors import StorageError
from suiteloom.store import journal
from suiteloom.store.files import changed, resolve_target
from suiteloom.store.journal import STAGED, SUFFIX, Entry
from suiteloom.store.lock import FOLDER, locked, make_folder

if TYPE_CHECKING:
    from suiteloom.model import FileChange

__all__ = ["commit", "keep"]

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def commit(
    root: Path, changes: Iterable[FileChange], *, break_hardlinks: bool = False
) -> None:
    """Make every change, or none.

    Every precondition is checked, every new content is on disk and every old one kept
    before the first file is replaced. An error puts everything back; after a crash,
    `suiteloom.store.recover` finishes or undoes the rest.

    Args:
        root: The project's folder.
        changes: What to change; `before` must be what is on disk.
        break_hardlinks: Whether a file with several names may lose the others.

    Raises:
        ConflictError: If the lock is held, or a file is not as it was when planned.
        StorageError: If a file can not be written.
    """
    changes = tuple(changes)
    if not changes:
        return
    root = root.resolve()
    with locked(root):
        if journal.has_journal(root):
            raise StorageError(
                "an earlier write was interrupted and is not finished yet",
                path=f"{FOLDER}/journal.json",
                hint="`suiteloom generate` finishes or undoes it",
            )
        staging = _Staging(root, break_hardlinks=break_hardlinks)
        try:
            _commit(staging, changes)
        except _OtherFileSystemError:
            _commit(replace(staging, beside=True), changes)
        _remove_links(root, changes)


class _OtherFileSystemError(Exception):
    """Files can not be moved from suiteloom's own folder to where they belong."""


@dataclass(frozen=True, slots=True)
class _Staging:
    """Where and how a commit prepares its files.

    Attributes:
        root: The project's folder, resolved.
        break_hardlinks: Whether a file with several names may lose the others.
        beside: Whether temporary files stand beside their targets instead of in
            suiteloom's own folder.
    """

    root: Path
    break_hardlinks: bool
    beside: bool = False


def _commit(staging: _Staging, changes: tuple[FileChange, ...]) -> None:
    """Make every change, or none, while the lock is held."""
    root = staging.root
    entries: list[Entry] = []
    made = _missing_folders(root, changes)
    try:
        _sweep(root, changes)
        for change in changes:
            entries.append(_stage(staging, change, len(entries)))
        _check_unchanged(root, changes, entries)
        journal.open_journal(root, entries)
        journal.apply(root, entries)
        journal.verify(root, entries)
    except journal.ChangedError as error:
        _back_out(root, entries)
        _remove_folders(made)
        raise changed(error.path) from error
    except OSError as error:
        _back_out(root, entries)
        _remove_folders(made)
        if error.errno == errno.EXDEV and not staging.beside:
            raise _OtherFileSystemError from error
        path = changes[min(len(entries), len(changes) - 1)].path
        reason = error.strerror or str(error)
        raise StorageError(f"can not be written: {reason}", path=path) from error
    except BaseException:  # an interrupt, or one of the errors above
        if not journal.has_journal(root):
            journal.clear(root, entries)
            _remove_folders(made)
        raise
    journal.clear(root, entries)


def _remove_links(root: Path, changes: Iterable[FileChange]) -> None:
    """Remove links through which files were removed, since they lead nowhere now."""
    for change in changes:
        path = root / change.path
        if change.after is None and path.is_symlink():
            with suppress(OSError):
                path.unlink()


def _missing_folders(root: Path, changes: Iterable[FileChange]) -> list[Path]:
    """The folders that the changes need and that do not exist, the deepest first."""
    missing = {
        folder
        for change in changes
        for folder in (root / change.path).parents
        if folder.is_relative_to(root) and not folder.exists()
    }
    return sorted(missing, key=lambda folder: len(folder.parts), reverse=True)


def _remove_folders(folders: Iterable[Path]) -> None:
    """Remove what a failed commit made, as far as it is empty."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _sweep(root: Path, changes: Iterable[FileChange]) -> None:
    """Remove what a run that was killed before or after it decided has left.

    Folders that links lead to outside of the project are not looked at.
    """
    shutil.rmtree(root / STAGED, ignore_errors=True)
    (root / STAGED).mkdir(exist_ok=True)
    folders = set()
    for change in changes:
        with suppress(OSError, RuntimeError):  # links in a circle
            folders.add((root / change.path).resolve().parent)
    for folder in folders:
        if not folder.is_relative_to(root):
            continue
        for stale in folder.glob(f".*{SUFFIX}"):
            with suppress(OSError):
                stale.unlink()


def _back_out(root: Path, entries: list[Entry]) -> None:
    """Undo what was done of a commit; the journal stays if that fails as well."""
    try:
        journal.undo(root, entries)
    except OSError as error:
        raise StorageError(
            f"a failed write can not be undone: {error.strerror or error}",
            path=f"{FOLDER}/journal.json",
            hint="mend the cause; the next `suiteloom generate` finishes or undoes it",
        ) from error
    journal.clear(root, entries)


def _stage(staging: _Staging, change: FileChange, number: int) -> Entry:
    """Check one change and write its new content where it waits.

    Args:
        staging: Where and how.
        change: What to do.
        number: That of the change in its commit, from 0; temporary names have it.
    """
    root = staging.root
    target = resolve_target(root, change.path, break_hardlinks=staging.break_hardlinks)
    if change.before is not None and not os.access(target, os.W_OK):
        if not os.path.lexists(target):
            raise changed(change.path)
        hint = "make it writable, or check it out"
        raise StorageError("is read-only", path=change.path, hint=hint)
    new, old = _temporary_names(staging, target, number)
    if change.after is None:
        new = ""
    else:
        exists = change.before is not None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(root / new, change.after, mode=_mode(target, exists=exists))
        except OSError as error:
            if exists and not os.path.lexists(target):
                raise changed(change.path) from error
            reason = error.strerror or str(error)
            raise StorageError(
                f"can not be written: {reason}", path=change.path
            ) from error
    return Entry(
        path=target.relative_to(root).as_posix(),
        new=new,
        old=old if change.before is not None else "",
        before=journal.content_digest(change.before),
        after=journal.content_digest(change.after),
    )


def _temporary_names(staging: _Staging, target: Path, number: int) -> tuple[str, str]:
    """Names for the new and the old content, short whatever the target is called."""
    if not staging.beside:
        return f"{STAGED}/{number}.new", f"{STAGED}/{number}.old"
    folder = target.parent.relative_to(staging.root)
    names = (f".{number}.{which}{SUFFIX}" for which in ("new", "old"))
    new, old = ((folder / name).as_posix() for name in names)
    return new, old


def _mode(target: Path, *, exists: bool) -> int:
    """The mode that a file has or would get."""
    return target.stat().st_mode & 0o7777 if exists else 0o666 & ~_umask()


def _write(path: Path, data: bytes, *, mode: int) -> None:
    """Write a new file that only its owner can read until it has its mode."""
    try:
        descriptor = os.open(path, _NEW_FILE, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        path.chmod(mode)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _check_unchanged(
    root: Path, changes: Iterable[FileChange], entries: Iterable[Entry]
) -> None:
    """Make sure that nobody wrote to a file since the plan was made."""
    for change, entry in zip(changes, entries, strict=True):
        try:
            now: bytes | None = (root / entry.path).read_bytes()
        except FileNotFoundError:
            now = None
        if now != change.before:
            raise changed(change.path)


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
        temporary = folder / f".{os.getpid()}.tmp"
        temporary.write_bytes(data)
        temporary.replace(folder / name)
    except OSError as error:
        raise StorageError(
            f"can not be written: {error.strerror}", path=path
        ) from error
    return path
