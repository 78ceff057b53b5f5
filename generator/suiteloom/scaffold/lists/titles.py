"""Titles of lists in a file without headings, as ``Payment:`` above its items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from suiteloom.model.identifiers import short
from suiteloom.scaffold.lists.marks import is_item_line, is_step
from suiteloom.scaffold.lists.text import Problems

__all__ = ["with_headings"]

_LONGEST = 100  # characters
_PLAIN = re.compile(r"[^\s#>|<`~=\[-].*")
_STRONG = re.compile(r"(?P<mark>\*\*|__)(?P<title>[^*_]+?)(?P=mark) ?:?")
_NO_TITLE = re.compile(r"`|test_|https?:|\|")
_HEADING = re.compile(r" {0,3}(?:#{1,6}(?:\s|$)|(?:=+|-+)\s*$|```|~~~)")


def with_headings(lines: Sequence[str], problems: Problems) -> Sequence[str]:
    """Write lines that title the items below them as headings of Markdown.

    A title is a line of its own above an item: with a colon behind it, in strong type,
    or below a blank line and no sentence. One that stands directly below an item and
    has none of the three is a title where the file begins with a title, and that is
    noted; elsewhere it is the rest of the item, as in Markdown.

    Args:
        lines: With their ends.
        problems: Takes the note.

    Returns:
        As many lines; the same ones where the file has headings or fences.
    """
    texts = [line.rstrip() for line in lines]
    if any(map(_HEADING.match, texts)):
        return lines
    said = [number for number, text in enumerate(texts) if text.strip()]
    titles: dict[int, str] = {}
    for at, (number, below) in enumerate(pairwise(said)):
        title = _title(texts[number]) if is_item_line(texts[below]) else ""
        if not title or below - number > 2:
            continue
        is_apart = at == 0 or said[at - 1] < number - 1
        is_said = texts[number].endswith(":") or _STRONG.fullmatch(texts[number])
        if not is_said and not is_apart:
            if said[0] not in titles or not is_item_line(texts[said[at - 1]]):
                continue
            problems.assume(
                f"line {number + 1}: {short(title)!r} titles the items below it"
            )
        titles[number] = title
    return [
        f"###### {titles[number]}\n" if number in titles else line
        for number, line in enumerate(lines)
    ]


def _title(text: str) -> str:
    """The title that a line says, without marks; empty if it can be none."""
    if len(text) > _LONGEST or is_item_line(text) or is_step(text):
        return ""
    if found := _STRONG.fullmatch(text):
        return found["title"].strip().rstrip(":").rstrip()
    if not _PLAIN.fullmatch(text) or _NO_TITLE.search(text):
        return ""
    title = text.rstrip(":").rstrip()
    return "" if title.endswith((".", "!", "?")) or ":" in title else title
