"""How plans, checks and tables look, as text and as JSON."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from suiteloom.cli.output import Output, plural, print_findings
from suiteloom.cli.quarantines import quarantine_data, quarantine_lines
from suiteloom.model import OUTCOMES, FileChange, Place, Plan, count_of

if TYPE_CHECKING:
    from suiteloom.results import LastRun
    from suiteloom.workflows.build import BuildReport, Step
    from suiteloom.workflows.quarantines import Held
    from suiteloom.workflows.run import RunReport, Shared

__all__ = [
    "build_data",
    "counted_outcomes",
    "kept_run_data",
    "outcome_counts",
    "run_data",
    "show_changes",
    "show_plan",
    "show_run",
    "show_step",
]

_BECOMES = {"suspect": "suspect", "orphan": "an orphan"}
_MOST = 10
"""How many things left to a person are listed."""

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
            kept = action.action == "edited" and action.line
            where = f", {place}" if kept else ""
            output.line(
                f"{action.domain}: {subject}{action.action}: {action.detail}{where}"
            )
    for change in plan.changes:
        output.line(f"{_verb(change, written=written)} {change.path}")
    _show_next_steps(output, plan)
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


def _show_next_steps(output: Output, plan: Plan) -> None:
    """Show what is left to a person, with its place, a few of many."""
    if not plan.actions:
        return
    from suiteloom.workflows.next_steps import next_steps

    steps = next_steps(plan)
    for action, place, words in steps[:_MOST]:
        output.line(f"next: {place}: {action.id} is {_BECOMES[action.action]}: {words}")
    if len(steps) > _MOST:
        output.line(f"and {len(steps) - _MOST:,} more; `suiteloom check` names them")


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
        from suiteloom.cli.tables import show_status

        show_status(output, step)


def build_data(report: BuildReport) -> dict[str, Any]:
    """A build as data."""
    from suiteloom.cli.checks import check_data
    from suiteloom.cli.tables import status_data

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
    if output.is_json:
        output.json("run", run_data(report))
        return
    print_findings(output, report.findings)
    output.line(counted_outcomes(last, [test.id for test in report.held]))
    for line in quarantine_lines(report.held):
        output.line(line)
    if report.processes.note:
        output.line(report.processes.note)
    for line in (*_of_shard(report), *_of_hosts(last)):
        output.line(line)
    apart = last.coverage_by_environment
    if last.coverage is not None or apart:
        total = "unknown" if last.coverage is None else f"{last.coverage:.1f}%"
        each = ", ".join(f"{name} {percent:.1f}%" for name, percent in apart.items())
        output.line(
            f"coverage {total} ({each})" if len(apart) > 1 else f"coverage {total}"
        )
    output.line(f"record {report.path}")


def outcome_counts(last: LastRun, quarantined: Collection[str]) -> Counter[str]:
    """How many tests ended how, by outcome, those in quarantine apart.

    Args:
        last: The run.
        quarantined: Ids of the tests in quarantine.
    """
    outcomes: Counter[str] = Counter()
    for identity, name in last.outcomes().items():
        count = count_of(name, quarantined=identity in quarantined)
        outcomes[count if count == "quarantined" else name] += 1
    return outcomes


def counted_outcomes(last: LastRun, quarantined: Collection[str]) -> str:
    """How many specified tests ran, in how many cases, and how they ended: one line.

    Args:
        last: The run.
        quarantined: Ids of the tests in quarantine, which are counted apart.
    """
    outcomes = outcome_counts(last, quarantined)
    names = ("quarantined", *(item.name for item in OUTCOMES))
    shown = [name for name in names if outcomes[name]]
    where = f" in {', '.join(last.environments)}" if any(last.environments) else ""
    counts = ", ".join(f"{outcomes[name]:,} {name}" for name in reversed(shown))
    specified = sum(outcomes.values()) - outcomes["orphan"]  # no spec names those
    ran = [test.test for test in last.tests if test.id and not test.test.is_orphan]
    cases = {test.nodeid for test in ran}
    more = len(cases) > specified
    as_cases = f" ({len(cases):,} cases, as pytest counts)" if more else ""
    head = f"ran {plural(specified, 'specified test')}{as_cases}{where}"
    return f"{head}: {counts}" if counts else f"no specified test ran{where}"


def run_data(report: RunReport) -> dict[str, Any]:
    """A run as data."""
    last = report.last_run
    kept = kept_run_data(last, report.held)
    return {
        "passed": report.passed,
        "environments": kept["environments"],
        "processes": report.processes.count or None,
        "shard": _shard_data(report.shared),
        "hosts": kept["hosts"],
        "missing_hosts": kept["missing_hosts"],
        "coverage_percent": kept["coverage_percent"],
        "coverage_by_environment": kept["coverage_by_environment"],
        "outcomes": kept["outcomes"],
        "quarantined": kept["quarantined"],
        "findings": [asdict(finding) for finding in report.findings],
        "record": report.path,
        "history": _history_data(report),
    }


def kept_run_data(last: LastRun, held: Iterable[Held]) -> dict[str, Any]:
    """What of a run's data is known as long as its record is kept.

    Args:
        last: The run.
        held: The tests in quarantine that ran.
    """
    apart = last.coverage_by_environment
    return {
        "environments": list(last.environments),
        "hosts": list(last.hosts),
        "missing_hosts": dict(last.missing_hosts),
        "coverage_percent": last.coverage,
        "coverage_by_environment": {k: v for k, v in apart.items() if k},
        "outcomes": dict(sorted(last.outcomes().items())),
        "quarantined": quarantine_data(held),
    }


def _shard_data(shared: Shared | None) -> dict[str, Any] | None:
    """Which share of the files was run, as data; null if it was all of them."""
    if shared is None:
        return None
    shard = shared.run.shard
    return {
        "number": shard.number,
        "of": shard.of,
        "plan": shared.run.plan,
        "files": len(shared.run.share),
        "files_of_all": shared.files,
        "files_in_part": len(shared.cuts),
    }


def _of_hosts(last: LastRun) -> Iterator[str]:
    """Which other machines ran it, and which were not there."""
    if last.hosts:
        yield f"ran on {', '.join(last.hosts)}"
    for name, reason in last.missing_hosts.items():
        yield f"without {name}: {reason}"


def _of_shard(report: RunReport) -> Iterator[str]:
    """What a shard ran, and why it can not be joined with the others."""
    shared, tree = report.shared, report.last_run.revision
    if shared is None:
        return
    head = f"shard {shared.run.shard}"
    files = plural(shared.files, "file")
    if shared.run.share:
        part = f", {len(shared.cuts):,} of them in part" if shared.cuts else ""
        yield f"{head}: {len(shared.run.share):,} of {files}{part}"
    else:
        yield f"{head} is empty: the other shards have the {files}, nothing is left to run"
    if not tree.commit:
        yield "`suiteloom merge` will refuse it: the commit is not known"
    elif not tree.is_clean:
        yield "`suiteloom merge` will refuse it: the tree has changes that no commit has"


def _history_data(report: RunReport) -> dict[str, Any] | None:
    """Where a run is in the history; None if it is in none."""
    remembered = report.remembered
    if remembered is None or not remembered.runs:
        return None
    return {"path": remembered.path, "runs": list(remembered.runs)}
