"""Which tests ended differently on the same code, and which would not have been seen to.

Pure: observations in, verdicts out. `suiteloom flaky` and the simulation in bench/ call the
same functions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from suiteloom.model import outcome_named

__all__ = [
    "FAILING_SHARE",
    "Flakiness",
    "Flaky",
    "find_flaky",
    "is_outage",
    "least_rate",
    "odd_runs",
]

FAILING_SHARE = 0.05
"""Of a run in which more of the tests fail than this, no test is blamed."""

_CHANCE = 0.05
"""How likely a flake may be missed that is said to be one that would show."""

_STEPS = 30

Test = TypeVar("Test", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Flaky(Generic[Test]):
    """A test that ended differently on the same commit in the same environment.

    Attributes:
        test: The test.
        outcomes: How often it ended how, in the groups where it ended differently.
        groups: The groups of runs in which it did, in the order they were given.
        runs: In how many runs it was seen in all.
    """

    test: Test
    outcomes: Mapping[str, int]
    groups: tuple[int, ...]
    runs: int


@dataclass(frozen=True, slots=True)
class Flakiness(Generic[Test]):
    """What some runs say.

    Attributes:
        flaky: Those that were seen to be flaky, the ones with most outcomes against the
            rest first.
        rates: By the least rate of flakes that would have shown, the number of other tests
            it is so of; None is no rate at all: never run twice on the same code.
    """

    flaky: tuple[Flaky[Test], ...]
    rates: Mapping[float | None, int]


def is_outage(tests: int, failed: int) -> bool:
    """Whether so many tests of a run failed that the cause is not in one of them.

    Args:
        tests: How many ended.
        failed: How many of them failed.
    """
    return failed > FAILING_SHARE * tests


def find_flaky(
    seen: Iterable[tuple[Test, int, str, int]],
) -> Flakiness[Test]:
    """Tell which tests are flaky.

    Args:
        seen: Test, group, outcome and how many of the group's runs it ended so in. A group
            is a number for runs of the same commit in the same environment; outages are in
            none. An outcome that took several attempts is one that differed by itself.
    """
    found: dict[Test, dict[int, Counter[str]]] = defaultdict(dict)
    for test, group, outcome, count in seen:
        found[test].setdefault(group, Counter())[outcome] += count
    flaky: list[Flaky[Test]] = []
    rates: Counter[float | None] = Counter()
    for test, groups in found.items():
        unlike = {name: ended for name, ended in groups.items() if _differs(ended)}
        if unlike:
            total = sum(sum(ended.values()) for ended in groups.values())
            outcomes = sum(unlike.values(), Counter())
            flaky.append(Flaky(test, dict(outcomes), tuple(unlike), total))
        else:
            sizes = sorted(sum(ended.values()) for ended in groups.values())
            rates[least_rate(tuple(sizes))] += 1
    flaky.sort(key=lambda item: -_minority(item))
    return Flakiness(tuple(flaky), dict(rates))


def _differs(ended: Mapping[str, int]) -> bool:
    """Whether outcomes of one group are of more than one kind, or one needed a second try."""
    counts = {outcome_named(name).count for name in ended}
    return len(counts) > 1 or "rerun" in counts


def _minority(item: Flaky[Test]) -> int:
    return sum(item.outcomes.values()) - max(item.outcomes.values())


def odd_runs(
    seen: Iterable[tuple[Test, int, int, str]],
) -> dict[int, int]:
    """Tell in which runs flaky tests ended otherwise than mostly.

    Where many did so in one run, the cause may be in that run.

    Args:
        seen: Test, group, run and outcome of tests that are flaky.

    Returns:
        By run, how many of them did, the run with most first.
    """
    kinds: dict[tuple[Test, int], dict[int, str]] = defaultdict(dict)
    for test, group, run, outcome in seen:
        kinds[test, group][run] = outcome_named(outcome).count
    odd: Counter[int] = Counter()
    for runs in kinds.values():
        usual, _ = Counter(runs.values()).most_common(1)[0]
        odd.update(run for run, kind in runs.items() if kind != usual)
    return dict(odd.most_common())


@lru_cache(maxsize=4096)
def least_rate(sizes: tuple[int, ...]) -> float | None:
    """The least rate of flakes that would have shown with near certainty.

    Args:
        sizes: In how many runs of each group a test was seen.

    Returns:
        A rate up to a half, at which a flake stays unseen once in twenty times; None if
        these runs do not show even a test that fails every other time.
    """
    if _unseen(0.5, sizes) > _CHANCE:
        return None
    low, high = 0.0, 0.5
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _unseen(middle, sizes) > _CHANCE:
            low = middle
        else:
            high = middle
    return high


def _unseen(rate: float, sizes: Iterable[int]) -> float:
    """How likely all runs of every group end alike, given how often a test fails."""
    chance = 1.0
    for size in sizes:
        chance *= (1 - rate) ** size + rate**size
    return chance
