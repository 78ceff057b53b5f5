"""Decisions that are carried out, each by itself, and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suiteloom.errors import ConflictError
from suiteloom.model import FileChange, Plan
from suiteloom.store import commit
from suiteloom.workflows.accept import accept
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.prune import prune
from suiteloom.workflows.respec import absorb
from suiteloom.workflows.restore import restore
from suiteloom.workflows.review.undecided import Decision, Undecided

__all__ = ["Settled", "settle", "take_back"]


@dataclass(frozen=True, slots=True)
class Settled:
    """A decision that was carried out.

    Attributes:
        decision: Which.
        units: About which units.
        changes: What it changed in the project's files.
    """

    decision: Decision
    units: tuple[Undecided, ...]
    changes: tuple[FileChange, ...]


def settle(
    workspace: Workspace, decision: Decision, units: Sequence[Undecided]
) -> Iterator[Settled]:
    """Carry out a decision about some units.

    Args:
        workspace: The project.
        decision: Which.
        units: That wait for it.

    Yields:
        What was done, as soon as it is: an edit that is taken into a spec by itself,
        whatever else in one step.

    Raises:
        SuiteloomError: As `accept`, `absorb`, `restore` and `prune` do; what was not
            yielded was not done.
    """
    edits = [one for one in units if one.kind == "edited" and decision == "accept"]
    for one in edits:
        yield _settled(decision, [one], absorb(workspace, one.id))
    rest = [one for one in units if one not in edits]
    if rest:
        verb = {"accept": accept, "restore": restore, "prune": prune}[decision]
        plan = verb(workspace, [one.id for one in rest])
        yield _settled(decision, rest, plan)


def take_back(workspace: Workspace, done: Settled) -> None:
    """Give files the bytes again that they had before a decision.

    Args:
        workspace: The project.
        done: The decision.

    Raises:
        ConflictError: If one of the files was changed since; nothing was written.
        StorageError: If a file can not be written; nothing was written.
    """
    back = tuple(FileChange(c.path, c.after, c.before) for c in done.changes)
    try:
        commit(workspace.root, back)
    except ConflictError as error:
        raise ConflictError(
            "was changed since: the decision is not taken back",
            path=error.path,
            hint="`git diff` shows what is not committed",
        ) from error


def _settled(decision: Decision, units: Sequence[Undecided], plan: Plan) -> Settled:
    return Settled(decision, tuple(units), plan.changes)
