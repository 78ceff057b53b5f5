"""Two runs held against one another, test by test. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from suiteloom.model import PastResult, ResultKey, outcome_named

__all__ = ["RunChanges", "compare_results"]

_RATIO = 1.3
_LEAST_US = 10_000
"""A single run says no more than this of durations: times the other, microseconds."""

_TELLING = 3


@dataclass(frozen=True, slots=True)
class RunChanges:
    """What is different in the second of two runs.

    Attributes:
        lost: Tests that passed and do no more: outcome in the second run, empty if the test
            has none there.
        mended: Tests that did not pass, or were not there, and pass now: outcome in the
            first run, likewise.
        other: Further tests whose outcome changed: both outcomes.
        same: How many ended alike.
        speed: How many times as long tests took in the second run, by the median; None if
            too few passed in both.
        slower: Tests that took longer by more than that: both durations, microseconds, the
            second at the speed of the first.
        faster: The same of those that took less.
    """

    lost: Mapping[ResultKey, str]
    mended: Mapping[ResultKey, str]
    other: Mapping[ResultKey, tuple[str, str]]
    same: int
    speed: float | None
    slower: Mapping[ResultKey, tuple[float, float]]
    faster: Mapping[ResultKey, tuple[float, float]]


def compare_results(
    before: Mapping[ResultKey, PastResult], after: Mapping[ResultKey, PastResult]
) -> RunChanges:
    """Compare how tests ended in two runs.

    Args:
        before: Of the first run.
        after: Of the second.
    """
    lost: dict[ResultKey, str] = {}
    mended: dict[ResultKey, str] = {}
    other: dict[ResultKey, tuple[str, str]] = {}
    same = 0
    for key in sorted({*before, *after}, key=lambda key: (key.id, key.case)):
        old, new = _outcome(before.get(key)), _outcome(after.get(key))
        if old == new:
            same += 1
        elif _is_good(old):
            lost[key] = new
        elif _is_good(new):
            mended[key] = old
        else:
            other[key] = (old, new)
    both = {
        key: (before[key].duration_us, after[key].duration_us)
        for key in sorted({*before} & {*after}, key=lambda key: (key.id, key.case))
        if _is_good(before[key].outcome) and _is_good(after[key].outcome)
    }
    ratios = [new / old for old, new in both.values() if old]
    speed = median(ratios) if len(ratios) >= _TELLING else None
    even = {key: (old, new / (speed or 1)) for key, (old, new) in both.items()}
    return RunChanges(
        lost,
        mended,
        other,
        same,
        speed,
        slower={key: pair for key, pair in even.items() if _is_above(*pair)},
        faster={key: pair for key, pair in even.items() if _is_above(*pair[::-1])},
    )


def _outcome(result: PastResult | None) -> str:
    return result.outcome if result else ""


def _is_good(outcome: str) -> bool:
    return bool(outcome) and outcome_named(outcome).is_good


def _is_above(low: float, high: float) -> bool:
    return high > low * _RATIO and high > low + _LEAST_US
