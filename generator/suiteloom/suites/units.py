"""What a suite file holds: its classes and units, with the spans of their text."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from suiteloom.model import ClassText, ModuleText, UnitText
from suiteloom.suites.source import Source

__all__ = [
    "ClassBlock",
    "DecoratorText",
    "Docstring",
    "Span",
    "Stray",
    "SuiteText",
    "Unit",
]

Span = tuple[int, int]
"""Offsets of the first character and behind the last."""


@dataclass(frozen=True, slots=True)
class DecoratorText:
    """One decorator on disk.

    `value` is its canonical value if it could be one that suiteloom writes, else None.
    `span` starts at the ``@`` and ends behind the expression.
    """

    value: Any
    span: Span
    node: ast.expr


@dataclass(frozen=True, slots=True)
class Docstring:
    """A docstring on disk.

    Attributes:
        value: Its value, dedented.
        span: Span of its literal, or of several that Python joins.
        comments: Comments between those.
    """

    value: str
    span: Span
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stray:
    """A decorator that makes no unit.

    `is_marker` tells markers from calls of anything else with a text, which may be one
    under another name if `id` is that of a test.
    """

    id: str
    node: ast.expr
    is_marker: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """The span of a suite file that belongs to one test.

    Attributes:
        id: From its marker.
        is_orphan: Whether the marker says ``orphan``.
        rev: The rev as written; empty if it has none.
        written: The tie of a body that goes with what its test must do, as written:
            ``N``, or ``N.B`` if it was compared after a merge; empty if there is none.
        reviewed: The normative digest it was last reviewed against; empty if not suspect.
        node: Its function in the syntax tree.
        span: Whole lines, from the first touching comment to the last line.
        marker: Span of the name ``spec`` or ``orphan`` in the decorator.
        rev_span: Span of the rev literal, or the place to insert it.
        tie_spans: Spans of the arguments ``written`` and ``reviewed`` with a comma each,
            in order, as far as they are there.
        tie_place: Where to insert one.
        above: Decorators above its marker, in order.
        own: The decorator that is its marker.
        decorators: Those below its marker, in order.
        def_span: From ``async`` or ``def`` to the end of the name.
        docstring: None if there is none.
        body: Span of the statements after the docstring; None if there are none.
        is_pending: Whether it is pending, as `suiteloom.model.pending` reads it.
        only_pending: Whether the body does nothing else.
        pending_names: The ids that its pending calls name, in order.
        pending_revs: The normative digests that its pending calls were rendered for, in
            order, as far as they say one and name no other test.
        indent: The white space before ``def``.
    """

    id: str
    is_orphan: bool
    rev: str
    written: str
    reviewed: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    span: Span
    marker: Span
    rev_span: Span
    tie_spans: tuple[Span, ...]
    tie_place: int
    above: tuple[DecoratorText, ...]
    own: DecoratorText
    decorators: tuple[DecoratorText, ...]
    def_span: Span
    docstring: Docstring | None
    body: Span | None
    is_pending: bool
    only_pending: bool
    pending_names: tuple[str, ...]
    pending_revs: tuple[str, ...]
    indent: str

    @property
    def is_async(self) -> bool:
        """Whether it is a coroutine function."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def line(self) -> int:
        """1-based line of its ``def``."""
        return self.node.lineno

    @property
    def normative(self) -> str:
        """N of the rev, or an empty string."""
        return self.rev.partition(".")[0]

    @property
    def tied(self) -> str:
        """N of the tie, or an empty string."""
        return self.written.partition(".")[0]

    @property
    def compared_body(self) -> str:
        """B of the tie, or an empty string."""
        return self.written.partition(".")[2]

    @property
    def text_digest(self) -> str:
        """T of the rev, or an empty string."""
        return self.rev.split(".")[1] if "." in self.rev else ""

    @property
    def body_digest(self) -> str:
        """B of the rev, or an empty string."""
        parts = self.rev.split(".")
        return parts[2] if len(parts) > 2 else ""

    def text(self, ours: tuple[DecoratorText, ...]) -> UnitText:
        """Its spec-owned text if the decorators `ours` are spec-owned."""
        values = tuple(decorator.value for decorator in ours)
        docstring = self.docstring.value if self.docstring else ""
        return UnitText(self.id, self.is_async, self.node.name, docstring, values)


@dataclass(frozen=True, slots=True)
class ClassBlock:
    """A class at module level that holds at least one unit, or that suiteloom wrote.

    Attributes:
        node: The class in the syntax tree.
        span: Whole lines, from the first touching comment or decorator to the last line.
        name_span: Span of its name.
        base: Dotted name of its first base; empty if there is none.
        base_span: Span of that base; empty span behind the name if there is none.
        docstring: None if there is none.
        rev: The rev in its docstring; empty if there is none.
        units: Its units, in order.
        has_more: Whether it holds a statement that is neither docstring nor unit.
        indent: White space that its members are indented by.
    """

    node: ast.ClassDef
    span: Span
    name_span: Span
    base: str
    base_span: Span
    docstring: Docstring | None
    rev: str
    units: tuple[Unit, ...]
    has_more: bool
    indent: str

    @property
    def key(self) -> str:
        """What tells it from every other class of its file, one of its name included."""
        return f"{self.node.name}:{self.node.lineno}"

    @property
    def text(self) -> ClassText:
        """Its spec-owned text."""
        value = self.docstring.value if self.docstring else ""
        return ClassText(self.node.name, self.base.rpartition(".")[2], value)

    @property
    def is_ours(self) -> bool:
        """Whether its rev proves its text to be as rendered."""
        return bool(self.rev) and self.rev == self.text.digest


@dataclass(frozen=True, slots=True)
class SuiteText:
    """One suite file, read."""

    source: Source
    docstring: Docstring | None
    rev: str
    spec_path: str
    classes: tuple[ClassBlock, ...]
    strays: tuple[Stray, ...] = field(default=())

    @property
    def text(self) -> ModuleText:
        """Its spec-owned text."""
        return ModuleText(self.docstring.value if self.docstring else "")

    @property
    def is_ours(self) -> bool:
        """Whether its rev proves its docstring to be as rendered."""
        return bool(self.rev) and self.rev == self.text.digest

    @property
    def units(self) -> list[Unit]:
        """Its units in file order."""
        return [unit for block in self.classes for unit in block.units]
