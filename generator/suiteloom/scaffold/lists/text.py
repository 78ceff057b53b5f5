"""From the bytes of a list to its lines, and the place where problems are collected."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from suiteloom.errors import SpecError
from suiteloom.model import Finding
from suiteloom.model.characters import FORBIDDEN, describe
from suiteloom.model.identifiers import short
from suiteloom.scaffold.lists.data import LeftOut

__all__ = [
    "MAX_BYTES",
    "MAX_FINDINGS",
    "MAX_LINES",
    "MAX_TEXT",
    "Problems",
    "check_characters",
    "check_decoded",
    "finished",
    "one_line",
    "read_lines",
]

MAX_BYTES = 5_000_000
MAX_LINES = 100_000
MAX_FINDINGS = 1_000
"""Findings that are listed; further ones are counted."""
MAX_TEXT = 10_000
"""Characters of one item or line; a text of a spec has up to 2,000."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+\Z")
_LINE_END = re.compile(r"\r\n?|\n")
_END_MARKS = frozenset(".!?:;\u2026\u3002\uff01\uff1f\uff1a")
_SHOWN = 4
"""Texts of what was left out that are shown."""
_SPLIT = "give the list of one domain only"
_SAVE = "save the file as UTF-8"


class Problems:
    """The findings of one list, in the order in which they are made."""

    def __init__(self, path: str, *, is_strict: bool = False) -> None:
        self.is_strict = is_strict
        self._path = path
        self._findings: list[Finding] = []
        self._count = 0
        self._left: dict[tuple[str, str], LeftOut] = {}
        self._columns: dict[str, str] = {}
        self._headers: dict[str, None] = {}
        self._assumed: dict[str, None] = {}

    @property
    def count(self) -> int:
        """How many were added, listed or not."""
        return self._count

    @property
    def path(self) -> str:
        """The list, as findings name it."""
        return self._path

    def add(
        self, code: str, message: str, line: int = 0, column: int = 0, *, hint: str = ""
    ) -> None:
        """Add an error; lines and columns are 1-based, 0 stands for all of them."""
        self._count += 1
        if self._count <= MAX_FINDINGS:
            finding = Finding(code, "error", message, self._path, line, column, hint)
            self._findings.append(finding)

    def leave(
        self, what: str, line: int, column: int = 0, text: str = "", hint: str = ""
    ) -> None:
        """Leave something out, and say so; refuse it where the list is read strictly.

        Args:
            what: Its sort, a noun in the singular.
            line: 1-based, or 0.
            column: 1-based, or 0.
            text: What it says.
            hint: How to have it read.
        """
        shown = short(text, 40)
        if self.is_strict:
            said = f": {shown}" if shown else ""
            hint = hint or "take it out, or read the list without `--strict`"
            message = f"{what} that is not read{said}"
            self.add("LI102", message, line, column, hint=hint)
            return
        old = self._left.get((what, hint), LeftOut(what, 0, "", line, hint))
        texts = [text for text in (old.text, shown) if text]
        if old.count >= _SHOWN or shown in old.text.split(", "):
            texts = texts[:1]
        count = old.count + 1
        self._left[what, hint] = LeftOut(what, count, ", ".join(texts), old.line, hint)

    def assume(self, text: str) -> None:
        """Note what the list does not say and was assumed."""
        self._assumed.setdefault(text)

    @property
    def assumed(self) -> tuple[str, ...]:
        """What was assumed, in order."""
        return tuple(self._assumed)

    def see(self, header: str) -> None:
        """Note that a table has a column."""
        if header:
            self._headers.setdefault(header)

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers of all tables, in order."""
        return tuple(self._headers)

    def take(self, header: str, field: str) -> None:
        """Note what a column was taken for."""
        self._columns.setdefault(header, field)

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """What each column was taken for, in order."""
        return tuple(self._columns.items())

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What was left out, sort by sort, in order."""
        return tuple(self._left.values())

    def raise_any(self) -> None:
        """Raise what was added, if anything was.

        Raises:
            SpecError: With every finding, ordered by place.
        """
        if not self._findings:
            return
        findings = sorted(self._findings, key=lambda finding: finding.sort_key)
        if more := self._count - len(findings):
            message = f"{more:,} more problems are not listed"
            hint = "mend those that are listed; is this a list of tests at all?"
            findings.append(Finding("LI110", "error", message, self._path, hint=hint))
        raise SpecError(tuple(findings))


def read_lines(data: bytes, problems: Problems) -> list[str]:
    """Decode a list.

    Args:
        data: UTF-8 with or without BOM, or UTF-16 with BOM.
        problems: Takes what is wrong with the file as a whole.

    Returns:
        Its lines with their ends, or no line at all if it can not be read.
    """
    if len(data) > MAX_BYTES:
        message = f"the list has {len(data):,} bytes; the limit is {MAX_BYTES:,}"
        problems.add("LI101", message, hint=_SPLIT)
        return []
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    name, encoding = ("UTF-16", "utf-16") if is_wide else ("UTF-8", "utf-8-sig")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(encoding, "replace")
        line, column = _place(before)
        problems.add("LI101", f"the list is not {name}", line, column, hint=_SAVE)
        return []
    if "\0" in text:
        line, column = _place(text[: text.index("\0")])
        message = "the list holds a NUL character, so it is no text"
        problems.add("LI101", message, line, column, hint=_SAVE)
        return []
    lines = _LINE.findall(text)
    if len(lines) > MAX_LINES:
        message = f"the list has {len(lines):,} lines; the limit is {MAX_LINES:,}"
        problems.add("LI101", message, hint=_SPLIT)
        return []
    return lines


def check_characters(lines: Sequence[str], start: int, problems: Problems) -> None:
    """Report control and bidirectional characters.

    Args:
        lines: The lines that are read.
        start: 0-based number of the first of them in the list.
        problems: Takes the findings.
    """
    for number, line in enumerate(lines, start + 1):
        for match in FORBIDDEN.finditer(line):
            _add_character(match.group(), number, match.start() + 1, problems)


def check_decoded(text: str, written: str, line: int, problems: Problems) -> None:
    """Report the same characters where they were not written as they are.

    Args:
        text: What was read.
        written: What it was read from, checked before.
        line: 1-based.
        problems: Takes the findings.
    """
    for character in sorted(set(text) - set(written)):
        if FORBIDDEN.match(character):
            _add_character(character, line, 0, problems)


def _add_character(character: str, line: int, column: int, problems: Problems) -> None:
    message = describe(character)
    hint = "remove it; texts are single lines of visible characters"
    problems.add("LI101", message, line, column, hint=hint)


def one_line(text: str) -> str:
    """`text` with single spaces instead of all white space, none of it outside."""
    return " ".join(text.split())


def finished(sentence: str) -> str:
    """`sentence` with a full stop where no mark ends it; nothing stays nothing."""
    end = sentence.rstrip("\"')]}\u00bb\u201d\u2019*_`")[-1:]
    if not sentence or end in _END_MARKS:
        return sentence
    return f"{sentence}."


def _place(before: str) -> tuple[int, int]:
    """1-based line and column of what follows `before`."""
    ends = [match.end() for match in _LINE_END.finditer(before)]
    return len(ends) + 1, len(before) - (ends[-1] if ends else 0) + 1
