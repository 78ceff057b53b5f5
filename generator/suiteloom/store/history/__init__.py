"""The file of every run remembered: one SQLite file, opened, added to, read, bounded."""

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
