"""Running a program as a process of its own, and what that took."""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["BenchError", "Sample", "median", "run"]


class BenchError(Exception):
    """The benchmark can not go on: a program failed, or did not do what it should."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one process took.

    Attributes:
        wall_s: From just before its start until its end was noticed.
        cpu_s: In user and system mode, children included.
        memory_bytes: The largest resident set. 0 if it is not known: Linux counts in
            what the starting process holds, so a smaller program can not be told.
    """

    wall_s: float
    cpu_s: float
    memory_bytes: int


def run(arguments: Sequence[str], scratch: Path) -> Sample:
    """Run this Python with arguments and wait for its end.

    Modules are compiled once, as in any installation, whatever the environment says: the
    first run that imports one keeps what it compiled beside it.

    Args:
        arguments: As given to the interpreter.
        scratch: A folder for what goes to stderr.

    Raises:
        BenchError: If the process fails.
    """
    errors = scratch / "errors"
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.fspath(errors), write, 0o600),
    ]
    command = [sys.executable, *arguments]
    start = time.perf_counter()
    process = os.posix_spawn(sys.executable, command, environment, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    wall_s = time.perf_counter() - start
    if code := os.waitstatus_to_exitcode(status):
        said = errors.read_text("utf-8", "replace").strip()
        raise BenchError(f"exit code {code}: {' '.join(command)}\n{said}")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak = usage.ru_maxrss if usage.ru_maxrss > own else 0
    unit = 1 if sys.platform == "darwin" else 1024
    return Sample(wall_s, usage.ru_utime + usage.ru_stime, peak * unit)


def median(samples: Sequence[Sample]) -> Sample:
    """The median of each figure by itself.

    Args:
        samples: At least one.
    """
    return Sample(
        statistics.median(sample.wall_s for sample in samples),
        statistics.median(sample.cpu_s for sample in samples),
        int(statistics.median(sample.memory_bytes for sample in samples)),
    )
