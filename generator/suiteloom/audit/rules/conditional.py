"""SL6: assertions that depend on what the test happens to get. Pure."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from suiteloom.audit.engine.assertions import (
    inside,
    is_skip,
    read_proof,
    short,
    terminal,
)
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import TestFile, TestNode
from suiteloom.audit.rules.unrun import is_failure

__all__ = ["RULES"]

_ASKS = frozenset({"hasattr", "getattr"})
_FRAMES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


Gate = ast.If | ast.For | ast.AsyncFor | ast.Match | ast.ExceptHandler


def _conditional(file: TestFile) -> Iterator[Hit]:
    proof = read_proof(file)
    for test in proof.tests():
        gates: list[Gate] = []
        for node in proof.hard.get(test, ()):
            if (gate := _gate(file, node, test)) is None:
                gates.clear()
                break
            gates.append(gate)
        if not gates or proof.is_doubtful(test):
            continue
        first = min(gates, key=_line)
        yield hit(first, _message(first, proof.hard[test]), test)


def _line(gate: Gate) -> int:
    return gate.lineno


def _message(gate: Gate, asserted: list[ast.AST]) -> str:
    if isinstance(gate, ast.ExceptHandler):
        return "all assertions stand in except: nothing raised, nothing checked"
    if isinstance(gate, ast.Match):
        return f"all assertions depend on a case that `{short(gate.subject)}` matches"
    if isinstance(gate, ast.If):
        inside = {part for item in gate.body for part in ast.walk(item)}
        verb = "depend on" if inside & set(asserted) else "are passed over on"
        return f"all assertions {verb} `{short(gate.test)}`"
    return f"all assertions depend on `{short(gate.iter)}` having items"


def _gate(file: TestFile, node: ast.AST, test: TestNode) -> Gate | None:
    """The outermost thing on which it depends whether an assertion runs."""
    if is_failure(node):
        return None
    child = node
    gate: Gate | None = None
    for outer in (*inside(file, node, test.node), test.node):
        if isinstance(outer, _FRAMES) and outer is not test.node:
            return None
        if isinstance(outer, ast.ExceptHandler) and _may_pass_by(file, outer):
            gate = outer
        elif isinstance(outer, ast.If) and child is not outer.test:
            if not outer.orelse and depends_on_result(file, outer.test, test):
                gate = outer
        elif isinstance(outer, ast.For | ast.AsyncFor) and child is not outer.iter:
            gate = outer if _may_be_empty(file, outer.iter, test) else _kept(gate)
        elif isinstance(outer, ast.Match) and child is not outer.subject:
            gate = outer if _may_match_nothing(file, outer, test) else gate
        gate = _guard(file, outer, child, node, test) or gate
        child = outer
    return gate


def _kept(gate: Gate | None) -> Gate | None:
    """What remains of a gate in a loop: a condition may hold another time."""
    return None if isinstance(gate, ast.If | ast.Match) else gate


def _may_match_nothing(file: TestFile, node: ast.Match, test: TestNode) -> bool:
    patterns = (case.pattern for case in node.cases if case.guard is None)
    if any(isinstance(p, ast.MatchAs) and p.pattern is None for p in patterns):
        return False
    return depends_on_result(file, node.subject, test)


def _guard(
    file: TestFile, outer: ast.AST, child: ast.AST, node: ast.AST, test: TestNode
) -> ast.If | None:
    """What leaves the test before an assertion if what is asserted is not as hoped for."""
    block = next(
        (b for b in (getattr(outer, n, ()) for n in _BLOCKS) if child in b), ()
    )
    asserted = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    for earlier in block:
        if earlier is child:
            break
        if not isinstance(earlier, ast.If) or earlier.orelse or len(earlier.body) > 2:
            continue
        about = {
            part.id for part in ast.walk(earlier.test) if isinstance(part, ast.Name)
        }
        if (
            about & asserted
            and _leaves(earlier.body[-1])
            and depends_on_result(file, earlier.test, test)
        ):
            return earlier
    return None


_BLOCKS = ("body", "orelse", "finalbody")


def _leaves(node: ast.stmt) -> bool:
    """Whether a statement ends the test as if all were well, or skips it."""
    match node:
        case ast.Return():
            return True
        case ast.Expr(value=ast.Call() as call):
            return is_skip(call)
    return False


def _may_pass_by(file: TestFile, handler: ast.ExceptHandler) -> bool:
    """Whether the test passes if nothing is raised."""
    around = file.parent(handler)
    if not isinstance(around, ast.Try) or around.orelse:
        return False
    if not any(isinstance(n, ast.Call) for s in around.body for n in ast.walk(s)):
        return False
    last = around.body[-1]
    return not isinstance(last, ast.Raise | ast.Return | ast.Continue | ast.Break)


def depends_on_result(file: TestFile, node: ast.expr, test: TestNode) -> bool:
    """Tell whether a condition is about nothing but what a test has got from calls."""
    match node:
        case ast.Name():
            return _is_result(file, node, test)
        case ast.Call(args=[first, *_]) if terminal(node.func) in _PLAIN:
            return depends_on_result(file, first, test)
        case ast.Call():
            return is_result_call(file, node, test)
        case (
            ast.Await(value=value)
            | ast.UnaryOp(op=ast.Not(), operand=value)
            | ast.Attribute(value=value)
            | ast.Subscript(value=value)
            | ast.NamedExpr(value=value)
        ):
            return depends_on_result(file, value, test)
        case ast.BoolOp(values=values):
            return all(depends_on_result(file, value, test) for value in values)
        case ast.Compare(left=left, comparators=others):
            sides = [left, *others]
            told = [depends_on_result(file, side, test) for side in sides]
            rest = [
                side for side, is_told in zip(sides, told, strict=True) if not is_told
            ]
            return any(told) and not any(map(_names_something, rest))
    return False


def _names_something(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Name | ast.Call) for part in ast.walk(node))


def is_result_call(file: TestFile, node: ast.Call, test: TestNode) -> bool:
    """Tell whether a call of a test asks what is under test for something.

    It does if it is given something and stands for what an import from elsewhere than the
    standard library brings, or if it is a method of what a fixture or such a call gives.
    """
    root: ast.expr = node.func
    is_method = False
    while isinstance(root, ast.Attribute | ast.Call | ast.Subscript | ast.Await):
        is_method = is_method or isinstance(root, ast.Attribute)
        root = root.func if isinstance(root, ast.Call) else root.value
    if not isinstance(root, ast.Name):
        return False
    dotted = file.resolve(root)
    if dotted:
        first = dotted.lstrip(".").partition(".")[0]
        is_foreign = first not in sys.stdlib_module_names | _TOOLS
        return is_foreign and bool(node.args or node.keywords)
    if not is_method:
        return False
    given = test.node.args
    if root.id in {item.arg for item in (*given.args, *given.kwonlyargs)}:
        return root.id not in _OF_RUN
    return _is_result(file, root, test)


_PLAIN = frozenset({"isinstance", "hasattr", "len", "bool", "any", "all"})
_TOOLS = frozenset({"builtins", "pytest", "hypothesis"})
_OF_RUN = frozenset({"self", "cls", "request", "pytestconfig"})
"""Parameters that tell of the run, not of what is under test."""


def _is_result(file: TestFile, node: ast.Name, test: TestNode) -> bool:
    found = file.scopes[node].lookup(node.id)
    if found is None or found[0].node is not test.node:
        return False
    return all(_is_call(value) for value in found[1])


def _is_call(value: str | ast.expr | None) -> bool:
    if isinstance(value, ast.Await):
        value = value.value
    return isinstance(value, ast.Call) and terminal(value.func) not in _ASKS


def _may_be_empty(file: TestFile, node: ast.expr, test: TestNode) -> bool:
    """Whether a loop runs over a result, what is left of one, or a search in one."""
    if isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Call):
        return is_result_call(file, node, test)
    if isinstance(node, ast.Name):
        found = file.scopes[node].lookup(node.id)
        if found is None or found[0].node is not test.node or len(found[1]) != 1:
            return False
        value = found[1][0]
        if not isinstance(value, ast.expr) or _is_measured(file, node, test):
            return False
        return not isinstance(value, ast.Name) and _may_be_empty(file, value, test)
    return isinstance(node, ast.ListComp | ast.GeneratorExp) and any(
        generator.ifs
        and isinstance(generator.iter, ast.Name)
        and _is_result(file, generator.iter, test)
        for generator in node.generators
    )


def _is_measured(file: TestFile, name: ast.Name, test: TestNode) -> bool:
    """Whether a list is used anywhere else in the test."""
    uses = [
        n
        for n in file.below(test.node)
        if isinstance(n, ast.Name) and n.id == name.id and isinstance(n.ctx, ast.Load)
    ]
    return len(uses) > 1


RULES = (Rule("SL606", check=_conditional),)
