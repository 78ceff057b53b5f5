"""Results that are older than what they are about. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from suiteloom.model import CodeAge, Finding
from suiteloom.model.words import plural

__all__ = ["check_age", "said_of_age"]

_LISTED = 3
_AGAIN = "`suiteloom run` brings results that count"


def check_age(
    age: CodeAge, suites: Sequence[str], *, running: bool = False
) -> Iterator[Finding]:
    """Report what changed since the last run.

    Args:
        age: How its results stand to the code under test.
        suites: Paths of the suites that were run and changed since.
        running: Whether the run has just ended: what changed did so meanwhile.

    Yields:
        A warning for the code and one for the suites, where they changed.
    """
    if age.changes:
        since = age.said(_LISTED)
        message = f"results are stale: the code under test changed since: {since}"
        if running:
            message = f"the code under test changed while its tests ran: {since}"
        yield Finding("RU509", "warning", message, hint=_AGAIN)
    if suites:
        named = ", ".join(suites[:_LISTED])
        more = len(suites) - _LISTED
        rest = f" and {more:,} more" if more > 0 else ""
        message = f"results are stale: suites changed since: {named}{rest}"
        if running:
            message = f"suites changed while they ran: {named}{rest}"
        path = suites[0] if len(suites) == 1 else ""
        yield Finding("RU509", "warning", message, path, hint=_AGAIN)


def said_of_age(age: CodeAge, suites: Sequence[str]) -> str:
    """What the results of the last run are of, in a few words."""
    parts = []
    if age.changes:
        parts.append(f"{plural(len(age.changes), 'file')} of the code under test")
    if suites:
        parts.append(plural(len(suites), "suite"))
    if parts:
        return f"the last run is stale: {' and '.join(parts)} changed since"
    if age.unknown:
        return f"not known whether the last run is stale: {'; '.join(age.unknown)}"
    return "the last run is of the code and suites as they are"
