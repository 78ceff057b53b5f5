"""Which tests have become slower, against levels that stay until someone accepts others.

Pure: durations in, verdicts out. `suiteloom slow` and the simulation in bench/ call the
same functions.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Generic, TypeVar

__all__ = [
    "LONG",
    "RUNS",
    "WINDOW",
    "Level",
    "Slower",
    "Speeds",
    "accepted",
    "first_levels",
    "is_slower",
    "run_speed",
    "slower_tests",
]

RUNS = 3
"""So many runs in a row have to say that a test is much slower."""

RATIO = 1.5
SPREADS = 4
LEAST_US = 10_000
"""Times the level, spreads above it, and microseconds in all, that each of them has to be."""

LONG = 5
"""So many runs in a row have to say that a test is a little slower."""

LITTLE_RATIO = 1.3
LITTLE_SPREADS = 5
LITTLE_US = 10_000
"""Times the level, spreads above it, and microseconds above it, that each has to be."""

WINDOW = 20
"""So many durations make the first level of a test."""

_TELLING = 3
"""In a run with fewer tests that have a level, its speed is not known."""

Test = TypeVar("Test", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Level:
    """What a test is accepted to take, at the speed of the runs that the level is from.

    Attributes:
        duration_us: The median, in microseconds.
        spread_us: The median of the distances from it (MAD).
    """

    duration_us: float
    spread_us: float


@dataclass(frozen=True, slots=True)
class Slower:
    """A test that each of the last runs shows to be above its level.

    Attributes:
        level: What was accepted.
        durations_us: What it took in the last runs, at the level's speed, oldest first.
    """

    level: Level
    durations_us: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """How many times the level the median of them is."""
        return median(self.durations_us) / max(self.level.duration_us, 1)

    @property
    def lost_us(self) -> float:
        """How many microseconds more than the level the median of them is."""
        return median(self.durations_us) - self.level.duration_us


@dataclass(frozen=True, slots=True)
class Speeds(Generic[Test]):
    """What some runs say about durations.

    Attributes:
        slower: The slower tests, the ones that lose most time first.
        judged: How many tests had a level and enough durations to be judged.
        recent: Of each test that has a level, its last durations at the level's speed.
        unknown: How many of the runs have too few tests with a level, so that their speed
            is not known.
    """

    slower: Mapping[Test, Slower]
    judged: int
    recent: Mapping[Test, tuple[float, ...]]
    unknown: int


def run_speed(
    durations: Mapping[Test, float], levels: Mapping[Test, float]
) -> float | None:
    """How slow a run was as a whole: the median ratio of durations and levels.

    Args:
        durations: Of the run, in microseconds, by test.
        levels: What the tests take at speed 1, in microseconds.

    Returns:
        1 for the speed of the levels, 2 for a run in which everything took twice as long;
        None if too few tests tell.
    """
    ratios = [
        duration / level
        for test, duration in durations.items()
        if (level := levels.get(test))
    ]
    speed = median(ratios) if len(ratios) >= _TELLING else 0.0
    return speed or None


def first_levels(
    runs: Sequence[Mapping[Test, int]], levels: Mapping[Test, Level]
) -> dict[Test, Level]:
    """Levels for the tests that have none and enough durations.

    Args:
        runs: Durations in microseconds by test, of each run, the oldest first.
        levels: Those that there are; the speed of the runs is taken from them, or, where
            they are too few, from the new ones' medians.
    """
    raw: dict[Test, list[float]] = {}
    for run in runs:
        for test, duration in run.items():
            if test not in levels:
                raw.setdefault(test, []).append(duration)
    ready = [test for test, found in raw.items() if len(found) >= WINDOW]
    known = {test: level.duration_us for test, level in levels.items()}
    if len(known) < _TELLING:
        known = {test: median(raw[test][:WINDOW]) for test in ready}
    speeds = [run_speed(run, known) for run in runs]
    found: dict[Test, Level] = {}
    for test in ready:
        even = [
            run[test] / speed
            for run, speed in zip(runs, speeds, strict=True)
            if speed and test in run
        ]
        if len(even) >= WINDOW:
            found[test] = _level(even[:WINDOW])
    return found


def slower_tests(
    runs: Sequence[Mapping[Test, int]], levels: Mapping[Test, Level]
) -> Speeds[Test]:
    """Tell which tests are slower than what is accepted.

    Args:
        runs: Durations in microseconds by test, of each run, the oldest first.
        levels: What is accepted.
    """
    known = {test: level.duration_us for test, level in levels.items()}
    speeds = [run_speed(run, known) for run in runs]
    last: dict[Test, tuple[float, ...]] = {}
    for run, speed in zip(runs, speeds, strict=True):
        if speed is None:
            continue
        for test, duration in run.items():
            if test in known:
                last[test] = (*last.get(test, ()), duration / speed)[-LONG:]
    recent = {test: found[-RUNS:] for test, found in last.items()}
    judged = [test for test, found in recent.items() if len(found) == RUNS]
    slower = {
        test: Slower(levels[test], recent[test])
        for test in judged
        if is_slower(last[test], levels[test])
    }
    worst = sorted(slower, key=lambda test: -slower[test].lost_us)
    return Speeds(
        {test: slower[test] for test in worst}, len(judged), recent, speeds.count(None)
    )


def is_slower(durations: Sequence[float], level: Level) -> bool:
    """Whether the last of some durations are above a level by all that they have to be.

    That is by much in `RUNS` of them, or by a little in `LONG`.

    Args:
        durations: In microseconds, at the level's speed, the oldest first; at least `RUNS`.
        level: What is accepted.
    """
    usual, spread = level.duration_us, level.spread_us
    much = max(usual * RATIO, usual + spread * SPREADS, LEAST_US)
    if min(durations[-RUNS:]) > much:
        return True
    little = max(
        usual * LITTLE_RATIO, usual + spread * LITTLE_SPREADS, usual + LITTLE_US
    )
    return len(durations) >= LONG and min(durations[-LONG:]) > little


def accepted(durations: Sequence[float], before: Level | None) -> Level:
    """The level that takes the place of another once its durations are accepted.

    Args:
        durations: The last ones, at the level's speed, in microseconds.
        before: The level until now. As few durations say little of their spread, it is
            not less than the old one's share of it.
    """
    level = _level(durations)
    if before is None or not before.duration_us:
        return level
    scaled = before.spread_us * level.duration_us / before.duration_us
    return Level(level.duration_us, max(level.spread_us, scaled))


def _level(durations: Sequence[float]) -> Level:
    middle = median(durations)
    return Level(middle, median(abs(value - middle) for value in durations))
