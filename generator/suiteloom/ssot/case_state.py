"""What one test remembers: metrics, counters, cleanups, and when it began."""

import asyncio
import inspect
import math
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from suiteloom.ssot.environment import get_env
from suiteloom.ssot.state import EnvironmentBackup

__all__ = [
    "COUNTERS",
    "INTERRUPTIONS",
    "CaseState",
    "MetricValue",
    "begin_case",
    "end_case",
]

MetricValue = int | float | str | bool
Cleanup = Callable[[], object]

INTERRUPTIONS = (KeyboardInterrupt, SystemExit, pytest.exit.Exception)
"""What ends the whole run."""

COUNTERS = (
    "database_queries",
    "cache_operations",
    "websocket_events",
    "llm_requests",
)


@dataclass(slots=True)
class CaseState:
    """The state of one test; safe to use from the threads that the test starts."""

    backup: EnvironmentBackup
    environment_name: str
    started_s: float
    metrics: dict[str, MetricValue] = field(default_factory=dict)
    counters: Counter[str] = field(default_factory=Counter)
    cleanups: list[Cleanup] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def record(self, name: str, value: MetricValue) -> None:
        """Note a metric; see `SSotBaseTestCase.record_metric`."""
        if not isinstance(name, str) or not name:
            raise ValueError("the name of a metric is a str, not empty")
        if name in COUNTERS:
            raise ValueError(f"{name} is a counter; use increment_{name}()")
        if not isinstance(value, int | float | str):
            raise TypeError(
                f"metric {name!r}: a number, str or bool, not {type(value).__name__}"
            )
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"metric {name!r}: {value} is not a finite number")
        with self.lock:
            self.metrics[name] = value

    def count(self, counter: str, count: int) -> int:
        """Add to a counter and return the sum."""
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise ValueError(f"{counter}: the count is an int, not negative: {count!r}")
        with self.lock:
            self.counters[counter] += count
            return self.counters[counter]

    def all_metrics(self) -> dict[str, MetricValue]:
        """Return the metrics and the counters that counted something; a new dict."""
        with self.lock:
            counted = {n: self.counters[n] for n in COUNTERS if self.counters[n]}
            return {**self.metrics, **counted}

    def run_cleanups(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Run and drop all cleanups, the last one added first.

        Args:
            loop: The test's event loop, open and not running; None for a test
                without one: a loop is then made for the cleanups that need it.

        Raises:
            BaseException: What one cleanup raised; if several did, a group of all.
        """
        errors: list[BaseException] = []
        while self.cleanups:
            cleanup = self.cleanups.pop()
            try:
                result = cleanup()
                if inspect.isawaitable(result):
                    _run_awaitable(result, loop)
            except BaseException as error:  # noqa: BLE001 - the others still run
                errors.append(error)
        _raise_all(errors)


def begin_case() -> CaseState:
    """Note the environment and turn on isolation with a fresh state.

    Returns:
        The state of a test; give it to `end_case`.
    """
    env = get_env()
    backup = env.backup()
    env.reset()
    env._hold_isolation()  # noqa: SLF001 - made for this function
    return CaseState(backup, env.get_environment_name(), time.monotonic())


def end_case(case: CaseState) -> None:
    """Put the environment and the process back as `begin_case` found them."""
    get_env().restore(case.backup)


def _run_awaitable(
    awaitable: Awaitable[object], loop: asyncio.AbstractEventLoop | None
) -> None:
    async def wait() -> object:
        return await awaitable

    if loop is not None and not loop.is_closed():
        loop.run_until_complete(wait())
        return
    # With a factory of its own, the runner leaves the current loop alone.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(wait())


def _raise_all(errors: list[BaseException]) -> None:
    """Raise what the cleanups raised.

    An interruption comes first. What pytest's teardown does not take is wrapped: a
    cancellation, and in a group everything that is no `Exception`.
    """
    for error in errors:
        if isinstance(error, INTERRUPTIONS):
            raise error
    if len(errors) == 1:
        outcome = isinstance(errors[0], (pytest.fail.Exception, pytest.skip.Exception))
        raise errors[0] if outcome else _wrapped(errors[0])
    if errors:
        raise ExceptionGroup("several cleanups failed", [_wrapped(e) for e in errors])


def _wrapped(error: BaseException) -> Exception:
    if isinstance(error, Exception):
        return error
    wrapper = RuntimeError(f"{type(error).__name__}: {error}")
    wrapper.__cause__ = error
    return wrapper
