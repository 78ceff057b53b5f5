"""What a file defines, as facts that other files can ask for without reading it. Pure."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from suiteloom.audit.engine.ancestry import classes_of
from suiteloom.audit.engine.assertions import read_proof
from suiteloom.audit.engine.facts import Definitions
from suiteloom.audit.engine.settings import Settings
from suiteloom.audit.engine.testfile import TestFile, read_test_file

__all__ = ["define", "definitions_of"]


def define(path: str, text: str) -> Definitions:
    """Read what a file defines.

    Args:
        path: POSIX.
        text: Its source.

    Returns:
        Nothing at all, if it is not Python.
    """
    try:
        return definitions_of(read_test_file(path, text, Settings(python_functions=())))
    except (SyntaxError, ValueError, RecursionError):
        return Definitions()


def definitions_of(file: TestFile) -> Definitions:
    """Return what a file defines."""
    names: dict[str, str] = {}
    stars: list[str] = []
    for name, values in file.index.opened[file.tree].names.items():
        dotted = [value for value in values if isinstance(value, str)]
        if name == "*":
            stars += [value.removesuffix(".*") for value in dotted]
        elif dotted:
            names[name] = dotted[-1]
    return Definitions(
        routines=read_proof(file).routines(),
        classes=dict(_classes(file)),
        names=names,
        stars=tuple(stars),
        uses=_uses(file, names) | _inner_bases(file),
    )


def _classes(file: TestFile) -> Iterator[tuple[str, tuple[str, ...]]]:
    classes = classes_of(file)
    for node in file.tree.body:
        if isinstance(node, ast.ClassDef):
            yield node.name, tuple(classes.references(node))


def _inner_bases(file: TestFile) -> frozenset[str]:
    """References to the bases of classes inside of blocks, functions and classes."""
    classes = classes_of(file)
    outer = set(file.tree.body)
    found = {
        base
        for node in file.nodes(ast.ClassDef)
        if node not in outer
        for base in classes.references(node)
    }
    return frozenset(found - {"?"})


def _uses(file: TestFile, names: dict[str, str]) -> frozenset[str]:
    """What is imported and read, but as a base of a class: that says that it is one."""
    foreign = {
        name: dotted
        for name, dotted in names.items()
        if dotted.partition(".")[0] not in sys.stdlib_module_names
    }
    if not foreign:
        return frozenset()
    bases = {
        part
        for node in file.nodes(ast.ClassDef)
        for base in node.bases
        for part in ast.walk(base)
    }
    found = set()
    for node in file.nodes(ast.Name):
        if node.id in foreign and node not in bases:
            dotted = foreign[node.id]
            found.add(dotted)
            around = file.parent(node)
            if isinstance(around, ast.Attribute):
                found.add(f"{dotted}.{around.attr}")
    return frozenset(found)
