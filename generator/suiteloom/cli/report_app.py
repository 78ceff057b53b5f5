"""The verb `report`: arguments in, the report computed, shown or written."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from suiteloom.cli.besides import write_text
from suiteloom.cli.options import (
    HERE,
    DebugOption,
    DomainsArgument,
    HistoryOption,
    ProjectOption,
)
from suiteloom.cli.output import Output, json_text

if TYPE_CHECKING:
    from suiteloom.model.report import Report
    from suiteloom.workflows.build import BuildReport
    from suiteloom.workflows.project import Workspace

__all__ = ["FORMS", "report", "report_data", "report_text", "write_reports"]

ReportFormat = Literal["markdown", "html", "json"]

FORMS = {"markdown": "report.md", "html": "report.html", "json": "report.json"}
"""What each form is called in a folder."""


def report(
    domains: DomainsArgument = None,
    *,
    run: Annotated[
        str,
        typer.Option(
            "--run",
            metavar="RUN",
            help="A remembered run: its number, `last`, or a commit.",
        ),
    ] = "",
    file: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write it there."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder", metavar="DIR", help="Write it there in each of its forms."
        ),
    ] = None,
    history: HistoryOption = None,
    project: ProjectOption = HERE,
    format: Annotated[
        ReportFormat, typer.Option("--format", help="How to write the report.")
    ] = "markdown",
    debug: DebugOption = False,
) -> None:
    """Write the report: what is specified, shown, at risk and open, all of it computed.

    Example: suiteloom report -o report.md
    """
    from suiteloom.workflows.project import open_workspace
    from suiteloom.workflows.report import report as compute

    workspace = open_workspace(project)
    found = compute(workspace, domains or (), run=run, history=history)
    if file is not None:
        write_text(file, report_text(found, format))
        Output().line(f"{file} written", stderr=True)
    if folder is not None:
        _write_forms(found, folder)
    if file is None and folder is None:
        sys.stdout.write(report_text(found, format))


def report_text(found: Report, form: str) -> str:
    """A report in one of its forms.

    Args:
        found: The report.
        form: ``json``, ``html`` or ``markdown``.
    """
    if form == "json":
        return json_text("report", report_data(found))
    if form == "html":
        from suiteloom.cli.report_html import report_page

        return report_page(report_data(found))
    from suiteloom.cli.report_markdown import report_markdown

    return report_markdown(found)


def report_data(found: Report) -> dict[str, Any]:
    """A report as data: what every number in its other forms is the path of."""
    return asdict(found)


def write_reports(
    workspace: Workspace,
    domains: Sequence[str],
    built: BuildReport,
    folder: Path,
    history: Path | None,
) -> None:
    """Write the report of a build in each of its forms.

    Args:
        workspace: The project.
        domains: Which were built; none means all.
        built: What was just built; the report is of its run.
        folder: Where to write; is made if it is not there.
        history: The history, if a person named one.

    Raises:
        OSError: If a file can not be written.
    """
    from suiteloom.workflows.report import report as compute

    found = compute(
        workspace,
        domains,
        history=history,
        project=built.check.project,
        judged=built.check.compliance,
        last=built.run.last_run,
    )
    _write_forms(found, folder)


def _write_forms(found: Report, folder: Path) -> None:
    """Write a report into a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for form, name in FORMS.items():
        write_text(folder / name, report_text(found, form))
    Output().line(f"report written to {folder}", stderr=True)
