"""The last run as one JSON record: written, and read again."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from suiteloom.model import (
    CodeState,
    RecordError,
    Revision,
    ShardRun,
    TestOutcome,
    dump_outcome,
    load_outcome,
    read_object,
    worst_outcome,
)
from suiteloom.results.shards import dump_shard, load_shard

__all__ = [
    "FILE_NAME",
    "LastRun",
    "dump_run",
    "file_digest",
    "load_run",
    "merge_tests",
    "read_durations",
    "read_run",
]

FILE_NAME = "last-run.json"
_SCHEMA = "suiteloom.run/3"
_MOST_S = 1e9
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


def file_digest(data: bytes) -> str:
    """Digest of a suite file, to see whether it changed since it was run."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class LastRun:
    """What the last `run` came to.

    Attributes:
        environments: Those it ran in, in order; one empty text if none was named.
        suites: Digest of each suite file that was run, by path.
        collected: Ids that were left to run in those files.
        unspecified: Number of collected tests that no spec names, by path.
        tests: How each item ended in each environment.
        coverage: Percent of the configured packages' lines over all environments, if it
            was measured.
        coverage_by_environment: The same of each environment by itself.
        revision: What the work tree was before the first test ran.
        code: What the packages under test were then; None if the run did not note it.
        shard: Which part of the tests it is, if only that was to run; None if all of
            those that were chosen.
        began_us: When the first test could begin, in microseconds since 1970; 0 if that
            is not known.
        ended_us: When the last one had ended; 0 if that is not known.
        system: Operating system and processor of the machines that ran them; empty if
            that is not known.
        hosts: The other machines that ran them; none if this one did.
        missing_hosts: Those that were named and not reached, by name, with the reason.
    """

    environments: tuple[str, ...]
    suites: Mapping[str, str]
    collected: frozenset[str]
    unspecified: Mapping[str, int]
    tests: tuple[TestOutcome, ...]
    coverage: float | None = None
    coverage_by_environment: Mapping[str, float] = field(default_factory=dict)
    revision: Revision = field(default_factory=Revision)
    code: CodeState | None = None
    shard: ShardRun | None = None
    began_us: int = 0
    ended_us: int = 0
    system: str = ""
    hosts: tuple[str, ...] = ()
    missing_hosts: Mapping[str, str] = field(default_factory=dict)

    def is_of(self, path: str, data: bytes) -> bool:
        """Whether a suite was run with just these bytes."""
        return self.suites.get(path) == file_digest(data)

    def outcomes(self) -> dict[str, str]:
        """The outcome of each id: the worst of its cases and environments."""
        found: dict[str, str] = {}
        for test in self.tests:
            if test.id:
                known = found.get(test.id, test.outcome)
                found[test.id] = worst_outcome((known, test.outcome))
        return found


def dump_run(run: LastRun) -> bytes:
    """Write a run as JSON."""
    data = {
        "schema": _SCHEMA,
        "commit": run.revision.commit or None,
        "tree_clean": run.revision.is_clean,
        "code": _code_data(run.code),
        "began_us": run.began_us,
        "ended_us": run.ended_us,
        "system": run.system or None,
        "hosts": run.hosts,
        "missing_hosts": run.missing_hosts,
        "environments": run.environments,
        "coverage_percent": run.coverage,
        "coverage_by_environment": run.coverage_by_environment,
        "suites": dict(sorted(run.suites.items())),
        "collected": sorted(run.collected),
        "unspecified": dict(sorted(run.unspecified.items())),
        "tests": [dump_outcome(test) for test in run.tests],
    }
    if run.shard is not None:
        data["shard"] = dump_shard(run.shard)
    return json.dumps(data, indent=1, default=repr).encode() + b"\n"


def load_run(data: bytes) -> LastRun | None:
    """Read a run; None if the record is of another format or was damaged."""
    try:
        return read_run(data)
    except RecordError:
        return None


def read_run(data: bytes) -> LastRun:
    """Read a run.

    Args:
        data: The whole file.

    Raises:
        RecordError: If it is damaged, or of another format.
    """
    found = read_object(data, _SCHEMA)
    try:
        return LastRun(
            environments=tuple(_each(found, "environments", list, str)),
            suites=_each(found, "suites", dict, str),
            collected=frozenset(_each(found, "collected", list, str)),
            unspecified=_each(found, "unspecified", dict, int),
            tests=tuple(load_outcome(test) for test in found["tests"]),
            coverage=_percent(found["coverage_percent"]),
            coverage_by_environment=_each(
                found, "coverage_by_environment", dict, int, float
            ),
            revision=_revision(found["commit"], found["tree_clean"]),
            code=_code(found.get("code")),
            shard=load_shard(found["shard"]) if "shard" in found else None,
            began_us=_moment(found.get("began_us", 0)),
            ended_us=_moment(found.get("ended_us", 0)),
            system=_system(found.get("system")),
            hosts=tuple(_later(found, "hosts", list)),
            missing_hosts=_later(found, "missing_hosts", dict),
        )
    except (KeyError, TypeError) as error:
        raise RecordError(f"not as runs are kept: {error}") from error


def read_durations(data: bytes) -> dict[str, int]:
    """Read how long tests took, and nothing else of a run: much the faster.

    Args:
        data: The whole file.

    Returns:
        Microseconds by id, at least 1: of all cases together, the mean over the
        environments that a test ran in. Empty if the record is of another format or was
        damaged; a test whose durations are none is left out.
    """
    took: dict[str, dict[str, int]] = {}
    try:
        for item in read_object(data, _SCHEMA)["tests"]:
            name, spent = item["id"], item["duration_s"]
            here = took.setdefault(item["environment"], {})
            if name and 0 <= spent < _MOST_S:
                here[name] = here.get(name, 0) + round(spent * 1e6)
    except (RecordError, KeyError, TypeError):
        return {}
    found, times = Counter[str](), Counter[str]()
    for here in took.values():
        found.update(here)
        times.update(here.keys())
    return {name: max(spent // times[name], 1) for name, spent in found.items()}


def _each(found: Mapping[str, Any], name: str, holder: type, *kinds: type) -> Any:
    """A list, or an object, all of whose values are of some kind.

    Raises:
        RecordError: If it is something else.
    """
    if type(found[name]) is not holder:
        raise RecordError(f"{name}: is no {holder.__name__}")
    values: Any = found[name]
    items = list(values.values() if holder is dict else values)
    if any(type(item) not in kinds for item in items):
        raise RecordError(f"{name}: not all of it is {kinds[0].__name__}")
    return values


def _system(data: object) -> str:
    """Read what the machines were; nothing is known where the record says nothing.

    Raises:
        RecordError: If it is no text.
    """
    if data is not None and not isinstance(data, str):
        raise RecordError("system: is no text")
    return data or ""


def _later(found: Mapping[str, Any], name: str, holder: type) -> Any:
    """A list, or an object, of texts that older records do not have.

    Raises:
        RecordError: If it is something else.
    """
    return _each(found, name, holder, str) if name in found else holder()


def _percent(value: object) -> float | None:
    """Coverage in percent; None if it was not measured.

    Raises:
        RecordError: If it is no number.
    """
    if value is None or (isinstance(value, int | float) and value is not True):
        return value
    raise RecordError("coverage_percent: is no number")


def _revision(commit: object, is_clean: object) -> Revision:
    """Read what a record says of the work tree; nothing is known without a commit.

    Raises:
        RecordError: If it is nothing that a record says.
    """
    if commit is None:
        return Revision()
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
        raise RecordError("commit: not the name of a commit")
    if is_clean is not None and not isinstance(is_clean, bool):
        raise RecordError("tree_clean: neither true nor false")
    return Revision(commit, is_clean)


def _code_data(code: CodeState | None) -> dict[str, Any] | None:
    """What the code was, as data."""
    return None if code is None else {"files": code.files, "unknown": code.unknown}


def _code(data: object) -> CodeState | None:
    """Read what a record says of the code; older ones say nothing.

    Raises:
        RecordError: If it is nothing that a record says.
    """
    if data is None:
        return None
    if not isinstance(data, dict):
        raise RecordError("code: not an object")
    files, unknown = data.get("files"), data.get("unknown")
    if not isinstance(files, dict) or not all(map(_is_texts, files.values())):
        raise RecordError("code: files is no object of digests by path")
    if not _is_texts(unknown):
        raise RecordError("code: unknown is no object of texts")
    return CodeState(files, unknown)


def _is_texts(data: object) -> TypeGuard[dict[str, str]]:
    """Whether it is an object whose values are texts."""
    return isinstance(data, dict) and all(isinstance(v, str) for v in data.values())


def _moment(data: object) -> int:
    """Read when something was.

    Raises:
        RecordError: If it is no whole number.
    """
    if type(data) is not int:
        raise RecordError("not a time in whole microseconds")
    return data


def merge_tests(
    sessions: Iterable[tuple[str, Sequence[TestOutcome]]],
) -> tuple[TestOutcome, ...]:
    """Outcomes of several sessions, each under its environment's name."""
    return tuple(
        replace(test, environment=name) if name else test
        for name, tests in sessions
        for test in tests
    )
