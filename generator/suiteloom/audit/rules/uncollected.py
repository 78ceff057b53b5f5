"""SL102 to SL104: tests that pytest does not collect. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from suiteloom.audit.engine.ancestry import (
    Ancestry,
    classes_of,
    is_collected,
    words_of,
)
from suiteloom.audit.engine.assertions import terminal
from suiteloom.audit.engine.facts import Condition
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.scopes import FUNCTIONS
from suiteloom.audit.engine.testfile import Function, TestFile, matches
from suiteloom.model import Severity

__all__ = ["RULES", "is_for_pytest", "is_mark"]

_OWN_BASES = frozenset(
    {"suiteloom.ssot.SSotBaseTestCase", "suiteloom.ssot.SSotAsyncTestCase"}
)
_NO_TESTS = frozenset({"fixture", "property", "staticmethod", "abstractmethod"})
"""Decorators of what pytest would not run as a test."""

_DISABLED = re.compile(
    r"(?:x|xx|no|dont_?|disabled?_|off_|skip_|_?skipped_|broken_|old_)_?test_\w+"
)
_MISSPELT = re.compile(
    r"(?:tset|tets|tes|tst|etst|etest|ttest|tesr|tesy|tedt|twst|trst|teest|tezt|TEST|Test)"
    r"_\w+"
)


def _classes(file: TestFile) -> Iterator[Hit]:
    if not is_collected(file) or file.path.endswith("conftest.py"):
        return
    candidates = [node for node in file.tree.body if isinstance(node, ast.ClassDef)]
    candidates = [node for node in candidates if _is_unnamed(file, node)]
    if not candidates:
        return
    if "load_tests" in {node.name for node in file.nodes(ast.FunctionDef)}:
        return
    used = _used_names(file)
    classes = classes_of(file)
    patterns = " ".join(file.settings.python_classes)
    for node in candidates:
        if node.name not in used:
            count = len(list(_methods(file, node)))
            message = (
                f"class {node.name} does not match python_classes = {patterns}:"
                f" pytest passes over its {count} test{'s' if count > 1 else ''}"
            )
            bases = classes.references(node)
            if node.keywords or not all(is_mark(file, d) for d in node.decorator_list):
                bases.append("?")  # a metaclass or a decorator may do anything
            condition = Condition(tuple(bases), hidden=node.name)
            found = hit(node, message, node.name)
            yield replace(found, hides=count, condition=condition)


def _used_names(file: TestFile) -> set[str]:
    """Names that a file reads otherwise than as the base of a class."""
    bases = {
        part
        for node in file.nodes(ast.ClassDef)
        for base in node.bases
        for part in ast.walk(base)
    }
    return {
        node.id
        for node in file.nodes(ast.Name)
        if isinstance(node.ctx, ast.Load) and node not in bases
    }


def _is_unnamed(file: TestFile, node: ast.ClassDef) -> bool:
    """Whether a class holds tests and pytest does not go by its name."""
    return (
        not matches(node.name, file.settings.python_classes)
        and not _has_test_switch(node)
        and any(_asserts(file, method) for method in _methods(file, node))
    )


def is_for_pytest(file: TestFile, ancestry: Ancestry) -> bool:
    """Tell whether a class is surely no unittest class and no heir of an unknown one."""
    settings = file.settings
    known = {*_OWN_BASES, settings.base_class, settings.async_base_class}
    return ancestry.is_closed and set(ancestry.roots) <= known


def _has_test_switch(node: ast.ClassDef) -> bool:
    return any(
        isinstance(name, ast.Name) and name.id == "__test__"
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for name in statement.targets
    )


def _methods(file: TestFile, node: ast.ClassDef) -> Iterator[Function]:
    """Methods that pytest would run if the class had a name that it goes by."""
    for item in node.body:
        if (
            isinstance(item, Function)
            and matches(item.name, file.settings.python_functions)
            and item.args.args
            and item.args.args[0].arg == "self"
            and not any(terminal(_target(d)) in _NO_TESTS for d in item.decorator_list)
        ):
            yield item


def _target(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def is_mark(file: TestFile, node: ast.expr) -> bool:
    """Tell whether an expression is a mark of pytest, called or not."""
    target = node.func if isinstance(node, ast.Call) else node
    return file.resolve(target).startswith("pytest.mark.")


def _asserts(file: TestFile, node: Function) -> bool:
    for item in file.below(node):
        if isinstance(item, ast.Assert):
            return True
        if isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute):
            name = item.func.attr
            if name.startswith("assert") or name in {"raises", "fail", "pending"}:
                return True
    return False


def _functions(file: TestFile) -> Iterator[Hit]:
    if not is_collected(file):
        return
    meant = [*_misnamed(file), *_nested(file)]
    words = words_of(file) if meant else set()
    for node, message in meant:
        if node.name not in words:
            found = hit(node, message, file.test_of(node))
            is_meant = _DISABLED.fullmatch(node.name) is not None
            severity: Severity | None = "warning" if is_meant else None
            yield replace(found, hides=1, severity=severity)


def _misnamed(file: TestFile) -> Iterator[tuple[Function, str]]:
    """Functions whose names show that they are meant as tests, where pytest looks."""
    owners = {test.owner for test in file.tests if test.owner}
    bodies: list[tuple[ast.ClassDef | None, list[ast.stmt]]]
    bodies = [(None, file.tree.body), *((owner, owner.body) for owner in owners)]
    classes = classes_of(file)
    for owner, body in bodies:
        patterns = file.settings.python_functions
        if owner is not None and classes.ancestry(owner).is_unittest:
            patterns = ("test",)
        for node in body:
            if not isinstance(node, Function):
                continue
            if (
                not matches(node.name, patterns)
                and all(is_mark(file, item) for item in node.decorator_list)
                and _is_meant(file, node)
            ):
                shown = " ".join(patterns)
                yield node, f"{node.name} does not match python_functions = {shown}"


def _is_meant(file: TestFile, node: Function) -> bool:
    """Whether a function that pytest does not collect looks like a test."""
    name = node.name
    named = _DISABLED.fullmatch(name) or _MISSPELT.fullmatch(name)
    if not (named or re.match(r"test_|test[A-Z]", name)):
        return False
    return _asserts(file, node)


def _nested(file: TestFile) -> Iterator[tuple[Function, str]]:
    """Tests inside another function, where nothing calls them."""
    functions: list[Function] = [*file.nodes(ast.FunctionDef)]
    functions += file.nodes(ast.AsyncFunctionDef)
    for node in functions:
        if not node.name.startswith("test_") or node.decorator_list:
            continue
        outer = next(
            (n for n in file.around(node) if isinstance(n, (*FUNCTIONS, ast.ClassDef))),
            None,
        )
        if isinstance(outer, Function) and not _looks_up(outer, node.name):
            message = f"{node.name} stands inside {outer.name} and nothing calls it"
            yield node, message


def _looks_up(outer: Function, name: str) -> bool:
    """Whether a function may reach a name in it without spelling it."""
    for node in ast.walk(outer):
        match node:
            case ast.Name(id="locals" | "vars" | "eval" | "exec" | "globals"):
                return True
            case ast.Global(names=names) | ast.Nonlocal(names=names) if name in names:
                return True
    return False


def _constructors(file: TestFile) -> Iterator[Hit]:
    owners = {test.owner: None for test in file.tests if test.owner}
    if not is_collected(file) or not owners:
        return
    classes = classes_of(file)
    for owner in owners:
        ancestry = classes.ancestry(owner)
        if (
            not is_for_pytest(file, ancestry)
            or any(isinstance(n.func, ast.Name) for n in file.calls_of([owner.name]))
            or any(_has_test_switch(node) for node in ancestry.classes)
        ):
            continue
        if (made := _constructor(file, ancestry)) is not None:
            node, what = made
            message = f"class {owner.name} {what}: pytest passes over its tests"
            yield hit(node, message, owner.name)


def _constructor(file: TestFile, ancestry: Ancestry) -> tuple[ast.stmt, str] | None:
    """What gives a class an `__init__` or `__new__` of its own, and where to say so."""
    own = ancestry.classes[0]
    for node in ancestry.classes:
        for decorator in node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            if file.resolve(target) == "dataclasses.dataclass":
                return own, "is a dataclass and so has a constructor"
        for item in node.body:
            if isinstance(item, Function) and item.name in {"__init__", "__new__"}:
                place = item if node is own else own
                return place, f"has a constructor, {item.name}"
    return None


RULES = (
    Rule("SL102", check=_classes),
    Rule("SL103", check=_functions),
    Rule("SL104", check=_constructors),
)
