"""Small edits of a spec that leave every other byte, comments and layout included.

Each edit is one splice at the place that the parser gives. What comes out is parsed
again and compared: the wanted value, and nothing else, has changed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from suiteloom.errors import UsageError
from suiteloom.specs.events import parse
from suiteloom.specs.places import Path

__all__ = ["Value", "set_value"]

Value = str | list[str] | bool
"""What a key can be set to: a text, a list of texts, or a truth value."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_PLAIN = re.compile(r"[A-Za-z0-9($](?:[^:#\\]|:(?! )|(?<! )#)*(?<![ :])")
_FLOW_PLAIN = re.compile(r"[A-Za-z0-9($][^:#,\[\]{}\"'\\]*(?<! )")
_AMBIGUOUS = re.compile(
    r"(?i:yes|no|on|off|y|n|true|false|null|~)|[-+.]?[0-9][0-9_.:xobea-f+-]*"
)
_WIDTH = 96


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
    bom = b"\xef\xbb\xbf" if source.startswith(b"\xef\xbb\xbf") else b""
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
    newline = match.group() if (match := _LINE_END.search(text)) else "\n"
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
        margin = " " * (parent.start - _line_start(text, parent.start))
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
    match = _LINE_END.search(text, neighbor.end)
    end = match.end() if match else len(text)
    head = text[:end] if match else text + newline
    return f"{head}{entry}{newline}{text[end:]}"


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _written(value: Value, place: _Place, newline: str, *, quoted: bool) -> str:
    """Write a value in the style that fits its place."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and place.column is not None:
        margin = newline + " " * place.column
        return margin.join(f"- {_flow(item)}" for item in value)
    if isinstance(value, list) or place.in_flow:
        return _flow(value)
    if quoted or not _PLAIN.fullmatch(value) or _AMBIGUOUS.fullmatch(value):
        return json.dumps(value, ensure_ascii=False)
    if len(value) + place.indent > _WIDTH:
        margin = newline + " " * (place.indent + 2)
        return margin.join([">-", *_folded(value, _WIDTH - place.indent - 2)])
    return value


def _flow(value: Value) -> str:
    """Write a value so that it may stand in brackets."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(_flow(item) for item in value)}]"
    if _FLOW_PLAIN.fullmatch(value) and not _AMBIGUOUS.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _folded(value: str, width: int) -> list[str]:
    """Break a text at single spaces."""
    lines = [""]
    for word in value.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if len(joined) > width and word and not lines[-1].endswith(" "):
            lines.append(word)
        else:
            lines[-1] = joined
    return lines


def _find(text: str, wanted: Path) -> _Place | None:
    """The place of the value at a path, or None."""
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    parser: Any = CParser(text)
    found: list[_Place] = []

    def offset(mark: Any) -> int:
        position: int = starts[mark.line] + mark.column
        return min(position, len(text))

    def visit(event: Any, path: Path, indent: int, *, in_flow: bool) -> int:
        """Read one value; return the offset behind its last character."""
        start = offset(event.start_mark)
        is_flow = bool(getattr(event, "flow_style", False))
        inside = in_flow or is_flow
        column = None
        if isinstance(event, yaml.ScalarEvent):
            end = start + len(text[start : offset(event.end_mark)].rstrip())
        elif isinstance(event, yaml.MappingStartEvent):
            end = start
            while not isinstance(key := parser.get_event(), yaml.MappingEndEvent):
                step = (*path, key.value)
                end = visit(
                    parser.get_event(), step, key.start_mark.column, in_flow=inside
                )
            end = offset(key.end_mark) if is_flow else end
        else:
            column = None if inside else event.start_mark.column
            end, index = start, 0
            while not isinstance(item := parser.get_event(), yaml.SequenceEndEvent):
                end = visit(item, (*path, index), indent, in_flow=inside)
                index += 1
            end = offset(item.end_mark) if is_flow else end
        if path == wanted:
            found.append(_Place(start, end, in_flow, indent, column))
        return end

    parser.get_event()
    parser.get_event()
    visit(parser.get_event(), (), 0, in_flow=False)
    return found[0] if found else None


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
