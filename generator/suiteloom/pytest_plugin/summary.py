"""The block at the end of a run: specified tests, counted by id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator

import pytest

from suiteloom.model import Count, TestOutcome, outcome_named, worst_outcome
from suiteloom.model.words import plural
from suiteloom.pytest_plugin.results import ResultLog

__all__ = ["Summary", "summarize"]

_SHOWN: tuple[Count, ...] = ("passed", "rerun", "failed", "pending", "skipped")
_LISTED = 5


class Summary:
    """Prints the block."""

    def __init__(self, results: ResultLog) -> None:
        self._results = results

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        """Print it below pytest's own lists, if anything specified ran."""
        yield
        lines = summarize(self._results.results())
        if not lines or terminalreporter.verbosity < -1:
            return
        terminalreporter.section("suiteloom")
        for line in lines:
            terminalreporter.line(line)


def summarize(results: list[TestOutcome]) -> list[str]:
    """Count ids; an id's worst outcome over its cases is what counts.

    Args:
        results: Of a run; those without an id are left out.

    Returns:
        One line of counts and, if any test is pending, one that names the first few;
        nothing if no test has an id.
    """
    worst: dict[str, str] = {}
    for result in results:
        identity, outcome = result.test.id, result.outcome
        if identity:
            known = worst.get(identity, outcome)
            worst[identity] = worst_outcome((outcome, known))
    if not worst:
        return []
    words = {
        identity: outcome_named(outcome).count for identity, outcome in worst.items()
    }
    counts = Counter(words.values())
    orphaned = counts["orphaned"]
    total = len(worst) - orphaned
    parts = [f"{counts[word]} {word}" for word in _SHOWN if counts[word]]
    head = plural(total, "specified test")
    line = f"{head}: {', '.join(parts)}" if parts else head
    pending = sorted(identity for identity, word in words.items() if word == "pending")
    lines = [f"{line}; {orphaned} orphaned" if orphaned else line]
    if pending:
        more = len(pending) - _LISTED
        rest = f" and {more} more" if more > 0 else ""
        lines.append(f"pending: {', '.join(pending[:_LISTED])}{rest}")
    return lines
