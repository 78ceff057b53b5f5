"""The base class of test classes with async tests."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

from suiteloom.ssot.testcase import SSotBaseTestCase
from suiteloom.ssot.waiting import await_within, check_seconds, wait_async

__all__ = ["SSotAsyncTestCase"]

T = TypeVar("T")


class SSotAsyncTestCase(SSotBaseTestCase):
    """Base of test classes with async tests; sync tests may stand among them.

    Everything is as in `SSotBaseTestCase`, but `wait_for_condition` and
    `run_with_timeout` are awaited. Async tests are run by pytest-asyncio, which in
    its strict mode asks for the marker `asyncio`; suiteloom's plugin adds it.
    """

    @overload  # type: ignore[override] # awaited here, by design
    async def wait_for_condition(
        self,
        predicate: Callable[[], Awaitable[T]],
        timeout_s: float = ...,
        interval_s: float = ...,
    ) -> T: ...
    @overload
    async def wait_for_condition(
        self,
        predicate: Callable[[], T],
        timeout_s: float = ...,
        interval_s: float = ...,
    ) -> T: ...
    async def wait_for_condition(
        self,
        predicate: Callable[[], Any],
        timeout_s: float = 5.0,
        interval_s: float = 0.01,
    ) -> Any:
        """Call a predicate, sync or async, until it gives something true.

        Args:
            predicate: Takes nothing; is called at least once. An async one is
                cancelled when the time is over.
            timeout_s: How long to go on, in seconds.
            interval_s: Pause between calls, in seconds; other tasks run meanwhile.

        Returns:
            What the predicate gave.

        Raises:
            TimeoutError: Nothing true in that time.
            ValueError: A time is not a number above zero.
        """
        return await wait_async(predicate, timeout_s, interval_s)

    async def run_with_timeout(  # type: ignore[override] # awaited here, by design
        self, awaitable: Awaitable[T], timeout_s: float
    ) -> T:
        """Await something and give up after a time.

        Args:
            awaitable: A coroutine, task or future; cancelled when the time is over.
            timeout_s: How long it may take, in seconds.

        Returns:
            Its result; what it raised is raised here.

        Raises:
            TimeoutError: It did not finish in that time.
            ValueError: The time is not a number above zero.
        """
        check_seconds("timeout_s", timeout_s)
        message = f"not finished within {timeout_s} s"
        return await await_within(awaitable, timeout_s, message)
