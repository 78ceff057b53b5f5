"""Which files an audit reads."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from suiteloom.errors import UsageError

__all__ = ["find_files"]

_SKIPPED = frozenset({"__pycache__", "node_modules", "venv", "site-packages"})


def find_files(
    root: Path, start: Path, paths: Iterable[str], patterns: tuple[str, ...]
) -> tuple[str, ...]:
    """List the test files under some paths.

    Args:
        root: The folder that the results are relative to.
        start: The folder that `paths` are relative to.
        paths: Files, taken whatever they are called, and folders.
        patterns: Names of test files inside folders.

    Returns:
        POSIX paths, each once, in order. Hidden folders, environments and caches are
        passed over.

    Raises:
        UsageError: If a path does not exist, or lies outside `root`.
    """
    found: set[str] = set()
    for given in paths:
        path = start / given
        if not path.exists():
            raise UsageError(f"no such file or folder: {given}")
        files = [path] if path.is_file() else _walk(path, patterns)
        for file in files:
            found.add(_relative(root, file, given))
    return tuple(sorted(found))


def _relative(root: Path, path: Path, given: str) -> str:
    absolute = Path(os.path.normpath(path))
    if not absolute.is_relative_to(root):
        raise UsageError(
            f"{given} lies outside {root}", hint="pass --project with a folder above it"
        )
    return absolute.relative_to(root).as_posix()


def _walk(folder: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED
            and not os.path.exists(os.path.join(place, name, "pyvenv.cfg"))  # noqa: PTH110, PTH118 - in a loop over a whole tree
        )
        for name in sorted(names):
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                yield Path(place, name)
