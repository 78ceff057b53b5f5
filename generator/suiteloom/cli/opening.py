"""Opening a project for a verb that writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from suiteloom.cli.output import Output

if TYPE_CHECKING:
    from suiteloom.workflows.project import Workspace

__all__ = ["open_settled"]


def open_settled(project: Path, output: Output, *, writes: bool = True) -> Workspace:
    """Open a project, and say so if a write had been interrupted."""
    from suiteloom.workflows.project import open_workspace

    workspace = open_workspace(project, writes=writes)
    if workspace.recovered:
        output.line(workspace.recovered, stderr=True)
    return workspace
