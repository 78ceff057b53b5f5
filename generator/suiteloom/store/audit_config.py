"""Reading ``[tool.suiteloom.audit]``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import PurePath
from typing import Any

from suiteloom.model import AuditConfig, ServiceConfig
from suiteloom.model.characters import describe, forbidden_character
from suiteloom.model.identifiers import (
    closest,
    dotted_problem,
    marker_problem,
    short,
)
from suiteloom.store.config_source import ConfigSource
from suiteloom.store.files import reserved_part

__all__ = ["read_audit_config"]

_CODES = re.compile(r"SL\d{0,3}")
_FAMILY = re.compile(r"SL[1-9]")

_Keys = tuple[str, ...]


def read_audit_config(table: Any, source: ConfigSource, key: str) -> AuditConfig:
    """Check and take over the table.

    Args:
        table: As read from TOML.
        source: The file that it stands in, for messages.
        key: The key of the table in it.

    Raises:
        UsageError: If a key is unknown or a value is not what its key takes.
    """
    reader = _Reader(source)
    values: dict[str, Any] = {}
    for name, value in reader.table(table, (key,)).items():
        keys = (key, name)
        field = reader.known(name.replace("-", "_"), AuditConfig, keys)
        values[field] = _READERS[field](reader, value, keys)
    return AuditConfig(**values)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the values of one file; each method takes the keys that lead to a value."""

    source: ConfigSource

    def must(self, holds: bool, keys: _Keys, message: str, hint: str = "") -> None:
        if not holds:
            raise self.source.error(keys, message, hint)

    def known(self, name: str, owner: type, keys: _Keys) -> str:
        names = [item.name for item in fields(owner)]
        close = closest(name, names)
        hint = f"did you mean `{close}`?" if close else f"known: {', '.join(names)}"
        self.must(name in names, keys, f"unknown key `{_said(keys)}`", hint)
        return name

    def texts(self, value: Any, keys: _Keys) -> tuple[str, ...]:
        good = isinstance(value, list) and all(isinstance(item, str) for item in value)
        self.must(good, keys, f"`{_said(keys)}` must be a list of texts")
        for item in value:
            self.visible(item, keys)
        return tuple(value)

    def names(self, value: Any, keys: _Keys) -> tuple[str, ...]:
        paths = self.texts(value, keys)
        for path in paths:
            hint = "name a package, such as shop or shop.payment"
            message = f"`{_said(keys)}` can not have {path!r}: it "
            problem = dotted_problem(path)
            self.must(not problem, keys, message + problem, hint)
        return paths

    def markers(self, value: Any, keys: _Keys) -> tuple[str, ...]:
        markers = self.texts(value, keys)
        for marker in markers:
            message = f"`{_said(keys)}` can not have {marker!r}: it "
            problem = marker_problem(marker)
            self.must(not problem, keys, message + problem, "name a category")
        return markers

    def codes(self, value: Any, keys: _Keys) -> tuple[str, ...]:
        codes = self.texts(value, keys)
        for code in codes:
            hint = "a code is SL and up to three digits, such as SL6 or SL601"
            good = _CODES.fullmatch(code) is not None
            self.must(good, keys, f"`{_said(keys)}` can not have {code!r}", hint)
        return codes

    def text(self, value: Any, keys: _Keys) -> str:
        self.must(isinstance(value, str), keys, f"`{_said(keys)}` must be a text")
        self.visible(value, keys)
        return str(value)

    def file(self, value: Any, keys: _Keys) -> str:
        path = self.text(value, keys)
        part = reserved_part(PurePath(path))
        message = f"`{_said(keys)}` can not be in {part}"
        self.must(not part, keys, message, "name a file of the project")
        return path

    def visible(self, text: str, keys: _Keys) -> None:
        if character := forbidden_character(text):
            message = f"`{_said(keys)}` can not have a {describe(character)}"
            raise self.source.error(keys, message, "write one line of visible text")

    def number(self, value: Any, keys: _Keys, highest: float = 100) -> float:
        good = isinstance(value, int | float) and not isinstance(value, bool)
        message = f"`{_said(keys)}` must be a number from 0 to {highest:g}"
        self.must(good and 0 <= value <= highest, keys, message)
        return float(value)

    def table(self, value: Any, keys: _Keys) -> Mapping[str, Any]:
        self.must(isinstance(value, dict), keys, f"`{_said(keys)}` must be a table")
        found: Mapping[str, Any] = value
        return found

    def weights(self, value: Any, keys: _Keys) -> dict[str, float]:
        weights = {}
        for family, weight in self.table(value, keys).items():
            place = (*keys, family)
            good = _FAMILY.fullmatch(family) is not None
            message = f"`{_said(keys)}` can not have {family!r}"
            self.must(good, place, message, "families are SL1 to SL9")
            weights[family] = self.number(weight, place, 1000)
        return weights

    def per_path(self, value: Any, keys: _Keys) -> dict[str, tuple[str, ...]]:
        table = self.table(value, keys)
        return {path: self.codes(codes, (*keys, path)) for path, codes in table.items()}

    def services(self, value: Any, keys: _Keys) -> dict[str, ServiceConfig]:
        services = {}
        for service, table in self.table(value, keys).items():
            place = (*keys, service)
            self.visible(service, place)
            parts: dict[str, tuple[str, ...]] = {}
            for part, items in self.table(table, place).items():
                read = self.names if part == "packages" else self.texts
                field = self.known(part, ServiceConfig, (*place, part))
                parts[field] = read(items, (*place, part))
            services[service] = ServiceConfig(**parts)
        return services


def _said(keys: _Keys) -> str:
    """Keys as a message names them."""
    return short(".".join(keys), 200)


_READERS: Mapping[str, Callable[[_Reader, Any, _Keys], Any]] = {
    "select": _Reader.codes,
    "ignore": _Reader.codes,
    "extend_select": _Reader.codes,
    "exclude": _Reader.texts,
    "threshold": _Reader.number,
    "baseline": _Reader.file,
    "subjects": _Reader.names,
    "no_mocks": _Reader.markers,
    "weights": _Reader.weights,
    "per_path": _Reader.per_path,
    "services": _Reader.services,
}
