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
_SSOT = {
    "base_class": "suiteloom.ssot.SSotBaseTestCase",
    "async_base_class": "suiteloom.ssot.SSotAsyncTestCase",
}


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
    Rule(
        code="SL101",
        name="not-python",
        severity="error",
        summary="a test file is not valid Python",
        reason=(
            "Nothing in a file that does not parse can be collected, run or checked, and"
            " pytest gives up on the whole run at the first one. Judged by the grammar of"
            " the Python that suiteloom runs on."
        ),
        hint="mend the syntax",
        bad="""\
def test_adds():
    assert 1 +  # <-
""",
        good="""\
def test_adds():
    assert 1 + 1 == 2
""",
        critical=True,
    ),
    *uncollected.RULES,
    *hidden.RULES,
    Rule(
        code="SL107",
        name="other-base-class",
        severity="error",
        summary="a test class does not derive from the configured base class",
        reason=(
            "What all tests of a project rely on, an environment of their own, cleanup,"
            " metrics, comes from one base class. A class on another base, or on none,"
            " works until it meets a test that it disturbs. Bases in the same file are"
            " followed, aliases too; a base from another file of the project is trusted."
        ),
        hint="derive it from the configured base class",
        bad="""\
import unittest


class TestStore:  # <-
    def test_empty(self):
        assert not {}


class TestQueue(unittest.TestCase):  # <-
    def test_empty(self):
        self.assertFalse([])


class SSotBaseTestCase:
    pass


class TestTree(SSotBaseTestCase):  # <-
    def test_empty(self):
        assert not ()
""",
        good="""\
import suiteloom.ssot as canon
from suiteloom.ssot import SSotAsyncTestCase, SSotBaseTestCase as Base

from .support import StoreTests

Alias = Base


class Common(Alias):
    pass


class TestStore(Common):
    def test_empty(self):
        assert not {}


class TestQueue(canon.SSotAsyncTestCase):
    def test_empty(self):
        assert not []


class TestElsewhere(StoreTests):
    def test_empty(self):
        assert not ()
""",
        check=_base_classes,
        options={**_SSOT},
    ),
    Rule(
        code="SL108",
        name="loose-test",
        severity="warning",
        summary="a test stands outside of any class, so it has no base class",
        reason=(
            "A function at the level of the module gets nothing of what the configured"
            " base class gives: no isolated environment, no cleanup, no metrics."
        ),
        hint="move it into a class on the configured base class",
        bad="""\
def test_empty():  # <-
    assert not {}
""",
        good="""\
import pytest

from suiteloom.ssot import SSotBaseTestCase


@pytest.fixture
def test_store():
    return {}


class TestStore(SSotBaseTestCase):
    def test_empty(self, test_store):
        assert not test_store
""",
        check=_loose,
        options={**_SSOT},
    ),
    Rule(
        code="SL109",
        name="async-test-not-run",
        severity="error",
        summary="an async test has nothing that runs it",
        reason=(
            "Calling an `async def` makes a coroutine and runs nothing. Something has to"
            " await it: the configured async base class; without one a marker such as"
            " asyncio or anyio, asyncio_mode = auto, or unittest.IsolatedAsyncioTestCase."
            " unittest.TestCase drops the coroutine and reports a pass. Tests with a"
            " decorator, fixture, base class or framework that may run them are left"
            " alone."
        ),
        hint="derive from the async base class, or mark it with `pytest.mark.asyncio`",
        bad="""\
import unittest


async def test_answers():  # <-
    assert await answer() == 42


class TestAnswers(unittest.TestCase):
    async def test_answers(self):  # <-
        self.assertEqual(await answer(), 42)
""",
        good="""\
import unittest

import pytest


@pytest.mark.asyncio
async def test_answers():
    assert await answer() == 42


async def test_with_a_loop(event_loop):
    assert await answer() == 42


class TestMarked:
    pytestmark = [pytest.mark.anyio]

    async def test_answers(self):
        assert await answer() == 42


class TestAnswers(unittest.IsolatedAsyncioTestCase):
    async def test_answers(self):
        self.assertEqual(await answer(), 42)
""",
        check=_async,
        void=True,
    ),
    *repeated.RULES,
)
