"""How a test can end: the one table of outcomes, the worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["COUNTS", "OUTCOMES", "Count", "Outcome", "outcome_named", "worst_outcome"]

Count = Literal["failed", "pending", "orphaned", "skipped", "rerun", "passed"]
"""What outcomes are counted as, and the word that tables and summaries show."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way for a test to end.

    Attributes:
        name: As records hold it.
        count: What it is counted as, and the word shown for it.
        said: What a sentence says that the test did.
    """

    name: str
    count: Count
    said: str

    @property
    def is_failure(self) -> bool:
        """Whether it makes the answer of a run no."""
        return self.count == "failed"

    @property
    def is_good(self) -> bool:
        """Whether it shows what the test is there to show."""
        return self.count == "passed"


OUTCOMES = (
    Outcome("failed", "failed", "failed"),
    Outcome("error", "failed", "ended in an error"),
    Outcome("xpassed", "failed", "passed against xfail"),
    Outcome("pending", "pending", "is pending"),
    Outcome("orphan", "orphaned", "is an orphan"),
    Outcome("skipped", "skipped", "was skipped"),
    Outcome("xfailed", "skipped", "failed as expected"),
    Outcome("rerun", "rerun", "passed only when it was run again"),
    Outcome("passed", "passed", "passed"),
)
"""Every outcome, the worst first: a test with several cases ended as its worst one."""

COUNTS: tuple[Count, ...] = tuple(dict.fromkeys(item.count for item in OUTCOMES))
"""What outcomes are counted as, the worst first."""

_BY_NAME = {item.name: item for item in OUTCOMES}
_RANKS = {item.name: rank for rank, item in enumerate(OUTCOMES)}


def outcome_named(name: str) -> Outcome:
    """The outcome of a name.

    Raises:
        KeyError: If there is none.
    """
    return _BY_NAME[name]


def worst_outcome(names: Iterable[str]) -> str:
    """The name of the worst of some outcomes.

    Args:
        names: At least one.

    Raises:
        KeyError: If one is no outcome.
    """
    return min(names, key=_RANKS.__getitem__)
