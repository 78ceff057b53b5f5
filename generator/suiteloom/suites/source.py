"""The text of a suite file: decoding that can be undone, lines, offsets. Pure."""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from suiteloom.model import Finding
from suiteloom.model.python import parse_python

__all__ = ["Source", "UnreadableError", "decode", "tokens"]

_LINE_END = re.compile(r"\r\n|\r|\n")
_CR = re.compile(r"\r\n?")


class UnreadableError(Exception):
    """A suite file that can not be read as Python; `finding` says where and why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(slots=True)
class Source:
    """A decoded file. Offsets count characters of `text`; lines are 1-based.

    Attributes:
        text: The file without its BOM, line ends as they are.
        encoding: Codec that gives the bytes back.
        bom: The BOM, if there was one.
        newline: The line end of the first line, LF if there is none.
        tree: The syntax tree of `text`.
    """

    path: str
    text: str
    encoding: str
    bom: bytes
    newline: str
    tree: ast.Module
    starts: list[int] = field(default_factory=list)

    def offset(self, line: int, column: int) -> int:
        """Offset of a syntax tree's position; `column` counts UTF-8 bytes from 0."""
        start = self.starts[line - 1]
        if self.text.isascii():
            return start + column
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return start + len(self.text[start:end].encode()[:column].decode())

    def start(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Offset of the first character of a node."""
        if self.text.isascii():
            return self.starts[node.lineno - 1] + node.col_offset
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Offset behind the last character of a node."""
        return self.offset(node.end_lineno or 0, node.end_col_offset or 0)

    def line_start(self, line: int) -> int:
        """Offset of the first character of a line, or of the end behind the last."""
        return self.starts[line - 1] if line <= len(self.starts) else len(self.text)

    def line_of(self, offset: int) -> int:
        """The line that an offset lies in."""
        return bisect_right(self.starts, offset)

    def line(self, line: int) -> str:
        """A line with its line end."""
        starts = self.starts
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[self.line_start(line) : end]

    @property
    def line_count(self) -> int:
        """Number of lines, a last one without line end included."""
        return len(self.starts)

    def encode(self, text: str) -> bytes:
        """Give back the bytes of a text in this file's encoding.

        Raises:
            UnicodeEncodeError: If the encoding lacks a character.
        """
        return self.bom + text.encode(self.encoding)


def tokens(text: str, start: int = 0) -> Iterator[tuple[int, str, int, int]]:
    """The tokens of Python source from an offset on.

    Args:
        text: The source; it may end in the middle of a statement.
        start: Where to begin: outside of strings and in front of a token.

    Yields:
        Type, text and offsets of each, until whoever asks has enough. Line ends are LF
        in the texts, with a blank behind if they have two characters in the source.

    Raises:
        tokenize.TokenError: If the source ends in the middle of a statement.
    """
    plain = _CR.sub(lambda end: "\n" + " " * (len(end[0]) - 1), text[start:])
    lines = [start, *(start + end.end() for end in re.finditer("\n", plain))]
    for token in tokenize.generate_tokens(io.StringIO(plain).readline):
        first = lines[token.start[0] - 1] + token.start[1]
        last = lines[token.end[0] - 1] + token.end[1]
        yield token.type, token.string, first, last


def decode(data: bytes, path: str) -> Source:
    """Read the bytes of a suite file.

    Args:
        data: The file.
        path: Named by the finding.

    Returns:
        The decoded source, parsed.

    Raises:
        UnreadableError: If the bytes are not Python source, or if decoding them could
            not be undone.
    """
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        text = data[len(bom) :].decode(encoding)
        again = bom + text.encode(encoding)
    except (SyntaxError, UnicodeError, LookupError) as error:
        place = _undecodable(data, error)
        raise _unreadable(path, f"can not be decoded: {error}", *place) from error
    if again != data:
        raise _unreadable(path, f"its bytes are not the ones that {encoding} writes")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _unreadable(path, "holds a NUL character", line, 1)
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = (getattr(error, "lineno", 0) or 0, getattr(error, "offset", 0) or 0)
        reason = getattr(error, "msg", None) or str(error) or type(error).__name__
        raise _unreadable(path, f"is not valid Python: {reason}", *place) from error
    first = _LINE_END.search(text)
    newline = first.group() if first else "\n"
    return Source(path, text, encoding, bom, newline, tree, _starts(text))


def _starts(text: str) -> list[int]:
    """The offset of the first character of each line."""
    if "\r" in text:
        starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    else:
        lengths = (len(line) + 1 for line in text.split("\n"))
        starts = [*accumulate(lengths, initial=0)][:-1]
    if starts[-1] == len(text):
        starts.pop()
    return starts


def _undecodable(data: bytes, error: Exception) -> tuple[int, int]:
    if isinstance(error, UnicodeDecodeError):
        position = error.start
        line = data.count(b"\n", 0, position) + 1
        return line, position - data.rfind(b"\n", 0, position)
    return 1, 1


def _unreadable(
    path: str, message: str, line: int = 0, column: int = 0
) -> UnreadableError:
    hint = "mend the file by hand; nothing in it was changed"
    return UnreadableError(
        Finding("DR201", "error", f"the suite {message}", path, line, column, hint)
    )
