"""The verb `merge`: shards joined to one run."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suiteloom.cli.options import (
    HERE,
    AlsoOption,
    DebugOption,
    FormatOption,
    JunitSplitOption,
    ProjectOption,
)
from suiteloom.cli.output import Output, json_text, plural, print_findings
from suiteloom.cli.quarantines import quarantine_data, quarantine_lines

if TYPE_CHECKING:
    from suiteloom.workflows.merge import MergeReport

__all__ = ["merge"]


def merge(
    records: Annotated[
        list[Path],
        typer.Argument(metavar="RECORD", help="What each shard kept of its run."),
    ],
    *,
    also: AlsoOption = None,
    junit_split: JunitSplitOption = None,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Join the records of all shards to one run; without one of them there is none.

    Example: suiteloom merge .suiteloom/shard-*-of-4.json
    """
    from suiteloom.cli.run_files import read_run_files, rows_of
    from suiteloom.workflows.merge import merge as join
    from suiteloom.workflows.project import open_workspace

    files = read_run_files(also, junit_split)
    workspace = open_workspace(project)
    report = join(workspace, records)
    last = report.last_run
    if last is not None:
        files.write(
            lambda: json_text("merge", _data(report)),
            lambda: rows_of(workspace, last, report.findings),
        )
    _show(Output(format), report)
    if not report.passed:
        raise typer.Exit(1)


def _show(output: Output, report: MergeReport) -> None:
    """Show what was joined, or why nothing was."""
    if output.is_json:
        output.json("merge", _data(report))
        return
    from suiteloom.cli.reports import counted_outcomes

    print_findings(output, report.findings)
    last = report.last_run
    if last is None:
        output.line("nothing was joined, and no run is kept")
        return
    commit = last.revision.commit[:9]
    output.line(f"joined {plural(report.shards, 'shard')} of commit {commit}")
    output.line(counted_outcomes(last, [test.id for test in report.held]))
    for line in quarantine_lines(report.held):
        output.line(line)
    if report.has_coverage:
        output.line("coverage is not known: each shard measured its own tests")
    output.line(f"record {report.path}")


def _data(report: MergeReport) -> dict[str, Any]:
    """What was joined, as data."""
    from suiteloom.cli.reports import outcome_counts

    last = report.last_run
    outcomes = last.outcomes() if last else {}
    held = [test.id for test in report.held]
    counts = outcome_counts(last, held) if last else {}
    return {
        "passed": report.passed,
        "joined": last is not None,
        "shards": report.shards,
        "environments": list(last.environments) if last else [],
        "counts": dict(sorted(counts.items())),
        "outcomes": dict(sorted(outcomes.items())),
        "quarantined": quarantine_data(report.held),
        "findings": [asdict(finding) for finding in report.findings],
        "record": report.path or None,
    }
