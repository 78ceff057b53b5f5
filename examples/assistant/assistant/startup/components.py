"""What is started, and what is told about it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Values = Mapping[str, Any]
"""What the dependencies of a component have returned, by name: those that are up now, so
that an optional one comes into it when it recovers."""


class State(StrEnum):
    """How the whole is (all but `skipped`) or a component (all but three)."""

    NEW = "new"
    STARTING = "starting"
    READY = "ready"
    DEGRADED = "degraded"
    """The whole: everything required is up, something optional is not."""
    SKIPPED = "skipped"
    """A component: it is optional, and something that it needs is not up."""
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the service that is started and stopped.

    Attributes:
        name: How others refer to it.
        start: Gets the values of its dependencies and returns its own. If it raises or
            is cancelled, it holds nothing.
        stop: Gets the value and gives everything back.
        depends_on: What is started before it.
        optional: Whether the service is of use without it.
        timeout_s: How long `start` with `check`, `stop` or `clean` may take.
        check: Gets the value right after the start; raises if it is of no use.
        clean: Removes what a run that was killed has left behind.
    """

    name: str
    start: Callable[[Values], Awaitable[Any]]
    stop: Callable[[Any], Awaitable[None]] | None = None
    depends_on: tuple[str, ...] = ()
    optional: bool = False
    timeout_s: float | None = None
    check: Callable[[Any], Awaitable[None]] | None = None
    clean: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class ComponentReport:
    """How one component is.

    Attributes:
        state: Its state.
        duration_s: How long it took to come up, in seconds; 0.0 if it never did.
        error: Why it is not up or was not stopped, fit to show; empty otherwise.
    """

    state: State = State.NEW
    duration_s: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True)
class StartupReport:
    """How the whole is.

    Attributes:
        state: Its state.
        duration_s: How long the last start took, in seconds; 0.0 if it failed.
        components: By name, in the order of their start.
    """

    state: State
    duration_s: float
    components: Mapping[str, ComponentReport]
