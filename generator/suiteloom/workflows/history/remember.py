"""Adding to a history what a run came to, or what was exported elsewhere."""

from __future__ import annotations

import platform
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from suiteloom.errors import SuiteloomError
from suiteloom.model import (
    PastResult,
    PastRun,
    Project,
    ResultKey,
    RunEnvironment,
    TestOutcome,
    TestPlace,
    worst_outcome,
)
from suiteloom.results import LastRun
from suiteloom.results.history_lines import Levels, RunLine
from suiteloom.store import present_branch
from suiteloom.store.history import (
    History,
    add_run,
    read_levels,
    retire,
    set_levels,
    shrink,
)
from suiteloom.store.machine import present_python
from suiteloom.workflows.history.levels import settle_levels
from suiteloom.workflows.history.session import Remembered, Session
from suiteloom.workflows.project import Workspace

__all__ = ["add_lines", "remember"]

_MOST_S = 10.0**9
_MOST = 10.0**300
"""Bounds of what is kept as a duration, and as a metric."""


def remember(
    workspace: Workspace,
    project: Project,
    last: LastRun,
    sessions: Sequence[Session],
    named: Path | None = None,
) -> Remembered | None:
    """Add a run to the history: one for each environment that it ran in.

    Args:
        workspace: The project.
        project: Its specs, which say where tests stand.
        last: How its tests ended, the tree that it ran on, and its coverage.
        sessions: One for each of its environments.
        named: The history, if a person named one.

    Returns:
        The numbers of the runs; None if the configuration asks for no history.

    Raises:
        ConflictError: If another process holds the history.
        StorageError: If it can not be written.
    """
    history = History.of(workspace.root, named)
    if named is None and not workspace.config.history.keep:
        return None
    branch = present_branch(workspace.root)
    places = _places(project)
    lines = [
        RunLine(_past_run(last, session, branch, tests), _results(tests), places)
        for session in sessions
        if (tests := _tests_of(last, session.environment))
    ]
    return Remembered(history.shown, add_lines(workspace, history, lines))


def add_lines(
    workspace: Workspace, history: History, lines: Iterable[RunLine | Levels]
) -> tuple[int, ...]:
    """Add runs to a history, all of them or none, and keep it within its bounds.

    Args:
        workspace: The project.
        history: Is made if it is not there.
        lines: Runs, and levels for the tests that have none.

    Returns:
        The numbers of the runs that it did not have.

    Raises:
        ConflictError: If another process holds it.
        StorageError: If it can not be written.
    """
    bounds = workspace.config.history
    numbers = []
    with history.open(writes=True) as connection:
        for line in lines:
            if isinstance(line, Levels):
                known = read_levels(connection, line.environment)
                new = {key: line.tests[key] for key in line.tests if key not in known}
                set_levels(connection, line.environment, new, 0)
            elif number := add_run(
                connection, line.run, line.results, _of_results(line)
            ):
                numbers.append(number)
                settle_levels(connection, line.run.environment, number)
                retire(connection, number, bounds)
        is_smaller = shrink(connection, bounds.max_mb * 1_000_000)
    if is_smaller:
        with suppress(SuiteloomError):  # the next time will do as well
            history.compact()
    return tuple(numbers)


def _of_results(line: RunLine) -> dict[str, TestPlace]:
    """Where the tests stood that a run has results of."""
    ids = {key.id for key in line.results}
    return {name: place for name, place in line.places.items() if name in ids}


def _past_run(
    last: LastRun, session: Session, branch: str, tests: Iterable[TestOutcome]
) -> PastRun:
    name = session.environment
    named = {test.environment for test in tests if test.environment}
    if not name and len(named) == 1:
        (name,) = named
    return PastRun(
        uid=uuid.uuid4().hex,
        started_us=session.started_us,
        took_us=session.took_us,
        revision=last.revision,
        branch=branch,
        environment=RunEnvironment(
            name,
            present_python(),
            last.system,
        ),
        python=platform.python_version(),
        workers=session.workers,
        coverage=last.coverage_by_environment.get(session.environment, last.coverage),
        packages=last.code.digests if last.code else {},
        is_whole=session.is_whole,
    )


def _tests_of(last: LastRun, environment: str) -> list[TestOutcome]:
    """The outcomes of tests with an id in one of the environments of a run."""
    alone = len(last.environments) == 1
    return [
        test
        for test in last.tests
        if test.id and (alone or test.environment == environment)
    ]


def _results(tests: Iterable[TestOutcome]) -> dict[ResultKey, PastResult]:
    """How tests ended; of several items of one name, the worst."""
    found: dict[ResultKey, PastResult] = {}
    for test in tests:
        key = ResultKey(test.id, test.test.case)
        outcome, duration = test.outcome, _microseconds(test.duration_s)
        if before := found.get(key):
            outcome = worst_outcome((outcome, before.outcome))
            duration = max(duration, before.duration_us)
        found[key] = PastResult(outcome, duration, _numbers(test.metrics))
    return found


def _numbers(metrics: Mapping[str, object]) -> dict[str, float]:
    """The metrics that are numbers, as numbers of one kind."""
    return {
        name: float(value)
        for name, value in metrics.items()
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) <= _MOST
    }


def _microseconds(seconds: float) -> int:
    """Whole microseconds; nothing for what is no time."""
    return round(min(seconds, _MOST_S) * 1_000_000) if seconds > 0 else 0


def _places(project: Project) -> dict[str, TestPlace]:
    """Where the specs have each test."""
    return {
        test.id: TestPlace(suite.domain, group.title, test.name)
        for suite in project.suites
        for group in suite.groups
        for test in group.tests
    }
