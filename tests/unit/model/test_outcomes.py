"""One table of outcomes, and everyone who counts by it."""

from __future__ import annotations

import pytest

from suiteloom.levels import check_outcomes
from suiteloom.model import (
    COUNTS,
    OUTCOMES,
    CollectedTest,
    TestOutcome,
    outcome_named,
    worst_outcome,
)
from suiteloom.pytest_plugin.summary import summarize
from suiteloom.results import LastRun

NAMES = [item.name for item in OUTCOMES]
EXPECTED = {
    "failed": ("failed", True, False),
    "error": ("failed", True, False),
    "xpassed": ("failed", True, False),
    "pending": ("pending", False, False),
    "orphan": ("orphaned", False, False),
    "skipped": ("skipped", False, False),
    "xfailed": ("skipped", False, False),
    "rerun": ("rerun", False, False),
    "passed": ("passed", False, True),
}


def ended(*outcomes):
    """One test with a case for each outcome."""
    return [
        TestOutcome(
            CollectedTest("AA-1", f"a.py::t[{n}]", "a.py", 1, "T", "t", str(n), False),
            outcome,
        )
        for n, outcome in enumerate(outcomes)
    ]


def last_run(*outcomes):
    return LastRun((), {}, frozenset(), {}, tuple(ended(*outcomes)))


def test_the_table_says_what_counts_as_what_worst_first():
    found = {
        item.name: (item.count, item.is_failure, item.is_good) for item in OUTCOMES
    }
    assert list(found.items()) == list(EXPECTED.items())
    assert COUNTS == ("failed", "pending", "orphaned", "skipped", "rerun", "passed")


@pytest.mark.parametrize("name", NAMES)
def test_the_summary_of_the_plugin_shows_the_word_of_the_table(name):
    line = summarize(ended(name))[0]
    word = outcome_named(name).count
    if word == "orphaned":
        assert line == "0 specified tests; 1 orphaned"
    else:
        assert line == f"1 specified test: 1 {word}"


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_is_an_error_exactly_if_the_table_says_failure(name):
    findings = list(check_outcomes([], ended(name), complete=False))
    failed = [finding.severity for finding in findings if finding.severity == "error"]
    assert failed == (["error"] if outcome_named(name).is_failure else [])
    assert all(outcome_named(name).said in finding.message for finding in findings)


@pytest.mark.parametrize("worse", range(len(NAMES) - 1))
def test_every_consumer_takes_the_worse_of_two_neighbours_in_the_table(worse):
    bad, good = NAMES[worse : worse + 2]
    assert worst_outcome([good, bad]) == bad
    for order in ((bad, good), (good, bad)):
        assert last_run(*order).outcomes() == {"AA-1": bad}
        assert summarize(ended(*order)) == summarize(ended(bad))


def test_an_unknown_outcome_is_refused():
    with pytest.raises(KeyError):
        worst_outcome(["passed", "perhaps"])
