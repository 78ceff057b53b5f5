"""What a template may name: variables, the kinds of their values, and their fields. Pure.

A kind is a type annotation of the model: a class, ``tuple[X, ...]`` or ``Any`` where
nothing is known. What is not known is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from suiteloom.model import Bvj, Case, Group, Revenue, Suite, Test

__all__ = [
    "RECORDS",
    "VARIABLES",
    "Kind",
    "Module",
    "Pair",
    "Sequence",
    "fields_of",
    "item_of",
    "parts_of",
]

Kind = Any

RECORDS = (Suite, Revenue, Group, Test, Bvj, Case)
"""The classes whose fields a template may name."""

VARIABLES: Mapping[str, Mapping[str, Kind]] = {
    "header.py.j2": {"suite": Suite, "imports": str},
    "class.py.j2": {"suite": Suite, "group": Group, "class_line": str},
    "test.py.j2": {
        "suite": Suite,
        "group": Group,
        "test": Test,
        "decorators": str,
        "signature": str,
        "body": str,
    },
}
"""The variables of each template."""

_OF_NO_SUITE = frozenset({"quarantine"})
"""Fields that no template may name: a suite stays as it is while they come and go."""


class Loop:
    """The fields of Jinja's ``loop``."""

    index: int
    index0: int
    revindex: int
    revindex0: int
    first: bool
    last: bool
    length: int
    depth: int
    depth0: int
    previtem: Any
    nextitem: Any
    changed: Any
    cycle: Any


@dataclass(frozen=True, slots=True)
class Module:
    """An imported template: its macros and variables by name."""

    names: Mapping[str, Kind]

    def __hash__(self) -> int:
        """By its names, because a mapping has no hash."""
        return hash(tuple(self.names))


def Sequence(item: Kind) -> Kind:  # noqa: N802 - it makes a type
    """The kind of a sequence of `item`."""
    return tuple[item, ...]


def Pair(one: Kind, other: Kind) -> Kind:  # noqa: N802 - it makes a type
    """The kind of two values together."""
    return tuple[one, other]


def fields_of(kind: Kind) -> Mapping[str, Kind] | None:
    """The fields of a kind by name, or None if they are not known."""
    if isinstance(kind, Module):
        return kind.names
    if kind in (*RECORDS, Loop):
        return _hints(kind)
    if kind in (str, int, bool):
        return {name: Any for name in dir(kind) if not name.startswith("_")}
    origin: object = get_origin(kind)
    if origin is tuple:
        return {"count": Any, "index": Any}
    return None


@cache
def _hints(kind: type) -> dict[str, Kind]:
    """Fields and properties of a class with their kinds, in the order of the class."""
    found = dict(get_type_hints(kind))
    for name, value in vars(kind).items():
        if isinstance(value, property) and value.fget is not None:
            found[name] = get_type_hints(value.fget)["return"]
    return {
        name: _required(hint)
        for name, hint in found.items()
        if not name.startswith("_") and name not in _OF_NO_SUITE
    }


def _required(kind: Kind) -> Kind:
    """A kind without the None that stands for a value nobody gave."""
    kinds = [item for item in get_args(kind) if item is not NoneType]
    return kinds[0] if len(kinds) == 1 and NoneType in get_args(kind) else kind


def item_of(kind: Kind) -> Kind:
    """The kind of what looping over a value gives."""
    arguments = get_args(kind)
    origin: object = get_origin(kind)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return arguments[0]
    if origin is Iterator:
        return arguments[0]
    return str if kind is str else Any


def parts_of(kind: Kind, count: int) -> list[Kind]:
    """The kinds of the parts of a value that is taken apart into `count` names."""
    arguments = list(get_args(kind))
    origin: object = get_origin(kind)
    if origin is not tuple or Ellipsis in arguments:
        return [item_of(kind)] * count
    return arguments if len(arguments) == count else [Any] * count
