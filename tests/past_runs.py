"""Runs as a history has them, made by hand."""

from __future__ import annotations

from collections.abc import Mapping

from suiteloom.model import (
    PastResult,
    PastRun,
    ResultKey,
    Revision,
    RunEnvironment,
    TestPlace,
)
from suiteloom.results.history_lines import RunLine

__all__ = ["COMMIT", "LINUX", "past_run", "run_line"]

COMMIT = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
LINUX = RunEnvironment("", "3.11", "Linux x86_64")
_MINUTE_US = 60_000_000
_START_US = 1_790_000_000 * 1_000_000


def past_run(
    number: int,
    *,
    commit: str = COMMIT,
    clean: bool | None = True,
    branch: str = "main",
    environment: RunEnvironment = LINUX,
) -> PastRun:
    """A run; later ones have higher numbers, and each number is another identity."""
    return PastRun(
        uid=f"{number:032x}",
        started_us=_START_US + number * _MINUTE_US,
        took_us=2_000_000,
        revision=Revision(commit, clean),
        branch=branch,
        environment=environment,
        python="3.11.7",
    )


def run_line(
    run: PastRun | int,
    results: Mapping[str, tuple[str, int]],
    places: Mapping[str, TestPlace] | None = None,
) -> RunLine:
    """A run with its results.

    Args:
        run: The run, or the number of one that has nothing special about it.
        results: Outcome and microseconds, by id, or by ``ID[CASE]``.
        places: Where tests stood.
    """
    made = run if isinstance(run, PastRun) else past_run(run)
    ended = {_key(name): PastResult(*result) for name, result in results.items()}
    return RunLine(made, ended, places or {})


def _key(name: str) -> ResultKey:
    identity, _, case = name.rstrip("]").partition("[")
    return ResultKey(identity, case)
