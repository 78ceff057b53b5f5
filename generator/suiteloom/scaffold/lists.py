"""Lists of tests in people's documents: bytes to data, or every problem that they have.

A list is CSV, Markdown or lines; its suffix says which, or else its content.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Literal

from suiteloom.scaffold.list_csv import is_header, read_csv
from suiteloom.scaffold.list_data import ListedBvj, ListedGroup, ListedTest, Listing
from suiteloom.scaffold.list_lines import is_entry_line, read_entry_lines
from suiteloom.scaffold.list_marks import is_item_line
from suiteloom.scaffold.list_text import Problems, read_lines

__all__ = ["ListedBvj", "ListedGroup", "ListedTest", "Listing", "read_list"]

_Form = Literal["csv", "markdown", "lines"]
_SUFFIXES: dict[str, _Form] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".md": "markdown",
    ".markdown": "markdown",
}


def read_list(data: bytes, path: str, *, domain: str = "") -> Listing:
    """Read a list of tests.

    Each line that is not blank is read, is decoration as the module of its form says,
    or is reported.

    Args:
        data: The file: UTF-8 with or without BOM, or UTF-16 with BOM.
        path: Its path, POSIX. ``.csv`` and ``.tsv`` are CSV, ``.md`` and ``.markdown``
            are Markdown; any other file is what it looks like.
        domain: The domain whose section of a Markdown file is read; empty for a file
            of one domain. The other forms have no sections.

    Returns:
        The list: at least one group, each with at least one test.

    Raises:
        SpecError: If anything is wrong; it holds every finding, ordered by place, and
            of more than `list_text.MAX_FINDINGS` the first ones and the number of the rest.
    """
    problems = Problems(path)
    lines = read_lines(data, problems)
    form = _form(path, lines)
    if form == "csv":
        listing = read_csv(lines, problems)
    elif form == "markdown":
        from suiteloom.scaffold.list_markdown import read_markdown

        listing = read_markdown(lines, domain, problems)
    else:
        listing = read_entry_lines(lines, problems)
    if not listing.groups and not problems.count:
        hint = (
            "write `Group: test_name - summary`, Markdown lists, or CSV with a header"
        )
        problems.add("LI106", "the list names no tests", hint=hint)
    problems.raise_any()
    return listing


def _form(path: str, lines: Sequence[str]) -> _Form:
    """What a list is, by its suffix or else by its lines."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if is_header(lines):
        return "csv"
    items = sum(map(is_item_line, lines))
    entries = sum(is_entry_line(line) and not is_item_line(line) for line in lines)
    is_marked = items or any(line.startswith("#") for line in lines)
    return "markdown" if is_marked and items >= entries else "lines"
