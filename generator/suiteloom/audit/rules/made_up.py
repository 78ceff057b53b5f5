"""Whether an assertion only asks for what its own test has put there. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from suiteloom.audit.engine.assertions import own_frame
from suiteloom.audit.engine.testfile import TestFile, TestNode

__all__ = ["is_construction", "only_value", "why_made_up"]

_DOUBLES = frozenset(
    f"unittest.mock.{name}"
    for name in ("Mock", "MagicMock", "NonCallableMock", "NonCallableMagicMock")
)
_PATCHES = frozenset({"unittest.mock.patch", "unittest.mock.patch.object"})


def why_made_up(file: TestFile, node: ast.AST, test: TestNode) -> str:
    """Tell why an equality compares a test's own input with itself; empty if not.

    Args:
        file: The file.
        node: An `assert`, or a call of `assertEqual`.
        test: The test it lies in.
    """
    match node:
        case ast.Assert(
            test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])
        ):
            sides = (left, right)
        case ast.Call(func=ast.Attribute(attr="assertEqual"), args=[left, right, *_]):
            sides = (left, right)
        case _:
            return ""
    for made, told in (sides, sides[::-1]):
        if why := _why_equal(file, made, told, test):
            return why
    return ""


def _why_equal(file: TestFile, made: ast.expr, told: ast.expr, test: TestNode) -> str:
    value = _own(file, made, test)
    other = told if isinstance(told, ast.Constant) else _own(file, told, test)
    if value is not None and other is not None:
        is_same = ast.dump(value) == ast.dump(other)
        if is_same and isinstance(value, ast.Constant):
            return f"{ast.unparse(made)} is what the test itself has set"
    answer = _answer(file, made, test) if isinstance(made, ast.Call) else None
    same_as = other if other is not None else told
    if answer is not None and ast.dump(answer) == ast.dump(same_as):
        return "it is the answer that the test has given to its own double"
    return ""


def _own(file: TestFile, node: ast.expr, test: TestNode) -> ast.expr | None:
    """The literal that a name, or an entry of a display, of the test has all along."""
    if isinstance(node, ast.Name):
        return only_value(file, node, test)
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
        return None
    made = only_value(file, node.value, test)
    if not isinstance(made, ast.Dict) or not _is_kept(file, node.value, test):
        return None
    for key, value in zip(made.keys, made.values, strict=True):
        if key is not None and ast.dump(key) == ast.dump(node.slice):
            return value
    return None


def _is_kept(file: TestFile, name: ast.Name, test: TestNode) -> bool:
    """Whether a test only ever reads entries of what a name stands for."""
    for part in file.below(test.node):
        if not isinstance(part, ast.Name) or part.id != name.id:
            continue
        if not isinstance(part.ctx, ast.Load):
            continue
        around = file.parent(part)
        if not isinstance(around, ast.Subscript) or not isinstance(
            around.ctx, ast.Load
        ):
            return False
        if not isinstance(around.slice, ast.Constant):
            return False
    return True


def _answer(file: TestFile, call: ast.Call, test: TestNode) -> ast.expr | None:
    """What the test told a double to answer to a call, if it stands for nothing else."""
    if (given := _return_value(file, call.func, test)) is not None:
        return given
    dotted = file.resolve(call.func)
    for target, answer in _patched(file, call, test) if dotted else ():
        if target == dotted:
            return answer
    return None


def _return_value(file: TestFile, func: ast.expr, test: TestNode) -> ast.expr | None:
    """The only `func.return_value = …` of the test, if func is of a double made in it."""
    root = func
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return None
    made = only_value(file, root, test)
    if not isinstance(made, ast.Call) or file.resolve(made.func) not in _DOUBLES:
        return None
    if any(k.arg in {"side_effect", "wraps"} for k in made.keywords):
        return None
    below = file.below(test.node)
    if any(isinstance(n, ast.Attribute) and n.attr in _OVERRULES for n in below):
        return None
    shape = ast.dump(func)
    answers = [
        part.value
        for part in below
        if isinstance(part, ast.Assign) and any(_sets(t, shape) for t in part.targets)
    ]
    return answers[0] if len(answers) == 1 else None


_OVERRULES = frozenset({"side_effect", "configure_mock", "reset_mock"})


def _sets(node: ast.expr, shape: str) -> bool:
    """Whether a target is the `return_value` of what looks like this."""
    is_answer = isinstance(node, ast.Attribute) and node.attr == "return_value"
    return is_answer and ast.dump(node.value) == shape  # type: ignore[attr-defined]


def _patched(
    file: TestFile, call: ast.Call, test: TestNode
) -> Iterator[tuple[str, ast.expr]]:
    """What is replaced around a call, and what it answers instead."""
    for outer in file.around(call):
        if outer is test.node:
            return
        if not isinstance(outer, ast.With | ast.AsyncWith):
            continue
        for item in outer.items:
            made = item.context_expr
            if isinstance(made, ast.Call) and file.resolve(made.func) in _PATCHES:
                answers = [k.value for k in made.keywords if k.arg == "return_value"]
                others = [k for k in made.keywords if k.arg == "side_effect"]
                if answers and not others and (target := _target(file, made)):
                    yield target, answers[0]


def _target(file: TestFile, node: ast.Call) -> str:
    """The dotted name of what a patch replaces."""
    match node.args:
        case [ast.Constant(value=str(text)), *_]:
            return text
        case [owner, ast.Constant(value=str(name)), *_]:
            dotted = file.resolve(owner)
            return f"{dotted}.{name}" if dotted else ""
    return ""


def is_construction(file: TestFile, node: ast.expr) -> bool:
    """Whether it calls a class, as its name and its origin say."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    found = file.scopes[node.func].lookup(node.func.id)
    return bool(re.match(r"[A-Z]\w*[a-z]", node.func.id)) and found is not None


def only_value(file: TestFile, node: ast.Name, test: TestNode) -> ast.expr | None:
    """What a name of the test is bound to, if only once and in the test's own frame."""
    found = file.scopes[node].lookup(node.id) if node in file.scopes else None
    if found is None or found[0].node is not test.node or len(found[1]) != 1:
        return None
    value = found[1][0]
    if not isinstance(value, ast.expr) or not own_frame(file, value, test):
        return None
    stores = [
        n
        for n in file.index.stored
        if isinstance(n, ast.Name) and n.id == node.id and file.test_of(n) is test
    ]
    return value if len(stores) == 1 else None
