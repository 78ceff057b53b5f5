"""SL6: assertions in code that a test never runs. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from suiteloom.audit.engine.assertions import FRAMES, inside, read_proof, terminal
from suiteloom.audit.engine.testfile import Function, TestFile, TestNode
from suiteloom.audit.rules.made_up import only_value

__all__ = ["find_unrun", "is_failure", "uses_of"]

Cause = Function | ast.ClassDef | ast.If | ast.While | ast.For | ast.AsyncFor
_LOOPS = (ast.For, ast.AsyncFor)
_REACHES = frozenset({"locals", "vars", "eval", "exec", "globals"})


def find_unrun(file: TestFile) -> Iterator[tuple[ast.AST, str, TestNode]]:
    """Yield assertions that are never run: the first of each cause, why, and the test."""
    proof = read_proof(file)
    for test in proof.tests():
        asserted = [n for n in proof.hard.get(test, ()) if not is_failure(n)]
        caused = [(n, next(_causes(file, n, test), None)) for n in asserted]
        is_all = all(cause is not None for _, cause in caused)
        seen: set[ast.AST] = set()
        for node, found in caused:
            if found is None or found[0] in seen:
                continue
            cause, why = found
            seen.add(cause)
            if is_all or not _is_switched_off(cause):
                yield node, f"is never run: {why}", test


def is_failure(node: ast.AST) -> bool:
    """Tell whether it fails outright: then its condition is what is asserted."""
    if isinstance(node, ast.Call):
        return not re.match(r"_*assert", terminal(node.func))
    return isinstance(node, ast.Raise) or (
        isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant)
    )


def _is_switched_off(node: ast.AST) -> bool:
    """Whether it is an `if 0:` around a part of a test, as everybody can see."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Constant)


def _causes(
    file: TestFile, node: ast.AST, test: TestNode
) -> Iterator[tuple[Cause, str]]:
    child = node
    for outer in inside(file, node, test.node):
        if isinstance(outer, Function):
            if _is_forgotten(file, outer, test):
                yield outer, f"nothing calls {outer.name}, in which it stands"
        elif isinstance(outer, ast.ClassDef):
            if _is_forgotten(file, outer, test):
                yield outer, f"nothing uses class {outer.name}, in which it stands"
        elif isinstance(outer, ast.If | ast.While):
            if child in outer.body and _never_holds(file, outer):
                yield outer, f"`{ast.unparse(outer.test)}` never holds"
        elif isinstance(outer, _LOOPS) and _is_idle(file, outer, child, test):
            yield outer, f"`{ast.unparse(outer.iter)}` has no items"
        child = outer


def _is_idle(
    file: TestFile, outer: ast.For | ast.AsyncFor, child: ast.AST, test: TestNode
) -> bool:
    """Whether a loop runs over nothing, and with it what stands in its body."""
    return child in outer.body and _is_empty(file, outer.iter, test)


def uses_of(
    file: TestFile, node: Function | ast.ClassDef, test: TestNode
) -> list[ast.Name]:
    """Return where a test reads the name of a function or class that stands in it."""
    inner = set(file.below(node))
    return [
        part
        for part in file.below(test.node)
        if isinstance(part, ast.Name)
        and part.id == node.name
        and isinstance(part.ctx, ast.Load)
        and part not in inner
    ]


def _is_forgotten(
    file: TestFile, node: Function | ast.ClassDef, test: TestNode
) -> bool:
    """Whether nothing in a test can come to a function or class that stands in it."""
    if node.decorator_list or uses_of(file, node, test):
        return False
    if isinstance(node, ast.ClassDef) and (
        node.keywords or any(terminal(base) != "TestCase" for base in node.bases)
    ):
        return False  # a base or metaclass may keep its heirs
    around = next(n for n in file.around(node) if isinstance(n, FRAMES))
    if isinstance(around, ast.ClassDef):
        return False
    return not any(
        (isinstance(part, ast.Name) and part.id in _REACHES)
        or (isinstance(part, ast.Global | ast.Nonlocal) and node.name in part.names)
        or (isinstance(part, ast.Constant) and part.value == node.name)
        for part in file.below(test.node)
    )


def _never_holds(file: TestFile, node: ast.If | ast.While) -> bool:
    condition = node.test
    if isinstance(condition, ast.Constant):
        return not condition.value
    if file.resolve(condition) == "typing.TYPE_CHECKING":
        return True
    if not isinstance(condition, ast.Compare) or not isinstance(node, ast.While):
        return False
    names = [n for n in ast.walk(condition) if isinstance(n, ast.Name)]
    if len(names) != 1 or (start := _value_before(file, node, names[0].id)) is None:
        return False
    told = ast.parse(ast.unparse(condition), mode="eval").body
    filled = ast.fix_missing_locations(_Fill(names[0].id, start).visit(told))
    try:
        return not _compare(filled)
    except (ValueError, TypeError):
        return False


class _Fill(ast.NodeTransformer):
    """Puts a value in the place of a name."""

    def __init__(self, name: str, value: ast.expr) -> None:
        self._name = name
        self._value = value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace the name."""
        return self._value if node.id == self._name else node


def _compare(node: ast.expr) -> bool:
    """Decide a comparison of two literals."""
    match node:
        case ast.Compare(left=left, ops=[operation], comparators=[right]):
            one, other = ast.literal_eval(left), ast.literal_eval(right)
            decide = _DECIDED.get(type(operation))
            if decide is not None:
                return bool(getattr(one, decide)(other) is True)
    raise ValueError


_DECIDED: dict[type[ast.cmpop], str] = {
    ast.Lt: "__lt__",
    ast.LtE: "__le__",
    ast.Gt: "__gt__",
    ast.GtE: "__ge__",
    ast.Eq: "__eq__",
    ast.NotEq: "__ne__",
}


def _value_before(file: TestFile, node: ast.While, name: str) -> ast.expr | None:
    """The literal that a name has when a loop begins, if the block shows it."""
    around = file.parent(node)
    block = getattr(around, "body", [])
    if node not in block:
        return None
    for earlier in reversed(block[: block.index(node)]):
        match earlier:
            case ast.Assign(
                targets=[ast.Name(id=found)], value=ast.Constant() as value
            ):
                if found == name:
                    return value
        if any(
            isinstance(part, ast.Name) and part.id == name for part in ast.walk(earlier)
        ):
            return None
    return None


def _is_empty(file: TestFile, node: ast.expr, test: TestNode) -> bool:
    """Whether a loop runs over nothing: a display without items that nobody fills."""
    if isinstance(node, ast.Name):
        value = only_value(file, node, test)
        reads = [
            part
            for part in file.below(test.node)
            if isinstance(part, ast.Name)
            and part.id == node.id
            and isinstance(part.ctx, ast.Load)
        ]
        if value is None or len(reads) != 1:
            return False
        node = value
    match node:
        case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=0)]):
            return True
        case ast.Call(func=ast.Name(id=name), args=[], keywords=[]):
            return name in {"list", "tuple", "set", "dict"}
    return False
