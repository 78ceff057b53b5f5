"""What the renderer hands to the splicer: spec-owned text, as values and as source."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from suiteloom.model.digest import digest, unit_rev
from suiteloom.model.pending import is_pending_call

__all__ = [
    "ClassText",
    "Decorator",
    "ModuleText",
    "RenderedGroup",
    "RenderedSuite",
    "RenderedUnit",
    "UnitText",
    "named_by_pending",
    "pending_body",
]


def pending_body(identity: str, normative: str) -> str:
    """The body that a new test starts with unless a template says otherwise.

    No two tests have the same, and none has the same under two requirements: git then
    never takes the body of one for that of another, nor one that was written under
    another requirement.

    Args:
        identity: The test's id.
        normative: The digest of what it must do.

    Returns:
        One statement, unindented.
    """
    return f'self.pending("{identity}", rev="{normative}")'


def named_by_pending(statements: Sequence[ast.stmt]) -> str | None:
    """The id that a pending body names.

    Args:
        statements: A body without its docstring.

    Returns:
        Empty if it is ``self.pending()``; None if it is anything but one such call with
        an id and a rev, or without.
    """
    statement = statements[0] if len(statements) == 1 else None
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not is_pending_call(call, "self"):
        return None
    values = [*call.args, *(item.value for item in call.keywords)]
    texts = [item.value for item in values if isinstance(item, ast.Constant)]
    names = [item.arg for item in call.keywords]
    if len(texts) < len(values) or len(call.args) > 1 or names not in ([], ["rev"]):
        return None
    return str(texts[0]) if call.args else ""


@dataclass(frozen=True, slots=True)
class UnitText:
    """The spec-owned text of one unit, as values that a formatter does not change.

    Each entry of `decorators` is ``["mark", name]`` or
    ``["cases", [parameter…], [[case id, value…]…]]``, in source order, without the
    ``spec`` decorator itself. `docstring` is dedented, and so are those below, in
    which the digits of the rev are left out.
    """

    id: str
    is_async: bool
    name: str
    docstring: str
    decorators: tuple[Any, ...]

    @property
    def digest(self) -> str:
        """T of the unit's rev."""
        parts = [self.id, self.is_async, self.name, self.docstring, self.decorators]
        return digest(parts)


@dataclass(frozen=True, slots=True)
class ClassText:
    """The spec-owned text of one class: its name, first base and docstring."""

    name: str
    base: str
    docstring: str

    @property
    def digest(self) -> str:
        """The rev of the class."""
        return digest([self.name, self.base, self.docstring])


@dataclass(frozen=True, slots=True)
class ModuleText:
    """The spec-owned text at the top of a suite: its docstring."""

    docstring: str

    @property
    def digest(self) -> str:
        """The rev of the module."""
        return digest([self.docstring])


@dataclass(frozen=True, slots=True)
class Decorator:
    """A decorator to write: its canonical value and its source after the ``@``."""

    value: Any
    source: str


@dataclass(frozen=True, slots=True)
class RenderedUnit:
    """One test as rendered. Sources are unindented and use four spaces and LF.

    Attributes:
        text: The spec-owned values.
        normative: N, the digest of the test's normative fields.
        body_digest: B if the body is more than a call of ``self.pending``, else empty.
        decorators: What stands directly below the ``spec`` decorator.
        parameters: Names that the cases add to the signature.
        docstring: Source of the docstring literal.
        body: Source of the body that a new test starts with.
        source: The whole unit, ending in a newline.
    """

    text: UnitText
    normative: str
    body_digest: str
    decorators: tuple[Decorator, ...]
    parameters: tuple[str, ...]
    docstring: str
    body: str
    source: str

    @property
    def rev(self) -> str:
        """``N.T``, or ``N.T.B`` if a body was rendered."""
        return unit_rev(self.normative, self.text.digest, self.body_digest)


@dataclass(frozen=True, slots=True)
class RenderedGroup:
    """One class as rendered; `header` is the class line and docstring, unindented."""

    text: ClassText
    docstring: str
    header: str
    units: tuple[RenderedUnit, ...]


@dataclass(frozen=True, slots=True)
class RenderedSuite:
    """One suite as rendered. `source` is the whole file as it would be created.

    `header` is everything above the first class. `bases` are the dotted paths of the
    base classes that it imports, sorted.
    """

    domain: str
    path: str
    spec_path: str
    text: ModuleText
    docstring: str
    header: str
    bases: tuple[str, ...]
    groups: tuple[RenderedGroup, ...]
    source: str
