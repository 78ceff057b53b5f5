"""The block at the end of a run: specified tests, counted by id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator

import pytest

from suiteloom.model.words import plural
from suiteloom.pytest_plugin.results import Result, ResultLog

__all__ = ["Summary", "summarize"]

_WORDS = {
    "failed": "failed",
    "error": "failed",
    "xpassed": "failed",
    "pending": "pending",
    "skipped": "skipped",
    "xfailed": "skipped",
    "orphan": "orphaned",
    "passed": "passed",
}
"""What each outcome is called here, the worst first."""

_SHOWN = ("passed", "failed", "pending", "skipped")
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


def summarize(results: list[Result]) -> list[str]:
    """Count ids; an id's worst outcome over its cases is what counts.

    Args:
        results: Of a run; those without an id are left out.

    Returns:
        One line of counts and, if any test is pending, one that names the first few;
        nothing if no test has an id.
    """
    rank = {word: place for place, word in enumerate(dict.fromkeys(_WORDS.values()))}
    worst: dict[str, str] = {}
    for result in results:
        word = _WORDS[result.outcome]
        if result.test.id:
            known = worst.get(result.test.id, word)
            worst[result.test.id] = min(word, known, key=rank.__getitem__)
    if not worst:
        return []
    counts = Counter(worst.values())
    orphaned = counts["orphaned"]
    total = len(worst) - orphaned
    parts = [f"{counts[word]} {word}" for word in _SHOWN if counts[word]]
    head = plural(total, "specified test")
    line = f"{head}: {', '.join(parts)}" if parts else head
    pending = sorted(identity for identity, word in worst.items() if word == "pending")
    lines = [f"{line}; {orphaned} orphaned" if orphaned else line]
    if pending:
        more = len(pending) - _LISTED
        rest = f" and {more} more" if more > 0 else ""
        lines.append(f"pending: {', '.join(pending[:_LISTED])}{rest}")
    return lines
