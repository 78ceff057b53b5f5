"""The imports that spec-owned text needs: added when missing, dropped when ours and unused."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from suiteloom.suites.splices import Splice
from suiteloom.suites.units import ClassBlock, SuiteText

__all__ = ["bound_names", "import_splices"]

_LINE_LENGTH = 88


def bound_names(tree: ast.Module) -> dict[str, ast.stmt]:
    """Names that a module binds at its top level, blocks included, with the statement."""
    names: dict[str, ast.stmt] = {}
    nodes = list(reversed(tree.body))
    while nodes:
        node = nodes.pop()
        for name in _bound(node):
            names.setdefault(name, node)
        if isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While):
            nodes += [
                child
                for child in ast.iter_child_nodes(node)
                if isinstance(child, ast.stmt)
            ]
            for handler in getattr(node, "handlers", ()):
                nodes += handler.body
    return names


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        for child in ast.walk(node):
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
                yield child.id


def import_splices(
    disk: SuiteText, needed: tuple[str, ...], ours: Sequence[ClassBlock]
) -> Iterator[Splice]:
    """Bring the imports of a suite up to date.

    Args:
        disk: The suite as it is.
        needed: Dotted paths of the base classes that spec-owned text names.
        ours: Classes that lose their first base, or go altogether.

    Yields:
        Splices at module level.
    """
    source = disk.source
    bound = bound_names(source.tree)
    unused = {block.base for block in ours} - _used(disk, ours) if ours else set()
    missing: list[str] = [] if "pytest" in bound else ["import pytest"]
    for module in sorted(
        {path.rpartition(".")[0] for path in needed} | _modules(disk, unused)
    ):
        own = {p.rpartition(".")[2] for p in needed if p.rpartition(".")[0] == module}
        lacking = own - bound.keys()
        statement = _plain_import(disk, module)
        if statement is None:
            if lacking:
                missing.append(f"from {module} import {', '.join(sorted(lacking))}")
            continue
        present = {alias.name for alias in statement.names}
        wanted = sorted((present - unused) | lacking)
        line = f"from {module} import {', '.join(wanted)}"
        if set(wanted) == present:
            continue
        if not wanted:
            end = source.line_start((statement.end_lineno or 0) + 1)
            yield Splice(source.line_start(statement.lineno), end, "")
        elif len(line) <= _LINE_LENGTH:
            yield Splice(source.start(statement), source.end(statement), line)
        else:
            missing += [f"from {module} import {name}" for name in sorted(lacking)]
    if missing:
        yield _inserted(disk, missing)


def _used(disk: SuiteText, ours: Iterable[ClassBlock]) -> set[str]:
    """Names that a suite uses anywhere but as the first base of certain classes."""
    bases = {id(base) for block in ours for base in block.node.bases[:1]}
    return {
        node.id
        for node in ast.walk(disk.source.tree)
        if isinstance(node, ast.Name) and id(node) not in bases
    }


def _modules(disk: SuiteText, names: frozenset[str] | set[str]) -> set[str]:
    """Modules that any of `names` is imported from at top level."""
    if not names:
        return set()
    return {
        node.module
        for node in disk.source.tree.body
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
        if any(alias.name in names and not alias.asname for alias in node.names)
    }


def _plain_import(disk: SuiteText, module: str) -> ast.ImportFrom | None:
    """The one-line import from `module` without aliases, brackets and comments."""
    for node in disk.source.tree.body:
        if not isinstance(node, ast.ImportFrom) or node.module != module or node.level:
            continue
        line = disk.source.line(node.lineno)
        plain = node.lineno == node.end_lineno and not (set("#(;") & set(line))
        if plain and not any(alias.asname for alias in node.names):
            return node
    return None


def _inserted(disk: SuiteText, lines: list[str]) -> Splice:
    """Insert import lines behind the last import, or below the docstring, or on top."""
    source = disk.source
    first_class = min((block.node.lineno for block in disk.classes), default=0)
    above = [
        node
        for node in source.tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        and (node.lineno < first_class or not first_class)
    ]
    text = "".join(f"{line}{source.newline}" for line in lines)
    if above:
        last = above[-1].end_lineno or 0
        for node in source.tree.body:
            if node.lineno <= last:  # more may follow behind a semicolon
                last = max(last, node.end_lineno or 0)
        place = source.line_start(last + 1)
        open_end = not source.line(last).endswith(("\n", "\r"))
        return Splice(place, place, f"{source.newline if open_end else ''}{text}")
    if disk.docstring is not None:
        place = source.line_start((source.tree.body[0].end_lineno or 0) + 1)
        return Splice(place, place, f"{source.newline}{text}")
    first = source.tree.body[0].lineno if source.tree.body else source.line_count + 1
    place = source.line_start(first)
    return Splice(place, place, f"{text}{source.newline}")
