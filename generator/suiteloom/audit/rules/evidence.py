"""SL6: whether a test shows anything at all. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from suiteloom.audit.engine.assertions import read_proof, terminal
from suiteloom.audit.engine.facts import Condition
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import TestFile, TestNode
from suiteloom.audit.engine.uses import uses_outside
from suiteloom.audit.rules.tautology import why_always_true
from suiteloom.audit.rules.uncollected import is_mark
from suiteloom.model.pending import pending_calls

__all__ = ["RULES"]

_LEVELS = frozenset(
    {"debug", "info", "warning", "error", "exception", "critical", "log"}
)
_BOUND_BY = (ast.Assign, ast.AnnAssign)
_BASE_EVIDENCE = frozenset(
    {"expect_exception", "run_with_timeout", "wait_for_condition"}
)
"""Members of suiteloom's base classes that fail when something does not happen."""

_KNOWN_BASES = frozenset(
    {
        "object",
        "TestCase",
        "IsolatedAsyncioTestCase",
        "SSotBaseTestCase",
        "SSotAsyncTestCase",
    }
)


def _unproven(file: TestFile) -> dict[TestNode, Condition | None]:
    """The tests without any assertion, and on what in other files that depends."""
    if "unproven" not in file.memo:
        file.memo["unproven"] = dict(_find_unproven(file))
    found: dict[TestNode, Condition | None] = file.memo["unproven"]
    return found


def _find_unproven(file: TestFile) -> Iterator[tuple[TestNode, Condition | None]]:
    proof = read_proof(file)
    for test in proof.tests():
        borrowed = proof.borrowed(test)
        if borrowed is None:
            continue
        is_open, outward = proof.doubts(test)
        if not is_open:
            leads = tuple(sorted(borrowed | outward))
            yield test, Condition(leads) if leads else None


def _strictly_unproven(file: TestFile) -> Iterator[TestNode]:
    """Yield the tests whose file shows no assertion that they run.

    Suites are asked for more than other tests: what a name promises, or code that stands
    elsewhere, is no evidence there.
    """
    proof = read_proof(file)
    shown = proof.asserting_helpers() | _BASE_EVIDENCE
    for test in proof.tests():
        names = {terminal(node) for node in file.below(test.node)}
        if test not in proof.hard and not names & shown:
            yield test


def _nothing(file: TestFile) -> Iterator[Hit]:
    if file.settings.base_class:
        for test in _strictly_unproven(file):
            yield hit(test.node, "asserts nothing", test)
        return
    unproven = {**_unproven(file), **dict.fromkeys(_surely_empty(file))}
    for test in sorted(unproven, key=lambda test: test.node.lineno):
        if _is_switched_off(test):
            continue
        message = ""
        if _is_empty(test) or not uses_outside(file, test):
            message = "asserts nothing and runs nothing under test"
        elif name := _only_shown(file, test):
            message = f"asserts nothing: {name} is only printed or logged"
        if message:
            found = hit(test.node, message, test)
            yield replace(found, condition=unproven[test])


def _is_empty(test: TestNode) -> bool:
    return all(
        isinstance(s, ast.Pass)
        or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        for s in test.body
    )


def _surely_empty(file: TestFile) -> Iterator[TestNode]:
    """Tests without a statement, where nothing that the file shows asserts for them.

    What a fixture or a helper is called is no evidence; what it does is. A mark that
    skips the test, and a decorator that may put something in its place, leave it alone.
    """
    proof = read_proof(file)
    for test in proof.tests():
        if (
            _is_empty(test)
            and not proof.is_marked_off(test)
            and all(is_mark(file, item) for item in test.node.decorator_list)
            and not proof.fixtures_of(test) & proof.asserting_helpers()
        ):
            yield test


def _is_switched_off(test: TestNode) -> bool:
    """Whether an empty body takes the place of an inherited test."""
    bases = test.owner.bases if test.owner is not None else []
    return _is_empty(test) and any(terminal(base) not in _KNOWN_BASES for base in bases)


def _only_shown(file: TestFile, test: TestNode) -> str:
    """A result that is kept, and then only printed or logged; empty if none is."""
    kept = {
        target.id
        for node in file.below(test.node)
        if isinstance(node, _BOUND_BY) and isinstance(node.value, ast.Call | ast.Await)
        for target in getattr(node, "targets", None) or [node.target]  # type: ignore[union-attr]
        if isinstance(target, ast.Name)
    }
    uses: dict[str, list[bool]] = {}
    for node in file.below(test.node):
        is_read = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        if is_read and (name := terminal(node)) in kept:
            uses.setdefault(name, []).append(_is_printed(file, node))
    return next((name for name, shown in sorted(uses.items()) if all(shown)), "")


def _is_printed(file: TestFile, node: ast.AST) -> bool:
    """Whether a name only goes to the terminal or to a log."""
    for outer in file.around(node):
        if isinstance(outer, ast.stmt):
            return False
        if isinstance(outer, ast.Call) and _prints(outer):
            return isinstance(file.parent(outer), ast.Expr)
    return False


def _prints(node: ast.Call) -> bool:
    if any(keyword.arg == "file" for keyword in node.keywords):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in {"print", "pprint"}
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in _LEVELS:
        return False
    return bool(re.search(r"(?i)log(?:ger|ging)?$", terminal(node.func.value)))


def _smoke(file: TestFile) -> Iterator[Hit]:
    if file.settings.base_class:
        return  # SL601 is stricter there
    for test, condition in _unproven(file).items():
        if not uses_outside(file, test):
            continue
        if not _only_shown(file, test) and not _is_empty(test):
            message = "asserts nothing: it only shows that nothing is raised"
            yield replace(hit(test.node, message, test), condition=condition)


def _self_contained(file: TestFile) -> Iterator[Hit]:
    proof = read_proof(file)
    for test in proof.tests():
        if test in proof.hard and not uses_outside(file, test):
            if all(why_always_true(file, n, test) for n in proof.hard[test]):
                continue
            yield hit(test.node, "asserts only what it has made up itself", test)


def _pending(file: TestFile) -> Iterator[Hit]:
    for test in file.tests:
        if test.is_pending and not test.is_orphan:
            for call in pending_calls(test.node):
                yield hit(call, "the body is still to be written", test)


RULES = (
    Rule("SL601", check=_nothing),
    Rule("SL609", check=_self_contained),
    Rule("SL610", check=_pending),
    Rule("SL613", check=_smoke),
)
