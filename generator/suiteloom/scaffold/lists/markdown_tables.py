"""Tables in Markdown whose rows are tests."""

from __future__ import annotations

from markdown_it.tree import SyntaxTreeNode

from suiteloom.scaffold.lists.columns import Columns, settle
from suiteloom.scaffold.lists.headers import candidates, header_key
from suiteloom.scaffold.lists.outline import span
from suiteloom.scaffold.lists.page import Page
from suiteloom.scaffold.lists.raw import RawGroup
from suiteloom.scaffold.lists.table import Row, TableReader
from suiteloom.scaffold.lists.text import Problems

__all__ = ["TestTables", "table_rows"]

_NAMING = frozenset({"test", "tests", "case", "cases", "scenario", "scenarios"})
"""Words of headers that say of a column alone that its table is one of tests."""


def table_rows(page: Page, node: SyntaxTreeNode) -> list[Row]:
    """The rows of a table, its header first."""
    rows = []
    for part in node.children:
        for row in part.children:
            cells = tuple(page.document.cell(cell) for cell in row.children)
            if any(cells):
                rows.append(Row(span(row)[0] + 1, cells))
    return rows


class TestTables:
    """Reads tables of one page; groups that rows name go on from table to table."""

    __test__ = False

    def __init__(self, page: Page) -> None:
        self._page = page
        self._reader = TableReader(page.problems)

    def is_read(self, node: SyntaxTreeNode) -> bool:
        """Whether the rows of a table are tests, by what its columns are called."""
        rows = table_rows(self._page, node)
        columns = self._columns(rows, Problems(""))
        if columns is None:
            return False
        header = rows[0].cells
        maps = {header_key(name) for name in self._page.options.maps}
        own = any(header_key(cell) in maps for cell in header)
        named = any(
            "name" in candidates(cell)
            and not _NAMING.isdisjoint(header_key(cell).split())
            for cell in header
        )
        steps = columns.has("when") or columns.has("then")
        titled = any({"name", "summary"} & candidates(cell) for cell in header)
        return own or named or (steps and (titled or columns.has("id")))

    def read(
        self, node: SyntaxTreeNode, group: RawGroup | None, groups: list[RawGroup]
    ) -> int:
        """Read the rows of a table; gives the number of tests.

        Args:
            node: The table.
            group: The group of rows that name none.
            groups: Takes the groups that rows name.
        """
        self._page.done(node)
        rows = table_rows(self._page, node)
        columns = self._columns(rows, self._page.problems)
        if columns is None:
            return 0
        if not (group or columns.has("group")):
            hint = "write a heading above, or name a group with `--group TITLE`"
            self._page.report(node, "tests without a group", hint)
            return 0
        seen = self._reader.read(rows[1:], columns, group or "")
        known = {id(one) for one in groups}
        groups += [one for one in self._reader.groups if id(one) not in known]
        return seen

    def _columns(self, rows: list[Row], problems: Problems) -> Columns | None:
        if not rows:
            return None
        options = self._page.options
        return settle(rows[0].cells, rows[1:], options, problems, rows[0].line)
