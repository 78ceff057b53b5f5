"""Which files an audit reads: those that pytest would, as far as files say so."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.workflows.audit.ignored import ignored_in

__all__ = ["Left", "find_files", "is_passed_over"]

_SKIPPED = frozenset({"__pycache__", "node_modules", "venv", "site-packages"})
_RECURSED = (".*", "*.egg", "_darcs", "build", "CVS", "dist", "{arch}")
"""Where pytest does not look if nothing else is said."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left out inside of folders; a file that is named itself never is.

    Attributes:
        exclude: Globs of paths, files or folders, relative to the root.
        folders: Patterns of folders, as pytest's `norecursedirs`; none means its own.
        ignored: Globs of absolute paths, as of pytest's `--ignore` and `--ignore-glob`.
    """

    exclude: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def find_files(
    root: Path,
    start: Path,
    paths: Iterable[str],
    patterns: tuple[str, ...],
    left: Left | None = None,
) -> tuple[str, ...]:
    """List the test files under some paths.

    Args:
        root: The folder that the results are relative to.
        start: The folder that `paths` are relative to.
        paths: Files, taken whatever they are called, and folders.
        patterns: Names of test files inside folders.
        left: What is left out; None: nothing but what pytest leaves out anywhere.

    Returns:
        POSIX paths, each once, in order. Hidden folders, environments and caches are
        passed over, and what `collect_ignore` of a conftest.py names.

    Raises:
        UsageError: If a path does not exist, or lies outside `root`.
    """
    left = left or Left()
    found: set[str] = set()
    for given in paths:
        path = Path(os.path.normpath(start / given))
        if not path.exists():
            hint = f"PATH is relative to {start}"
            raise UsageError(f"no such file or folder: {given}", hint=hint)
        if path.is_file():
            found.add(_relative(root, path, given))
            continue
        for file in _walk(path, patterns, left, root):
            found.add(_relative(root, file, given))
    return tuple(sorted(found))


def _relative(root: Path, path: Path, given: str) -> str:
    if not path.is_relative_to(root):
        raise UsageError(
            f"{given} lies outside {root}", hint="pass --project with a folder above it"
        )
    return path.relative_to(root).as_posix()


def _walk(
    folder: Path, patterns: tuple[str, ...], left: Left, root: Path
) -> Iterator[Path]:
    above = (place for place in folder.parents if place.is_relative_to(root))
    ignored = [
        *left.ignored,
        *(g for a in above for g in ignored_in(a / "conftest.py")),
    ]
    skipped = left.folders or _RECURSED
    for place, folders, names in os.walk(folder):
        if "conftest.py" in names:
            ignored += ignored_in(Path(place, "conftest.py"))
        folders[:] = sorted(
            name
            for name in folders
            if not _is_skipped(place, name, skipped)
            and not _is_left(Path(place, name), left.exclude, ignored, root)
        )
        for name in sorted(names):
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                path = Path(place, name)
                if not _is_left(path, left.exclude, ignored, root):
                    yield path


def is_passed_over(place: str, name: str) -> bool:
    """Whether a folder in another one is hidden, an environment or a cache."""
    if name.startswith(".") or name in _SKIPPED:
        return True
    inside = os.path.join(place, name, "pyvenv.cfg")  # noqa: PTH118 - in a loop over a whole tree
    return os.path.exists(inside)  # noqa: PTH110 - as above


def _is_skipped(place: str, name: str, patterns: tuple[str, ...]) -> bool:
    """Whether pytest would not look into a folder, or it holds no tests of the tree."""
    whole = os.path.join(place, name)  # noqa: PTH118 - in a loop over a whole tree
    if any(fnmatchcase(whole if "/" in p else name, p) for p in patterns):
        return True
    return is_passed_over(place, name)


def _is_left(
    path: Path, exclude: tuple[str, ...], ignored: list[str], root: Path
) -> bool:
    if any(fnmatchcase(str(path), pattern) for pattern in ignored):
        return True
    if not exclude or not path.is_relative_to(root):
        return False
    shown = path.relative_to(root).as_posix()
    return any(
        fnmatchcase(shown, pattern.rstrip("/")) or fnmatchcase(path.name, pattern)
        for pattern in exclude
    )
