"""Writing: every file of a plan or none, each by a temporary file and a rename."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from suiteloom.errors import ConflictError, StorageError
from suiteloom.model import FileChange
from suiteloom.store import journal
from suiteloom.store.files import resolve_target
from suiteloom.store.journal import SUFFIX, Entry
from suiteloom.store.lock import FOLDER, locked, make_folder

__all__ = ["commit", "keep"]


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
        entries: list[Entry] = []
        made = _missing_folders(root, changes)
        _sweep(root, changes)
        try:
            for change in changes:
                entry = _stage(root, change, break_hardlinks=break_hardlinks)
                entries.append(entry)
            _check_unchanged(root, changes, entries)
            journal.open_journal(root, entries)
            journal.apply(root, entries)
        except FileExistsError as error:
            _back_out(root, entries)
            _remove_folders(made)
            target = Path(error.filename2 or error.filename or root)
            raise _changed(target.relative_to(root).as_posix()) from error
        except OSError as error:
            _back_out(root, entries)
            _remove_folders(made)
            path = changes[min(len(entries), len(changes) - 1)].path
            reason = error.strerror or str(error)
            raise StorageError(f"can not be written: {reason}", path=path) from error
        except BaseException:  # an interrupt, or one of the errors above
            if not journal.has_journal(root):
                journal.clear(root, entries)
                _remove_folders(made)
            raise
        journal.clear(root, entries)
        _remove_links(root, changes)


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
    """Remove what a run that was killed before it decided left beside these files.

    Folders that links lead to outside of the project are not looked at.
    """
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


def _stage(root: Path, change: FileChange, *, break_hardlinks: bool) -> Entry:
    """Check one change, write its new content beside the target and keep the old one."""
    target = resolve_target(root, change.path, break_hardlinks=break_hardlinks)
    if change.before is not None and not os.access(target, os.W_OK):
        hint = "make it writable, or check it out"
        raise StorageError("is read-only", path=change.path, hint=hint)
    new = old = None
    try:
        if change.after is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            new = _write_beside(target, change.after, exists=change.before is not None)
        if change.before is not None:
            old = _keep_beside(target)
    except BaseException as error:
        for name in (new, old):
            if name is not None:
                with suppress(OSError):
                    name.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        reason = error.strerror or str(error)
        raise StorageError(f"can not be written: {reason}", path=change.path) from error
    return Entry(
        path=target.relative_to(root).as_posix(),
        new=new.relative_to(root).as_posix() if new else "",
        old=old.relative_to(root).as_posix() if old else "",
        before=journal.content_digest(change.before),
        after=journal.content_digest(change.after),
    )


def _write_beside(target: Path, data: bytes, *, exists: bool) -> Path:
    """Write a temporary file with the mode that the target has or would get."""
    mode = target.stat().st_mode & 0o7777 if exists else 0o666 & ~_umask()
    descriptor, name = tempfile.mkstemp(
        prefix=f".{target.name}.", suffix=SUFFIX, dir=target.parent
    )
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(mode)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    return Path(name)


def _keep_beside(target: Path) -> Path:
    """Give the present content a second name: a link, or a copy where there are none."""
    kept = target.with_name(f".{target.name}.{os.getpid()}.old{SUFFIX}")
    kept.unlink(missing_ok=True)
    try:
        kept.hardlink_to(target)
    except OSError:
        shutil.copy2(target, kept)
    return kept


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
            raise _changed(change.path)


def _changed(path: str) -> ConflictError:
    return ConflictError(
        "changed while suiteloom was at work; nothing was written",
        path=path,
        hint="run the command again",
    )


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
