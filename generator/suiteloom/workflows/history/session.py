"""What the history is told of a run, and what became of it: nothing there harms a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from suiteloom.errors import SuiteloomError
from suiteloom.model import Finding, Project
from suiteloom.results import LastRun
from suiteloom.workflows.project import Workspace

__all__ = ["Remembered", "Session", "remember_run"]


@dataclass(frozen=True, slots=True)
class Session:
    """What is known of one call of pytest besides how its tests ended.

    Attributes:
        environment: Its name; empty if none was named.
        started_us: When it began, in microseconds since 1970 in UTC.
        took_us: How long it took, in microseconds.
        is_whole: Whether nothing was left out on purpose, and it ended by itself.
        workers: Number of processes; 0 if it is not known.
    """

    environment: str
    started_us: int
    took_us: int
    is_whole: bool
    workers: int = 0


@dataclass(frozen=True, slots=True)
class Remembered:
    """What became of adding a run to the history.

    Attributes:
        path: The file.
        runs: The numbers of the new runs, one for each environment.
        problem: Why they are not there; None if they are.
    """

    path: str
    runs: tuple[int, ...] = ()
    problem: Finding | None = None


def remember_run(
    workspace: Workspace,
    project: Project,
    last: LastRun,
    sessions: Sequence[Session],
    named: Path | None = None,
) -> Remembered | None:
    """Add a run to the history, if that can be done.

    Args:
        workspace: The project.
        project: Its specs, which say where tests stand.
        last: How its tests ended, the tree that it ran on, and its coverage.
        sessions: One for each of its environments.
        named: The history, if a person named one.

    Returns:
        The numbers of the runs, or a warning that says why they are not there; None if
        the configuration asks for no history.
    """
    try:
        from suiteloom.workflows.history.remember import remember

        return remember(workspace, project, last, sessions, named)
    except SuiteloomError as error:
        message = f"the history {error.message}; this run is not in it"
        finding = Finding("RU520", "warning", message, path=error.path, hint=error.hint)
        return Remembered(error.path, problem=finding)
