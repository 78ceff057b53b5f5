"""Replacements at offsets of one text, and rendered lines brought into its style. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Splice", "reindent", "splice", "within"]


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """Replace the characters from `start` up to `end` by `text`."""

    start: int
    end: int
    text: str

    def overlaps(self, others: Iterable[Splice]) -> bool:
        """Whether it replaces characters that one of the others replaces as well."""
        return any(self.start < item.end and item.start < self.end for item in others)


def splice(
    text: str, start: int, end: int, splices: Sequence[Splice], *, edges: bool = True
) -> str:
    """Apply the splices that lie within `start` and `end` of `text`, and cut that out.

    Args:
        text: The whole text.
        start: Where the cut begins.
        end: Where it ends.
        splices: Those that reach over its ends are left out.
        edges: Whether insertions at its very ends belong to it.
    """
    pieces = []
    position = start
    for item in sorted(splices):
        at_edge = item.start == item.end and item.start in {start, end}
        if start <= item.start and item.end <= end and (edges or not at_edge):
            pieces += [text[position : item.start], item.text]
            position = item.end
    return "".join([*pieces, text[position:end]])


def within(ordered: Sequence[Splice], start: int, end: int) -> Sequence[Splice]:
    """Those of sorted splices that begin from `start` to `end`, both included."""
    first = bisect_left(ordered, start, key=_start)
    return ordered[first : bisect_right(ordered, end, lo=first, key=_start)]


def _start(item: Splice) -> int:
    return item.start


def reindent(
    text: str, indent: str, newline: str, *, unit: str = "    ", first: bool = True
) -> str:
    """Indent rendered lines and give them a file's indentation style and line end.

    Args:
        text: Lines indented by multiples of four spaces, with LF.
        indent: What every line that is not empty is indented by.
        newline: The file's line end.
        unit: One level of the file's indentation.
        first: Whether the first line is indented too.
    """
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if not line or (index == 0 and not first):
            continue
        body = line.lstrip(" ")
        levels, rest = divmod(len(line) - len(body), 4)
        lines[index] = f"{indent}{unit * levels}{' ' * rest}{body}"
    return newline.join(lines)
