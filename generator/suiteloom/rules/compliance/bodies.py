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

from suiteloom.rules.compliance.ancestry import Classes
from suiteloom.rules.compliance.scopes import Scope
from suiteloom.rules.compliance.testfile import Function, TestFile, TestNode

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
    classes = Classes(file)
    owners = {test.owner for test in file.tests if test.owner}
    homes = {owner: _home(file, owner, classes) for owner in owners}
    has_setup = _has_setup(file.tree.body)
    found = {}
    for test in file.tests:
        nodes = [node for statement in test.body for node in ast.walk(statement)]
        count = sum(isinstance(node, ast.stmt) for node in nodes)
        if count < _TELLING or test.is_pending:
            found[test] = ""
            continue
        parts = [type(test.node).__name__, ast.dump(test.node.args)]
        parts += [ast.dump(item) for item in _decorators(test)]
        parts += [ast.dump(statement) for statement in test.body]
        parts += sorted(set(_names(file, test, nodes)))
        if has_setup or _given(test):
            parts.append(f"in {file.path}")
        if test.owner is not None:
            parts += homes[test.owner].parts(_used(nodes))
        text = "\n".join(parts)
        data = text.encode("utf-8", "surrogatepass")
        found[test] = hashlib.sha256(data).hexdigest()[:16]
    return found


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


def _home(file: TestFile, owner: ast.ClassDef, classes: Classes) -> _Home:
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
    own |= _assigned(ancestry.classes)
    tests = {item.node.name for item in file.tests}
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


def _names(file: TestFile, test: TestNode, nodes: Sequence[ast.AST]) -> Iterator[str]:
    """What the free names of a body stand for; the file, for those that it defines."""
    folder = file.path.rpartition("/")[0]
    outside = _outside(file, test)
    seen: set[tuple[int, str]] = set()
    for node in nodes:
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        if (key := (id(file.scopes[node]), node.id)) in seen:
            continue
        seen.add(key)
        bound = file.scopes[node].lookup(node.id)
        if bound is None or bound[0] not in outside:
            continue
        dotted = file.resolve(node)
        place = folder if dotted.startswith(".") else ""
        yield f"{node.id}={place}{dotted}" if dotted else f"{node.id}@{file.path}"


def _outside(file: TestFile, test: TestNode) -> list[Scope]:
    """The scopes around a test."""
    found = []
    scope: Scope | None = file.scopes[test.node]
    while scope is not None:
        found.append(scope)
        scope = scope.parent
    return found


def _assigned(classes: tuple[ast.ClassDef, ...]) -> set[str]:
    """Names that are given a value in the body of a class, or on `self` in a method."""
    found = set()
    for owner in classes:
        for node in ast.walk(owner):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(
                node.ctx, ast.Store
            ):
                found.add(node.id if isinstance(node, ast.Name) else node.attr)
    return found


def _used(nodes: Sequence[ast.AST]) -> set[str]:
    """Attributes of `self` that a body names."""
    return {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in {"self", "cls"}
    }


def _has_setup(body: list[ast.stmt]) -> bool:
    """Whether something runs before the tests of a class or module."""
    for node in body:
        if isinstance(node, Function):
            if node.name.startswith(_SETUP):
                return True
            decorators = [ast.unparse(item) for item in node.decorator_list]
            if any("fixture" in item for item in decorators):
                return True
        elif isinstance(node, ast.Assign) and any(
            isinstance(name, ast.Name) and name.id == "pytestmark"
            for name in node.targets
        ):
            return True
    return False
