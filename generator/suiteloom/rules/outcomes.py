"""Level 5: how the specified tests ended. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from suiteloom.model import Finding, Suite, TestOutcome

__all__ = ["check_outcomes"]

_BAD = {
    "failed": "failed",
    "error": "ended in an error",
    "xpassed": "passed against xfail",
}


def check_outcomes(
    suites: Sequence[Suite], tests: Sequence[TestOutcome], *, complete: bool
) -> Iterator[Finding]:
    """Compare outcomes with the specs.

    Args:
        suites: The specs whose suites were run.
        tests: How each item ended.
        complete: Whether every specified test of these suites was to run; a run that
            stops at the first failure or that selects tests is not.

    Yields:
        A finding for each test that failed, and for each that has no outcome.
    """
    seen = {test.id for test in tests}
    for test in tests:
        if test.outcome in _BAD:
            where = f" in {test.environment}" if test.environment else ""
            name = f"{test.id} {test.nodeid.rpartition('::')[2]}".strip()
            message = f"{name} {_BAD[test.outcome]}{where}: {test.reason}".rstrip(": ")
            yield Finding("RU501", "error", message, test.path, id=test.id)
    if not complete:
        return
    for suite in suites:
        missing = [test.id for test in suite.tests if test.id not in seen]
        if missing:
            message = f"no outcome: {', '.join(missing)}"
            hint = "`suiteloom check` says why"
            yield Finding("RU502", "error", message, suite.path, 0, 0, hint)
