"""A configuration that changes while the service runs, whole or not at all."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from structlog.typing import FilteringBoundLogger
from watchfiles import awatch

from assistant.clock import Clock
from assistant.config.loading import Configuration, build
from assistant.config.problems import ConfigurationError, UnknownVersionError
from assistant.config.sources import Sources, gather, layer

Listener = Callable[[Configuration, Configuration], None]
"""Takes the configuration before a change and the one after it."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A setting that is not as approved; secrets are `***`.

    Attributes:
        path: The setting.
        approved: Its value in the approved configuration.
        running: Its value in force.
        source: Where the value in force comes from.
    """

    path: str
    approved: Any
    running: Any
    source: str


@dataclass(frozen=True, slots=True)
class Version:
    """A configuration that is or was in force.

    Attributes:
        number: From 1, without gaps.
        at: When it came into force, in seconds since 1970.
        reason: `start`, `reload`, `update` or `rollback to N`.
        configuration: All of it.
        sources: What it was made from.
    """

    number: int
    at: float
    reason: str
    configuration: Configuration
    sources: Sources = field(repr=False)


class ConfigurationManager:
    """Holds the configuration in force; safe to use from threads.

    Args:
        directory: As in `load`.
        environ: As in `load`; a reload sees what has changed in it.
        log: Gets every change and every refusal, with paths and without values.
        clock: Dates the versions.
        overrides: As in `load`, below all updates.
        kept: How many versions are kept; 1 or more.

    Raises:
        ConfigurationError: There is nothing valid to begin with.
    """

    def __init__(
        self,
        directory: Path | None,
        environ: Mapping[str, str],
        *,
        log: FilteringBoundLogger,
        clock: Clock,
        overrides: Mapping[str, Any] | None = None,
        kept: int = 20,
    ) -> None:
        """Load the first version."""
        self._directory = directory
        self._environ = environ
        self._log = log
        self._clock = clock
        self._kept = kept
        self._lock = threading.RLock()
        self._listeners: list[tuple[str, Listener]] = []
        self._changes: deque[tuple[Configuration, Configuration]] = deque()
        self._notifying = False
        self._overrides = dict(overrides or {})
        sources = gather(directory, environ, self._overrides)
        self._versions: tuple[Version, ...] = (
            Version(1, clock.now(), "start", build(sources), sources),
        )

    @property
    def current(self) -> Configuration:
        """The configuration in force; reading it takes no lock and no file."""
        return self._versions[-1].configuration

    @property
    def versions(self) -> tuple[Version, ...]:
        """What is kept, the oldest first; the last is in force."""
        return self._versions

    def reload(self) -> Configuration:
        """Read every source again; updates stay on top.

        Returns:
            The configuration in force after that.

        Raises:
            ConfigurationError: The new one is invalid; the old stays in force.
        """
        with self._lock:
            updates = self._versions[-1].sources.updates
            sources = gather(self._directory, self._environ, self._overrides)
            return self._install("reload", replace(sources, updates=updates))

    def update(self, changes: Mapping[str, Any]) -> Configuration:
        """Change some settings above all sources, until the end of the process.

        Args:
            changes: Paths and values, or sections with names and values.

        Returns:
            The configuration in force after that.

        Raises:
            ConfigurationError: One of the changes is invalid; none is made.
        """
        with self._lock:
            sources = self._versions[-1].sources
            updates = {**sources.updates, **dict(layer(changes, "update", "plain"))}
            return self._install("update", replace(sources, updates=updates))

    def rollback(self, number: int) -> Configuration:
        """Put a version that is kept in force again, as a new version.

        Raises:
            UnknownVersionError: It is not kept.
        """
        with self._lock:
            for version in self._versions:
                if version.number == number:
                    return self._install(f"rollback to {number}", version.sources)
            raise UnknownVersionError(
                f"version {number} is not kept", code="unknown_version"
            )

    def drift(self, approved: Configuration) -> list[Drift]:
        """Return how the configuration in force differs, by path."""
        running = self.current
        return [
            Drift(
                path,
                approved.shown(path),
                running.shown(path),
                running.sources[path],
            )
            for path in _changed(approved, running)
        ]

    def subscribe(self, listener: Listener, prefix: str = "") -> Callable[[], None]:
        """Call the listener after each change of a setting.

        Listeners are called in the thread that makes the change, one change after the
        other. What one raises is logged and stops nobody else.

        Args:
            listener: Is called once for all that changes together.
            prefix: The only section or setting to tell of; all if empty.

        Returns:
            What takes the listener away again.
        """
        entry = (prefix, listener)
        with self._lock:
            self._listeners.append(entry)

        def unsubscribe() -> None:
            with self._lock:
                if entry in self._listeners:
                    self._listeners.remove(entry)

        return unsubscribe

    async def watch(self, ready: asyncio.Event | None = None) -> None:
        """Reload whenever a file changes, until cancelled.

        What is invalid is logged and the configuration in force stays.

        Args:
            ready: Is set once no change is missed any more.
        """
        if self._directory is None:
            (ready or asyncio.Event()).set()
            await asyncio.get_running_loop().create_future()
            return
        changes = awatch(self._directory, debounce=100, step=20)
        step = asyncio.ensure_future(anext(changes))
        try:
            await asyncio.sleep(0)  # by then the first step watches
            (ready or asyncio.Event()).set()
            while True:
                self._try_reload()
                await step
                step = asyncio.ensure_future(anext(changes))
        finally:
            step.cancel()
            await asyncio.gather(step, return_exceptions=True)
            await changes.aclose()

    def _try_reload(self) -> None:
        try:
            self.reload()
        except ConfigurationError:
            return

    def _install(self, reason: str, sources: Sources) -> Configuration:
        old = self._versions[-1]
        try:
            new = build(sources)
        except ConfigurationError as error:
            paths = [problem.path for problem in error.problems]
            self._log.error("configuration_refused", reason=reason, paths=paths)
            raise
        if new == old.configuration:
            return old.configuration
        number = old.number + 1
        version = Version(number, self._clock.now(), reason, new, sources)
        self._versions = (*self._versions, version)[-self._kept :]
        paths = _changed(old.configuration, new)
        self._log.info(
            "configuration_changed", reason=reason, version=number, paths=paths
        )
        self._changes.append((old.configuration, new))
        self._notify()
        return new

    def _notify(self) -> None:
        """Tell of all changes in order, also of those that a listener makes."""
        if self._notifying:
            return
        self._notifying = True
        try:
            while self._changes:
                old, new = self._changes.popleft()
                paths = _changed(old, new)
                for prefix, listener in tuple(self._listeners):
                    if any(_below(prefix, path) for path in paths):
                        self._call(listener, old, new)
        finally:
            self._notifying = False

    def _call(self, listener: Listener, old: Configuration, new: Configuration) -> None:
        try:
            listener(old, new)
        except Exception as error:  # noqa: BLE001 - a listener's fault stays its own
            name = type(error).__name__
            self._log.error("configuration_listener_failed", error=name)


def _changed(old: Configuration, new: Configuration) -> list[str]:
    return [path for path in old.values if old.values[path] != new.values[path]]


def _below(prefix: str, path: str) -> bool:
    return not prefix or path == prefix or path.startswith(f"{prefix.rstrip('.')}.")
