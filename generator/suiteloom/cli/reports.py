"""How plans, checks and tables look, as text and as JSON."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from suiteloom.cli.output import Output, plain, plural, print_findings
from suiteloom.model import OUTCOMES, FileChange, Place, Plan

if TYPE_CHECKING:
    from suiteloom.workflows.build import BuildReport, Step
    from suiteloom.workflows.run import RunReport
    from suiteloom.workflows.status import StatusReport, SuiteStatus

__all__ = [
    "build_data",
    "show_changes",
    "show_plan",
    "show_run",
    "show_status",
    "show_step",
]

_HEADS = {  # with a place to break, for narrow terminals
    "specified": "speci-\nfied",
    "written": "writ-\nten",
    "pending": "pend-\ning",
    "suspect": "sus-\npect",
    "orphaned": "orph-\naned",
    "collected": "collec-\nted",
    "unspecified": "unspe-\ncified",
    "passed": "passed",
    "failed": "failed",
    "skipped": "skip-\nped",
    "rerun": "rerun",
    "unjustified": "without\nBVJ",
    "score": "score",
    "revenue_usd": "revenue",
}
_USUALLY_ZERO = ("unspecified", "suspect", "orphaned", "failed", "skipped", "rerun")
_SHOWN_IF_ANY = {*_USUALLY_ZERO, "unjustified"}
_LINE_END = re.compile(rb"(?<=\n)|(?<=\r)(?!\n)")


def show_plan(output: Output, plan: Plan, *, written: bool) -> None:
    """Show what `generate` did or would do."""
    if output.is_json:
        output.json("generate", plan_data(plan, written=written))
        return
    print_findings(output, plan.refusals)
    counts = Counter(action.action for action in plan.actions)
    for action in plan.actions:
        if action.action != "create":
            subject = f"{action.id} " if action.id else ""
            place = Place(action.path, action.line)
            where = f", {place}" if action.line else ""
            output.line(
                f"{action.domain}: {subject}{action.action}: {action.detail}{where}"
            )
    for change in plan.changes:
        output.line(f"{_verb(change, written=written)} {change.path}")
    parts = [f"{count:,} {_DONE[name]}" for name, count in sorted(counts.items())]
    parts.append(f"{plan.unchanged:,} unchanged")
    done = plural(len(plan.changes), "file")
    head = (
        f"{done} {'written' if written else 'to write'}"
        if plan.changes
        else "nothing to write"
    )
    output.line(f"{head}: {', '.join(parts)}")
    if plan.changes:
        before, after = plan.hand_written
        output.line(
            f"hand-written lines in these files: {before:,} before, {after:,} after"
        )


def plan_data(plan: Plan, *, written: bool) -> dict[str, Any]:
    """A plan as data."""
    return {
        "written": written,
        "files": [change.path for change in plan.changes],
        "unchanged": plan.unchanged,
        "plan": [asdict(action) for action in plan.actions],
        "findings": [asdict(finding) for finding in plan.refusals],
        "hand_written_lines": dict(
            zip(("before", "after"), plan.hand_written, strict=True)
        ),
    }


_DONE = {
    "create": "created",
    "update": "updated",
    "rename": "renamed",
    "move": "moved",
    "orphan": "orphaned",
    "revive": "revived",
    "suspect": "now suspect",
    "edited": "edited by hand and kept",
    "remove": "removed",
    "unchanged": "unchanged",
}


def _verb(change: FileChange, *, written: bool) -> str:
    if change.after is None:
        return "removed" if written else "would remove"
    if change.before is None:
        return "created" if written else "would create"
    return "updated" if written else "would update"


def show_changes(output: Output, changes: Iterable[FileChange]) -> None:
    """Show changes of files as a unified diff."""
    for change in changes:
        before, after = _lines(change.before), _lines(change.after)
        old = "/dev/null" if change.before is None else f"a/{change.path}"
        new = "/dev/null" if change.after is None else f"b/{change.path}"
        for line in difflib.unified_diff(before, after, old, new, lineterm=""):
            style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
            output.line(line.rstrip("\r\n"), style)


def _lines(data: bytes | None) -> list[str]:
    if data is None:
        return []
    lines = _LINE_END.split(data)
    return [line.decode("utf-8", "replace") for line in lines if line]


def show_step(output: Output, step: Step) -> None:
    """Show what one step of a build came to, as soon as it is done."""
    from suiteloom.workflows.check import CheckReport
    from suiteloom.workflows.run import RunReport

    if output.is_json:
        return
    if isinstance(step, Plan):
        show_plan(output, step, written=True)
        output.line()
    elif isinstance(step, CheckReport):
        from suiteloom.cli.checks import show_check

        show_check(output, step)
        output.line()
    elif isinstance(step, RunReport):
        show_run(output, step)
        output.line()
    else:
        show_status(output, step)


def build_data(report: BuildReport) -> dict[str, Any]:
    """A build as data."""
    from suiteloom.cli.checks import check_data

    return {
        "passed": report.passed,
        "generate": plan_data(report.plan, written=True),
        "check": check_data(report.check),
        "run": run_data(report.run),
        "status": status_data(report.status),
    }


def show_run(output: Output, report: RunReport) -> None:
    """Show what a run came to, below pytest's own output."""
    last = report.last_run
    outcomes = Counter(last.outcomes().values())
    shown = [item.name for item in OUTCOMES if outcomes[item.name]]
    if output.is_json:
        output.json("run", run_data(report))
        return
    print_findings(output, report.findings)
    where = f" in {', '.join(last.environments)}" if any(last.environments) else ""
    counts = ", ".join(f"{outcomes[name]:,} {name}" for name in reversed(shown))
    head = f"ran {plural(sum(outcomes.values()), 'specified test')}{where}"
    output.line(f"{head}: {counts}" if counts else f"no specified test ran{where}")
    apart = last.coverage_by_environment
    if last.coverage is not None or apart:
        total = "unknown" if last.coverage is None else f"{last.coverage:.1f}%"
        each = ", ".join(f"{name} {percent:.1f}%" for name, percent in apart.items())
        output.line(
            f"coverage {total} ({each})" if len(apart) > 1 else f"coverage {total}"
        )
    output.line(f"record {report.path}")


def run_data(report: RunReport) -> dict[str, Any]:
    """A run as data."""
    last = report.last_run
    apart = last.coverage_by_environment
    return {
        "passed": report.passed,
        "environments": list(last.environments),
        "coverage_percent": last.coverage,
        "coverage_by_environment": {k: v for k, v in apart.items() if k},
        "outcomes": dict(sorted(last.outcomes().items())),
        "findings": [asdict(finding) for finding in report.findings],
        "record": report.path,
    }


def show_status(output: Output, report: StatusReport) -> None:
    """Show the table."""
    if output.is_json:
        output.json("status", status_data(report))
        return
    from rich.table import Table
    from rich.text import Text

    totals = report.totals
    columns = [
        name
        for name in _HEADS
        if name not in _SHOWN_IF_ANY or totals[name] not in {0, None}
    ]
    console = output.console()
    heads = [_HEADS[name].replace("-\n", "") for name in columns]
    longest = max(len(suite.domain) for suite in report.suites)
    if longest + sum(len(head) + 1 for head in heads) > console.width:
        heads = [_HEADS[name] for name in columns]
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("domain", vertical="bottom", overflow="fold")
    for head in heads:
        table.add_column(head, justify="right", vertical="bottom")
    for suite in report.suites:
        cells = [_cell(name, getattr(suite, name)) for name in columns]
        table.add_row(Text(plain(suite.domain)), *(Text(cell) for cell in cells))
    table.add_section()
    total = [Text(_cell(name, totals[name]), style="bold") for name in columns]
    table.add_row(Text("total", style="bold"), *total)
    console.print(table)
    output.line()
    for line in _sentences(report, totals):
        output.line(line)


def status_data(report: StatusReport) -> dict[str, Any]:
    """The table as data."""
    return {
        "environments": list(report.environments),
        "suites": [asdict(suite) for suite in report.suites],
        "totals": report.totals,
    }


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if name == "score":
        return f"{value:.1f}"
    if name.endswith("_usd"):
        return _millions(value)
    return f"{value:,}"


def _millions(amount: float) -> str:
    """A short amount: ``$33.3M``; exact below a thousand."""
    for unit, size in (("B", 10**9), ("M", 10**6), ("K", 10**3)):
        if amount >= size:
            return f"${amount / size:.1f}{unit}"
    return f"${amount:g}"


def _sentences(
    report: StatusReport, totals: dict[str, int | float | None]
) -> list[str]:
    """What the table means, in words."""
    zero = [f"{totals[name]} {name}" for name in _USUALLY_ZERO if totals[name] == 0]
    lines = [", ".join(zero)] if zero else []
    specified, passed = int(totals["specified"] or 0), totals["passed"]
    if passed is None:
        lines.append("no run yet: `suiteloom run`")
    else:
        ran = [name for name in report.environments if name]
        where = f" (run in {', '.join(ran)})" if ran else ""
        lines.append(
            f"{passed:,} of {plural(specified, 'specified test')} passed{where}"
        )
    lines += _revenue(report, totals)
    if unjustified := totals["unjustified"]:
        lines.append(
            f"{unjustified:,} of {plural(specified, 'specified test')} without a"
            " complete BVJ"
        )
    lines += _not_run(report.suites, passed)
    return lines


def _revenue(report: StatusReport, totals: dict[str, int | float | None]) -> list[str]:
    """What the domains with a figure come to, and how many have none."""
    specified = [suite for suite in report.suites if suite.specified]
    without = sum(suite.revenue_usd is None for suite in specified)
    revenue, covered = totals["revenue_usd"], totals["covered_usd"] or 0
    if revenue is None:
        return []
    domains = ", ".join(suite.domain for suite in report.suites if suite.covered_usd)
    line = (
        f"{_millions(revenue)} of revenue a year, {_millions(covered)} of it covered by "
        f"passing tests{f': {domains}' if domains else ''}"
    )
    if not without:
        return [line]
    total = plural(len(specified), "domain")
    return [line, f"{without} of {total} without a revenue figure: in no sum"]


def _not_run(suites: tuple[SuiteStatus, ...], passed: float | None) -> list[str]:
    stale = [suite.domain for suite in suites if suite.stale]
    never = [
        s.domain for s in suites if s.passed is None and s.specified and not s.stale
    ]
    lines = []
    if stale:
        lines.append(f"changed since the last run: {', '.join(stale)}")
    if never and passed is not None:
        lines.append(f"not in the last run: {', '.join(never)}")
    return lines
