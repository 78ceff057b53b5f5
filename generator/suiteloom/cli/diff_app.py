"""The verb `diff`."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from suiteloom.cli.options import HERE, DebugOption, ProjectOption
from suiteloom.cli.output import Output

__all__ = ["diff"]

DiffFormat = Literal["text", "json", "markdown", "github"]


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
    debug: DebugOption = False,
) -> None:
    """Say what a change means for the tests: decisions, losses, and the rest.

    Example: suiteloom diff main
    """
    from suiteloom.cli import comparisons
    from suiteloom.workflows.diff import diff as run_diff
    from suiteloom.workflows.diff import needs_decision
    from suiteloom.workflows.project import open_workspace

    workspace = open_workspace(project)
    comparison = run_diff(workspace, revisions)
    output = Output("json" if format == "json" else "text")
    if format == "json":
        output.json("diff", comparisons.comparison_data(comparison))
    elif format == "markdown":
        policy = workspace.config.comment
        sys.stdout.write(comparisons.comparison_markdown(comparison, policy))
    elif format == "github":
        sys.stdout.write(comparisons.comparison_annotations(comparison))
    else:
        comparisons.show_comparison(output, comparison)
    if exit_code and needs_decision(comparison):
        raise typer.Exit(1)
