"""What a commit is about to do, written down first, and how it is done and undone.

Before the first file is touched, the journal says which files will be, with digests of
both contents. Every new content then stands in a temporary file. What it takes the place
of is kept until the commit is over, whatever it is: either is enough to get out again,
forward if nothing else touched the files, back otherwise.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from suiteloom.errors import ConflictError, StorageError
from suiteloom.store.files import reserved_part
from suiteloom.store.lock import FOLDER, locked
from suiteloom.store.moves import create, sync_folder, trade

__all__ = [
    "STAGED",
    "SUFFIX",
    "ChangedError",
    "Entry",
    "apply",
    "clear",
    "content_digest",
    "has_journal",
    "open_journal",
    "recover",
    "undo",
    "verify",
]

SUFFIX = ".suiteloom~"
"""How the names of temporary files beside their targets end."""

STAGED = f"{FOLDER}/staged"
"""Where temporary files stand, unless their targets are on another file system."""

_NAME = "journal.json"
_RESCUED = f"{FOLDER}/rescued"
_NO_FILE = "no file"  # in the place of a digest: a folder or a link came there


class ChangedError(Exception):
    """A file is not as the commit left it.

    Args:
        path: The file, POSIX, relative to the project root.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a commit. Paths are POSIX and relative to the project root.

    Attributes:
        path: The file that is replaced, links followed.
        new: Temporary file with its new content; empty if it is removed.
        old: Name for its old content; empty if it did not exist. Where two files can
            be exchanged in one step, the old content comes under `new` instead.
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
    temporary = root / STAGED / _NAME
    data = json.dumps({"entries": [asdict(entry) for entry in entries]}).encode()
    with temporary.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(temporary.parent)
    target = root / FOLDER / _NAME
    temporary.replace(target)
    sync_folder(target.parent)


def apply(root: Path, entries: Sequence[Entry]) -> None:
    """Put every new content into place; what stood there is kept.

    Args:
        root: The project's folder.
        entries: Files that are as they were when the commit was planned.

    Raises:
        ChangedError: If a file came or went meanwhile.
        OSError: If a file can not be moved.
    """
    for entry in entries:
        target = root / entry.path
        try:
            if not entry.after:
                target.replace(root / entry.old)
            elif not entry.before or _is_away(root, entry):
                create(root / entry.new, target)
            else:
                trade(root / entry.new, target, root / entry.old)
        except (FileNotFoundError, FileExistsError) as error:
            raise ChangedError(entry.path) from error
    for folder in sorted({(root / entry.path).parent for entry in entries}):
        sync_folder(folder)


def _is_away(root: Path, entry: Entry) -> bool:
    """Whether a commit ended between taking a file away and putting the new one there."""
    return os.path.lexists(root / entry.old) and not os.path.lexists(root / entry.path)


def verify(root: Path, entries: Iterable[Entry]) -> None:
    """Make sure that a commit took the place of nothing but what it had seen.

    Raises:
        ChangedError: If somebody wrote to a file at the last moment.
    """
    for entry in entries:
        if _kept(root, entry)[1] not in {"", entry.before}:
            raise ChangedError(entry.path)


def _kept(root: Path, entry: Entry) -> tuple[Path, str]:
    """Where the content is that stood in a file's place, and its digest.

    The digest is empty if nothing is kept.
    """
    for name in (entry.new, entry.old):
        digest = _digest_of(root / name) if name else ""
        if digest not in {"", entry.after}:
            return root / name, digest
    return root / entry.old, ""


def undo(root: Path, entries: Iterable[Entry]) -> list[str]:
    """Put back what stood in each place, except over what somebody wrote meanwhile.

    Returns:
        Paths of files that are not as they were before the commit for that reason, with
        the place of what was rescued where two contents claim one place.

    Raises:
        OSError: If a file can not be moved.
    """
    left = []
    for entry in entries:
        rescued = _undo(root, entry)
        if rescued:
            left.append(f"{entry.path} (another version of it is in {rescued})")
        elif _digest_of(root / entry.path) != entry.before:
            left.append(entry.path)
    return left


def _undo(root: Path, entry: Entry) -> str:
    """Undo one entry; the path of what had to be rescued, or an empty string."""
    target = root / entry.path
    kept, digest = _kept(root, entry)
    now = _digest_of(target)
    if not digest:
        if now == entry.after != "" and not entry.before:
            _take_away(root, entry)
        return ""
    try:
        if now == entry.after != "":
            return _give_back(root, entry, kept, digest)
        if not now and _was_moved(root, entry, kept):
            create(kept, target)
            return ""
    except (FileExistsError, FileNotFoundError):
        pass  # somebody was faster
    return _rescue(root, entry, kept, digest)


def _was_moved(root: Path, entry: Entry, kept: Path) -> bool:
    """Whether a place is empty because a commit has moved the file away."""
    waits = not entry.after or os.path.lexists(root / entry.new)
    return kept == root / entry.old and waits


def _take_away(root: Path, entry: Entry) -> None:
    """Remove a file that the commit made, unless somebody has written to it."""
    target, aside = root / entry.path, root / entry.new
    aside.unlink(missing_ok=True)  # of two names of one file, none replaces the other
    with suppress(FileNotFoundError):
        target.replace(aside)
        if _digest_of(aside) != entry.after:
            create(aside, target)


def _give_back(root: Path, entry: Entry, kept: Path, digest: str) -> str:
    """Put the old content in the place of the new one, unless that was written to.

    Returns:
        As `_rescue`.
    """
    target = root / entry.path
    taken = trade(kept, target, root / entry.new)
    if _digest_of(taken) == entry.after:
        taken.unlink()
        return ""
    back = trade(taken, target, root / entry.old)
    return _rescue(root, entry, back, digest)


def _rescue(root: Path, entry: Entry, kept: Path, digest: str) -> str:
    """Keep a content that is neither the old nor the new one, out of git's sight.

    Returns:
        Its path, POSIX, relative to the project root; empty if there was no need.
    """
    if digest in {entry.before, entry.after} or not os.path.lexists(kept):
        return ""
    (root / _RESCUED).mkdir(exist_ok=True)
    name = Path(entry.path).name.encode()[:100].decode(errors="ignore")
    path = f"{_RESCUED}/{digest[:12]}-{name}"
    kept.replace(root / path)
    return path


def clear(root: Path, entries: Iterable[Entry]) -> None:
    """Remove the journal and what the commit kept.

    What stands beside the files is removed first, since git sees it.

    Raises:
        StorageError: If the journal can not be removed; the files are as they should be.
    """
    names = [name for entry in entries for name in (entry.new, entry.old) if name]
    beside = [name for name in names if not name.startswith(STAGED)]
    _remove(root, beside)
    try:
        (root / FOLDER / _NAME).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"can not be removed: {error.strerror}",
            path=f"{FOLDER}/{_NAME}",
            hint="the suites are whole; `suiteloom generate` removes it",
        ) from error
    _remove(root, names)


def _remove(root: Path, names: Iterable[str]) -> None:
    for name in names:
        with suppress(OSError):
            (root / name).unlink(missing_ok=True)


def recover(root: Path, within: Collection[str] | None = None) -> str:
    """Finish or undo an interrupted commit.

    Args:
        root: The project's folder.
        within: Files and folders in which the commit may have changed or removed files,
            POSIX, relative to `root`; None if it may have done so anywhere. New files
            may be anywhere in the project.

    Returns:
        What was done, one sentence; empty if there was nothing to do.

    Raises:
        ConflictError: If another process holds the lock, or the journal can not be that
            of such a commit.
        StorageError: If a file can not be written; the journal stays.
    """
    if not has_journal(root):
        return ""
    root = root.resolve()
    with locked(root):
        entries = _read(root, within)
        try:
            left = _finish(root, entries)
            done = "undid"
            if left is None:
                left, done = [], "finished"
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


def _finish(root: Path, entries: Sequence[Entry]) -> list[str] | None:
    """Go forward if nothing else touched the files; else back, as `undo`."""
    if not all(_can_finish(root, entry) for entry in entries):
        return undo(root, entries)
    todo = [e for e in entries if _digest_of(root / e.path) != e.after]
    try:
        apply(root, todo)
        verify(root, entries)
    except ChangedError:
        return undo(root, entries)
    except OSError as error:
        if error.errno != errno.EXDEV:  # then nothing was moved there yet
            raise
        return undo(root, entries)
    return None


def _read(root: Path, within: Collection[str] | None) -> list[Entry]:
    path = root / FOLDER / _NAME
    try:
        data = json.loads(path.read_bytes())
        entries = [Entry(**entry) for entry in data["entries"]]
        for entry in entries:
            _check_inside(root, entry)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConflictError(
            "the journal of an interrupted write can not be read",
            path=f"{FOLDER}/{_NAME}",
            hint="compare the suites with your last commit, then remove the file",
        ) from error
    for entry in entries:
        changes = within is not None and entry.before
        if changes and not _is_within(root, entry.path, within or ()):
            raise ConflictError(
                f"the journal is about {entry.path}, which no command writes here",
                path=f"{FOLDER}/{_NAME}",
                hint="find out where it came from, then remove it",
            )
    return entries


def _is_within(root: Path, path: str, within: Collection[str]) -> bool:
    target = root / path
    return any(target.is_relative_to((root / place).resolve()) for place in within)


def _check_inside(root: Path, entry: Entry) -> None:
    """Make sure that an entry names files as a commit does, all in one project folder.

    Raises:
        ValueError: If it does not.
    """
    target = root / entry.path
    folder = target.parent.resolve()
    if not folder.is_relative_to(root) or target.is_symlink():
        raise ValueError(entry.path)
    if reserved_part(folder.relative_to(root) / target.name):
        raise ValueError(entry.path)
    for name in (entry.new, entry.old):
        temporary = root / name
        own = temporary.name.startswith(".") and name.endswith(SUFFIX)
        beside = own and temporary.parent == target.parent
        staged = temporary.parent == root / STAGED and temporary.name not in {"", ".."}
        if name and not (beside or staged):
            raise ValueError(name)


def _can_finish(root: Path, entry: Entry) -> bool:
    """Whether a file is as the commit left it or found it, with its new content at hand."""
    now, kept = _digest_of(root / entry.path), _kept(root, entry)[1]
    if now == entry.after:
        return kept in {"", entry.before}
    if entry.after and _digest_of(root / entry.new) != entry.after:
        return False
    return now == entry.before or (not now and kept == entry.before)


def _digest_of(path: Path) -> str:
    """Digest of a file, empty if there is none."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return _NO_FILE
        return content_digest(path.read_bytes())
    except FileNotFoundError:
        return ""
