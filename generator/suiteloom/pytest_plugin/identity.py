"""Which test an item of pytest is."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path, PurePath
from typing import NamedTuple

import pytest

from suiteloom.model import CollectedTest
from suiteloom.pytest_plugin.suite_files import SuiteFiles

__all__ = ["Identities", "identity_of_nodeid", "marked_id", "relative_path"]


class _Place(NamedTuple):
    """What items that stand in one node have in common.

    Attributes:
        node: What they stand in; held, so that its `id` stays its own.
        path: Of their file.
        class_name: Of their class; empty if it is none.
        spec: The closest mark of that name above them.
        orphan: The closest mark of that name above them.
    """

    node: object
    path: str
    class_name: str
    spec: pytest.Mark | None
    orphan: pytest.Mark | None


class Identities:
    """Tells items and node ids apart; every item is looked at once, when asked for.

    Args:
        root: The folder that paths are relative to: the project's.
        files: Asked for the id of a test that only its node id is known of.
        base: The folder that node ids are relative to: pytest's root folder.
    """

    def __init__(self, root: Path, files: SuiteFiles, base: Path) -> None:
        self._root = root
        self._base = base
        self._files = files
        self._places: dict[int, _Place] = {}
        self._known: dict[str, CollectedTest] = {}
        self._items: list[pytest.Item] = []
        self._seen: list[pytest.Item] = []
        self._tests: list[CollectedTest] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Remember the items; nothing is asked of them before the run is over."""
        self._items = session.items

    def pytest_unconfigure(self) -> None:
        """Keep nothing: pytest and Python look for garbage among all that is kept."""
        self._places, self._known = {}, {}
        self._items, self._seen, self._tests = [], [], []

    def note(self, test: CollectedTest) -> None:
        """Take in what another process says about one of its items."""
        self._known[test.nodeid] = test

    def of(self, item: pytest.Item) -> CollectedTest:
        """Read off an item which test it is."""
        place = self._places.get(id(item.parent)) or self._place(item)
        _, path, class_name, spec, orphan = place
        if item.own_markers:
            own_spec, own_orphan = _marks_in(item.own_markers)
            spec, orphan = own_spec or spec, own_orphan or orphan
        callspec = getattr(item, "callspec", None)
        line = item.location[1]
        return CollectedTest(
            _first(spec) or _first(orphan) if spec or orphan else "",
            item.nodeid,
            path,
            0 if line is None else line + 1,
            class_name,
            getattr(item, "originalname", None) or item.name,
            "" if callspec is None else callspec.id,
            orphan is not None,
        )

    def _place(self, item: pytest.Item) -> _Place:
        """What an item shares with its siblings.

        By `id`, since pytest computes the hash of a node.
        """
        node = parent = item.parent
        names = []
        while isinstance(parent, pytest.Class):
            names.append(parent.name)
            parent = parent.parent
        path = relative_path(item.path, self._root)
        marks = _marks_from(node)
        place = _Place(node, path, ".".join(reversed(names)), *marks)
        self._places[id(node)] = place
        return place

    def all_of(self, items: list[pytest.Item]) -> tuple[CollectedTest, ...]:
        """Read off each item which test it is."""
        self._look()
        if items == self._seen:
            return tuple(self._tests)
        seen = dict(zip(map(id, self._seen), self._tests, strict=True))
        return tuple(
            seen.get(id(item)) or self._known.get(item.nodeid) or self.of(item)
            for item in items
        )

    def find(self, nodeid: str) -> CollectedTest:
        """The test that a node id names, by all that is known about it."""
        if self._items:
            self._look()
        test = self._known.get(nodeid)
        if test is None:
            test = self._known[nodeid] = self._read(nodeid)
        return test

    def _look(self) -> None:
        """Look at the items that are remembered, once."""
        items, self._items = self._items, []
        self._places.clear()  # what items stand in may have got marks meanwhile
        tests = [self.of(item) for item in items]
        self._seen = [*self._seen, *items]
        self._tests += tests
        for test in tests:
            self._known[test.nodeid] = test

    def _read(self, nodeid: str) -> CollectedTest:
        test = identity_of_nodeid(nodeid)
        path = self._base / test.path
        found = self._files.find_id(path, test.class_name, test.function)
        return replace(test, id=found, path=relative_path(path, self._root))


def marked_id(item: pytest.Item) -> tuple[str, bool]:
    """The id that an item's markers give it, or an empty text; whether it is an orphan.

    The closest marker of a name counts; ``spec`` goes before ``orphan``.
    """
    spec, orphan = _marks_from(item)
    if spec is None and orphan is None:
        return "", False
    return _first(spec) or _first(orphan), orphan is not None


_Marks = tuple[pytest.Mark | None, pytest.Mark | None]


def _marks_from(node: pytest.Item | pytest.Collector | None) -> _Marks:
    """The closest ``spec`` and the closest ``orphan`` of a node and of those above it."""
    marks: list[pytest.Mark] = []
    while node is not None:
        marks += node.own_markers
        node = node.parent
    return _marks_in(marks)


def _marks_in(marks: list[pytest.Mark]) -> _Marks:
    """The first ``spec`` and the first ``orphan``."""
    spec: pytest.Mark | None = None
    orphan: pytest.Mark | None = None
    for mark in marks:
        if mark.name == "spec":
            spec = spec or mark
        elif mark.name == "orphan":
            orphan = orphan or mark
    return spec, orphan


def _first(mark: pytest.Mark | None) -> str:
    first = mark.args[0] if mark is not None and mark.args else ""
    return first if isinstance(first, str) else ""


def identity_of_nodeid(nodeid: str) -> CollectedTest:
    """Read what a node id tells; neither id nor line are in it."""
    path, _, names = nodeid.partition("::")
    plain, _, case = names.partition("[")
    *classes, function = plain.partition("@")[0].split("::")
    return CollectedTest(
        id="",
        nodeid=nodeid,
        path=path,
        line=0,
        class_name=".".join(classes),
        function=function,
        case=case.rpartition("]")[0],
        is_orphan=False,
    )


def relative_path(path: str | PurePath, root: Path) -> str:
    """`path` as POSIX, relative to `root`; unchanged if it is on another drive."""
    try:
        return PurePath(os.path.relpath(path, root)).as_posix()
    except ValueError:
        return PurePath(path).as_posix()
