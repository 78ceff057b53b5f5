"""The components of one service: started, stopped and cleaned up after, by name."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from structlog.typing import FilteringBoundLogger

from assistant.clock import Clock, within
from assistant.metrics import Metrics
from assistant.startup.components import Component, ComponentReport, State
from assistant.startup.errors import StartupError, describe
from assistant.startup.order import levels


class Parts:
    """What is known about each component; nothing here decides about the whole.

    Args:
        components: All of them.
        clock: Measures and limits.
        log: Gets a line for each step.
        metrics: Gets `startup.NAME_s` and `startup.failures`.
        on_held: Called whenever a name enters or leaves `held`.

    Attributes:
        levels: The names in the order of their start, by level.
        order: The same names in one tuple.
        components: By name.
        reports: By name.
        values: What each component that is up has returned, by name.
        held: Names of all that may hold something.
    """

    def __init__(
        self,
        components: Sequence[Component],
        *,
        clock: Clock,
        log: FilteringBoundLogger,
        metrics: Metrics,
        on_held: Callable[[], None],
    ) -> None:
        """Put the components in order; nothing is started."""
        self.levels = levels(components)
        self.order = tuple(name for level in self.levels for name in level)
        self.components = {each.name: each for each in components}
        self.reports = dict.fromkeys(self.order, ComponentReport())
        self.values: dict[str, Any] = {}
        self.held: set[str] = set()
        self._started: dict[str, Any] = {}
        self._clock = clock
        self._log = log
        self._metrics = metrics
        self._on_held = on_held

    def not_up(self) -> list[str]:
        """Return the names of all that are not up, in the order of their start."""
        return [n for n in self.order if self.reports[n].state is not State.READY]

    def failed(self, name: str, error: Exception) -> None:
        """Note that a component is not up for a reason, or was not stopped."""
        reason = error.reason if isinstance(error, StartupError) else describe(error)
        self._note(name, State.FAILED, reason)
        self._metrics.count("startup.failures")
        self._log.error("component_failed", component=name, error=reason)

    async def bring_up(self, names: Collection[str]) -> None:
        """Start components, each as soon as those that it depends on have been tried.

        Raises:
            StartupError: A required one failed; those still starting were cancelled.
        """
        tried = {name: asyncio.Event() for name in names}

        async def follow(name: str) -> None:
            component = self.components[name]
            for dependency in component.depends_on:
                if dependency in tried:
                    await tried[dependency].wait()
            await self._start(component)
            tried[name].set()

        try:
            async with asyncio.TaskGroup() as group:
                for name in names:
                    group.create_task(follow(name))
        except ExceptionGroup as failed:
            raise failed.exceptions[0]  # noqa: B904 - it has a cause of its own

    async def take_down(self, names: Collection[str]) -> None:
        """Stop those that are up, each after all that depend on it.

        One that fails to stop is reported and may still hold something.
        """
        for name in reversed(self.order):
            if name in names:
                await self._stop(self.components[name])

    async def clean(self, names: Collection[str]) -> None:
        """Let components remove what an earlier run may have left, in the same order.

        Raises:
            StartupError: One of them failed to.
        """
        for name in reversed(self.order):
            if name in names:
                clean = self.components[name].clean
                if clean is not None:
                    await self._run(self.components[name], clean)
                    self._log.info("component_cleaned", component=name)
                self._hold(name, False)

    async def _start(self, component: Component) -> None:
        name = component.name
        lacking = [each for each in component.depends_on if each not in self.values]
        if component.optional and lacking:
            reason = f"needs {', '.join(lacking)}"
            self._note(name, State.SKIPPED, reason)
            self._log.warning("component_skipped", component=name, error=reason)
            return
        self._note(name, State.STARTING)
        self._hold(name, True)
        began = self._clock.now()

        async def start_and_check() -> None:
            value = await component.start(_Live(component.depends_on, self.values))
            self._started[name] = value
            if component.check is not None:
                await component.check(value)
            self.values[name] = value

        try:
            await self._run(component, start_and_check)
        except StartupError as error:
            self.failed(name, error)
            if name not in self._started:
                self._hold(name, False)
            if not component.optional:
                raise
            await self._stop(component)
        else:
            duration_s = self._clock.now() - began
            self.reports[name] = ComponentReport(State.READY, duration_s)
            self._metrics.observe(f"startup.{name}_s", duration_s)
            self._log.info("component_started", component=name, duration_s=duration_s)

    async def _stop(self, component: Component) -> None:
        name, stop = component.name, component.stop
        self.values.pop(name, None)
        if name in self._started:
            value = self._started.pop(name)
            try:
                if stop is not None:
                    await self._run(component, lambda: stop(value))
            except StartupError as error:
                self.failed(name, error)
                return
        elif self.reports[name].state is not State.STARTING:
            return
        self._hold(name, False)
        if self.reports[name].state is not State.FAILED:
            self._note(name, State.STOPPED)
        self._log.info("component_stopped", component=name)

    async def _run(
        self, component: Component, work: Callable[[], Awaitable[object]]
    ) -> None:
        """Do a part of a component's work in its time; what it raises gets its name."""
        name, limit_s = component.name, component.timeout_s

        async def named() -> None:
            try:
                await work()
            except Exception as error:
                raise StartupError(name, describe(error)) from error

        if limit_s is None:
            await named()
            return
        try:
            await within(self._clock, limit_s, named())
        except TimeoutError as error:
            reason = f"takes longer than {limit_s:g} s"
            raise StartupError(name, reason, code="startup_timeout") from error

    def _note(self, name: str, state: State, error: str = "") -> None:
        self.reports[name] = replace(self.reports[name], state=state, error=error)

    def _hold(self, name: str, held: bool) -> None:
        (self.held.add if held else self.held.discard)(name)
        self._on_held()


class _Live(Mapping[str, Any]):
    """Those of some values that a component may see, as they are now."""

    def __init__(self, names: tuple[str, ...], values: Mapping[str, Any]) -> None:
        self._names = names
        self._values = values

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._names if name in self._values)

    def __len__(self) -> int:
        return sum(1 for _ in self)
