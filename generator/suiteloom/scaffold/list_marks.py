"""Marks of Markdown in a single line or block."""

from __future__ import annotations

import re

__all__ = ["is_comment", "is_item_line", "text_column", "without_mark"]

_MARK = r"(?:[-*+]|[0-9]{1,9}[.)])"
_ITEM = re.compile(rf"\s*{_MARK}\s")
_MARKS = re.compile(rf"\s*(?:{_MARK}\s+)*")


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
