"""`slow` and `history accept`: durations against the levels that were accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.model import PastRun, ResultKey, RunEnvironment
from suiteloom.model.identifiers import closest, short
from suiteloom.results.speed import (
    RUNS,
    WINDOW,
    Level,
    Speeds,
    accepted,
    slower_tests,
)
from suiteloom.store.history import (
    History,
    passed_durations,
    past_runs,
    set_levels,
)
from suiteloom.workflows.history.levels import levels_in
from suiteloom.workflows.history.overview import check_known
from suiteloom.workflows.project import Workspace

__all__ = ["Accepted", "SlowPart", "SlowReport", "accept_levels", "find_slower"]

_LOOKED_AT = 4 * RUNS
"""So many of the newest runs are searched for the last durations of each test."""


@dataclass(frozen=True, slots=True)
class SlowPart:
    """Which tests are slower in one environment.

    Attributes:
        environment: The environment.
        runs: How many runs were searched for the last durations of each test.
        speeds: What they say.
        with_level: How many tests have a level.
        without_level: How many tests passed in these runs that have none yet.
    """

    environment: RunEnvironment
    runs: int
    speeds: Speeds[ResultKey]
    with_level: int
    without_level: int


@dataclass(frozen=True, slots=True)
class SlowReport:
    """Which tests are slower on one branch, in each environment that it ran in.

    `branch` is empty where git did not tell one.
    """

    path: str
    branch: str
    parts: tuple[SlowPart, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A level that was accepted, and the one before."""

    test: ResultKey
    environment: RunEnvironment
    before: Level
    after: Level


def find_slower(
    workspace: Workspace, branch: str | None, named: Path | None
) -> SlowReport:
    """Which tests are slower than what is accepted.

    Args:
        workspace: The project.
        branch: Whose runs count; None is that of the newest run.
        named: The history, if a person named one.

    Raises:
        UsageError: If there is no history, or no run of the branch in it.
        ConflictError: If another process holds it.
        StorageError: If it can not be read.
    """
    history = History.of(workspace.root, named)
    with history.open(writes=False) as connection:
        runs = past_runs(connection)
        where = _branch(runs, branch, history)
        parts = []
        for environment, numbers in _recent(runs, where).items():
            levels = levels_in(connection, environment)
            durations = passed_durations(connection, numbers)
            missing = {key for run in durations for key in run} - set(levels)
            speeds = slower_tests(durations, levels)
            parts.append(
                SlowPart(environment, len(numbers), speeds, len(levels), len(missing))
            )
    return SlowReport(history.shown, where, tuple(parts))


def accept_levels(
    workspace: Workspace,
    identities: Sequence[str],
    branch: str | None,
    named: Path | None,
) -> tuple[Accepted, ...]:
    """Accept what tests took in the last runs, in every environment of a branch.

    Raises:
        UsageError: If there is no history, nothing of a test in it, or too few durations.
        ConflictError: If another process holds it.
        StorageError: If it can not be written.
    """
    history = History.of(workspace.root, named)
    with history.open(writes=False):
        pass  # to accept is no reason to make a history
    done = []
    with history.open(writes=True) as connection:
        check_known(connection, history, identities)
        runs = past_runs(connection)
        where = _branch(runs, branch, history)
        for environment, numbers in _recent(runs, where).items():
            levels = levels_in(connection, environment)
            recent = slower_tests(passed_durations(connection, numbers), levels).recent
            new = {
                key: accepted(durations, levels[key])
                for key, durations in recent.items()
                if key.id in identities and len(durations) == RUNS
            }
            kept = {k: (level.duration_us, level.spread_us) for k, level in new.items()}
            set_levels(connection, environment, kept, numbers[-1])
            done += [
                Accepted(key, environment, levels[key], level)
                for key, level in new.items()
            ]
        _check_accepted(done, identities)
    return tuple(done)


def _check_accepted(done: Iterable[Accepted], identities: Iterable[str]) -> None:
    found = {item.test.id for item in done}
    if missing := [name for name in identities if name not in found]:
        raise UsageError(
            f"there are no {RUNS} durations of {missing[0]} against a level yet",
            hint=f"a first level is made of {WINDOW} runs in which a test passes; "
            f"`suiteloom history {missing[0]}` shows them",
        )


def _branch(runs: Sequence[PastRun], named: str | None, history: History) -> str:
    """The branch whose runs count."""
    if not runs:
        raise UsageError("no run is remembered yet", path=history.shown)
    if named is None:
        return runs[-1].branch
    known = {run.branch for run in runs}
    if named not in known:
        close = closest(named, known)
        hint = (
            f"did you mean {close}?" if close else f"known: {', '.join(sorted(known))}"
        )
        raise UsageError(
            f"no run of a branch {short(named)!r} is remembered", hint=hint
        )
    return named


def _recent(runs: Iterable[PastRun], branch: str) -> dict[RunEnvironment, list[int]]:
    """Numbers of the newest runs of a branch, by environment, the oldest first."""
    found: dict[RunEnvironment, list[int]] = {}
    for run in runs:
        if run.branch == branch and not run.is_thinned:
            found.setdefault(run.environment, []).append(run.number)
    return {
        environment: numbers[-_LOOKED_AT:] for environment, numbers in found.items()
    }
