"""Reading ``[tool.suiteloom.audit]``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from suiteloom.errors import UsageError
from suiteloom.model import AuditConfig, ServiceConfig
from suiteloom.model.identifiers import closest

__all__ = ["read_audit_config"]

_CODES = re.compile(r"SL\d{0,3}")
_DEFAULT = AuditConfig()


def read_audit_config(table: Any, source: str) -> AuditConfig:
    """Check and take over the table.

    Args:
        table: As read from TOML.
        source: The file that it stands in, for messages.

    Raises:
        UsageError: If a key is unknown or a value is not what its key takes.
    """
    _must(isinstance(table, dict), "`audit` must be a table", source)
    values: dict[str, Any] = {}
    for key, value in table.items():
        name = _known(key.replace("-", "_"), AuditConfig, f"audit.{key}", source)
        values[name] = _READERS[name](value, f"audit.{key}", source)
    return AuditConfig(**values)


def _must(holds: bool, message: str, source: str, hint: str = "") -> None:
    if not holds:
        raise UsageError(message, path=source, hint=hint)


def _known(name: str, owner: type, key: str, source: str) -> str:
    names = [item.name for item in fields(owner)]
    close = closest(name, names)
    hint = f"did you mean `{close}`?" if close else f"known: {', '.join(names)}"
    _must(name in names, f"unknown key `{key}`", source, hint)
    return name


def _texts(value: Any, key: str, source: str) -> tuple[str, ...]:
    good = isinstance(value, list) and all(isinstance(item, str) for item in value)
    _must(good, f"`{key}` must be a list of texts", source)
    return tuple(value)


def _codes(value: Any, key: str, source: str) -> tuple[str, ...]:
    codes = _texts(value, key, source)
    for code in codes:
        hint = "a code is SL and up to three digits, such as SL6 or SL601"
        good = _CODES.fullmatch(code) is not None
        _must(good, f"`{key}` can not have {code!r}", source, hint)
    return codes


def _text(value: Any, key: str, source: str) -> str:
    _must(isinstance(value, str), f"`{key}` must be a text", source)
    return str(value)


def _number(value: Any, key: str, source: str, highest: float) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    _must(
        good and 0 <= value <= highest,
        f"`{key}` must be a number from 0 to {highest:g}",
        source,
    )
    return float(value)


def _threshold(value: Any, key: str, source: str) -> float:
    return _number(value, key, source, 100)


def _table(value: Any, key: str, source: str) -> Mapping[str, Any]:
    _must(isinstance(value, dict), f"`{key}` must be a table", source)
    found: Mapping[str, Any] = value
    return found


def _weights(value: Any, key: str, source: str) -> dict[str, float]:
    weights = {}
    for family, weight in _table(value, key, source).items():
        good = re.fullmatch(r"SL[1-9]", family) is not None
        hint = "families are SL1 to SL9"
        _must(good, f"`{key}` can not have {family!r}", source, hint)
        weights[family] = _number(weight, f"{key}.{family}", source, 1000)
    return weights


def _per_path(value: Any, key: str, source: str) -> dict[str, tuple[str, ...]]:
    table = _table(value, key, source)
    return {
        path: _codes(codes, f"{key}.{path}", source) for path, codes in table.items()
    }


def _services(value: Any, key: str, source: str) -> dict[str, ServiceConfig]:
    services = {}
    for service, table in _table(value, key, source).items():
        place = f"{key}.{service}"
        parts = {
            _known(part, ServiceConfig, f"{place}.{part}", source): _texts(
                items, f"{place}.{part}", source
            )
            for part, items in _table(table, place, source).items()
        }
        services[service] = ServiceConfig(**parts)
    return services


_READERS = {
    "select": _codes,
    "ignore": _codes,
    "threshold": _threshold,
    "baseline": _text,
    "subjects": _texts,
    "no_mocks": _texts,
    "weights": _weights,
    "per_path": _per_path,
    "services": _services,
}
