"""Which nodes assert or skip beyond doubt, and what stands around them. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from suiteloom.audit.engine.testfile import Function, TestFile, TestNode

__all__ = [
    "AROUND",
    "FRAMES",
    "HARD",
    "TELLING",
    "Definition",
    "autouse_in",
    "definitions",
    "functions_of",
    "inside",
    "is_hard",
    "is_skip",
    "judged",
    "methods",
    "own_frame",
    "parameters",
    "short",
    "terminal",
]

Definition = Function | ast.ClassDef

FRAMES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)

HARD = re.compile(
    r"_*(?:assert|fail(?:If|Unless|ure)?(?![a-z])|raises$|warns$|deprecated_call$"
    r"|expect_exception$|asserts?_)"
)
TELLING = frozenset(
    {ast.Assert, ast.Raise, ast.Call, ast.Return, ast.Yield, ast.YieldFrom}
)
"""What, besides names, may show that something is asserted."""

AROUND = frozenset(
    f"{side}{level}"
    for side in ("setUp", "tearDown", "asyncSetUp", "asyncTearDown")
    for level in ("", "Class")
) | {
    f"{side}_{level}" for side in ("setup", "teardown") for level in ("method", "class")
}


_SKIPS = frozenset({"skip", "skipTest", "xfail", "importorskip", "SkipTest", "exit"})


def terminal(node: ast.AST) -> str:
    """Return the last part of a dotted name; empty for any other expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def short(node: ast.expr) -> str:
    """Return an expression as text of at most 40 characters."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 40 else f"{text[:37]}..."


def inside(file: TestFile, node: ast.AST, stop: ast.AST) -> Iterator[ast.AST]:
    """Yield what is around a node up to, and without, an outer node."""
    for outer in file.around(node):
        if outer is stop:
            return
        yield outer


def own_frame(file: TestFile, node: ast.AST, test: TestNode) -> bool:
    """Tell whether a node runs as part of the test itself, in no inner function."""
    return next((n for n in file.around(node) if isinstance(n, FRAMES)), None) is (
        test.node
    )


def is_skip(node: ast.AST) -> bool:
    """Tell whether a call or a raised exception skips the test."""
    return terminal(node.func if isinstance(node, ast.Call) else node) in _SKIPS


def is_hard(node: ast.AST, aliases: frozenset[str] = frozenset()) -> bool:
    """Tell whether a node is an assertion beyond doubt.

    Args:
        node: Any node.
        aliases: Other names of assertions in the file.
    """
    if isinstance(node, ast.Assert):
        return True
    if isinstance(node, ast.Raise) and node.exc is not None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return terminal(raised) in {"AssertionError", "failureException"}
    if isinstance(node, ast.Call):
        name = terminal(node.func)
        return bool(HARD.match(name)) or name in aliases
    return False


def judged(file: TestFile) -> list[TestNode]:
    """Return the tests that are to show something: neither pending nor orphans."""
    if "judged" not in file.memo:
        file.memo["judged"] = [
            test for test in file.tests if not (test.is_pending or test.is_orphan)
        ]
    found: list[TestNode] = file.memo["judged"]
    return found


def functions_of(file: TestFile) -> set[str]:
    """Return the names of all functions of a file."""
    if "functions" not in file.memo:
        names = {node.name for node in file.nodes(ast.FunctionDef)}
        names |= {node.name for node in file.nodes(ast.AsyncFunctionDef)}
        file.memo["functions"] = names
    found: set[str] = file.memo["functions"]
    return found


def definitions(file: TestFile) -> Iterator[Definition]:
    """Yield every function and class of a file."""
    yield from file.nodes(ast.FunctionDef)
    yield from file.nodes(ast.AsyncFunctionDef)
    yield from file.nodes(ast.ClassDef)


def methods(owner: ast.ClassDef | None) -> Iterable[str]:
    """Return the names of the functions of a class; none of no class."""
    body = owner.body if owner is not None else ()
    return (item.name for item in body if isinstance(item, Function))


def parameters(node: Function) -> set[str]:
    """Return what a function is given, but `self` and `cls`."""
    arguments = node.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return {argument.arg for argument in every} - {"self", "cls"}


def autouse_in(file: TestFile) -> set[str]:
    """Return the names of fixtures of a file that every test has."""
    return {
        node.name
        for node in definitions(file)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        and any(keyword.arg == "autouse" for keyword in decorator.keywords)
    }
