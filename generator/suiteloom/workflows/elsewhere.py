"""Tests that are about to be created and stand, written, outside of the suites folder.

That is so when `suites` was changed in the configuration, or when a suite was moved out.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from suiteloom.model import Config, Finding
from suiteloom.suites import UnreadableError, may_hold_markers, read_suite

__all__ = ["find_elsewhere"]

_MOST_BYTES = 5_000_000
_NOT_OURS = frozenset({"node_modules", "__pycache__", "site-packages"})
_ROOTS = ("pyvenv.cfg", "suiteloom.toml")
"""A folder that holds one of these is an environment, or another project."""


def find_elsewhere(
    root: Path, config: Config, ids: Collection[str]
) -> Iterator[Finding]:
    """Look for units in every Python file of the project outside of its suites folder.

    Args:
        root: The project's folder.
        config: Names the suites folder.
        ids: Of tests that are to be created.

    Yields:
        One finding a unit that has one of these ids and a rev of ours.
    """
    wanted = frozenset(ids)
    for path in _python_files(root, config.suites):
        data = _read(root / path)
        if not may_hold_markers(data):
            continue
        try:
            suite = read_suite(data, path)
        except UnreadableError:
            continue  # not in the suites folder: nobody said that it is a suite
        for unit in suite.units:
            if unit.id in wanted and unit.rev:
                message = f"{unit.id} stands outside of {config.suites}/"
                hint = (
                    f"move the file into {config.suites}/, or set `suites` in the "
                    "configuration to its folder; then `suiteloom generate`"
                )
                line = unit.line
                yield Finding("DR216", "error", message, path, line, 0, hint, unit.id)


def _python_files(root: Path, suites: str) -> Iterator[str]:
    """Paths of Python files outside of the suites folder, sorted within each folder."""
    for place, folders, names in os.walk(root):
        here = Path(place)
        shown = here.relative_to(root).as_posix()
        foreign = shown != "." and any(name in names for name in _ROOTS)
        if shown == suites or foreign:
            folders.clear()
            continue
        folders[:] = sorted(
            name for name in folders if name not in _NOT_OURS and name[0] != "."
        )
        for name in sorted(names):
            if name.endswith(".py") and not (here / name).is_symlink():
                yield (here / name).relative_to(root).as_posix()


def _read(path: Path) -> bytes:
    """The bytes of a file; none of one that can not be read or is too large."""
    try:
        return path.read_bytes() if path.stat().st_size <= _MOST_BYTES else b""
    except OSError:
        return b""
