"""Decorators as values: which test they name, which of them suiteloom could have written."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

__all__ = ["Mark", "decorator_value", "dotted_name", "mark_of"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A called pytest mark with the arguments that suiteloom reads."""

    name: str
    id: str
    rev: str
    written: str
    reviewed: str
    call: ast.Call
    rev_node: ast.keyword | None
    written_node: ast.keyword | None
    reviewed_node: ast.keyword | None


def dotted_name(node: ast.expr) -> str:
    """``a.b.c`` for a chain of names, else an empty string."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def _mark_name(node: ast.expr) -> str:
    """X of ``pytest.mark.X`` or ``mark.X``, whatever pytest is called here."""
    if not isinstance(node, ast.Attribute):
        return ""
    owner = node.value
    if isinstance(owner, ast.Attribute) and owner.attr == "mark":
        return node.attr if isinstance(owner.value, ast.Name) else ""
    if isinstance(owner, ast.Name) and owner.id == "mark":
        return node.attr
    return ""


def mark_of(node: ast.expr) -> Mark | None:
    """Read a decorator as a called mark, or give None if it is none."""
    if not isinstance(node, ast.Call):
        return None
    name = _mark_name(node.func)
    if not name:
        return None
    keywords = {keyword.arg: keyword for keyword in node.keywords}
    nodes = [keywords.get(word) for word in ("rev", "written", "reviewed")]
    rev, written, reviewed = map(_keyword, nodes)
    identity = _string(node.args[0]) if len(node.args) == 1 else ""
    return Mark(name, identity, rev, written, reviewed, node, *nodes)


def _keyword(node: ast.keyword | None) -> str:
    return _string(node.value) if node else ""


def _string(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def decorator_value(node: ast.expr) -> Any:
    """The canonical value of a decorator, as in `UnitText`.

    Returns:
        ``("mark", name)`` for a mark without arguments, ``("cases", names, rows)`` for a
        table of literal rows with ids, None for everything else.
    """
    if isinstance(node, ast.Call):
        name = _mark_name(node.func)
        if name == "parametrize":
            return _table(node)
        if not name or node.args or node.keywords:
            return None
        return ("mark", name)
    name = _mark_name(node)
    return ("mark", name) if name else None


def _table(call: ast.Call) -> Any:
    """Read a parametrize call whose every row is a literal with an id."""
    if len(call.args) != 2 or call.keywords:
        return None
    try:
        names = ast.literal_eval(call.args[0])
    except (ValueError, TypeError, SyntaxError):
        return None
    if isinstance(names, str):
        names = [name.strip() for name in names.split(",")]
    rows = call.args[1]
    if not isinstance(names, list | tuple) or not isinstance(
        rows, ast.List | ast.Tuple
    ):
        return None
    table = [_row(row) for row in rows.elts]
    if any(row is None or len(row) != len(names) + 1 for row in table):
        return None
    return ("cases", list(names), table)


def _row(node: ast.expr) -> list[Any] | None:
    """Id and values of a ``pytest.param`` of literals."""
    if not isinstance(node, ast.Call) or not dotted_name(node.func).endswith("param"):
        return None
    if len(node.keywords) != 1 or node.keywords[0].arg != "id":
        return None
    try:
        values = [ast.literal_eval(value) for value in node.args]
    except (ValueError, TypeError, SyntaxError):
        return None
    identity = _string(node.keywords[0].value)
    return [identity, *values] if identity else None
