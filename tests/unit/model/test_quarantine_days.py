"""On which days a quarantine holds, and what an outcome counts as meanwhile."""

from datetime import date

import pytest

from suiteloom.model import OUTCOMES, Quarantine, count_of
from suiteloom.model.quarantine import MAX_DAYS, PASSES_TO_LEAVE, WARNED_DAYS

HELD = Quarantine(date(2027, 1, 15), "payments", "the bank answers late")


@pytest.mark.parametrize(
    ("today", "left", "holds"),
    [
        pytest.param(date(2026, 12, 15), 31, False, id="too-far-ahead"),
        pytest.param(date(2026, 12, 16), 30, True, id="first-day"),
        pytest.param(date(2027, 1, 15), 0, True, id="last-day"),
        pytest.param(date(2027, 1, 16), -1, False, id="day-after"),
    ],
)
def test_it_holds_up_to_its_last_day_and_from_thirty_days_before(today, left, holds):
    assert (HELD.days_left(today), HELD.holds(today)) == (left, holds)


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda item: item.name)
def test_in_quarantine_nothing_passes_and_nothing_fails(outcome):
    apart = {"failed", "error", "xpassed", "rerun", "passed"}
    expected = "quarantined" if outcome.name in apart else outcome.count
    assert count_of(outcome.name, quarantined=True) == expected
    assert count_of(outcome.name, quarantined=False) == outcome.count


def test_the_bounds_are_those_that_docs_name():
    assert (MAX_DAYS, WARNED_DAYS, PASSES_TO_LEAVE) == (30, 7, 10)
