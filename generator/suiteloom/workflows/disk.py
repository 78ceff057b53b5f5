"""The suites on disk, read once: which file holds which unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from suiteloom.model import Finding, Place, Project
from suiteloom.suites import (
    Origin,
    SuiteText,
    UnreadableError,
    may_hold_markers,
    read_suite,
    stray_finding,
)

__all__ = ["Disk", "read_disk"]


@dataclass(slots=True)
class Disk:
    """The suite files of a project.

    Attributes:
        data: Bytes of each file by path; a file that only its name makes a suite is
            here too.
        suites: Each file that could be read, by path.
        unreadable: Findings of those that could not, by path.
        origins: Where each unit stands, by id; the first place if there are several.
        copies: Findings for ids that stand in two files, with the path of the first.
        homes: Path of the suite that each specified test belongs to, by id.
        strays: Decorators that name a specified test and make no unit, as findings by
            id.
        skipped: Suites that are in sync with their specs and were not read.
    """

    data: dict[str, bytes] = field(default_factory=dict)
    suites: dict[str, SuiteText] = field(default_factory=dict)
    unreadable: dict[str, Finding] = field(default_factory=dict)
    origins: dict[str, tuple[str, Origin]] = field(default_factory=dict)
    copies: list[tuple[Finding, str]] = field(default_factory=list)
    homes: Mapping[str, str] = field(default_factory=dict)
    strays: dict[str, Finding] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)

    def unclaimed(self, claimed: Iterable[str]) -> list[str]:
        """Paths of suites that no spec writes, sorted."""
        return sorted(self.suites.keys() - set(claimed))


def read_disk(
    project: Project,
    files: Mapping[str, bytes],
    in_sync: Mapping[str, frozenset[str]],
) -> Disk:
    """Read the suites of a project.

    Args:
        project: Says which file belongs to which spec.
        files: Python files of the suites folder by path.
        in_sync: Suites that need not be read, with the ids of their orphans, by path.

    Returns:
        What they hold. Files without markers that no spec claims are left out.
    """
    homes = {test.id: suite.path for suite, test in project.tests}
    disk = Disk(homes=homes, skipped=set(in_sync))
    claimed = {suite.path for suite in project.suites}
    for path, data in files.items():
        if path in disk.skipped:
            continue
        if path in claimed:
            _read(disk, path, data)
        elif may_hold_markers(data):
            _read(disk, path, data)
            _leave_out_unmarked(disk, path)
    for path in sorted(_concerned(disk, in_sync)):
        disk.skipped.remove(path)
        _read(disk, path, files[path])
    return disk


def _concerned(disk: Disk, in_sync: Mapping[str, frozenset[str]]) -> set[str]:
    """Suites in sync that hold a unit which another suite holds or wants."""
    homes = disk.homes
    held = {
        homes[identity]
        for identity, (path, _) in disk.origins.items()
        if homes.get(identity, path) != path
    }
    wanted = {path for path, orphans in in_sync.items() if orphans & homes.keys()}
    copied = {
        path for path, orphans in in_sync.items() if orphans & disk.origins.keys()
    }
    return (held & disk.skipped) | wanted | copied


def _read(disk: Disk, path: str, data: bytes) -> None:
    """Read one file into the disk."""
    disk.data[path] = data
    try:
        suite = read_suite(data, path)
    except UnreadableError as error:
        disk.unreadable[path] = error.finding
        return
    disk.suites[path] = suite
    for stray in suite.strays:
        if stray.id in disk.homes:
            disk.strays[stray.id] = stray_finding(path, stray)
    for block in suite.classes:
        for unit in block.units:
            _note(disk, path, Origin(suite, unit, block))


def _leave_out_unmarked(disk: Disk, path: str) -> None:
    """Forget a file that only speaks of markers."""
    suite = disk.suites.get(path)
    if suite is None:
        return
    marked = any(stray.is_marker for stray in suite.strays)
    named = any(stray.id in disk.homes for stray in suite.strays)
    if not (suite.classes or suite.rev or marked or named):
        del disk.suites[path], disk.data[path]


def _note(disk: Disk, path: str, origin: Origin) -> None:
    """Note where a unit stands, or that it stands in a second file."""
    identity = origin.unit.id
    first_path, first = disk.origins.setdefault(identity, (path, origin))
    if first_path != path:
        message = f"{identity} marks a second test"
        hint = "remove one of the two"
        related = Place(first_path, first.unit.line)
        finding = Finding(
            "DR203",
            "error",
            message,
            path,
            origin.unit.line,
            hint=hint,
            id=identity,
            related=related,
        )
        disk.copies.append((finding, first_path))
