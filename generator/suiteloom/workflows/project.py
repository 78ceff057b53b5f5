"""Opening a project: root, configuration, specs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from suiteloom.errors import StorageError, UsageError
from suiteloom.model import MAX_SPEC_BYTES, SCHEMA, Config
from suiteloom.model.identifiers import closest, suggestion, test_name_problem
from suiteloom.store import (
    FOLDER,
    SPEC_SUFFIXES,
    FilesOnDisk,
    check_untracked,
    find_root,
    has_journal,
    list_files,
    list_tree,
    load_config,
    present_code,
    read_specs,
    recover,
    resolve_target,
)
from suiteloom.store.clock import utc_today

if TYPE_CHECKING:
    from suiteloom.model import CodeState, Project

__all__ = [
    "Workspace",
    "check_choice",
    "check_domains",
    "check_test_name",
    "open_workspace",
]


@dataclass(frozen=True, slots=True)
class Workspace:
    """A project on disk whose specs need not have been read yet.

    `recovered` says what was done about a write that had been interrupted; it is empty
    if there was none. `today` is the day in UTC on which the command began.
    """

    root: Path
    config: Config
    recovered: str = ""
    today: date = field(default_factory=utc_today)

    def spec_files(self) -> Mapping[str, bytes]:
        """The bytes of every spec by path; each is read when it is asked for.

        Raises:
            UsageError: If there is none.
        """
        specs = read_specs(self.root, self.config.specs)
        if not specs:
            raise UsageError(
                f"no spec in {self.config.specs}/",
                path=self.config.source,
                hint="a spec is a YAML file; `suiteloom schema` describes it",
            )
        return specs

    def passed_over(self) -> Mapping[str, bytes]:
        """The bytes of every YAML file in or below the folder of specs that is no spec.

        Each is read when it is asked for.
        """
        specs = set(list_files(self.root, self.config.specs, SPEC_SUFFIXES))
        found = list_tree(self.root, self.config.specs, SPEC_SUFFIXES)
        paths = [path for path in found if path not in specs]
        return FilesOnDisk(self.root, paths, MAX_SPEC_BYTES)

    def suite_files(self) -> Mapping[str, bytes]:
        """The bytes of every Python file in and below the suites folder by path.

        Hidden files and folders are left out, as pytest leaves them out. Each file is
        read when it is asked for, as often as that is.

        Raises:
            StorageError: If one is a link that leads out of the project or to what git
                or suiteloom keep.
        """
        folder = self.config.suites
        paths = [
            path
            for path in list_tree(self.root, folder, (".py",))
            if "/." not in path.removeprefix(folder)
        ]
        for path in paths:
            if (self.root / path).is_symlink():
                resolve_target(self.root, path)
        return FilesOnDisk(self.root, paths)

    def conftests(self) -> tuple[bytes, ...]:
        """The bytes of the conftest files in the folders above the suites.

        Raises:
            StorageError: If one can not be read.
        """
        above = PurePosixPath(self.config.suites).parents
        paths = [(folder / "conftest.py").as_posix() for folder in above]
        there = [path for path in paths if (self.root / path).is_file()]
        return tuple(FilesOnDisk(self.root, there).values())

    def code(self) -> CodeState:
        """What the packages under test are now."""
        return present_code(self.root, self.config.packages, (self.config.suites,))

    def load(self) -> Project:
        """Read every spec.

        Raises:
            SpecError: If any of them is wrong.
            StorageError: If one can not be read.
        """
        return self.parse(self.spec_files())

    def parse(self, specs: Mapping[str, bytes]) -> Project:
        """Read specs, by path.

        Raises:
            SpecError: If any of them is wrong.
        """
        from suiteloom.specs.loader import load_project

        return load_project(str(self.root), self.config, specs, self.today)


def open_workspace(start: Path, *, writes: bool = False) -> Workspace:
    """Find the project that `start` belongs to and read its configuration.

    Args:
        start: The project, or a folder in it.
        writes: Whether suites may be written: then an interrupted write is finished or
            undone first.

    Raises:
        UsageError: If there is no project, its configuration is wrong, or git tracks
            what suiteloom keeps for itself.
        StorageError: If a write was interrupted and `writes` is not set.
        ConflictError: If a write was interrupted and the lock is held.
    """
    if not start.is_dir():
        raise UsageError(f"no such folder: {start}", hint="pass --project DIR")
    root = find_root(start)
    config = load_config(root)
    check_untracked(root)
    if not has_journal(root):
        return Workspace(root, config)
    if not writes:
        raise StorageError(
            "a write was interrupted; suites may be half old and half new",
            path=f"{FOLDER}/journal.json",
            hint="`suiteloom generate` finishes or undoes it",
        )
    return Workspace(root, config, recover(root, _written_places(root, config)))


def _written_places(root: Path, config: Config) -> tuple[str, ...]:
    """Files and folders of a project that commands change in one that exists."""
    from suiteloom.claims.page import SUFFIXES
    from suiteloom.store.listing import project_files

    places = (config.specs, config.suites, config.templates, config.audit.baseline)
    documents = (p for p in project_files(root) if p.lower().endswith(SUFFIXES))
    written = (*filter(None, places), config.source or "suiteloom.toml", SCHEMA)
    return (*written, *documents)


def check_test_name(name: str) -> None:
    """Make sure that a name given on the command line can be that of a test.

    Raises:
        UsageError: If it can not.
    """
    if problem := test_name_problem(name):
        nearest = suggestion(name, "test_")
        hint = f"try {nearest!r}" if nearest else "as in test_charged_once"
        raise UsageError(f"a test can not be called {name!r}: it {problem}", hint=hint)


def check_choice(option: str, value: str, known: Collection[str]) -> None:
    """Make sure that an option has one of its values.

    Raises:
        UsageError: If it has not; names the closest one, or all.
    """
    if value not in known:
        close = closest(value, known)
        hint = f"did you mean {close}?" if close else f"known: {', '.join(known)}"
        raise UsageError(f"{option} can not be {value!r}", hint=hint)


def check_domains(project: Project, names: Iterable[str]) -> frozenset[str]:
    """The domains that a command is to work on.

    Args:
        project: The project.
        names: As given on the command line; none means all.

    Raises:
        UsageError: If a name is no domain.
    """
    known = [suite.domain for suite in project.suites]
    chosen = frozenset(names)
    for name in sorted(chosen - set(known)):
        close = closest(name, known)
        hint = f"did you mean {close}?" if close else f"known: {', '.join(known)}"
        raise UsageError(f"no domain is called {name!r}", hint=hint)
    return chosen or frozenset(known)
