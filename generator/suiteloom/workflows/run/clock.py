"""When each call of pytest began, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from suiteloom.model import Record
from suiteloom.workflows.history.session import Session
from suiteloom.workflows.processes import Processes
from suiteloom.workflows.run.options import RunOptions

__all__ = ["Clock"]

_NS = 1000  # in a microsecond


class Clock:
    """Calls what runs pytest, and notes when.

    Args:
        run_one: Takes arguments and variables of pytest, and gives its record.
    """

    def __init__(self, run_one: Callable[[list[str], dict[str, str]], Record]) -> None:
        self._run_one = run_one
        self._spans: list[tuple[int, int]] = []

    def __call__(self, arguments: list[str], variables: dict[str, str]) -> Record:
        """Run pytest once."""
        started, before = time.time_ns(), time.perf_counter_ns()
        record = self._run_one(arguments, variables)
        took = time.perf_counter_ns() - before
        self._spans.append((started // _NS, took // _NS))
        return record

    def sessions(
        self,
        records: Iterable[tuple[str, Record]],
        options: RunOptions,
        processes: Processes,
    ) -> list[Session]:
        """What the history is told of each call.

        Args:
            records: Environment and record of each, in the order of the calls.
            options: What the run was told.
            processes: How tests were spread over processes.
        """
        return [
            Session(
                environment=name,
                started_us=started,
                took_us=took,
                is_whole=options.is_whole and not (record.stopped or record.problem),
                workers=processes.count,
            )
            for (name, record), (started, took) in zip(
                records, self._spans, strict=True
            )
        ]
