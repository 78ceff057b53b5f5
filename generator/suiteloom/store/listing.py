"""Which files a project has: those that git does not leave out, if git is there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path, PurePath

from suiteloom.store.files import reserved_part
from suiteloom.store.git import may_be_repository, read_git

__all__ = ["matching", "project_files"]

_LISTED = ("ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", ".")
_PIECES = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")


def project_files(root: Path) -> list[str]:
    """Every file of a project that git tracks, or would.

    Args:
        root: The project's folder.

    Returns:
        POSIX paths relative to it, sorted, links that lead out of it left out. Without
        git, or outside of a repository, those of all files but of hidden folders.
    """
    inside = root.resolve()
    if may_be_repository(root):
        listed = os.fsdecode(read_git(root, *_LISTED)).split("\0")
        if found := {path for path in listed if path and _is_in(inside, path)}:
            return sorted(path for path in found if not reserved_part(PurePath(path)))
    paths = []
    for place, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths += [(Path(place) / name).relative_to(root).as_posix() for name in names]
    return sorted(path for path in paths if _is_in(inside, path))


def _is_in(root: Path, path: str) -> bool:
    """Whether a path is that of a file of a project, links followed."""
    place = root / path
    try:
        return place.is_file() and (
            not place.is_symlink() or place.resolve().is_relative_to(root)
        )
    except (OSError, RuntimeError):  # links in a circle
        return False


def matching(paths: Iterable[str], pattern: str) -> list[str]:
    """Those of paths that match a pattern, in order.

    Args:
        paths: POSIX.
        pattern: ``*`` and ``?`` stand for characters of one name, ``**/`` for any
            number of folders.
    """
    parts = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = _PIECES.findall(pattern)
    wanted = re.compile("".join(parts.get(p) or re.escape(p) for p in pieces))
    return [path for path in paths if wanted.fullmatch(path)]
