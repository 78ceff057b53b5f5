"""How often tests passed in a row, as far as it is remembered."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from suiteloom.errors import SuiteloomError
from suiteloom.model import outcome_named
from suiteloom.store.history import History, past_runs, results_of_test
from suiteloom.workflows.project import Workspace

__all__ = ["passes_in_a_row"]


def passes_in_a_row(
    workspace: Workspace, ids: Iterable[str], named: Path | None = None
) -> dict[str, int]:
    """Count the newest runs in each of which all cases of a test passed.

    Args:
        workspace: The project.
        ids: Of the tests.
        named: Another history than the project's own.

    Returns:
        By id, up to the newest run in which a case did not pass; runs without the test
        do not count. Empty where nothing is remembered or the history can not be read.
    """
    history = History.of(workspace.root, named)
    if not history.path.is_file():
        return {}
    try:
        with history.open(writes=False) as connection:
            newest = [run.number for run in reversed(past_runs(connection))]
            found = {name: results_of_test(connection, name) for name in ids}
    except SuiteloomError:  # no table depends on it, and `history` says why
        return {}
    counts = {}
    for name, results in found.items():
        counts[name] = 0
        for number in newest:
            cases = results.get(number)
            if cases is None:
                continue
            if not all(outcome_named(case.outcome).is_good for case in cases.values()):
                break
            counts[name] += 1
    return counts
