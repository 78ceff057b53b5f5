"""Times of runs as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

__all__ = ["moment"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(since_us: int) -> str:
    """A time as ISO 8601 in UTC, to the second.

    Args:
        since_us: Microseconds since 1970; 0 is not known, and gives an empty text.
    """
    if not since_us:
        return ""
    try:
        when = _EPOCH + timedelta(microseconds=since_us)
    except OverflowError:
        return ""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
