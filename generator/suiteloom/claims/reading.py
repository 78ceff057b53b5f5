"""What is read of a document: its markers, and the text that people read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from suiteloom.claims.numbers import Written, find_number, number_at

__all__ = ["TITLE", "Mark", "Passage", "Reading", "Slot", "begins_at", "numbers_in"]

_BEFORE = re.compile(r"(?:[\s*_`\"'(\[\u201c\u00ab]|(?<=\n)[ \t>]+)*")

TITLE = 300
"""Characters of a title or a cell that are read as such."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a marker's number stands.

    Attributes:
        start: Offset into the document's text.
        end: What it does not go beyond.
        is_anywhere: Whether words may stand before it; else it is to begin the span.
        is_address: Whether the span is an address, in which `%20` is a space.
        nth: The how many-th number of the span it is, from 0.
    """

    start: int
    end: int
    is_anywhere: bool = False
    is_address: bool = False
    nth: int = 0

    def number(self, text: str) -> Written | None:
        """The number in it, at offsets into the whole text."""
        if not self.is_anywhere:
            return number_at(text, begins_at(text, self.start, self.end), self.end)
        found = list(_all(text, self.start, self.end, self.is_address, self.nth + 1))
        return found[self.nth] if len(found) > self.nth else None


@dataclass(frozen=True, slots=True)
class Mark:
    """One marker.

    Attributes:
        start: Offset of the comment into the document's text.
        end: Where it ends.
        text: What stands behind its name.
        slots: Where its number stands: in several places, as in the text and the address
            of a badge, it is the same number. Of those that need not be there, one is.
        is_needed: For each slot, whether a number must be there.
    """

    start: int
    end: int
    text: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text that people read: a paragraph, a heading, a cell.

    Attributes:
        start: Offset of its beginning.
        end: Of its end.
        heads: The titles that it stands below, outermost first; of a cell, the head of
            its column last.
        row: What the first cell of its row says, of a cell; empty elsewhere.
        level: Of a heading, from 1; 0 of anything else.
    """

    start: int
    end: int
    heads: tuple[str, ...] = ()
    row: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a document.

    Attributes:
        marks: Its markers, in order.
        passages: What people read, in order.
        hidden: Spans in passages that are no prose: code, addresses, tags, comments.
    """

    marks: tuple[Mark, ...] = ()
    passages: tuple[Passage, ...] = ()
    hidden: tuple[tuple[int, int], ...] = field(default=(), repr=False)

    def prose(self, text: str) -> str:
        """The document's text with a NUL for each character that is no prose."""
        pieces, place = [], 0
        for start, end in sorted(self.hidden):
            if end <= place:
                continue
            begins = max(start, place)
            pieces += [text[place:begins], "\0" * (end - begins)]
            place = end
        return "".join((*pieces, text[place:]))


def begins_at(text: str, start: int, end: int) -> int:
    """Where a number begins that may have white space and emphasis before it."""
    match = _BEFORE.match(text, start, end)
    return match.end() if match else start


def _all(
    text: str, start: int, end: int, is_address: bool, most: int
) -> Iterable[Written]:
    """The first numbers of a span."""
    shift = 0
    if is_address:
        text, shift = text[start:end].replace("%20", "   "), start
        start, end = 0, len(text)
    place = start
    for _ in range(most):
        found = find_number(text, place, end, is_address=is_address)
        if found is None:
            return
        place = found.end
        low, high = found.digits
        yield replace(
            found,
            start=found.start + shift,
            end=found.end + shift,
            unit_end=found.unit_end + shift,
            digits=(low + shift, high + shift),
        )


def numbers_in(text: str, start: int, end: int, most: int = 1_000_000) -> list[Written]:
    """Every number of a span of prose."""
    return list(_all(text, start, end, is_address=False, most=most))
