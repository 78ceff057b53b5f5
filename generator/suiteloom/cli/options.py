"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from suiteloom.cli.completion import complete_domain, complete_id
from suiteloom.cli.output import Format

__all__ = [
    "HERE",
    "AllowMissingHostOption",
    "AlsoOption",
    "BaseOption",
    "DebugOption",
    "DomainsArgument",
    "EnvironmentOption",
    "FastFailOption",
    "FormatOption",
    "HistoryOption",
    "IdArgument",
    "JunitSplitOption",
    "NoCoverageOption",
    "ParallelOption",
    "ProjectOption",
    "ReportFolderOption",
    "SelectOption",
    "ShardOption",
    "TxOption",
    "WorkersOption",
]

ProjectOption = Annotated[
    Path,
    typer.Option("--project", metavar="DIR", help="The project, or a folder in it."),
]
FormatOption = Annotated[
    Format, typer.Option("--format", help="How to print the result.", show_default=True)
]
DebugOption = Annotated[
    bool, typer.Option("--debug", help="Show where an error comes from.")
]
DomainsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="DOMAIN", help="All if none is named.", autocompletion=complete_domain
    ),
]
IdArgument = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="The id of the test.", autocompletion=complete_id
    ),
]
EnvironmentOption = Annotated[
    Literal["test", "dev", "staging", "prod", "all"] | None,
    typer.Option(
        "--env",
        metavar="NAME",
        help="Run in test, dev, staging or prod; all is each in turn.",
    ),
]
ParallelOption = Annotated[
    bool | None,
    typer.Option(
        "--parallel/--no-parallel",
        help="Run in as many processes as there are cores, or in one.",
        show_default=False,
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option("--workers", min=1, metavar="N", help="Run in N processes."),
]
FastFailOption = Annotated[
    bool, typer.Option("--fast-fail", help="Stop at the first failure.")
]
NoCoverageOption = Annotated[
    bool, typer.Option("--no-coverage", help="Do not measure coverage.")
]
TxOption = Annotated[
    list[str] | None,
    typer.Option(
        "--tx",
        metavar="SPEC",
        help="Run on another machine: ssh=HOST//chdir=DIR.",
    ),
]
AllowMissingHostOption = Annotated[
    bool,
    typer.Option(
        "--allow-missing-host", help="Go on without those that are not reached."
    ),
]
AlsoOption = Annotated[
    list[str] | None,
    typer.Option(
        "--also", metavar="FORMAT=FILE", help="Write the result to a file as well."
    ),
]
JunitSplitOption = Annotated[
    int | None,
    typer.Option(
        "--junit-split",
        min=1,
        metavar="N",
        help="Write JUnit XML as files of at most N tests.",
    ),
]
SelectOption = Annotated[
    str,
    typer.Option(
        "--select",
        metavar="EXPR",
        help="Only tests that it means: 'domain:shop and not state:pending'.",
    ),
]
ShardOption = Annotated[
    str,
    typer.Option(
        "--shard",
        metavar="K/N",
        help="Only the Kth of N shares; auto asks the CI which.",
    ),
]
BaseOption = Annotated[
    str,
    typer.Option(
        "--base",
        metavar="REF",
        help="What state:new, :moved, :respecified … of --select are compared with.",
    ),
]
HistoryOption = Annotated[
    Path | None,
    typer.Option(
        "--history",
        metavar="FILE",
        help="The history of runs, in the place of the project's own.",
    ),
]
ReportFolderOption = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="DIR",
        help="Write the report there, in each of its forms.",
    ),
]
HERE = Path()
