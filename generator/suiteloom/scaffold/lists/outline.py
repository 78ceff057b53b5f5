"""A Markdown file as headings and the blocks below them; the section of one domain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from suiteloom.model.identifiers import closest, short
from suiteloom.scaffold.lists.cells import cell_lines, plain_html
from suiteloom.scaffold.lists.entry import is_boxed, is_marked, is_named
from suiteloom.scaffold.lists.headers import label_field
from suiteloom.scaffold.lists.text import MAX_TEXT, Problems, one_line
from suiteloom.scaffold.names import domain_names

__all__ = [
    "LISTS",
    "Document",
    "Heading",
    "Section",
    "find_section",
    "span",
    "split_count",
    "split_label",
]

LISTS = frozenset({"bullet_list", "ordered_list"})
_COUNT = re.compile(
    r"(?P<title>.*?) ?[(\[](?P<count>[0-9]{1,6})(?: tests?)?[)\]]"
    r"(?:(?: ?[\u2013\u2014:]| --?) ?(?P<note>.*))?",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?P<label>[^:]{1,60}?) ?:(?: +|$)(?P<rest>.*)")
_SEVERAL_WORDS = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_MISSPELLED = 0.85  # likeness of two names, one of which is the other misspelled
_MAX_NESTING = 60
_SHOWN = 10


@dataclass(slots=True)
class Heading:
    """A heading and the blocks between it and the next one.

    Attributes:
        title: Its text without marks and count.
        level: 1 to 6.
        line: 1-based.
        end: 1-based line on which it ends; it may be underlined.
        count: How many tests it claims; None if it claims nothing.
        note: What follows the count.
        blocks: In order; filled while the file is read.
    """

    title: str
    level: int
    line: int
    end: int
    count: int | None
    note: str
    blocks: list[SyntaxTreeNode] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Section:
    """What belongs to one domain.

    Attributes:
        head: Its heading; None if the file begins with the first group.
        blocks: What stands between it and the first group.
        groups: The headings below it.
        start: 0-based number of its first line.
        end: 0-based number of the line behind its last one.
    """

    head: Heading | None
    blocks: Sequence[SyntaxTreeNode]
    groups: Sequence[Heading]
    start: int
    end: int


class Document:
    """A Markdown file, read as far as blocks; texts are read when they are asked for.

    Args:
        lines: With their ends.

    Attributes:
        lines: As given.
        preface: The blocks before the first heading.
        headings: In order.
        definitions: 0-based numbers of the lines that define targets of links.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.preface: list[SyntaxTreeNode] = []
        self.headings: list[Heading] = []
        self._env: dict[str, Any] = {}
        self._parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING})
        self._parser.enable(["table", "strikethrough"]).disable("inline")
        tokens = self._parser.parse("".join(lines), self._env)
        blocks = self.preface
        for node in SyntaxTreeNode(tokens).children:
            if node.type == "heading":
                title, count, note = split_count(self.text(node).replace("`", ""))
                level, (start, end) = int(node.tag[1:]), span(node)
                heading = Heading(title, level, start + 1, end, count, note)
                self.headings.append(heading)
                blocks = self.headings[-1].blocks
            else:
                blocks.append(node)
        references = [
            *self._env.get("references", {}).values(),
            *self._env.get("duplicate_refs", ()),
        ]
        self.definitions = frozenset(
            line for entry in references for line in range(*entry["map"])
        )

    def text(self, node: SyntaxTreeNode) -> str:
        """The text of a paragraph or heading on one line, code between backticks."""
        return one_line(plain_html("".join(map(_piece, self._tokens(node)))))

    def texts(self, node: SyntaxTreeNode) -> list[tuple[str, bool]]:
        """The lines of a paragraph, each with whether it begins with strong text."""
        lines: list[tuple[str, bool]] = []
        for part in _split(self._tokens(node)):
            text = "".join(map(_piece, part)).replace("`", "")
            first = next(
                (token for token in part if token.content or token.nesting), None
            )
            is_strong = first is not None and first.type == "strong_open"
            lines += [(line, is_strong) for line in cell_lines(text)]
        return lines

    def cell(self, node: SyntaxTreeNode) -> str:
        """What stands in a cell of a table, with its HTML and without other marks."""
        return "".join(map(_piece, self._tokens(node))).replace("`", "").strip()

    def is_struck(self, node: SyntaxTreeNode) -> bool:
        """Whether a part of a paragraph is struck through."""
        return any(token.type == "s_open" for token in self._tokens(node))

    def is_group_list(self, node: SyntaxTreeNode) -> bool:
        """Whether each item of a list is a text without a name and tests below it."""
        return all(self.is_group_item(item) for item in node.children)

    def is_group_item(self, item: SyntaxTreeNode) -> bool:
        """Whether an item is a text without a name that has tests below it."""
        head, *rest = item.children or [item]
        is_text = head.type == "paragraph" and any(map(self._has_tests, rest))
        return is_text and not is_named(self.text(head)) and not self.label(head)[0]

    def is_named_list(self, node: SyntaxTreeNode) -> bool:
        """Whether an item of a list says itself that it is a test: a name, id or box."""
        heads = [item.children[0] for item in node.children if item.children]
        texts = [self.text(head) for head in heads if head.type == "paragraph"]
        return any(is_named(text) or is_marked(text) for text in texts)

    def is_boxed_list(self, node: SyntaxTreeNode) -> bool:
        """Whether an item of a list, or of one below it, has a task box."""
        for item in node.children:
            head, *rest = item.children or [item]
            if head.type == "paragraph" and is_boxed(self.text(head)):
                return True
            if any(self.is_boxed_list(below) for below in rest if below.type in LISTS):
                return True
        return False

    def is_labelled_list(self, node: SyntaxTreeNode) -> bool:
        """Whether each item of a list begins with a label in strong type."""
        heads = [item.children[0] for item in node.children if item.children]
        return bool(heads) and all(
            head.type == "paragraph" and self.label(head)[2] for head in heads
        )

    def label(self, head: SyntaxTreeNode) -> tuple[str, str, bool]:
        """The label that a paragraph begins with, as ``**Steps:** open it``.

        Returns:
            The field that it names, empty if it is no field's; what follows it; and
            whether the paragraph begins with a label at all.
        """
        lines = self.texts(head)
        if not lines:
            return "", "", False
        field, rest, is_label = split_label(*lines[0])
        return (
            field,
            " ".join([rest, *(text for text, _ in lines[1:])]).strip(),
            is_label,
        )

    def _has_tests(self, node: SyntaxTreeNode) -> bool:
        """Whether a block below an item is a list of tests, not of steps or labels."""
        if node.type not in LISTS or (
            node.type == "ordered_list" and not self.is_named_list(node)
        ):
            return False
        first = node.children[0].children[:1] if node.children else []
        return not (first and first[0].type == "paragraph" and self.label(first[0])[0])

    def _tokens(self, node: SyntaxTreeNode) -> list[Token]:
        """The tokens of the text of a paragraph or heading."""
        content = "".join(child.content for child in node.children)
        if len(content) > MAX_TEXT:  # it is refused later; its marks may cost much
            return [Token("text", "", 0, content=content)]
        tokens: list[Token] = []
        self._parser.inline.parse(content, self._parser, self._env, tokens)
        return tokens


def span(node: SyntaxTreeNode) -> tuple[int, int]:
    """0-based numbers of the first line of a block and of the line behind it."""
    start, end = node.map or (0, 0)
    return start, end


def split_label(line: str, is_strong: bool) -> tuple[str, str, bool]:
    """Take the label off a line.

    Args:
        line: The line, without marks.
        is_strong: Whether it begins with strong text.

    Returns:
        The field that the label names, empty if it is no field's; the rest of the line;
        and whether there is a label at all.
    """
    found = _LABEL.match(line)
    if found and (field := label_field(found["label"])):
        return field, found["rest"], True
    if is_strong and (field := label_field(line)):
        return field, "", True
    return ("", found["rest"], True) if found and is_strong else ("", line, False)


def split_count(text: str) -> tuple[str, int | None, str]:
    """Take the count off a title: ``Events (5) - critical`` is Events, 5, critical.

    Returns:
        The title, the count or None, and what follows the count.
    """
    found = _COUNT.fullmatch(text)
    if found is None:
        return text, None, ""
    return found["title"], int(found["count"]), found["note"] or ""


def find_section(document: Document, domain: str, problems: Problems) -> Section | None:
    """Find what belongs to a domain.

    The heading of a domain is its identifier, or a title that becomes it. Where there is
    none, all of the file belongs to the domain if it has one level of groups, below
    a title or not.

    Args:
        document: The file.
        domain: The domain, or an empty string for whatever the file is about.
        problems: Takes the finding if there is no section, or a second one.

    Returns:
        The section, or None if there is none.
    """
    headings = document.headings
    matches = [n for n, heading in enumerate(headings) if heading.title == domain]
    if not matches:
        wanted = set(domain_names(domain)[:1])
        matches = [
            n
            for n, heading in enumerate(headings)
            if not wanted.isdisjoint(domain_names(heading.title))
        ]
    if not matches:
        return _whole(document, domain, problems)
    first = matches[0]
    head, following = headings[first], headings[first + 1 :]
    below = next(
        (n for n, other in enumerate(following) if other.level <= head.level),
        len(following),
    )
    others = [heading for heading in headings if heading is not head]
    if (
        head.title != domain
        and not below
        and any(_lists(other.blocks) for other in others)
    ):
        message = f"'{short(head.title)}' may be the domain or one of its groups"
        hint = f"name the section {domain}, or put a heading {domain} above its groups"
        problems.add("LI107", message, head.line, hint=hint)
        return None
    for heading in [headings[n] for n in matches if n > first + below]:
        message = f"a second section of the domain {domain!r}"
        hint = f"first at {problems.path}:{head.line}; join the two"
        problems.add("LI107", message, heading.line, hint=hint)
    end = following[below].line - 1 if below < len(following) else len(document.lines)
    return Section(head, head.blocks, following[:below], head.line - 1, end)


def _whole(document: Document, domain: str, problems: Problems) -> Section | None:
    """All of a file as one section, if it can be the list of one domain."""
    headings = document.headings
    first = 0
    while _is_title(document, first):
        first += 1
    head = headings[first - 1] if first else None
    groups = headings[first:]
    parents = [
        heading
        for heading, below in pairwise(groups)
        if below.level > heading.level and not _lists(heading.blocks)
    ]
    if head and domain and _SEVERAL_WORDS.fullmatch(head.title):
        parents = [head]
    if parents and (not domain or _are_domains(parents, domain)):
        _report_sections(parents, domain, problems)
        return None
    start = head.line - 1 if head else 0
    for node in _lists(document.preface) if head else ():
        hint = "write a heading above"
        problems.add("LI102", "tests above the title", span(node)[0] + 1, hint=hint)
    blocks = head.blocks if head else document.preface
    return Section(head, blocks, groups, start, len(document.lines))


def _is_title(document: Document, index: int) -> bool:
    """Whether a heading stands above all that follows, and has no tests of its own."""
    headings = document.headings[index:]
    if not headings:
        return False
    lists = _lists(headings[0].blocks)
    if not all(document.is_group_list(node) for node in lists):
        return False
    below = headings[1:]
    if not below:
        return bool(lists)
    if all(label_field(heading.title) for heading in below):
        return False
    return all(heading.level > headings[0].level for heading in below)


def _lists(blocks: Sequence[SyntaxTreeNode]) -> list[SyntaxTreeNode]:
    return [node for node in blocks if node.type in LISTS]


def _are_domains(parents: Sequence[Heading], domain: str) -> bool:
    """Whether headings above others are those of domains, or one is `domain` misspelled.

    A title that is neither is that of a chapter.
    """
    titles = [heading.title for heading in parents]
    names = {name for title in titles for name in domain_names(title)}
    close = closest(domain, sorted(names), cutoff=_MISSPELLED, begun=False)
    return any(map(_SEVERAL_WORDS.fullmatch, titles)) or bool(close)


def _report_sections(
    parents: Sequence[Heading], domain: str, problems: Problems
) -> None:
    """Say that none of the sections is the domain's, or that there are several."""
    titles = [short(heading.title) for heading in parents]
    known = ", ".join(titles[:_SHOWN]) + ", ..." * (len(titles) > _SHOWN)
    if not domain:
        message = f"the list has several sections: {known}"
        hint = "name the domain of one of them"
        problems.add("LI107", message, parents[0].line, hint=hint)
        return
    names = {name: title for title in titles for name in domain_names(title)}
    close = closest(domain, names)
    hint = f"did you mean {names[close]!r}? " if close else ""
    hint += f"sections: {known}; the heading is the domain's name or title"
    message = f"no section of the domain {short(domain)!r}"
    problems.add("LI107", message, parents[0].line, hint=hint)


def _split(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens of a text, line by line."""
    lines: list[list[Token]] = [[]]
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            lines.append([])
        else:
            lines[-1].append(token)
    return lines


def _piece(token: Token) -> str:
    """The text of one token; marks and comments have none."""
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    if token.type == "code_inline":
        return f"`{token.content.replace('`', '')}`"
    if token.type == "html_inline" and token.content.startswith("<!--"):
        return ""
    return token.content
