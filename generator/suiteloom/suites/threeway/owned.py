"""Lines with spec-owned parts, in three versions, merged. Pure.

Spec-owned text is rendered again from the merged spec, so that it never is a conflict as
long as its rev proves it; hand-written text around it is merged line by line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from suiteloom.suites.reader import comments, first_line
from suiteloom.suites.source import Source
from suiteloom.suites.splices import Splice, splice
from suiteloom.suites.threeway.text import (
    Conflict,
    LineMerge,
    Piece,
    merge_text,
    split_lines,
)
from suiteloom.suites.units import ClassBlock, Docstring, Span

__all__ = ["Owned", "Side", "class_header", "merge_owned", "module_docstring", "owned"]

Side = Literal["ours", "theirs", "both"]
"""Where text was taken from."""

_TOKEN = re.compile("\x01([0-9]+)\x01")


@dataclass(frozen=True, slots=True)
class Owned:
    """Whole lines with spec-owned parts.

    Attributes:
        text: The lines.
        spans: The spec-owned parts, as offsets in `text`, in order.
        is_proven: Whether a rev proves them, and no comment is in them.
        rev: Tells whether they are the same as those of another version; empty if only
            their text does.
    """

    text: str
    spans: tuple[Span, ...] = ()
    is_proven: bool = False
    rev: str = ""

    def is_rendered_as(self, other: Owned) -> bool:
        """Whether the spec-owned parts say the same, whatever ties a body to them."""
        if self.rev and other.rev:
            return self.rev == other.rev
        return self.parts == other.parts

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
) -> tuple[list[Piece], Side]:
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
    is_old = base is not None and base.is_rendered_as(ours)
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
    return owned(source, (start, end), [docstring.span], is_proven=is_ours)


def class_header(source: Source, block: ClassBlock) -> Owned:
    """The lines of a class down to the end of its docstring, or to its first member."""
    start = block.span[0]
    if block.docstring is not None:
        end = _whole_lines(source, block.docstring.span)[1]
        spans = [block.name_span, block.base_span, block.docstring.span]
        return owned(source, (start, end), spans, is_proven=block.is_ours)
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


def owned(
    source: Source, lines: Span, spans: list[Span], *, is_proven: bool, rev: str = ""
) -> Owned:
    """Whole lines of a file with spec-owned parts.

    Args:
        source: The file.
        lines: Span of the lines.
        spans: Spans of the parts, in order.
        is_proven: Whether a rev proves them.
        rev: That rev, if it tells all of them.
    """
    has_comments = any(comments(f"({source.text[slice(*span)]})") for span in spans)
    shifted = tuple((start - lines[0], end - lines[0]) for start, end in spans)
    return Owned(
        source.text[slice(*lines)], shifted, is_proven and not has_comments, rev
    )
