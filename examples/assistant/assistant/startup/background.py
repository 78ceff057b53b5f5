"""Work that goes on beside the service and is begun again when it fails."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger
from tenacity import AsyncRetrying, RetryCallState, stop_after_attempt, wait_exponential

from assistant.clock import Clock
from assistant.metrics import Metrics
from assistant.startup.components import Component, Values


@dataclass(frozen=True, slots=True)
class BackgroundTask:
    """A task that starts and stops with the service; the service goes on without it.

    Attributes:
        name: How others refer to it.
        run: Gets the values of its dependencies; that it returns is no failure.
        restarts: How often it is begun again after it has raised.
        depends_on: What is started before it.
        restart_wait_s: The wait before the first restart; it doubles each time.
    """

    name: str
    run: Callable[[Values], Awaitable[None]]
    restarts: int = 0
    depends_on: tuple[str, ...] = ()
    restart_wait_s: float = 1.0


def supervised(
    task: BackgroundTask,
    *,
    clock: Clock,
    log: FilteringBoundLogger,
    metrics: Metrics,
    on_failure: Callable[[str, Exception], None],
) -> Component:
    """Make a component of a task; its value is the running `asyncio.Task`.

    Args:
        task: What to run.
        clock: Waits before restarts.
        log: Gets a warning for each restart.
        metrics: Counts `startup.task_restarts`.
        on_failure: Gets the name and the last error when no restart is left.
    """

    def note(state: RetryCallState) -> None:
        metrics.count("startup.task_restarts")
        log.warning("task_restarts", component=task.name, failures=state.attempt_number)

    retrying = AsyncRetrying(
        stop=stop_after_attempt(task.restarts + 1),
        wait=wait_exponential(multiplier=task.restart_wait_s),
        sleep=clock.sleep,
        before_sleep=note,
        reraise=True,
    )

    async def run(values: Values) -> None:
        async def attempt() -> None:
            await task.run(values)

        try:
            await retrying(attempt)
        except Exception as error:  # noqa: BLE001 - a task may fail in any way
            on_failure(task.name, error)

    async def start(values: Values) -> asyncio.Task[None]:
        return asyncio.create_task(run(values), name=task.name)

    async def stop(running: asyncio.Task[None]) -> None:
        running.cancel()
        await asyncio.wait({running})

    return Component(task.name, start, stop, task.depends_on, optional=True)
