"""The verbs `templates eject` and `templates check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from suiteloom.cli.opening import open_settled
from suiteloom.cli.options import HERE, DebugOption, FormatOption, ProjectOption
from suiteloom.cli.output import Output, plural

if TYPE_CHECKING:
    from suiteloom.workflows.eject import Ejected, PackReport

__all__ = ["app"]

_RECORDS = frozenset({"suite", "group", "test"})

app = typer.Typer(
    help="Suite templates of a project's own: copy the built-in ones, check a pack.\n\n"
    "Example: suiteloom templates eject",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def eject(
    folder: Annotated[
        str, typer.Argument(metavar="FOLDER", help="Where to, in the project.")
    ] = "suite_templates",
    *,
    kind: Annotated[
        Literal["suite", "project"],
        typer.Option(
            "--kind", help="project: that of `suiteloom init`; FOLDER may be anywhere."
        ),
    ] = "suite",
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Copy the built-in suite templates into the project, to be edited there.

    Example: suiteloom templates eject suite_templates
    """
    from suiteloom.workflows.eject import eject as run_eject
    from suiteloom.workflows.eject import eject_project

    output = Output(format)
    if kind == "project":
        _show_ejected(output, eject_project(Path(folder)))
        return
    workspace = open_settled(project, output)
    _show_ejected(output, run_eject(workspace, folder))


def _show_ejected(output: Output, done: Ejected) -> None:
    if output.is_json:
        data = {
            "folder": done.folder,
            "written": list(done.written),
            "configured": done.configured,
            "line": done.line,
            "is_set": done.is_set,
        }
        output.json("templates-eject", data)
        return
    for path in done.written:
        output.line(f"{path} written", "green")
    if not done.written:
        output.line(f"{done.folder} holds the built-in templates already")
    if done.configured:
        output.line(f"{done.configured} now says {done.line}", "green")
    elif not done.is_set:
        output.line(f"to use them, let the configuration say {done.line}")


@app.command()
def check(
    folder: Annotated[
        str,
        typer.Argument(
            metavar="FOLDER", help="The pack; the configured one if none is named."
        ),
    ] = "",
    *,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Check a pack as every run does, and say what it consists of; write nothing.

    Example: suiteloom templates check suite_templates
    """
    from suiteloom.workflows.eject import check_pack
    from suiteloom.workflows.project import open_workspace

    report = check_pack(open_workspace(project), folder)
    _show_pack(Output(format), report)


def _show_pack(output: Output, report: PackReport) -> None:
    if output.is_json:
        data = {
            "folder": report.folder,
            "templates": list(report.templates),
            "used": {name: list(used) for name, used in report.used.items()},
        }
        output.json("templates-check", data)
        return
    name = report.folder or "the built-in pack"
    output.line(f"{name}: {plural(len(report.templates), 'template')}, no faults")
    for template in report.templates:
        used = [item for item in report.used.get(template, ()) if item not in _RECORDS]
        output.line(f"  {template}{': ' if used else ''}{', '.join(used)}")
