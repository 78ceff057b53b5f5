"""The third pair of eyes: what a suite's syntax tree says, read by itself. Pure.

Nothing here is shared with the renderer or with the reader that regeneration uses, so
that a fault in either shows as a disagreement. Only what pending means is read as
everywhere else.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from suiteloom.model.pending import pending_calls
from suiteloom.model.python import parse_python

__all__ = ["ClassFacts", "SuiteFacts", "TestFacts", "read_facts"]

_FOLD = re.compile(r"\n {4}(?=\S)")


@dataclass(frozen=True, slots=True)
class TestFacts:
    """One method that is a test by its name or marker."""

    __test__ = False

    name: str
    line: int
    is_async: bool
    id: str
    is_orphan: bool
    is_suspect: bool
    marks: tuple[str, ...]
    cases: tuple[tuple[str, dict[str, Any]], ...]
    labels: dict[str, str]
    summary: str
    is_pending: bool
    pending_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """One class; the name of one inside of another has the other's before a dot."""

    name: str
    line: int
    bases: tuple[str, ...]
    title: str
    labels: dict[str, str]
    has_init: bool
    tests: tuple[TestFacts, ...]


@dataclass(frozen=True, slots=True)
class SuiteFacts:
    """One suite file.

    `imports` are the modules that it imports anywhere, by their full names, sorted; of a
    relative one what it says, dots included.
    """

    title: str
    labels: dict[str, str]
    classes: tuple[ClassFacts, ...]
    loose: tuple[TestFacts, ...]
    imports: tuple[str, ...] = ()

    @property
    def tests(self) -> tuple[TestFacts, ...]:
        """Every test, those outside of classes first."""
        return (*self.loose, *(test for item in self.classes for test in item.tests))


def read_facts(source: bytes) -> SuiteFacts:
    """Read the facts of a suite.

    Args:
        source: The file.

    Raises:
        SyntaxError: If it is not Python.
        ValueError: If it holds a NUL character.
        RecursionError: If it is nested too deeply to be read.
    """
    tree = parse_python(source)
    text = ast.get_docstring(tree) or ""
    return SuiteFacts(
        title=text.partition("\n")[0],
        labels=_labels(text),
        classes=tuple(_classes(tree.body)),
        loose=tuple(_tests(tree.body, is_method=False)),
        imports=tuple(sorted(set(_imports(tree)))),
    )


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements and those in them that run with them: branches, loops, handlers."""
    for node in body:
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for name in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(node, name, []))
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from _statements(part.body)


def _classes(body: list[ast.stmt], around: str = "") -> Iterator[ClassFacts]:
    for node in _statements(body):
        if isinstance(node, ast.ClassDef):
            yield _class(node, around)
            yield from _classes(node.body, f"{around}{node.name}.")


def _class(node: ast.ClassDef, around: str) -> ClassFacts:
    text = ast.get_docstring(node) or ""
    names = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
    return ClassFacts(
        name=f"{around}{node.name}",
        line=node.lineno,
        bases=tuple(ast.unparse(base) for base in node.bases),
        title=text.partition("\n")[0].removesuffix("."),
        labels=_labels(text),
        has_init="__init__" in names,
        tests=tuple(_tests(node.body, is_method=True)),
    )


def _tests(body: list[ast.stmt], *, is_method: bool) -> Iterator[TestFacts]:
    for node in _statements(body):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        calls = dict(_marks(node.decorator_list))
        if not (node.name.startswith("test") or calls.keys() & {"spec", "orphan"}):
            continue
        identity = calls.get("spec") or calls.get("orphan")
        text = ast.get_docstring(node) or ""
        keywords = {item.arg for item in identity.keywords} if identity else set()
        pending = tuple(pending_calls(node)) if is_method else ()
        yield TestFacts(
            name=node.name,
            line=node.lineno,
            is_async=isinstance(node, ast.AsyncFunctionDef),
            id=_first_text(identity),
            is_orphan="orphan" in calls,
            is_suspect="reviewed" in keywords,
            marks=tuple(name for name in calls if name not in {"spec", "orphan"}),
            cases=tuple(_cases(calls.get("parametrize"))),
            labels=_labels(text),
            summary=_FOLD.sub(" ", text).partition("\n")[0],
            is_pending=bool(pending),
            pending_names=tuple(filter(None, map(_first_text, pending))),
        )


def _marks(decorators: list[ast.expr]) -> Iterator[tuple[str, ast.Call | None]]:
    """Name and call of each pytest mark."""
    for node in decorators:
        target = node.func if isinstance(node, ast.Call) else node
        owner, _, name = ast.unparse(target).rpartition(".")
        if owner.split(".")[-1] == "mark":
            yield name, node if isinstance(node, ast.Call) else None


def _first_text(call: ast.Call | None) -> str:
    if call is None or not call.args:
        return ""
    value = call.args[0]
    is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return str(value.value) if is_text else ""  # type: ignore[attr-defined]


def _cases(call: ast.Call | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Id and values of each literal row of a table."""
    if call is None or len(call.args) < 2 or not isinstance(call.args[1], ast.List):
        return
    try:
        names = ast.literal_eval(call.args[0])
        names = names.split(",") if isinstance(names, str) else list(names)
        for row in call.args[1].elts:
            if isinstance(row, ast.Call):
                values = [ast.literal_eval(value) for value in row.args]
                ids = [ast.literal_eval(item.value) for item in row.keywords]
                yield str(ids[0]) if ids else "", dict(zip(names, values, strict=False))
    except (ValueError, TypeError):
        return


def _labels(text: str) -> dict[str, str]:
    """The ``Label: value`` lines of a docstring, continuation lines unfolded.

    The last one of a label counts: free text stands above the labels.
    """
    found: dict[str, str] = {}
    for line in _FOLD.sub(" ", text).split("\n"):
        label, colon, value = line.partition(": ")
        if colon and label in _KNOWN:
            found[label] = value
    return found


_KNOWN = frozenset(
    {"BVJ", "Value Impact", "Strategic Impact", "Revenue protected", "Spec"}
)
