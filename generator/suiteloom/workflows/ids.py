"""`ids`: give an id to each test that has none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from suiteloom.errors import SpecError, UsageError
from suiteloom.model import FileChange, Place, Project
from suiteloom.model.identifiers import class_name, id_prefix
from suiteloom.store import Changed, commit
from suiteloom.suites import UnreadableError, read_suite
from suiteloom.workflows.project import Workspace, check_domains

if TYPE_CHECKING:
    from suiteloom.specs.insert import Outline, Unidentified
    from suiteloom.specs.nodes import Edited

__all__ = [
    "IdsReport",
    "NewId",
    "Numbers",
    "check_prefix",
    "ids",
    "prefix_of",
    "spec_ids",
    "suite_ids",
]

_ID = re.compile(r"([A-Z][A-Z0-9]{0,9})-([0-9]{1,6})")
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,9}")
_MARKED = re.compile(r"\b(?:spec|orphan)\s*\(\s*[\"']([^\"'\r\n]*)")
_HIGHEST = 999_999


@dataclass(frozen=True, slots=True)
class NewId:
    """An id for a test that has none; line and column are those of the test, 1-based.

    `known_at` is where the suite has the test under that id; None if the id is new.
    """

    domain: str
    path: str
    line: int
    column: int
    name: str
    id: str
    known_at: Place | None = None


@dataclass(frozen=True, slots=True)
class IdsReport:
    """Tests without an id, in the order of specs, and the specs once they have one."""

    missing: tuple[NewId, ...]
    changes: tuple[FileChange, ...]


class Numbers:
    """The numbers that ids of a project have, orphans' included; none is given twice.

    A number that was pruned from the suites, and is in no spec, is known to nobody.

    Args:
        ids: Every id of the project's specs, in any order.
        suites: Python files of the suites folder.
    """

    def __init__(self, ids: Iterable[str], suites: Iterable[bytes]) -> None:
        self._highest: dict[str, int] = {}
        self._digits: dict[str, int] = {}
        for identity in ids:
            self._note(identity)
        for data in suites:
            for identity in suite_ids(data):
                self._note(identity)

    def _note(self, identity: str) -> None:
        if match := _ID.fullmatch(identity):
            prefix, number = match[1], match[2]
            self._highest[prefix] = max(self._highest.get(prefix, 0), int(number))
            self._digits[prefix] = max(self._digits.get(prefix, 3), len(number))

    def following(self, prefix: str) -> int:
        """The number after the highest of a prefix; 1 if there is none."""
        return self._highest.get(prefix, 0) + 1

    def take(self, prefix: str) -> str:
        """The next id of a prefix, with as many digits as its others, at least three.

        Raises:
            UsageError: If the prefix has no number left.
        """
        number = self.following(prefix)
        if number > _HIGHEST:
            raise UsageError(
                f"the ids of {prefix} are used up: {prefix}-{_HIGHEST} exists",
                hint="write an id of another prefix into the spec",
            )
        self._highest[prefix] = number
        return f"{prefix}-{number:0{self._digits.get(prefix, 3)}d}"


def check_prefix(prefix: str) -> None:
    """Make sure that an option names a prefix of ids, or none.

    Raises:
        UsageError: If it does not.
    """
    if prefix and not _PREFIX.fullmatch(prefix):
        hint = "a capital letter, then up to 9 more capitals or digits, such as SU"
        raise UsageError(f"--prefix can not be {prefix!r}", hint=hint)


def prefix_of(outline: Outline, others: Iterable[Outline], given: str = "") -> str:
    """The prefix of new ids of a domain.

    Args:
        outline: Its spec.
        others: The other specs of the project.
        given: What a person asks for; counts if the spec has no id yet.

    Returns:
        The most frequent one of its ids, else `given`, else initials of its name that no
        other spec uses, with letters of its last word behind them if it takes such.
    """
    own = Counter(match[1] for match in map(_ID.fullmatch, outline.ids) if match)
    if own:
        return own.most_common(1)[0][0]
    if given:
        return given
    taken = {identity.partition("-")[0] for other in others for identity in other.ids}
    return id_prefix(outline.domain, taken)


def ids(
    workspace: Workspace, domains: Iterable[str], *, prefix: str = "", write: bool
) -> IdsReport:
    """Find the tests that have no id, and give them one.

    A key ``id:`` without a value counts as none; a value that is no id does not.

    Args:
        workspace: The project.
        domains: Which to work on; none means all.
        prefix: Of the ids of a domain that has none yet.
        write: Whether the specs are to be written.

    Returns:
        What is missing, and the changes that were made or would be.

    Raises:
        UsageError: If a name is no domain, the prefix can be none, or the layout of a
            spec allows no insertion.
        SpecError: If anything else is wrong with any spec, a BVJ that is not complete left
            out; nothing was written.
        ConflictError: If a spec changed meanwhile; nothing was written.
        StorageError: If a spec can not be written; nothing was written.
    """
    check_prefix(prefix)
    workspace = _without_bvj(workspace)
    names = tuple(domains)
    specs = workspace.spec_files()
    outlines = _outlines(specs)
    suites = workspace.suite_files()
    known = [identity for outline in outlines.values() for identity in outline.ids]
    numbers = Numbers(known, suites.values())
    lost = (
        _Lost(suites, known) if any(o.unidentified for o in outlines.values()) else None
    )
    first = sorted(
        outlines, key=lambda path: (outlines[path].domain not in names, path)
    )
    new = {path: _new_ids(path, outlines, numbers, prefix, lost) for path in first}
    try:
        edited = _edited(specs, outlines, new)
    except UsageError:
        workspace.parse(specs)  # what is wrong with the spec says more
        raise
    project = _parse(workspace, specs, edited)
    chosen = check_domains(project, names)
    paths = [path for path in sorted(edited) if outlines[path].domain in chosen]
    changes = tuple(FileChange(p, specs[p], edited[p].source) for p in paths)
    if write:
        commit(workspace.root, changes)
    return IdsReport(tuple(item for path in paths for item in new[path]), changes)


def _without_bvj(workspace: Workspace) -> Workspace:
    """The project, a test of which may be given an id before it has a BVJ."""
    return replace(workspace, config=replace(workspace.config, bvj="report"))


def _outlines(specs: Mapping[str, bytes]) -> dict[str, Outline]:
    """The specs that can be read at all, whatever is wrong with them, by path."""
    from suiteloom.specs.insert import Outline

    outlines = {path: Outline.read(specs[path]) for path in sorted(specs)}
    return {path: item for path, item in outlines.items() if item}


class _Lost:
    """Units whose ids no spec names any more, by spec, class and name.

    An id that was deleted from a spec by accident stands in the suite still: a test of
    the same class and name is that test.

    Args:
        suites: Python files of the suites folder by path.
        known: Every id of the project's specs.
    """

    def __init__(self, suites: Mapping[str, bytes], known: Iterable[str]) -> None:
        named = frozenset(known)
        self._units: dict[tuple[str, str, str], tuple[str, Place]] = {}
        for path, data in suites.items():
            try:
                suite = read_suite(data, path)
            except UnreadableError:
                continue
            for block in suite.classes:
                for unit in block.units:
                    if unit.id not in named and not unit.is_orphan:
                        key = (suite.spec_path, block.node.name, unit.node.name)
                        self._units[key] = unit.id, Place(path, unit.line)

    def take(self, path: str, test: Unidentified) -> tuple[str, Place] | None:
        """The id that a test of a spec had, with its place; each is given once."""
        return self._units.pop((path, class_name(test.group), test.name), None)


def _new_ids(
    path: str,
    outlines: Mapping[str, Outline],
    numbers: Numbers,
    prefix: str,
    lost: _Lost | None,
) -> list[NewId]:
    """The ids that the tests of a spec get: the one that its suite has, or a new one."""
    outline = outlines[path]
    if not outline.unidentified or lost is None:
        return []
    others = [other for name, other in outlines.items() if name != path]
    chosen = prefix_of(outline, others, prefix)
    found = []
    for item in outline.unidentified:
        identity, place = lost.take(path, item) or (numbers.take(chosen), None)
        found.append(
            NewId(
                outline.domain,
                path,
                item.line,
                item.column,
                item.name,
                identity,
                place,
            )
        )
    return found


def _edited(
    specs: Mapping[str, bytes],
    outlines: Mapping[str, Outline],
    new: Mapping[str, list[NewId]],
) -> dict[str, Edited]:
    """The specs that get ids, by path."""
    from suiteloom.specs.insert import insert_ids

    edited = {}
    for path, items in new.items():
        if items:
            tests = zip(outlines[path].unidentified, items, strict=True)
            wanted = {test.path: item.id for test, item in tests}
            edited[path] = insert_ids(specs[path], wanted, path)
    return edited


def _parse(
    workspace: Workspace, specs: Mapping[str, bytes], edited: Mapping[str, Edited]
) -> Project:
    """Read the specs with their new ids; findings name places of the files on disk."""
    after = {path: item.source for path, item in edited.items()}

    def moved(place: Place) -> Place:
        if place.path not in edited:
            return place
        line, column = edited[place.path].original_place(place.line, place.column)
        return Place(place.path, line, column)

    try:
        return workspace.parse(Changed(specs, after))
    except SpecError as error:
        findings = []
        for item in error.findings:
            here = moved(Place(item.path, item.line, item.column))
            there = moved(item.related) if item.related else None
            findings.append(
                replace(item, line=here.line, column=here.column, related=there)
            )
        raise SpecError(tuple(findings)) from error


def spec_ids(data: bytes) -> Iterator[str]:
    """The ids of a spec; of one that can not be read, all that look like one."""
    from suiteloom.specs.insert import Outline

    outline = Outline.read(data)
    if outline is not None:
        yield from outline.ids
        return
    for match in _ID.finditer(data.decode("utf-8", "replace")):
        yield match.group()


def suite_ids(data: bytes) -> Iterator[str]:
    """The ids that the markers of a Python file name, orphans' included."""
    if b"spec" not in data and b"orphan" not in data:
        return
    try:
        suite = read_suite(data, "")
    except UnreadableError:
        yield from _MARKED.findall(data.decode("utf-8", "replace"))
        return
    yield from (unit.id for unit in suite.units)
    yield from (stray.id for stray in suite.strays if stray.is_marker)
