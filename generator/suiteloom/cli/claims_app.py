"""The verb `claims`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from suiteloom.cli.opening import open_settled
from suiteloom.cli.options import HERE, DebugOption, ProjectOption
from suiteloom.cli.output import Output

__all__ = ["claims"]

ClaimsFormat = Literal["text", "json", "github"]


def claims(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE",
            help="Documents and folders; those of the configuration if none is named.",
        ),
    ] = None,
    *,
    write: Annotated[
        bool, typer.Option("--write", help="Replace the digits of wrong numbers.")
    ] = False,
    suggest: Annotated[
        bool,
        typer.Option(
            "--suggest", help="Look for numbers that have no marker; write nothing."
        ),
    ] = False,
    project: ProjectOption = HERE,
    format: Annotated[
        ClaimsFormat, typer.Option("--format", help="How to print the result.")
    ] = "text",
    debug: DebugOption = False,
) -> None:
    """Hold the marked numbers of documents against what is computed.

    Example: suiteloom claims README.md --write
    """
    from suiteloom.cli.claim_sources import claim_sources
    from suiteloom.cli.claims_shown import show_claims, show_suggestions
    from suiteloom.errors import UsageError
    from suiteloom.workflows.claims import check_claims, find_documents
    from suiteloom.workflows.claims import suggest as look_for

    if write and suggest:
        hint = "`--suggest` shows the markers to put there; `--write` corrects marked numbers"
        raise UsageError("--suggest and --write can not be together", hint=hint)
    output = Output("json" if format == "json" else "text")
    workspace = open_settled(project, output, writes=write)
    paths = find_documents(workspace, files or ())
    sources = claim_sources(workspace)
    if suggest:
        found = look_for(workspace, paths, sources)
        show_suggestions(output, found, format, workspace.root)
        if found.exit_code:
            raise typer.Exit(found.exit_code)
        return
    report = check_claims(workspace, paths, sources, writes=write)
    show_claims(output, report, format, workspace.root)
    if report.exit_code:
        raise typer.Exit(report.exit_code)
