"""Which numbers are of a run, so that they are stale where its record is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from suiteloom.model.identifiers import short

__all__ = ["OF_RUN", "stale_domains", "why_stale"]

OF_RUN = frozenset(
    {
        "at_risk",
        "at_risk_usd",
        "by_environment",
        "collected",
        "coverage_by_environment",
        "coverage_percent",
        "covered_usd",
        "duration_s",
        "entries_shown",
        "failed",
        "outcome",
        "outcomes",
        "passed",
        "protected_usd",
        "protecting",
        "rerun",
        "run",
        "skipped",
        "slowest",
        "unspecified",
    }
)
"""Names in the data of `status` and `report` whose values come from the last run."""

_ENTRIES = frozenset({"suites", "domains"})
_LISTED = 3


def stale_domains(status: Any) -> frozenset[str]:
    """The domains whose suite or code changed since the last run.

    Args:
        status: What `status` says.
    """
    if not isinstance(status, Mapping):
        return frozenset()
    return frozenset(
        suite["domain"] for suite in status.get("suites", ()) if suite["stale"]
    )


def why_stale(verb: str, names: Sequence[str], domains: Collection[str]) -> str:
    """Why a number is not of the tree as it is.

    Args:
        verb: Whose data it is in.
        names: The parts of its path.
        domains: Those that changed since the last run.

    Returns:
        A phrase; empty if the number is not of the last run, or of one of its domains
        that did not change.
    """
    if verb == "history":
        is_of_run = tuple(names[:2]) == ("runs", "-1")
    else:
        is_of_run = verb == "run" or not OF_RUN.isdisjoint(names)
    if not is_of_run:
        return ""
    concerned = sorted(domains)
    if len(names) > 1 and names[0] in _ENTRIES and not names[1].lstrip("-").isdigit():
        concerned = [name for name in concerned if name == names[1]]
    if not concerned:
        return ""
    more = f" and {len(concerned) - _LISTED} more" if len(concerned) > _LISTED else ""
    shown = ", ".join(short(name) for name in concerned[:_LISTED])
    return f"{shown}{more} changed since the last run"
