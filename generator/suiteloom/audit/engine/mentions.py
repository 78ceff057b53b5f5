"""Which words a test's body mentions, helpers and constants of its file included. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from suiteloom.audit.engine.testfile import TestFile, TestNode

__all__ = ["find_mentions"]

_DEPTH = 4
"""How far helpers of helpers are followed."""


def find_mentions(
    file: TestFile, test: TestNode, words: Collection[str]
) -> tuple[str, ...]:
    """Return the words that a body mentions, in the order of their first mention.

    Names, attributes, keywords and texts count as a whole word; a constant or function
    of the same module, or a method of the same class, counts where it is named.
    """
    if not words:
        return ()
    pattern = re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?!\w)"
    )
    homes = _definitions(file.tree.body)
    own = _definitions(test.owner.body) if test.owner else {}
    found: dict[str, None] = {}
    for statement in test.body:
        for text in _texts(statement, homes, own, set(), _DEPTH):
            found.update(dict.fromkeys(pattern.findall(text)))
    return tuple(found)


def _definitions(body: list[ast.stmt]) -> dict[str, list[ast.AST]]:
    """What each name of a module or class was made from."""
    found: dict[str, list[ast.AST]] = {}
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found[node.name] = list(node.body)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = [value]
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found[name] = [value]
    return found


def _texts(
    node: ast.AST,
    homes: dict[str, list[ast.AST]],
    own: dict[str, list[ast.AST]],
    seen: set[str],
    depth: int,
) -> Iterator[str]:
    """Every name and text below a node, in source order."""
    follow: list[ast.AST] = []
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.keyword(arg=str(name)):
            yield name
        case ast.Name(id=name):
            yield name
            follow = homes.get(name, []) if name not in seen else []
            seen.add(name)
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            yield name
            follow = own.get(name, []) if f"self.{name}" not in seen else []
            seen.add(f"self.{name}")
    for child in ast.iter_child_nodes(node):
        yield from _texts(child, homes, own, seen, depth)
    if isinstance(node, ast.Attribute):
        yield node.attr
    if depth:
        for part in follow:
            yield from _texts(part, homes, own, seen, depth - 1)
