"""The revenue behind the domains that differ whose every test passed, before and after."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress

from suiteloom.errors import SuiteloomError
from suiteloom.model import (
    CodeAge,
    Evidence,
    Revision,
    in_quarantine,
    is_protecting,
    worst_outcome,
)
from suiteloom.results import LastRun
from suiteloom.store.history import History, past_runs, results_of_run
from suiteloom.workflows.diff.sides import Side
from suiteloom.workflows.project import Workspace

__all__ = ["covered_usd"]


def covered_usd(
    workspace: Workspace,
    side: Side,
    domains: Collection[str],
    last: LastRun | None,
    age: CodeAge,
) -> int | None:
    """Sum up what domains earn whose every specified test passed.

    Results of a commit are those of a run of just that commit, the last one or one that
    the history remembers. Those of the work tree are the last run's, if a suite is what was
    run and the code under test has not changed since.

    Args:
        workspace: The project.
        side: The state that is asked about.
        domains: Those that differ.
        last: The last run.
        age: How its results stand to the code under test.

    Returns:
        US dollars a year; None if a domain with revenue was not run there, so that it is
        not known, or if none has any.
    """
    suites = [side.suites[name] for name in domains & side.suites.keys()]
    earning = [suite for suite in suites if suite.revenue]
    if not earning:
        return None
    held = in_quarantine(earning, workspace.today)
    outcomes = _outcomes_at(workspace, side.commit, last)
    total = 0
    for suite in earning:
        ids = [test.id for test in suite.tests]
        is_old = not side.commit and (
            age.verdict == "stale" or not side.is_as_run(suite.path, last)
        )
        if is_old or not outcomes.keys() >= set(ids):
            return None
        known = [
            Evidence(
                is_suspect=bool((unit := side.units.get(name)) and unit.unit.reviewed),
                is_held=name in held,
                outcome=outcomes[name],
            )
            for name in ids
        ]
        if suite.revenue and all(map(is_protecting, known)):
            total += suite.revenue.annual_usd
    return total


def _outcomes_at(
    workspace: Workspace, commit: str, last: LastRun | None
) -> Mapping[str, str]:
    """How each test ended in a state, by id; empty if that is not known."""
    if last and (not commit or last.revision == Revision(commit, is_clean=True)):
        return last.outcomes()
    found: dict[str, str] = {}
    with suppress(SuiteloomError):  # without a history nothing is known of a commit
        history = History.of(workspace.root, None)
        with history.open(writes=False) as connection:
            there = Revision(commit, is_clean=True)
            whole = [
                run
                for run in past_runs(connection)
                if commit and run.revision == there and not run.is_thinned
            ]
            newest = {run.environment: run.number for run in whole}
            for number in newest.values():
                for key, result in results_of_run(connection, number).items():
                    known = found.get(key.id, result.outcome)
                    found[key.id] = worst_outcome((known, result.outcome))
    return found
