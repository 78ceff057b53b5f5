"""Pending, suspect and orphaned tests, as the configuration weighs them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from suiteloom.levels.facts import SuiteFacts, TestFacts
from suiteloom.model import Config, Finding, Policy, Severity

__all__ = ["check_state"]


def check_state(path: str, facts: SuiteFacts, config: Config) -> Iterator[Finding]:
    """Report every test that is not in order.

    Args:
        path: The suite file.
        facts: What its syntax tree says.
        config: Says what is an error and what is only reported.

    Yields:
        One finding a test; orphans and suspects always, pending ones only where they
        are errors, because a table counts them.
    """
    for test in facts.tests:
        for name in test.pending_names:
            if test.id and name != test.id:
                yield _misplaced(path, test, name)
        if test.is_orphan:
            message = f"{test.id} {test.name} is an orphan: no spec names its id"
            hint = "put the id back into a spec"
            yield _finding("ST312", message, path, test, config.orphan, hint)
        elif test.is_suspect:
            message = (
                f"{test.id} {test.name} is suspect: its spec changed under its body"
            )
            hint = "compare body and docstring, then remove `reviewed=` from its marker"
            yield _finding("ST311", message, path, test, config.suspect, hint)
        elif test.is_pending and config.pending == "fail":
            message = f"{test.id} {test.name} is pending"
            hint = "write its body"
            yield _finding("ST310", message, path, test, config.pending, hint)


def _misplaced(path: str, test: TestFacts, name: str) -> Finding:
    """A pending call of another test: bodies stand in tests that are not theirs."""
    message = f"the body of {test.id} {test.name} is the pending call of {name}"
    hint = f"see whether the body of {test.id} stands in {name}, and put each into its test"
    return Finding("ST316", "error", message, path, test.line, 0, hint, test.id)


def _finding(
    code: str, message: str, path: str, test: TestFacts, policy: Policy, hint: str
) -> Finding:
    severity: Severity = "error" if policy == "fail" else "warning"
    return Finding(code, severity, message, path, test.line, 0, hint, test.id)
