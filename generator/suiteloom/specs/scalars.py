"""Values as YAML text that `suiteloom.specs.yaml_data.parse` reads back as they were."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from suiteloom.specs.syntax import SENTENCE_LISTS

__all__ = [
    "Entry",
    "Style",
    "block_entry",
    "block_text",
    "flow_entry",
    "flow_list",
    "flow_text",
    "quoted_text",
]

Entry = Mapping[str, "str | bool | list[str] | Entry"]
"""Keys of a mapping in the order in which they are written, with their values."""

_PLAIN = re.compile(r"[A-Za-z0-9($](?:[^:#\\\t\r\n]|:(?! )|(?<! )#)*(?<![ :])")
_FLOW_PLAIN = re.compile(r"[A-Za-z0-9($][^:#,\[\]{}\"'\\\t\r\n]*(?<! )")
_AMBIGUOUS = re.compile(
    r"yes|no|on|off|y|n|true|false|null|~|[-+.]?[0-9][0-9_.:xobea-f+-]*", re.IGNORECASE
)
_WIDTH = 96
_ALWAYS_FLOW = frozenset({"kinds", "segment"})


@dataclass(frozen=True, slots=True)
class Style:
    """How the mappings of a spec are written.

    Attributes:
        newline: The line end.
        quoted: Whether keys and, in brackets, texts are quoted, as in JSON.
        flow_lists: Whether lists of sentences stand in brackets if they fit a line.
        flow_mappings: The same for mappings.
        list_step: Columns from a key to the dashes of its list.
        mapping_step: Columns from a key to the keys of its mapping.
    """

    newline: str = "\n"
    quoted: bool = False
    flow_lists: bool = False
    flow_mappings: bool = False
    list_step: int = 2
    mapping_step: int = 2


def block_text(value: str, indent: int, newline: str = "\n") -> str:
    r"""Write a text behind a key or a dash that stands in a line of its own.

    Args:
        value: One line of text without outer spaces; anything else that a spec may not
            hold is quoted, so that the loader can say so.
        indent: Column of the key or dash, counted from 0; a long text is folded and
            goes on two columns deeper.
        newline: The line end of the spec.

    Returns:
        A plain, quoted or folded scalar without a line end behind it.
    """
    if not _PLAIN.fullmatch(value) or _AMBIGUOUS.fullmatch(value):
        return quoted_text(value)
    if len(value) + indent > _WIDTH:
        margin = newline + " " * (indent + 2)
        return margin.join([">-", *_folded(value, _WIDTH - indent - 2)])
    return value


def flow_text(value: str) -> str:
    """Write a text that may stand in brackets: plain, or quoted where it must be."""
    if _FLOW_PLAIN.fullmatch(value) and not _AMBIGUOUS.fullmatch(value):
        return value
    return quoted_text(value)


def flow_list(values: Iterable[str], *, quoted: bool = False) -> str:
    """Write texts as a list in brackets, on one line; all quoted if `quoted` says so."""
    write = quoted_text if quoted else flow_text
    return f"[{', '.join(write(value) for value in values)}]"


def quoted_text(value: str) -> str:
    """Write any text in double quotes, on one line."""
    return json.dumps(value, ensure_ascii=False)


def flow_entry(entry: Entry, style: Style, separator: str = ", ") -> str:
    """Write a mapping in braces.

    Args:
        entry: The mapping.
        style: Says what is quoted.
        separator: Stands between the entries.

    Returns:
        The mapping, on one line if `separator` has no line end.
    """
    items = [
        f"{_key(key, style)}: {_flow_value(key, value, style)}"
        for key, value in entry.items()
    ]
    return f"{{{separator.join(items)}}}"


def block_entry(entry: Entry, indent: int, style: Style) -> str:
    """Write a mapping with one key a line.

    Args:
        entry: The mapping.
        indent: Column of its keys, counted from 0.
        style: How its values are written.

    Returns:
        The mapping, without the margin of its first and the line end of its last line.
    """
    return (style.newline + " " * indent).join(
        _block_item(key, value, indent, style) for key, value in entry.items()
    )


def _block_item(
    key: str, value: str | bool | list[str] | Entry, indent: int, style: Style
) -> str:
    """Write one key of a block mapping with its value."""
    head = f"{_key(key, style)}:"
    if isinstance(value, str):
        return f"{head} {block_text(value, indent, style.newline)}"
    line = f"{head} {_flow_value(key, value, style)}"
    fits = len(line) + indent <= _WIDTH
    if isinstance(value, bool) or key in _ALWAYS_FLOW:
        return line
    if isinstance(value, list):
        if style.flow_lists and fits:
            return line
        column = indent + style.list_step
        items = (f"- {block_text(item, column, style.newline)}" for item in value)
        return (style.newline + " " * column).join([head, *items])
    if style.flow_mappings and fits:
        return line
    column = indent + style.mapping_step
    return f"{head}{style.newline}{' ' * column}{block_entry(value, column, style)}"


def _flow_value(key: str, value: str | bool | list[str] | Entry, style: Style) -> str:
    """Write a value so that it may stand in brackets."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted_text(value) if style.quoted else flow_text(value)
    if isinstance(value, list):
        is_doubtful = key in SENTENCE_LISTS and _is_doubtful(value)
        return flow_list(value, quoted=style.quoted or is_doubtful)
    return flow_entry(value, style)


def _is_doubtful(texts: list[str]) -> bool:
    """Whether texts in brackets, unquoted, could be one text with commas."""
    plain = [flow_text(text) == text for text in texts]
    return any(one and other for one, other in pairwise(plain))


def _key(key: str, style: Style) -> str:
    return quoted_text(key) if style.quoted else key


def _folded(value: str, width: int) -> list[str]:
    """Break a text at single spaces."""
    first, *words = value.split(" ")
    lines = [first]
    for word in words:
        joined = f"{lines[-1]} {word}"
        if len(joined) > width and word and not lines[-1].endswith(" "):
            lines.append(word)
        else:
            lines[-1] = joined
    return lines
