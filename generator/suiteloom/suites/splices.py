"""Replacements at offsets of one text, and rendered lines brought into its style. Pure."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Splice", "reindent", "splice"]


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """Replace the characters from `start` up to `end` by `text`."""

    start: int
    end: int
    text: str


def splice(
    text: str, start: int, end: int, splices: list[Splice], *, edges: bool = True
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
