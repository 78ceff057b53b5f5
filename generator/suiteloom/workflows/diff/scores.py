"""The compliance of the suites that differ, before and after."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from suiteloom.model import Project
from suiteloom.workflows.audit import compliance
from suiteloom.workflows.diff.sides import Side
from suiteloom.workflows.project import Workspace

__all__ = ["MOST_SUITES", "Scores", "scores"]

MOST_SUITES = 25
"""Suites of one side that are judged; a score of more is left to `check`."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of the same domains, 0 to 100; None for a side without tests there.

    `unscored` is the number of suites if they are too many to be judged.
    """

    before: float | None = None
    after: float | None = None
    unscored: int = 0


def scores(
    workspace: Workspace, old: Side, new: Side, domains: Collection[str]
) -> Scores:
    """Judge the suites of some domains on both sides, by the same rules and settings.

    Args:
        workspace: The project; its pytest settings and conftest files count for both.
        old: The older state.
        new: The newer state; its configuration counts for both.
        domains: Whose suites are judged, `MOST_SUITES` at most.

    Raises:
        StorageError: If ruff can not be run.
    """
    sides = [_suites(side, domains) for side in (old, new)]
    if (most := max(map(len, sides))) > MOST_SUITES:
        return Scores(unscored=most)
    before, after = (
        _score(workspace, side, new, files)
        for side, files in zip((old, new), sides, strict=True)
    )
    return Scores(before, after)


def _suites(side: Side, domains: Collection[str]) -> dict[str, bytes]:
    """The suite files of domains as they are on a side, by path."""
    found = {}
    for domain in domains & side.suites.keys():
        path = side.suites[domain].path
        data = side.suite_data(path)
        if data is not None:
            found[path] = data
    return found


def _score(
    workspace: Workspace, side: Side, new: Side, files: dict[str, bytes]
) -> float | None:
    """The score of files, which are written to a folder that is removed again."""
    if not files:
        return None
    project = Project(str(workspace.root), new.config, tuple(side.suites.values()))
    with tempfile.TemporaryDirectory(prefix="suiteloom-diff-") as name:
        for path, data in files.items():
            place = Path(name, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        report = compliance(workspace, project, files, folder=Path(name))
    return report.score.value if report.score.tests else None
