"""Places in the report's data: every number of the page comes from one, and names it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from suiteloom.cli.output import plain
from suiteloom.cli.report_words import shown
from suiteloom.model.dotted import IDENTIFYING, lookup

__all__ = ["Place"]

_SIMPLE = re.compile(r"[A-Za-z](?:[\w -]*\w)?")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the report.

    Attributes:
        path: Dotted, as `lookup` takes it; empty is the report itself.
        value: What stands there.
        name: The key or the number that it has in what it stands in, if it was listed.
    """

    path: str
    value: Any
    name: str = ""

    def at(self, path: str) -> Place:
        """The place at a path from here.

        Raises:
            PathError: If there is none.
        """
        return Place(_joined(self.path, path), lookup(self.value, path))

    def each(self, path: str) -> Iterator[Place]:
        """The places in a list or an object, in order."""
        inside = self.at(path)
        if isinstance(inside.value, Mapping):
            for key, value in inside.value.items():
                yield Place(_joined(inside.path, _quoted(str(key))), value, str(key))
            return
        for name, value in zip(_names(inside.value), inside.value, strict=True):
            yield Place(_joined(inside.path, name), value, name)

    def n(self, path: str = "", form: str = "") -> Markup:
        """The number at a path from here, as an element that says where it is from.

        Args:
            path: Empty is this place itself.
            form: ``short`` writes money in millions.
        """
        return self._element("span", path, form)

    def c(self, path: str) -> Markup:
        """The same, where an element around it names this place, or its list and row."""
        text = shown(path.rpartition(".")[2], self.at(path).value)
        return Markup('<span data-c="{0}">{1}</span>').format(plain(path), text)

    def td(self, path: str = "") -> Markup:
        """The same as a cell of a table."""
        return self._element("td", path, "")

    def tspan(self, path: str = "") -> Markup:
        """The same, in short, as a part of a text in a chart."""
        return self._element("tspan", path, "short")

    def _element(self, tag: str, path: str, form: str) -> Markup:
        place = self.at(path) if path else self
        text = shown(place.path.rpartition(".")[2], place.value, form)
        source = plain(place.path)
        return Markup('<{0} data-from="report:{1}">{2}</{0}>').format(tag, source, text)


def _names(entries: Sequence[Any]) -> list[str]:
    """By what each entry of a list is entered: its name, or its number if that fails."""
    known = [_identity(entry) for entry in entries]
    found: set[str] = set()
    names = []
    for number, name in enumerate(known):
        is_free = name and name not in found and '"' not in name
        if is_free and plain(name) == name:
            names.append(_quoted(name))
        else:
            numbers = (str(number), str(number - len(known)))
            names.append(next((n for n in numbers if n not in known), numbers[0]))
        found.add(name)
    return names


def _identity(entry: Any) -> str:
    """What `lookup` knows an entry by; empty if nothing."""
    if not isinstance(entry, Mapping):
        return ""
    values = (entry.get(field) for field in IDENTIFYING)
    return next((value for value in values if value and isinstance(value, str)), "")


def _quoted(key: str) -> str:
    return key if _SIMPLE.fullmatch(key) else f'"{key}"'


def _joined(above: str, name: str) -> str:
    return f"{above}.{name}" if above else name
