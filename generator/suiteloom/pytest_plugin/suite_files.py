"""Suite files as text: what they say about a test before it runs."""

from __future__ import annotations

from pathlib import Path

__all__ = ["SuiteFiles"]


class SuiteFiles:
    """Reads each file once, when it is first asked about.

    A file that can not be read says nothing about any test.
    """

    def __init__(self) -> None:
        self._pending: dict[Path, frozenset[str]] = {}
        self._names: dict[Path, dict[str, str]] = {}
        self._ids: dict[Path, dict[tuple[str, str], str]] = {}

    def is_pending(self, path: Path, identity: str) -> bool:
        """Whether the body of a test calls ``self.pending()``, on whatever branch.

        Args:
            path: The file, absolute.
            identity: The test's id.
        """
        self._read(path)
        return identity in self._pending[path]

    def pending_name(self, path: Path, identity: str) -> str:
        """The id of another test that the pending call of a test names, if it does."""
        self._read(path)
        return self._names[path].get(identity, "")

    def find_id(self, path: Path, class_name: str, function: str) -> str:
        """The id that stands above a test function; empty if there is none."""
        self._read(path)
        return self._ids[path].get((class_name, function), "")

    def _read(self, path: Path) -> None:
        if path in self._pending:
            return
        from suiteloom.suites import UnreadableError, read_suite

        try:
            classes = read_suite(path.read_bytes(), path.name).classes
        except (OSError, UnreadableError):
            classes = ()
        self._pending[path] = frozenset(
            unit.id for block in classes for unit in block.units if unit.is_pending
        )
        self._names[path] = {
            unit.id: name
            for block in classes
            for unit in block.units
            for name in unit.pending_names
            if name != unit.id
        }
        self._ids[path] = {
            (block.node.name, unit.node.name): unit.id
            for block in classes
            for unit in block.units
        }
