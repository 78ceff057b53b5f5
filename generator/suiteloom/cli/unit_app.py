"""The verbs that work on tests by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from suiteloom.cli.asking import agrees, can_ask
from suiteloom.cli.completion import (
    complete_id_or_prefix,
    complete_orphan,
    complete_suspect,
)
from suiteloom.cli.opening import open_settled
from suiteloom.cli.options import (
    HERE,
    DebugOption,
    FormatOption,
    IdArgument,
    ProjectOption,
)
from suiteloom.cli.output import Output, plural
from suiteloom.errors import RefusedError, UsageError
from suiteloom.model import Finding, Place, Plan

if TYPE_CHECKING:
    from suiteloom.workflows.project import Workspace

__all__ = ["absorb", "accept", "prune", "rename", "renumber"]

_MOST = 10
"""How many suspect tests are listed above the question about all of them."""


def rename(
    identity: IdArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its new name.")],
    *,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Rename a test in its spec and its suite, in one step.

    Example: suiteloom rename SU-001 test_dependency_order
    """
    from suiteloom.cli.reports import show_plan
    from suiteloom.workflows.respec import rename as run_rename

    output = Output(format)
    plan = run_rename(open_settled(project, output), identity, name)
    show_plan(output, plan, written=True)


def renumber(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help="An id, or a prefix: AB-.",
            autocompletion=complete_id_or_prefix,
        ),
    ],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help="What takes its place, likewise.")
    ],
    *,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show what would change.")
    ] = False,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Give a test another id, or all ids another prefix, in specs and suites at once.

    Example: suiteloom renumber AB-001 CD-001
    """
    from suiteloom.cli.reports import show_changes, show_plan
    from suiteloom.workflows.renumber import renumber as run_renumber

    output = Output(format)
    workspace = open_settled(project, output, writes=not diff)
    plan = run_renumber(workspace, old, new, write=not diff)
    if diff and not output.is_json:
        show_changes(output, plan.changes)
    else:
        show_plan(output, plan, written=not diff)


def absorb(
    identity: IdArgument,
    *,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Take an edit of a test's name or docstring into its spec.

    Example: suiteloom absorb SU-001
    """
    from suiteloom.cli.reports import show_plan
    from suiteloom.workflows.respec import absorb as run_absorb

    output = Output(format)
    plan = run_absorb(open_settled(project, output), identity)
    show_plan(output, plan, written=True)


def accept(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID|DOMAIN",
            help="Suspect tests, or domains, for theirs.",
            autocompletion=complete_suspect,
        ),
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Every suspect test of the project; asks.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask before all are accepted.")
    ] = False,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Say that suspect tests were looked at: their bodies do what they must do now.

    Example: suiteloom accept SU-001 SU-007
    """
    from suiteloom.cli.reports import show_plan
    from suiteloom.workflows.accept import accept as run_accept

    if bool(names) is everything:
        raise UsageError(
            "ids and --all are given, of which one is enough"
            if everything
            else "no test is named that was looked at",
            hint="`suiteloom check` names the suspect tests",
        )
    output = Output(format)
    workspace = open_settled(project, output)
    chosen = list(names or ())
    if everything:
        chosen = _all_suspects(workspace, output, yes=yes)
    plan = run_accept(workspace, chosen) if chosen else Plan((), (), (), 0)
    show_plan(output, plan, written=True)


def _all_suspects(workspace: Workspace, output: Output, *, yes: bool) -> list[str]:
    """The ids of every suspect test, once a person has agreed.

    Raises:
        RefusedError: If nobody is there to be asked.
        UsageError: If the answer is no.
    """
    from suiteloom.workflows.accept import suspects

    found = suspects(workspace)
    ids = [action.id for action in found]
    if yes or not ids:
        return ids
    if not can_ask(output):
        hint = "`--yes` says that all were looked at; or name those that were"
        raise RefusedError(
            tuple(
                Finding(
                    "ST311",
                    "error",
                    f"{action.id} is suspect",
                    action.path,
                    action.line,
                    0,
                    hint,
                    action.id,
                )
                for action in found
            )
        )
    for action in found[:_MOST]:
        output.line(f"{Place(action.path, action.line)}: {action.id}", stderr=True)
    if len(found) > _MOST:
        output.line(f"and {len(found) - _MOST:,} more", stderr=True)
    count = plural(len(found), "suspect test")
    if not agrees(f"Was each body of {count} compared with its docstring?"):
        raise UsageError(
            "nothing was written", hint="`suiteloom accept ID` takes one at a time"
        )
    return ids


def prune(
    identities: Annotated[
        list[str],
        typer.Argument(
            metavar="ID", help="The id of an orphan.", autocompletion=complete_orphan
        ),
    ],
    *,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Remove orphans for good: tests whose ids no spec names any more.

    Example: suiteloom prune SU-009
    """
    from suiteloom.cli.reports import show_plan
    from suiteloom.workflows.prune import prune as run_prune

    output = Output(format)
    plan = run_prune(open_settled(project, output), identities)
    show_plan(output, plan, written=True)
