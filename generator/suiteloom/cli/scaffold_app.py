"""The verbs that begin something: `init` and `new`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from suiteloom.cli.asking import agrees, can_ask
from suiteloom.cli.options import DebugOption, FormatOption
from suiteloom.cli.output import Output, plural
from suiteloom.errors import RefusedError, UsageError
from suiteloom.model import FileChange, Finding

if TYPE_CHECKING:
    from suiteloom.workflows.init import InitPlan
    from suiteloom.workflows.lacking import Lacking
    from suiteloom.workflows.pytest_lines import SettingsLine

__all__ = ["init"]


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder; it need not exist.")
    ] = Path(),
    *,
    name: Annotated[
        str, typer.Option("--name", help="Name of the project. [default: the folder's]")
    ] = "",
    ci: Annotated[
        Literal["both", "github", "gitlab", "none"],
        typer.Option("--ci", help="Which CI runs the suites."),
    ] = "both",
    review: Annotated[
        bool,
        typer.Option(
            "--review", help="CI comments on pull and merge requests; may come later."
        ),
    ] = False,
    shards: Annotated[
        int,
        typer.Option(
            "--shards",
            min=1,
            max=200,
            metavar="N",
            help="How many jobs of CI share the tests.",
        ),
    ] = 2,
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Write beside files that exist, without asking."),
    ] = False,
    diff: Annotated[
        bool,
        typer.Option("--diff", help="Write nothing; show what files that exist lack."),
    ] = False,
    template: Annotated[
        str,
        typer.Option(
            "--template", metavar="SOURCE", help="A Copier template: folder or git."
        ),
    ] = "",
    ref: Annotated[
        str,
        typer.Option("--ref", metavar="TAG", help="Version of that template."),
    ] = "",
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Make a project with one sample domain, CI and pre-commit configuration.

    Example: suiteloom init shop
    """
    from suiteloom.workflows.init import InitOptions, plan_init, write_init

    output = Output(format)
    options = InitOptions(name, ci, template, ref, review, shards)
    plan = plan_init(folder, options, looks=diff)
    if plan.recovered:
        output.line(plan.recovered, stderr=True)
    if not diff:
        if plan.kept and not keep:
            _confirm(output, plan.created, plan.kept)
        write_init(plan)
    _show(output, plan, looks=diff)
    if plan.created and plan.is_new and not diff and not output.is_json:
        where = "" if folder == Path() else f" in {folder}"
        output.line(f"next: `suiteloom build`{where}", stderr=True)


def _show(output: Output, plan: InitPlan, *, looks: bool) -> None:
    """Show what was written, or would be."""
    if output.is_json:
        paths = {
            "created": [change.path for change in plan.created],
            "kept": [change.path for change in plan.kept],
            "unchanged": list(plan.unchanged),
        }
        lines = {path: _as_data(parts) for path, parts in _lacking(plan)}
        data = {"written": not looks, **paths, "lacking": lines}
        data["pytest"] = _as_data(plan.pytest_lines)
        output.json("init", {**data, "requirement": plan.requirement or None})
        return
    verb = "would create" if looks else "created"
    for change in plan.created:
        output.line(f"{verb} {change.path}")
    for change in plan.kept:
        output.line(f"kept    {change.path}, which is not as the template has it")
    if not plan.created:
        output.line(
            f"nothing to write: {plural(len(plan.unchanged), 'file')} unchanged"
        )
    for path, parts in _lacking(plan):
        _show_lacking(output, path, parts)
    _show_pytest_lines(output, plan)
    asking = _asking(plan)
    if asking and not looks:
        output.line(
            f"{', '.join(asking)}: write where others install suiteloom from; this one came"
            " from a folder of this machine",
            stderr=True,
        )
    if plan.ignored:
        output.line(
            "git ignores generated/, but suites hold people's code: see .gitignore",
            stderr=True,
        )


def _asking(plan: InitPlan) -> list[str]:
    """The files that are written and ask where others install suiteloom from."""
    from suiteloom.scaffold.origin import UNKNOWN

    mark = UNKNOWN.encode()
    return [change.path for change in plan.created if mark in (change.after or b"")]


def _show_lacking(output: Output, path: str, parts: Sequence[Lacking]) -> None:
    """Show the lines to append to a file that is kept; it lacks none of some files."""
    for part in parts:
        where = f", to be put below `{part.below}`" if part.below else ""
        head = f"lines of the template that {path} lacks{where}:"
        output.line(head, stderr=True)
        for line in part.lines:
            output.line(f"    {line}", "green", stderr=True)


def _show_pytest_lines(output: Output, plan: InitPlan) -> None:
    """Show each setting of pytest as it has to be, and where."""
    for setting in plan.pytest_lines:
        output.line(
            f"pytest {setting.why}; in [{setting.section}] of {setting.path} write, in"
            f" place of any {setting.key}:",
            stderr=True,
        )
        output.line(f"    {setting.line}", "green", stderr=True)


def _lacking(plan: InitPlan) -> list[tuple[str, tuple[Lacking, ...]]]:
    """What each file that stays as it is lacks, by path."""
    from suiteloom.workflows.lacking import Lacking, lacking

    found = [
        (change.path, lacking(change.path, change.before or b"", change.after or b""))
        for change in plan.kept
    ]
    return found + [(path, (Lacking("", lines),)) for path, lines in plan.settings]


def _as_data(items: Sequence[Lacking | SettingsLine]) -> list[dict[str, object]]:
    return [asdict(item) for item in items]


def _confirm(
    output: Output, created: tuple[FileChange, ...], kept: tuple[FileChange, ...]
) -> None:
    """Ask whether to write beside files that exist; refuse where nobody can answer."""
    if not can_ask(output):
        message = "exists and is not as the template has it"
        hint = "`--keep` leaves it as it is and writes the rest, `--diff` shows it"
        raise RefusedError(
            tuple(
                Finding("SF101", "error", message, change.path, hint=hint)
                for change in kept
            )
        )
    names = ", ".join(change.path for change in kept)
    output.line(f"these files exist and stay as they are: {names}", stderr=True)
    if not agrees(f"Write the other {plural(len(created), 'file')}?"):
        raise UsageError("nothing was written", hint="--diff shows the differences")
