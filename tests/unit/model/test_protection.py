"""What a result is worth: every reason against it, and the division of money."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suiteloom.model import (
    LOSSES,
    OUTCOMES,
    Evidence,
    is_protecting,
    losses,
    shares,
)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param(Evidence(outcome="passed"), (), id="passed"),
        pytest.param(Evidence(), ("not run",), id="no-result"),
        pytest.param(Evidence(outcome="failed"), ("failed",), id="failed"),
        pytest.param(Evidence(outcome="error"), ("failed",), id="error"),
        pytest.param(Evidence(outcome="xpassed"), ("failed",), id="xpassed"),
        pytest.param(Evidence(outcome="xfailed"), ("skipped",), id="xfailed"),
        pytest.param(Evidence(outcome="skipped"), ("skipped",), id="skipped"),
        pytest.param(Evidence(outcome="rerun"), ("flaky",), id="rerun"),
        pytest.param(Evidence(outcome="orphan"), ("not run",), id="orphan"),
        pytest.param(
            Evidence(is_pending=True, outcome="pending"), ("pending",), id="pending"
        ),
        pytest.param(
            Evidence(is_pending=True, outcome="passed"), ("pending",), id="pending-now"
        ),
        pytest.param(Evidence(is_pending=True), ("pending",), id="pending-and-not-run"),
        pytest.param(
            Evidence(is_pending=True, is_stale=True),
            ("pending",),
            id="pending-and-stale",
        ),
        pytest.param(
            Evidence(is_held=True, outcome="failed"),
            ("quarantined", "failed"),
            id="quarantined-and-failed",
        ),
        pytest.param(
            Evidence(is_held=True, outcome="passed"), ("quarantined",), id="quarantined"
        ),
        pytest.param(
            Evidence(is_suspect=True, outcome="passed"), ("suspect",), id="suspect"
        ),
        pytest.param(
            Evidence(is_suspect=True, is_stale=True, outcome="failed"),
            ("suspect", "stale"),
            id="what-is-stale-did-not-fail",
        ),
        pytest.param(Evidence(is_flaky=True, outcome="passed"), ("flaky",), id="flaky"),
    ],
)
def test_each_reason_is_given_and_the_first_one_first(known, expected):
    assert losses(known) == expected


@pytest.mark.parametrize("outcome", [item.name for item in OUTCOMES])
def test_nothing_but_a_pass_protects(outcome):
    assert is_protecting(Evidence(outcome=outcome)) == (outcome == "passed")


def test_a_pass_protects_only_if_nothing_at_all_speaks_against_it():
    for facts in product((False, True), repeat=5):
        known = Evidence(*facts, outcome="passed")
        assert is_protecting(known) == (not any(facts))
        assert list(losses(known)) == [r for r in LOSSES if r in losses(known)]


@settings(deadline=None)
@given(st.integers(0, 10**12), st.integers(1, 5_000))
def test_the_parts_of_a_sum_are_as_equal_as_whole_dollars_can_be(usd, tests):
    parts = shares(usd, tests)
    assert sum(parts) == usd
    assert len(parts) == tests
    assert max(parts) - min(parts) <= 1


def test_a_domain_without_tests_has_no_parts():
    assert shares(1_000, 0) == []
