"""SL6: assertions that hold whatever happens. Pure."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from typing import Any

from suiteloom.audit.engine.assertions import read_proof, terminal
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import TestFile, TestNode
from suiteloom.audit.engine.uses import is_standard_library, uses_outside
from suiteloom.audit.rules.made_up import is_construction, only_value, why_made_up

__all__ = ["RULES", "why_always_true"]

_OPERATORS: dict[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
}
_MADE = "it was just made by"
_CONSTANTS = "two constants are compared"
_REFLEXIVE = (ast.Eq, ast.Is, ast.LtE, ast.GtE)
_OPPOSITES = frozenset(
    {
        frozenset({ast.Is, ast.IsNot}),
        frozenset({ast.Eq, ast.NotEq}),
        frozenset({ast.In, ast.NotIn}),
    }
)
_DISPLAYS = (ast.List, ast.Tuple, ast.Dict, ast.Set)
_VALUES = (
    *(ast.Constant, ast.JoinedStr, ast.Lambda, ast.Compare, *_DISPLAYS),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
_METHODS: dict[str, tuple[type[ast.cmpop], int]] = {
    "assertEqual": (ast.Eq, 2),
    "assertEquals": (ast.Eq, 2),
    "assertNotEqual": (ast.NotEq, 2),
    "assertIs": (ast.Is, 2),
    "assertIsNot": (ast.IsNot, 2),
    "assertIsNone": (ast.Is, 1),
    "assertIsNotNone": (ast.IsNot, 1),
    "assertGreaterEqual": (ast.GtE, 2),
    "assertGreater": (ast.Gt, 2),
    "assertLessEqual": (ast.LtE, 2),
    "assertLess": (ast.Lt, 2),
}
"""What a method compares by, and how many arguments it takes; one is compared with None."""

_TRUTHS = frozenset({"assertTrue", "assert_", "failUnless"})
_LITERALS = frozenset({ast.Constant, ast.UnaryOp, ast.BinOp, ast.Call, *_DISPLAYS})
"""What a literal may be written as; a call, as `set()`."""


def why_always_true(file: TestFile, node: ast.AST, test: TestNode) -> str:
    """Tell why an assertion of a test can not fail; empty if it can.

    Args:
        file: The file.
        node: An `assert`, or a call of one of unittest's assertion methods.
        test: The test it lies in.
    """
    why = _why_asserted(file, node, test)
    is_of_language = why == _CONSTANTS or why.startswith(("it is a literal", _MADE))
    return "" if is_of_language and is_standard_library(file, test) else why


def _why_asserted(file: TestFile, node: ast.AST, test: TestNode) -> str:
    if isinstance(node, ast.Assert):
        return _why(file, node.test, test)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    if not node.args or any(map(_is_starred, node.args)):
        return ""
    return _why_method(file, node.func.attr, node.args, test)


def _why_method(
    file: TestFile, name: str, values: list[ast.expr], test: TestNode
) -> str:
    """Why the assertion of a method of unittest can not fail."""
    why = ""
    if name in _METHODS:
        operation, count = _METHODS[name]
        if len(values) >= count:
            right = values[1] if count > 1 else ast.Constant(None)
            why = _why_compare(file, values[0], operation, right, test)
    elif name in _TRUTHS:
        why = _why(file, values[0], test)
    elif name == "assertFalse":
        why = _why_never(values[0])
    elif name == "assertIsInstance" and len(values) > 1:
        why = _why_instance(file, values[0], values[1], test)
    return why


def _is_starred(node: ast.expr) -> bool:
    return isinstance(node, ast.Starred)


def _why(file: TestFile, node: ast.expr, test: TestNode) -> str:
    why = ""
    match node:
        case ast.Constant() | ast.Lambda() | ast.GeneratorExp():
            why = _why_literal(node)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            why = _why_never(operand)
        case ast.Name():
            why = _why_function(file, node)
        case ast.BoolOp():
            why = _why_several(file, node, test)
        case ast.Call(func=ast.Name(id="isinstance"), args=[made, cls]):
            why = _why_instance(file, made, cls, test)
        case ast.Compare(left=left, ops=[operation], comparators=[right]):
            why = _why_compare(file, left, type(operation), right, test)
        case ast.Dict() | ast.List() | ast.Tuple() | ast.Set():
            why = _why_display(node)
    return why


def _why_literal(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return f"{ast.unparse(node)} is always true" if node.value else ""
    kind = "lambda" if isinstance(node, ast.Lambda) else "generator"
    return f"a {kind} is always true, whatever it gives"


def _why_several(file: TestFile, node: ast.BoolOp, test: TestNode) -> str:
    """`x or not x`, `x or True`, and `and` of nothing that can fail."""
    if isinstance(node.op, ast.And):
        reasons = [_why(file, value, test) for value in node.values]
        return reasons[0] if all(reasons) else ""
    if any(isinstance(v, ast.Constant) and v.value for v in node.values):
        return "`or` with something that is always true"
    return _why_opposites(node.values)


def _why_function(file: TestFile, node: ast.Name) -> str:
    """A function of the file that is named and not called."""
    found = file.scopes[node].lookup(node.id)
    made = [n for n in file.nodes(ast.FunctionDef) if n.name == node.id]
    if found is None or not made or found[1] != [None]:
        return ""
    is_same = all(file.scopes[n] is found[0] and not n.decorator_list for n in made)
    stored = {n.id for n in file.index.stored if isinstance(n, ast.Name)}
    if not is_same or node.id in stored:
        return ""
    return f"{node.id} is a function, and is not called"


def _why_display(node: ast.expr) -> str:
    if isinstance(node, ast.Dict):
        return "a dict with entries is always true" if any(node.keys) else ""
    items = getattr(node, "elts", [])
    if all(_is_starred(item) for item in items):
        return ""
    return f"a {type(node).__name__.lower()} with items is always true"


def _why_never(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and not node.value:
        return f"{ast.unparse(node)} is never true"
    if isinstance(node, ast.Tuple | ast.List) and not node.elts:
        return "an empty display is never true"
    return ""


def _why_opposites(values: list[ast.expr]) -> str:
    """`x or not x`, `x is None or x is not None`."""
    for index, first in enumerate(values):
        for second in values[index + 1 :]:
            if _are_opposite(first, second) or _are_opposite(second, first):
                return "one of two opposites always holds"
    return ""


def _are_opposite(first: ast.expr, second: ast.expr) -> bool:
    if any(isinstance(n, ast.Call | ast.Await) for n in ast.walk(first)):
        return False
    if isinstance(second, ast.UnaryOp) and isinstance(second.op, ast.Not):
        return ast.dump(second.operand) == ast.dump(first)
    match first, second:
        case (
            ast.Compare(left=a, ops=[one], comparators=[b]),
            ast.Compare(left=c, ops=[other], comparators=[d]),
        ):
            if frozenset({type(one), type(other)}) not in _OPPOSITES:
                return False
            return (ast.dump(a), ast.dump(b)) == (ast.dump(c), ast.dump(d))
    return False


def _why_compare(
    file: TestFile,
    left: ast.expr,
    operation: type[ast.cmpop],
    right: ast.expr,
    test: TestNode,
) -> str:
    if operation is ast.IsNot and _is_none(right):
        return _why_not_none(file, left, test)
    if isinstance(left, ast.Name) and isinstance(right, ast.Name):
        same = left.id == right.id and operation in _REFLEXIVE
        if same and _is_plain_value(file, left, test):
            return f"{left.id} is compared with itself"
        return ""
    is_zero = isinstance(right, ast.Constant) and right.value == 0
    if _is_length(left) and is_zero and operation is ast.GtE:
        return "a length is never negative"
    return _why_constants(left, operation, right)


def _is_length(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and (
        isinstance(node.func, ast.Name) and node.func.id == "len"
    )


def _is_plain_value(file: TestFile, name: ast.Name, test: TestNode) -> bool:
    """Whether a name holds a result that is told apart from nothing else in the test."""
    value = only_value(file, name, test)
    if isinstance(value, ast.Await):
        value = value.value
    if value is None or is_construction(file, value) or _is_told_apart(test, name):
        return False
    return isinstance(value, ast.Call | ast.Constant)


def _is_told_apart(test: TestNode, name: ast.Name) -> bool:
    """Whether the test also says what the value is not equal to."""
    return any(
        isinstance(node, ast.Compare)
        and any(isinstance(o, ast.NotEq | ast.IsNot) for o in node.ops)
        and any(terminal(side) == name.id for side in (node.left, *node.comparators))
        for node in ast.walk(test.node)
    )


def _why_constants(left: ast.expr, operation: type[ast.cmpop], right: ast.expr) -> str:
    function = _OPERATORS.get(operation)
    if function is None or not {left.__class__, right.__class__} <= _LITERALS:
        return ""
    try:
        holds = bool(function(ast.literal_eval(left), ast.literal_eval(right)))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ""
    return _CONSTANTS if holds else ""


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _why_not_none(file: TestFile, node: ast.expr, test: TestNode) -> str:
    value = only_value(file, node, test) if isinstance(node, ast.Name) else node
    if value is None or _is_none(value):
        return ""
    subject = f"{ast.unparse(node)} holds" if value is not node else "it is"
    if isinstance(value, _VALUES):
        return f"{subject} a literal, which is never None"
    if is_construction(file, value):
        return f"{subject} a new object, which is never None"
    return ""


def _why_instance(
    file: TestFile, made: ast.expr, kind: ast.expr, test: TestNode
) -> str:
    if isinstance(kind, ast.Name) and kind.id == "object":
        return "everything is an object"
    value = only_value(file, made, test) if isinstance(made, ast.Name) else made
    if isinstance(value, ast.Constant) and isinstance(kind, ast.Name):
        return _literal_of(kind.id, type(value.value).__name__)
    if isinstance(value, _DISPLAYS) and isinstance(kind, ast.Name):
        return _literal_of(kind.id, type(value).__name__.lower())
    if not isinstance(value, ast.Call) or not is_construction(file, value):
        return ""
    if _is_own_class(file, value):
        return ""
    is_same = ast.dump(value.func) == ast.dump(kind)
    return f"{_MADE} {terminal(kind)}" if is_same else ""


def _is_own_class(file: TestFile, node: ast.Call) -> bool:
    """Whether a class of the file is called, whose base may be the subject."""
    name = terminal(node.func)
    return any(item.name == name for item in file.nodes(ast.ClassDef))


def _literal_of(kind: str, name: str) -> str:
    return f"it is a literal {name}" if kind == name else ""


def _judged(
    file: TestFile,
) -> Iterator[tuple[TestNode, list[tuple[ast.AST, str]], bool]]:
    """Yield tests with assertions that always hold, those, and whether they are all."""
    if "idle" not in file.memo:
        file.memo["idle"] = list(_find_idle(file))
    yield from file.memo["idle"]


def _find_idle(
    file: TestFile,
) -> Iterator[tuple[TestNode, list[tuple[ast.AST, str]], bool]]:
    proof = read_proof(file)
    for test in proof.tests():
        asserted = proof.hard.get(test, [])
        reasons = [(node, _why_idle(file, node, test)) for node in asserted]
        idle = [(node, why) for node, why in reasons if why]
        if idle and not _is_about_assertions(file, test):
            only = len(idle) == len(asserted) and not proof.is_doubtful(test)
            # a class may give an object of another one: that alone is no certainty
            only = only and not all(why.startswith(_MADE) for _, why in idle)
            yield test, idle, only


def _why_idle(file: TestFile, node: ast.AST, test: TestNode) -> str:
    """Why an assertion can not fail, and be it that the test has made up what it asks.

    Of a test that uses nothing but what it makes up, SL609 speaks.
    """
    if why := why_always_true(file, node, test):
        return why
    why = why_made_up(file, node, test)
    if not why or is_standard_library(file, test) or not uses_outside(file, test):
        return ""
    return why


def _is_about_assertions(file: TestFile, test: TestNode) -> bool:
    """Whether the subject is the assertion methods themselves."""
    return any(
        file.test_of(node) is test for node in file.attributes("failureException")
    )


def _only_idle(file: TestFile) -> Iterator[Hit]:
    for test, idle, only in _judged(file):
        if only:
            node, why = min(idle, key=lambda item: item[0].lineno)  # type: ignore[attr-defined]
            message = f"nothing it asserts can fail: {why}"
            yield hit(node, message, test)  # type: ignore[arg-type]


def _idle(file: TestFile) -> Iterator[Hit]:
    for test, idle, only in _judged(file):
        for node, why in idle if not only else ():
            message = f"this assertion can not fail: {why}"
            yield hit(node, message, test)  # type: ignore[arg-type]


RULES = (
    Rule("SL602", check=_only_idle),
    Rule("SL603", check=_idle),
)
