"""Items of lists in Markdown that are tests, and what stands below them."""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it.tree import SyntaxTreeNode

from suiteloom.scaffold.lists.cells import steps
from suiteloom.scaffold.lists.entry import is_named, read_entry
from suiteloom.scaffold.lists.marks import STEP_HINT, is_header, is_step, text_column
from suiteloom.scaffold.lists.outline import LISTS, span
from suiteloom.scaffold.lists.page import Page
from suiteloom.scaffold.lists.raw import ID, Entry, RawGroup

__all__ = ["ItemReader", "add_field"]

_PLAIN = "write one test an item: `test_name` - summary"
_MARK_HINT = "tests stand in tables, below labels or in task boxes here; give it a name"
_SECOND_TEST = re.compile(rf"\W*(?:{ID.pattern}\W+)?test_\w")


class ItemReader:
    """Reads lists of tests; steps and labels below a test are its own.

    Args:
        page: The page.
        read_group: Reads an item that titles a list of tests; gives their number.
    """

    def __init__(self, page: Page, read_group: Callable[[SyntaxTreeNode], int]) -> None:
        self._page = page
        self._read_group = read_group

    def read(self, node: SyntaxTreeNode, group: RawGroup) -> int:
        """Read a list into a group; gives the number of its tests."""
        document = self._page.document
        if self._page.has_tests_marked and not (
            document.is_named_list(node) or document.is_boxed_list(node)
        ):
            for item in node.children:
                self._page.leave(item, "item without a mark", _MARK_HINT)
            return 0
        if document.is_labelled_list(node) and not document.is_named_list(node):
            for item in node.children:
                self._page.leave(item, "label")
            return 0
        if self._are_steps(node):
            for item in node.children:
                self._page.leave(item, "numbered item", STEP_HINT)
            return 0
        above: Entry | None = None
        seen = 0
        for item in node.children:
            count, above = self._read_item(item, group, above)
            seen += count
        return seen

    def _are_steps(self, node: SyntaxTreeNode) -> bool:
        """Whether a list is numbered, and nothing in it says that it is one of tests."""
        return (
            node.type == "ordered_list"
            and not self._page.options.is_numbered
            and not self._page.document.is_named_list(node)
        )

    def _read_item(
        self, item: SyntaxTreeNode, group: RawGroup, above: Entry | None
    ) -> tuple[int, Entry | None]:
        """Read an item: a test, or a step or label of the test above it.

        Returns:
            The number of tests, and the test to which what follows belongs.
        """
        page = self._page
        line, column = page.begin(item)
        if not item.children or item.children[0].type != "paragraph":
            page.is_blind = True
            if page.options.is_strict or not item.children:
                page.report(item, "an item that does not begin with a text", _PLAIN)
            else:
                page.leave(item, "item that does not begin with a text", _PLAIN)
            return 0, above
        head, *rest = item.children
        if page.document.is_group_item(item) and any(
            page.document.is_named_list(node) for node in rest if node.type in LISTS
        ):
            return self._read_group(item), None
        text = page.document.text(head)
        field, said, _ = page.document.label(head)
        if is_header(text) or (not above and (field or is_step(text))):
            what = "header of Gherkin" if is_header(text) else "step"
            self._page.leave(item, what, STEP_HINT)
            return 0, None if is_header(text) else above
        if above and (field or is_step(text)):
            page.done(head)
            page.check(said or text, *span(head))
            add_field(above, field or "when", said if field else text)
            self._read_below(rest, group, above, field or "when")
            return 0, above
        return self._read_head(head, rest, group, (line, column))

    def _read_head(
        self,
        head: SyntaxTreeNode,
        rest: list[SyntaxTreeNode],
        group: RawGroup,
        place: tuple[int, int],
    ) -> tuple[int, Entry | None]:
        """Read the text of an item as a test, and what stands below it."""
        page = self._page
        text = page.text(head)
        if page.document.is_struck(head):
            hint = "remove it, or the strokes"
            message = "a test that is struck through"
            page.problems.add("LI102", message, *place, hint=hint)
            return 1, None
        start, end = span(head)
        place = (start + 1, text_column(page.document.lines[start]))
        before = page.problems.count
        for number, line in enumerate(page.document.lines[start + 1 : end], start + 2):
            if _SECOND_TEST.match(line):
                page.is_blind = True
                hint = "begin its line with a dash"
                message = "a test that is part of the item above"
                page.problems.add("LI102", message, number, hint=hint)
        if page.problems.count > before:
            return 1, None
        entry = read_entry(text, *place, page.problems, is_markdown=True)
        if entry:
            group.entries.append(entry)
        return 1 + self._read_below(rest, group, entry, ""), entry

    def _read_below(
        self,
        blocks: list[SyntaxTreeNode],
        group: RawGroup,
        test: Entry | None,
        field: str,
    ) -> int:
        """Read what stands below an item; gives the number of named tests in it."""
        seen = 0
        for node in blocks:
            if node.type in LISTS:
                is_ordered = self._are_steps(node)
                for item in node.children:
                    seen += self._read_lower(
                        item, group, test, field or ("when" if is_ordered else "")
                    )
            elif node.type == "paragraph" and test and field:
                add_field(test, field, self._page.text(node))
            elif not self._page.is_decoration(node):
                what = "paragraph" if node.type == "paragraph" else "block below a test"
                self._page.leave(node, what)
        return seen

    def _read_lower(
        self, item: SyntaxTreeNode, group: RawGroup, test: Entry | None, field: str
    ) -> int:
        """Read an item below a test: a test with a name, a step, or what a label says."""
        page = self._page
        if not item.children or item.children[0].type != "paragraph":
            page.is_blind = True
            page.leave(item, "item that does not begin with a text", _PLAIN)
            return 0
        line, column = page.begin(item)
        head, *rest = item.children
        text = page.document.text(head)
        if is_named(text):
            return self._read_head(head, rest, group, (line, column))[0]
        label, said, is_label = page.document.label(head)
        if is_step(text) and not is_header(text):
            label, said = "when", text
        if test and (label or (field and not is_label)):
            page.done(head)
            said = said if label else text
            page.check(said, *span(head))
            add_field(test, label or field, said)
            return self._read_below(rest, group, test, label or field)
        page.is_blind = True
        page.leave(item, "item below a test", _PLAIN)
        return 0


def add_field(test: Entry, field: str, text: str) -> None:
    """Add what a label or a step says to a test."""
    goal = {"given": test.given, "data": test.given, "then": test.then}
    if text:
        goal.get(field, test.when).extend(steps([text.replace("`", "")]))
