"""The verb `diff`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from suiteloom.cli.besides import read_also, write_also
from suiteloom.cli.options import HERE, AlsoOption, DebugOption, ProjectOption
from suiteloom.cli.output import Output, json_text
from suiteloom.errors import UsageError

__all__ = ["diff"]

DiffFormat = Literal["text", "json", "markdown", "github", "html"]


def diff(
    revisions: Annotated[
        str,
        typer.Argument(
            metavar="BASE...HEAD",
            help="Revisions of git; BASE alone is compared with the work tree.",
        ),
    ] = "",
    *,
    exit_code: Annotated[
        bool,
        typer.Option("--exit-code", help="Exit 1 if something is to be decided."),
    ] = False,
    project: ProjectOption = HERE,
    format: Annotated[
        DiffFormat, typer.Option("--format", help="How to print the result.")
    ] = "text",
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write it to a file."),
    ] = None,
    also: AlsoOption = None,
    debug: DebugOption = False,
) -> None:
    """Say what a change means for the tests: decisions, losses, and the rest.

    Example: suiteloom diff main
    """
    from suiteloom.cli import comparisons
    from suiteloom.workflows.diff import diff as run_diff
    from suiteloom.workflows.diff import needs_decision
    from suiteloom.workflows.project import open_workspace

    files = read_also(also, ("json", "markdown", "github", "html"))
    if out is not None:
        if format == "text":
            raise UsageError(
                "--output needs another --format than text",
                hint="`--format html`, for one",
            )
        files += read_also([f"{format}={out}"], (format,), option="--output")
    workspace = open_workspace(project)
    detailed = "html" in {format, *(form for form, _ in files)}
    comparison = run_diff(workspace, revisions, detailed=detailed)
    policy = workspace.config.comment

    def written(form: str) -> str:
        if form == "json":
            return json_text("diff", comparisons.comparison_data(comparison))
        if form == "markdown":
            return comparisons.comparison_markdown(comparison, policy)
        if form == "html":
            from suiteloom.cli.comparison_page import comparison_page

            return comparison_page(comparison)
        return comparisons.comparison_annotations(comparison)

    write_also(files, written)
    if format == "text":
        comparisons.show_comparison(Output(), comparison)
    elif out is None:
        sys.stdout.write(written(format))
    if exit_code and needs_decision(comparison):
        raise typer.Exit(1)
