"""Marks of Markdown in a single line or block."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = [
    "STEP_HINT",
    "is_comment",
    "is_feature",
    "is_header",
    "is_item_line",
    "is_numbered",
    "is_step",
    "text_column",
    "without_mark",
]

_MARK = r"(?:[-*+]|[0-9]{1,9}[.)])"
_ITEM = re.compile(rf"\s*{_MARK}\s")
_MARKS = re.compile(rf"\s*(?:{_MARK}\s+)*")

STEP_HINT = (
    "`--numbered` reads numbered items as tests; Gherkin stands in a .feature file"
)
_NUMBERED = re.compile(r"\s*[0-9]{1,9}[.)]\s")
_STEP = re.compile(
    r"(?:step|schritt|paso|passo|\u0448\u0430\u0433)\s*#?[0-9]{1,3}\s*[:.)\u2013-]",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"(?:feature|rule|background|scenario|scenario outline|scenario template|examples"
    r"|example)\s*:",
    re.IGNORECASE,
)
_FEATURE = re.compile(r"\s*Feature:")
_SCENARIO = re.compile(r"\s*(?:Scenario|Example|Rule|Background)(?: \w+)?:")
_ABOVE_FEATURE = re.compile(r"\s*(?:#.*|@.*)?\s*")


def is_numbered(line: str) -> bool:
    """Whether a line begins with a number that marks an item."""
    return bool(_NUMBERED.match(line))


def is_step(text: str) -> bool:
    """Whether a text is a step, as ``Step 1: open it``, or a header of Gherkin."""
    return bool(_STEP.match(text) or _HEADER.match(text))


def is_header(text: str) -> bool:
    """Whether a text is a header of Gherkin, as ``Scenario: it pays``."""
    return bool(_HEADER.match(text))


def is_feature(lines: Sequence[str]) -> bool:
    """Whether a list is a feature file in English."""
    above = next((line for line in lines if not _ABOVE_FEATURE.fullmatch(line)), "")
    return bool(_FEATURE.match(above)) and any(map(_SCENARIO.match, lines))


def is_item_line(line: str) -> bool:
    """Whether a line begins with the mark of an item of a list."""
    return bool(_ITEM.match(line))


def without_mark(line: str) -> str:
    """`line` without the mark of an item and the white space around it."""
    found = _ITEM.match(line)
    return line[found.end() if found else 0 :].strip()


def text_column(line: str) -> int:
    """1-based column of the text of a line, behind the marks of items."""
    found = _MARKS.match(line.rstrip())
    return (found.end() if found else 0) + 1


def is_comment(html: str) -> bool:
    """Whether HTML is nothing but comments."""
    position = 0
    while (start := html.find("<!--", position)) >= 0:
        end = html.find("-->", start)
        if html[position:start].strip() or end < 0:
            return False
        position = end + 3
    return not html[position:].strip()
