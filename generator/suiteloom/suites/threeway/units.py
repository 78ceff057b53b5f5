"""Three versions of one unit, merged: its head and its body. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from suiteloom.suites.ownership import proven, untouched
from suiteloom.suites.reader import first_line
from suiteloom.suites.signature import read_signature
from suiteloom.suites.source import Source
from suiteloom.suites.threeway.owned import Owned, Side, merge_owned, owned
from suiteloom.suites.threeway.text import (
    Conflict,
    LineMerge,
    Piece,
    join,
    merge_text,
)
from suiteloom.suites.units import Unit

__all__ = ["UnitVersion", "merge_unit"]

_END_OF_SIGNATURE = re.compile(r"\s*,?\s*\)\s*:")


@dataclass(frozen=True, slots=True)
class UnitVersion:
    """One version of a unit, in its file."""

    source: Source
    unit: Unit

    @property
    def text(self) -> str:
        """All of its lines."""
        return self.source.text[slice(*self.unit.span)]

    @property
    def body_start(self) -> int:
        """Offset of the line behind the docstring, or of the first statement's line."""
        unit, source = self.unit, self.source
        end = unit.span[1]
        if unit.docstring is not None:
            line = source.line_of(unit.docstring.span[1] - 1) + 1
            first = source.line_of(unit.body[0]) if unit.body else line
            return min(source.line_start(line), end) if first >= line else end
        line = first_line(source, unit.node.body[0])
        return source.line_start(line) if line > unit.node.lineno else end

    @property
    def body(self) -> str:
        """Its lines behind the docstring; empty if they are not lines of their own."""
        return self.source.text[self.body_start : self.unit.span[1]]

    @property
    def lines(self) -> frozenset[str]:
        """Those of its body that hold more than white space, without indentation."""
        return frozenset(filter(None, map(str.strip, self.body.split("\n"))))

    @property
    def is_untouched(self) -> bool:
        """Whether the body is exactly as it was rendered."""
        return untouched(self.source, self.unit)

    @property
    def plain_signature(self) -> int | None:
        """Offset behind the colon of a signature that is all spec-owned, or None."""
        unit = self.unit
        tables = [i.value for i in unit.decorators if i.value and i.value[0] == "cases"]
        expected = ["self", *(tables[0][1] if tables else ())]
        signature = read_signature(self.source, unit)
        if not signature.is_bare(expected):
            return None
        end = signature.parameters[-1].span[1]
        match = _END_OF_SIGNATURE.match(self.source.text, end)
        return match.end() if match else None

    def head(self, *, with_signature: bool) -> Owned:
        """Its lines down to the end of the docstring.

        Args:
            with_signature: Whether the parameters are spec-owned as well.
        """
        unit, source = self.unit, self.source
        lines = (unit.span[0], self.body_start)
        ours = proven(unit)
        block = unit.decorators[: len(ours or ())]
        call = unit.own.node
        keywords = {item.arg for item in getattr(call, "keywords", ())}
        if ours is None or unit.docstring is None or block != ours:
            return Owned(source.text[slice(*lines)])
        signature = self.plain_signature if with_signature else None
        end = block[-1].span[1] if block else unit.own.span[1]
        spans = [
            (unit.own.span[0], end),
            (unit.def_span[0], signature or unit.def_span[1]),
            unit.docstring.span,
        ]
        is_proven = keywords <= {"rev", "written", "reviewed"}
        return owned(source, lines, spans, is_proven=is_proven, rev=unit.rev)


def merge_unit(
    base: UnitVersion | None, ours: UnitVersion, theirs: UnitVersion, lines: LineMerge
) -> list[Piece]:
    """Merge a unit that both sides have.

    Args:
        base: As it was; None if both sides added it.
        ours: One side.
        theirs: The other.
        lines: Merges hand-written text.

    Returns:
        The merged lines of the unit.
    """
    if base is not None and base.text in {ours.text, theirs.text}:
        return [theirs.text if base.text == ours.text else ours.text]
    if base is None and ours.unit.node.name != theirs.unit.node.name:
        return [Conflict(ours.text, "", theirs.text)]  # two tests were given one id
    versions = [ours, theirs] if base is None else [base, ours, theirs]
    whole = all(item.plain_signature is not None for item in versions)
    heads = [item.head(with_signature=whole) for item in versions]
    old = heads[0] if base is not None else None
    head, side = merge_owned(old, heads[-2], heads[-1], lines)
    body = _merged_body(base, ours, theirs, side, lines)
    return join([*head, *body])


def _merged_body(
    base: UnitVersion | None,
    ours: UnitVersion,
    theirs: UnitVersion,
    side: Side,
    lines: LineMerge,
) -> list[Piece]:
    """Merge the body; one that nobody touched gives way to one that somebody wrote."""
    if base is None or base.is_untouched:
        if ours.is_untouched and theirs.is_untouched:
            return [theirs.body if side == "theirs" else ours.body]
        if ours.is_untouched or theirs.is_untouched:
            return [theirs.body if ours.is_untouched else ours.body]
    return merge_text(base.body if base else "", ours.body, theirs.body, lines)
