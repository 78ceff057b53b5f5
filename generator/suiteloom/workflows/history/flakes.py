"""`flaky`: tests that ended differently on the same commit in the same environment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from suiteloom.errors import SuiteloomError
from suiteloom.model import PastRun, ResultKey, Revision, RunEnvironment
from suiteloom.results.flakiness import Flakiness, find_flaky, is_outage, odd_runs
from suiteloom.store.history import History, outcome_counts, outcomes_of, past_runs
from suiteloom.workflows.project import Workspace

__all__ = ["FlakyReport", "find_flakes", "flaky_on"]


@dataclass(frozen=True, slots=True)
class FlakyReport:
    """Which tests are flaky, and what could not be seen.

    Attributes:
        path: The file.
        runs: How many runs were looked at and counted.
        groups: How many commits, each in one environment, were run more than once.
        set_aside: How many runs were not counted, by why.
        flakiness: What the counted runs say.
        commits: By group, commit and environment.
        smallest: How many tests the smallest run had that was looked at.
        odd_runs: By number of a run, how many of the flaky tests ended otherwise than
            mostly there, the run with most first.
    """

    path: str
    runs: int
    groups: int
    set_aside: Mapping[str, int]
    flakiness: Flakiness[ResultKey]
    commits: Mapping[int, tuple[str, RunEnvironment]]
    smallest: int
    odd_runs: Mapping[int, int]


def find_flakes(workspace: Workspace, last: int, named: Path | None) -> FlakyReport:
    """Which tests ended differently on the same commit in the same environment.

    Args:
        workspace: The project.
        last: How many of the newest runs are looked at.
        named: The history, if a person named one.

    Raises:
        UsageError: If there is no history.
        ConflictError: If another process holds it.
        StorageError: If it can not be read.
    """
    history = History.of(workspace.root, named)
    with history.open(writes=False) as connection:
        runs = past_runs(connection)[-last:]
        set_aside = Counter(filter(None, map(_why_set_aside, runs)))
        counted = [run for run in runs if not _why_set_aside(run)]
        commits = dict.fromkeys(
            (run.revision.commit, run.environment) for run in counted
        )
        numbers = {commit: number for number, commit in enumerate(commits)}
        groups = {
            run.number: numbers[run.revision.commit, run.environment] for run in counted
        }
        flakiness = find_flaky(outcome_counts(connection, groups))
        flaky = {item.test for item in flakiness.flaky}
        odd = odd_runs(
            (test, groups[run], run, outcome)
            for test, run, outcome in outcomes_of(connection, flaky, groups)
        )
    sizes = Counter(groups.values())
    return FlakyReport(
        path=history.shown,
        runs=len(counted),
        groups=sum(size > 1 for size in sizes.values()),
        set_aside=dict(set_aside),
        flakiness=flakiness,
        commits={number: commit for commit, number in numbers.items()},
        smallest=min((run.tests for run in runs), default=0),
        odd_runs=odd,
    )


def flaky_on(
    workspace: Workspace, revision: Revision, named: Path | None = None
) -> frozenset[str]:
    """Tests that ended in several ways on one commit, in one environment.

    Args:
        workspace: The project.
        revision: The commit; nothing is said of a tree that differs from it.
        named: The history, if a person named one.

    Returns:
        Their ids; none where nothing is remembered or the history can not be read.
    """
    history = History.of(workspace.root, named)
    if not revision.commit or not revision.is_clean or not history.path.is_file():
        return frozenset()
    try:
        with history.open(writes=False) as connection:
            runs = [
                run
                for run in past_runs(connection)
                if run.revision == revision and not _why_set_aside(run)
            ]
            environments = list(dict.fromkeys(run.environment for run in runs))
            groups = {run.number: environments.index(run.environment) for run in runs}
            found = find_flaky(outcome_counts(connection, groups)).flaky
    except SuiteloomError:  # no table depends on it, and `flaky` says why
        return frozenset()
    return frozenset(item.test.id for item in found)


def _why_set_aside(run: PastRun) -> str:
    """Why a run says nothing of flaky tests; empty if it does."""
    if run.is_thinned:
        return "thinned"
    if not run.revision.commit:
        return "no commit"
    if not run.revision.is_clean:
        return "changed tree"
    return "outage" if is_outage(run.tests, run.failed) else ""
