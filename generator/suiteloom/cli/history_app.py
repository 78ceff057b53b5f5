"""The verbs that ask what is remembered of runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from suiteloom.cli.completion import complete_id
from suiteloom.cli.options import (
    HERE,
    DebugOption,
    FormatOption,
    HistoryOption,
    ProjectOption,
)
from suiteloom.cli.output import Output, plural

__all__ = ["app", "compare", "flaky", "slow"]

_SHOW = "show"

LastOption = Annotated[
    int, typer.Option("--last", min=1, metavar="N", help="Only the newest N runs.")
]
BranchOption = Annotated[
    str | None,
    typer.Option(
        "--branch",
        metavar="NAME",
        help="Runs of this branch; the newest run's if not given.",
    ),
]


class _ShowsByDefault(TyperGroup):
    """A group whose first word may be an id: then it is shown."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the name of the command in front where none is given."""
        if not args or args[0] not in {*self.commands, *ctx.help_option_names}:
            args = [_SHOW, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_ShowsByDefault,
    help="What is remembered of runs: all of them, or one test's with its ID.\n\n"
    "Example: suiteloom history SU-001",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command(_SHOW)
def _show(
    identity: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]", help="The id of a test.", autocompletion=complete_id
        ),
    ] = None,
    *,
    last: LastOption = 40,
    history: HistoryOption = None,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Show the runs that are remembered, or what is remembered of one test.

    Example: suiteloom history SU-001
    """
    from suiteloom.cli.histories import show_runs, show_test
    from suiteloom.workflows.history.overview import history_of, history_of_test
    from suiteloom.workflows.project import open_workspace

    output = Output(format)
    workspace = open_workspace(project)
    if identity is None:
        show_runs(output, history_of(workspace, history), last)
    else:
        show_test(output, history_of_test(workspace, identity, history), last)


@app.command()
def accept(
    identities: Annotated[
        list[str],
        typer.Argument(
            metavar="ID", help="The id of a test.", autocompletion=complete_id
        ),
    ],
    *,
    branch: BranchOption = None,
    history: HistoryOption = None,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Accept what tests take now: `slow` compares with that from here on.

    Example: suiteloom history accept SU-001 SU-007
    """
    from suiteloom.cli.history_verdicts import show_accepted
    from suiteloom.workflows.history.slower import accept_levels
    from suiteloom.workflows.project import open_workspace

    workspace = open_workspace(project)
    done = accept_levels(workspace, identities, branch, history)
    show_accepted(Output(format), done)


@app.command("export")
def export_runs(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Where to; - is standard output.")
    ] = "-",
    *,
    history: HistoryOption = None,
    project: ProjectOption = HERE,
    debug: DebugOption = False,
) -> None:
    """Write every run as a line of JSON, for `history import` elsewhere.

    Example: suiteloom history export runs.jsonl
    """
    from suiteloom.workflows.history.exchange import exported_lines, write_lines
    from suiteloom.workflows.project import open_workspace

    lines = exported_lines(open_workspace(project), history)
    if file == "-":
        sys.stdout.writelines(lines)
    else:
        write_lines(Path(file), lines)
        Output().line(f"written to {file}", stderr=True)


@app.command("import")
def import_runs(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="What `history export` wrote."),
    ],
    *,
    history: HistoryOption = None,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Take in runs that `history export` wrote; those that are here already stay as they are.

    Example: suiteloom history import runs.jsonl
    """
    from suiteloom.workflows.history.exchange import import_history
    from suiteloom.workflows.project import open_workspace

    output = Output(format)
    done = import_history(open_workspace(project), files, history)
    if output.is_json:
        data = {"path": done.path, "added": done.added, "known": done.known}
        output.json("history-import", data)
        return
    added = plural(done.added, "run")
    output.line(f"{added} added to {done.path}, {done.known:,} known already")


def flaky(
    *,
    last: LastOption = 100,
    history: HistoryOption = None,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Name tests that ended differently on the same commit; exit 1 if there is one.

    Example: suiteloom flaky --last 60
    """
    from suiteloom.cli.history_verdicts import show_flaky
    from suiteloom.workflows.history.flakes import find_flakes
    from suiteloom.workflows.project import open_workspace

    report = find_flakes(open_workspace(project), last, history)
    show_flaky(Output(format), report)
    if report.flakiness.flaky:
        raise typer.Exit(1)


def slow(
    *,
    branch: BranchOption = None,
    history: HistoryOption = None,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Name tests that take longer than what is accepted; exit 1 if there is one.

    Example: suiteloom slow --branch main
    """
    from suiteloom.cli.history_verdicts import show_slow
    from suiteloom.workflows.history.slower import find_slower
    from suiteloom.workflows.project import open_workspace

    report = find_slower(open_workspace(project), branch, history)
    show_slow(Output(format), report)
    if any(part.speeds.slower for part in report.parts):
        raise typer.Exit(1)


def compare(
    before: Annotated[
        str,
        typer.Argument(metavar="RUN", help="A run: its number, a commit, or `last`."),
    ],
    after: Annotated[str, typer.Argument(metavar="RUN", help="The other, likewise.")],
    *,
    history: HistoryOption = None,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Compare two runs, test by test; exit 1 if a test passes no more.

    Example: suiteloom compare 41 last
    """
    from suiteloom.cli.history_verdicts import show_comparison
    from suiteloom.workflows.history.comparing import compare_runs
    from suiteloom.workflows.project import open_workspace

    report = compare_runs(open_workspace(project), before, after, history)
    show_comparison(Output(format), report)
    if report.changes.lost:
        raise typer.Exit(1)
