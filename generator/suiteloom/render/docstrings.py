"""Docstring text that folds to the line length and unfolds without loss. Pure."""

from __future__ import annotations

import re

from suiteloom.render.literals import LINE_LENGTH

__all__ = ["fold"]

_HANG = "    "
_SINGLE_SPACE = re.compile(r"(?<!\s) (?!\s)")


def fold(text: str, *, indent: int) -> list[str]:
    """Fold each line of `text` to the line length, continuation lines indented.

    A line breaks only at a single space between two visible characters, so that joining
    the pieces with one space gives the line back, and no piece ends in white space
    that a formatter would take away.

    Args:
        text: Any number of lines.
        indent: Columns that the docstring will stand indented by.

    Returns:
        Lines without trailing blanks; blank lines at either end are left out.
    """
    lines: list[str] = []
    for line in text.strip("\n").split("\n"):
        first = LINE_LENGTH - indent - (0 if lines else 3)
        if len(line) <= first:
            lines.append(line.rstrip())
        else:
            lines += _folded(line.rstrip(), first, LINE_LENGTH - indent - len(_HANG))
    return lines


def _folded(line: str, first: int, rest: int) -> list[str]:
    """Break one line: at most `first` characters, then `rest` in each further piece."""
    pieces: list[str] = []
    width = first
    while len(line) > width and (cut := _cut(line, width)):
        pieces.append(line[:cut] if not pieces else f"{_HANG}{line[:cut]}")
        line, width = line[cut + 1 :], rest
    return [*pieces, f"{_HANG}{line}" if pieces else line]


def _cut(line: str, width: int) -> int:
    """Where to break: the last place within `width`, else the first after it, else 0."""
    cut = line.rfind(" ", 1, width + 1)
    while cut > 0 and (line[cut - 1].isspace() or line[cut + 1].isspace()):
        cut = line.rfind(" ", 1, cut)
    if cut > 0:
        return cut
    match = _SINGLE_SPACE.search(line, width)
    return match.start() if match else 0
