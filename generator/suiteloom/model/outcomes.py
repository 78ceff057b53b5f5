"""How a test can end: the one table of outcomes, the worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "COUNTS",
    "OUTCOMES",
    "Count",
    "CtrfStatus",
    "JunitElement",
    "Outcome",
    "count_of",
    "outcome_named",
    "worst_outcome",
]

Count = Literal[
    "failed", "pending", "orphaned", "skipped", "rerun", "quarantined", "passed"
]
"""What outcomes are counted as, and the word that tables and summaries show."""

CtrfStatus = Literal["passed", "failed", "skipped", "pending", "other"]
"""The words of the Common Test Report Format for how a test ended."""

JunitElement = Literal["", "failure", "error", "skipped"]
"""What JUnit XML has in a test that did not pass; nothing in one that did."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way for a test to end.

    Attributes:
        name: As records hold it.
        count: What it is counted as, and the word shown for it.
        said: What a sentence says that the test did.
        ctrf: What reports in the Common Test Report Format say.
        junit: What reports in JUnit XML say.
    """

    name: str
    count: Count
    said: str
    ctrf: CtrfStatus
    junit: JunitElement

    @property
    def is_failure(self) -> bool:
        """Whether it makes the answer of a run no."""
        return self.count == "failed"

    @property
    def is_good(self) -> bool:
        """Whether it shows what the test is there to show."""
        return self.count == "passed"


OUTCOMES = (
    Outcome("failed", "failed", "failed", "failed", "failure"),
    Outcome("error", "failed", "ended in an error", "failed", "error"),
    Outcome("xpassed", "failed", "passed against xfail", "failed", "failure"),
    Outcome("pending", "pending", "is pending", "pending", "skipped"),
    Outcome("orphan", "orphaned", "is an orphan", "other", "skipped"),
    Outcome("skipped", "skipped", "was skipped", "skipped", "skipped"),
    Outcome("xfailed", "skipped", "failed as expected", "skipped", "skipped"),
    Outcome("rerun", "rerun", "passed only when it was run again", "other", "skipped"),
    Outcome("passed", "passed", "passed", "passed", ""),
)
"""Every outcome, the worst first: a test with several cases ended as its worst one."""

COUNTS: tuple[Count, ...] = tuple(dict.fromkeys(item.count for item in OUTCOMES))
"""What outcomes are counted as, the worst first."""

_HELD: frozenset[Count] = frozenset({"failed", "rerun", "passed"})
"""What counts for nothing while its test is in quarantine."""

_BY_NAME = {item.name: item for item in OUTCOMES}
_RANKS = {item.name: rank for rank, item in enumerate(OUTCOMES)}


def outcome_named(name: str) -> Outcome:
    """The outcome of a name.

    Raises:
        KeyError: If there is none.
    """
    return _BY_NAME[name]


def count_of(name: str, *, quarantined: bool) -> Count:
    """What an outcome is counted as.

    Args:
        name: Of the outcome.
        quarantined: Whether a quarantine of the test is in force: then it counts neither
            as failed nor as passed.

    Raises:
        KeyError: If there is no such outcome.
    """
    count = outcome_named(name).count
    return "quarantined" if quarantined and count in _HELD else count


def worst_outcome(names: Iterable[str]) -> str:
    """The name of the worst of some outcomes.

    Args:
        names: At least one.

    Raises:
        KeyError: If one is no outcome.
    """
    return min(names, key=_RANKS.__getitem__)
