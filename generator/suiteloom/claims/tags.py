"""Markers and text of HTML, by the parser of the standard library. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal

from suiteloom.claims.marker import NAME
from suiteloom.claims.reading import TITLE, Mark, Passage, Reading, Slot

__all__ = [
    "Event",
    "comment_text",
    "html_events",
    "image_slots",
    "marks_in",
    "read_html",
]

_COMMENT = re.compile(rf"<!--\s*{NAME}\s(.*?)-->", re.DOTALL)
_ATTRIBUTE = re.compile(
    r"""[\s"'/](?P<name>alt|src)\s*=\s*(?:"(?P<two>[^"]*)"|'(?P<one>[^']*)')""",
    re.IGNORECASE,
)
_HEADING = re.compile(r"h([1-6])")
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_HIDING = frozenset({"code", "pre", "script", "style", "template", "textarea", "svg"})


@dataclass(frozen=True, slots=True)
class Event:
    """One thing in HTML: offsets of it, and the name of a tag."""

    kind: Literal["text", "open", "close", "comment"]
    start: int
    end: int
    name: str = ""


class _Collector(HTMLParser):
    """Collects what it meets, at offsets into the text that it is fed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.events: list[Event] = []
        self._text = text
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]

    def _here(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def _add(
        self,
        kind: Literal["text", "open", "close", "comment"],
        length: int,
        name: str = "",
    ) -> None:
        start = self._here()
        self.events.append(Event(kind, start, start + length, name))

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self._add("open", len(self.get_starttag_text() or ""), tag)

    def handle_endtag(self, tag: str) -> None:
        start = self._here()
        end = self._text.find(">", start)
        self._add("close", (end + 1 if end >= 0 else len(self._text)) - start, tag)

    def handle_data(self, data: str) -> None:
        self._add("text", len(data))

    def handle_entityref(self, name: str) -> None:
        self._add("text", len(name) + 1)

    def handle_charref(self, name: str) -> None:
        self._add("text", len(name) + 2)

    def handle_comment(self, _data: str) -> None:
        start = self._here()
        end = self._text.find("-->", start)
        self._add("comment", (end + 3 if end >= 0 else len(self._text)) - start)


def html_events(text: str) -> list[Event]:
    """What stands in a piece of HTML, in order, each at its offsets.

    A comment that never ends takes all that follows.
    """
    never_ended = text.find("<!--", text.rfind("-->") + 1)
    if never_ended >= 0:
        text = text[:never_ended]
    collector = _Collector(text)
    collector.feed(text)
    collector.close()
    return collector.events


def comment_text(text: str, start: int, end: int) -> str | None:
    """What a marker says, if a comment is one."""
    match = _COMMENT.fullmatch(text, start, end)
    return match[1].strip() if match else None


def image_slots(text: str, start: int, end: int) -> tuple[Slot, ...]:
    """Where the tag of an image has its text and its address."""
    spans = {
        match["name"].lower(): match.span("two" if match["two"] is not None else "one")
        for match in _ATTRIBUTE.finditer(text, start, end)
    }
    return picture_slots(
        text, spans.get("alt", (start, start)), spans.get("src", (start, start))
    )


def picture_slots(
    text: str, alt: tuple[int, int], address: tuple[int, int]
) -> tuple[Slot, ...]:
    """Where a picture has its number: in its text, and in its address if that is a URL."""
    shown = Slot(*alt, is_anywhere=True)
    hidden = Slot(*address, is_anywhere=True, is_address=True)
    has_number = shown.number(text) is not None
    if has_number and ("://" not in text[slice(*address)] or not hidden.number(text)):
        return (shown,)
    return (shown, hidden) if has_number else (hidden,)


def marks_in(text: str, events: list[Event]) -> tuple[list[Mark], list[Mark]]:
    """The markers among what stands in HTML.

    Returns:
        Those behind which something stands, and those that nothing follows, without a
        slot.
    """
    done: list[Mark] = []
    left: list[Mark] = []
    for number, event in enumerate(events):
        if event.kind != "comment":
            continue
        said = comment_text(text, event.start, event.end)
        if said is None:
            continue
        slots = _slots_behind(text, events[number + 1 :])
        mark = Mark(event.start, event.end, said, slots)
        (done if slots else left).append(mark)
    return done, left


def _slots_behind(text: str, events: list[Event]) -> tuple[Slot, ...]:
    """Where the number is that what follows begins with."""
    for number, event in enumerate(events):
        if event.kind == "open" and event.name == "img":
            return image_slots(text, event.start, event.end)
        if event.kind == "text" and text[event.start : event.end].strip():
            start = end = event.start
            for piece in events[number:]:
                if piece.kind != "text":
                    break
                end = piece.end
            return (Slot(start, end),)
    return ()


def read_html(text: str) -> Reading:
    """Read a page of HTML."""
    events = html_events(text)
    done, left = marks_in(text, events)
    passages: list[Passage] = []
    hidden: list[tuple[int, int]] = []
    heads: list[tuple[int, str]] = []
    begun, level, depth = -1, 0, 0

    def finish(end: int) -> None:
        nonlocal begun
        if begun >= 0:
            above = tuple(title for _, title in heads)
            passages.append(Passage(begun, end, above, level=level))
            if level:
                heads[:] = [head for head in heads if head[0] < level]
                heads.append((level, _shown(text, begun, end)))
        begun = -1

    for event in events:
        if event.kind == "text":
            if depth:
                hidden.append((event.start, event.end))
            elif begun < 0 and text[event.start : event.end].strip():
                begun = event.start
            continue
        hidden.append((event.start, event.end))
        if event.name in _BLOCKS:
            finish(event.start)
            heading = _HEADING.fullmatch(event.name)
            level = int(heading[1]) if heading and event.kind == "open" else 0
        if event.name in _HIDING:
            depth = max(depth + (1 if event.kind == "open" else -1), 0)
    finish(len(text))
    marks = sorted((*done, *left), key=lambda mark: mark.start)
    return Reading(tuple(marks), tuple(passages), tuple(hidden))


def _shown(text: str, start: int, end: int) -> str:
    """What people read of a span."""
    return " ".join(
        re.sub(r"<[^>]*>", " ", text[start : min(end, start + TITLE)]).split()
    )
