"""A document as text, and back to its bytes. Pure."""

from __future__ import annotations

import codecs
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = [
    "HTML",
    "MAX_BYTES",
    "REST",
    "SUFFIXES",
    "Page",
    "UnreadableError",
    "read_page",
]

MAX_BYTES = 5_000_000
HTML = (".html", ".htm")
REST = (".rst",)
SUFFIXES = (".md", ".markdown", *HTML, *REST)
"""How the names of documents end, in lower case."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class UnreadableError(ValueError):
    """A document that is no text, or too large."""


@dataclass(frozen=True, slots=True)
class Page:
    """A document.

    Attributes:
        path: POSIX, relative to the project.
        text: All of it, every line end a line feed.
        raw: The same with its own line ends.
        encoding: Of its bytes.
        bom: What stands before the text; may be empty.
        starts: Where each line begins in `text`.
        returns: Where in `text` a line end stands that was two characters.
    """

    path: str
    text: str
    raw: str = field(repr=False)
    encoding: str
    bom: bytes
    starts: tuple[int, ...] = field(repr=False)
    returns: tuple[int, ...] = field(repr=False)

    def place(self, offset: int) -> tuple[int, int]:
        """1-based line and column of an offset into `text`."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line_of(self, offset: int) -> str:
        """The line that an offset into `text` is in, without its end."""
        start = self.starts[bisect_right(self.starts, offset) - 1]
        return self.text[start:].partition("\n")[0]

    def edited(self, edits: Iterable[tuple[int, int, str]]) -> bytes:
        """The bytes of the document with spans of its text replaced.

        Args:
            edits: Start, end and new text, in order, none over another.
        """
        pieces, place = [], 0
        for start, end, new in edits:
            pieces += [self.raw[place : self._raw(start)], new]
            place = self._raw(end)
        pieces.append(self.raw[place:])
        return self.bom + "".join(pieces).encode(self.encoding)

    def _raw(self, offset: int) -> int:
        """An offset into `text` as one into `raw`."""
        return offset + bisect_left(self.returns, offset)


def read_page(path: str, data: bytes) -> Page:
    """Decode a document.

    Args:
        path: What it is called in messages.
        data: UTF-8 with or without BOM, or UTF-16 with BOM.

    Raises:
        UnreadableError: If it is neither, or larger than `MAX_BYTES`.
    """
    if len(data) > MAX_BYTES:
        message = f"the document has more than {MAX_BYTES:,} bytes"
        raise UnreadableError(message)
    bom, encoding = next((b for b in _BOMS if data.startswith(b[0])), (b"", "utf-8"))
    try:
        raw = data[len(bom) :].decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-le").removesuffix("-be").upper()
        raise UnreadableError(f"the document is not {name}") from error
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    starts, place = [0], text.find("\n")
    while place >= 0:
        starts.append(place + 1)
        place = text.find("\n", place + 1)
    return Page(path, text, raw, encoding, bom, tuple(starts), _returns(raw))


def _returns(raw: str) -> tuple[int, ...]:
    """Where line ends of two characters stand once each is one."""
    found: list[int] = []
    place = raw.find("\r\n")
    while place >= 0:
        found.append(place - len(found))
        place = raw.find("\r\n", place + 2)
    return tuple(found)
