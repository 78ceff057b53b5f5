"""The start, the stop and everything between: one object holds all components."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from structlog.typing import FilteringBoundLogger

from assistant.clock import Clock, within
from assistant.metrics import Metrics
from assistant.startup.background import BackgroundTask, supervised
from assistant.startup.components import (
    Component,
    ComponentReport,
    StartupReport,
    State,
)
from assistant.startup.errors import GraphError, StartupError, describe
from assistant.startup.order import with_dependents
from assistant.startup.parts import Parts
from assistant.startup.state import DamagedStateError, Saved, StateFile


class Startup:
    """Starts components, each after what it depends on, and stops them backwards.

    Those that do not depend on each other start at the same time. If a required one
    fails, all that were up are stopped again. An optional one that fails is left out, and
    so are optional ones that depend on it; required ones then start without it.

    Args:
        components: All of them, background tasks too.
        clock: Measures and limits.
        log: Gets a line for each step.
        metrics: Gets `startup_s` and `startup.NAME_s` (seconds), `startup.failures`,
            `startup.task_restarts` and the gauge `startup.ready` (0 or 1).
        state_path: A file that tells the next process what was up; None for no file.
        budget_s: How long a start may take as a whole; None for no limit.

    Raises:
        GraphError: The components do not fit together.
    """

    def __init__(
        self,
        components: Iterable[Component | BackgroundTask],
        *,
        clock: Clock,
        log: FilteringBoundLogger,
        metrics: Metrics,
        state_path: Path | None = None,
        budget_s: float | None = None,
    ) -> None:
        """Put the components in order; nothing is started."""
        self._clock = clock
        self._log = log
        self._metrics = metrics
        self._budget_s = budget_s
        self._file = None if state_path is None else StateFile(state_path)
        self._parts = Parts(
            [self._component(each) for each in components],
            clock=clock,
            log=log,
            metrics=metrics,
            on_held=self._save,
        )
        self._state = State.NEW
        self._previous: Saved | None = None
        self._run = 0
        self._duration_s = 0.0
        self._lock = asyncio.Lock()

    @property
    def state(self) -> State:
        """How the whole is."""
        return self._state

    @property
    def ready(self) -> bool:
        """Whether every required component is up."""
        return self._state in (State.READY, State.DEGRADED)

    @property
    def levels(self) -> tuple[tuple[str, ...], ...]:
        """The names in the order of their start, as `levels` gives them."""
        return self._parts.levels

    @property
    def previous(self) -> Saved | None:
        """What the run before has saved; None before the start, and if there is nothing."""
        return self._previous

    @property
    def report(self) -> StartupReport:
        """How everything is now."""
        reports = MappingProxyType(dict(self._parts.reports))
        return StartupReport(self._state, self._duration_s, reports)

    def value(self, name: str) -> Any:
        """Return what the start of a component has returned.

        Raises:
            StartupError: It is not up. Code: `not_up`.
        """
        if name not in self._parts.values:
            raise StartupError(name, "is not up", code="not_up")
        return self._parts.values[name]

    async def start(self) -> None:
        """Start everything; nothing happens if it is up already.

        Raises:
            StartupError: A required component is not up; all others were stopped.
        """
        async with self._lock:
            if self.ready:
                return
            self._recall()
            self._parts.reports = dict.fromkeys(self._parts.order, ComponentReport())
            self._duration_s = 0.0
            self._move(State.STARTING)
            self._log.info("startup_began", run=self._run)
            began = self._clock.now()
            await self._or_fail(self._begin)
            self._duration_s = self._clock.now() - began
            self._metrics.observe("startup_s", self._duration_s)
            self._settle()
            self._log.info(
                "startup_finished", state=self._state, duration_s=self._duration_s
            )

    async def stop(self) -> None:
        """Stop everything that is up, backwards; what fails to stop is reported."""
        async with self._lock:
            if self._state in (State.NEW, State.STOPPED, State.FAILED):
                return
            self._move(State.STOPPING)
            await self._parts.take_down(self._parts.order)
            self._move(State.STOPPED)
            self._log.info("startup_stopped")

    async def restart(self, name: str) -> None:
        """Stop a component and all that depend on it, and start them again.

        Raises:
            StartupError: It is not part of a service that is up (code `not_up`). Or
                something required failed, and everything is stopped.
        """
        async with self._lock:
            names = self._affected(name)
            await self._or_fail(lambda: self._bring_up_again(names))
            self._settle()

    async def replace(self, component: Component) -> None:
        """Put another component in the place of the one with its name, as `restart` does.

        Raises:
            GraphError: It depends on other things than the one before.
            StartupError: As with `restart`, but if something required failed, the
                component before is back, with everything that depends on it.
        """
        async with self._lock:
            components, name = self._parts.components, component.name
            before = components.get(name, component)
            if before.depends_on != component.depends_on:
                raise GraphError(
                    f"{name} has other dependencies", code="other_dependencies"
                )
            names = self._affected(name)
            try:
                await self._parts.take_down(names)
                components[name] = component
                await self._parts.bring_up(names)
            except BaseException:
                await self._parts.take_down(names)
                components[name] = before
                await self._or_fail(lambda: self._parts.bring_up(names))
                self._log.error("component_rolled_back", component=name)
                raise
            finally:
                if self._state is not State.FAILED:
                    self._settle()

    async def recover(self) -> None:
        """Try again to start what is not up, while everything else goes on."""
        async with self._lock:
            if self._state is not State.DEGRADED:
                return
            try:
                await self._bring_up_again(self._parts.not_up())
            finally:
                self._settle()

    async def _begin(self) -> None:
        parts = self._parts
        await parts.take_down(parts.order)  # what a canceled stop has left
        await parts.clean(frozenset(parts.held))
        if self._budget_s is None:
            await parts.bring_up(parts.order)
            return
        try:
            await within(self._clock, self._budget_s, parts.bring_up(parts.order))
        except TimeoutError as error:
            starting = [
                name
                for name in parts.not_up()
                if parts.reports[name].state is State.STARTING
            ]
            reason = f"the whole start takes longer than {self._budget_s:g} s"
            raise StartupError(
                ", ".join(starting), reason, code="startup_timeout"
            ) from error

    def _affected(self, name: str) -> tuple[str, ...]:
        """Return a name and its dependents in order; ready no more if one is required."""
        components = self._parts.components
        if not self.ready or name not in components:
            raise StartupError(name, "is not up", code="not_up")
        ordered = [components[each] for each in self._parts.order]
        names = with_dependents(name, ordered)
        if not all(components[each].optional for each in names):
            self._move(State.STARTING)
        return names

    async def _bring_up_again(self, names: Collection[str]) -> None:
        await self._parts.take_down(names)
        await self._parts.bring_up(names)

    async def _or_fail(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do some work; if it fails or is cancelled, stop everything."""
        try:
            await work()
        except BaseException as error:
            await self._parts.take_down(self._parts.order)
            self._move(State.FAILED)
            self._log.error("startup_failed", error=describe(error))
            raise

    def _component(self, given: Component | BackgroundTask) -> Component:
        if isinstance(given, Component):
            return given
        return supervised(
            given,
            clock=self._clock,
            log=self._log,
            metrics=self._metrics,
            on_failure=self._task_failed,
        )

    def _task_failed(self, name: str, error: Exception) -> None:
        self._parts.failed(name, error)
        if self.ready:
            self._settle()

    def _settle(self) -> None:
        up = all(each.state is State.READY for each in self._parts.reports.values())
        self._move(State.READY if up else State.DEGRADED)

    def _move(self, state: State) -> None:
        self._state = state
        self._metrics.gauge("startup.ready", float(self.ready))
        self._save()

    def _recall(self) -> None:
        """Learn which run this is and what the one before may have left."""
        self._previous, left = None, self._parts.held
        if self._file is not None:
            try:
                self._previous = self._file.read()
            except DamagedStateError as error:
                self._log.error("state_refused", error=str(error))
                left = set(self._parts.order)
            if self._previous is not None:
                left = set(self._previous.held)
        self._run = (self._previous.run if self._previous else self._run) + 1
        if left:
            self._log.warning("left_behind", components=sorted(left))
        self._parts.held = left.intersection(self._parts.order)

    def _save(self) -> None:
        if self._file is None:
            return
        held = tuple(name for name in self._parts.order if name in self._parts.held)
        try:
            self._file.write(Saved(run=self._run, state=self._state, held=held))
        except OSError as error:
            self._log.error("state_not_saved", error=describe(error))
