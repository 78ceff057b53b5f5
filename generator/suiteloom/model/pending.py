"""The bottom layer: the one reader that says whether a test is pending. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["calls_pending", "is_pending_call", "pending_calls"]

Function = ast.FunctionDef | ast.AsyncFunctionDef
_LEAVES = frozenset({ast.Name, ast.Constant})
_APART = frozenset(
    {ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.AnnAssign}
)
"""Nodes some parts of which are not evaluated where they stand."""


def calls_pending(method: Function) -> bool:
    """Whether a test is pending, as far as its text shows.

    Args:
        method: A function that stands in a class.
    """
    return next(pending_calls(method), None) is not None


def pending_calls(method: Function) -> Iterator[ast.Call]:
    """Find the calls of ``self.pending()`` that a body makes itself.

    What counts is a call of `pending`, with whatever arguments, on the name of the
    method's first parameter, on whatever branch and in whatever expression it stands.
    What stands inside of a function, lambda or class in the body is no call of the body,
    and neither is a text that looks like one. A call by another name (``me = self``,
    ``getattr``, a helper) is seen by the plugin alone, when it is made.

    Args:
        method: A function that stands in a class. Functions at module level have
            no first parameter that pytest would fill with an instance: ask about none.

    Yields:
        The calls, in source order.
    """
    name = _instance(method)
    if not name:
        return
    nodes: list[ast.AST] = [*reversed(method.body)]
    while nodes:
        node = nodes.pop()
        kind = type(node)
        if isinstance(node, ast.Call) and is_pending_call(node, name):
            yield node
        if kind in _APART:
            nodes.extend([*_executed(node)][::-1])
        elif kind not in _LEAVES:
            nodes.extend(_parts(node)[::-1])


def is_pending_call(call: ast.Call, name: str) -> bool:
    """Whether a call is one of `pending` on the instance called `name`."""
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "pending"
        and isinstance(function.value, ast.Name)
        and function.value.id == name
    )


def _instance(method: Function) -> str:
    """The name that the instance has in a method; empty if it has none."""
    for decorator in method.decorator_list:
        if isinstance(decorator, ast.Name) and decorator.id == "staticmethod":
            return ""
    arguments = method.args
    return next((item.arg for item in (*arguments.posonlyargs, *arguments.args)), "")


def _parts(node: ast.AST) -> list[ast.AST]:
    """The parts of a node, in source order."""
    found: list[ast.AST] = []
    for name in node._fields:
        if name != "ctx":
            value = getattr(node, name, None)
            if type(value) is list:
                found += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST):
                found.append(value)
    return found


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node of `_APART` that are evaluated where it stands."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        yield from getattr(node, "decorator_list", ())
        yield from node.args.defaults
        yield from (item for item in node.args.kw_defaults if item is not None)
    elif isinstance(node, ast.ClassDef):
        yield from (*node.decorator_list, *node.bases, *node.keywords)
    elif isinstance(node, ast.AnnAssign):  # its annotation is not evaluated
        yield from (part for part in (node.target, node.value) if part is not None)
