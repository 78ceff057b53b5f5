"""Waiting for conditions and limiting time, in threads and in event loops."""

import asyncio
import contextvars
import inspect
import math
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

__all__ = [
    "await_within",
    "call_with_timeout",
    "check_seconds",
    "wait_async",
    "wait_sync",
]

T = TypeVar("T")


def check_seconds(name: str, seconds: float) -> float:
    """Return a length of time if it is one.

    Args:
        name: What it is called, for the message.
        seconds: The length in seconds.

    Returns:
        The same length.

    Raises:
        ValueError: It is not a finite number above zero.
    """
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not math.isfinite(seconds) or seconds <= 0:
        raise ValueError(f"{name} is a number of seconds above zero, not {seconds!r}")
    return seconds


def wait_sync(predicate: Callable[[], T], timeout_s: float, interval_s: float) -> T:
    """Call a predicate until it is true; see `SSotBaseTestCase.wait_for_condition`."""
    check_seconds("timeout_s", timeout_s)
    check_seconds("interval_s", interval_s)
    deadline = time.monotonic() + timeout_s
    while True:
        result = predicate()
        if inspect.isawaitable(result):
            _discard(result)
            raise TypeError(
                "the predicate is asynchronous; wait in an async test of "
                "SSotAsyncTestCase"
            )
        if result:
            return result
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError(f"the condition did not hold within {timeout_s} s")
        time.sleep(min(interval_s, left_s))


async def wait_async(
    predicate: Callable[[], T | Awaitable[T]], timeout_s: float, interval_s: float
) -> T:
    """Await a predicate's truth; see `SSotAsyncTestCase.wait_for_condition`."""
    check_seconds("timeout_s", timeout_s)
    check_seconds("interval_s", interval_s)
    deadline = time.monotonic() + timeout_s
    message = f"the condition did not hold within {timeout_s} s"
    while True:
        result: Any = predicate()
        if inspect.isawaitable(result):
            left_s = max(deadline - time.monotonic(), 0)
            result = await await_within(result, left_s, message)
        if result:
            found: T = result
            return found
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError(message)
        await asyncio.sleep(min(interval_s, left_s))


async def await_within(awaitable: Awaitable[T], limit_s: float, message: str) -> T:
    """Await something; cancel it and raise TimeoutError(message) after `limit_s`."""
    scope = asyncio.timeout(limit_s)
    try:
        async with scope:
            return await awaitable
    except TimeoutError:
        # One that the awaitable itself raised stays as it is.
        if scope.expired():
            raise TimeoutError(message) from None
        raise


def call_with_timeout(
    function: Callable[..., T],
    timeout_s: float,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> T:
    """Call a function; see `SSotBaseTestCase.run_with_timeout`."""
    check_seconds("timeout_s", timeout_s)
    results: list[T] = []
    errors: list[BaseException] = []

    def target() -> None:
        try:
            results.append(function(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - raised again by the caller
            errors.append(error)

    context = contextvars.copy_context()
    thread = threading.Thread(
        target=context.run, args=(target,), daemon=True, name="run_with_timeout"
    )
    thread.start()
    thread.join(timeout_s)
    if not results and not errors:
        raise TimeoutError(f"not finished within {timeout_s} s")
    if errors:
        raise errors[0]
    result = results[0]
    if inspect.isawaitable(result):
        _discard(result)
        raise TypeError(
            "the function is asynchronous; run it in an async test of SSotAsyncTestCase"
        )
    return result


def _discard(awaitable: object) -> None:
    """Close a coroutine that nobody is going to await."""
    if inspect.iscoroutine(awaitable):
        awaitable.close()
