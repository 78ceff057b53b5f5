"""What else in a file names a class that gets another name. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from suiteloom.suites.source import Source
from suiteloom.suites.splices import Splice

__all__ = ["Reference", "find_references"]


@dataclass(frozen=True, slots=True)
class Reference:
    """One place that names a class.

    Attributes:
        old: The name that it says.
        line: 1-based.
        splice: What makes it follow; None if it is not a plain name, or if the name
            means something else as well, so that a person has to decide.
    """

    old: str
    line: int
    splice: Splice | None


def find_references(source: Source, renames: Mapping[str, str]) -> list[Reference]:
    """Find what names classes that are renamed.

    Args:
        source: The file as it is.
        renames: New name of each class by its old one.

    Returns:
        Plain names and entries of ``__all__``, which follow, and texts that are such a
        name, which do not, in source order.
    """
    if not renames:
        return []
    bound = _bound_twice(source.tree)
    found = [*_names(source, renames, bound), *_texts(source, renames)]
    return sorted(found, key=lambda item: item.line)


def _names(
    source: Source, renames: Mapping[str, str], bound: set[str]
) -> Iterator[Reference]:
    """Every use of a class by its plain name."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name) and node.id in renames:
            place = (source.start(node), source.end(node))
            follows = node.id not in bound
            splice = Splice(*place, renames[node.id]) if follows else None
            yield Reference(node.id, node.lineno, splice)


def _texts(source: Source, renames: Mapping[str, str]) -> Iterator[Reference]:
    """Every text that is the name of a class; those in ``__all__`` follow."""
    listed = {
        id(item)
        for node in source.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value
        if any(getattr(t, "id", "") == "__all__" for t in _targets(node))
        for item in ast.walk(node.value)
    }
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        old = node.value
        if old not in renames:
            continue
        start, end = source.start(node), source.end(node)
        text = source.text[start:end]
        follows = id(node) in listed and text.count(old) == 1
        new = text.replace(old, renames[old])
        splice = Splice(start, end, new) if follows else None
        yield Reference(old, node.lineno, splice)


def _targets(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _bound_twice(tree: ast.Module) -> set[str]:
    """Names that mean more than one thing in a file."""
    seen: set[str] = set()
    twice: set[str] = set()
    for node in ast.walk(tree):
        for name in _bindings(node):
            (twice if name in seen else seen).add(name)
    return twice


def _bindings(node: ast.AST) -> Iterator[str]:
    """The names that one node binds."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.alias):
        yield node.asname or node.name.partition(".")[0]
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        yield node.name or ""
