"""The table of status, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from suiteloom.cli.output import Output, plain, plural
from suiteloom.cli.quarantines import quarantine_data, quarantine_lines

if TYPE_CHECKING:
    from suiteloom.model import CodeAge, Revision
    from suiteloom.workflows.status import StatusReport, SuiteStatus

__all__ = ["show_status", "status_data"]

_LISTED = 3
"""How many changes of the code are named; JSON has all."""

_COLUMNS = {
    "specified": "specified",
    "written": "written",
    "pending": "pending",
    "suspect": "suspect",
    "orphaned": "orphaned",
    "collected": "collected",
    "unspecified": "unspecified",
    "passed": "passed",
    "failed": "failed",
    "skipped": "skipped",
    "rerun": "rerun",
    "quarantined": "quarantined",
    "stale_tests": "stale",
    "unjustified": "without BVJ",
    "score": "score",
    "revenue_usd": "revenue",
}
"""Columns in their order, with their heads."""

_SHOWN_IF_ANY = frozenset(
    {
        "pending",
        "suspect",
        "orphaned",
        "unspecified",
        "passed",
        "failed",
        "skipped",
        "rerun",
        "quarantined",
        "stale_tests",
        "unjustified",
        "revenue_usd",
    }
)
_DIGITS = 9
"""How much of a commit's name is shown."""

_SAID_IF_NONE = (
    "pending",
    "suspect",
    "orphaned",
    "unspecified",
    "failed",
    "skipped",
    "rerun",
)
_FIRST_TO_GO = (
    "unjustified",
    "collected",
    "skipped",
    "written",
    "revenue_usd",
    "score",
)
"""What is left out where the terminal is too narrow, in that order; JSON has it all."""

_COLOURS = {
    "failed": "red",
    "unspecified": "red",
    "suspect": "yellow",
    "orphaned": "yellow",
    "pending": "yellow",
    "rerun": "yellow",
    "quarantined": "yellow",
    "stale_tests": "yellow",
}
"""How a number that is not 0 looks on a terminal."""

_Totals = dict[str, int | float | None]


def show_status(output: Output, report: StatusReport) -> None:
    """Show the table, and below it what it does not say."""
    if output.is_json:
        output.json("status", status_data(report))
        return
    totals = report.totals
    columns = _columns(report, totals)
    narrow = _fitting(report, columns, output.console().width)
    _show_table(output, report, narrow)
    output.line()
    left_out = [_COLUMNS[name] for name in columns if name not in narrow]
    if left_out:
        output.line(f"left out, for want of room: {', '.join(left_out)}")
    for line in _sentences(report, totals):
        output.line(line)


def status_data(report: StatusReport) -> dict[str, Any]:
    """The table as data."""
    return {
        "environments": list(report.environments),
        "run": None if report.ran_at is None else _revision_data(report.ran_at),
        "present": _revision_data(report.present),
        "code": None if report.age is None else _code_data(report.age),
        "suites": [asdict(suite) for suite in report.suites],
        "quarantined": quarantine_data(report.held),
        "totals": report.totals,
    }


def _revision_data(revision: Revision) -> dict[str, Any]:
    """A work tree as data; null is what is not known."""
    return {"commit": revision.commit or None, "tree_clean": revision.is_clean}


def _code_data(age: CodeAge) -> dict[str, Any]:
    """How results stand to the code under test, as data."""
    return {
        "verdict": age.verdict,
        "changed": [asdict(change) for change in age.changes],
        "unknown": list(age.unknown),
    }


def _columns(report: StatusReport, totals: _Totals) -> list[str]:
    """The columns that say something."""
    columns = [
        name
        for name in _COLUMNS
        if name not in _SHOWN_IF_ANY or totals[name] not in {0, None}
    ]
    if all(s.collected in {None, s.specified} for s in report.suites):
        columns.remove("collected")
    if totals["passed"] == 0:
        columns.insert(columns.index("written") + 1, "passed")
    return columns


def _fitting(report: StatusReport, columns: Sequence[str], width: int) -> list[str]:
    """The columns for which there is room, names whole and heads in one line."""
    left = list(columns)
    for name in _FIRST_TO_GO:
        if _width(report, left) <= width:
            break
        if name in left:
            left.remove(name)
    return left


def _width(report: StatusReport, columns: Iterable[str]) -> int:
    """Characters that a table of these columns takes."""
    names = max(len("domain"), *(len(suite.domain) for suite in report.suites), 0)
    totals = report.totals
    cells = (
        max(len(_COLUMNS[name]), len(_cell(name, totals[name]))) + 1 for name in columns
    )
    return names + sum(cells)


def _show_table(output: Output, report: StatusReport, columns: Sequence[str]) -> None:
    """Print one row a suite, and the totals below several."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("domain", no_wrap=True, overflow="ellipsis")
    for name in columns:
        table.add_column(_COLUMNS[name], justify="right", no_wrap=True)
    for suite in report.suites:
        values = [(name, getattr(suite, name)) for name in columns]
        cells = [Text(_cell(*item), style=_colour(*item)) for item in values]
        table.add_row(Text(plain(suite.domain)), *cells)
    if len(report.suites) > 1:
        table.add_section()
        total = [Text(_cell(name, report.totals[name]), "bold") for name in columns]
        table.add_row(Text("total", "bold"), *total)
    output.console().print(table)


def _colour(name: str, value: float | None) -> str:
    return _COLOURS.get(name, "") if value else ""


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if name == "score":
        return f"{value:.1f}"
    if name.endswith("_usd"):
        return millions(value)
    return f"{value:,}"


def millions(amount: float) -> str:
    """A short amount: ``$33.3M``; exact below a thousand."""
    for unit, size in (("B", 10**9), ("M", 10**6), ("K", 10**3)):
        if amount >= size:
            return f"${amount / size:.1f}{unit}"
    return f"${amount:g}"


def _sentences(report: StatusReport, totals: _Totals) -> list[str]:
    """What the table does not say, in words."""
    zero = [f"{totals[name]} {name}" for name in _SAID_IF_NONE if totals[name] == 0]
    lines = [", ".join(zero)] if zero else []
    ran = [name for name in report.environments if name]
    if totals["passed"] is None and not any(s.stale for s in report.suites):
        lines.append("no run yet: `suiteloom run`")
    elif ran:
        lines.append(f"last run in {', '.join(ran)}")
    if report.ran_at is not None and totals["passed"] is not None:
        lines += _other_tree(report.ran_at, report.present)
    if report.age is not None:
        lines += _of_code(report.age)
    lines += quarantine_lines(report.held)
    lines += _revenue(report, totals)
    lines += _not_run(report.suites, totals["passed"])
    return lines


def _other_tree(ran_at: Revision, present: Revision) -> list[str]:
    """What the results are of, unless that is the work tree as it is now."""
    if not ran_at.commit:
        return ["results of a commit that is not known"] if present.commit else []
    line = f"results of {ran_at.commit[:_DIGITS]}"
    if not ran_at.is_clean:
        line += " and uncommitted changes"
    if present.commit and present.commit != ran_at.commit:
        return [f"{line}; the commit is {present.commit[:_DIGITS]} now"]
    if ran_at.is_clean and present.is_clean is False:
        return [f"{line}; the tree changed since"]
    return [] if ran_at.is_clean else [line]


def _of_code(age: CodeAge) -> list[str]:
    """Whether results are older than the code under test, or nobody can tell."""
    if age.verdict == "stale":
        since = age.said(_LISTED)
        return [f"stale: the code under test changed since the last run: {since}"]
    if age.verdict == "unknown":
        reasons = "; ".join(age.unknown)
        return [f"whether the code under test changed since is not known: {reasons}"]
    return []


def _revenue(report: StatusReport, totals: _Totals) -> list[str]:
    """What of the revenue is covered, and how many domains have no figure."""
    specified = [suite for suite in report.suites if suite.specified]
    without = sum(suite.revenue_usd is None for suite in specified)
    if totals["revenue_usd"] is None:
        return []
    covered = totals["covered_usd"] or 0
    domains = ", ".join(suite.domain for suite in report.suites if suite.covered_usd)
    line = (
        f"{millions(covered)} of {millions(totals['revenue_usd'])} of revenue a year"
        f" covered by passing tests{f': {domains}' if domains else ''}"
    )
    lines = [line]
    protected = totals["protected_usd"] or 0
    if protected != covered:
        amount = millions(protected)
        lines.append(f"{amount} protected, counted by the tests that passed")
    if without:
        total = plural(len(specified), "domain")
        lines.append(f"{without} of {total} without a revenue figure: in no sum")
    return lines


def _not_run(suites: Iterable[SuiteStatus], passed: float | None) -> list[str]:
    """Which suites the last run says nothing of."""
    suites = tuple(suites)
    stale = [suite.domain for suite in suites if suite.stale_because == "suite"]
    never = [
        s.domain for s in suites if s.passed is None and s.specified and not s.stale
    ]
    lines = []
    if stale:
        lines.append(f"stale: changed since the last run: {', '.join(stale)}")
    if never and passed is not None:
        lines.append(f"not in the last run: {', '.join(never)}")
    return lines
