"""Three versions of one unit, merged: its head, its body, and what was reviewed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from suiteloom.suites.ownership import proven, untouched
from suiteloom.suites.reader import first_line, read_suite
from suiteloom.suites.signature import read_signature
from suiteloom.suites.source import Source, UnreadableError
from suiteloom.suites.splices import Splice, splice
from suiteloom.suites.threeway_owned import Owned, Side, merge_owned, owned
from suiteloom.suites.threeway_text import LineMerge, Piece, join, merge_text
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
        is_proven = keywords <= {"rev", "reviewed"}
        return owned(source, lines, spans, is_proven=is_proven)


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
    versions = [ours, theirs] if base is None else [base, ours, theirs]
    whole = all(item.plain_signature is not None for item in versions)
    heads = [item.head(with_signature=whole) for item in versions]
    old = heads[0] if base is not None else None
    head, side = merge_owned(old, heads[-2], heads[-1], lines)
    body = _merged_body(base, ours, theirs, side, lines)
    return join([*_suspect(head, body, (base, ours, theirs)), *body])


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


def _suspect(
    head: list[Piece],
    body: list[Piece],
    versions: tuple[UnitVersion | None, UnitVersion, UnitVersion],
) -> list[Piece]:
    """Keep or make a test suspect, where the merge brings a body under another text."""
    text = "".join(piece for piece in head if isinstance(piece, str))
    statements = "".join(p if isinstance(p, str) else p.ours for p in body)
    if len(head) != 1:
        return head  # a person has to look at the marker anyway
    try:
        suite = read_suite(f"class _:\n{text}{statements}".encode(), "")
    except UnreadableError:
        return head
    unit = suite.units[0]
    digest = "" if unit.is_pending else _reviewed(unit, body, *versions)
    if not digest or digest == unit.reviewed:
        return head
    start, end = unit.reviewed_span
    argument = f'reviewed="{digest}"'
    if suite.source.text[start:end][:1] in {"", ","}:
        argument = f", {argument}"
    changed = splice(
        suite.source.text, 0, len(suite.source.text), [Splice(start, end, argument)]
    )
    return [changed.removeprefix("class _:\n").removesuffix(statements)]


def _reviewed(
    merged: Unit,
    body: list[Piece],
    base: UnitVersion | None,
    ours: UnitVersion,
    theirs: UnitVersion,
) -> str:
    """The normative digest that the merged body was last reviewed against.

    Returns:
        Empty if the test is not suspect.
    """
    found = []
    for side, other in ((ours, theirs), (theirs, ours)):
        unit = side.unit
        if unit.reviewed and not _settled(base, unit, other.unit):
            found.append(unit.reviewed)
        wrote = base is None or side.body != base.body
        known = unit.reviewed or unit.normative
        if wrote and body != [other.body] and known not in {"", merged.normative}:
            found.append(known)
    # A test that is suspect on one side stays suspect, since its body was not compared
    # with what the other side's spec says. Of two digests the older one counts: all that
    # changed since then has to be looked at.
    if base is not None:
        for digest in (base.unit.reviewed, base.unit.normative):
            if digest in found:
                return digest
    return found[0] if found else ""


def _settled(base: UnitVersion | None, unit: Unit, other: Unit) -> bool:
    """Whether the other side reviewed what this side only carries along."""
    return (
        base is not None
        and not other.reviewed
        and (unit.reviewed, unit.normative) == (base.unit.reviewed, base.unit.normative)
    )
