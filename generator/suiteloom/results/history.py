"""The last run as one JSON record: written, and read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from suiteloom.model import TestOutcome

__all__ = [
    "FILE_NAME",
    "LastRun",
    "dump_run",
    "file_digest",
    "load_run",
    "merge_tests",
]

FILE_NAME = "last-run.json"
_SCHEMA = "suiteloom.run/1"
_WORST_FIRST = ("failed", "error", "xpassed", "pending", "orphan", "skipped", "xfailed")


def file_digest(data: bytes) -> str:
    """Digest of a suite file, to see whether it changed since it was run."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class LastRun:
    """What the last `run` came to.

    Attributes:
        environments: Those it ran in, in order; one empty text if none was named.
        suites: Digest of each suite file that was run, by path.
        collected: Ids that pytest collected in those files.
        unspecified: Number of collected tests that no spec names, by path.
        tests: How each item ended in each environment.
        coverage: Percent of the configured packages' lines, if it was measured.
    """

    environments: tuple[str, ...]
    suites: Mapping[str, str]
    collected: frozenset[str]
    unspecified: Mapping[str, int]
    tests: tuple[TestOutcome, ...]
    coverage: float | None = None

    def outcomes(self) -> dict[str, str]:
        """The outcome of each id: the worst of its cases and environments."""
        found: dict[str, str] = {}
        for test in self.tests:
            if test.id:
                found[test.id] = _worse(found.get(test.id, test.outcome), test.outcome)
        return found


def _worse(first: str, second: str) -> str:
    ranks = {name: rank for rank, name in enumerate(_WORST_FIRST)}
    return min(first, second, key=lambda name: ranks.get(name, len(ranks)))


def dump_run(run: LastRun) -> bytes:
    """Write a run as JSON."""
    data = {
        "schema": _SCHEMA,
        "environments": run.environments,
        "coverage_percent": run.coverage,
        "suites": dict(sorted(run.suites.items())),
        "collected": sorted(run.collected),
        "unspecified": dict(sorted(run.unspecified.items())),
        "tests": [asdict(test) for test in run.tests],
    }
    return json.dumps(data, indent=1).encode() + b"\n"


def load_run(data: bytes) -> LastRun | None:
    """Read a run; None if the record is of another format or was damaged."""
    try:
        found: Any = json.loads(data)
        if found["schema"] != _SCHEMA:
            return None
        return LastRun(
            environments=tuple(found["environments"]),
            suites=found["suites"],
            collected=frozenset(found["collected"]),
            unspecified=found["unspecified"],
            tests=tuple(TestOutcome(**test) for test in found["tests"]),
            coverage=found["coverage_percent"],
        )
    except (ValueError, KeyError, TypeError):
        return None


def merge_tests(
    sessions: Iterable[tuple[str, Sequence[TestOutcome]]],
) -> tuple[TestOutcome, ...]:
    """Outcomes of several sessions, each under its environment's name."""
    return tuple(
        TestOutcome(**{**asdict(test), "environment": name or test.environment})
        for name, tests in sessions
        for test in tests
    )
