"""What a conftest.py or options of pytest keep pytest from collecting. Nothing is run."""

from __future__ import annotations

import ast
import glob
from collections.abc import Iterator, Sequence
from pathlib import Path

from suiteloom.model.python import parse_python

__all__ = ["ignored_by_options", "ignored_in"]

_LISTS = {"collect_ignore": False, "collect_ignore_glob": True}
"""What conftest.py may say, and whether its entries are globs."""


def ignored_in(conftest: Path) -> tuple[str, ...]:
    """Return globs of the absolute paths that a conftest.py keeps from being collected.

    Lists that are written out at its top level are read. What stands under a condition
    may hold or not, and is left alone.
    """
    try:
        text = conftest.read_text("utf-8", "replace")
        if "collect_ignore" not in text:
            return ()
        tree = parse_python(text)
    except (OSError, ValueError, SyntaxError, RecursionError):
        return ()
    folder = conftest.parent
    return tuple(
        _absolute(folder, entry, is_glob=_LISTS[name])
        for statement in tree.body
        for name, values in _said(statement)
        for entry in _texts(values)
    )


def _said(statement: ast.stmt) -> Iterator[tuple[str, Sequence[ast.expr]]]:
    """Names of lists that a statement makes or extends, and by what."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as value):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            pass
        case ast.AugAssign(target=ast.Name(id=name), value=value):
            pass
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend"),
                args=[value],
            )
        ):
            pass
        case _:
            return
    if name in _LISTS:
        several = isinstance(value, ast.List | ast.Tuple | ast.Set)
        yield name, value.elts if several else [value]  # type: ignore[attr-defined]


def _texts(values: Sequence[ast.expr]) -> Iterator[str]:
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def ignored_by_options(folder: Path, words: Sequence[str]) -> tuple[str, ...]:
    """Return globs of the absolute paths that `--ignore` and `--ignore-glob` name.

    Args:
        folder: That they are relative to.
        words: The options.
    """
    found = []
    for index, word in enumerate(words):
        option, equals, value = word.partition("=")
        if option in {"--ignore", "--ignore-glob"}:
            after = words[index + 1] if index + 1 < len(words) else ""
            entry = value if equals else after
            if entry:
                is_glob = option == "--ignore-glob"
                found.append(_absolute(folder, entry, is_glob=is_glob))
    return tuple(found)


def _absolute(folder: Path, entry: str, *, is_glob: bool) -> str:
    place = glob.escape(str(folder))
    return f"{place}/{entry if is_glob else glob.escape(entry)}".rstrip("/")
