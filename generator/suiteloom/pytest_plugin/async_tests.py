"""Async tests of suiteloom's base classes run without a marker that people write."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Generator
from typing import Any

import pytest

__all__ = ["AsyncTests", "AsyncWhereNeeded", "NoAsyncTests"]

_MODULE = "suiteloom.ssot.testcase"
"""Defines suiteloom's classes; a run that has not imported it has none of their tests."""

_RUNNERS = ("asyncio", "anyio", "trio", "curio", "twisted", "tornado")
"""Markers by which a test says who runs it."""


class AsyncWhereNeeded:
    """Registers what async tests need once there may be one of suiteloom's classes.

    Its hooks are called for each test. Where no file has imported the base classes, there
    is no test of theirs; where one has, a class is collected after it was imported.

    Args:
        plugins: Of the run.
        tests: Are registered.
        name: Under this name.
    """

    def __init__(
        self,
        plugins: pytest.PytestPluginManager,
        tests: AsyncTests | NoAsyncTests,
        name: str,
    ) -> None:
        self._plugins = plugins
        self._tests: AsyncTests | NoAsyncTests | None = tests
        self._name = name

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """Look whether this is a class, and the base classes are there."""
        if (
            self._tests is not None
            and _MODULE in sys.modules
            and isinstance(collector, pytest.Class)
        ):
            tests, self._tests = self._tests, None
            self._plugins.register(tests, self._name)


class NoAsyncTests:
    """Fails async tests of suiteloom's classes where nothing is installed to run them."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> None:
        """Say what is missing, in place of pytest's list of plugins."""
        if _is_unmarked(pyfuncitem):
            pytest.fail(
                "async tests need pytest-asyncio, which is not installed:"
                ' pip install "suiteloom[asyncio]"',
                pytrace=False,
            )


class AsyncTests:
    """Gives pytest-asyncio's marker to async tests that name no other runner."""

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_pycollect_makeitem(
        self,
        collector: pytest.Module | pytest.Class,  # noqa: ARG002 - asked for by name
    ) -> Generator[None, Any, Any]:
        """Mark the tests that a class method became.

        The innermost wrapper: pytest-asyncio's own, around it, then finds the marker
        and makes its kind of test from what is returned here.
        """
        made = yield
        nodes = made if isinstance(made, list) else [made]
        for node in nodes:
            if isinstance(node, pytest.Function):
                _mark(node)
        return made

    @pytest.hookimpl(tryfirst=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Mark the definition as well: pytest-asyncio reads event loops off it."""
        _mark(metafunc.definition)


def _mark(node: pytest.Function) -> None:
    if _is_unmarked(node):
        node.add_marker("asyncio")


def _is_unmarked(node: pytest.Function) -> bool:
    """Whether it is an async test of suiteloom's classes that names no runner."""
    module = sys.modules.get(_MODULE)
    owner = node.cls
    if module is None or not isinstance(owner, type):
        return False
    if not issubclass(owner, module.SSotBaseTestCase) or not _is_async(node.obj):
        return False
    return not any(node.get_closest_marker(name) for name in _RUNNERS)


def _is_async(function: Any) -> bool:
    """Whether a test is a coroutine function, or one that Hypothesis calls."""
    inner = getattr(getattr(function, "hypothesis", None), "inner_test", None)
    return inspect.iscoroutinefunction(inner or function)
