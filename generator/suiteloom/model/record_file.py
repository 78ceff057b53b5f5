"""The one form of a record on disk: written here, and read again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from operator import attrgetter
from typing import Any, TypeVar

from suiteloom.model.outcomes import OUTCOMES
from suiteloom.model.record import (
    CollectedTest,
    CollectionProblem,
    Record,
    TestOutcome,
)

__all__ = [
    "RECORD_SCHEMA",
    "RecordError",
    "dump_outcome",
    "dump_record",
    "dump_test",
    "load_outcome",
    "load_record",
    "load_test",
    "read_object",
]

RECORD_SCHEMA = "suiteloom.record/2"

_TEST = {
    "id": str,
    "nodeid": str,
    "path": str,
    "line": int,
    "class_name": str,
    "function": str,
    "case": str,
    "is_orphan": bool,
}
_DROPPED = {**_TEST, "silently": bool}
_PROBLEM = {"path": str, "line": int, "message": str, "nodeid": str}
_END = {
    "outcome": str,
    "duration_s": float,
    "reason": str,
    "environment": str,
    "metrics": dict,
    "attempts": int,
}
_RECORD = {
    "schema": str,
    "exit": int,
    "stopped": str,
    "is_interrupted": bool,
    "settings": dict,
    "collected": list,
    "deselected": list,
    "errors": list,
    "warnings": list,
    "tests": list,
}
_NAMES = frozenset(item.name for item in OUTCOMES)
_Fields = Mapping[str, type]
_Made = TypeVar("_Made")

_get_test = attrgetter(*_TEST)
_get_dropped = attrgetter(*_DROPPED)
_get_problem = attrgetter(*_PROBLEM)
_get_end = attrgetter(*_END)


class RecordError(ValueError):
    """Not a record of this format; the message says what is wrong with it."""


def dump_record(record: Record) -> bytes:
    """Write a record as JSON, a line for each list.

    `problem` and `output` are of the one who started pytest, and are left out.
    """
    write = json.JSONEncoder(default=repr).encode
    texts = _Texts()
    head = {
        "schema": RECORD_SCHEMA,
        "exit": record.exit,
        "stopped": record.stopped,
        "is_interrupted": record.is_interrupted,
        "settings": record.settings,
    }
    lists = {
        "collected": [f"{{{texts.of(test)}}}" for test in record.collected],
        "deselected": [
            write(_data(_DROPPED, _get_dropped(t))) for t in record.deselected
        ],
        "errors": [write(_data(_PROBLEM, _get_problem(p))) for p in record.errors],
        "warnings": [write(_data(_PROBLEM, _get_problem(p))) for p in record.warnings],
        "tests": [_outcome_text(outcome, texts, write) for outcome in record.tests],
    }
    parts = [f' "{key}": {write(value)}' for key, value in head.items()]
    parts += [f' "{key}": [{", ".join(items)}]' for key, items in lists.items()]
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


class _Texts(dict[str, str]):
    """Texts as JSON has them, each made once; and items, of which most are named twice.

    A record has two entries for each test of a run, in which one thing after the other
    is the same, so that they are put together from what is there.
    """

    def __init__(self) -> None:
        super().__init__()
        self._write = json.JSONEncoder().encode
        self._items: dict[int, str] = {}

    def __missing__(self, text: str) -> str:
        written = self[text] = self._write(text)
        return written

    def of(self, test: CollectedTest) -> str:
        """What stands between the braces of an item; by `id`: the record holds it."""
        written = self._items.get(id(test))
        if written is None:
            written = self._items[id(test)] = (
                f'"id": {self[test.id]}, "nodeid": {self._write(test.nodeid)}, '
                f'"path": {self[test.path]}, "line": {test.line}, '
                f'"class_name": {self[test.class_name]}, '
                f'"function": {self[test.function]}, "case": {self[test.case]}, '
                f'"is_orphan": {"true" if test.is_orphan else "false"}'
            )
        return written


def _outcome_text(
    ended: TestOutcome, texts: _Texts, write: Callable[[object], str]
) -> str:
    """An outcome as JSON has it: the item's own keys first, in one flat object."""
    duration, metrics = ended.duration_s, ended.metrics
    return (
        f'{{{texts.of(ended.test)}, "outcome": {texts[ended.outcome]}, '
        f'"duration_s": {duration if isfinite(duration) else write(duration)}, '
        f'"reason": {texts[ended.reason]}, "environment": {texts[ended.environment]}, '
        f'"metrics": {write(metrics) if metrics else "{}"}, '
        f'"attempts": {ended.attempts}}}'
    )


def load_record(data: bytes) -> Record:
    """Read a record.

    Args:
        data: The whole file.

    Raises:
        RecordError: If it is damaged, or of another format.
    """
    found = read_object(data, RECORD_SCHEMA)
    values = _checked(found, _RECORD, "the record")
    for name, setting in values["settings"].items():
        if type(setting) is not list or any(type(item) is not str for item in setting):
            raise RecordError(f"settings: {name} is no list of texts")
    return Record(
        exit=values["exit"],
        stopped=values["stopped"],
        is_interrupted=values["is_interrupted"],
        settings=values["settings"],
        collected=_all(CollectedTest, values["collected"], _TEST, "collected"),
        deselected=_all(CollectedTest, values["deselected"], _DROPPED, "deselected"),
        errors=_all(CollectionProblem, values["errors"], _PROBLEM, "errors"),
        warnings=_all(CollectionProblem, values["warnings"], _PROBLEM, "warnings"),
        tests=tuple(load_outcome(item) for item in values["tests"]),
    )


def dump_test(test: CollectedTest) -> dict[str, Any]:
    """An item as plain data, as in the list ``collected`` of a record."""
    return _data(_TEST, _get_test(test))


def load_test(data: object) -> CollectedTest:
    """Read what `dump_test` gave.

    Raises:
        RecordError: If it is something else.
    """
    return CollectedTest(**_checked(data, _TEST, "collected"))


def dump_outcome(outcome: TestOutcome) -> dict[str, Any]:
    """An outcome as JSON has it: the item's own keys first, in one flat object."""
    return {
        **_data(_TEST, _get_test(outcome.test)),
        **_data(_END, _get_end(outcome)),
    }


def load_outcome(data: object) -> TestOutcome:
    """Read what `dump_outcome` gave.

    Raises:
        RecordError: If it is something else.
    """
    test = CollectedTest(**_checked(data, _TEST, "tests"))
    end = _checked(data, _END, "tests")
    if end["outcome"] not in _NAMES:
        raise RecordError(f"tests: {end['outcome']!r} is no outcome")
    return TestOutcome(test, **end)


def read_object(data: bytes, schema: str) -> dict[str, Any]:
    """Read JSON that is one object of a schema.

    Args:
        data: The whole file.
        schema: What its key ``schema`` has to say.

    Raises:
        RecordError: If it is something else.
    """
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"not valid JSON: {error}") from error
    if not isinstance(found, dict):
        raise RecordError("not a JSON object")
    if found.get("schema") != schema:
        raise RecordError(f"of format {found.get('schema')!r}, not {schema!r}")
    return found


def _data(fields: _Fields, values: Iterable[Any]) -> dict[str, Any]:
    return dict(zip(fields, values, strict=True))


def _all(
    make: type[_Made], items: Iterable[object], fields: _Fields, where: str
) -> tuple[_Made, ...]:
    return tuple(make(**_checked(item, fields, where)) for item in items)


def _checked(data: object, fields: _Fields, where: str) -> dict[str, Any]:
    """The values of some keys, every one of which is there and of its type."""
    if not isinstance(data, dict):
        raise RecordError(f"{where}: not an object")
    values = {}
    for name, kind in fields.items():
        value = data.get(name)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise RecordError(f"{where}: {name} is missing or no {kind.__name__}")
        values[name] = value
    return values
