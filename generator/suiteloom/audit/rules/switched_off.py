"""SL5: tests that never run, whatever the machine. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from suiteloom.audit.engine.assertions import is_skip, judged, terminal
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import TestFile, TestNode

__all__ = ["RULES"]

_ALWAYS = frozenset({"skip", "skipTest", "SkipTest", "xfail"})
_NOTHING = (ast.List, ast.Tuple)
_TELLING = (ast.Assert, ast.Call)


def _always(file: TestFile) -> Iterator[Hit]:
    for test in judged(file):
        if (statement := _leaves_first(test)) is not None:
            message = (
                f"is always skipped at line {statement.lineno}, and goes on after it"
            )
            yield hit(statement, message, test)
        for name, mark in test.marks:
            if isinstance(mark, ast.Call) and (why := _why(name, mark)):
                yield hit(mark, f"is always skipped: {why}", test)


def _leaves_first(test: TestNode) -> ast.stmt | None:
    """What skips a test before anything is asserted, and is not its end."""
    for statement in test.body[:-1]:
        match statement:
            case ast.Expr(value=ast.Call() as call) if _skips(call):
                return statement
            case ast.Raise(exc=ast.expr() as raised) if _skips(raised):
                return statement
        is_kept = isinstance(statement, ast.Assign | ast.AnnAssign)
        if not is_kept and any(isinstance(n, _TELLING) for n in ast.walk(statement)):
            return None
    return None


def _skips(node: ast.expr) -> bool:
    name = terminal(node.func if isinstance(node, ast.Call) else node)
    return is_skip(node) and name in _ALWAYS


def _why(name: str, mark: ast.Call) -> str:
    """Why a mark skips a test on every machine; empty if it does not."""
    if name == "skipif" and mark.args:
        first = mark.args[0]
        if isinstance(first, ast.Constant) and first.value:
            is_text = isinstance(first.value, str)
            return "" if is_text else f"the condition is {ast.unparse(first)}"
    if name == "parametrize" and len(mark.args) > 1:
        values = mark.args[1]
        if isinstance(values, _NOTHING) and not values.elts:
            return "it is parametrized by no values"
    return ""


RULES = (Rule("SL505", check=_always),)
