"""Lists in the workbooks of spreadsheets (.xlsx), read with openpyxl."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from suiteloom.errors import UsageError
from suiteloom.scaffold.lists.columns import find_header, settle
from suiteloom.scaffold.lists.csv_rows import read_rows
from suiteloom.scaffold.lists.data import Listing, ListOptions
from suiteloom.scaffold.lists.entry import make_groups
from suiteloom.scaffold.lists.table import Row, TableReader
from suiteloom.scaffold.lists.text import (
    MAX_BYTES,
    MAX_LINES,
    Problems,
    check_characters,
)

__all__ = ["is_workbook", "read_xlsx"]

_MAX_UNPACKED = 100_000_000  # bytes of all parts of a workbook
_MAX_COLUMNS = 201
_SIGNATURE = b"PK\x03\x04"


def is_workbook(data: bytes) -> bool:
    """Whether a file begins as a workbook does."""
    return data.startswith(_SIGNATURE)


def read_xlsx(
    data: bytes, problems: Problems, options: ListOptions, group: str
) -> Listing:
    """Read a workbook: every visible sheet whose columns name tests.

    Args:
        data: The file.
        problems: Takes what is wrong; lines are rows.
        options: How a person wants it.
        group: Title of the group of tests without one, where there is one sheet; several
            sheets are groups of their own.

    Returns:
        The list, without title and summary.

    Raises:
        UsageError: If openpyxl is not there.
    """
    sheets = _sheets(data, problems)
    reader = TableReader(problems)
    with_tests = [
        (title, rows) for title, rows in sheets if _names_tests(rows, options)
    ]
    for title, rows in sheets:
        if len(sheets) > 1 and with_tests and (title, rows) not in with_tests:
            problems.leave("sheet", 0, 0, title)
    many = len(with_tests) > 1
    for title, rows in with_tests or sheets[:1]:
        is_own = many and not options.group
        own = title if is_own else group
        read_rows(rows, reader, problems, options, own, is_own=is_own)
    return Listing("", "", make_groups(reader.groups, problems))


def _names_tests(rows: list[Row], options: ListOptions) -> bool:
    """Whether the header of a sheet says what its tests are."""
    place = find_header(rows, options)
    if place is None:
        return False
    quiet = Problems("")
    header = rows[place]
    columns = settle(header.cells, rows[place + 1 :], options, quiet, header.line)
    return columns is not None and (len(columns) > 1 or len(header.cells) == 1)


def _sheets(data: bytes, problems: Problems) -> list[tuple[str, list[Row]]]:
    """The title and rows of each visible sheet that holds anything."""
    try:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as error:
        raise UsageError(
            "openpyxl, which reads .xlsx, is not installed",
            hint='`pip install "suiteloom[xlsx]"`, or save the sheet as CSV',
        ) from error
    if len(data) > MAX_BYTES or not _is_bounded(data):
        message = (
            f"the workbook has more than {MAX_BYTES:,} bytes, or far more unpacked"
        )
        hint = "give the sheet of one domain only"
        problems.add("LI101", message, hint=hint)
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a workbook holds beside cells
            book = openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=True, keep_links=False
            )
            found = [
                (sheet.title, list(_rows(sheet, problems)))
                for sheet in book.worksheets
                if sheet.sheet_state == "visible"
            ]
            book.close()
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
        OSError,
        EOFError,
    ) as error:
        message = f"the workbook can not be read: {type(error).__name__}"
        hint = "save it anew as .xlsx, or as CSV"
        problems.add("LI101", message, hint=hint)
        return []
    return [(title, rows) for title, rows in found if rows]


def _is_bounded(data: bytes) -> bool:
    """Whether a workbook stays small when it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            sizes = [part.file_size for part in parts.infolist()]
    except (zipfile.BadZipFile, ValueError, OSError):
        return True  # it is refused as what it is when it is read
    return sum(sizes) <= _MAX_UNPACKED


def _rows(sheet: Any, problems: Problems) -> Iterator[Row]:
    """The rows that are not empty, each cell as its text."""
    rows = sheet.iter_rows(max_col=_MAX_COLUMNS, values_only=True)
    for number, values in enumerate(islice(rows, MAX_LINES + 1), 1):
        if number > MAX_LINES:
            message = f"the sheet has more than {MAX_LINES:,} rows"
            hint = "give the sheet of one domain only"
            problems.add("LI101", message, hint=hint)
            return
        cells = [_text(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            check_characters(["".join(cells)], number - 1, problems)
            yield Row(number, tuple(cells))


def _text(value: Any) -> str:
    """A cell as a person sees it, as far as its value says so."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value)
