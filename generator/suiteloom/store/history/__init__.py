"""The file of every run remembered: one SQLite file, opened, added to, read, bounded."""

from suiteloom.errors import StorageError

try:
    import sqlite3  # noqa: F401 - Python can be built without it
except ImportError as error:
    raise StorageError(
        "needs SQLite, which this Python was built without",
        hint="install a Python that has the module sqlite3, or set `keep = false` "
        "in [tool.suiteloom.history]",
    ) from error

from suiteloom.store.history.adding import add_run, set_levels
from suiteloom.store.history.connection import HISTORY_NAME, History
from suiteloom.store.history.reading import (
    all_places,
    known_ids,
    outcome_counts,
    outcomes_of,
    passed_durations,
    past_runs,
    places_of,
    read_levels,
    ready_for_level,
    results_of_run,
    results_of_test,
)
from suiteloom.store.history.retention import retire, shrink

__all__ = [
    "HISTORY_NAME",
    "History",
    "add_run",
    "all_places",
    "known_ids",
    "outcome_counts",
    "outcomes_of",
    "passed_durations",
    "past_runs",
    "places_of",
    "read_levels",
    "ready_for_level",
    "results_of_run",
    "results_of_test",
    "retire",
    "set_levels",
    "shrink",
]
