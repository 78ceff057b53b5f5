"""What else in a file names a class that gets another name. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from suiteloom.suites.source import Source
from suiteloom.suites.splices import Splice

__all__ = ["Reference", "find_references", "names_used"]


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
    listed = {id(item) for item in _listed(source.tree)}
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


def names_used(source: Source, leaving: Iterable[ast.stmt]) -> frozenset[str]:
    """What a file names, as a plain name or in ``__all__``.

    Args:
        source: The file as it is.
        leaving: Statements that do not count.
    """
    apart, nodes = set(leaving), [*ast.iter_child_nodes(source.tree)]
    found = {item.value for item in _listed(source.tree)}
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        if node not in apart:
            nodes += ast.iter_child_nodes(node)
    return frozenset(str(name) for name in found)


def _listed(tree: ast.Module) -> Iterator[ast.Constant]:
    """The constants in ``__all__``."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            named = (getattr(target, "id", "") for target in _targets(node))
            if "__all__" in named:
                inside = ast.walk(node.value or node)
                yield from (item for item in inside if isinstance(item, ast.Constant))


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
