"""What an interrupted commit left behind, and how to finish or undo it.

Before the first file is replaced, the journal says which files will be, with digests of
both contents. Every new content then stands in a temporary file beside its target, and
every old one is kept under a second name. Either is enough to get out again: forward if
nothing else touched the files, back otherwise.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from suiteloom.errors import ConflictError, StorageError
from suiteloom.store.lock import FOLDER, locked

__all__ = [
    "SUFFIX",
    "Entry",
    "apply",
    "clear",
    "content_digest",
    "has_journal",
    "open_journal",
    "recover",
    "undo",
]

SUFFIX = ".suiteloom~"
"""How the names of temporary and kept files end."""

_NAME = "journal.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a commit. Paths are POSIX and relative to the project root.

    Attributes:
        path: The file that is replaced, links followed.
        new: Temporary file with its new content; empty if it is removed.
        old: Second name of its old content; empty if it did not exist.
        before: Digest of the old content, empty if there is none.
        after: Digest of the new content, empty if there is none.
    """

    path: str
    new: str
    old: str
    before: str
    after: str


def content_digest(data: bytes | None) -> str:
    """Digest of a file's content, empty if there is no file."""
    return "" if data is None else hashlib.sha256(data).hexdigest()


def has_journal(root: Path) -> bool:
    """Whether a commit was interrupted."""
    return (root / FOLDER / _NAME).exists()


def open_journal(root: Path, entries: Iterable[Entry]) -> None:
    """Decide on a commit: from here on it is finished or undone as a whole."""
    target = root / FOLDER / _NAME
    temporary = target.with_name(f"{_NAME}.tmp")
    data = json.dumps({"entries": [asdict(entry) for entry in entries]}).encode()
    with temporary.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(target)
    sync_folder(target.parent)


def apply(root: Path, entries: Iterable[Entry]) -> None:
    """Put every new content into place that is not there yet."""
    for entry in entries:
        target = root / entry.path
        if not entry.after:
            target.unlink(missing_ok=True)
        elif (root / entry.new).exists():
            _place(root / entry.new, target, entry)
    for folder in sorted({(root / entry.path).parent for entry in entries}):
        sync_folder(folder)


def _place(new: Path, target: Path, entry: Entry) -> None:
    """Put one new content into place, over nothing that the commit has not seen.

    Raises:
        FileExistsError: If somebody else has made the file meanwhile.
    """
    if entry.before:
        new.replace(target)
        return
    try:
        target.hardlink_to(new)
    except FileExistsError:
        if _digest_of(target) != entry.after:
            raise
    except OSError:  # a file system without links
        if target.exists():
            raise FileExistsError(
                errno.EEXIST, "", str(new), None, str(target)
            ) from None
        new.replace(target)
        return
    new.unlink()


def undo(root: Path, entries: Iterable[Entry]) -> list[str]:
    """Put every old content back, except over what somebody wrote meanwhile.

    Returns:
        Paths of files that were left alone for that reason.
    """
    left = []
    for entry in entries:
        target = root / entry.path
        now = _digest_of(target)
        if now == entry.before:
            continue
        if now != entry.after:
            left.append(entry.path)
        elif entry.old:
            (root / entry.old).replace(target)
        else:
            target.unlink()
    return left


def clear(root: Path, entries: Iterable[Entry]) -> None:
    """Remove the journal, then what the commit kept beside its files.

    Raises:
        StorageError: If the journal can not be removed; the files are as they should be.
    """
    try:
        (root / FOLDER / _NAME).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"can not be removed: {error.strerror}",
            path=f"{FOLDER}/{_NAME}",
            hint="the suites are whole; `suiteloom generate` removes it",
        ) from error
    for entry in entries:
        for name in (entry.new, entry.old):
            if name:
                with suppress(OSError):
                    (root / name).unlink(missing_ok=True)


def recover(root: Path) -> str:
    """Finish or undo an interrupted commit.

    Args:
        root: The project's folder.

    Returns:
        What was done, one sentence; empty if there was nothing to do.

    Raises:
        ConflictError: If another process holds the lock.
        StorageError: If a file can not be written; the journal stays.
    """
    if not has_journal(root):
        return ""
    with locked(root):
        entries = _read(root)
        try:
            if all(_can_finish(root, entry) for entry in entries):
                apply(root, entries)
                done = "finished"
                left = []
            else:
                left = undo(root, entries)
                done = "undid"
        except OSError as error:
            raise StorageError(
                f"an interrupted write can not be finished: {error.strerror}",
                path=f"{FOLDER}/{_NAME}",
                hint="mend the cause and run the command again",
            ) from error
        clear(root, entries)
    message = f"{done} an interrupted write of {len(entries)} files"
    return (
        f"{message}; left alone, changed since: {', '.join(left)}" if left else message
    )


def _read(root: Path) -> list[Entry]:
    path = root / FOLDER / _NAME
    try:
        data = json.loads(path.read_bytes())
        entries = [Entry(**entry) for entry in data["entries"]]
        for entry in entries:
            _check_inside(root, entry)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConflictError(
            "the journal of an interrupted write can not be read",
            path=f"{FOLDER}/{_NAME}",
            hint="compare the suites with your last commit, then remove the file",
        ) from error
    return entries


def _check_inside(root: Path, entry: Entry) -> None:
    """Make sure that an entry names files as a commit does, all in one project folder.

    Raises:
        ValueError: If it does not.
    """
    target = root / entry.path
    folder = target.parent.resolve()
    if not folder.is_relative_to(root.resolve()) or target.is_symlink():
        raise ValueError(entry.path)
    for name in (entry.new, entry.old):
        beside = root / name
        own = beside.name.startswith(".") and name.endswith(SUFFIX)
        if name and not (own and beside.parent == target.parent):
            raise ValueError(name)


def _can_finish(root: Path, entry: Entry) -> bool:
    """Whether a file is as the commit left it or found it, with its new content at hand."""
    now = _digest_of(root / entry.path)
    if now == entry.after:
        return True
    ready = not entry.after or _digest_of(root / entry.new) == entry.after
    return now == entry.before and ready


def _digest_of(path: Path) -> str:
    try:
        return content_digest(path.read_bytes())
    except FileNotFoundError:
        return ""


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
