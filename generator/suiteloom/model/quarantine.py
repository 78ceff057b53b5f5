"""A test that may fail for a while: until when, who answers for it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["MAX_DAYS", "PASSES_TO_LEAVE", "WARNED_DAYS", "Quarantine", "latest_end"]

MAX_DAYS = 30
"""How far ahead of today a quarantine may end."""

WARNED_DAYS = 7
"""From how many days before its end `check` warns."""

PASSES_TO_LEAVE = 10
"""After how many runs in a row in which it passed a test may leave."""


@dataclass(frozen=True, slots=True)
class Quarantine:
    """What a spec says of a test whose failure does not fail the build for a while.

    Attributes:
        until: The last day, in UTC, on which it holds.
        owner: Who answers for it.
        reason: Why the test may fail.
        link: Where more of it stands; may be empty.
    """

    until: date
    owner: str
    reason: str
    link: str = ""

    def days_left(self, today: date) -> int:
        """Days from today to the last one; 0 on that day, negative after it."""
        return (self.until - today).days

    def holds(self, today: date) -> bool:
        """Whether it is in force: not after its last day, nor if that is too far ahead."""
        return 0 <= self.days_left(today) <= MAX_DAYS

    @property
    def said(self) -> str:
        """Until when, whose it is and why, in one line."""
        link = f" ({self.link})" if self.link else ""
        return f"until {self.until.isoformat()}, {self.owner}: {self.reason}{link}"


def latest_end(today: date) -> date:
    """The last day on which a quarantine that is written today may end."""
    return today + timedelta(days=MAX_DAYS)
