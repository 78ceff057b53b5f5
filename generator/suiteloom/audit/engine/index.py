"""One walk over a syntax tree that notes all that rules ask for. Pure.

The walk goes from the outside in, and in the order of the source, so that everything
inside a node comes in one piece right after it. Each node has a *token*, which tells it
from any other that could stand in its place: two pieces with the same tokens are the same
code, layout and comments left out.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from suiteloom.audit.engine.scopes import BINDERS, Scope, bind
from suiteloom.audit.engine.tokens import read_token

__all__ = ["Index", "Span", "build_index"]

_FUNCTIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef})
_SELF = frozenset({"self", "cls"})
_ALL_INSIDE = frozenset(
    {ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp}
)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a function or class lies in the order of the walk: from, and up to.

    Attributes:
        nodes: Places in `Index.order` and `Index.tokens`.
        calls: Places in `Index.calls` and `Index.called`.
        body: Of its statements: places in `Index.order` and `Index.tokens`.
        names: Of its statements: places among the names of the file.
        own: Of its statements: places in `Index.own`.
        inner: Of what it opens: places in `Index.opened`.
    """

    nodes: slice
    calls: slice
    body: slice
    names: slice
    own: slice
    inner: slice


@dataclass(slots=True)
class Index:
    """What one walk notes.

    Attributes:
        order: Every node but signs such as `ast.Load` and `ast.Add`, in order.
        tokens: One text for each of them.
        by_type: Nodes by their exact type, in order.
        parents: The node directly around each node.
        stored: Every name and attribute that is given a value or deleted, in order.
        own: Every attribute of `self` and `cls` that is named, in order.
        calls: Every call, in order.
        called: The last part of the name of what each of them calls, or empty.
        scopes: The scope that each name, function and class stands in.
        opened: The scope that a module, function, class or comprehension opens.
        spans: Where functions and classes lie.
    """

    order: list[ast.AST] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    by_type: defaultdict[type, list[Any]] = field(
        default_factory=lambda: defaultdict(list)
    )
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    stored: list[ast.Name | ast.Attribute] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    calls: list[ast.Call] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    opened: dict[ast.AST, Scope] = field(default_factory=dict)
    spans: dict[ast.AST, Span] = field(default_factory=dict)


def build_index(tree: ast.Module) -> Index:  # noqa: C901, PLR0912, PLR0915 - one loop, for speed
    """Walk a tree, without recursion.

    The frequent types stand in the loop one by one: an audit spends more of its time here
    than in any rule. A list on the stack is what to do when everything before it is
    behind: to go to another scope, and to note where a body or a node begins or ends.
    """
    index = Index()
    parents, scopes, called = index.parents, index.scopes, index.called
    by_type, calls, stored, own = index.by_type, index.calls, index.stored, index.own
    by_type[ast.Call] = calls
    names, constants = by_type[ast.Name], by_type[ast.Constant]
    attributes, expressions = by_type[ast.Attribute], by_type[ast.Expr]
    order = index.order
    note, tell = order.append, index.tokens.append
    scope = index.opened[tree] = Scope(tree)
    stack: list[Any] = []
    pop, push = stack.pop, stack.append
    node: Any = tree
    while True:
        kind = node.__class__
        if kind is ast.Name:
            note(node)
            names.append(node)
            tell(name := node.id)
            scopes[node] = scope
            if node.ctx.__class__ is not ast.Load:
                stored.append(node)
                if name not in scope.names:
                    scope.names[name] = [None]
        elif kind is ast.Attribute:
            note(node)
            attributes.append(node)
            tell("." + (name := node.attr))
            if node.ctx.__class__ is not ast.Load:
                stored.append(node)
            child = node.value
            parents[child] = node
            if child.__class__ is ast.Name and child.id in _SELF:
                own.append(name)
            node = child
            continue
        elif kind is ast.Call:
            note(node)
            calls.append(node)
            func, arguments = node.func, node.args
            shape = func.__class__
            if shape is ast.Attribute:
                called.append(func.attr)
            else:
                called.append(func.id if shape is ast.Name else "")
            if keywords := node.keywords:
                for child in reversed(keywords):
                    parents[child] = node
                    push(child)
                tell(f"({len(arguments)} {len(keywords)}")
            else:
                tell(f"({len(arguments)}")
            for child in reversed(arguments):
                parents[child] = node
                push(child)
            parents[func] = node
            node = func
            continue
        elif kind is ast.Constant:
            note(node)
            constants.append(node)
            value = node.value
            # the digits of a very long number may not be asked for
            text = repr(value) if value.__class__ is not int else hex(value)
            tell(f"#{text}{node.kind}" if node.kind else "#" + text)
        elif kind is ast.Expr:
            note(node)
            expressions.append(node)
            tell(";")
            child = node.value
            parents[child] = node
            node = child
            continue
        elif kind is list:
            scope = node[0]
            if len(node) > 1:
                places = node[1]
                places += len(order), len(names), len(own), len(calls)
                if len(places) == _ALL_PLACES:
                    index.spans[node[2]] = _span(places, len(index.opened))
        else:
            if kind in BINDERS:
                bind(node, scope)
            token, children = read_token(node)
            for child in children:
                parents[child] = node
            if kind in _FUNCTIONS or kind is ast.ClassDef:
                scopes[node] = scope
                inner = index.opened[node] = Scope(node, scope)
                places = [len(order), len(calls), len(index.opened)]
                stack += _contents(node, scope, inner, places)
                if kind is not ast.ClassDef:
                    scope = inner
            else:
                if kind in _ALL_INSIDE:
                    push([scope])
                    scope = index.opened[node] = Scope(node, scope)
                stack += children[::-1]
            note(node)
            by_type[kind].append(node)
            tell(token)
        if not stack:
            return index
        node = pop()


def _contents(node: Any, scope: Scope, inner: Scope, places: list[int]) -> list[Any]:
    """What is in a function or class, the last first, and where scopes change."""
    body, end = [scope, places, node], [scope, places, node]
    if node.__class__ is ast.ClassDef:
        head = [*node.keywords[::-1], *node.bases[::-1]]
        tail = node.decorator_list[::-1]
    else:
        head = [node.args]
        tail = [] if node.returns is None else [node.returns]
        tail += node.decorator_list[::-1]
    return [end, *tail, body, *node.body[::-1], [inner, places, node], *head]


_ALL_PLACES = 15


def _span(places: list[int], opened: int) -> Span:
    """Make a span from places at the beginning of a node, around its body, at its end."""
    return Span(
        nodes=slice(places[0], places[11]),
        calls=slice(places[1], places[14]),
        body=slice(places[3], places[7]),
        names=slice(places[4], places[8]),
        own=slice(places[5], places[9]),
        inner=slice(places[2], opened),
    )
