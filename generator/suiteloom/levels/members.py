"""Members that a test asks of its own class and nothing can give it. Pure.

Only what is certain is said: a class counts if every class that it derives from is known,
and a member if no text of the file, of its bases' files or of the conftest files around
could be what gives it.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from suiteloom.model.python import parse_python

__all__ = ["MissingMember", "check_members", "defining_classes"]

_WORD = re.compile(r"[A-Za-z_]\w*")
_SETTERS = frozenset({"setattr", "delattr"})
_DYNAMIC = frozenset(
    {"exec", "eval", "vars", "locals", "globals", "usefixtures", "pytest_plugins"}
    | {"__dict__", "__getattr__", "__getattribute__", "__class__", "__bases__"}
)
"""Names with which a file may give members in ways that no text of it shows."""

_RUNTIME = frozenset({"SSotBaseTestCase", "SSotAsyncTestCase"})
_UNITTEST = frozenset({"TestCase", "IsolatedAsyncioTestCase"})
_OBJECT = frozenset(dir(object))
_LONG = 200  # a longer text names no member
_Method = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class MissingMember:
    """A member that a test asks for and its class does not have."""

    class_name: str
    name: str
    line: int


def check_members(
    path: str, tree: ast.Module, files: Mapping[str, bytes], around: Iterable[bytes]
) -> Iterator[MissingMember]:
    """Find members that tests of a file ask of `self` and that nothing gives.

    Args:
        path: The file.
        tree: Its syntax tree.
        files: Python files that may derive from its classes, or the other way round, by
            path; it may be among them.
        around: Conftest files whose fixtures may give members.

    Yields:
        Each member once for each class, at its first use in a test.
    """
    module = _read_module(tree)
    ancestry = _Ancestry(path, module, files)
    found: dict[tuple[str, str], int] = {}
    for owner in module.classes.values():
        members = ancestry.members(owner) if owner.name.startswith("Test") else None
        if members is None:
            continue
        for name, line in _uses(owner):
            if name not in members and not name.startswith("_"):
                found.setdefault((owner.name, name), line)
    if not found:
        return
    others = [other for other in files if other != path]
    inside = (files[other] for other in others if other.endswith("conftest.py"))
    given = _Given()
    given.read(tree)
    for data in (*around, *inside):
        given.read(_parsed(data))
    for (owner_name, name), line in sorted(found.items(), key=lambda item: item[1]):
        is_base = any(owner_name.encode() in files[other] for other in others)
        if not (given.is_dynamic or is_base or name in given.names):
            yield MissingMember(owner_name, name, line)


def defining_classes(data: bytes, name: str) -> Iterator[tuple[str, int]]:
    """Yield name of class and line of every method of a file that is called so."""
    tree = _parsed(data) if name.encode() in data else None
    for owner in tree.body if tree else ():
        if isinstance(owner, ast.ClassDef):
            for node in owner.body:
                if isinstance(node, _Method) and node.name == name:
                    yield owner.name, node.lineno


def _parsed(data: bytes) -> ast.Module | None:
    try:
        return parse_python(data)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _uses(owner: ast.ClassDef) -> Iterator[tuple[str, int]]:
    """Members that the tests of a class ask of `self`, with their lines."""
    for node in owner.body:
        if not (isinstance(node, _Method) and node.name.startswith("test")):
            continue
        arguments = [*node.args.posonlyargs, *node.args.args]
        inside = list(ast.walk(node))
        if not arguments or arguments[0].arg != "self" or _is_doubtful(inside):
            continue
        for part in inside:
            match part:
                case ast.Attribute(value=ast.Name(id="self"), ctx=ast.Load()):
                    yield part.attr, part.lineno


def _is_doubtful(inside: Sequence[ast.AST]) -> bool:
    """Whether a test minds a missing member itself, or gives `self` another meaning."""
    parameters = 0
    for node in inside:
        match node:
            case ast.Name(id="AttributeError" | "staticmethod" | "classmethod"):
                return True
            case ast.Name(id="self", ctx=ast.Store() | ast.Del()):
                return True
            case ast.arg(arg="self"):
                parameters += 1
    return parameters != 1


@dataclass(slots=True)
class _Given:
    """What texts may give to any object.

    Attributes:
        names: Names of attributes that are set anywhere, and words of texts.
        is_dynamic: Whether there may be more that no text names.
    """

    names: set[str] = field(default_factory=set)
    is_dynamic: bool = False

    def read(self, tree: ast.Module | None) -> None:
        """Take over what a file may give; one that can not be read may give anything."""
        if tree is None:
            self.is_dynamic = True
            return
        called: set[ast.expr] = set()
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(attr=name) | ast.Name(id=name):
                    # A setter is clear if it is called with a name as text.
                    is_open = name in _SETTERS and node not in called
                    self.is_dynamic |= name in _DYNAMIC or is_open
                    is_set = isinstance(node, ast.Attribute) and not isinstance(
                        node.ctx, ast.Load
                    )
                    if is_set:
                        self.names.add(name)
                case ast.Call():
                    self._call(node, called)
                case _:
                    self._other(node)

    def _other(self, node: ast.AST) -> None:
        match node:
            case ast.FunctionDef(name=name):
                self.is_dynamic |= name in _DYNAMIC
            case ast.Constant(value=str() as text) if len(text) < _LONG:
                self.names.update(_WORD.findall(text))
            case ast.keyword(arg=str() as name):
                self.names.add(name)
            case ast.alias(name="*") | ast.Global():
                self.is_dynamic = True

    def _call(self, node: ast.Call, called: set[ast.expr]) -> None:
        match node.func:
            case ast.Name(id="type") if len(node.args) > 1:
                self.is_dynamic = True
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _SETTERS:
                if any(isinstance(part, ast.Constant) for part in node.args[:2]):
                    called.add(node.func)


@dataclass(slots=True)
class _Module:
    """Classes and imports of a module, by names that it binds once, and all of those."""

    classes: dict[str, ast.ClassDef]
    imports: dict[str, str]
    bound: Counter[str]


def _read_module(tree: ast.Module) -> _Module:
    bound: Counter[str] = Counter()
    imports: dict[str, str] = {}
    waiting: list[ast.AST] = [*tree.body]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Import() | ast.ImportFrom():
                named = dict(_imported(node))
                imports |= named
                bound.update(list(named))
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                bound[node.name] += 1
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                bound[name] += 1
            case _:
                waiting += ast.iter_child_nodes(node)
    nodes = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return _Module(
        {node.name: node for node in nodes if bound[node.name] == 1},
        {name: dotted for name, dotted in imports.items() if bound[name] == 1},
        bound,
    )


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Each name that is bound, and what it stands for."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield alias.asname or alias.name, f"{module}.{alias.name}"
        elif alias.asname:
            yield alias.asname, alias.name
        else:
            first = alias.name.partition(".")[0]
            yield first, first


class _Ancestry:
    """What the classes of one file have from those that they derive from."""

    def __init__(
        self,
        path: str,
        module: _Module,
        files: Mapping[str, bytes],
        passed: frozenset[str] = frozenset(),
    ) -> None:
        self._path = path
        self._passed = passed | {path}
        self._module = module
        self._files = files
        self._found: dict[str, frozenset[str] | None] = {}
        self._below: dict[str, list[ast.ClassDef]] = {}
        for node in module.classes.values():
            for base in node.bases:
                if isinstance(base, ast.Name):
                    self._below.setdefault(base.id, []).append(node)

    def members(self, node: ast.ClassDef) -> frozenset[str] | None:
        """Every name that a class, its bases and what derives from it bind.

        None if one of them has a base that is not known here: what derives from a
        class may bring along what it lacks.
        """
        if node.name not in self._found:
            self._found[node.name] = None  # in case it derives from itself
            self._found[node.name] = self._follow(node)
        return self._found[node.name]

    def _follow(self, node: ast.ClassDef) -> frozenset[str] | None:
        if node.keywords or not all(map(_is_mark, node.decorator_list)):
            return None
        derived = self._derived(node)
        found = _OBJECT
        for part in derived.values():
            found |= _bound(part)
            for base in part.bases:
                if (
                    part is not node
                    and isinstance(base, ast.Name)
                    and base.id in derived
                ):
                    continue
                inherited = self._base(base)
                if inherited is None:
                    return None
                found |= inherited
        return found

    def _derived(self, node: ast.ClassDef) -> dict[str, ast.ClassDef]:
        """A class and those of the file that derive from it, through others too."""
        found = {node.name: node}
        waiting = [node.name]
        while waiting:
            for other in self._below.get(waiting.pop(), ()):
                if other.name not in found:
                    found[other.name] = other
                    waiting.append(other.name)
        return found

    def _base(self, base: ast.expr) -> frozenset[str] | None:
        if isinstance(base, ast.Name):
            if base.id in self._module.classes:
                return self.members(self._module.classes[base.id])
            if base.id == "object" and base.id not in self._module.bound:
                return frozenset()
        module, _, name = self._dotted(base).rpartition(".")
        if name in _RUNTIME and module.startswith("suiteloom.ssot"):
            return _of_runtime()
        if name in _UNITTEST and module == "unittest":
            return _of_unittest()
        return self._elsewhere(module, name) if module else None

    def _dotted(self, base: ast.expr) -> str:
        if isinstance(base, ast.Name):
            return self._module.imports.get(base.id, "")
        if isinstance(base, ast.Attribute):
            outer = self._dotted(base.value)
            return f"{outer}.{base.attr}" if outer else ""
        return ""

    def _elsewhere(self, module: str, name: str) -> frozenset[str] | None:
        """The members of a class of another file that is at hand."""
        folder = self._path.rpartition("/")[0]
        inner = module.removeprefix(".").replace(".", "/")
        names = {f"{inner}.py", f"{folder}/{inner}.py"} - self._passed
        places = {name for name in names if name in self._files}
        tree = _parsed(self._files[min(places)]) if len(places) == 1 else None
        if tree is None:
            return None
        given = _Given()
        given.read(tree)
        found = _read_module(tree)
        if given.is_dynamic or name not in found.classes:
            return None
        place = min(places)
        there = _Ancestry(place, found, self._files, self._passed)
        members = there.members(found.classes[name])
        return None if members is None else members | given.names


def _is_mark(decorator: ast.expr) -> bool:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(target).startswith("pytest.mark.")


def _bound(node: ast.ClassDef) -> frozenset[str]:
    """Every name that anything inside a class binds, and every attribute it sets."""
    found = set()
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=as_name):
                found.add(as_name or name.partition(".")[0])
    return frozenset(found)


@cache
def _of_runtime() -> frozenset[str]:
    from suiteloom.ssot import SSotAsyncTestCase, SSotBaseTestCase

    return frozenset({*dir(SSotAsyncTestCase), *dir(SSotBaseTestCase)})


@cache
def _of_unittest() -> frozenset[str]:
    from unittest import IsolatedAsyncioTestCase

    return frozenset({*dir(IsolatedAsyncioTestCase), "longMessage", "maxDiff"})
