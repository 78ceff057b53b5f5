"""Reads the files that nobody judges and that those which are judged lead to."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from suiteloom.audit.engine.definitions import define
from suiteloom.audit.engine.examine import ast_text
from suiteloom.audit.engine.facts import Definitions, FileFacts
from suiteloom.audit.engine.library import Library
from suiteloom.workflows.audit.markers import registered_by_code
from suiteloom.workflows.audit.reading import Reading

__all__ = ["shelve"]


def shelve(
    root: Path,
    files: Sequence[FileFacts],
    reading: Reading,
    every: Iterable[str] = (),
) -> Library:
    """Make the library of a tree; modules are read when something leads to them.

    Args:
        root: The folder that paths are relative to.
        files: What was examined.
        reading: How it was.
        every: Files that were left to others; those that name a class of which it is to
            be known whether anything uses it are read as well.
    """

    def read(path: str) -> Definitions | None:
        try:
            return define(path, ast_text((root / path).read_bytes()))
        except (OSError, SyntaxError, ValueError):
            return None

    library = Library(
        files,
        read,
        reading.folders,
        tuple(_installed()),
        lambda: registered_by_code(root),
    )
    names = {o.condition.hidden.encode() for f in files for o in f.open} - {b""}
    seen = {file.path for file in files}
    for path in every if names else ():
        if path not in seen and _names_any(root / path, names):
            library.take(path)
    return library


def _names_any(path: Path, names: Iterable[bytes]) -> bool:
    try:
        data = path.read_bytes()
    except OSError:
        return False
    return any(name in data for name in names)


def _installed() -> Iterator[str]:
    """Folders of what is installed here; files in them are read, and never run."""
    for folder in sys.path:
        if folder and Path(folder).is_dir():
            yield Path(folder).as_posix()
