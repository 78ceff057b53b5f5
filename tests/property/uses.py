"""What bodies use and what names classes in suites, found with nothing of suiteloom's."""

from __future__ import annotations

import ast
import re

from hand import find_units

__all__ = ["is_class_of", "missing", "references"]

_NAMED = re.compile(
    r"""^(?:NAMED = |__all__ = \[["']|class More\d+\()(\w+)[^#\n]*# (tok_names_\w+_end)""",
    re.MULTILINE,
)


def is_class_of(node, unit):
    """Whether a statement is the class of a unit."""
    return isinstance(node, ast.ClassDef) and unit.node.lineno in range(
        node.lineno, node.end_lineno + 1
    )


def missing(tree, helped):
    """Tests with what they use and can not see: each its id and the name."""
    found = set()
    for path, data in tree.items():
        if not path.endswith(".py"):
            continue
        text = data.decode()
        if not any(name in text for name in helped.values()):
            continue
        module = ast.parse(text.lstrip("\ufeff")).body
        for unit in find_units(text):
            name = helped.get(unit.id, "")
            if name in "".join(map(ast.unparse, unit.statements)):
                owner = next(node for node in module if is_class_of(node, unit))
                place = owner.body if name.startswith("member") else module
                if name and name not in {
                    bound for node in place for bound in _bound(node)
                }:
                    found.add((unit.id, name))
    return found


def _bound(node):
    """The names that a statement defines."""
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else []


def references(tree):
    """Each line that names a class: its path and word, the name, whether it is defined."""
    for path, data in tree.items():
        if path.endswith(".py"):
            text = data.decode()
            for match in _NAMED.finditer(text):
                yield path, match[2], match[1], f"\nclass {match[1]}(" in text
