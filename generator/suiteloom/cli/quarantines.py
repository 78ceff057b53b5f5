"""How tests in quarantine look, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from suiteloom.model import outcome_named

if TYPE_CHECKING:
    from suiteloom.workflows.quarantines import Held

__all__ = ["quarantine_data", "quarantine_lines"]

_MOST = 10
"""How many tests are listed as text; JSON has all."""


def quarantine_lines(tests: Sequence[Held]) -> Iterator[str]:
    """One line for each of the first few tests: how it ended, until when, and why."""
    for test in tests[:_MOST]:
        ended = f" {outcome_named(test.outcome).said}," if test.outcome else ""
        leaves = f"; it passed in its last {test.passes:,} runs and may leave"
        more = leaves if test.may_leave else ""
        yield f"quarantined: {test.id}{ended} {test.quarantine.said}{more}"
    if len(tests) > _MOST:
        yield f"and {len(tests) - _MOST:,} more; `--format json` has all"


def quarantine_data(tests: Iterable[Held]) -> list[dict[str, Any]]:
    """The tests as data, in spec order."""
    return [
        {
            "domain": test.domain,
            "id": test.id,
            "name": test.name,
            "outcome": test.outcome or None,
            "until": test.quarantine.until.isoformat(),
            "owner": test.quarantine.owner,
            "reason": test.quarantine.reason,
            "link": test.quarantine.link or None,
            "passes_in_a_row": test.passes,
            "may_leave": test.may_leave,
        }
        for test in tests
    ]
