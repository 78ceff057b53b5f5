"""Reading the project's files, and making sure that a path stays inside of it."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePath

from suiteloom.errors import ConflictError, StorageError

__all__ = [
    "SPEC_SUFFIXES",
    "changed",
    "list_files",
    "list_tree",
    "read_bytes",
    "reserved_part",
    "resolve_target",
]

SPEC_SUFFIXES = (".yaml", ".yml")

_RESERVED = frozenset({".git", ".suiteloom"})


def read_bytes(root: Path, path: str, most: int = 0) -> bytes:
    """Read a file.

    Args:
        root: The project's folder.
        path: POSIX, relative to it.
        most: How many bytes it may have; of a larger one no more than the first
            `most` and one are read, which is how a reader knows. 0 is no limit.

    Raises:
        StorageError: If it can not be read.
    """
    try:
        if not stat.S_ISREG((root / path).stat().st_mode):
            raise StorageError("is not a file", path=path, hint="move it away")
        with (root / path).open("rb") as file:
            return file.read(most + 1 if most else -1)
    except OSError as error:
        raise StorageError(f"can not be read: {error.strerror}", path=path) from error


def changed(path: str) -> ConflictError:
    """What to raise where a file is no longer what a plan was made from."""
    return ConflictError(
        "changed while suiteloom was at work; nothing was written",
        path=path,
        hint="run the command again",
    )


def list_files(root: Path, folder: str, suffixes: tuple[str, ...]) -> list[str]:
    """The files of a folder, not of those below it, that end in one of `suffixes`.

    Args:
        root: The project's folder.
        folder: POSIX, relative to it.
        suffixes: Lower case, with the dot.

    Returns:
        POSIX paths relative to `root`, sorted; empty if there is no such folder.

    Raises:
        StorageError: If the folder can not be listed.
    """
    try:
        with os.scandir(root / folder) as entries:
            names = [
                entry.name
                for entry in entries
                if entry.name.endswith(suffixes) and not entry.name.startswith(".")
            ]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StorageError(
            f"can not be listed: {error.strerror}", path=folder
        ) from error
    return sorted(f"{folder}/{name}" for name in names)


def list_tree(root: Path, folder: str, suffixes: tuple[str, ...]) -> list[str]:
    """The files of a folder and of all below it, hidden ones too.

    Args:
        root: The project's folder.
        folder: POSIX, relative to it.
        suffixes: Lower case, with the dot; upper case on disk is the same.

    Returns:
        POSIX paths relative to `root`, sorted; empty if there is no such folder. Links
        to folders are not followed, and broken links and caches of Python are left out.
    """
    found = []
    for place, folders, names in os.walk(root / folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        found += [
            path.relative_to(root).as_posix()
            for path in (Path(place, name) for name in names)
            if path.name.lower().endswith(suffixes) and path.is_file()
        ]
    return sorted(found)


def reserved_part(path: PurePath) -> str:
    """The part of a path that belongs to git or to suiteloom itself, or an empty string.

    Spellings count that some file systems take for the same.
    """
    parts = (part for part in path.parts if part.casefold().rstrip(". ") in _RESERVED)
    return next(parts, "")


def resolve_target(root: Path, path: str, *, break_hardlinks: bool = False) -> Path:
    """Find the file that writing to `path` would replace, links followed.

    Args:
        root: The project's folder.
        path: POSIX, relative to it.
        break_hardlinks: Whether a file with several names may lose the others.

    Returns:
        An absolute path inside the project. The file need not exist.

    Raises:
        StorageError: If the way leads out of the project, through a broken link, to
            something that is no plain file, or to a file with several names.
    """
    inside = root.resolve()
    target = root / path
    try:
        resolved = target.resolve()
    except (OSError, RuntimeError) as error:  # links in a circle
        raise StorageError(
            "can not be reached", path=path, hint="remove the link"
        ) from error
    if not resolved.is_relative_to(inside):
        raise StorageError(
            "leads out of the project through a link",
            path=path,
            hint="replace the link by a folder or file of the project",
        )
    if part := reserved_part(resolved.relative_to(inside)):
        hint = "configure another folder, or replace the link by a file of the project"
        raise StorageError(f"leads into {part}", path=path, hint=hint)
    if target.is_symlink() and not resolved.exists():
        raise StorageError("is a broken link", path=path, hint="remove the link")
    try:
        status = resolved.stat()
    except FileNotFoundError:
        return resolved
    except OSError as error:
        raise StorageError(
            f"can not be reached: {error.strerror}", path=path
        ) from error
    if not stat.S_ISREG(status.st_mode):
        raise StorageError("is not a file", path=path, hint="move it out of the way")
    if status.st_nlink > 1 and not break_hardlinks:
        raise StorageError(
            "has several names (hard links)",
            path=path,
            hint="copy it to a file of its own, or pass --break-hardlinks",
        )
    return resolved
