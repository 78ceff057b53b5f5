"""What the record of a shard says of it as JSON: written, and read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, get_args

from suiteloom.model import (
    FilePart,
    Finding,
    Place,
    RecordError,
    Severity,
    Shard,
    ShardRun,
)

__all__ = ["dump_shard", "load_shard"]

_SHARD = {
    "number": int,
    "of": int,
    "plan": str,
    "command": list,
    "share": list,
    "findings": list,
}
_PART = {"path": str, "ids": list, "has_rest": bool}
_PLACE = {"path": str, "line": int, "column": int}
_FINDING = {
    "code": str,
    "severity": str,
    "message": str,
    **_PLACE,
    "hint": str,
    "id": str,
}


def dump_shard(run: ShardRun) -> dict[str, Any]:
    """What a record says of a shard, as plain data."""
    return {
        "number": run.shard.number,
        "of": run.shard.of,
        "plan": run.plan,
        "command": list(run.command),
        "share": [asdict(part) for part in run.share],
        "findings": [asdict(finding) for finding in run.findings],
    }


def load_shard(data: object) -> ShardRun:
    """Read what `dump_shard` gave.

    Raises:
        RecordError: If it is something else.
    """
    values = _values(data, _SHARD, "shard")
    shard = Shard(values["number"], values["of"])
    if not 1 <= shard.number <= shard.of:
        raise RecordError(f"shard: {shard} is none")
    return ShardRun(
        shard=shard,
        plan=values["plan"],
        command=_texts(values["command"], "shard: command"),
        share=tuple(_part(item) for item in values["share"]),
        findings=tuple(_finding(item) for item in values["findings"]),
    )


def _part(data: object) -> FilePart:
    values = _values(data, _PART, "share")
    return FilePart(
        values["path"], _texts(values["ids"], "share: ids"), values["has_rest"]
    )


def _finding(data: object) -> Finding:
    values = _values(data, _FINDING, "findings")
    if values["severity"] not in get_args(Severity):
        raise RecordError(f"findings: {values['severity']!r} is no severity")
    related = data.get("related") if isinstance(data, Mapping) else None
    place = Place(**_values(related, _PLACE, "related")) if related else None
    return Finding(**values, related=place)


def _texts(items: list[object], where: str) -> tuple[str, ...]:
    texts = tuple(item for item in items if isinstance(item, str))
    if len(texts) != len(items):
        raise RecordError(f"{where}: not a list of texts")
    return texts


def _values(data: object, fields: Mapping[str, type], where: str) -> dict[str, Any]:
    """The values of some keys, every one of which is there and of its type."""
    if not isinstance(data, Mapping):
        raise RecordError(f"{where}: not an object")
    for name, kind in fields.items():
        if type(data.get(name)) is not kind:
            raise RecordError(f"{where}: {name} is missing or no {kind.__name__}")
    return {name: data[name] for name in fields}
