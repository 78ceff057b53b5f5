"""What stands in a page of the report, read with the parser of the standard library."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

__all__ = ["Node", "parse"]

VOID = frozenset({"meta", "img", "input", "br", "hr", "link"})
ENDED_BY = {
    "td": {"td", "th", "tr", "tbody", "thead"},
    "th": {"td", "th", "tr", "tbody", "thead"},
    "tr": {"tr", "tbody"},
    "tbody": {"tbody"},
    "thead": {"tbody"},
    "option": {"option"},
}
"""Elements whose end may be left out, and what then ends them."""


@dataclass(eq=False)
class Node:
    """An element; a text among its children is a `str`."""

    tag: str
    attributes: dict[str, str]
    parent: Self | None = None
    children: list[Self | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    @property
    def nodes(self) -> list[Self]:
        return [child for child in self.children if isinstance(child, Node)]

    def all(self, *tags: str) -> list[Self]:
        """This element and those below it, in order, of some names or of all."""
        found = [self] if not tags or self.tag in tags else []
        return found + [node for child in self.nodes for node in child.all(*tags)]

    def above(self) -> list[Self]:
        """This element and all that it stands in, from the inside."""
        return [self, *(self.parent.above() if self.parent else [])]

    def words(self, *skipped: str) -> list[str]:
        """Its words in order, but for those in elements of some names."""
        if self.tag in skipped:
            return []
        parts = (
            child.split() if isinstance(child, str) else child.words(*skipped)
            for child in self.children
        )
        return [word for part in parts for word in part]

    def shape(self) -> Counter[str]:
        """How often each element occurs."""
        return Counter(node.tag for node in self.all())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("root", {})
        self.at = self.root

    def handle_starttag(self, tag, attrs):
        while tag in ENDED_BY.get(self.at.tag, ()):
            self.at = self.at.parent
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.at = self.at.parent

    def handle_endtag(self, tag):
        while self.at.tag != tag:
            assert self.at.tag in ENDED_BY, f"</{tag}> ends <{self.at.tag}>"
            self.at = self.at.parent
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.children.append(data)


def parse(page: str) -> Node:
    """The tree of a page.

    Raises:
        AssertionError: If an element is ended that is not open.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.at is reader.root, f"<{reader.at.tag}> is never ended"
    return reader.root
