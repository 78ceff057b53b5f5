"""Reading ``[tool.suiteloom.history]``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from suiteloom.model import HistoryConfig
from suiteloom.model.identifiers import closest, short
from suiteloom.store.config_source import ConfigSource

__all__ = ["read_history_config"]

_BOUNDS: Mapping[str, tuple[int, int]] = {
    "runs": (10, 100_000),
    "failures": (10, 1_000_000),
    "max_mb": (1, 100_000),
}


def read_history_config(table: Any, source: ConfigSource, key: str) -> HistoryConfig:
    """Check and take over the table.

    Args:
        table: As read from TOML.
        source: The file that it stands in, for messages.
        key: The key of the table in it.

    Raises:
        UsageError: If a key is unknown or a value is not what its key takes.
    """
    if not isinstance(table, dict):
        raise source.error((key,), "`history` must be a table")
    known = [item.name for item in fields(HistoryConfig)]
    values: dict[str, Any] = {}
    for written, value in table.items():
        name = written.replace("-", "_")
        keys = (key, written)
        if name not in known:
            close = closest(name, known)
            hint = f"did you mean `{close}`?" if close else f"known: {', '.join(known)}"
            raise source.error(keys, f"unknown key `history.{short(written)}`", hint)
        if problem := _problem(name, value):
            raise source.error(keys, f"`history.{name}` must be {problem}")
        values[name] = value
    config = HistoryConfig(**values)
    if config.failures < config.runs:
        message = "`history.failures` must not be less than `history.runs`"
        hint = "failures are kept for as many runs as are kept whole, or for more"
        raise source.error((key,), message, hint)
    return config


def _problem(name: str, value: object) -> str:
    """What a value must be, if it is not."""
    if name not in _BOUNDS:
        return "" if isinstance(value, bool) else "true or false"
    least, most = _BOUNDS[name]
    good = isinstance(value, int) and not isinstance(value, bool)
    if good and least <= value <= most:  # type: ignore[operator]
        return ""
    return f"a whole number from {least:,} to {most:,}"
