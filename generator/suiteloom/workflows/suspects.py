"""Which tests are suspect, by what stands in the suites."""

from __future__ import annotations

from suiteloom.model import Project
from suiteloom.workflows.disk import read_disk
from suiteloom.workflows.project import Workspace

__all__ = ["suspect_ids"]


def suspect_ids(workspace: Workspace, project: Project) -> frozenset[str]:
    """The ids of the tests whose spec changed under their body.

    Args:
        workspace: The project.
        project: Its specs.

    Raises:
        StorageError: If a suite can not be read.
    """
    disk = read_disk(project, workspace.suite_files(), {})
    return frozenset(key for key, unit in disk.origins.items() if unit.is_suspect)
