"""When a quarantine is said to end, and to have ended."""

from datetime import date

import pytest

from suiteloom.levels import check_quarantine_count, check_quarantine_ends
from suiteloom.model import Config
from suiteloom.specs.loader import load_suite

SPEC = b"""\
suiteloom: 1
title: Shop
groups:
  - title: Cart
    tests:
      - id: SH-001
        name: test_total
        quarantine: {until: 2026-12-20, owner: payments, reason: it waits}
      - id: SH-002
        name: test_tax
        quarantine: {until: 2027-02-01, owner: payments, reason: it waits}
"""


@pytest.fixture
def suite():
    found, findings = load_suite(SPEC, "specs/shop.yaml", Config(bvj="report"))
    assert not findings
    return found


@pytest.mark.parametrize(
    ("today", "said"),
    [
        pytest.param("2026-12-12", [], id="eight-days-before"),
        pytest.param("2026-12-13", ["ends in 7 days: 2026-12-20 is its last"], id="7"),
        pytest.param("2026-12-19", ["ends in 1 day: 2026-12-20 is its last"], id="1"),
        pytest.param("2026-12-20", ["ends today: 2026-12-20 is its last"], id="last"),
        pytest.param("2026-12-21", ["ended on 2026-12-20: the test"], id="after"),
    ],
)
def test_it_is_said_from_seven_days_before_and_when_it_is_over(suite, today, said):
    found = list(check_quarantine_ends([suite], date.fromisoformat(today)))
    assert [(f.code, f.severity, f.id) for f in found] == [
        ("SP113", "warning", "SH-001") for _ in said
    ]
    head = "the quarantine of SH-001 test_total "
    for finding, words in zip(found, said, strict=True):
        assert finding.message.startswith(head + words)


@pytest.mark.parametrize(
    ("today", "most", "count"),
    [
        pytest.param(date(2026, 12, 20), 0, 1, id="one-holds"),
        pytest.param(date(2026, 12, 20), 1, 0, id="one-may"),
        pytest.param(date(2027, 1, 10), 0, 1, id="the-other-holds"),
        pytest.param(date(2027, 3, 1), 0, 0, id="none-holds"),
    ],
)
def test_those_that_hold_count_against_the_cap(suite, today, most, count):
    found = list(check_quarantine_count([suite], today, most))
    assert [f.code for f in found] == ["SP114"] * count
