"""The imports that spec-owned text needs: added when missing, dropped when ours and unused."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from suiteloom.suites.source import Source
from suiteloom.suites.splices import Splice
from suiteloom.suites.units import ClassBlock, SuiteText

__all__ = ["bound_names", "import_splices", "inserted", "is_ours", "persons_names"]

_LINE_LENGTH = 88
_WORD = re.compile(r"\w+")


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


def is_ours(source: Source, node: ast.stmt, bases: Collection[str]) -> bool:
    """Whether an import is one that suiteloom writes, down to its line.

    Args:
        source: The file.
        node: A statement at its top level.
        bases: Dotted paths of the base classes that the configuration names.
    """
    if isinstance(node, ast.Import):
        return source.text[source.start(node) : source.end(node)] == "import pytest"
    if not isinstance(node, ast.ImportFrom):
        return False
    paths = {f"{node.module}.{alias.name}" for alias in node.names}
    return _is_in_order(source, node) and paths <= set(bases)


def persons_names(
    source: Source, node: ast.stmt, bases: Collection[str]
) -> list[str] | None:
    """What an import in our form brings that a person added to it.

    Returns:
        The names; None if nothing in the line is ours.
    """
    if not isinstance(node, ast.ImportFrom) or not _is_in_order(source, node):
        return None
    others = [a.name for a in node.names if f"{node.module}.{a.name}" not in bases]
    return others if len(others) < len(node.names) else None


def _is_in_order(source: Source, node: ast.ImportFrom) -> bool:
    """Whether an import has the form that ours have: sorted names and nothing else."""
    names = [alias.name for alias in node.names]
    if node.level or any(alias.asname for alias in node.names):
        return False
    first, last = source.line_start(node.lineno), source.end(node)
    end = source.line_start((node.end_lineno or 0) + 1)
    around = source.text[first : source.start(node)] + source.text[last:end]
    plain = not around.strip() and "#" not in source.text[first:last]
    return plain and names == sorted(names)


def import_splices(
    disk: SuiteText,
    needed: Collection[str],
    ours: Sequence[ClassBlock],
    bases: Collection[str],
) -> Iterator[Splice]:
    """Bring the imports of a suite up to date.

    A line that a person wrote, ordered or commented stays as it is; what it lacks gets
    a line of its own.

    Args:
        disk: The suite as it is.
        needed: Dotted paths of the base classes that spec-owned text names.
        ours: Classes that lose their first base, or go altogether.
        bases: Dotted paths of the base classes that the configuration names.

    Yields:
        Splices at module level.
    """
    source = disk.source
    bound = bound_names(source.tree)
    left = {block.base for block in ours} - _used(disk, ours) if ours else set()
    unused = {path for path in bases if path.rpartition(".")[2] in left}
    lacking = {path for path in needed if path.rpartition(".")[2] not in bound}
    missing: list[str] = [] if "pytest" in bound else ["import pytest"]
    for module in sorted({path.rpartition(".")[0] for path in unused | lacking}):
        added = {path.rpartition(".")[2] for path in lacking if _is_of(path, module)}
        gone = {path.rpartition(".")[2] for path in unused if _is_of(path, module)}
        for node in _plain_imports(source, module):
            present = {alias.name for alias in node.names}
            wanted = sorted((present - gone) | added)
            line = f"from {module} import {', '.join(wanted)}"
            if added and len(line) > _LINE_LENGTH:
                wanted = sorted(present - gone)
                line = f"from {module} import {', '.join(wanted)}"
            added -= set(wanted)
            if not wanted:
                end = source.line_start((node.end_lineno or 0) + 1)
                yield Splice(source.line_start(node.lineno), end, "")
            elif set(wanted) != present:
                yield Splice(source.start(node), source.end(node), line)
        if added:
            missing.append(f"from {module} import {', '.join(sorted(added))}")
    if missing:
        yield inserted(disk, missing)


def _is_of(path: str, module: str) -> bool:
    return path.rpartition(".")[0] == module


def _used(disk: SuiteText, ours: Iterable[ClassBlock]) -> set[str]:
    """Names that a suite uses anywhere but as the first base of certain classes.

    What stands in a text, as in ``__all__``, counts; docstrings do not.
    """
    bases = {id(base) for block in ours for base in block.node.bases[:1]}
    found: set[str] = set()
    for node in ast.walk(disk.source.tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            bases.add(id(node.value))
        elif isinstance(node, ast.Name) and id(node) not in bases:
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(() if id(node) in bases else _WORD.findall(node.value))
    return found


def _plain_imports(source: Source, module: str) -> list[ast.ImportFrom]:
    """Imports from `module` in one line, in the form that ours have."""
    return [
        node
        for node in source.tree.body
        if isinstance(node, ast.ImportFrom)
        if node.module == module and node.lineno == node.end_lineno
        if _is_in_order(source, node) and "(" not in source.line(node.lineno)
    ]


def inserted(disk: SuiteText, lines: list[str]) -> Splice:
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
