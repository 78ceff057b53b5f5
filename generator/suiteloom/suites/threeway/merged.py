"""Three versions of a suite file merged by its units: for git, with or without conflicts.

Pure. A unit is known by its id and a class by the ids inside, so that two branches that
changed different tests never meet, wherever the tests stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from suiteloom.suites.reader import read_suite
from suiteloom.suites.source import Source, UnreadableError
from suiteloom.suites.threeway.cut import (
    Cut,
    UnmergeableError,
    cut_suites,
    refuse_doubles,
)
from suiteloom.suites.threeway.gaps import FOLDS, merge_gap
from suiteloom.suites.threeway.owned import merge_owned
from suiteloom.suites.threeway.text import (
    Conflict,
    LineMerge,
    Piece,
    Slots,
    align,
    join,
    merged_order,
)
from suiteloom.suites.threeway.ties import tie_pieces
from suiteloom.suites.threeway.units import merge_unit

__all__ = ["Threeway", "UnmergeableError", "merge_suites", "tie_lines"]

_LONE_RETURN = re.compile(rb"\r(?!\n)")
_LINE_END = re.compile(rb"\r?\n")


@dataclass(frozen=True, slots=True)
class Threeway:
    """A merged suite.

    Attributes:
        pieces: Its text, line ends as in ours.
        ids: The units that it holds, each once.
        source: The suite as ours has it; it encodes the text.
    """

    pieces: tuple[Piece, ...]
    ids: frozenset[str]
    source: Source

    @property
    def conflicts(self) -> int:
        """How many pieces a person has to decide on."""
        return sum(isinstance(piece, Conflict) for piece in self.pieces)


def merge_suites(base: bytes, ours: bytes, theirs: bytes, lines: LineMerge) -> Threeway:
    """Merge three versions of a suite file.

    Args:
        base: The common ancestor; empty if both sides added the file.
        ours: One side. Encoding, BOM and line ends of the result are those of it.
        theirs: The other.
        lines: Merges whole lines that end in LF.

    Returns:
        The merged suite.

    Raises:
        UnreadableError: If one of the three is not Python.
        UnmergeableError: If units can not be told apart, or if the result would not be
            a suite that holds each id once.
    """
    versions = (base, ours, theirs)
    if any(_LONE_RETURN.search(data) for data in versions):
        raise UnmergeableError("a line ends in a lone carriage return")
    if any(fold.encode() in data for data in versions for fold in FOLDS):
        raise UnmergeableError("it holds control characters")
    source = read_suite(ours, "").source
    uniform = all(len(set(_LINE_END.findall(data))) < 2 for data in versions)
    suites = [read_suite(_with_end(data, uniform=uniform), "") for data in versions]
    pieces, ids = _Merge(*cut_suites(*suites), lines).run()
    pieces = tie_pieces(pieces, *suites)
    _verify(pieces, ids, source)
    if uniform and source.newline != "\n":
        pieces = [_with_newline(piece, source.newline) for piece in pieces]
    last = pieces[-1] if pieces else ""
    if not ours.endswith(b"\n") and isinstance(last, str):
        pieces[-1:] = [last.removesuffix("\n").removesuffix("\r")]
    return Threeway(tuple(pieces), frozenset(ids), source)


def tie_lines(
    base: bytes, ours: bytes, theirs: bytes, lines: LineMerge
) -> Threeway | None:
    """Merge three versions of a suite by lines, and tie the bodies that come together.

    Args:
        base: The common ancestor; empty if both sides added the file.
        ours: One side.
        theirs: The other.
        lines: Merges lines.

    Returns:
        The merged suite; None if that is no other text than what `lines` gives, or if
        one of the three is not Python.

    Raises:
        UnmergeableError: If `lines` can not merge them.
    """
    try:
        suites = [read_suite(data, "") for data in (base, ours, theirs)]
    except UnreadableError:
        return None
    pieces = lines(*(suite.source.text for suite in suites))
    tied = tie_pieces(pieces, *suites)
    if tied == pieces:
        return None
    return Threeway(tuple(tied), frozenset(), suites[1].source)


def _with_end(data: bytes, *, uniform: bool) -> bytes:
    """Let the last line end, and all lines in LF if the three files have one line end."""
    data = data.replace(b"\r\n", b"\n") if uniform else data
    return data if data.endswith(b"\n") or not data else data + b"\n"


def _verify(pieces: list[Piece], ids: set[str], source: Source) -> None:
    """Refuse a result that is no suite with each id once, whichever side is chosen."""
    sides = ["ours", "theirs"]
    if all(isinstance(piece, str) for piece in pieces):
        sides.pop()
    for side in map(attrgetter, sides):
        text = "".join(p if isinstance(p, str) else side(p) for p in pieces)
        try:
            suite = read_suite(source.encode(text), "")
        except UnicodeEncodeError as error:
            raise UnmergeableError(f"{source.encoding} lacks a character") from error
        except UnreadableError as error:
            raise UnmergeableError(f"merged, {error.finding.message}") from error
        refuse_doubles(suite)
        if {unit.id for unit in suite.units} != ids or suite.source.text != text:
            raise UnmergeableError(
                "the result would not be the suite that it has to be"
            )


def _with_newline(piece: Piece, newline: str) -> Piece:
    if isinstance(piece, str):
        return piece.replace("\n", newline)
    texts = (piece.ours, piece.base, piece.theirs)
    return Conflict(*(text.replace("\n", newline) for text in texts))


class _Merge:
    """One merge: three versions, and what is decided before any text is made."""

    def __init__(self, base: Cut, ours: Cut, theirs: Cut, lines: LineMerge) -> None:
        self._base = base
        self._ours = ours
        self._theirs = theirs
        self._lines = lines
        self._owner = dict(self._kept_units())
        self._units: dict[str, list[str]] = {}
        for identity, owner in self._owner.items():
            self._units.setdefault(owner, []).append(identity)
        self._classes = set(self._kept_classes())

    def run(self) -> tuple[list[Piece], set[str]]:
        """Do it.

        Returns:
            The merged text, and the ids that have to be in it.
        """
        tops = [cut.top for cut in (self._base, self._ours, self._theirs)]
        pieces = join(self._sequence(tops, self._classes, self._class))
        return pieces, set(self._owner)

    def _kept_units(self) -> Iterator[tuple[str, str]]:
        """Each unit of the result with its class."""
        old = self._base.owner
        mine, other = self._ours.owner, self._theirs.owner
        for identity in [*mine, *(item for item in other if item not in mine)]:
            if identity in mine and identity in other:
                moved = mine[identity] != old.get(identity)
                yield identity, (mine if moved else other)[identity]
                continue
            side = self._ours if identity in mine else self._theirs
            before = self._base.units.get(identity)
            if before is None or before.text != side.units[identity].text:
                yield identity, side.owner[identity]

    def _kept_classes(self) -> Iterator[str]:
        """The docstring and the classes of the result."""
        mine, other, old = self._ours, self._theirs, self._base
        for key in mine.heads.keys() | other.heads.keys():
            if key in self._units or (key in mine.heads and key in other.heads):
                yield key
                continue
            side = mine if key in mine.heads else other
            if _class_text(side, key) != _class_text(old, key):
                yield key

    def _sequence(
        self,
        slots: list[Slots],
        kept: Iterable[str],
        make: Callable[[str], list[Piece]],
    ) -> Iterator[Piece]:
        """Merge keyed things and the gaps around them."""
        base, ours, theirs = slots
        order = merged_order(base.keys, ours.keys, theirs.keys, set(kept))
        base, ours, theirs = align(base, ours, theirs, order)
        gaps = zip(base.gaps, ours.gaps, theirs.gaps, strict=True)
        for index, (old, mine, other) in enumerate(gaps):
            yield from merge_gap(old, mine, other, self._lines)
            if index < len(order):
                yield self._lead(order[index])
                yield from make(order[index])

    def _lead(self, key: str) -> str:
        """The blank lines above a unit or class."""
        versions = (self._ours, self._theirs, self._base)
        ours, theirs, base = (item.leads.get(key) for item in versions)
        is_old = ours == base and theirs is not None
        return (theirs if ours is None or is_old else ours) or ""

    def _class(self, key: str) -> list[Piece]:
        """A class with all that is in it, or the module docstring."""
        versions = (self._base, self._ours, self._theirs)
        base, ours, theirs = (item.heads.get(key) for item in versions)
        if ours is None or theirs is None:
            head: list[Piece] = [item.text for item in (ours, theirs) if item]
        else:
            head, _ = merge_owned(base, ours, theirs, self._lines)
        inner = [item.inner.get(key, Slots()) for item in versions]
        kept = self._units.get(key, ())
        return [*head, *self._sequence(inner, kept, self._unit)]

    def _unit(self, identity: str) -> list[Piece]:
        versions = (self._base, self._ours, self._theirs)
        base, ours, theirs = (item.units.get(identity) for item in versions)
        if ours is None or theirs is None:
            return [item.text for item in (ours, theirs) if item]
        return merge_unit(base, ours, theirs, self._lines)


def _class_text(cut: Cut, key: str) -> tuple[str, tuple[str, ...]]:
    """What a class holds besides its units."""
    head = cut.heads[key].text if key in cut.heads else ""
    return head, tuple(gap for gap in cut.inner.get(key, Slots()).gaps if gap)
