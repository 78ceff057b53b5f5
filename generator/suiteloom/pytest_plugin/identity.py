"""Which test an item of pytest is."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path, PurePath

import pytest

from suiteloom.model import CollectedTest
from suiteloom.pytest_plugin.suite_files import SuiteFiles

__all__ = ["Identities", "identity_of_nodeid", "marked_id", "relative_path"]


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
        self._places: dict[int, tuple[object, str, str]] = {}
        self._known: dict[str, CollectedTest] = {}
        self._seen: dict[int, tuple[pytest.Item, CollectedTest]] = {}
        self._items: list[pytest.Item] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Remember the items; nothing is asked of them before the run is over."""
        self._items = session.items

    def note(self, test: CollectedTest) -> None:
        """Take in what another process says about one of its items."""
        self._known[test.nodeid] = test

    def of(self, item: pytest.Item) -> CollectedTest:
        """Read off an item which test it is."""
        parent = item.parent
        place = self._places.get(id(parent))
        if place is None:
            place = self._places[id(parent)] = self._place(item)
        _, path, class_name = place
        identity, is_orphan = marked_id(item)
        callspec = getattr(item, "callspec", None)
        line = item.location[1]
        return CollectedTest(
            identity,
            item.nodeid,
            path,
            0 if line is None else line + 1,
            class_name,
            getattr(item, "originalname", None) or item.name,
            "" if callspec is None else callspec.id,
            is_orphan,
        )

    def _place(self, item: pytest.Item) -> tuple[object, str, str]:
        """Path and class of an item, which its siblings share, and what it stands in.

        By `id`, since pytest computes the hash of a node; what has that id is held.
        """
        held = parent = item.parent
        names = []
        while isinstance(parent, pytest.Class):
            names.append(parent.name)
            parent = parent.parent
        return held, relative_path(item.path, self._root), ".".join(reversed(names))

    def all_of(self, items: list[pytest.Item]) -> tuple[CollectedTest, ...]:
        """Read off each item which test it is."""
        self._look()
        return tuple(map(self._one_of, items))

    def _one_of(self, item: pytest.Item) -> CollectedTest:
        """An item, most likely one that was there when the collection was over."""
        if seen := self._seen.get(id(item)):
            return seen[1]
        return self._known.get(item.nodeid) or self.of(item)

    def find(self, nodeid: str) -> CollectedTest:
        """The test that a node id names, by all that is known about it."""
        self._look()
        test = self._known.get(nodeid)
        if test is None:
            test = self._known[nodeid] = self._read(nodeid)
        return test

    def _look(self) -> None:
        """Look at the items that are remembered, once."""
        items, self._items = self._items, []
        for item in items:
            test = self.of(item)
            self._known[test.nodeid] = test
            self._seen[id(item)] = item, test

    def _read(self, nodeid: str) -> CollectedTest:
        test = identity_of_nodeid(nodeid)
        path = self._base / test.path
        found = self._files.find_id(path, test.class_name, test.function)
        return replace(test, id=found, path=relative_path(path, self._root))


def marked_id(item: pytest.Item) -> tuple[str, bool]:
    """The id that an item's markers give it, or an empty text; whether it is an orphan.

    The closest marker of a name counts; ``spec`` goes before ``orphan``.
    """
    spec: pytest.Mark | None = None
    orphan: pytest.Mark | None = None
    node: pytest.Item | pytest.Collector | None = item
    while node is not None:
        for mark in node.own_markers:
            if mark.name == "spec":
                spec = spec or mark
            elif mark.name == "orphan":
                orphan = orphan or mark
        node = node.parent
    if spec is None and orphan is None:
        return "", False
    return _first(spec) or _first(orphan), orphan is not None


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
