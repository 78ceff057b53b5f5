"""Quarantines that end soon, that ended, and too many of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from suiteloom.model import Finding, Suite, Test, in_quarantine
from suiteloom.model.quarantine import WARNED_DAYS
from suiteloom.model.words import plural

__all__ = ["check_quarantine_count", "check_quarantine_ends"]

_LISTED = 5


def check_quarantine_ends(suites: Iterable[Suite], today: date) -> Iterator[Finding]:
    """Report quarantines that end within some days, or have ended.

    Args:
        suites: Whose tests to look at.
        today: The day in UTC.

    Yields:
        One warning a test, without a line.
    """
    for suite in suites:
        for test in suite.tests:
            if test.quarantine is not None:
                yield from _end(suite, test, test.quarantine.days_left(today))


def _end(suite: Suite, test: Test, days: int) -> Iterator[Finding]:
    """What is to be said of one quarantine, so many days before its last one."""
    until = test.quarantine.until if test.quarantine else ""
    name = f"{test.id} {test.name}"
    if days < 0:
        message = f"the quarantine of {name} ended on {until}: the test counts again"
        hint = "remove `quarantine`, or write another `until` and why"
    elif days <= WARNED_DAYS:
        left = f"in {plural(days, 'day')}" if days else "today"
        message = f"the quarantine of {name} ends {left}: {until} is its last day"
        hint = "mend the test and remove `quarantine`; from then on it fails the build"
    else:
        return
    yield Finding("SP113", "warning", message, suite.spec_path, 0, 0, hint, test.id)


def check_quarantine_count(
    suites: Iterable[Suite], today: date, most: int
) -> Iterator[Finding]:
    """Report that more tests of a project are in quarantine than may be.

    Args:
        suites: All of the project.
        today: The day in UTC.
        most: How many may be.

    Yields:
        One error, or nothing.
    """
    held = list(in_quarantine(suites, today))
    if len(held) <= most:
        return
    more = len(held) - _LISTED
    named = ", ".join(held[:_LISTED]) + (f" and {more:,} more" if more > 0 else "")
    message = (
        f"{plural(len(held), 'test')} in quarantine, and `quarantine_max` is {most:,}:"
        f" {named}"
    )
    hint = "mend a test and remove its `quarantine`, or raise `quarantine_max`"
    yield Finding("SP114", "error", message, hint=hint)
