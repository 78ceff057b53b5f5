"""Time as a part that can be exchanged: the system's, or one that is moved by hand."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable
from typing import Protocol, TypeVar

T = TypeVar("T")

SETTLE_ROUNDS = 20
"""How often the event loop turns after each deadline that a manual clock reaches."""


class Clock(Protocol):
    """What tells the time, in seconds since 1970, and waits."""

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when that many seconds have passed on this clock."""
        ...


class SystemClock:
    """The time of the machine."""

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Return when that many seconds have passed."""
        await asyncio.sleep(seconds)


class ManualClock:
    """A clock that stands still until it is advanced; for one event loop.

    Args:
        start: The time it shows first, in seconds since 1970.
    """

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        """Set the clock and begin without sleepers."""
        self._now = start
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    @property
    def sleepers(self) -> int:
        """How many calls of `sleep` are waiting."""
        return sum(not future.done() for _, _, future in self._sleepers)

    def now(self) -> float:
        """Return the time that was set last, in seconds since 1970."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has been advanced by that many seconds."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        deadline = self._now + seconds
        heapq.heappush(self._sleepers, (deadline, next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Move the clock on, and wake every sleeper whose time has come, in order.

        Before the first deadline and after each, the event loop gets turns, so that a
        task that sleeps again within the span is woken again.

        Args:
            seconds: How far to go; 0 or more.

        Raises:
            ValueError: The span is negative.
        """
        if seconds < 0:
            raise ValueError("a clock does not go backwards")
        await _settle()
        target = self._now + seconds
        while self._sleepers and self._sleepers[0][0] <= target:
            deadline, _, future = heapq.heappop(self._sleepers)
            self._now = max(self._now, deadline)
            if not future.done():
                future.set_result(None)
                await _settle()
        self._now = target
        await _settle()


async def _settle() -> None:
    for _ in range(SETTLE_ROUNDS):
        await asyncio.sleep(0)


async def within(clock: Clock, seconds: float, work: Awaitable[T]) -> T:
    """Await some work for a limited time on a clock.

    Args:
        clock: Whose seconds count.
        seconds: The limit.
        work: What to await; it is cancelled at the limit.

    Returns:
        What the work returned.

    Raises:
        TimeoutError: The limit passed first.
    """
    task = asyncio.ensure_future(work)
    limit = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({task, limit}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise TimeoutError(f"no end within {seconds:g} s")
        return task.result()
    finally:
        for future in (task, limit):
            future.cancel()
        await asyncio.gather(task, limit, return_exceptions=True)
