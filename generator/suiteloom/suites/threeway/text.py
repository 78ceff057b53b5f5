"""Three versions of a text and of a sequence, merged into one. Pure.

What is merged line by line is given to a `LineMerge`; this module knows no program.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate

__all__ = [
    "Conflict",
    "LineMerge",
    "Piece",
    "Slots",
    "align",
    "join",
    "merge_text",
    "merged_order",
    "split_lines",
]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Lines that the two sides changed differently; each text is whole lines or empty."""

    ours: str
    base: str
    theirs: str


Piece = str | Conflict
"""A merged text is a list of these."""

LineMerge = Callable[[str, str, str], list[Piece]]
"""Merges whole lines: base, ours and theirs in, pieces out."""


def split_lines(text: str) -> list[str]:
    """The lines of a text with their line ends; only LF ends a line."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines


def merge_text(base: str, ours: str, theirs: str, lines: LineMerge) -> list[Piece]:
    """Merge a text: what one side left alone is taken from the other."""
    if base in {ours, theirs} or ours == theirs:
        return [theirs if base == ours else ours]
    return lines(base, ours, theirs)


def join(pieces: Iterable[Piece]) -> list[Piece]:
    """The same pieces with neighboring texts put together and empty ones left out."""
    joined: list[Piece] = []
    texts: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            texts.append(piece)
            continue
        joined += [text for text in ["".join(texts)] if text]
        joined.append(piece)
        texts = []
    return [*joined, *(text for text in ["".join(texts)] if text)]


@dataclass(frozen=True, slots=True)
class Slots:
    """Keyed things in order, and the text around them.

    Attributes:
        keys: In order, each once.
        gaps: Whole lines before, between and behind them: one more than keys.
    """

    keys: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ("",)


def merged_order(
    base: Sequence[str],
    ours: Sequence[str],
    theirs: Sequence[str],
    kept: Collection[str],
) -> tuple[str, ...]:
    """Merge three orders of keys.

    The order of the side that changed the order counts, ours if both did. What only the
    other side has stands behind what stands before it there; where both added
    something, ours comes first.

    Args:
        base: Keys in order.
        ours: Keys in order.
        theirs: Keys in order.
        kept: The keys of the result; each is in `ours` or in `theirs`.
    """
    common = set(base) & set(ours)
    moved = [k for k in base if k in common] != [k for k in ours if k in common]
    first, second = (ours, theirs) if moved else (theirs, ours)
    first = [key for key in first if key in kept]
    known = set(first)
    added: dict[str, list[str]] = {}
    before = ""
    for key in second:
        if key in known:
            before = key
        elif key in kept:
            added.setdefault(before, []).append(key)
    elsewhere = set(second)
    result: list[str] = []
    held = added.get("", [])
    for key in first:
        if second is ours or key in elsewhere:
            result += held
            held = []
        result.append(key)
        held += added.get(key, [])
    return tuple(result + held)


def align(
    base: Slots, ours: Slots, theirs: Slots, order: Sequence[str]
) -> tuple[Slots, Slots, Slots]:
    """Bring three versions to the same keys, so that their gaps can be compared.

    Gaps keep their place: keys that change places do so between the gaps, a key that is
    taken out leaves the text on both sides of it, and one that comes in from the other
    side comes to stand in the text where it stands there.

    Args:
        base: The common ancestor.
        ours: One side.
        theirs: The other.
        order: The keys that all three are to have; each is in `ours` or `theirs`.

    Returns:
        The three, all with the keys of `order`.
    """
    rank = {key: index for index, key in enumerate(order)}
    base, ours, theirs = (_sorted(item, rank) for item in (base, ours, theirs))
    base, theirs = _filled(base, ours, rank), _filled(theirs, ours, rank)
    return _filled(base, theirs, rank), _filled(ours, theirs, rank), theirs


def _sorted(slots: Slots, rank: dict[str, int]) -> Slots:
    """Without keys that have no rank, and the others by rank in the places there are."""
    gaps = [slots.gaps[0]]
    for key, gap in zip(slots.keys, slots.gaps[1:], strict=True):
        if key in rank:
            gaps.append(gap)
        else:
            gaps[-1] += gap
    kept = (key for key in slots.keys if key in rank)
    return Slots(tuple(sorted(kept, key=rank.__getitem__)), tuple(gaps))


def _filled(slots: Slots, donor: Slots, rank: dict[str, int]) -> Slots:
    """With the keys that only the donor has; both are sorted by rank."""
    known = set(slots.keys)
    shared = [key for key in donor.keys if key in known]
    keys: list[str] = []
    gaps: list[str] = []
    mine, other = _segments(slots, shared), _segments(donor, shared)
    for have, give, key in zip(mine, other, [*shared, ""], strict=True):
        merged = _filled_segment(have, give, rank)
        keys += [*merged.keys, *([key] if key else [])]
        gaps += merged.gaps
    return Slots(tuple(keys), tuple(gaps))


def _segments(slots: Slots, borders: Sequence[str]) -> list[Slots]:
    """What stands before, between and behind the keys `borders`."""
    segments = []
    start = 0
    ends = {key: index for index, key in enumerate(slots.keys)}
    for end in [*(ends[key] for key in borders), len(slots.keys)]:
        segments.append(Slots(slots.keys[start:end], slots.gaps[start : end + 1]))
        start = end + 1
    return segments


def _filled_segment(have: Slots, give: Slots, rank: dict[str, int]) -> Slots:
    """`have` with all keys of `give`; they share none."""
    if not give.keys:
        return have
    lines = split_lines("".join(have.gaps))
    places = dict(zip(have.keys, _offsets(have), strict=True))
    wanted = _mapped(split_lines("".join(give.gaps)), lines, _offsets(give))
    wishes = dict(zip(give.keys, wanted, strict=True))
    keys = sorted([*have.keys, *give.keys], key=rank.__getitem__)
    ceiling = len(lines)
    cuts = []
    for key in reversed(keys):
        ceiling = min(ceiling, places.get(key, wishes.get(key, ceiling)))
        cuts.append(ceiling)
    floor = 0
    gaps = []
    for cut in reversed(cuts):
        gaps.append("".join(lines[floor : max(floor, cut)]))
        floor = max(floor, cut)
    return Slots(tuple(keys), (*gaps, "".join(lines[floor:])))


def _offsets(slots: Slots) -> list[int]:
    """How many lines of the gaps stand before each key."""
    return list(accumulate(len(split_lines(gap)) for gap in slots.gaps[:-1]))


def _mapped(old: list[str], new: list[str], offsets: list[int]) -> list[int]:
    """Places between the lines of `old` as places between those of `new`."""
    if old == new:
        return offsets
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    mapped = []
    for offset in offsets:
        place = 0
        for block in blocks:
            if block.a > offset or not block.size:
                break
            place = block.b + min(offset - block.a, block.size)
            if offset <= block.a + block.size:
                break
        mapped.append(place)
    return mapped
