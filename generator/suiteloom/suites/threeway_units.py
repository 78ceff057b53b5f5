"""Three versions of one unit, class header or docstring, merged. Pure.

Spec-owned text is rendered again from the merged spec, so that it never is a conflict as
long as its revs prove it; hand-written text is merged line by line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from suiteloom.suites.edits import Splice, splice
from suiteloom.suites.ownership import proven, untouched
from suiteloom.suites.reader import comments, first_line, read_suite
from suiteloom.suites.source import Source, UnreadableError
from suiteloom.suites.threeway_text import (
    Conflict,
    LineMerge,
    Piece,
    join,
    merge_text,
    split_lines,
)
from suiteloom.suites.units import ClassBlock, Docstring, Span, Unit

__all__ = [
    "Owned",
    "UnitVersion",
    "class_header",
    "merge_owned",
    "merge_unit",
    "module_docstring",
]

_Side = Literal["ours", "theirs", "both"]
_TOKEN = re.compile("\x01([0-9]+)\x01")
_END_OF_SIGNATURE = re.compile(r"\s*,?\s*\)\s*:")


@dataclass(frozen=True, slots=True)
class Owned:
    """Whole lines with spec-owned parts.

    Attributes:
        text: The lines.
        spans: The spec-owned parts, as offsets in `text`, in order.
        is_proven: Whether a rev proves them, and no comment is in them.
    """

    text: str
    spans: tuple[Span, ...] = ()
    is_proven: bool = False

    @property
    def parts(self) -> list[str]:
        """The text of each spec-owned part."""
        return [self.text[start:end] for start, end in self.spans]

    @property
    def hand(self) -> str:
        """The lines with a mark in the place of each spec-owned part."""
        marks = [Splice(*span, f"\x01{i}\x01") for i, span in enumerate(self.spans)]
        return splice(self.text, 0, len(self.text), marks)


def merge_owned(
    base: Owned | None, ours: Owned, theirs: Owned, lines: LineMerge
) -> tuple[list[Piece], _Side]:
    """Merge lines with spec-owned parts.

    Args:
        base: As it was; None if both sides added it.
        ours: One side.
        theirs: The other.
        lines: Merges hand-written text.

    Returns:
        The merged lines, and the side that the spec-owned parts are from; `both` if
        they were merged line by line as well.
    """
    if base is not None and base.text == ours.text:
        return [theirs.text], "theirs"
    if ours.text == theirs.text or (base is not None and base.text == theirs.text):
        return [ours.text], "ours"
    versions = [ours, theirs] if base is None else [base, ours, theirs]
    counts = {len(item.spans) for item in versions}
    if not all(item.is_proven for item in versions) or len(counts) > 1:
        return lines(base.text if base else "", ours.text, theirs.text), "both"
    # Both sides may have rendered the parts anew. Either is right to start from: the
    # next `generate` writes what the merged spec says, because the rev still holds.
    is_old = base is not None and base.parts == ours.parts
    parts = (theirs if is_old else ours).parts
    hand = merge_text(base.hand if base else "", ours.hand, theirs.hand, lines)
    return [_filled(piece, parts) for piece in hand], "theirs" if is_old else "ours"


def _filled(piece: Piece, parts: list[str]) -> Piece:
    def fill(text: str) -> str:
        return _TOKEN.sub(lambda match: parts[int(match[1])], text)

    if isinstance(piece, str):
        return fill(piece)
    return Conflict(fill(piece.ours), fill(piece.base), fill(piece.theirs))


def module_docstring(source: Source, docstring: Docstring, *, is_ours: bool) -> Owned:
    """The lines of a module docstring."""
    start, end = _whole_lines(source, docstring.span)
    return _owned(source, (start, end), [docstring.span], is_proven=is_ours)


def class_header(source: Source, block: ClassBlock) -> Owned:
    """The lines of a class down to the end of its docstring, or to its first member."""
    start = block.span[0]
    if block.docstring is not None:
        end = _whole_lines(source, block.docstring.span)[1]
        spans = [block.name_span, block.base_span, block.docstring.span]
        return _owned(source, (start, end), spans, is_proven=block.is_ours)
    first = block.node.body[0]
    end = source.line_start(first_line(source, first))
    if block.units and block.units[0].node is first:
        end = block.units[0].span[0]
    found = split_lines(source.text[start:end])
    while found and not found[-1].strip():
        found.pop()
    return Owned("".join(found))


def _whole_lines(source: Source, span: Span) -> Span:
    first, last = source.line_of(span[0]), source.line_of(span[1] - 1)
    return source.line_start(first), source.line_start(last + 1)


def _owned(source: Source, lines: Span, spans: list[Span], *, is_proven: bool) -> Owned:
    has_comments = any(comments(f"({source.text[slice(*span)]})") for span in spans)
    shifted = tuple((start - lines[0], end - lines[0]) for start, end in spans)
    return Owned(source.text[slice(*lines)], shifted, is_proven and not has_comments)


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
        if [item.name for item in unit.parameters] != expected:
            return None
        if not all(item.plain for item in unit.parameters):
            return None
        end = unit.parameters[-1].span[1]
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
        return _owned(source, lines, spans, is_proven=is_proven)


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
    side: _Side,
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
