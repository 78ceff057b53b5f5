"""A spec as nodes with their places, and splices of its text.

Offsets count characters from 0; lines and columns of places are 1-based.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

from suiteloom.specs.stream import read_events
from suiteloom.specs.yaml_data import MAX_DEPTH, MAX_NODES

__all__ = [
    "BOM",
    "LINE_END",
    "Edited",
    "Node",
    "Splice",
    "column_of",
    "line_starts",
    "newline_at",
    "place_of",
    "read_nodes",
    "spliced",
    "uncommented",
]

BOM = b"\xef\xbb\xbf"
LINE_END = re.compile(r"\r\n|\r|\n")
_STARTS = {yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent}
_ENDS = {yaml.MappingEndEvent, yaml.SequenceEndEvent}


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a spec and where it stands. Offsets count characters from 0.

    Attributes:
        start: Offset of its first character; of the first dash or key of a collection.
        end: Offset behind its last visible character.
        style: Of a scalar: its quote, ``|``, ``>``, or empty if it is plain. Of a
            collection: its opening bracket, or empty if it has none.
        in_flow: Whether it stands in brackets itself.
        text: Of a scalar: what it says.
        items: Of a collection: its values with their keys, None in a list.
        is_list: Whether it is a list.
    """

    start: int
    end: int
    style: str
    in_flow: bool
    text: str = ""
    items: tuple[tuple[Node | None, Node], ...] | None = None
    is_list: bool = False

    @property
    def is_flow(self) -> bool:
        """Whether it is a collection in brackets."""
        return self.items is not None and bool(self.style)

    @property
    def values(self) -> list[Node]:
        """The values of a collection; none if it is a scalar."""
        return [value for _, value in self.items or ()]

    @property
    def data(self) -> Any:
        """Dicts, lists and texts; a plain scalar is a text, whatever it looks like."""
        if self.items is None:
            return self.text.rstrip("\n") if self.style in {"|", ">"} else self.text
        if self.is_list:
            return [value.data for value in self.values]
        return {key.text: value.data for key, value in self.items if key}

    def get(self, *path: str | int) -> Node | None:
        """The value at a path below this one, or None; -1 is the last of a list."""
        found: Node | None = self
        for step in path:
            if found is None or found.is_list is not isinstance(step, int):
                return None
            items = found.items or ()
            if isinstance(step, int):
                found = items[step][1] if -len(items) <= step < len(items) else None
            else:
                found = next((v for k, v in items if k and k.text == step), None)
        return found


def read_nodes(text: str) -> Node | None:
    """Read a spec, without its BOM, as values that know their places.

    Returns:
        The whole spec; None if it is no YAML or has more values or deeper ones than
        `parse` takes.
    """
    try:
        return _NodeReader(text).read()
    except (yaml.YAMLError, ValueError):
        return None


class _NodeReader:
    """Makes nodes of libyaml's events; recursion is bounded by `MAX_DEPTH`."""

    def __init__(self, text: str) -> None:
        parser = read_events(text)
        self._next = parser.get_event
        self._text = text
        self._left = MAX_NODES

    def read(self) -> Node:
        self._next()
        self._next()
        root = self._node(self._next(), MAX_DEPTH, in_flow=False)
        while type(self._next()) is not yaml.StreamEndEvent:
            pass
        return root

    def _node(self, event: Any, depth: int, *, in_flow: bool) -> Node:
        self._left -= 1
        if depth < 0 or self._left < 0:
            raise ValueError("too deep or too much")
        kind = type(event)
        if kind not in _STARTS:
            raise ValueError("an alias or no value")
        start, end = event.start_mark.index, event.end_mark.index
        if kind is yaml.ScalarEvent:
            end = start + len(self._text[start:end].rstrip(" \t\r\n"))
            return Node(start, end, event.style or "", in_flow, event.value)
        inside = in_flow or bool(event.flow_style)
        is_list = kind is yaml.SequenceStartEvent
        items: list[tuple[Node | None, Node]] = []
        item = self._next()
        while type(item) not in _ENDS:
            key = None
            if not is_list:
                key = self._node(item, depth - 1, in_flow=inside)
                item = self._next()
            items.append((key, self._node(item, depth - 1, in_flow=inside)))
            item = self._next()
        style = self._text[start] if event.flow_style else ""
        end = item.end_mark.index if style else items[-1][1].end
        return Node(start, end, style, in_flow, "", tuple(items), is_list)


@dataclass(frozen=True, slots=True)
class Splice:
    """Text that replaces a span of a spec; offsets count characters behind its BOM."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A spec after an edit.

    Attributes:
        source: Its bytes.
        before: Its text before the edit, without the BOM.
        splices: What has changed, in order, without overlaps.
    """

    source: bytes
    before: str
    splices: tuple[Splice, ...]

    def original_place(self, line: int, column: int) -> tuple[int, int]:
        """Where a place of the edited spec stood before the edit.

        Args:
            line: 1-based; 0 is no place and stays so.
            column: 1-based.

        Returns:
            1-based line and column; of what was inserted, where it was inserted.
        """
        if not line:
            return line, column
        after = self.source.removeprefix(BOM).decode()
        offset = line_starts(after)[line - 1] + column - 1
        shift = 0
        for splice in self.splices:
            begin = splice.start + shift
            if offset < begin:
                break
            if offset < begin + len(splice.text):
                return place_of(line_starts(self.before), splice.start)
            shift += len(splice.text) - (splice.end - splice.start)
        return place_of(line_starts(self.before), offset - shift)


def spliced(bom: bytes, text: str, splices: Iterable[Splice]) -> Edited:
    """Carry out splices.

    Args:
        bom: The BOM of the spec, or nothing.
        text: The spec behind it.
        splices: In any order, without overlaps.
    """
    ordered = sorted(splices, key=lambda splice: (splice.start, splice.end))
    parts, position = [], 0
    for splice in ordered:
        parts += [text[position : splice.start], splice.text]
        position = splice.end
    parts.append(text[position:])
    return Edited(bom + "".join(parts).encode(), text, tuple(ordered))


def newline_at(text: str, offset: int) -> str:
    """The line end that is used around an offset."""
    match = LINE_END.search(text, offset) or LINE_END.search(text)
    return match.group() if match else "\n"


def column_of(text: str, offset: int) -> int:
    """0-based column of an offset."""
    start = text.rfind("\n", 0, offset) + 1
    return offset - max(text.rfind("\r", start, offset) + 1, start)


def line_starts(text: str) -> list[int]:
    """Offset of the first character of each line."""
    return [0, *(match.end() for match in LINE_END.finditer(text))]


def place_of(starts: list[int], offset: int) -> tuple[int, int]:
    """1-based line and column of an offset in a text whose lines have these starts."""
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


def uncommented(text: str) -> str:
    """A text between two nodes without its comments."""
    return re.sub(r"#[^\r\n]*", "", text)
