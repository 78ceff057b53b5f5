"""The block at the end of a run: specified tests, counted by id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Generator

import pytest

from suiteloom.model import Count, TestOutcome, count_of, outcome_named, worst_outcome
from suiteloom.model.words import plural
from suiteloom.pytest_plugin.results import ResultLog

__all__ = ["Summary", "summarize"]

_SHOWN: tuple[Count, ...] = (
    "passed",
    "rerun",
    "failed",
    "quarantined",
    "pending",
    "skipped",
)
_LISTED = 5


class Summary:
    """Prints the block.

    Args:
        results: How items ended.
        quarantined: Gives the ids of the tests in quarantine.
    """

    def __init__(
        self, results: ResultLog, quarantined: Callable[[], Collection[str]]
    ) -> None:
        self._results = results
        self._quarantined = quarantined

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        """Print it below pytest's own lists, if anything specified ran."""
        yield
        results = self._results.results()
        if not any(result.test.id for result in results):
            return
        lines = summarize(results, self._quarantined())
        if not lines or terminalreporter.verbosity < -1:
            return
        terminalreporter.section("suiteloom")
        for line in lines:
            terminalreporter.line(line)


def summarize(
    results: list[TestOutcome], quarantined: Collection[str] = ()
) -> list[str]:
    """Count ids; an id's worst outcome over its cases is what counts.

    Args:
        results: Of a run; those without an id are left out.
        quarantined: Ids of the tests in quarantine, which are counted apart.

    Returns:
        One line of counts and, if any test is pending or in quarantine, one that names
        the first few; nothing if no test has an id.
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
        identity: count_of(outcome, quarantined=identity in quarantined)
        for identity, outcome in worst.items()
    }
    counts = Counter(words.values())
    orphaned = counts["orphaned"]
    total = len(worst) - orphaned
    parts = [f"{counts[word]} {word}" for word in _SHOWN if counts[word]]
    head = plural(total, "specified test")
    line = f"{head}: {', '.join(parts)}" if parts else head
    lines = [f"{line}; {orphaned} orphaned" if orphaned else line]
    lines += _listed("pending", [i for i, word in words.items() if word == "pending"])
    held = [
        f"{identity} {outcome_named(worst[identity]).said}"
        for identity, word in words.items()
        if word == "quarantined"
    ]
    return lines + _listed("quarantined", held)


def _listed(head: str, names: list[str]) -> list[str]:
    """The first few of some tests in one line; nothing if there is none."""
    more = len(names) - _LISTED
    rest = f" and {more} more" if more > 0 else ""
    return [f"{head}: {', '.join(sorted(names)[:_LISTED])}{rest}"] if names else []
