"""Lists of lines: ``Group: test_name - summary``, or a line ``Group:`` above its tests.

Decoration are blank lines, lines that begin with ``#``, and the mark of an item (``-``,
``1.``) before a line. A name may be a sentence; the first dash between spaces ends it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from suiteloom.model.identifiers import short
from suiteloom.scaffold.lists.cells import steps
from suiteloom.scaffold.lists.data import Listing, ListOptions
from suiteloom.scaffold.lists.entry import is_named, make_groups, read_entry
from suiteloom.scaffold.lists.marks import (
    STEP_HINT,
    is_header,
    is_numbered,
    is_step,
    text_column,
    without_mark,
)
from suiteloom.scaffold.lists.raw import ID, Entry, RawGroup
from suiteloom.scaffold.lists.text import (
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


def read_entry_lines(
    lines: Sequence[str], problems: Problems, options: ListOptions
) -> Listing:
    """Read a list of lines.

    Args:
        lines: With their ends.
        problems: Takes what is wrong with any of them.
        options: How a person wants it.

    Returns:
        The list, without title and summary. A group that comes back later collects its
        tests; what `problems` holds is left out.
    """
    check_characters(lines, 0, problems)
    reader = _Reader(problems, options)
    for number, line in enumerate(lines, 1):
        text = one_line(without_mark(line))
        if text and not text.startswith("#"):
            reader.read(line, text, number)
    reader.end_title()
    return Listing("", "", make_groups(list(reader.groups.values()), problems))


class _Reader:
    """Reads lines into groups; steps go to the test above them."""

    def __init__(self, problems: Problems, options: ListOptions) -> None:
        self.groups: dict[str, RawGroup] = {}
        self._problems = problems
        self._options = options
        self._above: Entry | None = None
        self._title: tuple[str, int, int] | None = None
        self._is_titled = False

    def read(self, line: str, text: str, number: int) -> None:
        """Read a line; `text` is the line without its mark."""
        column = text_column(line)
        found = _LINE.fullmatch(text) if len(text) <= MAX_TEXT else None
        entry = found["entry"] if found else text
        is_marked = is_numbered(line) and not self._options.is_numbered
        if is_step(text) or (is_marked and not is_named(entry.strip())):
            self._read_step(text, number, column)
            return
        is_apart = found is None or bool(ID.fullmatch(found["group"]))
        if is_apart and (self._title or self._options.group):
            title = self._title[0] if self._title else self._options.group
            self._is_titled = True
            self._read_test(title, text, number, column, column)
            return
        if found is None or is_apart:
            message = f"a line without a group: {short(text)}"
            hint = f"{_FORM}, or name one with `--group TITLE`"
            self._problems.add("LI102", message, number, column, hint=hint)
            return
        title = found["group"]
        self.end_title()
        if not found["entry"]:
            self._title, self._is_titled = (title, number, column), False
            return
        behind = line.find(found["entry"].split()[0], column - 1 + len(title))
        self._read_test(title, found["entry"], number, column, behind + 1)

    def end_title(self) -> None:
        """Report a title above lines if no test stands below it."""
        if self._title and not self._is_titled:
            title, *place = self._title
            message = f"a group without a test: {short(title)}"
            self._problems.add("LI102", message, *place, hint=_FORM)
        self._title = None

    def _read_test(
        self, title: str, text: str, number: int, begin: int, column: int
    ) -> None:
        """Read a test; its line begins at one column, its text at another."""
        group = self.groups.setdefault(title, RawGroup(title, number, begin))
        entry = read_entry(text, number, column, self._problems, is_markdown=False)
        self._above = entry
        if entry:
            group.entries.append(entry)

    def _read_step(self, text: str, number: int, column: int) -> None:
        """Read a step of the test above, or leave it out."""
        if self._above is None or is_header(text):
            what = "header of Gherkin" if is_header(text) else "step"
            hint = STEP_HINT
            self._problems.leave(what, number, column, text, hint)
            return
        self._above.when.extend(steps([text]))
