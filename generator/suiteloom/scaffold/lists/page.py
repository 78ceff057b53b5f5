"""One section of a Markdown file while it is read: each line is read, or reported."""

from __future__ import annotations

import re

from markdown_it.tree import SyntaxTreeNode

from suiteloom.model.identifiers import short
from suiteloom.scaffold.lists.data import ListOptions
from suiteloom.scaffold.lists.marks import is_comment, text_column
from suiteloom.scaffold.lists.outline import Document, Heading, span, split_count
from suiteloom.scaffold.lists.text import Problems, check_decoded

__all__ = ["Page"]

_MARKS = re.compile(r"^[\s#>*+|-]+|\*\*|__|`")
_TEST = re.compile(r"\btest_\w")


class Page:
    """What the readers of headings, items and tables share.

    Args:
        document: The file.
        problems: Takes what is wrong and what is left out.
        options: How a person wants it.

    Attributes:
        is_blind: Whether something was left out that may hold tests.
        has_tests_marked: Whether tests stand in tables, have labels or task boxes, so that
            other items without a name are none.
    """

    def __init__(
        self, document: Document, problems: Problems, options: ListOptions
    ) -> None:
        self.document = document
        self.problems = problems
        self.options = options
        self.is_blind = False
        self.has_tests_marked = False
        self._done: set[int] = set()

    def text(self, node: SyntaxTreeNode) -> str:
        """The text of a paragraph, which is read by that."""
        self.done(node)
        text = self.document.text(node)
        self.check(text, *span(node))
        return text

    def done(self, node: SyntaxTreeNode) -> None:
        """Note that the lines of a block are read."""
        self._done.update(range(*span(node)))

    def begin(self, item: SyntaxTreeNode) -> tuple[int, int]:
        """Note that an item begins; gives its 1-based line and column."""
        start, _ = span(item)
        self._done.add(start)
        return start + 1, text_column(self.document.lines[start])

    def check(self, text: str, start: int, end: int) -> None:
        """Report characters that entities stand for and that no text may hold."""
        written = "".join(self.document.lines[start:end])
        check_decoded(text, written, start + 1, self.problems)

    def read_heading(self, heading: Heading) -> None:
        """Note that a heading is read."""
        start, end = heading.line - 1, heading.end
        self._done.update(range(start, end))
        self.check(heading.title + heading.note, start, end)

    def item_heading(self, item: SyntaxTreeNode) -> Heading:
        """An item that titles a list of its own, as a heading."""
        start, _ = span(item)
        text, *blocks = item.children
        end = span(text)[1]
        title, count, note = split_count(self.document.text(text).replace("`", ""))
        title = title.removesuffix(":").rstrip()
        self.done(text)
        self._done.add(start)
        heading = Heading(title, 0, start + 1, end, count, note, blocks)
        self.read_heading(heading)
        return heading

    def is_decoration(self, node: SyntaxTreeNode) -> bool:
        """Whether a block is a rule or a comment; it is read by that."""
        if node.type != "hr" and not (
            node.type == "html_block" and is_comment(node.content)
        ):
            return False
        self.done(node)
        return True

    def leave(self, node: SyntaxTreeNode, what: str, hint: str = "") -> None:
        """Leave a block out with all of its lines."""
        self.done(node)
        line = span(node)[0] + 1
        column = text_column(self.document.lines[line - 1])
        text = _MARKS.sub("", self.document.lines[line - 1]).strip()
        self.problems.leave(what, line, column, text, hint)

    def report(self, node: SyntaxTreeNode, what: str, hint: str) -> None:
        """Report a block with all of its lines."""
        self.done(node)
        start, end = span(node)
        lines = self.document.lines
        while end > start + 1 and not lines[end - 1].strip():
            end -= 1
        rest = f", up to line {end}" if end > start + 1 else ""
        place = (start + 1, text_column(lines[start]))
        self.problems.add("LI102", what + rest, *place, hint=hint)

    def check_count(self, heading: Heading, seen: int) -> None:
        """Report a claim that does not hold; nothing is counted in what is not read."""
        if heading.count in {None, seen} or self.is_blind:
            return
        claimed = "1 test" if heading.count == 1 else f"{heading.count} tests"
        message = f"'{short(heading.title)}' claims {claimed}, {seen} found"
        hint = "write what is missing, or correct the number"
        self.problems.add("LI105", message, heading.line, 1, hint=hint)

    def check_rest(self, start: int, end: int) -> None:
        """Report each line that has not been read and is no decoration."""
        lines = self.document.lines
        for index in range(start, end):
            if index in self._done or not lines[index].strip():
                continue
            is_definition = index in self.document.definitions
            if not is_definition or _TEST.search(lines[index]):
                message = f"a line that is not read: {short(lines[index].strip())}"
                hint = "write one test an item of a list"
                self.problems.add("LI102", message, index + 1, hint=hint)
