"""In how many processes `build` runs suites, and which of them begin first."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from suiteloom.model import Record, Suite
from suiteloom.results import FILE_NAME, LastRun, load_run
from suiteloom.store import FOLDER, read_bytes
from suiteloom.store.machine import present_cores
from suiteloom.workflows.durations import expected_us, recorded_us
from suiteloom.workflows.project import Workspace

__all__ = ["Processes", "choose_processes", "expected_s", "last_run"]

_WORTH_S = 5.0
"""Suites that took less do not gain what it costs to start further processes."""

_MANY_TESTS = 50
"""So many tests are worth it where nobody knows how long they take."""

_OLDEST = (3, 7)
"""The first pytest-xdist that can be told which suite begins."""

_LACKING = 'one process: `pip install "suiteloom[parallel]"` runs suites side by side'
_ELSEWISE = (
    "suites are not spread over processes: pytest's settings leave pytest-xdist out, "
    "or use it already"
)


@dataclass(frozen=True, slots=True)
class Processes:
    """How suites are run.

    Attributes:
        count: Number of processes that tests run in; 0 if it is not known.
        note: One line about it; empty if there is nothing to choose.
        weights: By path of a suite, what it is expected to take compared with the
            others: the longest ones begin.
    """

    count: int = 0
    note: str = ""
    weights: Mapping[str, float] | None = None

    def ordered(self, suites: Sequence[Suite]) -> list[Suite]:
        """The suites in the order that they begin in."""
        weights = self.weights
        if weights is None:
            return list(suites)
        return sorted(suites, key=lambda suite: -weights[suite.path])

    def restored(self, record: Record, suites: Sequence[Suite]) -> Record:
        """What pytest recorded, in the order that one process would have left it in.

        Args:
            record: Of one call of pytest.
            suites: In the order of the specs.
        """
        if self.weights is None:
            return record
        files = {suite.path: number for number, suite in enumerate(suites)}
        collected = sorted(record.collected, key=lambda item: files.get(item.path, -1))
        places = {item.nodeid: number for number, item in enumerate(collected)}
        tests = sorted(record.tests, key=lambda test: places.get(test.test.nodeid, -1))
        return replace(record, collected=tuple(collected), tests=tuple(tests))


def choose_processes(
    workspace: Workspace, suites: Sequence[Suite], *, can_spread: bool
) -> Processes:
    """Choose for suites that may run side by side: tests of one suite never do.

    Args:
        workspace: The project; its last run says how long suites take.
        suites: Those to run.
        can_spread: Whether pytest, as the project configures it, leaves it to us.
    """
    count = min(present_cores(), len(suites))
    if count < 2 or workspace.config.parallel == "never":
        return Processes()
    weights, seconds = _weights(suites, recorded_us(workspace))
    if seconds is None:
        tests = sum(len(list(suite.tests)) for suite in suites)
        worth, reason = tests >= _MANY_TESTS, "with most tests"
    else:
        worth, reason = seconds >= _WORTH_S, "that took longest"
    if not worth:
        return Processes()
    if not _has_xdist():
        return Processes(note=_LACKING)
    if not can_spread:
        return Processes(note=_ELSEWISE)
    note = f"{count} processes, suites {reason} first; --no-parallel runs one"
    return Processes(count, note, weights)


def last_run(workspace: Workspace) -> LastRun | None:
    """The last run; None if there is none that can be read."""
    path = f"{FOLDER}/{FILE_NAME}"
    if not (workspace.root / path).is_file():
        return None
    return load_run(read_bytes(workspace.root, path))


def expected_s(
    workspace: Workspace, ids: Collection[str], environments: int
) -> float | None:
    """How long tests took when they last ran, one after the other, in seconds.

    Args:
        workspace: The project.
        ids: Of the tests.
        environments: In how many environments they are to be run.

    Returns:
        The time; None if one of them is not in the record, so that it is not known.
    """
    recorded = recorded_us(workspace)
    if not recorded or not set(ids) <= recorded.keys():
        return None
    return sum(recorded[name] for name in ids) * environments / 1e6


def _weights(
    suites: Sequence[Suite], recorded: Mapping[str, int]
) -> tuple[dict[str, float], float | None]:
    """What each suite is expected to take, and all of them in seconds, if that is known."""
    files = {suite.path: [test.id for test in suite.tests] for suite in suites}
    durations = expected_us(files, recorded)
    weights = {
        path: sum(durations[name] for name in ids) / 1e6 for path, ids in files.items()
    }
    is_known = any(name in recorded for name in durations)
    return weights, sum(weights.values()) if is_known else None


def _has_xdist() -> bool:
    try:
        found = re.match(r"(\d+)\.(\d+)", importlib.metadata.version("pytest-xdist"))
    except importlib.metadata.PackageNotFoundError:
        return False
    return found is not None and (int(found[1]), int(found[2])) >= _OLDEST
