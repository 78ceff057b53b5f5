"""Dotted paths into JSON-like data: ``suites.system_core.passed``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from suiteloom.model.identifiers import closest, short

__all__ = ["IDENTIFYING", "LENGTH", "PathError", "lookup", "path_parts"]

IDENTIFYING = ("domain", "id", "name", "title", "key", "family")
"""Fields that an object of a list is known by: the first that it has and that is text."""

LENGTH = "length"
"""The last part of a path that counts: the entries of a list, or the keys of an object."""

_PART = re.compile(
    r"""
    (?: "(?P<quoted>[^"]*)" | (?P<plain>[^."\[\]]+) )?
    (?P<filters> (?: \[ [^\[\]=]+ = (?: "[^"]*" | [^\[\]"]* ) \] )* )
    (?P<end> \. | \Z )
    """,
    re.VERBOSE,
)
_FILTER = re.compile(r"\[([^\[\]=]+)=(?:\"([^\"]*)\"|([^\[\]\"]*))\]")
_NUMBER = re.compile(r"-?\d{1,9}")
_LISTED = 8
"""Names that a message lists where none is close."""


class PathError(ValueError):
    """A path of which a part does not exist, or that can not be read as a path.

    Attributes:
        path: All of it.
        part: The part that does not exist; all of it if it can not be read.
        above: The path of what that part was looked for in; empty is the data itself.
        close: The closest name that is there; empty if none is close.
        hint: What to write instead; may be empty.
    """

    def __init__(
        self, message: str, *, path: str, part: str, above: str, close: str, hint: str
    ) -> None:
        super().__init__(message)
        self.path = path
        self.part = part
        self.above = above
        self.close = close
        self.hint = hint


@dataclass(frozen=True, slots=True)
class _Part:
    """One step of a path: a name, then filters by a field; the name may be empty."""

    name: str
    filters: tuple[tuple[str, str], ...] = ()


def lookup(data: Any, path: str) -> Any:
    """Find what stands at a path.

    A part names a key of an object; an entry of a list by its number, from 0 or, with a
    minus, from the end, or by its first field of `IDENTIFYING`; or, as the last part,
    `LENGTH` counts. ``findings[code=SL201]`` is the list of those entries whose field has
    that value. A name with dots or brackets stands in double quotes.

    Args:
        data: What `json.loads` could give.
        path: Such as ``totals.passed``.

    Returns:
        The value, of any JSON type; None is a null that is there.

    Raises:
        PathError: If a part does not exist, or the path can not be read.
    """
    above = ""
    parts = _read(path)
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        if part.name:
            data = _step(data, part.name, path, above, is_last=is_last)
            above = _joined(above, part.name)
        for key, value in part.filters:
            data = _filtered(data, key, value, path, above)
            above = f"{above}[{key}={value}]"
    return data


def path_parts(path: str) -> tuple[str, ...]:
    """The names of a path's parts, filters left out.

    Raises:
        PathError: If the path can not be read.
    """
    return tuple(part.name for part in _read(path))


def _read(path: str) -> list[_Part]:
    parts = []
    place = 0
    while True:
        match = _PART.match(path, place)
        if match is None or not (match["quoted"] or match["plain"] or match["filters"]):
            message = f"{short(path)!r} can not be read as a path"
            hint = "a path is names with dots between them, as in totals.passed"
            raise PathError(
                message, path=path, part=path, above="", close="", hint=hint
            )
        name = match["quoted"] or (match["plain"] or "").strip()
        found = _FILTER.findall(match["filters"])
        parts.append(_Part(name, tuple((k.strip(), q or p) for k, q, p in found)))
        if not match["end"]:
            return parts
        place = match.end()


def _step(data: Any, name: str, path: str, above: str, *, is_last: bool) -> Any:
    """What a name means in an object or a list."""
    if isinstance(data, Mapping):
        if name in data:
            return data[name]
        if is_last and name == LENGTH:
            return len(data)
        raise _missing(data, name, path, above)
    if not _is_list(data):
        message = f"{above or 'the data'} has no parts: it is {_kind(data)}"
        hint = f"the path ends with {above}" if above else ""
        raise PathError(message, path=path, part=name, above=above, close="", hint=hint)
    for entry in data:
        if name == _identity(entry):
            return entry
    if is_last and name == LENGTH:
        return len(data)
    if _NUMBER.fullmatch(name) and -len(data) <= int(name) < len(data):
        return data[int(name)]
    raise _missing(data, name, path, above)


def _filtered(data: Any, key: str, value: str, path: str, above: str) -> list[Any]:
    """The entries of a list whose field has a value."""
    if not _is_list(data):
        message = f"{above or 'the data'} has no entries: it is {_kind(data)}"
        raise PathError(message, path=path, part=key, above=above, close="", hint="")
    keys = dict.fromkeys(
        k for entry in data if isinstance(entry, Mapping) for k in entry
    )
    if data and key not in keys:
        raise _missing(keys, key, path, above)
    return [entry for entry in data if _said(entry.get(key)) == value]


def _missing(data: Any, name: str, path: str, above: str) -> PathError:
    known = list(_names(data))
    close = closest(name, known)
    where = above or "the data"
    if name == LENGTH:
        hint = f"{LENGTH} ends a path"
    elif close:
        hint = f"did you mean {_joined(above, close)}?"
    elif known:
        more = ", …" if len(known) > _LISTED else ""
        shown = ", ".join(short(other) for other in known[:_LISTED])
        hint = f"{where} has {shown}{more}"
    else:
        hint = f"{where} is empty"
    message = f"{where} has no {short(name)!r}"
    return PathError(message, path=path, part=name, above=above, close=close, hint=hint)


def _names(data: Any) -> Iterator[str]:
    """What an object or a list can be entered by."""
    if isinstance(data, Mapping):
        yield from map(str, data)
        return
    named = [name for entry in data if (name := _identity(entry))]
    yield from named or map(str, range(len(data)))
    yield LENGTH


def _identity(entry: Any) -> str:
    """What an entry of a list is known by; empty if it has no such field."""
    if not isinstance(entry, Mapping):
        return ""
    values = (entry.get(field) for field in IDENTIFYING)
    return next((value for value in values if value and isinstance(value, str)), "")


def _is_list(data: Any) -> bool:
    return isinstance(data, Sequence) and not isinstance(data, str | bytes)


def _joined(above: str, name: str) -> str:
    """A path and one more part, in quotes where it needs them."""
    shown = f'"{name}"' if re.search(r"[.\[\]]", name) else name
    return f"{above}.{shown}" if above else shown


def _said(value: Any) -> str:
    """A value as a filter has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)


def _kind(data: Any) -> str:
    """What a value is, in words."""
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true or false"
    if isinstance(data, int | float):
        return "a number"
    if isinstance(data, str):
        return "a text"
    return "a list" if _is_list(data) else "an object"
