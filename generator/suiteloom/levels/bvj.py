"""Tests without a complete BVJ, where the configuration lets them be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from suiteloom.model import Finding, Suite

__all__ = ["check_bvj"]

_LISTED = 5


def check_bvj(suites: Iterable[Suite]) -> Iterator[Finding]:
    """Report the tests whose BVJ lacks a field.

    Where the configuration says ``bvj = "fail"``, the default, such a spec is not valid
    and never comes here.

    Args:
        suites: Of valid specs.

    Yields:
        One note a spec that has such tests, with their number and the first ids.
    """
    for suite in suites:
        ids = [test.id for test in suite.tests if test.bvj.missing]
        if not ids:
            continue
        more = len(ids) - _LISTED
        named = ", ".join(ids[:_LISTED]) + (f" and {more:,} more" if more > 0 else "")
        total = len(list(suite.tests))
        message = f"{len(ids):,} of {total:,} tests have no complete BVJ: {named}"
        hint = "write segment, goal, value_impact and strategic_impact in the spec"
        yield Finding("SP109", "note", message, suite.spec_path, 0, 0, hint)
