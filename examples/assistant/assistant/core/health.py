"""How the service is: checks of its parts, and what they say together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from structlog.typing import FilteringBoundLogger

from assistant.clock import Clock, within
from assistant.errors import AssistantError

Check = Callable[[], Awaitable[None]]
"""Returns if a part is well, raises `DegradedError` if it limps, anything else if not."""


class Health(IntEnum):
    """How well something is; the higher, the worse."""

    HEALTHY = 0
    DEGRADED = 1
    UNHEALTHY = 2

    @property
    def word(self) -> str:
        """The state as reports write it, such as `healthy`."""
        return self.name.lower()


class DegradedError(AssistantError):
    """A part works, with limits that the text names."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        health: How the part is.
        critical: Whether the service is unhealthy without it.
        error: Why it is not healthy, fit to show; empty when it is.
    """

    health: Health
    critical: bool
    error: str


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What all checks found, by name, and the health of the whole."""

    health: Health
    parts: Mapping[str, Finding]


class HealthMonitor:
    """Checks by name.

    The whole is as bad as its worst critical part. Another part that is not healthy
    makes it degraded.

    Args:
        clock: Limits the checks.
        log: Gets a line when the health of the whole changes.
        timeout_s: After this long a check counts as failed.
    """

    def __init__(
        self, *, clock: Clock, log: FilteringBoundLogger, timeout_s: float = 5
    ) -> None:
        """Begin without checks, healthy."""
        self._clock = clock
        self._log = log
        self._timeout_s = timeout_s
        self._checks: dict[str, tuple[Check, bool]] = {}
        self._last = Health.HEALTHY

    def add(self, name: str, check: Check, *, critical: bool = True) -> None:
        """Add a check; one of the same name is replaced."""
        self._checks[name] = (check, critical)

    async def report(self) -> HealthReport:
        """Run all checks at the same time and put together what they found."""
        findings = await asyncio.gather(
            *(self._run(check, critical) for check, critical in self._checks.values())
        )
        parts = dict(zip(self._checks, findings, strict=True))
        whole = max(map(_weight, findings), default=Health.HEALTHY)
        if whole != self._last:
            self._log.warning("health_changed", old=self._last.word, new=whole.word)
            self._last = whole
        return HealthReport(whole, parts)

    async def _run(self, check: Check, critical: bool) -> Finding:
        try:
            await within(self._clock, self._timeout_s, check())
        except DegradedError as error:
            return Finding(Health.DEGRADED, critical, str(error))
        except TimeoutError:
            reason = f"no answer within {self._timeout_s:g} s"
            return Finding(Health.UNHEALTHY, critical, reason)
        except AssistantError as error:
            return Finding(Health.UNHEALTHY, critical, str(error))
        except Exception as error:  # noqa: BLE001 - a check may fail in any way
            return Finding(Health.UNHEALTHY, critical, type(error).__name__)
        return Finding(Health.HEALTHY, critical, "")


def _weight(finding: Finding) -> Health:
    return finding.health if finding.critical else min(finding.health, Health.DEGRADED)
