"""`compare`: two runs that are remembered, test by test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.model import PastRun
from suiteloom.model.identifiers import short
from suiteloom.results.changes import RunChanges, compare_results
from suiteloom.store.history import History, past_runs, results_of_run
from suiteloom.workflows.project import Workspace

__all__ = ["RunComparison", "compare_runs", "run_named"]

_LAST = "last"
_LEAST_DIGITS = 7
"""So much of a commit's name tells it from a number."""


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Two runs, and what is different in the second."""

    before: PastRun
    after: PastRun
    changes: RunChanges


def compare_runs(
    workspace: Workspace, before: str, after: str, named: Path | None
) -> RunComparison:
    """Compare two runs.

    Args:
        workspace: The project.
        before: The first: its number, ``last``, or the beginning of a commit, of which the
            newest run is meant.
        after: The second, likewise.
        named: The history, if a person named one.

    Raises:
        UsageError: If there is no history, no such run, or no more of it than failures.
        ConflictError: If another process holds the history.
        StorageError: If it can not be read.
    """
    history = History.of(workspace.root, named)
    with history.open(writes=False) as connection:
        runs = past_runs(connection)
        first, second = (run_named(runs, text, history) for text in (before, after))
        results = [results_of_run(connection, run.number) for run in (first, second)]
    return RunComparison(first, second, compare_results(*results))


def run_named(runs: Sequence[PastRun], text: str, history: History) -> PastRun:
    """The run that a text means; of several of one commit the newest.

    Raises:
        UsageError: If there is none, or only its failures are kept.
    """
    found = [run for run in runs if text == str(run.number)]
    if text == _LAST:
        found = list(runs[-1:])
    if not found and len(text) >= _LEAST_DIGITS:
        found = [run for run in runs if run.revision.commit.startswith(text)]
    if not found:
        raise UsageError(
            f"no run {short(text)!r} is remembered",
            path=history.shown,
            hint="a run is its number, `last`, or seven digits of its commit; "
            "`suiteloom history` lists them",
        )
    if found[-1].is_thinned:
        raise UsageError(
            f"of run {found[-1].number} only the failures are kept",
            path=history.shown,
            hint="`runs` in [tool.suiteloom.history] says how many are kept whole",
        )
    return found[-1]
