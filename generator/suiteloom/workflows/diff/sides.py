"""Both sides of a comparison: the specs and suites that differ, and what goes with them."""

from __future__ import annotations

import hashlib
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from suiteloom.errors import SpecError, StorageError, UsageError
from suiteloom.model import Config, Finding, Group, Suite, Test
from suiteloom.results import LastRun
from suiteloom.store import load_config
from suiteloom.store.revisions import Entry, Repository
from suiteloom.suites import (
    SuiteText,
    Unit,
    UnreadableError,
    may_hold_markers,
    read_beside,
    read_suite,
    standing,
)
from suiteloom.workflows.project import Workspace

if TYPE_CHECKING:
    from suiteloom.specs.ahead import Read

__all__ = ["InSpec", "InSuite", "Side", "read_sides"]

_CONFIGS = ("suiteloom.toml", "pyproject.toml")
_SPECS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class InSpec:
    """A test in its spec, with its 0-based places there."""

    suite: Suite
    group: Group
    test: Test
    group_index: int
    index: int


@dataclass(frozen=True, slots=True)
class InSuite:
    """A unit in its suite.

    Attributes:
        path: The suite's.
        suite: The text that the spans of the unit are of, which has the characters of the
            suite there.
        unit: The unit.
        line: 1-based line of its ``def`` in the suite.
    """

    path: str
    suite: SuiteText
    unit: Unit
    line: int


@dataclass(slots=True)
class Side:
    """One state of a project, as far as it was read.

    Attributes:
        name: What it is called.
        commit: Empty for the work tree.
        config: Of this state.
        data: The bytes of each spec that was read, by path.
        suites: Each domain whose spec was read, by name.
        tests: Their tests, by id, in order.
        files: The bytes of each suite file that was read, by path.
        texts: Those of them that were read as a whole, and not beside the other side's.
        units: Their units, by id, in order; the first one if an id stands twice.
    """

    name: str
    commit: str
    config: Config
    data: dict[str, bytes] = field(default_factory=dict)
    suites: dict[str, Suite] = field(default_factory=dict)
    tests: dict[str, InSpec] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    texts: dict[str, SuiteText] = field(default_factory=dict)
    units: dict[str, InSuite] = field(default_factory=dict)

    def suite_data(self, path: str) -> bytes | None:
        """The bytes of a suite file; None if it is not there or was not read."""
        return self.files.get(path)

    def is_as_run(self, path: str, last: LastRun | None) -> bool:
        """Whether a suite was run with the bytes that it has here."""
        data = self.suite_data(path)
        return last is not None and data is not None and last.is_of(path, data)


def read_sides(
    workspace: Workspace,
    repository: Repository,
    base: tuple[str, str],
    head: tuple[str, str],
) -> tuple[Side, Side]:
    """Read two states of a project as far as they differ.

    Args:
        workspace: The project; the work tree is read from here.
        repository: Its repository.
        base: Name and commit of the older state.
        head: Name and commit of the newer state; no commit means the work tree.

    Returns:
        Both. What is the same on both sides is read where something that differs
        belongs to it.

    Raises:
        SpecError: If a spec or suite of a side can not be read; paths name the side.
        StorageError: If a file can not be read.
    """
    states = [_open(workspace, repository, *side) for side in (base, head)]
    old, new = states
    changed = {
        path
        for path in old.keys.keys() | new.keys.keys()
        if old.keys.get(path) != new.keys.get(path)
    }
    _read((old, changed), (new, changed))
    _read((old, old.partners()), (new, new.partners()))
    _complete(old, new)
    return old.side, new.side


def _read(*asked: tuple[_State, Iterable[str]]) -> None:
    """Read files of states; where there are many specs, all of them at the same time."""
    from suiteloom.specs.ahead import SpecReaders
    from suiteloom.specs.loader import load_suite

    files = [state.begin(paths) for state, paths in asked]
    specs = [_specs_of(each) for each in files]
    sides = [state.side for state, _ in asked]
    with SpecReaders(load_suite, sum(map(len, specs))) as readers:
        begun = [
            readers.start(each, side.config)
            for side, each in zip(sides, specs, strict=True)
        ]
        for (state, _), mine, other, reads in zip(
            asked, files, reversed(sides), begun, strict=True
        ):
            state.finish(mine, other, reads)


def _specs_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if path.endswith(_SPECS)}


def _complete(old: _State, new: _State) -> None:
    """Read what holds an id that one side knows and the other has not been asked for."""
    for state, other in ((old, new), (new, old)):
        ids = {
            name
            for side in (old.side, new.side)
            for name in (*side.tests, *side.units)
            if name not in state.side.tests or name not in state.side.units
        }
        _read((state, state.holders(ids)), (other, ()))
        _read((state, state.partners()), (other, ()))


class _State(ABC):
    """A state of a project whose files are read as they are asked for.

    Args:
        side: Takes what is read.
        root: The project's folder.
        keys: What tells one content of a file from another, by path.
    """

    def __init__(self, side: Side, root: Path, keys: dict[str, str]) -> None:
        self.side = side
        self.keys = keys
        self._root = root
        self._seen: set[str] = set()
        self._named_specs: set[str] = set()

    @abstractmethod
    def fetch(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of files of this state."""

    def begin(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The files that are here and were not read before; they count as read then."""
        wanted = sorted((set(paths) & self.keys.keys()) - self._seen)
        self._seen.update(wanted)
        return dict(self.fetch(wanted)) if wanted else {}

    def finish(
        self, files: Mapping[str, bytes], other: Side, reads: Callable[[], list[Read]]
    ) -> None:
        """Read specs and suites.

        Args:
            files: Their bytes by path.
            other: The other side; what is the same there is not read a second time.
            reads: Waits for what the specs among them come to.
        """
        failed = self._read_suites(files, other)
        self._read_specs(_specs_of(files), reads)
        if failed:
            raise failed

    def partners(self) -> set[str]:
        """The suites of the specs that were read, and the specs of the suites."""
        paths = {suite.path for suite in self.side.suites.values()}
        return paths | self._named_specs

    def holders(self, ids: set[str]) -> list[str]:
        """The files that hold one of these ids, whatever it stands for there."""
        rest = sorted(self.keys.keys() - self._seen)
        if not ids or not rest:
            return []
        words = [name.encode() for name in ids]
        files = self.fetch(rest)
        return [p for p, data in files.items() if any(word in data for word in words)]

    def _read_specs(
        self, files: dict[str, bytes], reads: Callable[[], list[Read]]
    ) -> None:
        from suiteloom.specs.loader import load_project

        if not files:
            return
        root, config = str(self._root), self.side.config
        try:
            project = load_project(root, config, files, reads=reads())
        except SpecError as error:
            raise SpecError(tuple(map(self._named, error.findings))) from error
        self.side.data.update(files)
        for suite in project.suites:
            self.side.suites[suite.domain] = suite
            for place, group in enumerate(suite.groups):
                for index, test in enumerate(group.tests):
                    found = InSpec(suite, group, test, place, index)
                    self.side.tests[test.id] = found

    def _read_suites(self, files: Mapping[str, bytes], other: Side) -> SpecError | None:
        """Read the suites; what is wrong with one is said after what is with a spec."""
        try:
            for path, data in files.items():
                if path.endswith(".py") and may_hold_markers(data):
                    self._read_suite(path, data, other)
        except SpecError as error:
            return error
        return None

    def _read_suite(self, path: str, data: bytes, other: Side) -> None:
        near = other.texts.get(path)
        units = read_beside(data, near) if near else None
        if near is None or units is None:
            near = self.side.texts[path] = self._whole(path, data)
            units = standing(near)
        self.side.files[path] = data
        self._named_specs.add(near.spec_path)
        for found in units:
            here = InSuite(path, found.suite, found.unit, found.line)
            self.side.units.setdefault(found.unit.id, here)

    def _whole(self, path: str, data: bytes) -> SuiteText:
        try:
            return read_suite(data, path)
        except UnreadableError as error:
            raise SpecError((self._named(error.finding),)) from error

    def _named(self, finding: Finding) -> Finding:
        """A finding with the side in its path."""
        if not self.side.commit:
            return finding
        name = self.side.name
        related = finding.related
        if related:
            related = replace(related, path=f"{name}:{related.path}")
        return replace(finding, path=f"{name}:{finding.path}", related=related)


class _Committed(_State):
    """A state that git keeps."""

    def __init__(
        self, side: Side, root: Path, repository: Repository, tree: dict[str, Entry]
    ) -> None:
        super().__init__(side, root, {path: tree[path].blob for path in tree})
        self._repository = repository
        self._tree = tree

    def fetch(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        entries = {path: self._tree[path] for path in paths}
        for path, entry in entries.items():
            if not entry.is_file:
                place = f"{self.side.name}:{path}"
                raise StorageError("is a link, and no file", path=place)
        return self._repository.read(entries)


class _OnDisk(_State):
    """The work tree."""

    def __init__(self, side: Side, workspace: Workspace, length: int) -> None:
        specs, suites = workspace.spec_files(), workspace.suite_files()
        self._files = {**specs, **suites}
        keys = {path: _blob(data, length) for path, data in self._files.items()}
        super().__init__(side, workspace.root, keys)

    def fetch(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        return {path: self._files[path] for path in paths}


def _open(
    workspace: Workspace, repository: Repository, name: str, commit: str
) -> _State:
    """Open a state: its configuration, and what its files are."""
    if not commit:
        length = len(repository.commit("HEAD"))
        return _OnDisk(Side(name, "", workspace.config), workspace, length)
    config = _config_at(repository, commit, name)
    tree = repository.tree(commit, (config.specs, config.suites))
    specs = f"{config.specs}/"
    kept = {
        path: entry
        for path, entry in tree.items()
        if _is_spec(path, specs) or _is_suite(path, config.suites)
    }
    side = Side(name, commit, config)
    return _Committed(side, workspace.root, repository, kept)


def _is_spec(path: str, folder: str) -> bool:
    """Whether a file is a spec by its place and name."""
    name = path.removeprefix(folder)
    return (
        path.startswith(folder)
        and path.endswith(_SPECS)
        and "/" not in name
        and not name.startswith(".")
    )


def _is_suite(path: str, folder: str) -> bool:
    """Whether a file may be a suite by its place and name."""
    below = path.removeprefix(folder)
    return (
        path.startswith(f"{folder}/")
        and path.lower().endswith(".py")
        and "/." not in below
        and "/__pycache__/" not in below
    )


def _config_at(repository: Repository, commit: str, name: str) -> Config:
    """The configuration of a commit."""
    tree = repository.tree(commit, _CONFIGS)
    files = repository.read({p: e for p, e in tree.items() if e.is_file})
    with tempfile.TemporaryDirectory(prefix="suiteloom-diff-") as folder:
        for path, data in files.items():
            Path(folder, path).write_bytes(data)
        try:
            return load_config(Path(folder))
        except UsageError as error:
            raise UsageError(
                error.message,
                path=f"{name}:{error.path}",
                line=error.line,
                column=error.column,
                hint=error.hint,
            ) from error


def _blob(data: bytes, length: int) -> str:
    """The name that git gives a content, in as many digits as it uses here."""
    head = b"blob %d\0" % len(data)
    if length > 40:
        return hashlib.sha256(head + data).hexdigest()
    return hashlib.sha1(head + data, usedforsecurity=False).hexdigest()
