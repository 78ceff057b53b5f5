"""Two runs held against one another: what is lost is never called the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suiteloom.model import OUTCOMES, PastResult, ResultKey
from suiteloom.results.changes import compare_results

A, B, C, D = (ResultKey(f"AB-{number}") for number in range(1, 5))
NAMES = st.sampled_from([item.name for item in OUTCOMES])
RUNS = st.dictionaries(
    st.sampled_from([A, B, C, D]), st.builds(PastResult, NAMES, st.integers(0, 10**6))
)


def passed(duration_us=50_000):
    return PastResult("passed", duration_us)


@pytest.mark.parametrize("outcome", ["failed", "error", "skipped", "pending", "rerun"])
def test_what_passed_and_does_no_more_is_lost(outcome):
    found = compare_results({A: passed()}, {A: PastResult(outcome, 1)})
    assert found.lost == {A: outcome}


def test_a_test_that_is_not_there_any_more_is_lost():
    assert compare_results({A: passed()}, {}).lost == {A: ""}


def test_what_passes_now_is_mended_or_new():
    found = compare_results({A: PastResult("failed", 1)}, {A: passed(), B: passed()})
    assert found.mended == {A: "failed", B: ""}


@settings(deadline=None)
@given(RUNS, RUNS)
def test_every_test_is_in_one_list(before, after):
    found = compare_results(before, after)
    lists = [found.lost, found.mended, found.other]
    assert sum(map(len, lists)) + found.same == len({*before, *after})


@settings(deadline=None)
@given(RUNS, RUNS)
def test_what_one_way_is_lost_is_mended_the_other_way(before, after):
    there, back = compare_results(before, after), compare_results(after, before)
    assert there.lost == back.mended
    assert there.mended == back.lost


def test_durations_are_compared_at_the_speed_of_the_first_run():
    before = {A: passed(), B: passed(), C: passed(), D: passed()}
    after = {
        A: passed(100_000),
        B: passed(100_000),
        C: passed(100_000),
        D: passed(400_000),
    }
    found = compare_results(before, after)
    assert found.speed == 2
    assert found.slower == {D: (50_000, 200_000)}
    assert found.faster == {}
