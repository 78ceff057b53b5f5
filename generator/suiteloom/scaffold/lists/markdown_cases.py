"""Headings in Markdown that are tests: what stands below them is labelled as their steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from markdown_it.tree import SyntaxTreeNode

from suiteloom.scaffold.lists.cells import cell_lines, is_blank, steps
from suiteloom.scaffold.lists.columns import settle
from suiteloom.scaffold.lists.headers import label_field
from suiteloom.scaffold.lists.markdown_tables import table_rows
from suiteloom.scaffold.lists.outline import LISTS, Heading, span, split_label
from suiteloom.scaffold.lists.page import Page
from suiteloom.scaffold.lists.raw import ID, RawGroup, RawTest
from suiteloom.scaffold.lists.table import Row, add_steps
from suiteloom.scaffold.lists.text import Problems

__all__ = ["CaseReader"]

_KEY = re.compile(
    rf"(?:test ?case |tc |test |case |scenario )?(?P<key>{ID.pattern}|[A-Za-z]{{1,12}}[-_ ]?"
    r"(?:[A-Za-z]{1,8}[-_])?[0-9]{1,5}[A-Za-z]?(?:\.[0-9]+)*|[0-9]+[A-Za-z]?(?:\.[0-9]+)*)"
    r"(?: ?[:.)\u2013\u2014]| -+)\s+(?=\S)",
    re.IGNORECASE,
)
_ID = re.compile(rf"(?P<key>{ID.pattern}) +(?=\S)")
_GHERKIN = re.compile(r"(?P<word>given|when|then|and|but) (?P<rest>.+)", re.IGNORECASE)
_STEP_FIELDS = ("given", "when", "then")


class CaseReader:
    """Reads headings that are tests."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def is_labelled(self, blocks: Iterable[SyntaxTreeNode]) -> bool:
        """Whether blocks label their parts as steps, or as what is expected."""
        test = RawTest(0, "")
        parts = _Parts(self._page, test, is_quiet=True)
        parts.read(blocks, "")
        return parts.has_label and not parts.has_plain and bool(test.when or test.then)

    def is_case(self, heading: Heading, labels: Sequence[Heading]) -> bool:
        """Whether a heading is a test, by the labels in or below it."""
        fields = {label_field(label.title) for label in labels}
        if fields & {"when", "then"} or self.is_labelled(heading.blocks):
            return True
        lists = [node for node in heading.blocks if node.type in LISTS]
        is_told = bool(lists) and all(map(self._page.document.is_labelled_list, lists))
        return is_told and bool(_KEY.match(heading.title) or _ID.match(heading.title))

    def read(
        self, heading: Heading, labels: Sequence[Heading], group: RawGroup | None
    ) -> int:
        """Read a heading and its labels as a test; gives 1, or 0 if it has no group."""
        page = self._page
        if group is None:
            hint = "write a heading above, or name a group with `--group TITLE`"
            page.problems.add(
                "LI102", "a test without a group", heading.line, 1, hint=hint
            )
            return 0
        found = _KEY.match(heading.title) or _ID.match(heading.title)
        key = found["key"] if found else ""
        title = heading.title[found.end() :] if found else heading.title
        test = RawTest(heading.line, title, "", key)
        parts = _Parts(page, test, is_quiet=False)
        parts.read(heading.blocks, "")
        for label in labels:
            page.read_heading(label)
            parts.read(label.blocks, label_field(label.title))
        group.entries.append(test)
        return 1


class _Parts:
    """Reads the labelled blocks of one test.

    Attributes:
        has_label: Whether anything was labelled as a part of a test.
        has_plain: Whether a list begins with an item that is no part of a test.
    """

    def __init__(self, page: Page, test: RawTest, *, is_quiet: bool) -> None:
        self.has_label = False
        self.has_plain = False
        self._is_said = False
        self._page = page
        self._test = test
        self._is_quiet = is_quiet

    def read(self, blocks: Iterable[SyntaxTreeNode], field: str) -> None:
        """Read blocks; `field` is what the heading above them says they are."""
        current = field
        for node in blocks:
            if node.type == "paragraph":
                current = self._read_paragraph(node, current)
            elif node.type in LISTS:
                current = self._read_list(node, current)
            elif node.type == "table" and self._read_table(node):
                continue
            elif self._is_quiet or not self._page.is_decoration(node):
                self._leave(node, "block of a test")

    def _read_paragraph(self, node: SyntaxTreeNode, current: str) -> str:
        """Read a paragraph, line by line; gives the field that goes on below it."""
        taken = False
        for line, is_strong in self._page.document.texts(node):
            label, rest, is_label = split_label(line, is_strong)
            if label:
                current, self.has_label = label, True
                self._is_said = bool(rest)
                self._add(current, rest, node)
            elif is_label:
                current = ""
                if not taken:
                    self._leave(node, "label")
            elif current:
                self._add(current, line, node)
            elif not taken:
                self._leave(node, "paragraph")
            taken = taken or not (label or current)
        if not self._is_quiet:
            self._page.done(node)
        return current

    def _read_list(self, node: SyntaxTreeNode, current: str) -> str:
        """Read a list; gives the field that goes on below it."""
        heads = [item.children[0] for item in node.children if item.children]
        texts = [self._page.document.text(h) for h in heads if h.type == "paragraph"]
        words = [
            found["word"].casefold() for t in texts if (found := _GHERKIN.match(t))
        ]
        is_gherkin = len(words) == len(texts) and len({*words} & {*_STEP_FIELDS}) > 1
        is_ordered = node.type == "ordered_list"
        if is_ordered and current in {"given", "data"} and self._is_said:
            current = "when"
        outer = current
        first = heads[0] if heads and heads[0].type == "paragraph" else None
        if first and not (outer or is_ordered or is_gherkin):
            self.has_plain |= not self._page.document.label(first)[2]
        for item in node.children:
            if not item.children or item.children[0].type != "paragraph":
                self._leave(item, "item of a test")
                continue
            head, *rest = item.children
            self._begin(item)
            label, said, is_label = self._page.document.label(head)
            if is_gherkin and (found := _GHERKIN.match(self._page.document.text(head))):
                word = found["word"].casefold()
                outer = word if word in _STEP_FIELDS else outer
                label, said = outer, found["rest"]
            if label:
                self.has_label = True
                current = label
            elif is_label and not outer:
                self._leave(item, "label")
                current = ""
                continue
            else:
                current = outer or ("when" if is_ordered else "")
                said = self._page.document.text(head)
            if not current:
                self._leave(item, "item of a test")
                continue
            self._add(current, said, head)
            self.read(rest, current)
        return outer or current

    def _read_table(self, node: SyntaxTreeNode) -> bool:
        """Read a table of labels and what they say, or one of steps."""
        rows = table_rows(self._page, node)
        pairs = [row for row in rows if len(row.cells) == 2]
        labelled = [row for row in pairs if label_field(row.cells[0])]
        if (
            len(pairs) == len(rows)
            and len(labelled) > 1
            and not self._is_header(rows[0])
        ):
            self.has_label = True
            for row in rows:
                field = label_field(row.cells[0])
                if field:
                    self._add(field, row.cells[1], node)
            self._done(node)
            return True
        columns = settle(
            rows[0].cells, rows[1:], self._page.options, Problems(""), rows[0].line
        )
        if columns is None or not (columns.has("when") or columns.has("then")):
            return False
        if columns.has("id") or columns.has("group"):
            return False
        self.has_label = True
        for row in rows[1:]:
            add_steps(self._test, columns.cells(row.cells))
        self._done(node)
        return True

    def _is_header(self, row: Row) -> bool:
        """Whether both cells of a row name columns."""
        return all(label_field(cell) for cell in row.cells)

    def _add(self, field: str, text: str, node: SyntaxTreeNode) -> None:
        """Add what a label says to the test."""
        test = self._test
        lines = cell_lines(text.replace("`", ""))
        said = " ".join(lines)
        if not self._is_quiet:
            self._page.check(said, *span(node))
        if is_blank(said):
            return
        if field == "id":
            test.key = said if ID.fullmatch(said) or not test.key else test.key
        elif field == "summary":
            test.summary = f"{test.summary} {said}".strip()
        else:
            goal = {"given": test.given, "data": test.given, "then": test.then}
            goal.get(field, test.when).extend(steps(lines))

    def _begin(self, item: SyntaxTreeNode) -> None:
        if not self._is_quiet:
            self._page.begin(item)
            self._page.done(item.children[0])

    def _done(self, node: SyntaxTreeNode) -> None:
        if not self._is_quiet:
            self._page.done(node)

    def _leave(self, node: SyntaxTreeNode, what: str) -> None:
        if not self._is_quiet:
            self._page.leave(node, what)
