"""SL6: assertions that depend on what the test happens to get. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from suiteloom.audit.engine.assertions import inside, read_proof, short, terminal
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import TestFile, TestNode

__all__ = ["RULES"]

_ASKS = frozenset({"hasattr", "getattr"})
_FRAMES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def _conditional(file: TestFile) -> Iterator[Hit]:
    proof = read_proof(file)
    for test in proof.tests():
        gates: list[ast.If | ast.For | ast.ExceptHandler] = []
        for node in proof.hard.get(test, ()):
            if (gate := _gate(file, node, test)) is None:
                gates.clear()
                break
            gates.append(gate)
        if not gates or proof.is_doubtful(test):
            continue
        first = min(gates, key=lambda g: g.lineno)
        if isinstance(first, ast.ExceptHandler):
            message = "all assertions stand in except: nothing raised, nothing checked"
        elif isinstance(first, ast.If):
            message = f"all assertions depend on `{short(first.test)}`"
        else:
            message = f"all assertions depend on `{short(first.iter)}` having items"
        yield hit(first, message, test)


def _gate(
    file: TestFile, node: ast.AST, test: TestNode
) -> ast.If | ast.For | ast.ExceptHandler | None:
    """The outermost thing on which it depends whether an assertion runs."""
    if _is_failure(node):
        return None
    child = node
    gate: ast.If | ast.For | ast.ExceptHandler | None = None
    for outer in inside(file, node, test.node):
        if isinstance(outer, _FRAMES):
            return None
        if isinstance(outer, ast.ExceptHandler) and _may_pass_by(file, outer):
            gate = outer
        elif isinstance(outer, ast.If) and child is not outer.test:
            if not outer.orelse and _depends_on_result(file, outer.test, test):
                gate = outer
        elif isinstance(outer, ast.For) and child is not outer.iter:
            gate = outer if _is_filtered(file, outer.iter, test) else _kept(gate)
        child = outer
    return gate


def _kept(
    gate: ast.If | ast.For | ast.ExceptHandler | None,
) -> ast.If | ast.For | ast.ExceptHandler | None:
    """What remains of a gate in a loop: a condition may hold another time."""
    return None if isinstance(gate, ast.If) else gate


def _is_failure(node: ast.AST) -> bool:
    """Whether it fails outright: then its condition is what is asserted."""
    if isinstance(node, ast.Call):
        return not re.match(r"_*assert", terminal(node.func))
    return isinstance(node, ast.Raise) or (
        isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant)
    )


def _may_pass_by(file: TestFile, handler: ast.ExceptHandler) -> bool:
    """Whether the test passes if nothing is raised."""
    around = file.parent(handler)
    if not isinstance(around, ast.Try) or around.orelse:
        return False
    if not any(isinstance(n, ast.Call) for s in around.body for n in ast.walk(s)):
        return False
    last = around.body[-1]
    return not isinstance(last, ast.Raise | ast.Return | ast.Continue | ast.Break)


def _depends_on_result(file: TestFile, node: ast.expr, test: TestNode) -> bool:
    """Whether a condition is about something that the test has got from a call."""
    parts = list(ast.walk(node))
    if any(isinstance(p, ast.Call) and not _is_plain(p) for p in parts):
        return False
    names = [p for p in parts if isinstance(p, ast.Name)]
    names = [n for n in names if n.id not in {"isinstance", "hasattr", "len", "bool"}]
    return bool(names) and all(_is_result(file, name, test) for name in names)


def _is_plain(node: ast.Call) -> bool:
    return terminal(node.func) in {"isinstance", "hasattr", "len", "bool"}


def _is_result(file: TestFile, node: ast.Name, test: TestNode) -> bool:
    found = file.scopes[node].lookup(node.id)
    if found is None or found[0].node is not test.node:
        return False
    return all(_is_call(value) for value in found[1])


def _is_call(value: str | ast.expr | None) -> bool:
    if isinstance(value, ast.Await):
        value = value.value
    return isinstance(value, ast.Call) and terminal(value.func) not in _ASKS


def _is_filtered(file: TestFile, node: ast.expr, test: TestNode) -> bool:
    """Whether a loop runs over what is left of a result, or a search in one."""
    if isinstance(node, ast.Name):
        found = file.scopes[node].lookup(node.id)
        if found is None or found[0].node is not test.node or len(found[1]) != 1:
            return False
        value = found[1][0]
        if not isinstance(value, ast.expr) or _is_measured(file, node, test):
            return False
        node = value
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
