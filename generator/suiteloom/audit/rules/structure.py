"""SL1: what makes a function a test that counts: it parses, runs, and is one. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from suiteloom.audit.engine.ancestry import (
    Ancestry,
    Classes,
    classes_of,
    is_collected,
    marks_of,
)
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import TestFile, TestNode
from suiteloom.audit.rules import hidden, repeated, uncollected

__all__ = ["RULES"]


_RUNS_ASYNC = re.compile(
    r"async|anyio|trio|curio|tornado|twisted|gen_test|loop", re.IGNORECASE
)
_FRAMEWORKS = frozenset(
    {"anyio", "trio", "curio", "tornado", "twisted", "aiohttp", "sanic"}
)
_LOOP_FIXTURES = re.compile(r"loop|anyio|nursery|aiohttp|_backend\b|autojump")


def _is_same(found: str, wanted: str) -> bool:
    """Whether a dotted name is a class, by whatever path of its package."""
    return bool(wanted) and (
        found == wanted
        or (
            found.partition(".")[0] == wanted.partition(".")[0]
            and found.rpartition(".")[2] == wanted.rpartition(".")[2]
        )
    )


def _has_base(ancestry: Ancestry, *wanted: str) -> bool:
    return any(_is_same(root, name) for root in ancestry.roots for name in wanted)


def _may_have_base(file: TestFile, ancestry: Ancestry) -> bool:
    """Whether a base from another file of the project may be an heir of the right one."""
    return not ancestry.is_closed or any(
        root.startswith(".") or root.partition(".")[0] in file.settings.first_party
        for root in ancestry.roots
    )


def _base_classes(file: TestFile) -> Iterator[Hit]:
    base, async_base = file.settings.base_class, file.settings.async_base_class
    if not base:
        return
    classes = classes_of(file)
    for owner in {test.owner: None for test in file.tests if not test.is_orphan}:
        if owner is None:
            continue
        ancestry = classes.ancestry(owner)
        if not _has_base(ancestry, base, async_base) and not _may_have_base(
            file, ancestry
        ):
            message = f"class {owner.name} does not derive from {_last(base)}"
            yield hit(owner, message, owner.name, f"derive it from {base}")


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]


def _loose(file: TestFile) -> Iterator[Hit]:
    if not file.settings.base_class:
        return
    for test in file.tests:
        if test.owner is None and not test.is_orphan and not _is_fixture(file, test):
            message = f"{test.node.name} stands outside of any class"
            yield hit(test.node, message, test)


def _is_fixture(file: TestFile, test: TestNode) -> bool:
    targets = (
        item.func if isinstance(item, ast.Call) else item
        for item in test.node.decorator_list
    )
    return any(file.resolve(target).endswith("fixture") for target in targets)


def _async(file: TestFile) -> Iterator[Hit]:
    tests = [test for test in file.tests if test.is_async and not test.is_orphan]
    if not tests or not is_collected(file):
        return
    classes = classes_of(file)
    for test in tests:
        if message := _async_fault(file, test, classes):
            yield hit(test.node, message, test)


def _async_fault(file: TestFile, test: TestNode, classes: Classes) -> str:
    """Why an async test is not run to its end; empty if it is, or may be."""
    settings = file.settings
    ancestry = classes.ancestry(test.owner) if test.owner else None
    if ancestry is not None and settings.async_base_class:
        if _has_base(ancestry, settings.base_class) and not _has_base(
            ancestry, settings.async_base_class
        ):
            return (
                f"{test.node.name} is async, and class {ancestry.classes[0].name} does"
                f" not derive from {_last(settings.async_base_class)}"
            )
        return ""
    if _other_decorators(file, test, classes):
        return ""
    if ancestry is not None and ancestry.is_plain_unittest:
        return f"{test.node.name} is async, which unittest.TestCase does not await"
    if settings.asyncio_auto or _may_be_run(file, test, ancestry, classes):
        return ""
    return f"{test.node.name} is async and has no marker by which anything runs it"


def _other_decorators(file: TestFile, test: TestNode, classes: Classes) -> bool:
    marks = {id(mark) for _, mark in marks_of(file, test, classes)}
    decorators = [*test.node.decorator_list]
    if test.owner is not None:
        decorators += test.owner.decorator_list
    return any(id(item) not in marks for item in decorators)


def _may_be_run(
    file: TestFile, test: TestNode, ancestry: Ancestry | None, classes: Classes
) -> bool:
    """Whether a mark, a base class, a fixture or a framework may run an async test."""
    if ancestry is not None and (ancestry.roots or not ancestry.is_closed):
        return True
    if any(_RUNS_ASYNC.search(name) for name, _ in marks_of(file, test, classes)):
        return True
    if any(_LOOP_FIXTURES.search(item.arg) for item in test.node.args.args):
        return True
    return _is_of_framework(file)


def _is_of_framework(file: TestFile) -> bool:
    """Whether a file imports what brings its own way to run coroutines.

    Parents of its package may: tests inside a library often have the library's runner.
    """
    found = {alias.name for node in file.nodes(ast.Import) for alias in node.names}
    found |= {node.module or "" for node in file.nodes(ast.ImportFrom)}
    return bool(_FRAMEWORKS & {name.partition(".")[0] for name in found}) or any(
        node.level > 1 for node in file.nodes(ast.ImportFrom)
    )


RULES = (
    Rule("SL101"),
    *uncollected.RULES,
    *hidden.RULES,
    Rule("SL107", check=_base_classes),
    Rule("SL108", check=_loose),
    Rule("SL109", check=_async),
    *repeated.RULES,
)
