"""Flaky is what ended differently on the same code; the rest says what it could not see."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suiteloom.results.flakiness import find_flaky, is_outage, least_rate, odd_runs


def seen(*rows):
    """Test, group and outcomes of its runs there, as `find_flaky` takes them."""
    for test, group, *outcomes in rows:
        for outcome in outcomes:
            yield test, group, outcome, 1


@pytest.mark.parametrize(
    "outcomes",
    [
        pytest.param(["passed", "failed"], id="failed"),
        pytest.param(["passed", "passed", "error"], id="error"),
        pytest.param(["passed", "skipped"], id="skipped"),
        pytest.param(["rerun"], id="passed-at-another-attempt"),
        pytest.param(["xpassed", "xfailed"], id="expected-to-fail"),
    ],
)
def test_different_outcomes_of_one_commit_are_flaky(outcomes):
    (found,) = find_flaky(seen(("a", 1, *outcomes), ("b", 1, "passed"))).flaky
    assert (found.test, found.groups, found.runs) == ("a", (1,), len(outcomes))
    assert sum(found.outcomes.values()) == len(outcomes)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("a", 1, "passed"), ("a", 2, "failed")], id="of-two-commits"),
        pytest.param([("a", 1, "failed", "failed")], id="always-failed"),
        pytest.param([("a", 1, "failed", "error")], id="failed-in-two-ways"),
        pytest.param([("a", 1, "passed"), ("b", 1, "failed")], id="of-two-tests"),
    ],
)
def test_what_does_not_differ_on_one_commit_is_not_flaky(rows):
    assert find_flaky(seen(*rows)).flaky == ()


def test_the_one_that_differs_most_comes_first():
    once = ("once", 1, *["passed"] * 9, "failed")
    often = ("often", 1, *["passed"] * 7, *["failed"] * 3)
    assert [item.test for item in find_flaky(seen(once, often)).flaky] == [
        "often",
        "once",
    ]


@pytest.mark.parametrize(
    ("tests", "failed", "outage"),
    [(100, 5, False), (100, 6, True), (19, 1, True), (20, 1, False), (0, 0, False)],
)
def test_more_than_five_percent_is_an_outage(tests, failed, outage):
    assert is_outage(tests, failed) is outage


def test_sixty_runs_of_one_commit_show_flakes_above_five_percent():
    assert least_rate((60,)) == pytest.approx(0.0487, abs=0.0001)


@pytest.mark.parametrize("sizes", [(), (1,) * 100, (2, 2, 2, 2), (4,)])
def test_too_few_runs_of_a_commit_show_no_flake(sizes):
    assert least_rate(sizes) is None


@settings(deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=12), st.integers(1, 30))
def test_another_run_never_shows_less(sizes, more):
    before = least_rate(tuple(sizes))
    for after in (
        least_rate((*sizes, more)),
        least_rate((*sizes[:-1], sizes[-1] + more)),
    ):
        assert before is None or (after is not None and after <= before + 1e-6)


@pytest.mark.parametrize("sizes", [(60,), (3,) * 20, (10, 1, 1, 10), (2,) * 40])
def test_a_flake_that_would_show_shows_nineteen_times_in_twenty(sizes):
    rate = least_rate(sizes)
    draw = random.Random(7)  # noqa: S311 - it is to be the same again
    shown = 0
    for _ in range(4000):
        fails = [sum(draw.random() < rate for _ in range(size)) for size in sizes]
        shown += any(0 < n < size for n, size in zip(fails, sizes, strict=True))
    assert shown / 4000 == pytest.approx(0.95, abs=0.015)


def test_runs_are_told_in_which_tests_ended_otherwise_together():
    rows = [
        *(("a", 1, run, "failed" if run == 3 else "passed") for run in range(1, 6)),
        *(("b", 1, run, "error" if run in {3, 5} else "passed") for run in range(1, 6)),
        *(("c", 1, run, "passed") for run in range(1, 6)),
    ]
    assert odd_runs(rows) == {3: 2, 5: 1}


def test_rates_count_the_tests_that_they_are_true_of():
    rows = [("a", 1, *["passed"] * 60), ("b", 1, *["passed"] * 60), ("c", 2, "passed")]
    rates = find_flaky(seen(*rows)).rates
    assert {round(rate, 3) if rate else rate: n for rate, n in rates.items()} == {
        0.049: 2,
        None: 1,
    }
