"""Lists from a spreadsheet: CSV with a header.

A first line such as ``sep=;``, empty rows and empty columns without a name are decoration.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from suiteloom.model import KINDS
from suiteloom.model.identifiers import closest, sentence, short
from suiteloom.scaffold.list_data import ListedBvj, ListedTest, Listing
from suiteloom.scaffold.list_entry import ID, RawGroup, make_groups
from suiteloom.scaffold.list_text import (
    Problems,
    check_characters,
    one_line,
)
from suiteloom.scaffold.names import test_name

if TYPE_CHECKING:
    from _csv import Reader

__all__ = ["is_header", "read_csv"]

_COLUMNS = {
    "group": "group",
    "test": "name",
    "name": "name",
    "summary": "summary",
    "description": "summary",
    "id": "id",
    "kinds": "kinds",
    "kind": "kinds",
    "async": "async",
    "segment": "segment",
    "goal": "goal",
    "value impact": "value_impact",
    "strategic impact": "strategic_impact",
}
_MAX_COLUMNS = 200
_DELIMITERS = (",", ";", "\t")
_SEPARATOR = re.compile(r'"?sep=([,;\t])"?[\s,;]*', re.IGNORECASE)
_PARTS = re.compile(r"[,;/|]")
_TRUE = frozenset({"true", "yes", "y", "1", "x", "async"})
_FALSE = frozenset({"", "false", "no", "n", "0"})


def is_header(lines: Sequence[str]) -> bool:
    """Whether a list begins with a row that names a group and a test's columns."""
    delimiter, skipped = _dialect(lines)
    columns = _known(_first_row(lines[skipped:], delimiter))
    return "group" in columns and not {"name", "summary"}.isdisjoint(columns)


def read_csv(lines: Sequence[str], problems: Problems) -> Listing:
    """Read CSV.

    Args:
        lines: With their ends.
        problems: Takes what is wrong; cells are named by their column.

    Returns:
        The list, without title and summary; what `problems` holds is left out.
    """
    check_characters(lines, 0, problems)
    delimiter, skipped = _dialect(lines)
    rows = _rows(lines, delimiter, skipped, problems)
    line, header = next(rows, (0, []))
    if not header:
        return Listing("", "", ())
    columns = _header(header, line, lines[line - 1], problems)
    named = frozenset(n for n, cell in enumerate(header) if cell)
    groups: dict[str, RawGroup] = {}
    for line, row in rows if columns else ():
        before = problems.count
        _check_unnamed(row, line, named, problems)
        cells = {name: row[n] for name, n in columns.items() if n < len(row)}
        test = _test(cells, line, problems)
        title = cells.get("group", "")
        if not title:
            hint = "fill in its group"
            problems.add("LI109", "a row without a group", line, hint=hint)
        elif test and problems.count == before:
            groups.setdefault(title, RawGroup(title, line)).entries.append(test)
    return Listing("", "", make_groups(list(groups.values()), problems))


def _dialect(lines: Sequence[str]) -> tuple[str, int]:
    """The delimiter, and how many lines stand before the header."""
    skipped = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines and (found := _SEPARATOR.fullmatch(lines[skipped])):
        return found[1], skipped + 1
    rows = [_first_row(lines[skipped:], delimiter) for delimiter in _DELIMITERS]
    counts = [(len(_known(row)), len(row)) for row in rows]
    return _DELIMITERS[counts.index(max(counts))], skipped


def _first_row(lines: Sequence[str], delimiter: str) -> list[str]:
    """The first row, empty if it is not CSV."""
    try:
        return next(_reader(lines, delimiter), [])
    except csv.Error:
        return []


def _reader(lines: Sequence[str], delimiter: str) -> Reader:
    return csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)


def _known(row: Sequence[str]) -> list[str]:
    """What the cells of a header stand for, unknown ones left out."""
    return [_COLUMNS[_key(cell)] for cell in row if _key(cell) in _COLUMNS]


def _key(cell: str) -> str:
    return one_line(cell.replace("_", " ")).casefold()


def _rows(
    lines: Sequence[str], delimiter: str, skipped: int, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, white space collapsed, with their first lines."""
    reader = _reader(lines[skipped:], delimiter)
    while True:
        line = skipped + reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = f"not valid CSV: {error}"
            hint = "a quote inside of a quoted cell is written twice"
            problems.add("LI102", message, line, hint=hint)
            continue
        cells = [one_line(cell) for cell in row]
        if any(cells):
            yield line, cells


def _header(
    row: Sequence[str], line: int, text: str, problems: Problems
) -> dict[str, int]:
    """The position of each known column; empty if needed ones are missing."""
    columns: dict[str, int] = {}
    if len(row) > _MAX_COLUMNS:
        message = f"{len(row):,} columns; the limit is {_MAX_COLUMNS}"
        problems.add("LI108", message, line, hint="remove those that no list has")
        return columns
    start = 0
    for position, cell in enumerate(row):
        name = _COLUMNS.get(_key(cell), "")
        start = max(text.find(cell, start), start)
        place = (line, start + 1)
        if name in columns:
            message = f"a second column for the {name.replace('_', ' ')}: {cell!r}"
            problems.add("LI108", message, *place, hint="remove one of the two")
        elif name:
            columns[name] = position
        elif cell:
            close = closest(_key(cell), _COLUMNS)
            known = f"known: {', '.join(_COLUMNS)}"
            hint = f"did you mean {close!r}?" if close else known
            problems.add("LI108", f"unknown column '{short(cell)}'", *place, hint=hint)
    missing = ["group"] if "group" not in columns else []
    if {"name", "summary"}.isdisjoint(columns):
        missing.append("name or summary")
    for column in missing:
        hint = "the first row names the columns: group, name, summary, id ..."
        problems.add("LI108", f"no column for the {column}", line, hint=hint)
    return {} if missing else columns


def _check_unnamed(
    row: Sequence[str], line: int, named: frozenset[int], problems: Problems
) -> None:
    """Report what stands below no name."""
    for position, cell in enumerate(row):
        if cell and position not in named:
            message = f"cell {position + 1} is in no column: '{short(cell)}'"
            hint = "name the column, or quote a cell that holds the delimiter"
            problems.add("LI109", message, line, hint=hint)


def _test(cells: dict[str, str], line: int, problems: Problems) -> ListedTest | None:
    """The test of a row, or None if no name can be made."""
    given, summary = cells.get("name", ""), cells.get("summary", "")
    name = test_name(given or summary)
    if not (given or summary):
        problems.add("LI109", "a row without a name and a summary", line)
    elif not name:
        message = f"no name can be made from '{short(given or summary)}'"
        hint = "fill in a name such as test_pays_once; names are ASCII"
        problems.add("LI103", message, line, hint=hint)
    number = cells.get("id", "")
    if number and not ID.fullmatch(number):
        message = f"'{short(number)}' does not look like CO-001"
        problems.add("LI109", message, line, hint="write the id like CO-001")
    bvj = ListedBvj(
        _parts(cells.get("segment", "")),
        cells.get("goal", ""),
        cells.get("value_impact", ""),
        cells.get("strategic_impact", ""),
    )
    kinds = _kinds(cells.get("kinds", ""), line, problems)
    is_async = _is_async(cells.get("async", ""), line, problems)
    if not name:
        return None
    if not summary:
        summary = given if " " in given else sentence(name)
    return ListedTest(name, summary, line, number, kinds, is_async, bvj)


def _parts(cell: str) -> tuple[str, ...]:
    """The entries of a cell that holds several."""
    parts = (part.strip() for part in _PARTS.split(cell))
    return tuple(dict.fromkeys(part for part in parts if part))


def _kinds(cell: str, line: int, problems: Problems) -> tuple[str, ...]:
    kinds = _parts(cell.casefold().replace(" ", ","))
    for kind in kinds:
        if kind not in KINDS:
            close = closest(kind, KINDS)
            hint = f"did you mean {close!r}?" if close else ""
            hint = hint or f"known: {', '.join(KINDS)}"
            problems.add("LI109", f"'{short(kind)}' is no kind", line, hint=hint)
    return kinds


def _is_async(cell: str, line: int, problems: Problems) -> bool:
    if cell.casefold() not in _TRUE | _FALSE:
        message = f"async is '{short(cell)}'"
        problems.add("LI109", message, line, hint="write true or false")
    return cell.casefold() in _TRUE
