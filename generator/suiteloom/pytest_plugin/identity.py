"""Which test an item of pytest is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePath

import pytest

__all__ = ["Identity", "identify", "identity_of_nodeid", "relative_path"]


@dataclass(frozen=True, slots=True)
class Identity:
    """One item, or one case of a test.

    Attributes:
        id: From its ``spec`` or ``orphan`` marker; empty if it has none.
        nodeid: What pytest calls it.
        path: POSIX, relative to pytest's root folder.
        line: 1-based, of its first decorator or its ``def``; 0 if not known.
        class_name: As collected; nested classes are joined with dots; empty if none.
        function: Its name without the case.
        case: Empty if it has none.
        is_orphan: Whether it is marked as an orphan.
    """

    id: str
    nodeid: str
    path: str
    line: int
    class_name: str
    function: str
    case: str
    is_orphan: bool


def identify(item: pytest.Item) -> Identity:
    """Read the identity off an item."""
    classes = [node.name for node in item.listchain() if isinstance(node, pytest.Class)]
    callspec = getattr(item, "callspec", None)
    line = item.location[1]
    return Identity(
        id=_marker_id(item, "spec") or _marker_id(item, "orphan"),
        nodeid=item.nodeid,
        path=relative_path(item.path, item.config.rootpath),
        line=0 if line is None else line + 1,
        class_name=".".join(classes),
        function=getattr(item, "originalname", None) or item.name,
        case=callspec.id if callspec is not None else "",
        is_orphan=item.get_closest_marker("orphan") is not None,
    )


def identity_of_nodeid(nodeid: str) -> Identity:
    """Read what a node id tells; neither id nor line are in it."""
    path, _, names = nodeid.partition("::")
    plain, _, case = names.partition("[")
    *classes, function = plain.partition("@")[0].split("::")
    return Identity(
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


def _marker_id(item: pytest.Item, name: str) -> str:
    marker = item.get_closest_marker(name)
    first = marker.args[0] if marker is not None and marker.args else ""
    return first if isinstance(first, str) else ""
