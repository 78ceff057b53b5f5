"""Markers that code of the project or an installed plugin registers. Nothing is run."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

from suiteloom.model.python import parse_python
from suiteloom.workflows.audit.tree import is_passed_over

__all__ = ["registered_by_code", "registered_in"]

_CALL = "addinivalue_line"
_MAX_BYTES = 1_000_000
_OWN = ("spec", "orphan", "mission_critical")
"""What suiteloom's own plugin registers."""


def registered_in(text: str) -> frozenset[str] | None:
    """Return the markers that a module registers with `config.addinivalue_line`.

    Args:
        text: The module.

    Returns:
        Their names; None if it registers what the text does not show.
    """
    if _CALL not in text:
        return frozenset()
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        given = [*node.args, *(k.value for k in node.keywords)]
        if node.func.attr != _CALL or len(given) < 2:
            continue
        name = _beginning(given[0])
        if name not in {"markers", None}:
            continue
        lines = _values(given[1], tree)
        markers = [_MARKER.match(line or "") for line in lines]
        if name is None or not markers:
            return None
        for marker in markers:
            if marker is None:
                return None
            found.add(marker[1])
    return frozenset(found)


_MARKER = re.compile(r"\s*(\w+)\s*(?:[:(].*|$)", re.DOTALL)


def _values(node: ast.expr, tree: ast.Module) -> list[str | None]:
    """How each text begins that an expression may stand for, as the module shows it."""
    if not isinstance(node, ast.Name):
        return [_beginning(node)]
    found: list[str | None] = []
    for part in ast.walk(tree):
        match part:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found += [_beginning(value)] if name == node.id else []
            case ast.For(target=ast.Name(id=name), iter=over) if name == node.id:
                found += _items(over, tree)
            case ast.arg(arg=name) if name == node.id:
                found.append(None)
    return found


def _items(node: ast.expr, tree: ast.Module) -> list[str | None]:
    """How each text of a display begins, or of one that a name stands for."""
    if isinstance(node, ast.Name):
        values = [
            part.value
            for part in ast.walk(tree)
            if isinstance(part, ast.Assign) and _is_named(part.targets, node.id)
        ]
        node = values[0] if len(values) == 1 else node
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [_beginning(item) for item in node.elts]
    return [None]


def _is_named(targets: list[ast.expr], name: str) -> bool:
    return any(isinstance(t, ast.Name) and t.id == name for t in targets)


def _beginning(node: ast.expr) -> str | None:
    """How a text begins; None if it is not written out."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text
        case ast.BinOp(left=left):
            return _beginning(left)
        case ast.Call(func=ast.Attribute(value=left, attr="format")):
            return _beginning(left)
    return None


def registered_by_code(root: Path) -> frozenset[str] | None:
    """Return the markers that the project's code and installed plugins register.

    Args:
        root: The project.

    Returns:
        Their names; None if nobody can tell.
    """
    found = set(_OWN)
    for path in (*_modules(root), *_plugins()):
        markers = registered_in(_text(path))
        if markers is None:
            return None
        found |= markers
    return frozenset(found)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            return ""
        data = path.read_bytes()
    except OSError:
        return ""
    return data.decode("utf-8", "replace") if _CALL.encode() in data else ""


def _modules(folder: Path) -> Iterator[Path]:
    """Every module below a folder; hidden folders and environments are passed over."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_passed_over(place, name))
        yield from (Path(place, name) for name in sorted(names) if name.endswith(".py"))


def _plugins() -> Iterator[Path]:
    """The modules of the plugins that are installed here."""
    found = entry_points(group="pytest11")
    tops = {entry.value.partition(":")[0].partition(".")[0] for entry in found}
    for top in sorted(tops - {"suiteloom"}):
        for folder in sys.path:
            place = Path(folder, top)
            if place.is_dir():
                yield from _modules(place)
            elif place.with_suffix(".py").is_file():
                yield place.with_suffix(".py")
