"""One file of tests, read once: its tests, its nodes by type, what names mean. Pure."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from suiteloom.audit.engine.index import Index, build_index
from suiteloom.audit.engine.scopes import Scope, resolve
from suiteloom.audit.engine.settings import Settings
from suiteloom.model.pending import calls_pending
from suiteloom.model.python import parse_python

__all__ = ["TestFile", "TestNode", "matches", "read_test_file"]

Function = ast.FunctionDef | ast.AsyncFunctionDef
Node = TypeVar("Node", bound=ast.AST)

_LEADS_ON = frozenset({ast.Call, ast.Subscript, ast.NamedExpr})
"""What else than a name may lead to a dotted name."""

_PARTLY_INSIDE = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
"""What opens a scope that decorators and bases are not in."""

_UNITTEST = ("unittest.TestCase", "unittest.IsolatedAsyncioTestCase")


@dataclass(frozen=True, slots=True, eq=False)
class TestNode:
    """One test function.

    Attributes:
        node: The function.
        owner: The class it stands in, None at module level.
        marks: Its own and its class's marks, nearest first: name and expression.
        is_pending: Whether it is pending, as `suiteloom.model.pending` reads it.
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
        index: What one walk over the tree noted.
        tests: Its test functions in order, those of test classes and of unittest.
        by_function: The test that each test function is.
        memo: What rules have found out and other rules ask for again, by any key.
    """

    __test__ = False

    path: str
    source: str
    tree: ast.Module
    settings: Settings
    index: Index
    tests: tuple[TestNode, ...] = ()
    by_function: dict[ast.AST, TestNode] = field(default_factory=dict)
    memo: dict[object, Any] = field(default_factory=dict)

    @property
    def scopes(self) -> Mapping[ast.AST, Scope]:
        """The scope that each name, function and class stands in."""
        return self.index.scopes

    def nodes(self, *types: type[Node]) -> Iterable[Node]:
        """Return the nodes of these exact types, type by type, each in source order."""
        by_type = self.index.by_type
        if len(types) == 1:
            return by_type.get(types[0], ())
        return [node for kind in types for node in by_type.get(kind, ())]

    def below(self, node: ast.AST) -> Sequence[ast.AST]:
        """Return a function or class and everything inside it, in source order."""
        return self.index.order[self.index.spans[node].nodes]

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node directly around one; None for the module."""
        return self.index.parents.get(node)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around one, from the nearest outwards to the module."""
        parents = self.index.parents
        while (node := parents.get(node)) is not None:  # type: ignore[assignment]
            yield node

    def test_of(self, node: ast.AST) -> TestNode | None:
        """Return the test that a node lies in, decorators included, or None."""
        parents, tests = self.index.parents, self.by_function
        current: ast.AST | None = node
        while current is not None:
            if current in tests:
                return tests[current]
            current = parents.get(current)
        return None

    def resolve(self, node: ast.expr) -> str:
        """Return the dotted name that an expression stands for, as `scopes.resolve`."""
        root = node
        while root.__class__ is ast.Attribute:
            root = root.value
        if root.__class__ is ast.Name:
            return resolve(node, self.index.scopes[root])
        if root.__class__ in _LEADS_ON:
            return resolve(node, self._scope(root))
        return ""

    def _scope(self, node: ast.AST) -> Scope:
        """The scope that any node is evaluated in."""
        opened = self.index.opened
        child = node
        for outer in self.around(node):
            if outer in opened and (
                outer.__class__ not in _PARTLY_INSIDE
                or isinstance(child, ast.stmt | ast.arguments)
            ):
                return opened[outer]
            child = outer
        return opened[self.tree]

    def says(self, *texts: str) -> bool:
        """Tell whether a name or text in the code contains one of these."""
        if "text" not in self.memo:
            self.memo["text"] = "\n".join(self.index.tokens)
        found: str = self.memo["text"]
        return any(text in found for text in texts)

    def attributes(self, *names: str) -> Iterator[ast.Attribute]:
        """Yield the attributes of these names, name by name."""
        if "attributes" not in self.memo:
            groups: dict[str, list[ast.Attribute]] = {}
            for node in self.nodes(ast.Attribute):
                groups.setdefault(node.attr, []).append(node)
            self.memo["attributes"] = groups
        for name in names:
            yield from self.memo["attributes"].get(name, ())

    def calls_of(self, names: Iterable[str]) -> Iterator[ast.Call]:
        """Yield the calls of what is called by these names, whatever it is, name by name."""
        groups = _by_called(self)
        for name in names:
            yield from groups.get(name, ())

    def calls_by_other_names(self) -> list[ast.Call]:
        """Return the calls whose dotted name may end in another name than the call shows.

        `nap()` after `from time import sleep as nap`, `vars(os)["getenv"]()`.
        """
        if "others" not in self.memo:
            self.memo["others"] = list(_by_other_names(self))
        found: list[ast.Call] = self.memo["others"]
        return found

    def calls_to(self, dotted: Collection[str]) -> Iterator[tuple[ast.Call, str]]:
        """Yield the calls of what has one of these dotted names, and which it is.

        Only calls that may be meant are looked into.
        """
        names = dict.fromkeys(name.rpartition(".")[2] for name in dotted)
        resolved = self.memo.setdefault("resolved", {})
        for call in (*self.calls_of(names), *self.calls_by_other_names()):
            if call not in resolved:
                resolved[call] = self.resolve(call.func)
            if resolved[call] in dotted:
                yield call, resolved[call]


def _by_called(file: TestFile) -> dict[str, list[ast.Call]]:
    """The calls of a file by the last part of what they call."""
    if "called" not in file.memo:
        groups: dict[str, list[ast.Call]] = {}
        for call, name in zip(file.index.calls, file.index.called, strict=True):
            groups.setdefault(name, []).append(call)
        file.memo["called"] = groups
    found: dict[str, list[ast.Call]] = file.memo["called"]
    return found


def _by_other_names(file: TestFile) -> Iterator[ast.Call]:
    groups = _by_called(file)
    for call in groups.get("", ()):
        if call.func.__class__ in _LEADS_ON:
            yield call
    yield from groups.get("__dict__", ())
    aliases = {
        name
        for scope in file.index.opened.values()
        for name in scope.names.keys() & groups.keys()
        if any(_is_alias(name, value) for value in scope.names[name])
    }
    for name in sorted(aliases):
        for call in groups[name]:
            if call.func.__class__ is ast.Name:
                yield call


def _is_alias(name: str, value: str | ast.expr | None) -> bool:
    """Whether what a name is bound to may have another name by itself."""
    if isinstance(value, str):
        return value.rpartition(".")[2] != name
    if isinstance(value, ast.Attribute):
        return value.attr != name
    return value is not None


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
    tree = parse_python(source)
    file = TestFile(path, source, tree, settings, build_index(tree))
    file.tests = tuple(_tests(file))
    file.by_function.update((test.node, test) for test in file.tests)
    return file


def _tests(file: TestFile) -> Iterator[TestNode]:
    patterns = file.settings.python_functions
    classes = {n.name: n for n in file.tree.body if isinstance(n, ast.ClassDef)}
    speaks = any(True for _ in file.calls_of(["pending"]))
    for node in file.tree.body:
        if isinstance(node, Function):
            if matches(node.name, patterns) and not _is_fixture(node):
                yield TestNode(node, None, tuple(_marks(node)))
        elif isinstance(node, ast.ClassDef):
            for item, marks in _class_tests(file, node, classes):
                yield TestNode(item, node, marks, speaks and calls_pending(item))


def _is_fixture(node: Function) -> bool:
    """Whether a function only looks like a test: `@pytest.fixture def test_client`."""
    targets = (d.func if isinstance(d, ast.Call) else d for d in node.decorator_list)
    return any(_last(target) == "fixture" for target in targets)


def _is_unittest(
    file: TestFile,
    node: ast.ClassDef,
    classes: dict[str, ast.ClassDef],
    seen: tuple[ast.ClassDef, ...] = (),
) -> bool:
    """Whether a class derives from unittest's, as far as this file can tell.

    Args:
        file: The file.
        node: The class.
        classes: Those of the file by name.
        seen: Classes that it was come to from; they are none of its bases.
    """
    seen = (*seen, node)
    for base in node.bases:
        other = classes.get(base.id) if isinstance(base, ast.Name) else None
        if other is not None and other not in seen:
            if _is_unittest(file, other, classes, seen):
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
