"""Lists from a spreadsheet: CSV with a header.

A first line such as ``sep=;``, empty rows and empty columns without a name are decoration.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from suiteloom.model.identifiers import short
from suiteloom.scaffold.lists.columns import find_header, settle
from suiteloom.scaffold.lists.data import Listing, ListOptions
from suiteloom.scaffold.lists.entry import make_groups
from suiteloom.scaffold.lists.headers import candidates
from suiteloom.scaffold.lists.table import Row, TableReader
from suiteloom.scaffold.lists.text import Problems, check_characters

if TYPE_CHECKING:
    from _csv import Reader

__all__ = ["is_header", "read_csv", "read_rows"]

_MAX_COLUMNS = 200
_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR = re.compile(r'"?sep=([,;\t|])"?[\s,;]*', re.IGNORECASE)
_SEARCHED = 30  # rows that may say which sign stands between cells


def is_header(lines: Sequence[str]) -> bool:
    """Whether a list begins with a row that names the columns of tests."""
    delimiter, skipped = _dialect(lines)
    known = [candidates(cell) for cell in _first_rows(lines[skipped:], delimiter, 1)]
    fields = {field for cell in known for field in cell}
    is_test = not {"name", "summary", "then"}.isdisjoint(fields)
    return is_test and sum(map(bool, known)) > 1


def read_csv(
    lines: Sequence[str], problems: Problems, options: ListOptions, group: str
) -> Listing:
    """Read CSV.

    Args:
        lines: With their ends.
        problems: Takes what is wrong; cells are named by their column.
        options: How a person wants it.
        group: Title of the group of tests without one; empty if there is none.

    Returns:
        The list, without title and summary; what `problems` holds is left out.
    """
    check_characters(lines, 0, problems)
    delimiter, skipped = _dialect(lines)
    rows = list(_rows(lines, delimiter, skipped, problems))
    reader = TableReader(problems)
    read_rows(rows, reader, problems, options, group)
    return Listing("", "", make_groups(reader.groups, problems))


def read_rows(
    rows: Sequence[Row],
    reader: TableReader,
    problems: Problems,
    options: ListOptions,
    group: str,
    *,
    is_own: bool = False,
) -> None:
    """Read the rows of a sheet: what stands above its header, the header, the tests.

    Args:
        rows: Without empty ones.
        reader: Takes the tests.
        problems: Takes what is wrong.
        options: How a person wants it.
        group: Title of the group of tests without one; empty if there is none.
        is_own: Whether that title is the sheet's own.
    """
    if not rows:
        return
    place = find_header(rows, options)
    header = rows[place or 0]
    columns = None
    if len(header.cells) > _MAX_COLUMNS:
        message = f"{len(header.cells):,} columns; the limit is {_MAX_COLUMNS}"
        hint = "remove those that no list has"
        problems.add("LI108", message, header.line, hint=hint)
        return
    below = rows[(place or 0) + 1 :]
    if place is not None:
        columns = settle(header.cells, below, options, problems, header.line)
    if columns is None:
        shown = ", ".join(short(cell, 20) for cell in header.cells[:12] if cell.strip())
        hint = f"columns: {shown}; `--map HEADER=name` says which one names the tests"
        message = "no column for the name or summary"
        problems.add("LI108", message, header.line, hint=hint)
        return
    if not (columns.has("group") or group):
        hint = "`--map HEADER=group` says which one it is, `--group TITLE` needs none"
        problems.add("LI108", "no column for the group", header.line, hint=hint)
        return
    if not columns.has("group") and group != options.group and not is_own:
        problems.assume(
            f"no column is the group: tests without one are in '{short(group)}' "
            "(`--map HEADER=group` or `--group TITLE` says otherwise)"
        )
    for row in rows[: place or 0]:
        text = " ".join(cell for cell in row.cells if cell.strip())
        problems.leave("row above the header", row.line, 0, text)
    width = len(header.cells)
    unnamed = frozenset(n for n, cell in enumerate(header.cells) if not cell.strip())
    kept = [row for row in below if _is_aligned(row, width, unnamed, problems)]
    reader.read(kept, columns, group)


def _is_aligned(
    row: Row, width: int, unnamed: frozenset[int], problems: Problems
) -> bool:
    """Whether the cells of a row stand below the header; what is below no name is said."""
    for position, cell in enumerate(row.cells):
        if not cell.strip():
            continue
        if position >= width:
            message = f"cell {position + 1} is in no column: '{short(cell)}'"
            hint = "name the column, or quote a cell that holds the delimiter"
            problems.add("LI109", message, row.line, hint=hint)
            return False
        if position in unnamed:
            hint = "name the column, or quote a cell that holds the delimiter"
            problems.leave("cell below no header", row.line, 0, cell, hint)
    return True


def _dialect(lines: Sequence[str]) -> tuple[str, int]:
    """The delimiter, and how many lines stand before the first row."""
    skipped = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines and (found := _SEPARATOR.fullmatch(lines[skipped])):
        return found[1], skipped + 1
    counts = []
    for delimiter in _DELIMITERS:
        cells = _first_rows(lines[skipped:], delimiter, _SEARCHED)
        counts.append((sum(bool(candidates(cell)) for cell in cells), len(cells)))
    return _DELIMITERS[counts.index(max(counts))], skipped


def _first_rows(lines: Sequence[str], delimiter: str, count: int) -> list[str]:
    """The cells of the first rows, as far as they are CSV."""
    cells: list[str] = []
    reader = _reader(lines, delimiter)
    try:
        for row, _ in zip(reader, range(count), strict=False):
            cells += row
    except csv.Error:
        pass
    return cells


def _reader(lines: Sequence[str], delimiter: str) -> Reader:
    return csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)


def _rows(
    lines: Sequence[str], delimiter: str, skipped: int, problems: Problems
) -> Iterator[Row]:
    """The rows that are not empty, with their first lines."""
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
        if any(cell.strip() for cell in row):
            yield Row(line, tuple(row))
