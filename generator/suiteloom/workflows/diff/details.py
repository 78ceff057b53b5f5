"""What a reviewer looks at beside the changes of a test: its unit, and how it ran last."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import unified_diff

from suiteloom.model import Change, Detail
from suiteloom.results import LastRun
from suiteloom.workflows.diff.sides import InSuite, Side

__all__ = ["details"]

_MOST_LINES = 400
"""Lines of one unit's diff that are kept."""


def details(
    changes: Iterable[Change],
    old: Side,
    new: Side,
    last: LastRun | None,
    held: Collection[str],
) -> dict[str, Detail]:
    """Look up what goes with the changes.

    Args:
        changes: Between the two.
        old: The older state.
        new: The newer state.
        last: The last run, if there is one.
        held: Ids of the tests in quarantine in the newer state.

    Returns:
        A detail of each test that changed, by id. An outcome counts only for the very bytes
        that were run.
    """
    outcomes = last.outcomes() if last else {}
    found = {}
    for identity in dict.fromkeys(change.id for change in changes if change.id):
        was, now = old.units.get(identity), new.units.get(identity)
        hunk = tuple(_hunk(was, now))
        is_run = now is not None and new.is_as_run(now.path, last)
        outcome = outcomes.get(identity, "") if is_run else ""
        found[identity] = Detail(hunk, outcome, identity in held)
    return found


def _hunk(was: InSuite | None, now: InSuite | None) -> Iterable[str]:
    """The lines of a unit that differ, with some around them."""
    lines = list(unified_diff(_lines(was), _lines(now), n=3, lineterm=""))[3:]
    lines = ["…" if line.startswith("@@ -") else line for line in lines]
    yield from lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        yield f"… {len(lines) - _MOST_LINES:,} lines more"


def _lines(standing: InSuite | None) -> list[str]:
    if standing is None:
        return []
    return standing.suite.source.text[slice(*standing.unit.span)].splitlines()
