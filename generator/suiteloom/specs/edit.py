"""Small edits of a spec that leave every other byte, comments and layout included.

Each edit is one splice at the place that the parser gives. What comes out is parsed
again and compared: the wanted value, and nothing else, has changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from suiteloom.errors import UsageError
from suiteloom.specs.nodes import BOM, LINE_END, column_of, read_nodes
from suiteloom.specs.places import Path
from suiteloom.specs.scalars import block_text, flow_list, flow_text, quoted_text
from suiteloom.specs.yaml_data import parse

__all__ = ["Value", "set_value"]

Value = str | list[str] | bool
"""What a key can be set to: a text, a list of texts, or a truth value."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands: offsets, whether in a flow collection, column of its key.

    `column` is that of the first dash if the value is a list with one item a line.
    """

    start: int
    end: int
    in_flow: bool
    indent: int
    column: int | None = None


def set_value(source: bytes, path: Path, value: Value, after: str) -> bytes:
    """Set a value of a spec.

    Args:
        source: The spec, as `parse` could read it.
        path: Leads to a key in a mapping that exists, or whose parent exists.
        value: What it is to be.
        after: If the key does not exist: the key of the mapping that it goes behind.

    Returns:
        The edited spec.

    Raises:
        UsageError: If the layout of the spec allows no such edit.
    """
    bom = BOM if source.startswith(BOM) else b""
    text = source[len(bom) :].decode()
    for quoted in (False, True):
        edited = _edited(text, path, value, after, quoted=quoted)
        if edited is not None:
            result = bom + edited.encode()
            if _differs_only_in(source, result, path, value):
                return result
    where = ".".join(str(part) for part in path)
    raise UsageError(f"{where} can not be set in place", hint="edit the spec by hand")


def _edited(
    text: str, path: Path, value: Value, after: str, *, quoted: bool
) -> str | None:
    """The text with the value replaced or inserted; None if there is no place for it."""
    place = _find(text, path)
    newline = match.group() if (match := LINE_END.search(text)) else "\n"
    if place is not None:
        new = _written(value, place, newline, quoted=quoted)
        return text[: place.start] + new + text[place.end :]
    neighbor = _find(text, (*path[:-1], after))
    key = path[-1]
    if neighbor is None and len(path) > 1:  # the mapping itself is missing
        return _inserted_mapping(text, path, value, after, newline, quoted=quoted)
    if neighbor is None:
        return None
    if neighbor.in_flow:
        entry = f", {key}: {_flow(value)}"
        return text[: neighbor.end] + entry + text[neighbor.end :]
    margin = " " * neighbor.indent
    entry = f"{margin}{key}: {_written(value, neighbor, newline, quoted=quoted)}"
    return _line_inserted(text, neighbor, entry, newline)


def _inserted_mapping(
    text: str,
    path: Path,
    value: Value,
    after: str,
    newline: str,
    *,
    quoted: bool,
) -> str | None:
    """Insert ``parent: {key: value}`` behind a neighbor of the parent."""
    parent = _find(text, path[:-1])
    if parent is not None:  # an existing mapping: behind its opening bracket
        if parent.in_flow or text[parent.start] == "{":
            entry = f"{path[-1]}: {_flow(value)}, "
            return text[: parent.start + 1] + entry + text[parent.start + 1 :]
        margin = " " * column_of(text, parent.start)
        place = _Place(0, 0, False, len(margin))
        entry = f"{path[-1]}: {_written(value, place, newline, quoted=quoted)}"
        return f"{text[: parent.start]}{entry}{newline}{margin}{text[parent.start :]}"
    neighbor = _find(text, (*path[:-2], after))
    if neighbor is None:
        return None
    if neighbor.in_flow:
        entry = f", {path[-2]}: {{{path[-1]}: {_flow(value)}}}"
        return text[: neighbor.end] + entry + text[neighbor.end :]
    margin = " " * neighbor.indent
    inner = _Place(0, 0, False, neighbor.indent + 2)
    written = _written(value, inner, newline, quoted=quoted)
    entry = f"{margin}{path[-2]}:{newline}{margin}  {path[-1]}: {written}"
    return _line_inserted(text, neighbor, entry, newline)


def _line_inserted(text: str, neighbor: _Place, entry: str, newline: str) -> str:
    """Insert a line behind the one on which a neighbor ends."""
    match = LINE_END.search(text, neighbor.end)
    end = match.end() if match else len(text)
    head = text[:end] if match else text + newline
    return f"{head}{entry}{newline}{text[end:]}"


def _written(value: Value, place: _Place, newline: str, *, quoted: bool) -> str:
    """Write a value in the style that fits its place."""
    if isinstance(value, list) and place.column is not None:
        margin = newline + " " * place.column
        return margin.join(f"- {flow_text(item)}" for item in value)
    if isinstance(value, str) and not place.in_flow:
        if quoted:
            return quoted_text(value)
        return block_text(value, place.indent, newline)
    return _flow(value)


def _flow(value: Value) -> str:
    """Write a value so that it may stand in brackets."""
    if isinstance(value, bool):
        return str(value).lower()
    return flow_list(value) if isinstance(value, list) else flow_text(value)


def _find(text: str, wanted: Path) -> _Place | None:
    """The place of the value at a path, or None."""
    parent, indent = read_nodes(text), 0
    if parent is None:
        return None
    for step in wanted:
        node = parent.get(step)
        if node is None:
            return None
        for key, value in parent.items or ():
            if key is not None and value is node:
                indent = column_of(text, key.start)
        parent = node
    in_flow = parent.in_flow or parent.is_flow
    column = None
    if parent.is_list and not in_flow:
        column = column_of(text, parent.start)
    return _Place(parent.start, parent.end, parent.in_flow, indent, column)


def _differs_only_in(before: bytes, after: bytes, path: Path, value: Value) -> bool:
    """Whether setting the value in the parsed data gives the parsed result."""
    old, findings = parse(before, "")
    new, problems = parse(after, "")
    if findings or problems:
        return False
    target = old
    for part in path[:-1]:
        if isinstance(target, dict) and part not in target:
            target[part] = {}
        target = target[part]
    target[path[-1]] = value
    return bool(old == new)
