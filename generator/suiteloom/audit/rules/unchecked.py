"""SL6: comparisons and mock assertions that are never made. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from suiteloom.audit.engine.assertions import (
    inside,
    judged,
    own_frame,
    short,
    terminal,
)
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import TestFile, TestNode
from suiteloom.audit.rules.made_up import is_construction, only_value
from suiteloom.audit.rules.uncollected import is_mark

__all__ = ["RULES"]

_WITH = (ast.With, ast.AsyncWith)
_EQUALITIES = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_MISSPELT = frozenset(
    {
        "called_once",
        "called_with",
        "called_once_with",
        "not_called",
        "has_calls",
        "any_call",
        "awaited_once",
        "awaited_with",
        "awaited_once_with",
        "not_awaited",
    }
)


def _lost(file: TestFile) -> Iterator[Hit]:
    real = set(judged(file))
    for statement in file.nodes(ast.Expr):
        compared = statement.value
        if isinstance(compared, ast.Compare) and _is_lost(file, statement, real):
            test = file.test_of(statement)
            message = f"`{short(compared)}` is compared, and nobody looks"
            yield hit(statement, message, test)
    for returned in file.nodes(ast.Return):
        value = returned.value
        if isinstance(value, ast.Compare) and _is_dropped(file, returned, real):
            message = f"`{short(value)}` is returned, and nobody looks"
            yield hit(returned, message, file.test_of(returned))
    for call in file.calls_of(sorted(_RAISING)):
        if _is_idle(file, call) and (test := file.test_of(call)) in real:
            message = f"`{short(call)}` is neither entered nor given anything to call"
            yield hit(call, message, test)
    for call in file.calls_of(["assertTrue", "assertFalse", "assert_"]):
        if _is_message_a_value(call) and (test := file.test_of(call)) in real:
            message = f"the second argument is a message: {short(call)}"
            yield hit(call, message, test)


_RAISING = frozenset(
    {"raises", "warns", "assertRaises", "assertWarns", "assertRaisesRegex"}
)


def _is_idle(file: TestFile, call: ast.Call) -> bool:
    """Whether what waits for an exception is made, and does not wait for any."""
    if not isinstance(file.parent(call), ast.Expr):
        return False
    name = terminal(call.func)
    if any(isinstance(item, ast.Starred) for item in call.args):
        return False
    if any(k.arg not in {"match", "check", "msg"} for k in call.keywords):
        return False
    if name in {"raises", "warns"}:
        return file.resolve(call.func) == f"pytest.{name}" and len(call.args) == 1
    return len(call.args) == (2 if name == "assertRaisesRegex" else 1)


def _is_dropped(file: TestFile, node: ast.Return, real: set[TestNode]) -> bool:
    """Whether a test returns a value, and no decorator may be there to look at it."""
    test = file.test_of(node)
    if test not in real or test is None or not own_frame(file, node, test):
        return False
    return all(is_mark(file, item) for item in test.node.decorator_list)


def _is_lost(file: TestFile, node: ast.Expr, real: set[TestNode]) -> bool:
    test = file.test_of(node)
    if test not in real or test is None or not own_frame(file, node, test):
        return False
    if not _is_result(file, node.value, test) or _makes_a_class(test):
        return False
    return not any(
        isinstance(outer, (*_WITH, ast.Try, *_LOOPS))
        for outer in inside(file, node, test.node)
    )


def _makes_a_class(test: TestNode) -> bool:
    """Whether a test makes a class of its own, whose operators it may try out."""
    return any(isinstance(node, ast.ClassDef) for node in ast.walk(test.node))


def _is_result(file: TestFile, node: ast.expr, test: TestNode) -> bool:
    """Whether a result is compared, and not an operator tried out."""
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], _EQUALITIES):
        return False
    for side in (node.left, *node.comparators):
        value = only_value(file, side, test) if isinstance(side, ast.Name) else side
        if isinstance(value, ast.Attribute | ast.Subscript | ast.Await):
            return True
        if isinstance(value, ast.Call) and not is_construction(file, value):
            return True
    return False


def _is_message_a_value(call: ast.Call) -> bool:
    if len(call.args) != 2:
        return False
    second = call.args[1]
    if isinstance(second, ast.Constant):
        return not isinstance(second.value, str) and second.value is not None
    return isinstance(second, ast.List | ast.Dict | ast.Set)


def _misspelt(file: TestFile) -> Iterator[Hit]:
    """What ruff's PGH005 leaves out: statements of calls, and negations."""
    for node in file.attributes(*sorted(_MISSPELT)):
        test, around = file.test_of(node), file.parent(node)
        if test not in judged(file):
            continue
        negated = isinstance(around, ast.UnaryOp) and isinstance(
            file.parent(around), ast.Assert
        )
        called = isinstance(around, ast.Call) and isinstance(
            file.parent(around), ast.Expr
        )
        if negated or (called and around.func is node):  # type: ignore[union-attr]
            message = f"{node.attr} is no method of a mock: nothing is asserted"
            yield hit(node, message, test)


RULES = (
    Rule("SL611", check=_lost),
    Rule("SL612", check=_misspelt, ruff=("PGH005",)),
)
