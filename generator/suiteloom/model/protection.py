"""What a test's result is worth: whether it protects revenue, and if not, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from suiteloom.model.outcomes import Count, outcome_named

__all__ = ["LOSSES", "Evidence", "Loss", "is_protecting", "losses", "shares"]

Loss = Literal[
    "pending",
    "quarantined",
    "failed",
    "suspect",
    "stale",
    "not run",
    "skipped",
    "flaky",
]
"""Why a test protects nothing."""

LOSSES: dict[Loss, str] = {
    "pending": "its body is still to be written, or is not in its suite",
    "quarantined": "its spec says that it may fail for a while",
    "failed": "it failed in the last run",
    "suspect": "its spec changed under its body, and nobody has looked at it since",
    "stale": "the suite or the code under test changed since the last run",
    "not run": "the last run has no result of it",
    "skipped": "it was skipped, or failed as expected",
    "flaky": "it passed, but not always on this very code",
}
"""Every reason with what it means; of several that hold, the first one here is given."""

_OF_COUNT: dict[Count, Loss] = {
    "failed": "failed",
    "pending": "pending",
    "orphaned": "not run",
    "skipped": "skipped",
    "rerun": "flaky",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one specified test.

    Attributes:
        is_pending: Whether its body is still to be written, or is not on disk.
        is_suspect: Whether it is to be reviewed.
        is_stale: Whether it was run, but the suite or the code under test changed since.
        is_held: Whether its quarantine is in force.
        is_flaky: Whether it ended in several ways on the code that it was run on.
        outcome: Name of its outcome in the last run; empty if that has none.
    """

    is_pending: bool = False
    is_suspect: bool = False
    is_stale: bool = False
    is_held: bool = False
    is_flaky: bool = False
    outcome: str = ""


def losses(known: Evidence) -> tuple[Loss, ...]:
    """Why a test protects nothing, the reason that is given first.

    Returns:
        Every reason that holds, in the order of `LOSSES`; empty if the test passed and
        nothing speaks against it.

    Raises:
        KeyError: If the outcome is none.
    """
    found: set[Loss] = set()
    if known.is_pending:
        found.add("pending")
    if known.is_held:
        found.add("quarantined")
    if known.is_suspect:
        found.add("suspect")
    if known.is_pending:
        pass  # no run can have shown anything
    elif known.is_stale:
        found.add("stale")
    elif not known.outcome:
        found.add("not run")
    else:
        count = outcome_named(known.outcome).count
        if count in _OF_COUNT:
            found.add(_OF_COUNT[count])
        if known.is_flaky:
            found.add("flaky")
    return tuple(reason for reason in LOSSES if reason in found)


def is_protecting(known: Evidence) -> bool:
    """Whether a test passed and nothing speaks against it."""
    return not losses(known)


def shares(annual_usd: int, tests: int) -> list[int]:
    """Divide what a domain earns among its tests.

    Args:
        annual_usd: Whole US dollars a year.
        tests: How many tests there are.

    Returns:
        Whole dollars for each test, in spec order, equal but for one dollar, whose sum is
        what was divided; empty without tests.
    """
    if not tests:
        return []
    each, rest = divmod(annual_usd, tests)
    return [each + (place < rest) for place in range(tests)]
