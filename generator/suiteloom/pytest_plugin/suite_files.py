"""Suite files as text: what they say about a test before it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suiteloom.suites import SuiteText, Unit

__all__ = ["DocstringLines", "SuiteFiles"]


@dataclass(frozen=True, slots=True)
class DocstringLines:
    """The docstring of a test: its lines, and how many of its function stand above them.

    A function begins with its first decorator.
    """

    start: int
    lines: tuple[str, ...]


class SuiteFiles:
    """Reads each file once, when it is first asked about.

    A file that can not be read says nothing about any test.
    """

    def __init__(self) -> None:
        self._pending: dict[Path, frozenset[str]] = {}
        self._names: dict[Path, dict[str, str]] = {}
        self._ids: dict[Path, dict[tuple[str, str], str]] = {}
        self._docstrings: dict[Path, dict[str, DocstringLines]] = {}

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

    def docstring(self, path: Path, identity: str) -> DocstringLines | None:
        """Where the docstring of a test stands; None if it has none.

        Args:
            path: The file, absolute.
            identity: The test's id.
        """
        if path not in self._docstrings:
            suite = _suite(path)
            self._docstrings[path] = {
                unit.id: _docstring(suite, unit)
                for unit in (suite.units if suite else ())
                if suite and unit.docstring is not None
            }
        return self._docstrings[path].get(identity)

    def _read(self, path: Path) -> None:
        if path in self._pending:
            return
        suite = _suite(path)
        classes = suite.classes if suite else ()
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


def _suite(path: Path) -> SuiteText | None:
    from suiteloom.suites import UnreadableError, read_suite

    try:
        return read_suite(path.read_bytes(), path.name)
    except (OSError, UnreadableError):
        return None


def _docstring(suite: SuiteText, unit: Unit) -> DocstringLines:
    source = suite.source
    start, end = unit.docstring.span if unit.docstring else (0, 0)
    first, last = source.line_of(start), source.line_of(end - 1)
    top = min(node.lineno for node in (unit.node, *unit.node.decorator_list))
    lines = tuple(source.line(number) for number in range(first, last + 1))
    return DocstringLines(first - top, lines)
