"""Markers and text of reStructuredText. Pure.

A comment marks the first number of the block behind it; of several in a row the first
marks the first, the second the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from suiteloom.claims.marker import NAME
from suiteloom.claims.page import Page
from suiteloom.claims.reading import Mark, Passage, Reading, Slot
from suiteloom.claims.tags import picture_slots

__all__ = ["read_rest"]

_MARK = re.compile(rf"[ ]*\.\.[ ]+{NAME}[ ]+(?P<text>.*?)[ ]*")
_EXPLICIT = re.compile(r"[ ]*\.\.(?:[ ]+(?P<what>.*))?")
_DIRECTIVE = re.compile(r"(?:\|[^|]+\|[ ]+)?(?P<name>[\w:-]+)::(?P<rest>.*)")
_OPTION = re.compile(r"[ ]+:alt:[ ]*")
_LITERAL = frozenset(
    [
        "code",
        "code-block",
        "sourcecode",
        "literalinclude",
        "parsed-literal",
        "math",
        "raw",
        "doctest",
        "testcode",
        "testoutput",
        "prompt",
        "console",
        "graphviz",
        "productionlist",
        "highlight",
        "include",
    ]
)
_UNDERLINE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}")


def read_rest(page: Page) -> Reading:
    """Read a page of reStructuredText."""
    marks: list[Mark] = []
    passages: list[Passage] = []
    waiting: list[tuple[int, int, str]] = []
    for start, end, is_literal in _blocks(page):
        if is_literal:
            marks += [Mark(*mark, ()) for mark in waiting]
            waiting = []
            continue
        found = _MARK.fullmatch(page.text[start:end].rstrip("\n"))
        if found:
            at = start + len(found[0]) - len(found[0].lstrip())
            waiting.append((at, start + len(found[0]), found["text"]))
            continue
        if _is_comment(page.text[start:end]):
            continue
        for nth, mark in enumerate(waiting):
            marks.append(Mark(*mark, _slots(page.text, start, end, nth)))
        waiting = []
        passages.append(Passage(start, end))
    marks += [Mark(*mark, ()) for mark in waiting]
    return Reading(tuple(marks), tuple(passages))


def _is_comment(block: str) -> bool:
    match = _EXPLICIT.match(block)
    if match is None:
        return False
    what = match["what"] or ""
    return not what.startswith(("[", "_", "|")) and not _DIRECTIVE.match(what)


def _slots(text: str, start: int, end: int, nth: int) -> tuple[Slot, ...]:
    """Where the number of a marker is in the block behind it."""
    block = text[start:end]
    match = _EXPLICIT.match(block)
    directive = _DIRECTIVE.match(match["what"] or "") if match else None
    if match is None or directive is None:
        return (Slot(start, end, is_anywhere=True, nth=nth),)
    begins = start + match.start("what") + directive.start("rest")
    if directive["name"] not in {"image", "figure"}:
        return (Slot(begins, end, is_anywhere=True, nth=nth),)
    stop = text.find("\n", begins, end)
    address = (begins, stop if stop >= 0 else end)
    option = _OPTION.search(text, address[1], end)
    alt = (end, end)
    if option:
        last = text.find("\n", option.end(), end)
        alt = (option.end(), last if last >= 0 else end)
    return picture_slots(text, alt, address)


def _blocks(page: Page) -> Iterator[tuple[int, int, bool]]:
    """The blocks of a page: lines up to an empty one, or to a line of explicit markup.

    Yields:
        Where one begins and ends, and whether it is literal: code.
    """
    literal = -1
    begun = -1
    lines = page.text.split("\n")
    for number, line in enumerate(lines):
        start = page.starts[number]
        indent = len(line) - len(line.lstrip())
        if literal >= 0 and line.strip():
            if indent > literal:
                if begun >= 0:
                    yield begun, start, False
                    begun = -1
                yield start, start + len(line), True
                continue
            literal = -1
        is_explicit = _EXPLICIT.fullmatch(line) is not None
        if begun >= 0 and (not line.strip() or is_explicit):
            yield begun, start, False
            begun = -1
        if not line.strip():
            continue
        if _MARK.fullmatch(line):
            yield start, start + len(line), False
            continue
        if begun < 0:
            begun = start
        literal = _literal_from(line, indent, literal)
    if begun >= 0:
        yield begun, len(page.text), False


def _literal_from(line: str, indent: int, literal: int) -> int:
    """The indent beyond which what follows a line is literal; -1 if nothing is."""
    match = _EXPLICIT.fullmatch(line)
    directive = _DIRECTIVE.match(match["what"] or "") if match else None
    if directive:
        return indent if directive["name"] in _LITERAL else literal
    if match is None and line.rstrip().endswith("::"):
        return indent
    return literal
