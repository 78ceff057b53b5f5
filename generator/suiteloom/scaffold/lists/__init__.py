"""Lists of tests in people's documents: bytes to data, or every problem that they have.

A list is a spreadsheet (CSV or a workbook), Markdown, a feature file or lines; its suffix
says which, or else its content.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Literal

from suiteloom.model.identifiers import sentence
from suiteloom.scaffold.lists.columns import check_headers
from suiteloom.scaffold.lists.csv_rows import is_header, read_csv
from suiteloom.scaffold.lists.data import (
    LeftOut,
    ListedBvj,
    ListedCase,
    ListedGroup,
    ListedTest,
    Listing,
    ListOptions,
)
from suiteloom.scaffold.lists.lines import is_entry_line, read_entry_lines
from suiteloom.scaffold.lists.marks import is_feature, is_item_line
from suiteloom.scaffold.lists.text import Problems, finished, read_lines
from suiteloom.scaffold.lists.titles import with_headings

__all__ = [
    "LeftOut",
    "ListOptions",
    "ListedBvj",
    "ListedCase",
    "ListedGroup",
    "ListedTest",
    "Listing",
    "read_list",
]

_Form = Literal["csv", "xlsx", "markdown", "feature", "lines"]
_SUFFIXES: dict[str, _Form] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".md": "markdown",
    ".markdown": "markdown",
    ".feature": "feature",
}
_AS_THEY_ARE = ListOptions()


def read_list(
    data: bytes, path: str, *, domain: str = "", options: ListOptions = _AS_THEY_ARE
) -> Listing:
    """Read a list of tests.

    What is read, what is left out and what is wrong is all that the list says, but for
    decoration as the module of its form says.

    Args:
        data: A workbook, or text: UTF-8 with or without BOM, or UTF-16 with BOM.
        path: Its path, POSIX. Its suffix says what it is; a file with another suffix is
            what it looks like.
        domain: The domain whose section of a Markdown file is read; empty for a file
            of one domain. Tests without a group get one that is titled after it.
        options: How a person wants it to be read.

    Returns:
        The list: at least one group, each with at least one test. Summaries are
        sentences with an end mark.

    Raises:
        SpecError: If anything is wrong; it holds every finding, ordered by place, and
            of more than `text.MAX_FINDINGS` the first ones and the number of the rest.
        UsageError: If what reads lists of this form is not installed.
    """
    problems = Problems(path, is_strict=options.is_strict)
    listing = _read(data, path, domain, options, problems)
    check_headers(options, problems)
    if not listing.groups and not problems.count:
        problems.add("LI106", "the list names no tests", hint=_no_tests(problems))
    problems.raise_any()
    return _finished(listing, problems)


def _read(
    data: bytes, path: str, domain: str, options: ListOptions, problems: Problems
) -> Listing:
    """Read a list with the reader of its form."""
    from suiteloom.scaffold.lists.xlsx_rows import is_workbook, read_xlsx

    suffix = _SUFFIXES.get(PurePosixPath(path).suffix.lower())
    group = options.group or sentence(domain).title()
    if suffix == "xlsx" or (suffix is None and is_workbook(data)):
        return read_xlsx(data, problems, options, group)
    lines = read_lines(data, problems)
    form = suffix or _form(lines)
    if form == "csv":
        return read_csv(lines, problems, options, group)
    if form == "markdown":
        from suiteloom.scaffold.lists.markdown import read_markdown

        titled = with_headings(lines, problems)
        return read_markdown(titled, domain, problems, options)
    if form == "feature":
        from suiteloom.scaffold.lists.feature import read_feature

        return read_feature(lines, problems, options, group)
    return read_entry_lines(lines, problems, options)


def _form(lines: Sequence[str]) -> _Form:
    """What a list is, by its lines."""
    if is_feature(lines):
        return "feature"
    if is_header(lines):
        return "csv"
    items = sum(map(is_item_line, lines))
    entries = sum(is_entry_line(line) and not is_item_line(line) for line in lines)
    is_marked = items or any(line.startswith("#") for line in lines)
    return "markdown" if is_marked and items >= entries else "lines"


def _no_tests(problems: Problems) -> str:
    """How to write a list that names tests, or how to have this one read."""
    hints = [left.hint for left in problems.left_out if left.hint]
    if hints:
        left = problems.left_out[0]
        return f"left out: {left.count} of {left.what!r}; {hints[0]}"
    return "write `Group: test_name - summary`, Markdown lists, or CSV with a header"


def _finished(listing: Listing, problems: Problems) -> Listing:
    """A list with full stops behind its sentences, and with what was not read."""
    groups = tuple(
        replace(
            group,
            tests=tuple(
                replace(test, summary=finished(test.summary)) for test in group.tests
            ),
        )
        for group in listing.groups
    )
    return replace(
        listing,
        summary=finished(listing.summary),
        groups=groups,
        columns=problems.columns,
        left_out=problems.left_out,
        assumed=problems.assumed,
    )
