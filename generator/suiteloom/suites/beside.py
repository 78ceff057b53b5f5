"""Reading a suite file beside another state of it: what is the same is read once. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suiteloom.suites.reader import read_suite
from suiteloom.suites.source import UnreadableError
from suiteloom.suites.units import SuiteText, Unit

__all__ = ["Standing", "read_beside", "standing"]

_MOST_IN_A_ROW = 8
"""Units that differ one after the other; a suite with more of them is read as a whole."""

_HEADER = "class _:\n"


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit and where it stands.

    Attributes:
        suite: The text that the spans of the unit are of: that of its file, or of another
            state of the file, or of a part, which has the same characters there.
        unit: The unit.
        line: 1-based line of its ``def`` in its file.
    """

    suite: SuiteText
    unit: Unit
    line: int


def standing(suite: SuiteText) -> list[Standing]:
    """The units of a suite that was read as a whole, in file order."""
    return [Standing(suite, unit, unit.line) for unit in suite.units]


def read_beside(data: bytes, near: SuiteText) -> list[Standing] | None:
    """Read a suite file of which another state was read already.

    A file that differs only within its units, as all of them stand in the same places of
    the same classes, is the other state's text with some whole members of classes in the
    place of others. Each of these is read by itself and has to be nothing but members: then
    Python reads them and what follows as it does in the file.

    Args:
        data: The file.
        near: Another state of it, read as a whole.

    Returns:
        Its units in file order, as `read_suite` would find them; None if that is not
        certain, so that the file has to be read as a whole.
    """
    text = _decoded(data, near)
    if text is None or not near.classes or not near.units:
        return None
    try:
        return list(_Beside(text, near).read())
    except (_UnlikeError, UnreadableError):
        return None


class _UnlikeError(Exception):
    """The two states differ in more than units."""


def _decoded(data: bytes, near: SuiteText) -> str | None:
    """The text of a file if its characters and line ends can be trusted to be plain."""
    source = near.source
    if source.encoding != "utf-8" or not data.startswith(source.bom):
        return None
    try:
        text = data[len(source.bom) :].decode("utf-8")
    except UnicodeDecodeError:
        return None
    is_plain = "\0" not in text and "\ufeff" not in text[:1]
    return text if is_plain and _has_plain_ends(text, source.text) else None


def _has_plain_ends(*texts: str) -> bool:
    """Whether every carriage return stands before a line feed."""
    return all(text.count("\r") == text.count("\r\n") for text in texts)


class _Beside:
    """One file, compared with another state of it."""

    def __init__(self, text: str, near: SuiteText) -> None:
        self._text = text
        self._near = near
        self._units: Sequence[Unit] = near.units
        self._home = [
            number for number, block in enumerate(near.classes) for _ in block.units
        ]
        ends = [unit.span[0] for unit in self._units[1:]]
        self._stops = [*ends, len(near.source.text)]

    def read(self) -> Iterator[Standing]:
        """The units of the file.

        Raises:
            _UnlikeError: If more differs than units.
        """
        text, before = self._text, self._near.source.text
        place = self._units[0].span[0]
        if text[:place] != before[:place]:
            raise _UnlikeError
        index = shift = 0
        while index < len(self._units):
            unit = self._units[index]
            piece = before[unit.span[0] : self._stops[index]]
            if text.startswith(piece, place):
                yield Standing(self._near, unit, unit.line + shift)
                place += len(piece)
                index += 1
                continue
            last, end = self._again(index, place)
            region = text[place:end]
            former = before[unit.span[0] : self._units[last].span[1]]
            line = self._near.source.line_of(unit.span[0]) + shift
            is_cut = end < len(text) and not region.endswith("\n")
            if is_cut or _is_continued(region) or _is_continued(before[: unit.span[0]]):
                raise _UnlikeError
            yield from self._members(region, unit.indent, line)
            shift += region.count("\n") - former.count("\n")
            place = end + self._stops[last] - self._units[last].span[1]
            index = last + 1
        if place != len(text):
            raise _UnlikeError

    def _again(self, index: int, place: int) -> tuple[int, int]:
        """The last unit that differs from `index` on, and where what replaces it ends."""
        before = self._near.source.text
        for last in range(index, min(index + _MOST_IN_A_ROW, len(self._units))):
            if self._home[last] != self._home[index]:
                break
            end = self._units[last].span[1]
            if last + 1 < len(self._units):
                stop = self._units[last + 1].span[1]
                found = self._text.find(before[end:stop], place)
            else:
                found = len(self._text) - len(before) + end
                if not self._text.endswith(before[end:]):
                    found = -1
            if found > place:
                return last, found
        raise _UnlikeError

    def _members(self, region: str, indent: str, line: int) -> Iterator[Standing]:
        """The units of a region, which has to be whole members of a class.

        Args:
            region: From the first line of the first one to the last of the last one.
            indent: Of the members of the class.
            line: The line that the region begins in.
        """
        text = _HEADER + region
        suite = read_suite(text.encode(), self._near.source.path)
        blocks = suite.classes
        if len(blocks) != 1 or len(suite.source.tree.body) != 1:
            raise _UnlikeError
        block = blocks[0]
        spans = [unit.span for unit in block.units]
        is_whole = (
            not block.has_more
            and block.docstring is None
            and spans[0][0] == len(_HEADER)
            and spans[-1][1] == len(text)
            and all(_is_indented(unit, indent) for unit in block.units)
        )
        if not is_whole:
            raise _UnlikeError
        for unit in block.units:
            yield Standing(suite, unit, line + unit.line - 2)


def _is_continued(text: str) -> bool:
    """Whether the last line of a text may go on in the next one."""
    return text[-3:].rstrip("\r\n").endswith("\\")


def _is_indented(unit: Unit, indent: str) -> bool:
    """Whether a member stands where the members of its class do."""
    node: ast.FunctionDef | ast.AsyncFunctionDef = unit.node
    return unit.indent == indent and node.col_offset == len(indent)
