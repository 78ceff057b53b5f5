"""What git knows of the branches that meet in the work tree. Only reads.

Without git, outside of a repository, or where the history is cut off, nothing meets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from suiteloom.store.finished import Sides, finished_sides
from suiteloom.store.git import batch_contents, may_be_repository, read_git

__all__ = ["Versions", "read_versions"]

_STOPPED = ("CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD")
_NAMES = ("MERGE_HEAD", *_STOPPED, "HEAD^2")


@dataclass(frozen=True, slots=True)
class Versions:
    """One file on both sides of a merge.

    Attributes:
        base: The common ancestor.
        ours: One side.
        theirs: The other.
        merged: What was committed as their merge; empty while it goes on.
    """

    base: bytes
    ours: bytes
    theirs: bytes
    merged: bytes = b""


def read_versions(root: Path, paths: Iterable[str]) -> dict[str, Versions]:
    """Read files that two branches changed, and that were just brought together.

    That is so in a merge, cherry-pick, revert or rebase that is not finished, after any
    command that left conflicts in the index, and in a merge that is the last commit. A
    rebase, cherry-pick or revert that was the last thing done is known in the clone where
    it was done, the revert in every clone.

    Args:
        root: A folder in the work tree.
        paths: Files, relative to it.

    Returns:
        The versions of those that both sides changed, in different ways, by path.
    """
    names = [path for path in paths if "\n" not in path]
    if not names or not may_be_repository(root):
        return {}
    asked = [*_NAMES, *(f":{stage}:./{path}" for path in names for stage in (1, 2, 3))]
    known = _objects(root, asked)
    heads = dict(zip(_NAMES, known, strict=False))
    if heads["REBASE_HEAD"] and not _rebases(root):
        heads["REBASE_HEAD"] = ""  # git leaves it behind
    stages = iter(known[len(_NAMES) :])
    wanted = {
        path: found
        for path, *found in zip(names, stages, stages, stages, strict=True)
        if all(found)
    }
    rest = [path for path in names if path not in wanted]
    wanted |= _between(root, _sides(root, heads), rest)
    return _read(root, wanted, is_over=_is_over(heads))


def _rebases(root: Path) -> bool:
    """Whether a rebase is in progress."""
    asked = ("--git-path", "rebase-merge", "--git-path", "rebase-apply")
    folders = read_git(root, "rev-parse", *asked).decode().splitlines()
    return any((root / folder).exists() for folder in folders)


def _is_over(heads: dict[str, str]) -> bool:
    return not any(heads[name] for name in _NAMES[:-1])


def _sides(root: Path, heads: dict[str, str]) -> Sides | None:
    """The revisions of base, ours and theirs, if branches meet."""
    pairs = [("HEAD", heads["MERGE_HEAD"]), ("HEAD^1", heads["HEAD^2"])]
    picked = [name for name in _STOPPED if heads[name]]
    if picked and not heads["MERGE_HEAD"]:
        commit = picked[0]
        if commit == "REVERT_HEAD":
            return commit, "HEAD", f"{commit}^1"
        return f"{commit}^1", "HEAD", commit
    for ours, theirs in pairs:
        if theirs:
            base = read_git(root, "merge-base", ours, theirs).split()
            return (base[0].decode(), ours, theirs) if base else None
    return finished_sides(root)


def _between(
    root: Path, sides: Sides | None, paths: Sequence[str]
) -> dict[str, list[str]]:
    """The objects of files that both of two revisions changed, in different ways."""
    if sides is None or not paths:
        return {}
    objects = _objects(root, [f"{side}:./{path}" for path in paths for side in sides])
    triples = iter(objects)
    return {
        path: found
        for path, *found in zip(paths, triples, triples, triples, strict=True)
        if all(found) and len(set(found)) == len(found)
    }


def _read(
    root: Path, wanted: dict[str, list[str]], *, is_over: bool
) -> dict[str, Versions]:
    """Read objects, three a file, and what HEAD has of it."""
    if not wanted:
        return {}
    asked = [
        name
        for path, objects in wanted.items()
        for name in (*objects, f"HEAD:./{path}")
    ]
    texts = batch_contents(read_git(root, "cat-file", "--batch", lines=asked))
    found = {}
    for path in wanted:
        base, ours, theirs, last = (next(texts, None) for _ in range(4))
        if base is not None and ours is not None and theirs is not None:
            merged = last if is_over and last is not None else b""
            found[path] = Versions(base, ours, theirs, merged)
    return found


def _objects(root: Path, names: Sequence[str]) -> list[str]:
    """The name of the object that each expression stands for; empty if there is none."""
    lines = (
        read_git(root, "cat-file", "--batch-check", lines=names).decode().split("\n")
    )
    fields = [line.split(" ") for line in lines[:-1]]
    found = [part[0] if len(part) == 3 and part[2].isdigit() else "" for part in fields]
    return found if len(found) == len(names) else [""] * len(names)
