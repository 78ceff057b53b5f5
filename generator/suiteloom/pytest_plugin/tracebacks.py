"""Tracebacks of failed tests: the summary and the body, not the whole docstring.

pytest has no setting for what it shows of a function; an entry of a long traceback is a
list of lines. Only lines of the docstring are taken out of it: what is below, and where the
failure is, stay as pytest has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from suiteloom.pytest_plugin.identity import marked_id
from suiteloom.pytest_plugin.suite_files import DocstringLines, SuiteFiles

__all__ = ["Tracebacks"]

_QUOTES = ('"""', "'''")


class Tracebacks:
    """Shortens the docstring of a specified test where its failure shows the source.

    Args:
        files: Say where the docstring of a test stands.
    """

    def __init__(self, files: SuiteFiles) -> None:
        self._files = files

    def shorten(self, item: pytest.Item, report: pytest.TestReport) -> None:
        """Shorten the entries of a specified test whose body raised."""
        identity, _ = marked_id(item)
        found = self._files.docstring(item.path, identity) if identity else None
        if found is not None:
            for entry in _long_entries(report.longrepr):
                entry.lines = _shortened(entry.lines, found)


def _long_entries(longrepr: Any) -> Iterator[Any]:
    """The entries that show source from the first line of a function on."""
    for traceback, *_ in getattr(longrepr, "chain", ()):
        for entry in getattr(traceback, "reprentries", ()):
            if getattr(entry, "style", "") == "long":
                yield entry


def _shortened(lines: Sequence[str], found: DocstringLines) -> list[str]:
    """The lines of an entry with the first paragraph of the docstring alone.

    They stay as they are if they are not those of that function, or if the docstring is
    one paragraph.
    """
    end = found.start + len(found.lines)
    shown = [line.strip() for line in lines[found.start : end]]
    stripped = [line.strip() for line in found.lines]
    quotes = stripped[-1][-3:]
    if shown != stripped or "" not in stripped or quotes not in _QUOTES:
        return list(lines)
    last = found.start + stripped.index("") - 1
    if last < found.start or shown[0] in _QUOTES:
        return list(lines)
    summary = [*lines[found.start : last], f"{lines[last].rstrip()} …{quotes}"]
    return [*lines[: found.start], *summary, *lines[end:]]
