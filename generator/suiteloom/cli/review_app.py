"""The verb `review`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suiteloom.cli.asking import can_ask
from suiteloom.cli.completion import complete_orphan, complete_suspect_id
from suiteloom.cli.opening import open_settled
from suiteloom.cli.options import (
    HERE,
    DebugOption,
    DomainsArgument,
    FormatOption,
    ProjectOption,
)
from suiteloom.cli.output import Output
from suiteloom.cli.review_screen import DONE
from suiteloom.errors import UsageError

if TYPE_CHECKING:
    from suiteloom.workflows.project import Workspace
    from suiteloom.workflows.review import Decision, Settled, Undecided, View

__all__ = ["review"]


def review(
    domains: DomainsArgument = None,
    *,
    only_list: Annotated[
        bool, typer.Option("--list", help="Name what is to be decided; ask nothing.")
    ] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept",
            metavar="ID",
            help="Of a suspect: its body does what it must do. Of an edit: it goes into the "
            "spec. May be repeated, like the two below.",
            autocompletion=complete_suspect_id,
        ),
    ] = None,
    restore: Annotated[
        list[str] | None,
        typer.Option("--restore", metavar="ID", help="Put back what the spec says."),
    ] = None,
    prune: Annotated[
        list[str] | None,
        typer.Option(
            "--prune",
            metavar="ID",
            help="Remove an orphan for good.",
            autocompletion=complete_orphan,
        ),
    ] = None,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Decide about suspects, orphans and edited units, one after the other.

    Exits 1 as long as something is left to decide.

    Example: suiteloom review
    """
    from suiteloom.workflows.review import find_undecided, look, named

    asked: dict[Decision, list[str]] = {
        "restore": restore or [],
        "prune": prune or [],
        "accept": accept or [],
    }
    decides = any(asked.values())
    if only_list and decides:
        raise UsageError("--list decides nothing: leave it out, or the ids")
    output = Output(format)
    workspace = open_settled(project, output, writes=not only_list)
    found = find_undecided(workspace, domains or ())
    if not decides and not only_list and found and can_ask(output):
        from suiteloom.cli.review_screen import Session

        raise typer.Exit(Session(workspace, output, found, domains or ()).run())
    done: list[Settled] = []
    if decides:
        chosen = {name: named(found, ids, name) for name, ids in asked.items()}
        _check_apart(chosen)
        for decision, units in chosen.items():
            done += _carried_out(workspace, output, decision, units)
        found = find_undecided(workspace, domains or ())
    views = look(workspace, found)
    if output.is_json:
        output.json("review", _data(done, views))
    else:
        _show(output, views)
    if found:
        raise typer.Exit(1)


def _check_apart(chosen: dict[Decision, tuple[Undecided, ...]]) -> None:
    """Make sure that no unit is to be decided in two ways."""
    seen: dict[str, str] = {}
    for decision, units in chosen.items():
        for one in units:
            if one.id in seen:
                raise UsageError(
                    f"{one.id} is named for --{seen[one.id]} and for --{decision}"
                )
            seen[one.id] = decision


def _carried_out(
    workspace: Workspace,
    output: Output,
    decision: Decision,
    units: tuple[Undecided, ...],
) -> list[Settled]:
    """Carry out one decision, and say what was done as soon as it is."""
    from suiteloom.workflows.review import settle

    done = []
    for one in settle(workspace, decision, units):
        done.append(one)
        if not output.is_json:
            ids = ", ".join(unit.id for unit in one.units)
            output.line(f"{DONE[decision]} {ids}")
    return done


def _show(output: Output, views: tuple[View, ...]) -> None:
    """Name what is to be decided, with the commands that do it."""
    from suiteloom.cli.comparison_parts import field_lines

    if not views:
        output.line("nothing to decide")
        return
    output.line(f"to decide: {len(views):,}", "bold yellow")
    for view in views:
        one = view.one
        money = f" (${one.revenue_usd:,} a year)" if one.revenue_usd else ""
        output.line(f"  {one.id} {one.name}: {one.kind}, {one.domain}{money}")
        if not view.is_known:
            output.line("    what its body was compared with is not in git's history")
        lines = [line for field in view.fields for line in field_lines(field)]
        for line in (*lines, *(f"  {line}" for line in view.edit)):
            output.line(f"  {line}".rstrip())
        output.line(f"    {view.suite}")
        for command in _commands(view).values():
            output.line(f"    {command}")


def _commands(view: View) -> dict[str, str]:
    """The command of each decision that can be made."""
    return {name: f"suiteloom review --{name} {view.one.id}" for name in view.decisions}


def _data(done: list[Settled], views: tuple[View, ...]) -> dict[str, Any]:
    """A review as data."""
    return {
        "decided": [
            {
                "decision": one.decision,
                "ids": [unit.id for unit in one.units],
                "files": [change.path for change in one.changes],
            }
            for one in done
        ],
        "undecided": [
            {
                **asdict(view.one),
                "suite": asdict(view.suite),
                "text": view.text,
                "asks": {field.name: list(field.new) for field in view.asks},
                "fields": [
                    {"name": f.name, "old": list(f.old), "new": list(f.new)}
                    for f in view.fields
                ],
                "is_known": view.is_known,
                "edit": list(view.edit),
                "obstacle": view.obstacle,
                "commands": _commands(view),
            }
            for view in views
        ],
    }
