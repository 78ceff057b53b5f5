"""Lists of lines: ``Group: test_name - summary``.

Decoration are blank lines, lines that begin with ``#``, and the mark of an item (``-``,
``1.``) before a line. A name may be a sentence; the first dash between spaces ends it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from suiteloom.model.identifiers import short
from suiteloom.scaffold.list_data import Listing
from suiteloom.scaffold.list_entry import ID, RawGroup, make_groups, read_entry
from suiteloom.scaffold.list_marks import text_column, without_mark
from suiteloom.scaffold.list_text import (
    MAX_TEXT,
    Problems,
    check_characters,
    one_line,
)

__all__ = ["is_entry_line", "read_entry_lines"]

_LINE = re.compile(r"(?P<group>[^ ].*?) ?:(?: |(?=`?test_)|$)(?P<entry>.*)")
_FORM = "write `Group: test_name - summary`"


def is_entry_line(line: str) -> bool:
    """Whether a line can be one of a list of lines."""
    text = one_line(line[:MAX_TEXT])
    return not text.startswith("#") and bool(_LINE.fullmatch(text))


def read_entry_lines(lines: Sequence[str], problems: Problems) -> Listing:
    """Read a list of lines.

    Args:
        lines: With their ends.
        problems: Takes what is wrong with any of them.

    Returns:
        The list, without title and summary. A group that comes back later collects its
        tests; what `problems` holds is left out.
    """
    check_characters(lines, 0, problems)
    groups: dict[str, RawGroup] = {}
    for number, line in enumerate(lines, 1):
        text = one_line(without_mark(line))
        if text and not text.startswith("#"):
            _read_line(line, text, number, groups, problems)
    return Listing("", "", make_groups(list(groups.values()), problems))


def _read_line(
    line: str,
    text: str,
    number: int,
    groups: dict[str, RawGroup],
    problems: Problems,
) -> None:
    """Add what one line says to its group; `text` is the line without mark."""
    column = text_column(line)
    found = _LINE.fullmatch(text) if len(text) <= MAX_TEXT else None
    if found is None or ID.fullmatch(found["group"]):
        message = f"a line without a group: {short(text)}"
        problems.add("LI102", message, number, column, hint=_FORM)
        return
    title = found["group"]
    if not found["entry"]:
        message = f"a group without a test: {short(title)}"
        problems.add("LI102", message, number, column, hint=_FORM)
        return
    group = groups.setdefault(title, RawGroup(title, number, column))
    behind = line.find(found["entry"].split()[0], column - 1 + len(title))
    entry = read_entry(found["entry"], number, behind + 1, problems, is_markdown=False)
    if entry:
        group.entries.append(entry)
