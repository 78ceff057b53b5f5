"""Which branches a rebase, cherry-pick or revert brought together that is finished.

Git keeps no second parent of these. What it did last stands in the reflog of this clone,
and what a revert took back in the message of its commit. Only reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from suiteloom.store.git import read_git

__all__ = ["Sides", "finished_sides"]

Sides = tuple[str, str, str]
"""Revisions: base, ours and theirs."""

_REBASE = re.compile(r"(?:rebase|pull)\b.*?\((\w+)\): (?:returning to (refs/\S+))?")
_ONTO = re.compile(r"(?:rebase|pull)\b.*\(finish\): refs/\S+ onto ([0-9a-f]{40,64})\b")
_CHECKOUT = "checkout: "
_PICK = re.compile(r"cherry-pick: |commit \(cherry-pick\): ")
_REVERTED = re.compile(r"^This reverts commit ([0-9a-f]{40,64})\b", re.MULTILINE)
_PICKED = re.compile(r"^\(cherry picked from commit ([0-9a-f]{40,64})\)", re.MULTILINE)
_FORMAT = "--format=%H%x01%P%x01%an%x01%ae%x01%at%x01%s%x01%gs%x01%B"
_MOST_STEPS = 100
_MOST_COMMITS = 2000


@dataclass(frozen=True, slots=True)
class _Step:
    """One commit, and by which action it became the last one.

    Attributes:
        commit: Its name.
        parents: Names of its parents.
        author: Who wrote it and when, and its subject: a copy of it has the same.
        action: What the reflog says.
        message: All of its message.
    """

    commit: str
    parents: tuple[str, ...]
    author: tuple[str, ...]
    action: str
    message: str


@dataclass(frozen=True, slots=True)
class _Hop:
    """One commit that brought a change of another place: from `base` to `theirs`."""

    commit: str
    base: str
    ours: str
    theirs: str


def finished_sides(root: Path) -> Sides | None:
    """Find the branches that the last thing which git did brought together.

    Args:
        root: A folder in the work tree; nothing is in progress there.

    Returns:
        The sides of a rebase, or of cherry-picks or reverts in one row; of a merge
        commit, and where git does not tell, None.
    """
    moves = _moves(root, "HEAD")
    if moves and moves[0].action.startswith(_CHECKOUT):
        moves = _moves(root, "@{0}")  # what was done on the branch itself
    if not moves:
        moves = [*_steps(root, "-n1", "HEAD")]
    if moves and _REBASE.match(moves[0].action):
        return _rebased(root, moves)
    return _in_a_row([*_hops(root, moves)])


def _moves(root: Path, name: str) -> list[_Step]:
    """What a reflog says, newest first, without what led to no other commit."""
    steps = [*_steps(root, "-g", f"-n{_MOST_STEPS}", name)]
    return [
        step
        for step, older in pairwise([*steps, None])
        if step
        and (not older or step.commit != older.commit or _REBASE.match(step.action))
    ]


def _rebased(root: Path, moves: Sequence[_Step]) -> Sides | None:
    """The branch as it was, and what it was put upon."""
    theirs = ""
    if match := _ONTO.match(moves[0].action):
        onto, rest = match[1], moves[1:]
    else:
        words = [_REBASE.match(step.action) for step in moves]
        found = (i for i, word in enumerate(words) if word and word[1] == "start")
        start = next(found, -1)
        if start < 0:
            return None
        branch = words[0] and words[0][2]
        if branch:
            theirs = _git(root, "rev-parse", "-q", "--verify", f"{branch}@{{1}}")
        onto, rest = moves[start].commit, moves[start + 1 :]
    theirs = theirs or (rest[0].commit if rest else "")
    base = _git(root, "merge-base", onto, theirs) if theirs else ""
    return (base, onto, theirs) if base else None


def _hops(root: Path, moves: Sequence[_Step]) -> Iterator[_Hop]:
    """The cherry-picks and reverts that were done last, newest first."""
    copies: dict[tuple[str, ...], list[_Step]] | None = None
    for step in moves:
        if len(step.parents) != 1:
            return
        ours = step.parents[0]
        if match := _REVERTED.search(step.message):
            theirs = _git(root, "rev-parse", "-q", "--verify", f"{match[1]}^1")
            yield _Hop(step.commit, match[1], ours, theirs)
        elif match := _PICKED.search(step.message):
            base = _git(root, "rev-parse", "-q", "--verify", f"{match[1]}^1")
            yield _Hop(step.commit, base, ours, match[1])
        elif _PICK.match(step.action):
            if copies is None:
                copies = {}
                for other in _steps(
                    root, f"-n{_MOST_COMMITS}", "--all", "--not", "HEAD"
                ):
                    copies.setdefault(other.author, []).append(other)
            found = copies.get(step.author, [])
            if len(found) != 1 or len(found[0].parents) != 1:
                return
            yield _Hop(step.commit, found[0].parents[0], ours, found[0].commit)
        else:
            return


def _in_a_row(hops: Sequence[_Hop]) -> Sides | None:
    """What hops, newest first, brought together as one, as far as they follow each other."""
    if not hops or not (hops[0].base and hops[0].theirs):
        return None
    last = hops[0]
    for older, newer in zip(hops[1:], hops, strict=False):
        if (older.commit, older.theirs) != (newer.ours, newer.base) or not older.base:
            break
        last = older
    return last.base, last.ours, hops[0].theirs


def _steps(root: Path, *arguments: str) -> Iterator[_Step]:
    """Commits as ``git log`` lists them."""
    data = read_git(root, "log", "-z", "--no-show-signature", _FORMAT, *arguments)
    for record in data.decode(errors="replace").split("\0"):
        fields = record.split("\x01")
        if len(fields) == 8:
            commit, parents, *author, action, message = fields
            yield _Step(commit, (*parents.split(),), (*author,), action, message)


def _git(root: Path, *arguments: str) -> str:
    """The first word that git prints; empty if it says no."""
    return read_git(root, *arguments).decode().partition("\n")[0].strip()
