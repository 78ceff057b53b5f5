"""What kind of value an expression of a template has, and whether its names exist. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_origin

from jinja2 import nodes

from suiteloom.model.identifiers import closest
from suiteloom.render.pack_check.kinds import (
    RECORDS,
    VARIABLES,
    Kind,
    Loop,
    Module,
    Pair,
    Sequence,
    fields_of,
    item_of,
)
from suiteloom.render.pack_check.library import LISTED, Library

__all__ = [
    "CLOSE",
    "Expressions",
    "Macro",
    "Scope",
    "either",
    "is_written",
    "text_of",
]

Scope = dict[str, Kind]
CLOSE = 0.7
"""How much of a name must be equal for it to be offered."""

_KNOWN = ("caller", "self", "super", "varargs", "kwargs")
_SAME = frozenset(
    {
        "list",
        "sort",
        "reverse",
        "unique",
        "select",
        "reject",
        "selectattr",
        "rejectattr",
    }
)
_BY_FIELD = frozenset({"selectattr", "rejectattr", "groupby", "attr"})
_ITEM = frozenset({"first", "last", "min", "max"})
_ASKS = frozenset({"defined", "undefined", "default", "d"})
_ADDED = "suiteloom adds docstring, usd and literal to those of Jinja"
_JINJA = "Jinja's documentation lists them"


@dataclass(frozen=True, slots=True, eq=False)
class Macro:
    """A macro, the template that it stands in, and the scope around it."""

    template: str
    node: nodes.Macro
    scope: Scope


class Expressions(ABC):
    """Reads expressions; what stands around them is read by a subclass.

    Args:
        library: The pack; faults are noted there.

    Attributes:
        used: Variables and fields that were met.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._environment = library.environment
        self._template = ""
        self.used: set[str] = set()

    @abstractmethod
    def _enter(self, macro: Macro, given: Scope) -> None:
        """Read the body of a macro with arguments of the given kinds."""

    def _fault(self, node: nodes.Node, message: str, close: str, else_: str) -> None:
        hint = f"did you mean `{close}`?" if close else else_
        self._library.add(self._template, node.lineno, message, hint)

    def _kind(self, node: nodes.Node, scope: Scope) -> Kind:
        """Check an expression and work out what kind of value it has."""
        if isinstance(node, nodes.Name):
            return self._name(node, scope)
        if isinstance(node, nodes.Getattr):
            return self._field(node, node.node, node.attr, scope)
        if isinstance(node, nodes.Getitem):
            return self._item(node, scope)
        if isinstance(node, nodes.Filter):
            return self._filter(node, scope)
        if isinstance(node, nodes.Test):
            return self._test(node, scope)
        if isinstance(node, nodes.Call):
            return self._call(node, scope)
        return self._other(node, scope)

    def _other(self, node: nodes.Node, scope: Scope) -> Kind:
        kinds = [self._kind(child, scope) for child in _parts(node)]
        if isinstance(node, nodes.Const):
            return type(node.value)
        if isinstance(node, nodes.CondExpr) and node.expr2 is not None:
            return either(self._kind(node.expr1, scope), self._kind(node.expr2, scope))
        if isinstance(node, nodes.And | nodes.Or):
            return either(*kinds)
        return str if isinstance(node, nodes.Concat | nodes.TemplateData) else Any

    def _name(self, node: nodes.Name, scope: Scope) -> Kind:
        name = node.name
        if name in scope:
            if any(name in known for known in VARIABLES.values()):
                self.used.add(name)
            return scope[name]
        if name not in self._environment.globals and name not in _KNOWN:
            close = closest(name, scope, cutoff=CLOSE) or _closest_field(name, scope)
            known = ", ".join(k for k in scope if not isinstance(scope[k], Macro))
            message = f"there is no variable `{name}` here"
            self._fault(node, message, close, f"there are {known}")
        return Any

    def _field(
        self, node: nodes.Expr, owner: nodes.Expr, field: str, scope: Scope
    ) -> Kind:
        return self._look_up(node, text_of(owner), self._kind(owner, scope), field)

    def _look_up(self, node: nodes.Expr, owner: str, kind: Kind, field: str) -> Kind:
        """The kind of a field, or a fault."""
        fields = fields_of(kind)
        if fields is None:
            if field.startswith("_"):
                message = f"`{owner}.{field}` is not for templates"
                self._fault(node, message, "", "use names without an underscore")
            return Any
        if field in fields:
            if kind in RECORDS:
                self.used.add(f"{kind.__name__.lower()}.{field}")
            return fields[field]
        listed = f"it has {', '.join(fields)}" if kind in RECORDS else ""
        message = f"`{owner}` has no field `{field}`"
        self._fault(
            node, message, closest(field, fields, cutoff=CLOSE), listed or LISTED
        )
        return Any

    def _item(self, node: nodes.Getitem, scope: Scope) -> Kind:
        key = node.arg
        if isinstance(key, nodes.Const) and isinstance(key.value, str):
            return self._field(node, node.node, key.value, scope)
        kind = self._kind(node.node, scope)
        self._kind(key, scope)
        is_slice = isinstance(key, nodes.Slice)
        return kind if is_slice else item_of(kind)

    def _filter(self, node: nodes.Filter, scope: Scope) -> Kind:
        name = node.name
        self._known_filter(node, name)
        kind: Kind = str
        if node.node is not None:
            kind = Any
            if not (name in _ASKS and self._asked(node.node, scope)):
                kind = self._kind(node.node, scope)
        for child in _arguments(node):
            self._kind(child, scope)
        item = self._by_field(node, kind)
        if name in _SAME:
            return Sequence(item_of(kind))
        if name == "groupby":
            return Sequence(Pair(Any, Sequence(item_of(kind))))
        if name in _ITEM:
            return item_of(kind)
        return Sequence(item) if name == "map" else Any

    def _by_field(self, node: nodes.Filter, kind: Kind) -> Kind:
        """Check the field that a filter is told to go by; gives the field's kind."""
        texts = [a.value for a in node.args[:1] if isinstance(a, nodes.Const)]
        if node.name == "map" and texts:
            self._known_filter(node, texts[0])
        paths = texts if node.name in _BY_FIELD else []
        for keyword in node.kwargs:
            if keyword.key == "attribute" and isinstance(keyword.value, nodes.Const):
                paths = [keyword.value.value]
        found: Kind = Any
        owner = text_of(node.node) if node.node is not None else "the text"
        for path in paths:
            found = kind if node.name == "attr" else item_of(kind)
            for part in str(path).split("."):
                found = (
                    Any
                    if part.isdigit()
                    else self._look_up(node, f"an item of {owner}", found, part)
                )
        return found

    def _known_filter(self, node: nodes.Expr, name: str) -> None:
        if name not in self._environment.filters:
            close = closest(name, self._environment.filters, cutoff=CLOSE)
            self._fault(node, f"there is no filter `{name}`", close, _ADDED)

    def _test(self, node: nodes.Test, scope: Scope) -> Kind:
        if node.name not in self._environment.tests:
            close = closest(node.name, self._environment.tests, cutoff=CLOSE)
            self._fault(node, f"there is no test `{node.name}`", close, _JINJA)
        if not (node.name in _ASKS and self._asked(node.node, scope)):
            self._kind(node.node, scope)
        for child in _arguments(node):
            self._kind(child, scope)
        return bool

    def _asked(self, node: nodes.Expr, scope: Scope) -> bool:
        """Whether an expression is a name that another template of the pack has."""
        return isinstance(node, nodes.Name) and (
            node.name in scope
            or any(node.name in known for known in VARIABLES.values())
        )

    def _call(self, node: nodes.Call, scope: Scope) -> Kind:
        kind = self._kind(node.node, scope)
        arguments = [self._kind(child, scope) for child in node.args]
        named = {item.key: self._kind(item.value, scope) for item in node.kwargs}
        for rest in (node.dyn_args, node.dyn_kwargs):
            if rest is not None:
                self._kind(rest, scope)
        if isinstance(kind, Macro):
            names = [item.name for item in kind.node.args]
            self._enter(kind, dict(zip(names, arguments, strict=False)) | named)
            return str
        return Any


def _parts(node: nodes.Node) -> Iterator[nodes.Expr]:
    """The expressions that an expression is made of."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Expr):
            yield child
        else:
            yield from _parts(child)


def _arguments(node: nodes.Filter | nodes.Test) -> Iterator[nodes.Expr]:
    yield from node.args
    yield from (item.value for item in node.kwargs)
    yield from (rest for rest in (node.dyn_args, node.dyn_kwargs) if rest is not None)


def either(one: Kind, other: Kind) -> Kind:
    """The kind of a value that is one of two."""
    return one if one == other else Any


def is_written(kind: Kind) -> bool:
    """Whether writing a value of a kind gives the same text in every run."""
    origin: object = get_origin(kind)
    strange = isinstance(kind, Macro | Module) or origin is Iterator
    return not (strange or kind in (*RECORDS, Loop))


def _closest_field(name: str, scope: Scope) -> str:
    """A field of a variable that someone may have meant."""
    for variable, kind in scope.items():
        if kind in RECORDS and (
            close := closest(name, fields_of(kind) or (), cutoff=CLOSE)
        ):
            return f"{variable}.{close}"
    return ""


def text_of(node: nodes.Node) -> str:
    """An expression as a person would write it."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{text_of(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem | nodes.Filter | nodes.Call) and node.node:
        return text_of(node.node)
    return repr(node.value) if isinstance(node, nodes.Const) else "the value"
