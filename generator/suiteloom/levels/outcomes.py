"""Level 5: how pytest ended, and how the specified tests did. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from suiteloom.model import (
    CollectedTest,
    Finding,
    Quarantine,
    Record,
    Suite,
    TestOutcome,
    outcome_named,
)
from suiteloom.model.words import plural

__all__ = ["check_outcomes", "check_pending", "check_session"]

_NOTHING_RAN = 5  # pytest's exit codes
_INTERRUPTED = 2
_FAILED = 1
_SEE = "see what pytest printed"


def check_session(
    record: Record,
    *,
    looked: bool = False,
    where: str = "",
    quarantined: Collection[str] = (),
) -> Iterator[Finding]:
    """Hold how pytest ended against what it did.

    Args:
        record: Of the session.
        looked: Whether it was only to collect.
        where: Name of the environment; empty if none was named.
        quarantined: Ids of tests in quarantine, which pytest was told not to fail for.

    Yields:
        A finding for each thing that could not be collected, unless it only looked, and
        one if pytest gave no record, or ended otherwise than its tests explain.
    """
    place = f" in {where}" if where else ""
    if record.problem:
        hint = "run pytest by itself to see more; nothing is known about the tests"
        message = f"{record.problem}{place}{_last(record)}"
        yield Finding("RU506", "error", message, hint=hint)
        return
    if not looked:
        for problem in record.errors:
            message = f"pytest can not import the suite: {problem.message}"
            hint = "run pytest on the file to see more"
            yield Finding(
                "CO403", "error", message, problem.path, problem.line, 0, hint
            )
    if record.is_interrupted:
        yield Finding("RU503", "error", f"pytest was interrupted{place}", hint=_SEE)
    elif not _is_explained(record, failed := _failed(record, quarantined), looked):
        message = f"{_ending(record, failed)}{place}{_last(record)}"
        yield Finding("RU503", "error", message, hint=_reasons(record))


def _failed(record: Record, quarantined: Collection[str]) -> int:
    """How many items failed for which pytest ends with a failure."""
    ended = (test for test in record.tests if test.id not in quarantined)
    return sum(outcome_named(test.outcome).is_failure for test in ended)


def _is_explained(record: Record, failed: int, looked: bool) -> bool:
    """Whether items and collection errors are why pytest ended as it did."""
    if record.errors:
        return record.exit in {_FAILED, _INTERRUPTED}
    if failed:
        return record.exit == _FAILED or bool(record.stopped and record.exit == 2)
    if record.stopped:
        return False
    if record.exit == _NOTHING_RAN:
        return looked or not record.tests
    return record.exit == 0


def _ending(record: Record, failed: int) -> str:
    """How pytest ended, and what would have explained it."""
    if record.exit < 0:
        return f"pytest was ended by signal {-record.exit}"
    if record.stopped:
        return f"pytest ended with {record.exit}: {' '.join(record.stopped.split())}"
    if failed:
        count = plural(failed, "failed test")
        return f"pytest ended with {record.exit}, which {count} do not explain"
    return f"pytest ended with {record.exit} and no failed test"


def _reasons(record: Record) -> str:
    if record.stopped:
        return _SEE
    return (
        "look for --cov-fail-under, a conftest's or plugin's pytest_sessionfinish, and "
        "warnings that are errors; its output says more"
    )


def _last(record: Record) -> str:
    """Pytest's own last lines, as the end of a message."""
    return f"; its last lines: {' / '.join(record.output)}" if record.output else ""


_NONE: Mapping[str, Quarantine] = {}

_AS_OPTION = {"production": "prod", "development": "dev", "unknown": ""}
"""Environments as ``--env`` takes them, where the runtime has another name."""


def check_outcomes(
    suites: Sequence[Suite],
    tests: Sequence[TestOutcome],
    *,
    complete: bool,
    deselected: Sequence[CollectedTest] = (),
    where: str = "",
    quarantined: Mapping[str, Quarantine] = _NONE,
) -> Iterator[Finding]:
    """Compare the outcomes of one session with the specs.

    Args:
        suites: The specs whose suites were run.
        tests: How each item ended.
        complete: Whether every specified test of these suites was to run; a run that
            stops at the first failure or that selects tests is not.
        deselected: Items that were dropped before they could run.
        where: Name of the environment; empty if none was named.
        quarantined: Quarantines that are in force, by id: such a test may fail.

    Yields:
        A finding for each item that failed or passed only when it was run again, and
        one for the tests of a suite that have no outcome.
    """
    seen = {test.id for test in tests}
    over = {
        test.id: f"its quarantine ended on {test.quarantine.until}"
        for suite in suites
        for test in suite.tests
        if test.quarantine and test.id not in quarantined
    }
    for test in tests:
        ended = outcome_named(test.outcome)
        again = ended.count == "rerun"
        if ended.is_failure or again:
            environment = _AS_OPTION.get(test.environment, test.environment)
            place = f" in {environment}" if environment else ""
            name = f"{test.id} {test.test.nodeid.rpartition('::')[2]}".strip()
            message = f"{name} {ended.said}{place}: {test.reason}".rstrip(": ")
            path, line = test.test.path, test.test.line
            if held := quarantined.get(test.id):
                message = f"{name} {ended.said}{place}, in quarantine: {test.reason}"
                message = message.rstrip(": ")
                hint = f"in quarantine {held.said}"
                yield Finding("RU510", "warning", message, path, line, 0, hint, test.id)
            elif again:
                hint = "a test that passes by chance shows nothing: make it certain"
                yield Finding("RU508", "warning", message, path, line, 0, hint, test.id)
            else:
                hint = over.get(test.id, "")
                yield Finding("RU501", "error", message, path, line, 0, hint, test.id)
    if not complete:
        return
    head = f"no outcome in {where}" if where else "no outcome"
    dropped = {item.id for item in deselected}
    for suite in suites:
        missing = [test.id for test in suite.tests if test.id not in seen]
        gone = [identity for identity in missing if identity in dropped]
        rest = [identity for identity in missing if identity not in dropped]
        if gone:
            message = f"{head}: {', '.join(gone)}: deselected before they could run"
            hint = (
                "look at -k, -m, --lf and --deselect in addopts, and at conftest files"
            )
            yield Finding("RU502", "error", message, suite.path, 0, 0, hint)
        if rest:
            message = f"{head}: {', '.join(rest)}"
            hint = "`suiteloom check` says why"
            yield Finding("RU502", "error", message, suite.path, 0, 0, hint)


def check_pending(
    tests: Sequence[TestOutcome], pending: Mapping[tuple[str, str], bool]
) -> Iterator[Finding]:
    """Hold what ran against what the text of the suites says is pending.

    Args:
        tests: How each item ended.
        pending: Whether a body is pending by its text, by path and id.

    Yields:
        One finding for each test on which text and run disagree.
    """
    told = set()
    for outcome in tests:
        test = outcome.test
        by_text = pending.get((test.path, test.id))
        by_run = outcome.outcome == "pending"
        key = (test.path, test.id)
        if by_text is None or test.is_orphan or by_text is by_run or key in told:
            continue
        told.add(key)
        name = f"{test.id} {test.function}"
        if by_run:
            message = f"{name} is written by its text, and called pending() when it ran"
            hint = "call `self.pending()` in its body, or write the body"
        else:
            said = outcome_named(outcome.outcome).said
            message = f"{name} is pending by its text, and {said} when it was run"
            hint = "see what keeps the plugin from skipping it, or remove the call"
        yield Finding("RU505", "error", message, test.path, test.line, 0, hint, test.id)
