"""Where a new entry of a list goes, and how it is written: as its siblings are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from suiteloom.specs.nodes import (
    LINE_END,
    Node,
    Splice,
    column_of,
    newline_at,
    uncommented,
)
from suiteloom.specs.scalars import Entry, Style, block_entry, flow_entry

__all__ = ["Siblings"]

_REST = re.compile(r"[ \t]*(,?)[ \t]*(#[^\r\n]*)?(?=[\r\n])")
_TEXT_LISTS = frozenset({"given", "when", "then"})


class Siblings:
    """A list of tests or groups that gets one more entry, written as the last one is."""

    def __init__(self, text: str, root: Node, owner: Node) -> None:
        self._text = text
        self._owner = owner
        self._last = owner.values[-1]
        style = Style(newline_at(text, self._last.start))
        self._lists = []
        groups = root.get("groups")
        for group in groups.values if groups else ():
            if tests := group.get("tests"):
                self._lists.append(tests)
                if not (tests.style or group.style):
                    step = column_of(text, tests.start) - column_of(text, group.start)
                    style = replace(style, list_step=step)
        self._lists.append(owner)
        self._style = _style(text, self._lists, style)

    def append(self, title: str | None, entry: Entry) -> list[Splice]:
        """The splices that append a test, or a group with it if `title` is given."""
        if self._owner.is_flow:
            return self._in_flow(self._content(self._last, 0, title, entry))
        dash = column_of(self._text, self._owner.start)
        item = self._item(self._owner, dash, title, entry)
        position, newline = self._end(dash), self._style.newline
        text = f"{newline * self._gap()}{' ' * dash}{item}"
        if self._text[position - 1] in "\r\n":
            return [Splice(position, position, text + newline)]
        return [Splice(position, position, newline + text)]

    def _item(self, owner: Node, dash: int, title: str | None, entry: Entry) -> str:
        """An entry with its dash, which stands in column `dash`, as in a list `owner`."""
        like = owner.values[-1]
        line = self._text[like.start - column_of(self._text, like.start) : like.start]
        own_dash = column_of(self._text, owner.start)
        step = max(len(line) - own_dash, 2)
        margin = " " * (step - 1)
        if not line.strip():
            margin = self._style.newline + " " * (dash + step)
        return f"-{margin}{self._content(like, dash + step, title, entry)}"

    def _content(self, like: Node, column: int, title: str | None, entry: Entry) -> str:
        """A test, or a group of that title with it, that begins in a column."""
        if like.is_flow:
            if title is not None:
                return self._flow_group(title, entry)
            return self._flow_test(like, entry)
        if title is None:
            return block_entry(entry, column, self._style)
        head = block_entry({"title": title}, column, self._style)
        margin = self._style.newline + " " * column
        key = '"tests"' if self._style.quoted else "tests"
        tests = like.get("tests")
        if tests is None or tests.is_flow:
            return f"{head}{margin}{key}: [{flow_entry(entry, self._style)}]"
        step = column_of(self._text, tests.start) - column_of(self._text, like.start)
        item = self._item(tests, column + step, None, entry)
        return f"{head}{margin}{key}:{margin}{' ' * step}{item}"

    def _flow_group(self, title: str, entry: Entry) -> str:
        group = flow_entry({"title": title, "tests": []}, self._style)
        return f"{group[:-2]}{flow_entry(entry, self._style)}]}}"

    def _flow_test(self, like: Node, entry: Entry) -> str:
        """A test in braces, with line breaks where its sibling has such."""
        key, first = (like.items or ())[0]
        start = (key or first).start
        head = self._text[like.start + 1 : start]
        tail = uncommented(self._text[like.values[-1].end : like.end - 1])
        if not LINE_END.search(self._text, like.start, like.end):
            inside = flow_entry(entry, self._style)[1:-1]
            return f"{{{head}{inside}{tail}}}" if not head.strip() else f"{{{inside}}}"
        newline = self._style.newline
        margin = newline + " " * column_of(self._text, start)
        inside = flow_entry(entry, self._style, f",{margin}")[1:-1]
        if LINE_END.search(head):
            head = margin
        comma = "," if "," in tail else ""
        if LINE_END.search(tail):
            comma += newline + " " * column_of(self._text, like.end - 1)
        return f"{{{head if not head.strip() else ''}{inside}{comma}}}"

    def _in_flow(self, item: str) -> list[Splice]:
        """The splices that append an entry to a list in brackets."""
        end = self._last.end
        line = self._text[self._last.start - column_of(self._text, self._last.start) :]
        margin = line[: len(line) - len(line.lstrip(" "))]
        if len(margin) < column_of(self._text, self._last.start):
            return [Splice(end, end, f", {item}")]
        margin = self._style.newline + margin
        rest = _REST.match(self._text, end)
        if rest is not None and rest[1]:
            return [Splice(rest.end(), rest.end(), f"{margin}{item},")]
        if rest is not None and rest[2]:
            place = rest.end()
            return [Splice(end, end, ","), Splice(place, place, margin + item)]
        return [Splice(end, end, f",{margin}{item}")]

    def _end(self, dash: int) -> int:
        """Offset behind the last line of the list, comments that belong to it included.

        Deeper comments belong to the last entry. Those in the column of the dashes
        belong to the list if they touch it and no key stands in that column next.
        """
        end = _line_after(self._text, self._last.end)
        lines = list(_lines(self._text, end))
        content = (len(own) for _, own, rest in lines if rest and rest[0] != "#")
        following = next(content, -1)
        touching = True
        for stop, own, rest in lines:
            if not rest:
                touching = False
                continue
            level = len(own) > dash or (
                len(own) == dash and touching and following < dash
            )
            if rest[0] != "#" or not level:
                break
            end, touching = stop, True
        return end

    def _gap(self) -> int:
        """Number of blank lines between two entries."""
        pairs = [pair for tests in self._lists for pair in pairwise(tests.values)]
        if not pairs:
            return 0
        before, after = pairs[-1]
        between = self._text[before.end : after.start]
        return sum(not line.strip() for line in LINE_END.split(between)[1:-1])


def _style(text: str, lists: list[Node], style: Style) -> Style:
    """How the tests in some lists are written; of two ways the last one."""
    items = [
        (key, value)
        for tests in lists
        for test in tests.values
        if test.get("tests") is None
        for key, value in test.items or ()
        if key is not None
    ]
    for key, value in items:
        style = replace(style, quoted=text[key.start] == '"')
        step = column_of(text, value.start) - column_of(text, key.start)
        if value.is_list and key.text in _TEXT_LISTS:
            style = replace(style, flow_lists=value.is_flow)
        elif value.items is not None and not value.is_list:
            style = replace(style, flow_mappings=value.is_flow)
        if value.is_list and not value.style:
            style = replace(style, list_step=step)
        elif value.items is not None and not value.style:
            style = replace(style, mapping_step=step)
    return style


def _line_after(text: str, offset: int) -> int:
    """Offset behind the line that an offset lies in, its line end included."""
    match = LINE_END.search(text, offset)
    return match.end() if match else len(text)


def _lines(text: str, offset: int) -> Iterator[tuple[int, str, str]]:
    """The lines from an offset on: offset behind it, its margin, the rest of it."""
    while offset < len(text):
        end = _line_after(text, offset)
        line = text[offset:end].rstrip()
        rest = line.lstrip(" \t")
        yield end, line[: len(line) - len(rest)], rest
        offset = end
