"""What the history adds to a report, and a remembered run in the place of the last one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from suiteloom.errors import SuiteloomError, UsageError
from suiteloom.model import (
    CollectedTest,
    PastRun,
    Project,
    Revision,
    TestOutcome,
)
from suiteloom.model.report import FlakyReport, ReportTrend
from suiteloom.results import LastRun, file_digest
from suiteloom.store import present_revision
from suiteloom.store.history import History, passed_durations, past_runs, results_of_run
from suiteloom.workflows.history.comparing import run_named
from suiteloom.workflows.history.flakes import find_flakes
from suiteloom.workflows.history.slower import find_slower
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.report.moments import moment

__all__ = ["Past", "read_past", "remembered_run"]

_TRENDS = 30
_RECENT = 12
_LOOKED_AT = 100
"""How many of the newest runs are drawn, listed a test, and searched for flaky ones."""


@dataclass(frozen=True, slots=True)
class Past:
    """What is remembered.

    Attributes:
        runs: How many runs.
        number: That of the run which the report is of; None if it is not remembered.
        trends: The newest runs, the oldest first.
        recent_s: By id, what a test took in the newest runs of the same environment, the
            oldest first; None where it did not pass.
        compared: How many runs count for flaky tests.
        repeated: How many commits were run more than once in one environment.
        flaky: The flaky tests that were seen.
        slower: Ids of tests that are slower than accepted.
        problem: Why nothing is known; empty if something is.
    """

    runs: int = 0
    number: int | None = None
    trends: tuple[ReportTrend, ...] = ()
    recent_s: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    compared: int = 0
    repeated: int = 0
    flaky: tuple[FlakyReport, ...] = ()
    slower: tuple[str, ...] = ()
    problem: str = ""


def read_past(
    workspace: Workspace,
    last: LastRun | None,
    number: int | None,
    named: Path | None,
) -> Past:
    """Read what the history says besides the run itself.

    Args:
        workspace: The project.
        last: The run that the report is of.
        number: That run's, if it was taken from the history.
        named: The history, if a person named one.

    Returns:
        What is remembered; why nothing is, if the history can not be read.

    Raises:
        UsageError: If a history that a person named is not there.
    """
    history = History.of(workspace.root, named)
    if named is None and not history.path.is_file():
        return Past(problem="no run is remembered yet")
    try:
        with history.open(writes=False) as connection:
            runs = past_runs(connection)
            here = number or _number_of(runs, last)
            recent = _recent(connection, runs, here)
        flakes = find_flakes(workspace, _LOOKED_AT, named)
        slower = find_slower(workspace, None, named) if runs else None
    except SuiteloomError as error:
        if isinstance(error, UsageError) and named is not None:
            raise
        return Past(problem=error.message)
    parts = slower.parts if slower else ()
    return Past(
        runs=len(runs),
        number=here,
        trends=tuple(map(_trend, runs[-_TRENDS:])),
        recent_s=recent,
        compared=flakes.runs,
        repeated=flakes.groups,
        flaky=tuple(
            FlakyReport(item.test.id, item.test.case, dict(item.outcomes), item.runs)
            for item in flakes.flakiness.flaky
        ),
        slower=tuple(
            dict.fromkeys(key.id for part in parts for key in part.speeds.slower)
        ),
    )


def _number_of(runs: Iterable[PastRun], last: LastRun | None) -> int | None:
    """The number of a kept run; None if it is not remembered, or only in parts."""
    if last is None or not last.began_us:
        return None
    found = [
        run.number
        for run in runs
        if last.began_us <= run.started_us <= last.ended_us
        and run.revision == last.revision
    ]
    return found[0] if len(found) == 1 else None


def _recent(
    connection: sqlite3.Connection, runs: Sequence[PastRun], here: int | None
) -> dict[str, tuple[float | None, ...]]:
    """What tests took in the newest runs up to one, in its environment."""
    at = next((run for run in runs if run.number == here), runs[-1] if runs else None)
    if at is None:
        return {}
    before = [
        run.number
        for run in runs
        if run.environment == at.environment and run.started_us <= at.started_us
    ]
    found: dict[str, list[float | None]] = {}
    chosen = before[-_RECENT:]
    for place, durations in enumerate(passed_durations(connection, chosen)):
        for key, took_us in durations.items():
            times = found.setdefault(key.id, [None] * len(chosen))
            times[place] = round((times[place] or 0) + took_us / 1e6, 6)
    return {identity: tuple(times) for identity, times in found.items()}


def _trend(run: PastRun) -> ReportTrend:
    return ReportTrend(
        run=run.number,
        began=moment(run.started_us),
        commit=run.revision.commit,
        environment=str(run.environment),
        items=run.tests,
        failed=run.failed,
        took_s=round(run.took_us / 1e6, 3),
        coverage_percent=run.coverage,
    )


def remembered_run(
    workspace: Workspace, project: Project, text: str, named: Path | None
) -> tuple[int, LastRun]:
    """Take a run from the history.

    Args:
        workspace: The project.
        project: Its specs, which say in which suite each test stands.
        text: Its number, ``last``, or the beginning of its commit.
        named: The history, if a person named one.

    Returns:
        Its number, and the run. It is of the suites as they are only if neither the run's
        tree nor the present one differs from the same commit.

    Raises:
        UsageError: If there is no history, no such run, or only its failures are kept.
        ConflictError: If another process holds the history.
        StorageError: If it can not be read.
    """
    history = History.of(workspace.root, named)
    with history.open(writes=False) as connection:
        run = run_named(past_runs(connection), text, history)
        results = results_of_run(connection, run.number)
    places = {test.id: (suite.path, test.name) for suite, test in project.tests}
    tests = tuple(
        TestOutcome(
            CollectedTest(key.id, str(key), *_place(places, key.id), key.case, False),
            result.outcome,
            result.duration_us / 1e6,
            environment=run.environment.name,
            metrics=dict(result.metrics),
        )
        for key, result in results.items()
    )
    paths = {test.test.path for test in tests} - {""}
    is_this = run.revision == Revision(run.revision.commit, is_clean=True)
    is_this = is_this and present_revision(workspace.root) == run.revision
    files = workspace.suite_files()
    return run.number, LastRun(
        environments=(run.environment.name,),
        suites={
            path: file_digest(files[path]) if is_this and path in files else ""
            for path in sorted(paths)
        },
        collected=frozenset(test.id for test in tests),
        unspecified={},
        tests=tests,
        coverage=run.coverage,
        revision=run.revision,
        code=workspace.code() if is_this else None,
        began_us=run.started_us,
        ended_us=run.started_us + run.took_us,
        system=run.environment.system,
    )


def _place(
    places: Mapping[str, tuple[str, str]], identity: str
) -> tuple[str, int, str, str]:
    """Path, line, class and function of a test, as far as specs tell them."""
    path, name = places.get(identity, ("", ""))
    return path, 0, "", name
