"""What pytest collected and ran: records, and the last run."""

from suiteloom.results.chosen import Cuts, write_chosen
from suiteloom.results.coverage import Coverage
from suiteloom.results.history import (
    FILE_NAME,
    LastRun,
    dump_run,
    file_digest,
    load_run,
    merge_tests,
    read_durations,
    read_run,
)
from suiteloom.results.hosts import HOST_SCHEMA, Answer, Host, ask_hosts
from suiteloom.results.ruff import has_ruff, run_ruff
from suiteloom.results.session import collect, run_tests
from suiteloom.results.team import collect_as_team, settings_above

__all__ = [
    "FILE_NAME",
    "HOST_SCHEMA",
    "Answer",
    "Coverage",
    "Cuts",
    "Host",
    "LastRun",
    "ask_hosts",
    "collect",
    "collect_as_team",
    "dump_run",
    "file_digest",
    "has_ruff",
    "load_run",
    "merge_tests",
    "read_durations",
    "read_run",
    "run_ruff",
    "run_tests",
    "settings_above",
    "write_chosen",
]
