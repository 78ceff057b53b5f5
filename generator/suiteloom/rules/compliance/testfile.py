"""One file of tests, read once: its tests, its nodes by type, what names mean. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from suiteloom.rules.compliance.scopes import FUNCTIONS, Scope, bind, resolve
from suiteloom.rules.compliance.settings import Settings

__all__ = ["TestFile", "TestNode", "matches", "read_test_file"]

Function = ast.FunctionDef | ast.AsyncFunctionDef
Node = TypeVar("Node", bound=ast.AST)

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_OPENS = (*FUNCTIONS, ast.ClassDef, *_COMPREHENSIONS)
_SIGNS = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
_UNITTEST = ("unittest.TestCase", "unittest.IsolatedAsyncioTestCase")


@dataclass(frozen=True, slots=True, eq=False)
class TestNode:
    """One test function.

    Attributes:
        node: The function.
        owner: The class it stands in, None at module level.
        marks: Its own and its class's marks, nearest first: name and expression.
        is_pending: Whether its body still calls `self.pending()`.
    """

    __test__ = False

    node: Function
    owner: ast.ClassDef | None
    marks: tuple[tuple[str, ast.expr], ...]
    is_pending: bool = False

    @property
    def qualname(self) -> str:
        """`Class.function`, or the function's name."""
        return f"{self.owner.name}.{self.node.name}" if self.owner else self.node.name

    @property
    def is_async(self) -> bool:
        """Whether it is an `async def`."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def body(self) -> list[ast.stmt]:
        """Its statements after the docstring."""
        body = self.node.body
        return (
            body[1:] if ast.get_docstring(self.node, clean=False) is not None else body
        )

    @property
    def docstring(self) -> str:
        """Its docstring without indentation; empty without one."""
        return ast.get_docstring(self.node) or ""

    @property
    def id(self) -> str:
        """The id of its `spec` mark; empty without one."""
        for name, mark in self.marks:
            if name == "spec" and isinstance(mark, ast.Call) and mark.args:
                first = mark.args[0]
                if isinstance(first, ast.Constant):
                    return str(first.value)
        return ""

    @property
    def is_orphan(self) -> bool:
        """Whether no spec names it any more."""
        return any(name == "orphan" for name, _ in self.marks)


@dataclass(slots=True)
class TestFile:
    """A file as rules see it.

    Attributes:
        path: POSIX, relative to the project root.
        source: Its text.
        tree: Its syntax tree.
        settings: How to read it.
        tests: Its test functions in order, those of test classes and of unittest.
        by_type: Nodes by their exact type, in source order.
        parents: The node directly around each node.
        scopes: The scope that each node is evaluated in.
        by_function: The test that each test function is.
        memo: What rules have found out and other rules ask for again, by any key.
    """

    __test__ = False

    path: str
    source: str
    tree: ast.Module
    settings: Settings
    tests: tuple[TestNode, ...] = ()
    by_type: dict[type, list[Any]] = field(default_factory=dict)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    by_function: dict[ast.AST, TestNode] = field(default_factory=dict)
    memo: dict[object, Any] = field(default_factory=dict)

    def nodes(self, *types: type[Node]) -> Iterator[Node]:
        """Yield the nodes of these exact types, type by type, each in source order."""
        for kind in types:
            yield from self.by_type.get(kind, ())

    def below(self, node: ast.AST) -> tuple[ast.AST, ...]:
        """Return a node and everything inside it, as `ast.walk` yields it."""
        key = ("below", node)
        if key not in self.memo:
            self.memo[key] = tuple(ast.walk(node))
        found: tuple[ast.AST, ...] = self.memo[key]
        return found

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node directly around one; None for the module."""
        return self.parents.get(node)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around one, from the nearest outwards to the module."""
        while (node := self.parents.get(node)) is not None:  # type: ignore[assignment]
            yield node

    def test_of(self, node: ast.AST) -> TestNode | None:
        """Return the test that a node lies in, decorators included, or None."""
        if node in self.by_function:
            return self.by_function[node]
        return next(
            (t for n in self.around(node) if (t := self.by_function.get(n))), None
        )

    def inner_scope(self, node: ast.AST) -> Scope:
        """Return the scope that a function or class opens."""
        return self.scopes[node.body[0]]  # type: ignore[attr-defined]

    def resolve(self, node: ast.expr) -> str:
        """Return the dotted name that an expression stands for, as `scopes.resolve`."""
        return resolve(node, self.scopes[node])

    def calls(self, within: ast.AST | None = None) -> Iterator[tuple[ast.Call, str]]:
        """Yield each call and the dotted name of what it calls.

        Args:
            within: Only calls inside this node; None: of the whole file.
        """
        nodes = self.nodes(ast.Call) if within is None else self.below(within)
        for node in nodes:
            if isinstance(node, ast.Call):
                yield node, self.resolve(node.func)


def _inside(child: ast.AST, opener: ast.AST) -> bool:
    """Whether a direct child is evaluated inside the scope that its parent opens."""
    if isinstance(opener, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return child in opener.body or isinstance(child, ast.arguments)
    if isinstance(opener, _COMPREHENSIONS):
        return child is not opener.generators[0].iter
    return True


def read_test_file(path: str, source: str, settings: Settings) -> TestFile:
    """Read a file.

    Args:
        path: POSIX, relative to the project root.
        source: Its text.
        settings: How to read it.

    Raises:
        SyntaxError: If it is not Python.
        ValueError: If it holds a NUL character.
        RecursionError: If it is nested too deeply to be read.
    """
    tree = ast.parse(source)
    file = TestFile(path, source, tree, settings)
    _index(file)
    file.tests = tuple(_tests(file))
    file.by_function.update((test.node, test) for test in file.tests)
    return file


def _index(file: TestFile) -> None:
    """Note type, parent and scope of every node, without recursion."""
    stack: list[tuple[ast.AST, Scope]] = [(file.tree, Scope(file.tree))]
    while stack:
        node, scope = stack.pop()
        file.by_type.setdefault(type(node), []).append(node)
        file.scopes[node] = scope
        bind(node, scope)
        inner = Scope(node, scope) if isinstance(node, _OPENS) else scope
        children = [n for n in ast.iter_child_nodes(node) if not isinstance(n, _SIGNS)]
        for child in children:
            file.parents[child] = node
        stack.extend(
            (child, inner if _inside(child, node) else scope)
            for child in reversed(children)
        )


def _tests(file: TestFile) -> Iterator[TestNode]:
    patterns = file.settings.python_functions
    classes = {n.name: n for n in file.tree.body if isinstance(n, ast.ClassDef)}
    pending = _pending_functions(file)
    for node in file.tree.body:
        if isinstance(node, Function):
            if matches(node.name, patterns) and not _is_fixture(node):
                yield TestNode(node, None, tuple(_marks(node)), node in pending)
        elif isinstance(node, ast.ClassDef):
            for item, marks in _class_tests(file, node, classes):
                yield TestNode(item, node, marks, item in pending)


def _pending_functions(file: TestFile) -> set[ast.AST]:
    """Functions that call `self.pending()`, directly or in a function inside."""
    found: set[ast.AST] = set()
    for call in file.nodes(ast.Call):
        func = call.func
        if not isinstance(func, ast.Attribute) or func.attr != "pending":
            continue
        if _last(func.value) in {"self", "cls"}:
            found.update(file.around(call))
    return found


def _is_fixture(node: Function) -> bool:
    """Whether a function only looks like a test: `@pytest.fixture def test_client`."""
    targets = (d.func if isinstance(d, ast.Call) else d for d in node.decorator_list)
    return any(_last(target) == "fixture" for target in targets)


def _is_unittest(
    file: TestFile, node: ast.ClassDef, classes: dict[str, ast.ClassDef]
) -> bool:
    """Whether a class derives from unittest's, as far as this file can tell."""
    others = {name: other for name, other in classes.items() if other is not node}
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in others:
            if _is_unittest(file, others[base.id], others):
                return True
        elif file.resolve(base) in _UNITTEST or _last(base).endswith("TestCase"):
            return True
    return False


def _class_tests(
    file: TestFile, node: ast.ClassDef, classes: dict[str, ast.ClassDef]
) -> Iterator[tuple[Function, tuple[tuple[str, ast.expr], ...]]]:
    """The test functions of a class, each with its marks and those of the class."""
    is_unittest = _is_unittest(file, node, classes)
    if not (is_unittest or matches(node.name, file.settings.python_classes)):
        return
    inherited = tuple(_marks(node))
    patterns = ("test",) if is_unittest else file.settings.python_functions
    for item in node.body:
        if not isinstance(item, Function) or _is_fixture(item):
            continue
        if matches(item.name, patterns):
            yield item, (*_marks(item), *inherited)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _marks(node: Function | ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    """Name and expression of each pytest mark of a test or class."""
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(target, ast.Attribute) and _last(target.value) == "mark":
            yield target.attr, decorator


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether pytest's naming settings let a name pass: prefixes or globs."""
    return any(
        name.startswith(pattern)
        or (any(c in pattern for c in "*?[") and fnmatchcase(name, pattern))
        for pattern in patterns
    )
