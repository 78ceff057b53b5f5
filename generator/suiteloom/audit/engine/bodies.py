"""Telling whether two tests do the same: a digest of a body and what it depends on. Pure.

Two bodies that read the same may do different things: the same name imported from another
module, `self.backend` of another class, a fixture that another conftest defines. All of
these go into the digest, so that equal digests mean copies.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suiteloom.audit.engine.ancestry import Classes, classes_of
from suiteloom.audit.engine.index import Span
from suiteloom.audit.engine.scopes import Scope
from suiteloom.audit.engine.testfile import Function, TestFile, TestNode

__all__ = ["body_digests"]

_TELLING = 3
"""A body of fewer statements may well come twice."""

_ANYWHERE = frozenset(
    {
        "self",
        "cls",
        "tmp_path",
        "tmpdir",
        "monkeypatch",
        "capsys",
        "capfd",
        "caplog",
        "recwarn",
        "request",
    }
)
"""Parameters that mean the same in every file."""

_TRUSTED = ("unittest.", "suiteloom.ssot.")
"""Bases whose helpers do not depend on what an heir defines."""

_SETUP = ("setup", "setUp", "teardown", "tearDown", "asyncSetUp")


def body_digests(file: TestFile) -> dict[TestNode, str]:
    """Return for each test of a file the digest of its body without docstring and layout.

    Marks without arguments and the `spec` mark do not count; parameters, other decorators
    and what names stand for do.

    Args:
        file: The file.

    Returns:
        Hexadecimal digits; empty for a body that is still to be written or too short to
        say anything when it comes twice.
    """
    classes = classes_of(file)
    homes: dict[ast.ClassDef, _Home] = {}
    own_names = {test.node.name for test in file.tests}
    has_setup = _has_setup(file.tree.body)
    found, index = {}, file.index
    for test in file.tests:
        found[test] = ""
        if test.is_pending:
            continue
        span = index.spans[test.node]
        body = slice(span.body.start + 2 * _has_docstring(test), span.body.stop)
        if not _is_telling(index.order[body]):
            continue
        parts = [type(test.node).__name__, *_head(file, test, span)]
        parts += index.tokens[body]
        parts += _names(file, test, span)
        if has_setup or _given(test):
            parts.append(f"in {file.path}")
        if (owner := test.owner) is not None:
            if owner not in homes:
                homes[owner] = _home(file, owner, classes, own_names)
            parts += homes[owner].parts(set(index.own[span.own]))
        data = "\n".join(parts).encode("utf-8", "surrogatepass")
        found[test] = hashlib.sha256(data).hexdigest()[:16]
    return found


def _is_telling(nodes: Sequence[ast.AST]) -> bool:
    """Whether there are enough statements."""
    count = 0
    for node in nodes:
        if isinstance(node, ast.stmt):
            count += 1
            if count == _TELLING:
                return True
    return False


def _has_docstring(test: TestNode) -> bool:
    return len(test.body) < len(test.node.body)


def _head(file: TestFile, test: TestNode, span: Span) -> Iterator[str]:
    """Tokens of the parameters of a test and of the decorators that count."""
    index, node = file.index, test.node
    yield from index.tokens[span.nodes.start + 1 : span.body.start]
    if node.decorator_list:
        counting = set(_decorators(test))
        after = [*node.decorator_list[1:], node.returns]
        for item, following in zip(node.decorator_list, after, strict=True):
            if item in counting:
                start = index.order.index(item, span.body.stop)
                stop = span.nodes.stop
                if following is not None:
                    stop = index.order.index(following, start)
                yield from index.tokens[start:stop]
    yield ""


@dataclass(frozen=True, slots=True)
class _Home:
    """What a class adds to the meaning of the bodies in it.

    Attributes:
        place: File and class.
        bases: Dotted names of its bases from other files.
        own: Names of methods and attributes that it and its bases in the file define.
        is_special: Whether it has a setup, a decorator, or a base that is not known.
        is_shaped: Whether its bases may do other things for what it defines.
    """

    place: str
    bases: tuple[str, ...]
    own: frozenset[str]
    is_special: bool
    is_shaped: bool

    def parts(self, used: set[str]) -> list[str]:
        """Return what goes into the digest of a body that uses these attributes."""
        foreign = {name for name in used if not name.startswith("assert")}
        alone = self.is_special or self.own & used or (foreign and not self.bases)
        alone = alone or (used and self.is_shaped)
        return [f"bases {self.bases}", *([f"in {self.place}"] if alone else [])]


def _home(
    file: TestFile, owner: ast.ClassDef, classes: Classes, tests: set[str]
) -> _Home:
    ancestry = classes.ancestry(owner)
    special = not ancestry.is_closed or any(
        _has_setup(node.body) or node.decorator_list for node in ancestry.classes
    )
    own = {
        item.name
        for node in ancestry.classes
        for item in node.body
        if isinstance(item, Function | ast.ClassDef)
    }
    own |= _assigned(file, ancestry.classes)
    trusted = all(root.startswith(_TRUSTED) for root in ancestry.roots)
    shaped = bool(own - tests) and not trusted
    place = f"{file.path} {owner.name}"
    return _Home(place, ancestry.roots, frozenset(own), special, shaped)


def _given(test: TestNode) -> bool:
    """Whether a test has parameters that may mean something else in another file."""
    arguments = test.node.args
    names = {item.arg for item in (*arguments.args, *arguments.kwonlyargs)}
    return bool(names - _ANYWHERE)


def _decorators(test: TestNode) -> Iterator[ast.expr]:
    bare = {id(mark) for _, mark in test.marks if not isinstance(mark, ast.Call)}
    named = {id(mark) for name, mark in test.marks if name == "spec"}
    for decorator in test.node.decorator_list:
        if id(decorator) not in bare | named:
            yield decorator


def _names(file: TestFile, test: TestNode, span: Span) -> list[str]:
    """What the free names of a body stand for; the file, for those that it defines."""
    folder = file.path.rpartition("/")[0]
    index = file.index
    module, local = index.opened[file.tree], index.opened[test.node]
    inner = _inner_scopes(file)[span.inner]
    found = []
    for name in sorted(module.names.keys() & set(index.tokens[span.body])):
        if name in local.names and name not in local.outer:
            continue
        if any(name in scope.names for scope in inner) and not any(
            node.id == name and _is_of(file, node, module)
            for node in index.by_type[ast.Name][span.names]
        ):
            continue
        dotted = module.resolve(name)
        place = folder if dotted.startswith(".") else ""
        found.append(f"{name}={place}{dotted}" if dotted else f"{name}@{file.path}")
    return found


def _inner_scopes(file: TestFile) -> list[Scope]:
    """Every scope of a file, in order."""
    if "opened" not in file.memo:
        file.memo["opened"] = list(file.index.opened.values())
    found: list[Scope] = file.memo["opened"]
    return found


def _is_of(file: TestFile, node: ast.Name, scope: Scope) -> bool:
    """Whether a name is read, and bound in that scope."""
    bound = file.scopes[node].lookup(node.id)
    is_read = isinstance(node.ctx, ast.Load)
    return is_read and bound is not None and bound[0] is scope


def _assigned(file: TestFile, classes: tuple[ast.ClassDef, ...]) -> set[str]:
    """Names that are given a value in the body of a class, or on `self` in a method."""
    if "assigned" not in file.memo:
        file.memo["assigned"] = _all_assigned(file)
    by_class: dict[ast.AST, set[str]] = file.memo["assigned"]
    return {name for owner in classes for name in by_class[owner]}


def _all_assigned(file: TestFile) -> dict[ast.AST, set[str]]:
    """For each class the names that are given a value anywhere in it."""
    found: dict[ast.AST, set[str]] = {n: set() for n in file.nodes(ast.ClassDef)}
    for node in file.index.stored:
        if node.ctx.__class__ is not ast.Store:
            continue
        if isinstance(node, ast.Name):
            scope: Scope | None = file.scopes[node]
            while scope is not None:
                if scope.node in found:
                    found[scope.node].add(node.id)
                scope = scope.parent
        else:
            for outer in file.around(node):
                if outer in found:
                    found[outer].add(node.attr)
    return found


def _has_setup(body: list[ast.stmt]) -> bool:
    """Whether something runs before the tests of a class or module."""
    for node in body:
        if isinstance(node, Function):
            if node.name.startswith(_SETUP):
                return True
            if any("fixture" in ast.unparse(item) for item in node.decorator_list):
                return True
        elif isinstance(node, ast.Assign) and any(
            isinstance(name, ast.Name) and name.id == "pytestmark"
            for name in node.targets
        ):
            return True
    return False
