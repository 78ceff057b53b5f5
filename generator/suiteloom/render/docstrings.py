"""Docstring text that folds to the line length and unfolds without loss. Pure."""

from __future__ import annotations

from suiteloom.render.literals import LINE_LENGTH

__all__ = ["fold"]

_HANG = "    "


def fold(text: str, *, indent: int) -> list[str]:
    """Fold each line of `text` to the line length, continuation lines indented.

    A line breaks only at a single space between two other characters, so that joining
    the pieces with one space gives the line back.

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
    current, width = "", first
    for word in line.split(" "):
        joined = f"{current} {word}" if current or not word else word
        if len(joined) > width and word and current and not current.endswith(" "):
            pieces.append(current)
            current, width = word, rest
        else:
            current = joined
    pieces.append(current)
    return [pieces[0], *(_HANG + piece for piece in pieces[1:])]
