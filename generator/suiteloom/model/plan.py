"""Every edit that a command would make, as data, before any is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from suiteloom.model.finding import Finding

__all__ = ["Action", "ActionName", "FileChange", "Part", "Plan"]

ActionName = Literal[
    "create",
    "update",
    "rename",
    "move",
    "orphan",
    "revive",
    "suspect",
    "edited",
    "remove",
    "unchanged",
]

Part = Literal["", "module", "class", "imports", "order", "names", "file"]


@dataclass(frozen=True, slots=True)
class Action:
    """What happens to one unit, or to a suite's own text if `id` is empty.

    `path` and `line` are where it stands before anything is written, as far as that is
    known: POSIX and relative to the root, 1-based; 0 means the whole file. Of a unit
    that moves, `brings` names what was copied along with it, and `lacks` what it uses
    and does not find where it goes. `old` and `new` are names before and after a
    rename; of a file, paths. `part` says what of a suite it is, empty for a unit.
    """

    domain: str
    id: str
    action: ActionName
    detail: str = ""
    path: str = ""
    line: int = 0
    brings: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    old: str = ""
    new: str = ""
    part: Part = ""


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file before and after; None means that it does not exist."""

    path: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Every edit that `generate` would make, in suite order.

    Attributes:
        changes: Files to write, move or remove; empty means nothing to do.
        actions: One or more entries a unit, ``unchanged`` ones left out.
        refusals: Why suites can not be written as they stand; nothing may be written
            while there is one.
        unchanged: Number of units that stay as they are.
        hand_written: Hand-written lines in the files that change, before and after.
    """

    changes: tuple[FileChange, ...]
    actions: tuple[Action, ...]
    refusals: tuple[Finding, ...]
    unchanged: int
    hand_written: tuple[int, int] = (0, 0)
