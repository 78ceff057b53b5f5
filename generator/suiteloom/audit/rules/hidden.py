"""SL105 and SL106: tests that are collected in name only, or not even that. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from suiteloom.audit.engine.ancestry import (
    Classes,
    classes_of,
    is_collected,
    marks_of,
)
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.scopes import FUNCTIONS
from suiteloom.audit.engine.testfile import Function, TestFile, TestNode
from suiteloom.audit.rules.uncollected import is_for_pytest, is_mark

__all__ = ["RULES"]

_REGISTERS = frozenset(
    {
        "overload",
        "register",
        "setter",
        "getter",
        "deleter",
        "property",
        "expand",
        "route",
        "task",
        "command",
    }
)
_PYTEST_MARKS = frozenset(
    {"filterwarnings", "parametrize", "skip", "skipif", "usefixtures"}
)
_LATER_MARKS = frozenset({"xfail", "spec", "slow", "mission_critical"})


def _replaced(file: TestFile) -> Iterator[Hit]:
    holders: list[ast.Module | ast.ClassDef]
    holders = [file.tree, *{test.owner: None for test in file.tests if test.owner}]
    with_tests = {test.owner for test in file.tests}
    for holder in holders:
        first: dict[str, Function | ast.ClassDef] = {}
        for node in holder.body:
            if not isinstance(node, Function | ast.ClassDef):
                continue
            earlier = first.get(node.name)
            if earlier is not None and not _is_used(file, earlier, node):
                yield _twin(file, earlier, node)
            is_test = node in file.by_function or node in with_tests
            if is_test and not _registers(node):
                first[node.name] = node
            else:
                first.pop(node.name, None)


def _registers(node: Function | ast.ClassDef) -> bool:
    """Whether a decorator takes what it decorates somewhere else."""
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        last = getattr(target, "attr", getattr(target, "id", ""))
        if last in _REGISTERS or last.endswith("fixture"):
            return True
    return False


def _is_used(
    file: TestFile, first: Function | ast.ClassDef, second: Function | ast.ClassDef
) -> bool:
    """Whether the first of two definitions is used before the second hides it."""
    return any(
        node.id == first.name and first.lineno < node.lineno <= second.body[0].lineno
        for node in file.nodes(ast.Name)
    )


def _twin(
    file: TestFile, first: Function | ast.ClassDef, second: Function | ast.ClassDef
) -> Hit:
    lines = file.source.split("\n")
    kind = "class" if isinstance(first, ast.ClassDef) else "test"
    message = f"{second.name} replaces the {kind} of that name at line {first.lineno}"
    spelt = [first.name in lines[node.lineno - 1] for node in (first, second)]
    if spelt[0] != spelt[1]:
        message += "; spelt differently, but the same name to Python (NFKC)"
    owner = file.by_function.get(second)
    return hit(second, message, owner or (second.name if kind == "class" else None))


def _generators(file: TestFile) -> Iterator[Hit]:
    if not is_collected(file):
        return
    found: dict[TestNode, None] = {}
    for node in file.nodes(ast.Yield, ast.YieldFrom):
        home = next(
            (n for n in file.around(node) if isinstance(n, (*FUNCTIONS, ast.ClassDef))),
            None,
        )
        if home in file.by_function:
            found[file.by_function[home]] = None
    classes = classes_of(file)
    for test in found:
        if _is_left_alone(file, test, classes):
            message = f"{test.node.name} has a yield in it: nothing runs its body"
            yield hit(test.node, message, test)


def _is_left_alone(file: TestFile, test: TestNode, classes: Classes) -> bool:
    """Whether no decorator, mark or base class may know what to do with a generator."""
    marks = {name for name, _ in marks_of(file, test, classes)}
    known = {*_PYTEST_MARKS, *_LATER_MARKS, *file.settings.categories}
    if not all(is_mark(file, item) for item in test.node.decorator_list):
        return False
    if test.owner is not None:
        ancestry = classes.ancestry(test.owner)
        if not (is_for_pytest(file, ancestry) or ancestry.is_plain_unittest):
            return False
    return marks <= known


RULES = (
    Rule("SL105", check=_replaced),
    Rule("SL106", check=_generators),
)
