"""Running the rules over many files, in processes, results in one stable order."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from suiteloom.audit.catalogue import RULES
from suiteloom.audit.engine.examine import examine
from suiteloom.audit.engine.facts import FileFacts
from suiteloom.audit.engine.rule import Rule
from suiteloom.cycles import without_collector
from suiteloom.errors import StorageError
from suiteloom.model import External
from suiteloom.model.progress import Progress, silent
from suiteloom.workflows.audit.reading import Reading

__all__ = ["examine_files"]

Result = TypeVar("Result")

_CHUNK = 16
"""Files that a process takes at once."""

_WORTH_A_PROCESS = 48
"""Fewer files are read sooner than processes start."""


@dataclass(frozen=True, slots=True)
class _Job:
    """What each process is told once."""

    root: Path
    reading: Reading
    codes: tuple[str, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in RULES if rule.code in self.codes)


def examine_files(
    root: Path,
    paths: Sequence[str],
    reading: Reading,
    rules: Sequence[Rule],
    external: Mapping[str, Sequence[External]],
    workers: int = 2,
    progress: Progress = silent,
) -> list[FileFacts]:
    """Run rules over files; each process holds one file at a time.

    Args:
        root: The folder that the paths are relative to.
        paths: The files.
        reading: How to read them.
        rules: Which rules to run.
        external: What ruff found, by path.
        workers: Number of processes.
        progress: Told how many files are judged.

    Returns:
        What each file came to, in the order of `paths`.

    Raises:
        StorageError: If a file can not be read.
    """
    job = _Job(root, reading, tuple(rule.code for rule in rules))
    items = [(path, tuple(external.get(path, ()))) for path in paths]
    with without_collector():
        if workers == 1 or len(items) < _WORTH_A_PROCESS:
            rules = job.rules
            single = (_examine(job, rules, *item) for item in items)
            return list(_counted(single, len(items), 1, progress))
        chunks = [items[n : n + _CHUNK] for n in range(0, len(items), _CHUNK)]
        with ProcessPoolExecutor(workers, initializer=_begin, initargs=(job,)) as pool:
            found = pool.map(_examine_chunk, chunks)
            counted = _counted(found, len(items), _CHUNK, progress)
            return [facts for chunk in counted for facts in chunk]


def _counted(
    results: Iterable[Result], total: int, size: int, progress: Progress
) -> Iterator[Result]:
    """The results as they come, each of `size` files, and how many there are so far."""
    progress("compliance", 0, total)
    for number, result in enumerate(results, 1):
        progress("compliance", min(number * size, total), total)
        yield result


_JOBS: list[tuple[_Job, tuple[Rule, ...]]] = []
"""In a process of the pool: the one job it works on."""


def _begin(job: _Job) -> None:
    gc.disable()  # for the life of the process, as `without_collector`
    _JOBS[:] = [(job, job.rules)]


def _examine_chunk(
    items: Sequence[tuple[str, tuple[External, ...]]],
) -> list[FileFacts]:
    job, rules = _JOBS[0]
    return [_examine(job, rules, path, external) for path, external in items]


def _examine(
    job: _Job, rules: Sequence[Rule], path: str, external: Sequence[External]
) -> FileFacts:
    try:
        source = (job.root / path).read_bytes()
    except OSError as error:
        message = f"can not be read: {error.strerror}"
        raise StorageError(message, path=path) from error
    return examine(path, source, job.reading.of(path), rules, external)
