"""What day it is: asked here, so that a test can say another one."""

from __future__ import annotations

from datetime import UTC, date, datetime

__all__ = ["now", "utc_today"]


def now() -> datetime:
    """The present time, in UTC."""
    return datetime.now(UTC)


def utc_today() -> date:
    """The day in UTC, whatever the time zone of the machine."""
    return now().date()
