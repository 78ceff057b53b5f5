"""The verbs that insert something into specs: `ids` and `add`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from suiteloom.cli.completion import (
    complete_domain,
    complete_goal,
    complete_group,
    complete_segment,
)
from suiteloom.cli.opening import open_settled
from suiteloom.cli.options import (
    HERE,
    DebugOption,
    DomainsArgument,
    FormatOption,
    ProjectOption,
)
from suiteloom.cli.output import Output, plural

if TYPE_CHECKING:
    from suiteloom.workflows.ids import IdsReport

__all__ = ["add", "ids"]


def ids(
    domains: DomainsArgument = None,
    *,
    write: Annotated[
        bool, typer.Option("--write", help="Write the ids into the specs.")
    ] = False,
    prefix: Annotated[
        str,
        typer.Option("--prefix", help="Prefix for a domain without any id."),
    ] = "",
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """List the tests that have no id; with --write, give them one.

    Example: suiteloom ids --write
    """
    from suiteloom.workflows.ids import ids as run_ids

    output = Output(format)
    workspace = open_settled(project, output, writes=write)
    report = run_ids(workspace, domains or [], prefix=prefix, write=write)
    _show_ids(output, report, written=write)
    if report.missing and not write:
        raise typer.Exit(1)


def _show_ids(output: Output, report: IdsReport, *, written: bool) -> None:
    """Show which tests have got an id, or would get one."""
    paths = [change.path for change in report.changes]
    if output.is_json:
        data = {
            "written": written and bool(paths),
            "files": paths,
            "missing": [asdict(item) for item in report.missing],
        }
        output.json("ids", data)
        return
    for item in report.missing:
        known = f", as in {item.known_at}" if item.known_at else ""
        output.line(
            f"{item.path}:{item.line}:{item.column}: {item.id} {item.name}{known}"
        )
    count = plural(len(report.missing), "test")
    if not report.missing:
        output.line("every test has an id")
    elif written:
        output.line(f"{plural(len(paths), 'file')} written: ids for {count}")
    else:
        output.line(f"{count} without an id; `suiteloom ids --write` writes these")


def add(
    domain: Annotated[
        str,
        typer.Argument(
            metavar="DOMAIN", help="Its domain.", autocompletion=complete_domain
        ),
    ],
    group: Annotated[
        str,
        typer.Argument(
            metavar="GROUP",
            help="The title of its group.",
            autocompletion=complete_group,
        ),
    ],
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Its name; starts with test_.")
    ],
    *,
    summary: Annotated[
        str, typer.Option("--summary", metavar="TEXT", help="What holds.")
    ],
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="positive (default), negative, edge, recovery; repeatable.",
        ),
    ] = None,
    identity: Annotated[
        str, typer.Option("--id", metavar="ID", help="Its id; by default the next one.")
    ] = "",
    is_async: Annotated[
        bool, typer.Option("--async", help="A coroutine function.")
    ] = False,
    given: Annotated[
        list[str] | None,
        typer.Option("--given", metavar="TEXT", help="What there is; repeatable."),
    ] = None,
    when: Annotated[
        list[str] | None,
        typer.Option("--when", metavar="TEXT", help="What happens; repeatable."),
    ] = None,
    then: Annotated[
        list[str] | None,
        typer.Option("--then", metavar="TEXT", help="What holds; repeatable."),
    ] = None,
    value_impact: Annotated[
        str, typer.Option("--value-impact", metavar="TEXT", help="Who gains what.")
    ] = "",
    strategic_impact: Annotated[
        str,
        typer.Option("--strategic-impact", metavar="TEXT", help="Why that matters."),
    ] = "",
    segment: Annotated[
        list[str] | None,
        typer.Option(
            "--segment",
            metavar="NAME",
            help="Who gains; repeatable.",
            autocompletion=complete_segment,
        ),
    ] = None,
    goal: Annotated[
        str,
        typer.Option(
            "--goal",
            metavar="NAME",
            help="A configured goal.",
            autocompletion=complete_goal,
        ),
    ] = "",
    new_group: Annotated[
        bool, typer.Option("--new-group", help="Append the group to the spec, too.")
    ] = False,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Append a test to a group of a spec and write its suite, in one step.

    Example: suiteloom add shop Payment test_refund --summary "A refund reaches the card."
    """
    from suiteloom.cli.reports import show_plan
    from suiteloom.model import Bvj
    from suiteloom.workflows.add import NewTest
    from suiteloom.workflows.add import add as run_add

    output = Output(format)
    test = NewTest(
        name=name,
        summary=summary,
        kinds=tuple(kind or ["positive"]),
        id=identity,
        is_async=is_async,
        given=tuple(given or ()),
        when=tuple(when or ()),
        then=tuple(then or ()),
        bvj=Bvj(tuple(segment or ()), goal, value_impact, strategic_impact),
    )
    workspace = open_settled(project, output, writes=True)
    added = run_add(workspace, domain, group, test, new_group=new_group)
    talk = output.is_json
    output.line(f"{added.path}:{added.line}: {added.id} {name}", stderr=talk)
    for note in added.notes:
        output.line(f"{added.path}: {note}", stderr=talk)
    show_plan(output, added.plan, written=True)
