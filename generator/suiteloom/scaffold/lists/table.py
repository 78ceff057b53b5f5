"""A table of tests: rows of cells, whatever file they stand in.

One row above all others names the columns. A test is one row, or several: rows without a
title of their own belong to the test above them, and so do their steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from suiteloom.model import KINDS
from suiteloom.model.identifiers import closest, short, suggestion
from suiteloom.scaffold.lists.cells import cell_lines, cell_text, is_blank, steps
from suiteloom.scaffold.lists.columns import Columns
from suiteloom.scaffold.lists.data import ListedBvj
from suiteloom.scaffold.lists.raw import RawGroup, RawTest
from suiteloom.scaffold.lists.text import Problems, check_decoded
from suiteloom.scaffold.names import class_key

__all__ = ["Row", "TableReader", "add_steps"]

_TRUE = frozenset({"true", "yes", "y", "1", "x", "async"})
_FALSE = frozenset({"", "false", "no", "n", "0"})
_PARTS = ",;/|"
_LEADING_NUMBER = re.compile(r"\A[0-9]{1,3}[.)]\s*(?=\D)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        line: 1-based line or row of the file.
        cells: As they are written.
    """

    line: int
    cells: tuple[str, ...]


class TableReader:
    """Reads the rows of one or more tables into groups.

    Args:
        problems: Takes what is wrong and what is left out.

    Attributes:
        groups: What was read, in order.
    """

    def __init__(self, problems: Problems) -> None:
        self.groups: list[RawGroup] = []
        self._problems = problems
        self._titles: dict[str, RawGroup] = {}
        self._current: RawTest | None = None
        self._seen = 0

    def group(self, title: str, line: int) -> RawGroup:
        """The group of a title; titles that make one class are one group."""
        key = class_key(title) or title
        if key not in self._titles:
            self._titles[key] = RawGroup(title, line)
            self.groups.append(self._titles[key])
        return self._titles[key]

    def read(
        self, rows: Iterable[Row], columns: Columns, group: RawGroup | str = ""
    ) -> int:
        """Read the rows below a header.

        Args:
            rows: Without the header's.
            columns: What the header says.
            group: The group of rows that name none, or its title; empty if there is none.

        Returns:
            The number of tests.
        """
        before = self._seen
        self._current = None
        title = ""
        pending = list(rows)
        for place, row in enumerate(pending):
            cells = columns.cells(row.cells)
            if columns.is_header(row.cells):
                continue
            self._check(row, cells)
            below = pending[place + 1] if place + 1 < len(pending) else None
            if section := _section(row, cells, columns, below):
                title, self._current = section, None
                continue
            own = cell_text(cells.get("group", "")).strip("/\\ ")
            title = title if is_blank(own) else own
            self._read_row(row, cells, title or group)
        return self._seen - before

    def _check(self, row: Row, cells: Mapping[str, str]) -> None:
        """Report characters that entities stand for."""
        written = "".join(row.cells)
        for cell in cells.values():
            check_decoded(cell_text(cell), written, row.line, self._problems)

    def _read_row(
        self, row: Row, cells: Mapping[str, str], group: RawGroup | str
    ) -> None:
        """Read a row as a test, or as more of the test above."""
        title, summary = _title(cells)
        key = cell_text(cells.get("id", ""))
        key = "" if is_blank(key) else key
        current = self._current
        holds = any(not is_blank(cells.get(f, "")) for f in ("given", "when", "then"))
        if current and holds and _goes_on(current, title, key):
            add_steps(current, cells)
            return
        if not title:
            if any(not is_blank(cells.get(f, "")) for f in cells if f != "group"):
                hint = "fill in its title"
                text = next((t for c in cells.values() if (t := cell_text(c))), "")
                self._problems.leave("row without a title", row.line, 0, text, hint)
            return
        if not group:
            hint = "fill in its group, or name one with `--group TITLE`"
            self._problems.add("LI109", "a row without a group", row.line, hint=hint)
            return
        test = RawTest(row.line, title, summary, key)
        before = self._problems.count
        self._read_fields(test, cells)
        add_steps(test, cells)
        self._current = test
        self._seen += 1
        if self._problems.count == before:
            target = self.group(group, row.line) if isinstance(group, str) else group
            target.entries.append(test)

    def _read_fields(self, test: RawTest, cells: Mapping[str, str]) -> None:
        """Read what is no step."""
        text = {name: cell_text(cell) for name, cell in cells.items()}
        test.kinds = self._kinds(text.get("kinds", ""), test.line)
        for part in _parts(text.get("type", "").casefold()):
            if part in KINDS:
                test.kinds = tuple(dict.fromkeys((*test.kinds, part)))
            else:
                hint = f"kinds are {', '.join(KINDS)}"
                self._problems.leave("type", test.line, 0, part, hint)
        test.is_async = self._is_async(text.get("async", ""), test.line)
        for part in _parts(text.get("marker", "")):
            if marker := suggestion(part, suffix="marker"):
                test.markers.append(marker)
        test.bvj = ListedBvj(
            _parts(text.get("segment", "")),
            text.get("goal", ""),
            text.get("value_impact", ""),
            text.get("strategic_impact", ""),
        )

    def _kinds(self, text: str, line: int) -> tuple[str, ...]:
        kinds = _parts(text.casefold().replace(" ", ","))
        for kind in kinds:
            if kind not in KINDS:
                close = closest(kind, KINDS)
                hint = f"did you mean {close!r}?" if close else ""
                hint = hint or f"known: {', '.join(KINDS)}"
                message = f"'{short(kind)}' is no kind"
                self._problems.add("LI109", message, line, hint=hint)
        return kinds

    def _is_async(self, text: str, line: int) -> bool:
        if text.casefold() not in _TRUE | _FALSE:
            message = f"async is '{short(text)}'"
            self._problems.add("LI109", message, line, hint="write true or false")
        return text.casefold() in _TRUE


def _title(cells: Mapping[str, str]) -> tuple[str, str]:
    """Title and summary of a row; the number before a title is none of its words."""
    title = _LEADING_NUMBER.sub("", cell_text(cells.get("name", "")), count=1)
    summary = cell_text(cells.get("summary", ""))
    if is_blank(title):
        return ("" if is_blank(summary) else summary), ""
    return title, "" if is_blank(summary) or summary == title else summary


def _goes_on(current: RawTest, title: str, key: str) -> bool:
    """Whether a row with steps is more of the test above."""
    is_same_key = not key or key == current.key or (key.isdigit() and not title)
    return is_same_key and (not title or (title == current.title and bool(key)))


def add_steps(test: RawTest, cells: Mapping[str, str]) -> None:
    """Add what a row says of steps; what stands there already is not said again."""
    for name, goal in (
        ("given", test.given),
        ("data", test.given),
        ("when", test.when),
        ("then", test.then),
    ):
        read = steps(cell_lines(cells.get(name, "")), len(goal) + 1)
        is_repeated = name in {"given", "data"}
        goal += [text for text in read if not (is_repeated and text in goal)]


def _section(
    row: Row, cells: Mapping[str, str], columns: Columns, below: Row | None
) -> str:
    """The title of a group that a row is, across all columns, or an empty string."""
    if columns.has("group"):
        return ""
    filled = [place for place, cell in enumerate(row.cells) if cell.strip()]
    if len(filled) != 1 or len(columns) < 2:
        return ""
    text = cell_text(row.cells[filled[0]])
    name = cells.get("name", cells.get("summary", ""))
    if any(cell_text(cells.get(f, "")) for f in ("given", "data", "when", "then")):
        return ""
    if not cell_text(name):
        return "" if text.isdigit() else text
    follows = columns.cells(below.cells) if below else {}
    holds = columns.has("when") or columns.has("then")
    return text if holds and cell_text(follows.get("name", "")) else ""


def _parts(text: str) -> tuple[str, ...]:
    """The entries of a cell that holds several."""
    for sign in _PARTS[1:]:
        text = text.replace(sign, _PARTS[0])
    parts = (part.strip() for part in text.split(_PARTS[0]))
    return tuple(dict.fromkeys(part for part in parts if part))
