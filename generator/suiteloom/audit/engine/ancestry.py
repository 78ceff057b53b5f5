"""What a test class derives from, which marks a test has, what pytest reads. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from suiteloom.audit.engine.testfile import TestFile, TestNode

__all__ = ["Ancestry", "Classes", "classes_of", "is_collected", "marks_of", "words_of"]

_PLAIN = frozenset({"builtins.object", "typing.Generic"})


@dataclass(frozen=True, slots=True)
class Ancestry:
    """A class and everything it derives from, as far as one file shows.

    Attributes:
        classes: The class itself, then its bases in the same file, nearest first.
        roots: Dotted names of its bases from other files, plain object left out.
        is_closed: Whether every base could be named.
    """

    classes: tuple[ast.ClassDef, ...]
    roots: tuple[str, ...]
    is_closed: bool

    @property
    def is_unittest(self) -> bool:
        """Whether a base from elsewhere is a unittest class, or is called like one."""
        return any(root.endswith("TestCase") for root in self.roots)

    @property
    def is_plain_unittest(self) -> bool:
        """Whether `unittest.TestCase` is all that it derives from elsewhere."""
        names = {"unittest.TestCase", "unittest.case.TestCase"}
        return self.is_closed and bool(self.roots) and set(self.roots) <= names


class Classes:
    """The classes of a file, to be asked what they derive from."""

    def __init__(self, file: TestFile) -> None:
        self._file = file
        self._found: dict[ast.ClassDef, Ancestry] = {}
        self._by_name: dict[str, list[ast.ClassDef]] = {}
        for node in file.nodes(ast.ClassDef):
            self._by_name.setdefault(node.name, []).append(node)

    def ancestry(self, node: ast.ClassDef) -> Ancestry:
        """Follow the bases of a class."""
        if node not in self._found:
            self._found[node] = self._follow(node)
        return self._found[node]

    def references(self, node: ast.ClassDef) -> list[str]:
        """Return references to the bases of a class, as `Definitions` has them."""
        found: list[str] = []
        for base in node.bases:
            local, names = self._base(node, base)
            found += [f"@{other.name}" for other in local]
            found += [name for name in names if name not in _PLAIN]
            found += [] if local or names else ["?"]
        return found

    def _follow(self, node: ast.ClassDef) -> Ancestry:
        found: list[ast.ClassDef] = []
        roots: list[str] = []
        closed = True
        waiting = [node]
        while waiting:
            current = waiting.pop(0)
            if current in found:
                continue
            found.append(current)
            for base in current.bases:
                local, names = self._base(current, base)
                waiting += local
                roots += [name for name in names if name not in _PLAIN]
                closed = closed and bool(local or names)
        return Ancestry(tuple(found), tuple(dict.fromkeys(roots)), closed)

    def _base(
        self, node: ast.ClassDef, base: ast.expr
    ) -> tuple[list[ast.ClassDef], list[str]]:
        """Classes of this file that a base may be, and dotted names of others."""
        if isinstance(base, ast.Subscript):
            base = base.value
        local: list[ast.ClassDef] = []
        names: list[str] = []
        if isinstance(base, ast.Name) and (
            bound := self._file.scopes[base].lookup(base.id)
        ):
            local = [
                other
                for other in self._by_name.get(base.id, ())
                if self._file.scopes[other] is bound[0] and other is not node
            ]
            names = [
                value if isinstance(value, str) else self._file.resolve(value)
                for value in bound[1]
                if value is not None
            ]
        elif dotted := self._file.resolve(base):
            names = [dotted]
        return local, [name for name in names if name]


def classes_of(file: TestFile) -> Classes:
    """Return the classes of a file; each question is answered once."""
    if "classes" not in file.memo:
        file.memo["classes"] = Classes(file)
    classes: Classes = file.memo["classes"]
    return classes


def marks_of(
    file: TestFile, test: TestNode, classes: Classes
) -> Iterator[tuple[str, ast.expr]]:
    """Yield name and expression of every mark that a test has, nearest first.

    Besides those of `test.marks`: marks under an alias, those of `pytestmark` in the
    class and in the module, and those of bases in the same file.
    """
    yield from _decorators(file, test.node)
    if test.owner is not None:
        for owner in classes.ancestry(test.owner).classes:
            yield from _decorators(file, owner)
            yield from _assigned(file, owner)
    yield from _assigned(file, file.tree)


def _decorators(
    file: TestFile, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
) -> Iterator[tuple[str, ast.expr]]:
    for decorator in node.decorator_list:
        if name := _mark(file, decorator):
            yield name, decorator


def _assigned(
    file: TestFile, owner: ast.Module | ast.ClassDef
) -> tuple[tuple[str, ast.expr], ...]:
    """Marks of `pytestmark = …` in a module or class, looked for once."""
    known: dict[ast.AST, tuple[tuple[str, ast.expr], ...]]
    known = file.memo.setdefault("assigned marks", {})
    if owner not in known:
        known[owner] = tuple(_find_assigned(file, owner.body))
    return known[owner]


def _find_assigned(
    file: TestFile, body: list[ast.stmt]
) -> Iterator[tuple[str, ast.expr]]:
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value):
                pass
            case ast.AnnAssign(
                target=ast.Name(id="pytestmark"), value=ast.expr() as value
            ):
                pass
            case _:
                continue
        several = isinstance(value, ast.List | ast.Tuple)
        for item in value.elts if several else [value]:  # type: ignore[attr-defined]
            if name := _mark(file, item):
                yield name, item


def _mark(file: TestFile, node: ast.expr) -> str:
    """The name of a mark; empty if an expression is none."""
    target = node.func if isinstance(node, ast.Call) else node
    if isinstance(target, ast.Attribute):
        value = target.value
        last = value.attr if isinstance(value, ast.Attribute) else ""
        if last == "mark" or (isinstance(value, ast.Name) and value.id == "mark"):
            return target.attr
    dotted = file.resolve(target)
    if not dotted and isinstance(target, ast.Name):
        dotted = _called(file, target)
    head, _, name = dotted.rpartition(".")
    return name if head == "pytest.mark" else ""


def _called(file: TestFile, node: ast.Name) -> str:
    """What is called by the value of a name: `slow = pytest.mark.slow(reason="…")`."""
    bound = file.scopes[node].lookup(node.id)
    for value in reversed(bound[1] if bound else []):
        if isinstance(value, ast.Call):
            return file.resolve(value.func)
    return ""


def is_collected(file: TestFile) -> bool:
    """Tell whether pytest reads a file for tests by itself, without being told its name."""
    name = file.path.rpartition("/")[2]
    return any(
        fnmatchcase(file.path, f"*{pattern}")
        if "/" in pattern
        else fnmatchcase(name, pattern)
        for pattern in file.settings.python_files
    )


def words_of(file: TestFile) -> set[str]:
    """Return every name that a file reads and every text that could be a name."""
    words = {n.id for n in file.nodes(ast.Name) if isinstance(n.ctx, ast.Load)}
    words |= {node.attr for node in file.nodes(ast.Attribute)}
    texts = (node.value for node in file.nodes(ast.Constant))
    return words | {text for text in texts if isinstance(text, str) and len(text) < 99}
