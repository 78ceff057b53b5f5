"""A history as lines of JSON: written here, and read again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from suiteloom.model import (
    OUTCOMES,
    PastResult,
    PastRun,
    RecordError,
    ResultKey,
    Revision,
    RunEnvironment,
    TestPlace,
)

__all__ = [
    "HEAD",
    "Levels",
    "RunLine",
    "dump_levels",
    "dump_run_line",
    "load_line",
]

HEAD = '{"schema": "suiteloom.history-lines/1"}'
"""The first line."""

_MOST = 2**62
_UID = re.compile(r"[0-9a-f]{32}")
_COMMIT = re.compile(r"[0-9a-f]{7,64}|")
_NAMES = frozenset(item.name for item in OUTCOMES)


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run with all that is remembered of it.

    Attributes:
        run: The run.
        results: How its tests ended.
        places: Where tests stand from this run on, by id.
    """

    run: PastRun
    results: Mapping[ResultKey, PastResult] = field(default_factory=dict)
    places: Mapping[str, TestPlace] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Levels:
    """Accepted durations in an environment, in microseconds, each with its spread."""

    environment: RunEnvironment
    tests: Mapping[ResultKey, tuple[float, float]]


def dump_run_line(line: RunLine) -> str:
    """Write a run as one line, without its end."""
    run = line.run
    return json.dumps(
        {
            "run": run.uid,
            "started_us": run.started_us,
            "took_us": run.took_us,
            "commit": run.revision.commit,
            "tree_clean": run.revision.is_clean,
            "branch": run.branch,
            "environment": _environment_data(run.environment),
            "python": run.python,
            "workers": run.workers,
            "coverage_percent": run.coverage,
            "packages": dict(sorted(run.packages.items())),
            "whole": run.is_whole,
            "thinned": run.is_thinned,
            "tests": run.tests,
            "failed": run.failed,
            "results": [
                [key.id, key.case, result.outcome, result.duration_us]
                for key, result in line.results.items()
            ],
            "metrics": [
                [key.id, key.case, name, value]
                for key, result in line.results.items()
                for name, value in result.metrics.items()
            ],
            "places": [
                [identity, place.domain, place.group, place.name]
                for identity, place in line.places.items()
            ],
        }
    )


def dump_levels(levels: Levels) -> str:
    """Write the levels of an environment as one line, without its end."""
    return json.dumps(
        {
            "levels": _environment_data(levels.environment),
            "tests": [
                [key.id, key.case, *level] for key, level in levels.tests.items()
            ],
        }
    )


def load_line(text: bytes) -> RunLine | Levels:
    """Read a line that is not the first.

    Raises:
        RecordError: If it is nothing that is written here.
    """
    try:
        data = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"not valid JSON: {error}") from error
    if isinstance(data, dict) and "levels" in data:
        return _levels(data)
    if isinstance(data, dict) and "run" in data:
        return _run_line(data)
    raise RecordError("neither a run nor levels")


def _levels(data: Mapping[str, Any]) -> Levels:
    rows = _rows(data, "tests", (str, str, float, float))
    return Levels(
        _environment(data["levels"]),
        {ResultKey(name, case): (level, spread) for name, case, level, spread in rows},
    )


def _run_line(data: Mapping[str, Any]) -> RunLine:
    metrics: dict[ResultKey, dict[str, float]] = {}
    for name, case, metric, value in _rows(data, "metrics", (str, str, str, float)):
        metrics.setdefault(ResultKey(name, case), {})[metric] = value
    results = {}
    for name, case, outcome, took in _rows(data, "results", (str, str, str, int)):
        if outcome not in _NAMES:
            raise RecordError(f"results: {outcome!r} is no outcome")
        key = ResultKey(name, case)
        results[key] = PastResult(outcome, took, metrics.get(key, {}))
    places = {
        name: TestPlace(*place)
        for name, *place in _rows(data, "places", (str, str, str, str))
    }
    return RunLine(_run(data), results, places)


def _run(data: Mapping[str, Any]) -> PastRun:
    clean = data.get("tree_clean")
    coverage = data.get("coverage_percent")
    packages = _field(data, "packages", dict)
    if not all(isinstance(value, str) for value in packages.values()):
        raise RecordError("packages: a digest is no text")
    return PastRun(
        uid=_matching(data, "run", _UID),
        started_us=_field(data, "started_us", int),
        took_us=_field(data, "took_us", int),
        revision=Revision(
            _matching(data, "commit", _COMMIT),
            None if clean is None else _field(data, "tree_clean", bool),
        ),
        branch=_field(data, "branch", str),
        environment=_environment(data.get("environment")),
        python=_field(data, "python", str),
        workers=_field(data, "workers", int),
        coverage=None if coverage is None else _field(data, "coverage_percent", float),
        packages=packages,
        is_whole=_field(data, "whole", bool),
        is_thinned=_field(data, "thinned", bool),
        tests=_field(data, "tests", int),
        failed=_field(data, "failed", int),
    )


def _environment_data(environment: RunEnvironment) -> dict[str, str]:
    return {
        "name": environment.name,
        "python": environment.python,
        "system": environment.system,
    }


def _environment(data: object) -> RunEnvironment:
    if not isinstance(data, dict):
        raise RecordError("environment: not an object")
    return RunEnvironment(
        _field(data, "name", str),
        _field(data, "python", str),
        _field(data, "system", str),
    )


def _rows(
    data: Mapping[str, Any], name: str, kinds: tuple[type, ...]
) -> list[list[Any]]:
    """A list of lists, each of whose values is of its kind."""
    rows = _field(data, name, list)
    for row in rows:
        if not isinstance(row, list) or len(row) != len(kinds):
            raise RecordError(f"{name}: not a list of {len(kinds)} values")
        for place, kind in enumerate(kinds):
            row[place] = _value(row[place], name, kind)
    return list(rows)


def _field(data: Mapping[str, Any], name: str, kind: type) -> Any:
    return _value(data.get(name), name, kind)


def _value(value: Any, name: str, kind: type) -> Any:
    if kind is float and type(value) is int and abs(value) < _MOST:
        return float(value)
    is_right = type(value) is kind
    if not is_right or (isinstance(value, int) and not 0 <= value < _MOST):
        raise RecordError(f"{name}: missing, or no {kind.__name__} that it can be")
    return value


def _matching(data: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str:
    text: str = _field(data, name, str)
    if not form.fullmatch(text):
        raise RecordError(f"{name}: not of its form")
    return text


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
