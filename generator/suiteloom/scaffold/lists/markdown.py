"""Lists in Markdown: headings are groups; items of lists and rows of tables are tests.

A heading whose blocks are labelled as steps and what is expected is a test itself, and
the heading above it its group. Decoration are rules, comments, definitions of the targets
of links, marks of emphasis and of links, and task boxes. A paragraph directly below the
domain's heading is its summary; all other prose is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markdown_it.tree import SyntaxTreeNode

from suiteloom.model.identifiers import sentence, short
from suiteloom.scaffold.lists.columns import MAP_HINT
from suiteloom.scaffold.lists.data import Listing, ListOptions
from suiteloom.scaffold.lists.entry import make_groups
from suiteloom.scaffold.lists.headers import label_field
from suiteloom.scaffold.lists.markdown_cases import CaseReader
from suiteloom.scaffold.lists.markdown_items import ItemReader
from suiteloom.scaffold.lists.markdown_tables import TestTables
from suiteloom.scaffold.lists.outline import (
    LISTS,
    Document,
    Heading,
    find_section,
    span,
)
from suiteloom.scaffold.lists.page import Page
from suiteloom.scaffold.lists.raw import RawGroup
from suiteloom.scaffold.lists.text import Problems, check_characters
from suiteloom.scaffold.names import class_key

__all__ = ["read_markdown"]

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"\A(?:[0-9]+(?:\.[0-9]+)*[.)]|[0-9]+\.[0-9.]+) +")
_LONGEST_SUMMARY = 2_000  # characters
_NOUNS = {
    "blockquote": "quotation",
    "code_block": "code block",
    "fence": "code block",
    "heading": "heading inside of a list",
    "html_block": "block of HTML",
    "table": "table",
}
_MAY_HOLD_TESTS = frozenset(
    {"blockquote", "code_block", "fence", "html_block", "table"}
)


def read_markdown(
    lines: Sequence[str], domain: str, problems: Problems, options: ListOptions
) -> Listing:
    """Read Markdown.

    Args:
        lines: With their ends.
        domain: The domain whose section is read; empty for whatever there is.
        problems: Takes what is wrong and what is left out in the section.
        options: How a person wants it.

    Returns:
        The list; what `problems` holds is left out.
    """
    document = Document(lines)
    section = find_section(document, domain, problems)
    if section is None:
        return Listing("", "", ())
    check_characters(lines[section.start : section.end], section.start, problems)
    title = _title(section.head.title) if section.head else ""
    page = Page(document, problems, options)
    reader = _Reader(page, title, options.group or title or sentence(domain).title())
    page.has_tests_marked = reader.has_tests_marked(section.blocks, section.groups)
    seen = reader.read_top(section.head, section.blocks)
    seen += reader.read_headings(section.groups)
    if section.head:
        page.check_count(section.head, seen)
    page.check_rest(section.start, section.end)
    groups = [group for group in reader.groups if group.entries or problems.count]
    return Listing(title, reader.summary, make_groups(groups, problems))


def _title(text: str) -> str:
    """A title; words with capitals if `text` is the identifier of a domain."""
    if not _IDENTIFIER.fullmatch(text):
        return text
    return " ".join(word.capitalize() for word in text.split("_") if word)


@dataclass(slots=True)
class _Place:
    """Where a heading stands: the headings above it, outermost first."""

    heading: Heading
    group: RawGroup
    parents: list[str] = field(default_factory=list)


class _Reader:
    """Reads the headings and blocks of one section."""

    def __init__(self, page: Page, title: str, default: str) -> None:
        self.summary = ""
        self._page = page
        self._title = title
        self._default = default
        self._groups: list[RawGroup] = []
        self._parents: dict[int, str] = {}
        self._items = ItemReader(page, self._read_group_item)
        self._cases = CaseReader(page)
        self._tables = TestTables(page)
        self._own: RawGroup | None = None
        self._above = title

    @property
    def groups(self) -> list[RawGroup]:
        """The groups, those of one title told apart by the heading above."""
        keys = Counter(
            class_key(group.title) for group in self._groups if group.entries
        )
        for group in self._groups:
            above = self._parents.get(id(group), "")
            if keys[class_key(group.title)] > 1 and above:
                group.title = f"{above}: {group.title}"
        return self._groups

    def has_tests_marked(
        self, blocks: Iterable[SyntaxTreeNode], headings: Sequence[Heading]
    ) -> bool:
        """Whether tests stand in tables, have labels or task boxes."""
        all_blocks = [*blocks, *(node for h in headings for node in h.blocks)]
        document = self._page.document
        return (
            any(
                node.type == "table" and self._tables.is_read(node)
                for node in all_blocks
            )
            or any(document.is_boxed_list(n) for n in all_blocks if n.type in LISTS)
            or any(
                self._cases.is_case(heading, self._labels(headings, place))
                for place, heading in enumerate(headings)
            )
        )

    def read_top(self, head: Heading | None, blocks: Iterable[SyntaxTreeNode]) -> int:
        """Read what stands between the domain's heading and its groups.

        Returns:
            The number of its tests.
        """
        if head:
            self._page.read_heading(head)
        nodes = list(blocks)
        first = next((n for n in nodes if not self._page.is_decoration(n)), None)
        if first and first.type == "paragraph" and not self._cases.is_labelled([first]):
            text = self._page.text(first).replace("`", "")
            nodes.remove(first)
            if len(text) <= _LONGEST_SUMMARY:
                self.summary = text
            else:
                self._page.leave(first, "paragraph")
        if head:
            self._own = RawGroup(
                self._page.options.group or _title(head.title), head.line
            )
        elif self._default:
            line = span(nodes[0])[0] + 1 if nodes else 1
            self._own = RawGroup(self._default, line)
        if self._own:
            self._groups.append(self._own)
        return self._read_blocks(nodes, self._own, "")

    def read_headings(self, headings: Sequence[Heading]) -> int:
        """Read headings, each a group, a test, or a label of the test above it."""
        seen = 0
        above: list[_Place] = []
        place = 0
        while place < len(headings):
            heading = headings[place]
            above = [one for one in above if one.heading.level < heading.level]
            labels = self._labels(headings, place)
            self._page.read_heading(heading)
            if self._cases.is_case(heading, labels):
                group = above[-1].group if above else self._own
                seen += self._cases.read(heading, labels, group)
                place += 1 + len(labels)
                continue
            title = _NUMBER.sub("", heading.title, count=1) or heading.title
            group = RawGroup(title, heading.line, 1, heading.note)
            self._groups.append(group)
            if above:
                self._parents[id(group)] = above[-1].group.title
            above.append(_Place(heading, group))
            is_parent = (
                place + 1 < len(headings) and headings[place + 1].level > heading.level
            )
            seen += self._read_group(heading, group, is_parent=is_parent)
            place += 1
        return seen

    def _labels(self, headings: Sequence[Heading], place: int) -> list[Heading]:
        """The headings below one that only label parts of a test."""
        found = []
        for heading in headings[place + 1 :]:
            if heading.level <= headings[place].level or not label_field(heading.title):
                break
            found.append(heading)
        return found

    def _read_group(self, heading: Heading, group: RawGroup, *, is_parent: bool) -> int:
        """Read the blocks of a group; gives the number of its tests."""
        page = self._page
        before, was_blind, page.is_blind = page.problems.count, page.is_blind, False
        seen = self._read_blocks(heading.blocks, group, heading.title)
        is_silent = page.problems.count == before
        if not seen and not heading.count and is_silent and not is_parent:
            if page.options.is_strict or not heading.blocks:
                message = f"no tests below '{short(heading.title)}'"
                hint = "list its tests, or remove the heading"
                if page.options.is_strict:
                    page.problems.add("LI106", message, heading.line, 1, hint=hint)
                else:
                    page.problems.leave("heading", heading.line, 1, heading.title, hint)
        elif not is_parent:
            page.check_count(heading, seen)
        page.is_blind |= was_blind
        return seen

    def _read_blocks(
        self, blocks: Iterable[SyntaxTreeNode], group: RawGroup | None, above: str
    ) -> int:
        """Read the blocks below a heading; gives the number of their tests."""
        seen = 0
        for node in blocks:
            self._above = above or self._title
            if node.type in LISTS and self._page.document.is_group_list(node):
                seen += sum(map(self._read_group_item, node.children))
            elif node.type in LISTS and group:
                seen += self._items.read(node, group)
            elif node.type in LISTS:
                hint = "write a heading above, or name a group with `--group TITLE`"
                self._page.report(node, "tests without a group", hint)
            elif node.type == "table" and self._tables.is_read(node):
                seen += self._tables.read(node, group, self._groups)
            elif not self._page.is_decoration(node):
                self._leave(node)
        return seen

    def _read_group_item(self, item: SyntaxTreeNode) -> int:
        """Read an item that titles a list of its own; gives the number of its tests."""
        above = self._above
        heading = self._page.item_heading(item)
        group = RawGroup(heading.title, heading.line, 1, heading.note)
        self._groups.append(group)
        self._parents[id(group)] = above
        seen = self._read_group(heading, group, is_parent=False)
        self._above = above
        return seen

    def _leave(self, node: SyntaxTreeNode) -> None:
        """Leave out a block that is no list."""
        self._page.is_blind |= node.type in _MAY_HOLD_TESTS
        hint = MAP_HINT if node.type == "table" else ""
        self._page.leave(node, _NOUNS.get(node.type, node.type), hint)
