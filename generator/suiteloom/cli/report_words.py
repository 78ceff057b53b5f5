"""Figures and sentences that a report has in each of its forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from suiteloom.cli.output import plural
from suiteloom.cli.tables import millions
from suiteloom.model.report import Report

__all__ = [
    "AT_RISK",
    "SOURCES",
    "numeral",
    "ratio",
    "run_said",
    "seconds",
    "shown",
    "shown_or_not",
    "usd",
    "what_is_missing",
]

SOURCES = {
    "totals": "suiteloom status --format json",
    "at_risk": "suiteloom report --format json",
    "domains": "suiteloom report --format json",
    "structure": "suiteloom report --format json",
    "mission_critical": "suiteloom report --format json",
    "compliance": "suiteloom check --format json",
    "quality": "suiteloom flaky; suiteloom slow; suiteloom history",
    "trends": "suiteloom history --format json",
    "aims": "suiteloom report --format json",
    "open": "suiteloom report --format json",
    "run": "suiteloom run --format json",
}
"""The command that recomputes the numbers below each key of the report."""

_NOT_KNOWN = "not known"
_EXACT = frozenset({"threshold", "worth", "lost"})
"""Numbers that are written as they are, not rounded to one decimal."""

AT_RISK = 25
"""How many tests at risk are named in their section; the inventory has all."""


def usd(amount: int | None) -> str:
    """Whole US dollars: ``$33,300,000``; what is said without a figure."""
    return "no figure" if amount is None else f"${amount:,}"


def numeral(value: float | None) -> str:
    """A count, or a number with one decimal: ``1,170``, ``99.5``."""
    if value is None:
        return _NOT_KNOWN
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def seconds(value: float | None) -> str:
    """A duration: ``12.3 s``, or in milliseconds below a tenth of one."""
    if value is None:
        return _NOT_KNOWN
    return f"{value * 1000:,.1f} ms" if value < 0.1 else f"{value:,.1f} s"


def shown(key: str, value: Any, form: str = "") -> str:
    """A number as people read it.

    Args:
        key: What it is called in the data, which tells its unit.
        value: None is not known.
        form: ``short`` writes money in thousands, millions or billions.
    """
    if key.endswith("usd"):
        is_short = form == "short" and value is not None
        return millions(value) if is_short and value else usd(value)
    if key.endswith("_s") or key.isdecimal():
        return seconds(value)
    if key in _EXACT and value is not None:
        return f"{value:g}"
    return numeral(value)


def ratio(part: float | None, whole: float | None) -> str:
    """A share in percent, rounded down, so that 100% means all of it."""
    if part is None or not whole:
        return _NOT_KNOWN
    return f"{int(part * 1000 / whole) / 10:.1f}%"


def shown_or_not(*, is_shown: bool) -> str:
    """What is said of an entry or an aim."""
    return "yes" if is_shown else "no"


def run_said(report: Report) -> str:
    """Of which run the report is, in one sentence."""
    run = report.run
    if run is None:
        return "There is no run yet; the command for one is suiteloom run."
    where = f" in {', '.join(run.environments)}" if run.environments else ""
    commit = f" on commit {run.commit[:12]}" if run.commit else " on an unknown commit"
    tree = " with changes that were not committed" if run.tree_clean is False else ""
    began = f" of {run.began}" if run.began else ""
    return f"The run{began}{commit}{tree}{where}."


def what_is_missing(report: Report) -> Iterator[str]:
    """What the figures can not say, one sentence each."""
    totals, run = report.totals, report.run
    if totals.without_revenue and totals.revenue_usd is None:
        yield "No domain has a revenue figure, so that nothing is said of money."
    elif totals.without_revenue:
        count = plural(totals.without_revenue, "domain")
        yield f"{count} without a revenue figure: in no sum of money."
    if totals.unjustified:
        yield f"{plural(totals.unjustified, 'test')} without a complete BVJ."
    if run is None:
        return
    if run.age == "stale":
        files = ", ".join(run.age_because[:3])
        more = len(run.age_because) - 3
        rest = f" and {more:,} more" if more > 0 else ""
        yield f"The code under test changed since the run: {files}{rest}."
    elif run.age == "unknown":
        reasons = "; ".join(run.age_because)
        yield f"Whether the code under test changed since the run is not known: {reasons}."
    if stale := sum(
        domain.stale is not None and domain.stale > 0 for domain in report.domains
    ):
        yield f"The results of {plural(stale, 'domain')} are stale and count for nothing."
    for host, reason in run.missing_hosts.items():
        yield f"The machine {host} was not reached: {reason}."
