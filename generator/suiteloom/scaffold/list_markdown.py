"""Lists in Markdown: headings are groups, the items of lists are tests.

Decoration, and so left out: what stands before and after the section of the domain, blank
lines, rules, comments, definitions of the targets of links, marks of emphasis and of
links, and task boxes. A paragraph directly below the domain's heading is its summary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from markdown_it.tree import SyntaxTreeNode

from suiteloom.model.identifiers import short
from suiteloom.scaffold.list_data import Listing
from suiteloom.scaffold.list_entry import (
    ID,
    RawGroup,
    is_named,
    make_groups,
    read_entry,
)
from suiteloom.scaffold.list_marks import is_comment, text_column
from suiteloom.scaffold.list_outline import (
    LISTS,
    Document,
    Heading,
    find_section,
    span,
    split_count,
)
from suiteloom.scaffold.list_text import (
    Problems,
    check_characters,
    check_decoded,
)

__all__ = ["read_markdown"]

_PLAIN = "write one test an item: `test_name` - summary"
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_TEST = re.compile(r"\btest_\w")
_SECOND_TEST = re.compile(rf"\W*(?:{ID.pattern}\W+)?test_\w")
_UNREADABLE = {
    "blockquote": ("a quotation", "make it a list, or remove it"),
    "code_block": ("code", "make it a list, or remove it"),
    "fence": ("code", "make it a list, or remove it"),
    "heading": ("a heading inside of a list", "take it out of the list"),
    "html_block": ("HTML", "make it a list, or remove it"),
    "paragraph": (
        "prose",
        "one paragraph, directly below the domain's heading, is its summary",
    ),
    "table": ("a table", "save it as CSV with a header and give that file"),
}
_MAY_HOLD_TESTS = frozenset(
    {"blockquote", "code_block", "fence", "html_block", "table"}
)


def read_markdown(lines: Sequence[str], domain: str, problems: Problems) -> Listing:
    """Read Markdown.

    Args:
        lines: With their ends.
        domain: The domain whose section is read; empty for whatever there is.
        problems: Takes what is wrong in the section.

    Returns:
        The list; what `problems` holds is left out.
    """
    document = Document(lines)
    section = find_section(document, domain, problems)
    if section is None:
        return Listing("", "", ())
    check_characters(lines[section.start : section.end], section.start, problems)
    reader = _Reader(document, problems)
    title = _title(section.head.title) if section.head else ""
    seen = reader.read_top(section.head, section.blocks)
    for heading in section.groups:
        seen += reader.read_group(heading)
    if section.head:
        reader.check_count(section.head, seen)
    reader.check_rest(section.start, section.end)
    return Listing(title, reader.summary, make_groups(reader.groups, problems))


def _title(text: str) -> str:
    """A title; words with capitals if `text` is the identifier of a domain."""
    if not _IDENTIFIER.fullmatch(text):
        return text
    return " ".join(word.capitalize() for word in text.split("_") if word)


class _Reader:
    """Reads the blocks of one section; each line is read, decoration or reported."""

    def __init__(self, document: Document, problems: Problems) -> None:
        self.groups: list[RawGroup] = []
        self.summary = ""
        self._document = document
        self._problems = problems
        self._done: set[int] = set()
        self._is_blind = False

    def read_top(self, head: Heading | None, blocks: Iterable[SyntaxTreeNode]) -> int:
        """Read what stands between the domain's heading and its groups.

        Returns:
            The number of its tests.
        """
        if head:
            self._read_heading(head)
        seen = 0
        own = RawGroup(_title(head.title), head.line) if head else None
        is_first = True
        for node in blocks:
            if node.type in LISTS and self._document.is_group_list(node):
                seen += sum(self._read_group_item(item) for item in node.children)
            elif node.type in LISTS and own:
                seen += self._read_items(node, own)
            elif node.type in LISTS:
                self._report(node, "tests without a group", "write a heading above")
            elif node.type == "paragraph" and is_first:
                self.summary = self._text(node).replace("`", "")
            elif not self._is_decoration(node):
                self._refuse(node)
            is_first = is_first and self._is_decoration(node)
        if own and own.entries:
            self.groups.insert(0, own)
        return seen

    def read_group(self, heading: Heading) -> int:
        """Read the group of one heading; gives the number of its tests."""
        self._read_heading(heading)
        group = RawGroup(heading.title, heading.line, 1, heading.note)
        before, was_blind, self._is_blind = self._problems.count, self._is_blind, False
        seen = 0
        for node in heading.blocks:
            if node.type in LISTS:
                seen += self._read_items(node, group)
            elif not self._is_decoration(node):
                self._refuse(node)
        self.groups.append(group)
        if not (seen or heading.count) and self._problems.count == before:
            message = f"no tests below '{short(heading.title)}'"
            hint = "list its tests, or remove the heading"
            self._problems.add("LI106", message, heading.line, 1, hint=hint)
        else:
            self.check_count(heading, seen)
        self._is_blind |= was_blind
        return seen

    def check_count(self, heading: Heading, seen: int) -> None:
        """Report a claim that does not hold; nothing is counted in what is not read."""
        if heading.count in {None, seen} or self._is_blind:
            return
        claimed = "1 test" if heading.count == 1 else f"{heading.count} tests"
        message = f"'{short(heading.title)}' claims {claimed}, {seen} found"
        hint = "write what is missing, or correct the number"
        self._problems.add("LI105", message, heading.line, 1, hint=hint)

    def check_rest(self, start: int, end: int) -> None:
        """Report each line that has not been read and is no decoration."""
        lines = self._document.lines
        for index in range(start, end):
            if index in self._done or not lines[index].strip():
                continue
            is_definition = index in self._document.definitions
            if not is_definition or _TEST.search(lines[index]):
                message = f"a line that is not read: {short(lines[index].strip())}"
                hint = "write one test an item of a list"
                self._problems.add("LI102", message, index + 1, hint=hint)

    def _read_heading(self, heading: Heading) -> None:
        start, end = heading.line - 1, heading.end
        self._done.update(range(start, end))
        self._check(heading.title + heading.note, start, end)

    def _read_group_item(self, item: SyntaxTreeNode) -> int:
        """Read an item that titles a list of its own; gives the number of its tests."""
        start, _ = span(item)
        text, *blocks = item.children
        end = span(text)[1]
        title, count, note = split_count(self._document.text(text).replace("`", ""))
        title = title.removesuffix(":").rstrip()
        self._done.add(start)
        heading = Heading(title, 0, start + 1, end, count, note, blocks)
        return self.read_group(heading)

    def _read_items(self, node: SyntaxTreeNode, group: RawGroup) -> int:
        """Read each item of a list as a test; gives their number."""
        return sum(self._read_item(item, group) for item in node.children)

    def _read_item(
        self, item: SyntaxTreeNode, group: RawGroup, *, is_below: bool = False
    ) -> int:
        """Read an item and the named tests below it; gives the number of tests."""
        self._done.add(span(item)[0])
        if not item.children or item.children[0].type != "paragraph":
            self._is_blind = True
            self._report(item, "an item that does not begin with a text", _PLAIN)
            return 0
        if self._document.is_group_item(item):
            self._is_blind = True
            hint = "make it a heading, or leave out what is below it"
            self._report(item, "an item with items of its own", hint)
            return 0
        head, *rest = item.children
        self._read_test(head, group, is_below=is_below)
        seen = 1
        for node in rest:
            if node.type in LISTS:
                below = node.children
                seen += sum(self._read_item(i, group, is_below=True) for i in below)
            elif not self._is_decoration(node):
                self._refuse(node)
        return seen

    def _read_test(
        self, head: SyntaxTreeNode, group: RawGroup, *, is_below: bool
    ) -> None:
        """Read the text of an item."""
        text = self._text(head)
        start, end = span(head)
        lines = self._document.lines
        place = (start + 1, text_column(lines[start]))
        if is_below and not is_named(text):
            message, hint = "an item below a test that names no test", _PLAIN
            self._is_blind = True
            self._problems.add("LI102", message, *place, hint=hint)
            return
        if self._document.is_struck(head):
            message, hint = "a test that is struck through", "remove it, or the strokes"
            self._problems.add("LI102", message, *place, hint=hint)
            return
        before = self._problems.count
        for number, line in enumerate(lines[start + 1 : end], start + 2):
            if _SECOND_TEST.match(line):
                message = "a test that is part of the item above"
                self._is_blind = True
                hint = "begin its line with a dash"
                self._problems.add("LI102", message, number, hint=hint)
        if self._problems.count > before:
            return
        entry = read_entry(text, *place, self._problems, is_markdown=True)
        if entry:
            group.entries.append(entry)

    def _text(self, node: SyntaxTreeNode) -> str:
        """The text of a paragraph, which is read by that."""
        self._done.update(range(*span(node)))
        text = self._document.text(node)
        self._check(text, *span(node))
        return text

    def _check(self, text: str, start: int, end: int) -> None:
        """Report characters that entities stand for and that no text may hold."""
        written = "".join(self._document.lines[start:end])
        check_decoded(text, written, start + 1, self._problems)

    def _is_decoration(self, node: SyntaxTreeNode) -> bool:
        """Whether a block is a rule or a comment."""
        if node.type != "hr" and not (
            node.type == "html_block" and is_comment(node.content)
        ):
            return False
        self._done.update(range(*span(node)))
        return True

    def _refuse(self, node: SyntaxTreeNode) -> None:
        """Report a block that is no list."""
        what, hint = _UNREADABLE.get(node.type, (node.type, _PLAIN))
        self._is_blind |= node.type in _MAY_HOLD_TESTS
        self._report(node, f"{what} that is not read", hint)

    def _report(self, node: SyntaxTreeNode, what: str, hint: str) -> None:
        """Report a block with all of its lines."""
        start, end = span(node)
        self._done.update(range(start, end))
        lines = self._document.lines
        while end > start + 1 and not lines[end - 1].strip():
            end -= 1
        rest = f", up to line {end}" if end > start + 1 else ""
        place = (start + 1, text_column(lines[start]))
        self._problems.add("LI102", what + rest, *place, hint=hint)
