"""What tells one piece of code from another, node by node. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

__all__ = ["read_token"]

_SIGNS = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
_PASSED_OVER = frozenset({"ctx", "type_comment", "type_ignores"})

Read = tuple[str, list[ast.AST]]


def read_token(node: ast.AST) -> Read:
    """Return the token of a node and the nodes directly in it.

    A token holds what a node has besides other nodes, and how many of them stand where:
    with those of all nodes inside, in order, it gives the whole piece of code again.
    """
    reader = _READERS.get(node.__class__)
    return reader(node) if reader is not None else _any(node)


def _any(node: ast.AST) -> Read:
    parts = [node.__class__.__name__]
    children: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if name in _PASSED_OVER:
            continue
        if value.__class__ is list:
            parts.append(f"[{len(value)}")
            for item in value:
                _part(item, parts, children)
        else:
            _part(value, parts, children)
    return " ".join(parts), children


def _part(value: Any, parts: list[str], children: list[ast.AST]) -> None:
    if not isinstance(value, ast.AST):
        parts.append(repr(value))
    elif isinstance(value, _SIGNS):
        parts.append(value.__class__.__name__)
    else:
        parts.append("_")
        children.append(value)


def _assign(node: Any) -> Read:
    targets = node.targets
    return f"={len(targets)}", [*targets, node.value]


def _argument(node: Any) -> Read:
    if node.annotation is None:
        return f"@{node.arg}", []
    return f"@{node.arg}:", [node.annotation]


def _arguments(node: Any) -> Read:
    if node.vararg or node.kwarg or node.kwonlyargs or node.posonlyargs:
        return _any(node)
    return f"({len(node.args)},{len(node.defaults)}", [*node.args, *node.defaults]


def _keyword(node: Any) -> Read:
    return f"{node.arg}=", [node.value]


def _display(node: Any) -> Read:
    items = node.elts
    return f"{node.__class__.__name__} {len(items)}", items


def _binary(node: Any) -> Read:
    return f"{node.op.__class__.__name__} _", [node.left, node.right]


def _unary(node: Any) -> Read:
    return f"{node.op.__class__.__name__} ", [node.operand]


def _subscript(node: Any) -> Read:
    return "[]", [node.value, node.slice]


def _alias(node: Any) -> Read:
    return f"{node.name} as {node.asname}", []


def _function(node: Any) -> Read:
    body, decorators, returns = node.body, node.decorator_list, node.returns
    children = [node.args, *body, *decorators]
    if returns is not None:
        children.append(returns)
    kind = node.__class__.__name__
    shape = f"{len(body)} {len(decorators)} {returns is not None}"
    return f"{kind} {node.name} {shape}", children


def _class(node: Any) -> Read:
    parts = (node.bases, node.keywords, node.body, node.decorator_list)
    shape = " ".join([str(len(part)) for part in parts])
    return f"ClassDef {node.name} {shape}", [item for part in parts for item in part]


def _with(node: Any) -> Read:
    items, body = node.items, node.body
    return f"{node.__class__.__name__} {len(items)} {len(body)}", [*items, *body]


def _item(node: Any) -> Read:
    if node.optional_vars is None:
        return "withitem", [node.context_expr]
    return "withitem as", [node.context_expr, node.optional_vars]


def _return(node: Any) -> Read:
    return ("Return", []) if node.value is None else ("Return _", [node.value])


def _if(node: Any) -> Read:
    body, otherwise = node.body, node.orelse
    return f"If {len(body)} {len(otherwise)}", [node.test, *body, *otherwise]


def _for(node: Any) -> Read:
    body, otherwise = node.body, node.orelse
    shape = f"{node.__class__.__name__} {len(body)} {len(otherwise)}"
    return shape, [node.target, node.iter, *body, *otherwise]


def _compare(node: Any) -> Read:
    signs = " ".join([sign.__class__.__name__ for sign in node.ops])
    return f"Compare {signs}", [node.left, *node.comparators]


def _alone(node: Any) -> Read:
    return f" {node.__class__.__name__}", []


_READERS: dict[type, Callable[[Any], Read]] = {
    ast.Assign: _assign,
    ast.arg: _argument,
    ast.arguments: _arguments,
    ast.keyword: _keyword,
    ast.Tuple: _display,
    ast.List: _display,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Subscript: _subscript,
    ast.alias: _alias,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.withitem: _item,
    ast.Return: _return,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.Compare: _compare,
    ast.Pass: _alone,
    ast.Break: _alone,
    ast.Continue: _alone,
}
