"""Files of a project as mappings that read when asked, and keep digests, not bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from suiteloom.errors import StorageError
from suiteloom.model import MAX_SPEC_BYTES
from suiteloom.store.files import SPEC_SUFFIXES, changed, list_files, read_bytes

__all__ = ["Changed", "FilesOnDisk", "read_specs"]


class FilesOnDisk(Mapping[str, bytes]):
    """Bytes of files by path, read anew each time and the same each time.

    A file that is not what it was when it was first read raises `ConflictError`: what
    was planned from its former bytes does not hold for the present ones.

    Args:
        root: The project's folder.
        paths: POSIX, relative to it; they are kept in this order.
        most: How much of each is read at most, as in `read_bytes`.
    """

    def __init__(self, root: Path, paths: Iterable[str], most: int = 0) -> None:
        self._root = root
        self._most = most
        self._digests: dict[str, bytes] = dict.fromkeys(paths, b"")

    def __getitem__(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            KeyError: If it is none of these files.
            StorageError: If it can not be read.
            ConflictError: If it changed since it was first read.
        """
        known = self._digests[path]
        try:
            data = read_bytes(self._root, path, self._most)
        except StorageError as error:
            if known:
                raise changed(path) from error
            raise
        digest = hashlib.sha256(data).digest()
        if known and known != digest:
            raise changed(path)
        self._digests[path] = digest
        return data

    def __contains__(self, path: object) -> bool:
        """Whether it is one of these files; nothing is read."""
        return path in self._digests

    def __iter__(self) -> Iterator[str]:
        """The paths."""
        return iter(self._digests)

    def __len__(self) -> int:
        """Number of files."""
        return len(self._digests)


class Changed(Mapping[str, bytes]):
    """Files as they are once some have been changed, made or removed.

    Args:
        files: As they are.
        changes: New bytes by path; None removes the file.
    """

    def __init__(
        self, files: Mapping[str, bytes], changes: Mapping[str, bytes | None]
    ) -> None:
        self._files = files
        self._changes = dict(changes)

    def __getitem__(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            KeyError: If there is no such file.
        """
        if path not in self._changes:
            return self._files[path]
        data = self._changes[path]
        if data is None:
            raise KeyError(path)
        return data

    def __contains__(self, path: object) -> bool:
        """Whether there is such a file; nothing is read."""
        if path in self._changes:
            return self._changes[str(path)] is not None
        return path in self._files

    def __iter__(self) -> Iterator[str]:
        """The paths: those that were there in their order, then those made."""
        yield from (path for path in self._files if path in self)
        made = (path for path in self._changes if path not in self._files)
        yield from (path for path in made if path in self)

    def __len__(self) -> int:
        """Number of files."""
        return sum(1 for _ in self)


def read_specs(root: Path, folder: str) -> FilesOnDisk:
    """The bytes of the specs in a folder by path, sorted; too large ones in part.

    Raises:
        StorageError: If the folder can not be listed.
    """
    return FilesOnDisk(root, list_files(root, folder, SPEC_SUFFIXES), MAX_SPEC_BYTES)
