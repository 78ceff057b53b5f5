"""The suites on disk: which file holds which unit. Files are read, noted and let go."""

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

__all__ = ["Disk", "Held", "Standing", "read_disk"]

_KEPT_BYTES = 500_000
"""Sources whose syntax trees are kept, together; a tree takes some thirty times that."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a unit stands, and in what state.

    `name` is that of its function; a suspect one is to be reviewed.
    """

    id: str
    name: str
    path: str
    line: int
    is_orphan: bool
    is_pending: bool
    is_suspect: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a suite that was read, without its text.

    Attributes:
        units: Its units in file order.
        spec_path: The spec that its docstring names; empty if it names none.
    """

    units: tuple[Standing, ...]
    spec_path: str


@dataclass(slots=True)
class Disk:
    """The suite files of a project.

    Attributes:
        files: Bytes of each file by path.
        suites: What each file that could be read holds, by path; a file that only its
            name makes a suite is here too.
        unreadable: Findings of those that could not be read, by path.
        origins: Where each unit stands, by id; the first place if there are several.
        copies: Findings for ids that stand in two files, with the path of the first.
        homes: Path of the suite that each specified test belongs to, by id.
        strays: Decorators that name a specified test and make no unit, as findings by
            id.
        skipped: Suites that are in sync with their specs and were not read.
    """

    files: Mapping[str, bytes]
    suites: dict[str, Held] = field(default_factory=dict)
    unreadable: dict[str, Finding] = field(default_factory=dict)
    origins: dict[str, Standing] = field(default_factory=dict)
    copies: list[tuple[Finding, str]] = field(default_factory=list)
    homes: Mapping[str, str] = field(default_factory=dict)
    strays: dict[str, Finding] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    _kept: dict[str, SuiteText] = field(default_factory=dict)
    _kept_bytes: int = 0

    def unclaimed(self, claimed: Iterable[str]) -> list[str]:
        """Paths of suites that no spec writes, sorted."""
        return sorted(self.suites.keys() - set(claimed))

    def text(self, path: str) -> SuiteText:
        """The text and units of a suite, read anew if it was not kept.

        Raises:
            UnreadableError: If it is not Python source.
        """
        if path in self._kept:
            return self._kept[path]
        data = self.files[path]
        suite = read_suite(data, path)
        if self._kept_bytes + len(data) <= _KEPT_BYTES:
            self._kept[path] = suite
            self._kept_bytes += len(data)
        return suite

    def origins_of(self, ids: Iterable[str]) -> dict[str, Origin]:
        """The text of units that stand somewhere, by id in the order given.

        Each file is read once.
        """
        wanted = [self.origins[identity] for identity in ids]
        found = {
            identity: origin
            for path in dict.fromkeys(unit.path for unit in wanted)
            for identity, origin in _by_id(self.text(path)).items()
            if self.origins[identity].path == path
        }
        return {unit.id: found[unit.id] for unit in wanted}


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
    disk = Disk(files, homes=homes, skipped=set(in_sync))
    claimed = {suite.path for suite in project.suites}
    for path in files:
        if path not in disk.skipped and (
            path in claimed or may_hold_markers(files[path])
        ):
            _read(disk, path, is_claimed=path in claimed)
    for path in sorted(_concerned(disk, in_sync)):
        disk.skipped.remove(path)
        _read(disk, path, is_claimed=True)
    return disk


def _concerned(disk: Disk, in_sync: Mapping[str, frozenset[str]]) -> set[str]:
    """Suites in sync that hold a unit which another suite holds or wants."""
    homes = disk.homes
    held = {
        homes[identity]
        for identity, unit in disk.origins.items()
        if homes.get(identity, unit.path) != unit.path
    }
    wanted = {path for path, orphans in in_sync.items() if orphans & homes.keys()}
    copied = {
        path for path, orphans in in_sync.items() if orphans & disk.origins.keys()
    }
    return (held & disk.skipped) | wanted | copied


def _read(disk: Disk, path: str, *, is_claimed: bool) -> None:
    """Note what one file holds; a file that no spec claims may only speak of markers."""
    try:
        suite = disk.text(path)
    except UnreadableError as error:
        disk.unreadable[path] = error.finding
        return
    for stray in suite.strays:
        if stray.id in disk.homes:
            disk.strays[stray.id] = stray_finding(path, stray)
    if not is_claimed and _is_unmarked(disk, suite):
        return
    units = tuple(
        Standing(
            id=unit.id,
            name=unit.node.name,
            path=path,
            line=unit.line,
            is_orphan=unit.is_orphan,
            is_pending=unit.is_pending,
            is_suspect=bool(unit.reviewed),
        )
        for unit in suite.units
    )
    disk.suites[path] = Held(units, suite.spec_path)
    for unit in units:
        _note(disk, unit)


def _is_unmarked(disk: Disk, suite: SuiteText) -> bool:
    """Whether a file only speaks of markers."""
    marked = any(stray.is_marker for stray in suite.strays)
    named = any(stray.id in disk.homes for stray in suite.strays)
    return not (suite.classes or suite.rev or marked or named)


def _note(disk: Disk, unit: Standing) -> None:
    """Note where a unit stands, or that it stands in a second file."""
    first = disk.origins.setdefault(unit.id, unit)
    if first.path != unit.path:
        message = f"{unit.id} marks a second test"
        hint = "remove one of the two"
        related = Place(first.path, first.line)
        finding = Finding(
            "DR203",
            "error",
            message,
            unit.path,
            unit.line,
            hint=hint,
            id=unit.id,
            related=related,
        )
        disk.copies.append((finding, first.path))


def _by_id(suite: SuiteText) -> dict[str, Origin]:
    """The units of a suite; of several with one id, the first."""
    found: dict[str, Origin] = {}
    for block in suite.classes:
        for unit in block.units:
            found.setdefault(unit.id, Origin(suite, unit, block))
    return found
