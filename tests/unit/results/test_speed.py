"""Slower is what three runs show against a level that stays, at the speed of each run."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suiteloom.results.speed import (
    LONG,
    RUNS,
    WINDOW,
    Level,
    accepted,
    first_levels,
    is_slower,
    run_speed,
    slower_tests,
)

STEADY = {name: Level(100_000, 1_000) for name in "abcdefg"}


def runs_of(*factors, test="a", speeds=None):
    """Runs in which all tests take 100 ms, but one so many times as long."""
    speeds = speeds or [1.0] * len(factors)
    return [
        {
            name: int(100_000 * speed * (factor if name == test else 1))
            for name in STEADY
        }
        for factor, speed in zip(factors, speeds, strict=True)
    ]


def test_three_slow_runs_are_slower():
    found = slower_tests(runs_of(1, 2, 2, 2), STEADY)
    assert list(found.slower) == ["a"]
    assert found.slower["a"].ratio == pytest.approx(2)
    assert found.slower["a"].durations_us == (200_000,) * 3
    assert found.judged == len(STEADY)


@pytest.mark.parametrize(
    "factors",
    [
        pytest.param((1, 1, 2, 2), id="two-of-three"),
        pytest.param((2, 2, 2, 1), id="not-the-last"),
        pytest.param((1.29, 1.29, 1.29), id="less-than-a-third"),
        pytest.param((2, 2), id="two-runs"),
    ],
)
def test_less_than_that_is_not_slower(factors):
    assert slower_tests(runs_of(*factors), STEADY).slower == {}


@pytest.mark.parametrize(
    ("level", "took", "runs"),
    [
        pytest.param(Level(6_000, 1), 9_900, RUNS, id="much-but-less-than-10-ms"),
        pytest.param(Level(100_000, 20_000), 179_000, RUNS, id="less-than-4-spreads"),
        pytest.param(Level(100_000, 1), 149_900, RUNS, id="less-than-1.5-times"),
        pytest.param(Level(30_000, 1), 39_900, LONG, id="less-than-10-ms-more"),
        pytest.param(Level(100_000, 9_000), 144_900, LONG, id="less-than-5-spreads"),
        pytest.param(Level(100_000, 1), 129_900, LONG, id="less-than-1.3-times"),
    ],
)
def test_each_of_the_bounds_holds(level, took, runs):
    assert not is_slower([took] * runs, level)
    assert is_slower([took + 2_000] * runs, level)


def test_little_more_has_to_be_there_for_longer():
    runs = runs_of(*[1.4] * LONG)
    assert slower_tests(runs[:-1], STEADY).slower == {}
    assert list(slower_tests(runs, STEADY).slower) == ["a"]


def test_a_slow_machine_makes_no_test_slow():
    found = slower_tests(runs_of(1, 1, 1, speeds=[3, 0.4, 2]), STEADY)
    assert found.slower == {}


def test_a_slower_test_is_found_on_machines_of_any_speed():
    found = slower_tests(runs_of(2, 2, 2, speeds=[3, 0.4, 2]), STEADY)
    assert list(found.slower) == ["a"]


def test_a_test_that_slows_little_by_little_is_found_because_the_level_stays():
    runs = runs_of(*[1.05**step for step in range(12)])
    assert slower_tests(runs[:6], STEADY).slower == {}
    assert list(slower_tests(runs, STEADY).slower) == ["a"]


def test_of_a_run_with_too_few_tests_the_speed_is_not_known():
    assert run_speed({"a": 1, "b": 1}, {"a": 1, "b": 1}) is None
    runs = [{"a": 900_000, "b": 100_000}] * 3
    found = slower_tests(runs, STEADY)
    assert (found.slower, found.unknown, found.judged) == ({}, 3, 0)


def test_the_first_level_takes_so_many_durations():
    runs = runs_of(*[1] * (WINDOW - 1))
    assert first_levels(runs, {}) == {}
    levels = first_levels([*runs, *runs_of(1)], {})
    assert set(levels) == set(STEADY)
    assert levels["a"] == Level(100_000, 0)


def test_the_first_level_is_that_of_the_first_durations():
    levels = first_levels(runs_of(*[1] * WINDOW, *[5] * WINDOW), {})
    assert levels["a"].duration_us == 100_000


def test_a_level_that_there_is_stays():
    known = {name: level for name, level in STEADY.items() if name != "a"}
    levels = first_levels(runs_of(*[3] * WINDOW), known)
    assert set(levels) == {"a"}
    assert levels["a"].duration_us == 300_000


@settings(deadline=None)
@given(st.lists(st.floats(0.2, 5), min_size=WINDOW, max_size=WINDOW + 5))
def test_levels_do_not_depend_on_how_fast_the_machines_were(speeds):
    runs = runs_of(*[2] * len(speeds), speeds=speeds)
    level = first_levels(runs, {})["a"]
    other = first_levels(runs, {})["b"]
    assert level.duration_us / other.duration_us == pytest.approx(2, rel=1e-3)


@settings(deadline=None)
@given(st.lists(st.floats(1_000, 10**7), min_size=RUNS, max_size=RUNS))
def test_what_was_accepted_is_not_slower(durations):
    level = accepted(durations, Level(5_000, 100))
    assert not is_slower(durations, level)


def test_a_spread_grows_with_what_is_accepted():
    level = accepted([200_000] * 3, Level(100_000, 5_000))
    assert level == Level(200_000, 10_000)


def test_tests_of_no_time_at_all_are_in_no_ratio():
    levels = {**STEADY, "z": Level(0, 0)}
    runs = [{**run, "z": 0} for run in runs_of(2, 2, 2)]
    assert list(slower_tests(runs, levels).slower) == ["a"]
