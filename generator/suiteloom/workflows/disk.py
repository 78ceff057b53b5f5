"""The suites on disk, read once: which file holds which unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from suiteloom.model import Finding, Project
from suiteloom.store import list_files, read_bytes
from suiteloom.suites import Origin, SuiteText, UnreadableError, read_suite
from suiteloom.workflows.project import Workspace

__all__ = ["Disk", "read_disk", "suite_files"]


@dataclass(slots=True)
class Disk:
    """The suite files of a project.

    Attributes:
        data: Bytes of each file by path; a file that only its name makes a suite is
            here too.
        suites: Each file that could be read, by path.
        unreadable: Findings of those that could not, by path.
        origins: Where each unit stands, by id; the first place if there are several.
        copies: Findings for ids that stand in two files.
    """

    data: dict[str, bytes] = field(default_factory=dict)
    suites: dict[str, SuiteText] = field(default_factory=dict)
    unreadable: dict[str, Finding] = field(default_factory=dict)
    origins: dict[str, tuple[str, Origin]] = field(default_factory=dict)
    copies: list[Finding] = field(default_factory=list)

    def unclaimed(self, claimed: Iterable[str]) -> list[str]:
        """Paths of suites that no spec writes, sorted."""
        return sorted(self.suites.keys() - set(claimed))


def suite_files(workspace: Workspace) -> dict[str, bytes]:
    """The bytes of every Python file of the suites folder by path."""
    paths = list_files(workspace.root, workspace.config.suites, (".py",))
    return {path: read_bytes(workspace.root, path) for path in paths}


def read_disk(project: Project, files: dict[str, bytes]) -> Disk:
    """Read the suites of a project.

    Args:
        project: Says which file belongs to which spec.
        files: Python files of the suites folder by path.

    Returns:
        What they hold. Files without markers that no spec claims are left out.
    """
    disk = Disk()
    claimed = {suite.path for suite in project.suites}
    for path, data in files.items():
        if (
            path not in claimed
            and b"mark.spec(" not in data
            and b"mark.orphan(" not in data
        ):
            continue
        disk.data[path] = data
        try:
            suite = read_suite(data, path)
        except UnreadableError as error:
            disk.unreadable[path] = error.finding
            continue
        disk.suites[path] = suite
        for block in suite.classes:
            for unit in block.units:
                _note(disk, path, Origin(suite.source, unit, block))
    return disk


def _note(disk: Disk, path: str, origin: Origin) -> None:
    """Note where a unit stands, or that it stands in a second file."""
    identity = origin.unit.id
    first_path, first = disk.origins.setdefault(identity, (path, origin))
    if first_path != path:
        message = f"{identity} also stands in {first_path}:{first.unit.line}"
        hint = "remove one of the two"
        line = origin.unit.line
        disk.copies.append(Finding("DR203", "error", message, path, line, 0, hint))
