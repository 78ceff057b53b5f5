"""The text of one cell: HTML, lines and numbered steps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from itertools import pairwise

from suiteloom.scaffold.lists.text import one_line

__all__ = ["cell_lines", "cell_text", "is_blank", "plain_html", "steps"]

_BREAKS = frozenset(
    {
        *("br", "p", "div", "li", "ul", "ol", "tr", "table", "hr", "pre", "blockquote"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd"),
    }
)
_INLINE = frozenset(
    {
        *(
            "a",
            "abbr",
            "b",
            "big",
            "cite",
            "code",
            "col",
            "colgroup",
            "del",
            "dfn",
            "dl",
        ),
        *("em", "font", "i", "img", "ins", "kbd", "label", "mark", "q", "s", "samp"),
        *("small", "span", "strike", "strong", "sub", "sup", "tbody", "td", "th"),
        *("thead", "tt", "u", "var", "wbr"),
    }
)
_HIDDEN = frozenset({"script", "style"})
_TAGS = "|".join(sorted(_BREAKS | _INLINE | _HIDDEN, key=len, reverse=True))
_TAG = re.compile(rf"</?(?:{_TAGS})(?=[\s/>])[^<>]*>|<!--", re.IGNORECASE)
_OTHER_SIGN = re.compile(rf"<(?!/?(?:{_TAGS})(?=[\s/>])[^<>]*>|!--)", re.IGNORECASE)
_ENTITY = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
)
_OTHER_AMPERSAND = re.compile(rf"&(?!{_ENTITY.pattern[1:]})")
_LINE_END = re.compile(r"\r\n?|\n|\v|\f|\u2028|\u2029")
_BULLET = re.compile(r"(?:[-*\u2022\u00b7\u25cf\u25aa\u2013]\s+|[\u2022\u25cf\u25aa])")
_NUMBER = re.compile(
    r"(?P<word>(?:step|#)\s*)?(?P<number>[0-9]{1,3})\s?(?:[.):\u3001]|-(?=\s))\s*(?=\D)",
    re.IGNORECASE,
)
_INNER_NUMBER = re.compile(
    r"(?:^|(?<=[\s;,.|>\u2192]))(?:step\s*(?P<step>[0-9]{1,3})\s*[:.)-]|"
    r"(?P<number>[0-9]{1,3})[.)](?![0-9]))\s*",
    re.IGNORECASE,
)
_BETWEEN = " ;,|>\u2192"
_LOOSE = " ;,"
_BLANK = frozenset({"-", "--", "---", "\u2013", "\u2014", "n/a", "na", "none", "nil"})


class _Text(HTMLParser):
    """Takes the text out of HTML; blocks and breaks end lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin a line, or leave a mark out."""
        del attrs
        self._hidden += tag in _HIDDEN
        if tag in _BREAKS:
            self.parts.append("\n")
        elif tag in {"td", "th"}:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a line, or leave a mark out."""
        self._hidden -= tag in _HIDDEN and self._hidden > 0
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        if not self._hidden:
            self.parts.append(data)


def plain_html(text: str) -> str:
    """The text of `text` if it holds tags or entities of HTML; else as it is.

    What only looks like a tag, as ``<name>`` or ``a < b``, is text.
    """
    if not (_TAG.search(text) or _ENTITY.search(text)):
        return text
    parser = _Text()
    safe = _OTHER_AMPERSAND.sub("&amp;", text)
    parser.feed(_OTHER_SIGN.sub("&lt;", safe))
    parser.close()
    return "".join(parser.parts)


def cell_lines(cell: str) -> list[str]:
    """The lines of a cell that are not empty, white space collapsed."""
    lines = (one_line(line) for line in _LINE_END.split(plain_html(cell)))
    return [line for line in lines if line]


def cell_text(cell: str) -> str:
    """A cell as one line."""
    return " ".join(cell_lines(cell))


def is_blank(text: str) -> bool:
    """Whether a cell says that there is nothing to say."""
    return text.strip().casefold() in _BLANK or not text.strip()


def steps(lines: Iterable[str], start: int = 1) -> tuple[str, ...]:
    """The entries of a cell that holds several: one a line, or one a number.

    Marks and numbers are taken off. A line without a number goes on with the numbered
    one above.

    Args:
        lines: The lines of the cell.
        start: The number that the first of them may have, besides 1; any other number
            is text.
    """
    found: list[str] = []
    expected = start
    is_numbered = False
    for line in lines:
        parts = _numbered(line)
        for part in parts:
            match = _NUMBER.match(part)
            if match and not (match["word"] or int(match["number"]) in {1, expected}):
                match = None
            text = part[match.end() :] if match else part
            bullet = _BULLET.match(text)
            text = one_line(text[bullet.end() :] if bullet else text)
            text = text.strip(_BETWEEN if len(parts) > 1 else _LOOSE)
            if not text or is_blank(text):
                continue
            if match:
                expected = int(match["number"]) + 1
            if is_numbered and found and not match and not bullet:
                found[-1] = f"{found[-1]} {text}"
            else:
                found.append(text)
            is_numbered = is_numbered or bool(match)
    return tuple(found)


def _numbered(line: str) -> list[str]:
    """A line taken apart at numbers that count on from 1."""
    cuts: list[int] = []
    for match in _INNER_NUMBER.finditer(line):
        if int(match["step"] or match["number"]) == len(cuts) + 1:
            cuts.append(match.start())
    if len(cuts) < 2:
        return [line]
    bounds = [*cuts, len(line)]
    parts = [line[: cuts[0]]] if line[: cuts[0]].strip() else []
    return parts + [line[start:end] for start, end in pairwise(bounds)]
