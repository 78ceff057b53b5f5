"""Which column of a table stands for what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from suiteloom.model import KINDS
from suiteloom.model.identifiers import short
from suiteloom.scaffold.lists.cells import cell_text
from suiteloom.scaffold.lists.data import ListOptions
from suiteloom.scaffold.lists.headers import candidates, header_key, rank
from suiteloom.scaffold.lists.text import Problems

__all__ = ["Columns", "check_headers", "find_header", "settle"]

_ORDER = (
    *("name", "group", "id", "then", "when", "given", "data", "summary", "kinds"),
    *("type", "async", "segment", "goal", "value_impact", "strategic_impact"),
)
"""Fields in the order in which they choose their columns."""
_KEY = re.compile(r"[A-Za-z]{0,8}(?:[-_.][A-Za-z0-9]{1,12})*[-_.]?[0-9]{1,6}")
_NUMBERED = {
    "when": re.compile(r"(?:test )?(?:step|action) [0-9]{1,3}"),
    "then": re.compile(r"(?:step )?(?:expected|expected result|result) [0-9]{1,3}"),
}
_SEARCHED = 30  # rows among which the header is
MAP_HINT = (
    "`--map HEADER=FIELD` has a column read, `--ignore HEADER` leaves it out unsaid"
)


class HasCells(Protocol):
    """A row."""

    @property
    def cells(self) -> tuple[str, ...]:
        """Its cells."""


class Columns:
    """The columns of one table.

    Args:
        header: The cells of the header.
        positions: The position of the column of each field, counted from 0.
        markers: Positions of the columns whose cells become markers.
        numbered: Positions of columns such as ``Step 1`` and ``Result 1``, in order, by
            field.
    """

    def __init__(
        self,
        header: Sequence[str],
        positions: Mapping[str, int],
        markers: Sequence[int] = (),
        numbered: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        self._header = [header_key(cell) for cell in header]
        self._positions = positions
        self._markers = markers
        self._numbered = numbered or {}

    def __len__(self) -> int:
        """How many columns are read."""
        return len({*self._positions.values(), *self._markers})

    def has(self, field: str) -> bool:
        """Whether a column stands for a field."""
        return field in self._positions or bool(self._numbered.get(field))

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """The cells of a row by field."""
        found = {
            field: row[place]
            for field, place in self._positions.items()
            if place < len(row)
        }
        for field, places in self._numbered.items():
            cells = [found.get(field, ""), *(row[n] for n in places if n < len(row))]
            found[field] = "\n".join(cells)
        marked = [row[place] for place in self._markers if place < len(row)]
        return {**found, "marker": ",".join(marked)} if marked else found

    def is_header(self, row: Sequence[str]) -> bool:
        """Whether a row is the header once more."""
        return [header_key(cell) for cell in row] == self._header


def find_header(rows: Sequence[HasCells], options: ListOptions) -> int | None:
    """The place of the row that names the columns, or None.

    It is the first of those, among the first rows, of which most cells are known.
    """
    mapped = {header_key(header) for header in options.maps}
    scores = [
        sum(
            bool(candidates(cell)) or header_key(cell) in mapped
            for cell in row.cells
            if cell.strip()
        )
        for row in rows[:_SEARCHED]
    ]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def settle(
    header: Sequence[str],
    rows: Sequence[HasCells],
    options: ListOptions,
    problems: Problems,
    line: int,
) -> Columns | None:
    """Decide what each column stands for, and say which ones are left out.

    Args:
        header: The cells of the header.
        rows: The rows below it.
        options: What a person has said of columns.
        problems: Takes what is left out.
        line: 1-based line of the header.

    Returns:
        The columns, or None if none of them names the tests.
    """
    texts = [cell_text(cell) for cell in header]
    known = frozenset(problems.headers)
    for text in texts:
        problems.see(text)
    positions, markers, spoken = _mapped(texts, options)
    numbered = _numbered(texts, spoken)
    taken = spoken.union(*numbered.values())
    free = [n for n, text in enumerate(texts) if text and n not in taken]
    _choose(texts, free, positions)
    _settle_kinds(rows, positions)
    _settle_keys(texts, rows, free, positions)
    _settle_group(texts, rows, free, positions)
    if positions.keys().isdisjoint({"name", "summary"}):
        stand_in = next((field for field in ("then", "when") if field in positions), "")
        if not stand_in:
            return None
        positions["name"] = positions[stand_in]
        problems.assume(
            f"no column names the tests: {texts[positions[stand_in]]} does "
            "(`--map HEADER=name` says which one)"
        )
    read = [(place, _shown(field)) for field, place in positions.items()]
    read += [(place, field) for field, places in numbered.items() for place in places]
    read += [(place, "marker") for place in markers]
    _say(texts, read, spoken, known, problems, line)
    return Columns(header, positions, markers, numbered)


def _say(
    texts: Sequence[str],
    read: Sequence[tuple[int, str]],
    spoken: set[int],
    known: frozenset[str],
    problems: Problems,
    line: int,
) -> None:
    """Say what each column was taken for, and which ones were left out.

    Args:
        texts: The headers.
        read: Positions of the columns that are read, and their fields.
        spoken: Positions of those of which a person has said something.
        known: Headers of tables above, of which all has been said.
        problems: Takes it.
        line: 1-based line of the header.
    """
    fields: dict[int, list[str]] = {}
    for place, name in read:
        fields.setdefault(place, []).append(name)
    for place, names in sorted(fields.items()):
        problems.take(texts[place], " and ".join(names))
    for place, text in enumerate(texts):
        is_new = bool(text) and text not in known
        if is_new and place not in fields and place not in spoken:
            problems.leave("column", line, 0, text, MAP_HINT)


def check_headers(options: ListOptions, problems: Problems) -> None:
    """Report headers that a person has named and that no table has."""
    seen = {header_key(header): header for header in problems.headers}
    shown = ", ".join(short(header, 30) for header in problems.headers[:20])
    for option, named in (("--map", options.maps), ("--ignore", options.ignored)):
        for header in sorted(named):
            if header_key(header) not in seen:
                message = f"{option}: the list has no column '{short(header)}'"
                hint = f"columns: {shown}" if shown else "the list has no columns"
                problems.add("LI108", message, hint=hint)


def _mapped(
    texts: Sequence[str], options: ListOptions
) -> tuple[dict[str, int], list[int], set[int]]:
    """What a person has said: positions by field, of markers, and of all that was said."""
    maps = {header_key(header): field for header, field in options.maps.items()}
    ignored = {header_key(header) for header in options.ignored}
    positions: dict[str, int] = {}
    markers: list[int] = []
    spoken: set[int] = set()
    for place, text in enumerate(texts):
        key = header_key(text)
        if key in maps or key in ignored:
            spoken.add(place)
        if maps.get(key) == "marker":
            markers.append(place)
        elif key in maps:
            positions.setdefault(maps[key], place)
    return positions, markers, spoken


def _choose(texts: Sequence[str], free: list[int], positions: dict[str, int]) -> None:
    """Let each field choose the column that stands for it most clearly."""
    for field in _ORDER:
        able = [n for n in free if field in candidates(texts[n])]
        if field in positions or not able:
            continue
        best = min(able, key=lambda n: (rank(texts[n], field), n))
        positions[field] = best
        free.remove(best)


def _numbered(texts: Sequence[str], spoken: set[int]) -> dict[str, list[int]]:
    """The columns that are one step or one result each, in order, by field."""
    found: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        for field, form in _NUMBERED.items():
            if place not in spoken and form.fullmatch(header_key(text)):
                found.setdefault(field, []).append(place)
    return found


def _settle_kinds(rows: Sequence[HasCells], positions: dict[str, int]) -> None:
    """Leave a column of types out if no cell of it is a kind of test."""
    place = positions.get("type", -1)
    if place < 0:
        return
    cells = (row.cells[place] for row in rows if len(row.cells) > place)
    if not any(kind in cell.casefold() for cell in cells for kind in KINDS):
        del positions["type"]


def _settle_keys(
    texts: Sequence[str],
    rows: Sequence[HasCells],
    free: list[int],
    positions: dict[str, int],
) -> None:
    """Take what is named like a test for its key where it holds nothing but keys."""
    if "id" in positions or "name" not in positions:
        return
    able = [positions["summary"]] if "summary" in positions else []
    able += [n for n in free if "name" in candidates(texts[n])]
    name = positions["name"]
    cells = [row.cells[name].strip() for row in rows if len(row.cells) > name]
    filled = [cell for cell in cells if cell]
    if able and filled and all(map(_KEY.fullmatch, filled)):
        positions["id"], positions["name"] = name, able[0]
        if positions.get("summary") == able[0]:
            del positions["summary"]


def _settle_group(
    texts: Sequence[str],
    rows: Sequence[HasCells],
    free: list[int],
    positions: dict[str, int],
) -> None:
    """Take what is named like a test for its group where several tests share it.

    Scenarios with several cases each, and titles that stand once above several rows, are
    such. The test's name is then the next column that can be one.
    """
    if "group" in positions or "name" not in positions:
        return
    able = [positions["summary"]] if "summary" in positions else []
    able += [n for n in free if "name" in candidates(texts[n])]
    if not able:
        return
    other, name = able[0], positions["name"]
    below = [row.cells for row in rows if len(row.cells) > max(other, name)]
    filled = [cells for cells in below if cells[other].strip()]
    titles = {cells[name].strip() for cells in filled} - {""}
    others = {cells[other].strip() for cells in filled}
    if 0 < 2 * len(titles) <= len(filled) and len(others) > len(titles):
        positions["group"], positions["name"] = name, other
        if positions.get("summary") == other:
            del positions["summary"]


def _shown(field: str) -> str:
    """A field as a person names it."""
    return {"data": "given", "type": "kinds"}.get(field, field.replace("_", " "))
