"""`merge-driver`: merges a suite for git, by units instead of lines.

Git calls it with three temporary files, in whatever folder and state the work tree is.
It needs no project and reads no configuration but git's. What it can not do is done as
git does it without a driver.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from suiteloom.errors import StorageError
from suiteloom.suites.reader import read_suite
from suiteloom.suites.source import UnreadableError
from suiteloom.suites.threeway.merged import (
    Threeway,
    UnmergeableError,
    merge_suites,
    tie_lines,
)
from suiteloom.suites.threeway.text import Conflict, Piece, split_lines

__all__ = ["Merged", "Versions", "merge_by_lines", "merge_by_units", "write_merged"]

_MARKER_LENGTH = 7
_MOST_CONFLICTS = 127
_SIGNS = re.compile(r"^[<|=>]+", re.MULTILINE)
_LABEL = re.compile(r"[^\x00-\x1f\x7f]{1,200}\Z")


@dataclass(frozen=True, slots=True)
class Versions:
    """The three files that git hands to a driver, and whose file they are.

    Attributes:
        base: The common ancestor; empty if there is none.
        ours: One side; the result goes here.
        theirs: The other side.
        path: Where the file stands in the work tree.
        marker_size: Length of a conflict marker in characters; 0 asks git for that of
            the path.
    """

    base: Path
    ours: Path
    theirs: Path
    path: str
    marker_size: int = 0


@dataclass(frozen=True, slots=True)
class Merged:
    """A result to write.

    Attributes:
        data: The whole file; with conflict markers if there are conflicts.
        conflicts: How many there are.
        note: Why it was merged by lines; empty if it was not.
    """

    data: bytes
    conflicts: int
    note: str = ""


def merge_by_units(versions: Versions) -> Merged:
    """Merge three versions of a suite; by lines if they are not all readable suites.

    Args:
        versions: The files; they are only read.

    Returns:
        The result, not yet written.

    Raises:
        StorageError: If a file can not be read, or if git can not be run.
    """
    paths = (versions.base, versions.ours, versions.theirs)
    base, ours, theirs = (_read(path) for path in paths)
    try:
        merged = merge_suites(base, ours, theirs, _merge_lines)
        if merged.conflicts:
            by_lines = _tied_by_lines(versions)
            if not by_lines.conflicts and _holds(by_lines.data, merged.ids):
                return by_lines
        size = _marker_size(versions) if merged.conflicts else 0
        return Merged(_rendered(merged, size), merged.conflicts)
    except UnreadableError as error:
        note = f"a version of {versions.path} {error.finding.message}"
    except UnmergeableError as error:
        note = f"{versions.path}: {error}"
    result = _tied_by_lines(versions)
    return Merged(result.data, result.conflicts, f"{note}; merged by lines")


def _tied_by_lines(versions: Versions) -> Merged:
    """Merge by lines, with what makes a test suspect in the markers."""
    base, ours, theirs = map(_read, (versions.base, versions.ours, versions.theirs))
    try:
        tied = tie_lines(base, ours, theirs, _merge_lines)
    except UnmergeableError:
        tied = None
    if tied is None:
        return merge_by_lines(versions)
    return Merged(_rendered(tied, _marker_size(versions)), tied.conflicts)


def merge_by_lines(versions: Versions) -> Merged:
    """Merge as git does without a driver.

    Args:
        versions: The files; they are only read.

    Returns:
        The result, not yet written. What git takes for binary stays as ours has it, as
        one conflict.

    Raises:
        StorageError: If a file can not be read, or if git can not be run.
    """
    mine, other = _labels()
    labels = ("-L", mine, "-L", "base", "-L", other)
    paths = (versions.ours, versions.base, versions.theirs)
    size = f"--marker-size={_marker_size(versions)}"
    done = _git("merge-file", "-p", size, *labels, *map(os.fspath, paths))
    if done.returncode > _MOST_CONFLICTS or done.returncode < 0:
        return Merged(_read(versions.ours), 1, done.stderr.decode(errors="replace"))
    return Merged(done.stdout, done.returncode)


def write_merged(versions: Versions, merged: Merged) -> None:
    """Replace the file of ours by a result, whole or not at all.

    Raises:
        StorageError: If it can not be written; it then is as it was.
    """
    target = versions.ours.resolve()
    temporary = target.with_name(f"{target.name}.suiteloom-{os.getpid()}")
    try:
        with temporary.open("xb") as file:
            file.write(merged.data)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(target, temporary)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise StorageError(f"can not be written: {reason}", path=str(target)) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"can not be read: {reason}", path=str(path)) from error


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S607 - git calls us
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"git can not be run: {reason}") from error


def _merge_lines(base: str, ours: str, theirs: str) -> list[Piece]:
    """Merge whole lines by ``git merge-file``."""
    signs = _SIGNS.findall(f"{base}\n{ours}\n{theirs}")
    length = _MARKER_LENGTH + max(map(len, signs), default=0)  # longer than any there
    with tempfile.TemporaryDirectory(prefix="suiteloom-merge-") as folder:
        paths = []
        for name, text in (("ours", ours), ("base", base), ("theirs", theirs)):
            path = Path(folder, name)
            path.write_bytes(text.encode())
            paths.append(os.fspath(path))
        size = f"--marker-size={length}"
        done = _git("merge-file", "-p", "-q", "--diff3", size, *paths)
    if done.returncode > _MOST_CONFLICTS or done.returncode < 0:
        raise UnmergeableError(done.stderr.decode(errors="replace").strip())
    return _parsed(done.stdout.decode(), length)


def _parsed(text: str, length: int) -> list[Piece]:
    """The pieces that conflict markers of a length stand for."""
    pieces: list[Piece] = []
    parts: list[list[str]] = [[]]
    for line in split_lines(text):
        sign = line[:1] if line.startswith(line[:1] * length) else ""
        if sign == "<":
            pieces.append("".join(parts[0]))
            parts = []
        if sign == ">":
            pieces.append(Conflict(*("".join(part) for part in parts)))
        sign = sign if sign in {*"<|=>"} else ""
        if sign:
            parts = [[]] if sign == ">" else [*parts, []]
        else:
            parts[-1].append(line)
    return [*pieces, "".join(parts[0])]


def _holds(data: bytes, ids: Iterable[str]) -> bool:
    """Whether a file is a suite with these units, each once."""
    try:
        units = read_suite(data, "").units
    except UnreadableError:
        return False
    return sorted(unit.id for unit in units) == sorted(ids)


def _marker_size(versions: Versions) -> int:
    """How long the conflict markers of a file are."""
    if versions.marker_size > 0:
        return versions.marker_size
    done = _git("check-attr", "-z", "conflict-marker-size", "--", versions.path)
    value = done.stdout.split(b"\0")[2:3]
    size = int(value[0]) if value and value[0].isdigit() else 0
    return size if size > 0 else _MARKER_LENGTH


def _rendered(merged: Threeway, size: int) -> bytes:
    """The bytes of a merged suite, with markers around what is left to decide."""
    style, newline = "", merged.source.newline
    labels = ("", "")
    if merged.conflicts:
        labels = _labels()
        config = _git("config", "--get", "merge.conflictStyle")
        style = config.stdout.decode(errors="replace").strip()
    texts = []
    for piece in merged.pieces:
        if isinstance(piece, str):
            texts.append(piece)
        else:
            is_diff3 = "diff3" in style
            texts += _marked(piece, labels, newline, size, with_base=is_diff3)
    return merged.source.encode("".join(texts))


def _marked(
    conflict: Conflict,
    labels: Sequence[str],
    newline: str,
    size: int,
    *,
    with_base: bool,
) -> list[str]:
    ours, theirs = split_lines(conflict.ours), split_lines(conflict.theirs)
    above = 0 if with_base else _shared(ours, theirs)
    below = 0 if with_base else _shared(ours[above:][::-1], theirs[above:][::-1])
    start, bar, middle, stop = (sign * size for sign in "<|=>")
    base = [f"{bar} base{newline}", conflict.base] if with_base else []
    return [
        *ours[:above],
        f"{start} {labels[0]}{newline}",
        *ours[above : len(ours) - below],
        *base,
        f"{middle}{newline}",
        *theirs[above : len(theirs) - below],
        f"{stop} {labels[1]}{newline}",
        *ours[len(ours) - below :],
    ]


def _shared(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many lines are the same from the start."""
    pairs = enumerate(zip(ours, theirs, strict=False))
    shortest = min(len(ours), len(theirs))
    return next((index for index, (a, b) in pairs if a != b), shortest)


def _labels() -> tuple[str, str]:
    """What git calls the two sides, as far as it tells a driver."""
    heads = [value for name, value in os.environ.items() if name.startswith("GITHEAD_")]
    is_told = len(heads) == 1 and _LABEL.match(heads[0])
    return "HEAD", heads[0] if is_told else "theirs"
