"""Reading many specs in processes of their own, while the caller does something else."""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol, Self, TypeAlias

from suiteloom.model import Config, Finding, Suite
from suiteloom.store.machine import present_cores

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

__all__ = ["Read", "SpecReaders"]

Read: TypeAlias = tuple[Suite | None, list[Finding]]
"""What one spec came to."""

_WORTH_PROCESSES = 300
"""Fewer specs are read sooner than processes start."""

_CHUNK = 50
"""Specs that a process takes at once."""


class Reader(Protocol):
    """Reads one spec without looking at any other; known by name in every process."""

    def __call__(
        self, source: bytes, path: str, config: Config, today: date | None
    ) -> Read:
        """Take what `load_suite` takes, and give what it gives."""


class SpecReaders:
    """Reads specs, in processes if there are many and cores for them; to be closed.

    Args:
        read: Reads one spec.
        count: How many specs are going to be read.
    """

    def __init__(self, read: Reader, count: int) -> None:
        self._read = read
        self._pool: ProcessPoolExecutor | None = None
        workers = present_cores()
        is_alone = threading.active_count() == 1  # else a fork may hold another's lock
        if count >= _WORTH_PROCESSES and workers > 1 and is_alone:
            from concurrent.futures import ProcessPoolExecutor

            self._pool = ProcessPoolExecutor(workers, initializer=_begin)

    def __enter__(self) -> Self:
        """Give the readers."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes; what nobody waits for any more is not read."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def start(
        self, sources: Mapping[str, bytes], config: Config, today: date | None = None
    ) -> Callable[[], list[Read]]:
        """Begin to read specs.

        Args:
            sources: Bytes of each spec by its path, POSIX and relative to the project root.
            config: The project's configuration.
            today: As for `load_project`.

        Returns:
            Waits for what they come to, in the order of their paths; where there are no
            processes, they are read then.
        """
        paths = sorted(sources)
        chunks = [paths[n : n + _CHUNK] for n in range(0, len(paths), _CHUNK)]
        if self._pool is None:
            return lambda: [
                self._read(sources[path], path, config, today) for path in paths
            ]
        begun = [
            self._pool.submit(
                _read_chunk, self._read, [(p, sources[p]) for p in chunk], config, today
            )
            for chunk in chunks
        ]
        return lambda: [
            found
            for chunk, future in zip(chunks, begun, strict=True)
            for found in self._result(future, chunk, sources, config, today)
        ]

    def _result(
        self,
        future: Future[list[Read]],
        paths: Sequence[str],
        sources: Mapping[str, bytes],
        config: Config,
        today: date | None,
    ) -> list[Read]:
        """What a process found; what one leaves open that was ended is read here."""
        from concurrent.futures.process import BrokenProcessPool

        try:
            return future.result()
        except BrokenProcessPool:
            return [self._read(sources[path], path, config, today) for path in paths]


def _begin() -> None:
    """Let a process read and do nothing else; who started it is told of interrupts."""
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read_chunk(
    read: Reader,
    items: Sequence[tuple[str, bytes]],
    config: Config,
    today: date | None,
) -> list[Read]:
    return [read(source, path, config, today) for path, source in items]
