"""Markers and text of Markdown, by markdown-it-py: it decides what is code. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from suiteloom.claims.page import Page
from suiteloom.claims.reading import TITLE, Mark, Passage, Reading, Slot
from suiteloom.claims.tags import (
    comment_text,
    html_events,
    image_slots,
    marks_in,
    picture_slots,
)

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

__all__ = ["read_markdown"]

_SKIPPED = " \t\n*_\"'(\u201c\u00ab"


@dataclass(frozen=True, slots=True)
class _Span:
    """A piece of inline text that is no plain text, at offsets into its content.

    `label` and `address` are the spans of the two in a link or a picture.
    """

    name: str
    start: int
    end: int
    label: tuple[int, int] = (0, 0)
    address: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class _Inline:
    """One leaf of text: its content, where each character of it stands, and its spans."""

    content: str
    offsets: list[int]
    spans: list[_Span] = field(default_factory=list)

    def at(self, place: int) -> int:
        """Where a place of the content stands in the document."""
        if place < len(self.offsets):
            return self.offsets[place]
        return self.offsets[-1] + 1 if self.offsets else 0

    def slot(self, span: tuple[int, int], **how: bool) -> Slot:
        """A span of the content as a slot."""
        start, end = span
        last = self.at(end - 1) + 1 if end > start else self.at(start)
        return Slot(self.at(start), last, **how)


def read_markdown(page: Page) -> Reading:
    """Read a page of Markdown."""
    parser = _parser()
    env: dict[str, object] = {}
    tokens = parser.parse(page.text, env)
    reader = _Reader(page, parser, env)
    for token in tokens:
        reader.take(token)
    return reader.result()


def _parser() -> MarkdownIt:
    """A parser of blocks that notes where pieces of inline text stand."""
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import autolink, backtick, html_inline, image, link

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.disable("inline")
    rules: dict[str, Callable[[StateInline, bool], bool]] = {
        "backticks": backtick,
        "html_inline": html_inline,
        "link": link,
        "image": image,
        "autolink": autolink,
    }
    for name, rule in rules.items():
        parser.inline.ruler.at(name, partial(_noted, name, rule))
    return parser


def _noted(
    name: str,
    rule: Callable[[StateInline, bool], bool],
    state: StateInline,
    silent: bool,
) -> bool:
    """Apply a rule of the parser, and note what it took."""
    spans: list[_Span] = state.env["spans"]
    start, count = state.pos, len(spans)
    found = rule(state, silent)
    if not found or silent or (name == "backticks" and _is_text(state, start)):
        return found
    label = address = (0, 0)
    if name in {"link", "image"}:
        first = start + (2 if name == "image" else 1)
        end = state.md.helpers.parseLinkLabel(state, first - 1, name == "link")
        label = (first, max(end, first))
        address = _address(state.src, label[1], state.pos)
    if name == "image":
        del spans[count:]  # of its text, counted from there
    spans.append(_Span(name, start, state.pos, label, address))
    return found


def _is_text(state: StateInline, start: int) -> bool:
    """Whether backticks turned out to be no code."""
    return (
        not state.tokens
        or state.tokens[-1].type != "code_inline"
        or (state.src[start : state.pos].strip("`") == "")
    )


def _address(text: str, label_end: int, end: int) -> tuple[int, int]:
    """Where the address of a link stands; empty if it stands elsewhere."""
    if text[label_end : label_end + 2] != "](":
        return (end, end)
    start = label_end + 2
    while start < end and text[start] in " \n\t<":
        start += 1
    stop = start
    while stop < end - 1 and text[stop] not in " \n\t>":
        stop += 1
    return (start, stop)


class _Reader:
    """Takes the blocks of a document, one after the other."""

    def __init__(self, page: Page, parser: MarkdownIt, env: dict[str, object]) -> None:
        self._page = page
        self._parser = parser
        self._env = env
        self._marks: list[Mark] = []
        self._left: list[Mark] = []
        self._passages: list[Passage] = []
        self._hidden: list[tuple[int, int]] = []
        self._heads: list[tuple[int, str]] = []
        self._level = 0
        self._columns: list[str] = []
        self._row: list[str] | None = None
        self._is_head = False
        self._place = 0

    def result(self) -> Reading:
        """What was read."""
        marks = sorted((*self._marks, *self._left), key=lambda mark: mark.start)
        return Reading(tuple(marks), tuple(self._passages), tuple(self._hidden))

    def take(self, token: Token) -> None:
        """Take the next token of a block."""
        if token.type == "heading_open":
            self._level = int(token.tag[1:])
        elif token.type == "heading_close":
            self._level = 0
        elif token.type in {"thead_open", "thead_close"}:
            self._is_head = token.type == "thead_open"
            if self._is_head:
                self._columns = []
        elif token.type == "tr_open":
            self._row = []
            self._place = self._line(token)[0]
        elif token.type == "table_close":
            self._row = None
        elif token.type == "html_block":
            self._take_html(token)
        elif token.type in {"fence", "code_block"}:
            self._left_alone()
        elif token.type == "inline":
            self._take_inline(token)

    def _left_alone(self) -> None:
        """Give up on markers that a block follows which has no number to be read."""
        self._marks += self._left
        self._left = []

    def _line(self, token: Token) -> tuple[int, int]:
        """Where the lines of a block begin and end."""
        first, last = token.map or (0, 0)
        starts = self._page.starts
        end = starts[last] if last < len(starts) else len(self._page.text)
        return starts[min(first, len(starts) - 1)], end

    def _take_html(self, token: Token) -> None:
        start, end = self._line(token)
        piece = self._page.text[start:end]
        events = html_events(piece)
        done, left = marks_in(piece, events)
        if done or any(
            e.kind == "text" and piece[e.start : e.end].strip() for e in events
        ):
            self._left_alone()
        self._marks += [_moved(mark, start) for mark in done]
        self._left += [_moved(mark, start) for mark in left]
        for event in events:
            if event.kind != "text":
                self._hidden.append((start + event.start, start + event.end))
        self._passages.append(Passage(start, end, self._titles()))

    def _take_inline(self, token: Token) -> None:
        text = self._inline(token)
        if text is None:
            self._left_alone()
            return
        for mark in self._left:
            slots = self._slots(text, 0)
            self._marks.append(Mark(mark.start, mark.end, mark.text, slots))
        self._left = []
        self._marks += self._marks_of(text)
        for span in text.spans:
            self._hidden += self._hiding(text, span)
        start, end = text.at(0), text.at(len(text.content))
        self._note(text.content, start, end)

    def _note(self, content: str, start: int, end: int) -> None:
        """Note a passage, and what it is a title of."""
        shown = " ".join(content[:TITLE].split())
        heads, row = self._titles(), ""
        if self._row is not None:
            self._row.append(shown)
            column = len(self._row) - 1
            row = self._row[0] if column else ""
            if self._is_head:
                self._columns.append(shown)
            elif column < len(self._columns):
                heads = (*heads, self._columns[column])
        self._passages.append(Passage(start, end, heads, row, self._level))
        if self._level:
            self._heads = [head for head in self._heads if head[0] < self._level]
            self._heads.append((self._level, shown))

    def _titles(self) -> tuple[str, ...]:
        return tuple(
            title
            for level, title in self._heads
            if not self._level or level < self._level
        )

    def _inline(self, token: Token) -> _Inline | None:
        """A leaf of text with the places of its characters; None if they are not clear."""
        first, last = token.map or (0, 0)
        if self._row is not None:
            offsets = _cell(
                self._page.text, token.content, self._place, self._line(token)[1]
            )
            if offsets:
                self._place = offsets[-1] + 1
        else:
            offsets = _lines(self._page, token.content, range(first, last))
        if not offsets:
            return None
        text = _Inline(token.content, offsets)
        env = {"references": self._env.get("references", {}), "spans": text.spans}
        self._parser.inline.parse(token.content, self._parser, env, [])
        text.spans.sort(key=lambda span: (span.start, -span.end))
        return text

    def _marks_of(self, text: _Inline) -> Iterator[Mark]:
        for span in text.spans:
            if span.name != "html_inline":
                continue
            said = comment_text(text.content, span.start, span.end)
            if said is not None:
                slots = self._slots(text, span.end)
                start, last = text.at(span.start), text.at(span.end - 1) + 1
                yield Mark(start, last, said, slots)

    def _slots(self, text: _Inline, place: int) -> tuple[Slot, ...]:
        """Where the number is that the rest of a leaf begins with."""
        begins = {span.start: span for span in reversed(text.spans)}
        while place < len(text.content):
            span = begins.get(place)
            if span is not None and span.name == "html_inline":
                if text.content[place : place + 4].lower() == "<img":
                    start = text.at(span.start)
                    end = text.at(span.end - 1) + 1
                    return image_slots(self._page.text, start, end)
                place = span.end
            elif span is not None and span.name == "image":
                return self._picture(text, span)
            elif span is not None and span.name == "link":
                return self._link(text, span)
            elif text.content[place] in _SKIPPED:
                place += 1
            else:
                break
        if place >= len(text.content):
            return ()
        return (text.slot((place, len(text.content))),)

    def _picture(self, text: _Inline, span: _Span) -> tuple[Slot, ...]:
        alt = text.slot(span.label)
        address = text.slot(span.address)
        return picture_slots(
            self._page.text, (alt.start, alt.end), (address.start, address.end)
        )

    def _link(self, text: _Inline, span: _Span) -> tuple[Slot, ...]:
        """The number of a link: of a picture in it, in its text, or in its address."""
        for inner in text.spans:
            if inner.name == "image" and span.start < inner.start < span.end:
                return self._picture(text, inner)
        shown = text.slot(span.label, is_anywhere=True)
        if shown.number(self._page.text):
            return (shown,)
        return (text.slot(span.address, is_anywhere=True, is_address=True),)

    def _hiding(self, text: _Inline, span: _Span) -> Iterator[tuple[int, int]]:
        """What of a span people do not read as prose."""
        start, end = span.start, span.end
        if span.name == "link":
            yield (text.at(start), text.at(start) + 1)
            start = span.label[1]
        yield (text.at(start), text.at(end - 1) + 1)


def _moved(mark: Mark, shift: int) -> Mark:
    slots = tuple(
        Slot(
            slot.start + shift,
            slot.end + shift,
            slot.is_anywhere,
            slot.is_address,
            slot.nth,
        )
        for slot in mark.slots
    )
    return Mark(mark.start + shift, mark.end + shift, mark.text, slots)


def _lines(page: Page, content: str, lines: Sequence[int]) -> list[int]:
    """Where each character of a leaf's content stands; nothing if that is not clear.

    What stands before the content of a line, as the sign of a list or a quotation, is no
    part of the content.
    """
    offsets: list[int] = []
    pieces = content.split("\n")
    for number, piece in enumerate(pieces):
        if number >= len(lines):
            return []
        start = page.starts[lines[number]]
        line = page.line_of(start)
        column = line.rfind(piece.rstrip())
        if column < 0:
            return []
        offsets += range(start + column, start + column + len(piece))
        offsets.append(start + len(line))
    return offsets[:-1]


def _cell(text: str, content: str, start: int, end: int) -> list[int]:
    """The same of a cell, in which the backslash before a stroke is not its content."""
    if not content:
        return []
    place = text.find(content[0], start, end)
    while place >= 0:
        offsets: list[int] = []
        at = place
        for character in content:
            if text[at : at + 2] == "\\|" and character == "|":
                at += 1
            if at >= end or text[at] != character:
                break
            offsets.append(at)
            at += 1
        else:
            return offsets
        place = text.find(content[0], place + 1, end)
    return []
