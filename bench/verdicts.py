"""How often `suiteloom slow` and `suiteloom flaky` are right, on made-up runs.

The rules are those of the product: its pure functions are called with durations and
outcomes that are drawn at random, of which it is known what is behind them. Two usual rules
are called with the same runs.

    python bench/verdicts.py                       # 5,000 tests, thirty seeds
    python bench/verdicts.py --tests 500 --seeds 2
    python bench/verdicts.py --json
    python bench/verdicts.py --junit run-*.xml     # durations as they were in real runs

What the draws are like is in the docstrings of `Machine`, `Recorded` and `Outcomes`.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from suiteloom.results.flakiness import find_flaky, is_outage, least_rate
from suiteloom.results.speed import (
    LONG,
    RUNS,
    WINDOW,
    Level,
    first_levels,
    run_speed,
    slower_tests,
)

CALM = 40
"""Runs without a change in which false alarms are counted."""

CREEP = 1.05
CREEP_RUNS = 20
"""A test that gets slower by so much each run, for so many runs."""

Durations = Mapping[int, int]
Place = tuple[str, str]
"""Class and name of a real test."""
Rule = Callable[[Sequence[Durations], Mapping[int, Level]], set[int]]


class Machine:
    """Durations of tests on machines as they are.

    A test takes what a log-normal distribution gives (median 30 ms, one in six above
    130 ms), times the speed of the run (log-normal, sigma 0.2), times noise of its own
    (sigma between 0.02 and 0.2), and up to some tenths of a millisecond more. One time in
    a hundred something else takes 100 ms on average. In one run of five a stretch of a
    twentieth to a fifth of all tests takes 1.5 to 2 times as long, as where a neighbour is
    at work.

    Args:
        tests: How many.
        seed: Of the draws.
    """

    def __init__(self, tests: int, seed: int) -> None:
        draw = self._random = random.Random(seed)  # noqa: S311 - it is to be the same again
        self.base_us = [
            draw.lognormvariate(math.log(30_000), 1.5) for _ in range(tests)
        ]
        self._noise = [draw.uniform(0.02, 0.2) for _ in range(tests)]

    def run(self, factors: Mapping[int, float]) -> dict[int, int]:
        """The durations of one run in microseconds.

        Args:
            factors: By how much tests are really slower than in the beginning.
        """
        draw = self._random
        speed = draw.lognormvariate(0, 0.2)
        first = last = 0
        if draw.random() < 0.2:
            first = draw.randrange(len(self.base_us))
            last = first + int(len(self.base_us) * draw.uniform(0.05, 0.2))
        beside = draw.uniform(1.5, 2)
        found = {}
        for test, base in enumerate(self.base_us):
            took = (
                base * factors.get(test, 1) * draw.lognormvariate(0, self._noise[test])
            )
            took += draw.expovariate(1 / 300)
            if draw.random() < 0.01:
                took += draw.expovariate(1 / 100_000)
            if first <= test < last:
                took *= beside
            found[test] = int(took * speed)
        return found


class Recorded:
    """Durations as real runs had them, put together anew.

    Each run takes what each file of tests took in one of the real runs, any of them and for
    each file another one, at that run's speed, times a speed of its own (log-normal, sigma
    0.2). So tests of one file are slow together, as they were. Where there are fewer tests
    than asked for, they are there several times, each time with other draws.

    Args:
        real: Durations in microseconds by file and test, of each real run.
        tests: How many.
        seed: Of the draws.
    """

    def __init__(
        self, real: Sequence[Mapping[Place, int]], tests: int, seed: int
    ) -> None:
        self._random = random.Random(seed)  # noqa: S311 - it is to be the same again
        names = sorted(set(real[0]).intersection(*real[1:]))
        usual = {name: statistics.median(run[name] for run in real) for name in names}
        speeds = [run_speed(run, usual) or 1.0 for run in real]
        self._even = [
            {name: run[name] / speed for name in names}
            for run, speed in zip(real, speeds, strict=True)
        ]
        self._names = [names[test % len(names)] for test in range(tests)]
        self._blocks = [
            (test // len(names), self._names[test][0]) for test in range(tests)
        ]
        self.base_us = [usual[name] for name in self._names]

    def run(self, factors: Mapping[int, float]) -> dict[int, int]:
        """The durations of one run in microseconds, as `Machine.run` gives them."""
        speed = self._random.lognormvariate(0, 0.2)
        taken = {
            block: self._random.choice(self._even)
            for block in dict.fromkeys(self._blocks)
        }
        return {
            test: int(taken[block][name] * factors.get(test, 1) * speed)
            for test, (block, name) in enumerate(
                zip(self._blocks, self._names, strict=True)
            )
        }


def read_junit(paths: Sequence[Path]) -> list[dict[Place, int]]:
    """The durations of the tests that passed, of each JUnit file in microseconds."""
    return [
        {
            (case.get("classname", ""), case.get("name", "")): round(
                float(case.get("time", "0")) * 1e6
            )
            for case in ET.parse(path).iter("testcase")  # noqa: S314 - of one's own runs
            if not len(case)
        }
        for path in paths
    ]


def above_level(runs: Sequence[Durations], levels: Mapping[int, Level]) -> set[int]:
    """The rule of `suiteloom slow`."""
    return set(slower_tests(runs[-LONG:], levels).slower)


def above_last(runs: Sequence[Durations], _: Mapping[int, Level]) -> set[int]:
    """20% slower than last time."""
    before, now = runs[-2:]
    return {test for test in now if now[test] > 1.2 * before[test]}


def above_mean(runs: Sequence[Durations], _: Mapping[int, Level]) -> set[int]:
    """More than the mean of as many runs as make a level, and three standard deviations."""
    before, now = runs[-WINDOW - 1 : -1], runs[-1]
    found = set()
    for test, took in now.items():
        values = [run[test] for run in before]
        mean = sum(values) / WINDOW
        spread = math.sqrt(sum((value - mean) ** 2 for value in values) / WINDOW)
        if took > mean + 3 * spread:
            found.add(test)
    return found


SLOW_RULES: Mapping[str, Rule] = {
    "suiteloom slow": above_level,
    "20% slower than last time": above_last,
    "mean + 3 standard deviations": above_mean,
}


@dataclass(frozen=True, slots=True)
class SlowRates:
    """How a rule about durations did.

    Attributes:
        rule: What it is called.
        false_alarms: Tests named in a run although nothing about them had changed, the
            mean of all runs.
        doubled: Share of the tests that took twice as long from some run on that were
            named in one of the three runs from there on.
        doubled_seen: The same of those that took over 10 ms once they were doubled.
        doubled_long: The same of those that took 10 ms or more before.
        crept: Share of the tests that became slower by a twentieth each run that were
            named in the last of those runs.
    """

    rule: str
    false_alarms: float
    doubled: float
    doubled_seen: float
    doubled_long: float
    crept: float


def slow_rates(machines: Iterable[Machine | Recorded]) -> list[SlowRates]:
    """What each rule about durations finds, and what it names wrongly."""
    alarms: dict[str, list[int]] = {name: [] for name in SLOW_RULES}
    found: dict[str, list[bool]] = {name: [] for name in SLOW_RULES}
    seen: dict[str, list[bool]] = {name: [] for name in SLOW_RULES}
    long: dict[str, list[bool]] = {name: [] for name in SLOW_RULES}
    crept: dict[str, list[bool]] = {name: [] for name in SLOW_RULES}
    for machine in machines:
        runs: list[Durations] = [machine.run({}) for _ in range(WINDOW)]
        levels = first_levels(runs, {})  # from here on they stay
        for number in range(CALM):
            runs.append(machine.run({}))
            if number >= LONG - 1:
                for name, rule in SLOW_RULES.items():
                    alarms[name].append(len(rule(runs, levels)))
        changed = range(0, len(machine.base_us), 20)
        factors = dict.fromkeys(changed, 2.0)
        named: dict[str, set[int]] = {name: set() for name in SLOW_RULES}
        after = list(runs)
        for _ in range(RUNS):
            after.append(machine.run(factors))
            for name, rule in SLOW_RULES.items():
                named[name] |= rule(after, levels)
        for name in SLOW_RULES:
            found[name] += [test in named[name] for test in changed]
            for kept, least in ((seen, 5_000), (long, 10_000)):
                kept[name] += [
                    test in named[name]
                    for test in changed
                    if machine.base_us[test] >= least
                ]
        slow = list(runs)
        slow += [
            machine.run(dict.fromkeys(changed, CREEP**step))
            for step in range(1, CREEP_RUNS + 1)
        ]
        for name, rule in SLOW_RULES.items():
            last = rule(slow, levels)
            crept[name] += [test in last for test in changed]
    return [
        SlowRates(
            name,
            statistics.fmean(alarms[name]),
            statistics.fmean(found[name]),
            statistics.fmean(seen[name] or [0]),
            statistics.fmean(long[name] or [0]),
            statistics.fmean(crept[name]),
        )
        for name in SLOW_RULES
    ]


class Outcomes:
    """Outcomes of tests in runs of some commits.

    One test in a hundred is flaky: it fails in 1% to 30% of its runs, any order of
    magnitude as likely as another. At each commit one test in a thousand is broken and
    stays so for one to three commits. One test in two hundred always fails in the second
    of two environments. In one run of twenty much fails at once: 6% of the tests to all
    of them, or, where `small` is given, 0.5% of them to all.

    Args:
        tests: How many.
        seed: Of the draws.
        commits: How many.
        again: How often each runs in each environment.
        small: Whether little may fail at once as well.
    """

    def __init__(
        self, tests: int, seed: int, commits: int, again: int, *, small: bool
    ) -> None:
        draw = random.Random(seed)  # noqa: S311 - it is to be the same again
        self.rates = {
            test: math.exp(draw.uniform(math.log(0.01), math.log(0.3)))
            for test in draw.sample(range(tests), max(1, tests // 100))
        }
        elsewhere = set(draw.sample(range(tests), max(1, tests // 200)))
        self.runs: list[tuple[int, set[int]]] = []
        broken: dict[int, int] = {}
        for commit in range(commits):
            broken = {test: left - 1 for test, left in broken.items() if left > 1}
            for test in draw.sample(range(tests), max(1, tests // 1000)):
                broken[test] = draw.randint(1, 3)
            for environment in range(2):
                for _ in range(again):
                    failed = set(broken) | (elsewhere if environment else set())
                    failed |= {
                        t for t, rate in self.rates.items() if draw.random() < rate
                    }
                    if draw.random() < 0.05:
                        least = 0.005 if small else 0.06
                        share = math.exp(draw.uniform(math.log(least), 0))
                        failed |= set(draw.sample(range(tests), int(tests * share)))
                    self.runs.append((2 * commit + environment, failed))
        self.tests = tests

    def seen(self) -> Iterator[tuple[int, int, str, int]]:
        """What the product's function is given: outages are left out."""
        counted = [run for run in self.runs if not is_outage(self.tests, len(run[1]))]
        for group, failed in counted:
            for test in range(self.tests):
                yield test, group, "failed" if test in failed else "passed", 1


def on_one_commit(outcomes: Outcomes) -> set[int]:
    """The rule of `suiteloom flaky`."""
    return {item.test for item in find_flaky(outcomes.seen()).flaky}


def comes_and_goes(outcomes: Outcomes) -> set[int]:
    """Failed, passed and failed again, whatever the commit."""
    changes = dict.fromkeys(range(outcomes.tests), 0)
    before: set[int] = set()
    for _, failed in outcomes.runs:
        for test in failed ^ before:
            changes[test] += 1
        before = failed
    return {test for test, count in changes.items() if count >= 3}


def both_seen(outcomes: Outcomes) -> set[int]:
    """Failed at least once and passed at least once."""
    often = dict.fromkeys(range(outcomes.tests), 0)
    for _, failed in outcomes.runs:
        for test in failed:
            often[test] += 1
    return {test for test, count in often.items() if 0 < count < len(outcomes.runs)}


FLAKY_RULES: Mapping[str, Callable[[Outcomes], set[int]]] = {
    "suiteloom flaky": on_one_commit,
    "failed, passed and failed again": comes_and_goes,
    "failed and passed": both_seen,
}


@dataclass(frozen=True, slots=True)
class FlakyRates:
    """How a rule about outcomes did.

    Attributes:
        rule: What it is called.
        trouble: What fails at once, where much does.
        precision: Share of the tests it names that are flaky.
        found: Share of the flaky tests that it names.
        found_above: The same of those that fail more often than what would show.
        above: The rate above which a flake would show.
    """

    rule: str
    trouble: str
    precision: float
    found: float
    found_above: float
    above: float


def flaky_rates(tests: int, seeds: int, commits: int, again: int) -> list[FlakyRates]:
    """What each rule about outcomes finds, and what it names wrongly."""
    rows = []
    above = least_rate((again,) * (2 * commits)) or 1.0
    for trouble, small in (("6% or more", False), ("0.5% or more", True)):
        worlds = [
            Outcomes(tests, seed, commits, again, small=small) for seed in range(seeds)
        ]
        for name, rule in FLAKY_RULES.items():
            named = [rule(world) for world in worlds]
            pairs = list(zip(named, worlds, strict=True))
            right = sum(len(tests & set(world.rates)) for tests, world in pairs)
            flaky = sum(len(world.rates) for world in worlds)
            often = [
                test in tests
                for tests, world in pairs
                for test, rate in world.rates.items()
                if rate > above
            ]
            rows.append(
                FlakyRates(
                    name,
                    trouble,
                    right / max(1, sum(map(len, named))),
                    right / flaky,
                    statistics.fmean(often) if often else 0.0,
                    above,
                )
            )
    return rows


SLOW_HEAD = (
    "rule",
    "false alarms a run",
    "doublings found",
    "of those to over 10 ms",
    "of those of 10 ms or more",
    "creeping found",
)
FLAKY_HEAD = (
    "rule",
    "fails at once",
    "precision",
    "flaky found",
    "found of those that would show",
)


def markdown(slow: Sequence[SlowRates], flaky: Sequence[FlakyRates]) -> str:
    """Both tables, as the page of the docs has them."""
    lines = [_row(SLOW_HEAD), _row("---" for _ in SLOW_HEAD)]
    for row in slow:
        shares = (row.doubled, row.doubled_seen, row.doubled_long, row.crept)
        cells = (row.rule, f"{row.false_alarms:.2f}", *map(_percent, shares))
        lines.append(_row(cells))
    lines += ["", _row(FLAKY_HEAD), _row("---" for _ in FLAKY_HEAD)]
    for each in flaky:
        found = (each.found, each.found_above)
        precision = f"{each.precision:.3f}"
        lines.append(_row((each.rule, each.trouble, precision, *map(_percent, found))))
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str] | Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _percent(share: float) -> str:
    return f"{share:.1%}"


def main() -> int:
    """Draw, judge and print two tables."""
    parser = argparse.ArgumentParser(description="How often verdicts are right.")
    parser.add_argument("--tests", type=int, default=5000)
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--commits", type=int, default=15, help="of flaky tests")
    parser.add_argument("--again", type=int, default=3, help="runs of each, likewise")
    parser.add_argument("--junit", nargs="+", type=Path, help="files of real runs")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    real = read_junit(asked.junit or ())
    slow = slow_rates(
        Recorded(real, asked.tests, seed) if real else Machine(asked.tests, seed)
        for seed in range(asked.seeds)
    )
    flaky = flaky_rates(asked.tests, asked.seeds, asked.commits, asked.again)
    if asked.json:
        data = {
            "schema": "suiteloom.bench-verdicts/1",
            "tests": asked.tests,
            "seeds": asked.seeds,
            "slow": [asdict(row) for row in slow],
            "flaky": [asdict(row) for row in flaky],
        }
        print(json.dumps(data, indent=2))
    else:
        print(markdown(slow, flaky), end="")
        print(f"\na flake above {flaky[0].above:.1%} would show")
    return 0


if __name__ == "__main__":
    sys.exit(main())
