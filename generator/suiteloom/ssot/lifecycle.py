"""How a test begins and ends under pytest: hooks, event loop, results."""

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

import pytest

from suiteloom.ssot.case_state import CaseState

__all__ = ["attach_results", "find_loop", "guard_hooks", "loop_fixture"]

LoopScope = Literal["function", "class", "module", "package", "session"]
Hook = Callable[..., object]

_DEFAULT_SCOPE_OPTION = "asyncio_default_test_loop_scope"


def loop_fixture(scope: LoopScope) -> Any:
    """Make a fixture that gives the event loop that pytest-asyncio keeps for a scope.

    Args:
        scope: The loop scope of a test.

    Returns:
        A function-scoped fixture, named "_ssot_loop_SCOPE", for a class body; None
        without pytest-asyncio, which only async tests need.
    """
    try:
        import pytest_asyncio
    except ImportError:
        return None

    @pytest_asyncio.fixture(loop_scope=scope, name=f"_ssot_loop_{scope}")
    async def event_loop(
        self: object,  # noqa: ARG001 - a method once it is in a class
    ) -> AsyncIterator[asyncio.AbstractEventLoop]:
        yield asyncio.get_running_loop()

    return event_loop


def find_loop(request: pytest.FixtureRequest) -> asyncio.AbstractEventLoop | None:
    """Return the event loop that a test is going to run in.

    Asking for it here also keeps it open until the fixture that asks is torn down.

    Args:
        request: Of a function-scoped fixture of the test.

    Returns:
        The loop, not running; None for a test that pytest-asyncio does not run.
    """
    marker = request.node.get_closest_marker("asyncio")
    if marker is None or not inspect.iscoroutinefunction(request.function):
        return None
    scope = marker.kwargs.get("loop_scope") or marker.kwargs.get("scope")
    scope = scope or request.config.getini(_DEFAULT_SCOPE_OPTION)
    loop: asyncio.AbstractEventLoop = request.getfixturevalue(f"_ssot_loop_{scope}")
    return loop


def attach_results(node: pytest.Item, case: CaseState) -> None:
    """Leave what a test recorded where reports and plugins find it.

    Args:
        node: The test; ("suiteloom_metrics", {name: value}) and
            ("suiteloom_environment", name) are added to its `user_properties`.
        case: The state of the test.
    """
    node.user_properties.append(("suiteloom_metrics", case.all_metrics()))
    node.user_properties.append(("suiteloom_environment", case.environment_name))


def guard_hooks(cls: type, begin: Hook, end: Hook) -> None:
    """Make the `setup_method` and `teardown_method` of a class run within isolation.

    pytest calls them before and after every fixture of the class, so isolation has
    to begin and end with them, whether or not they call `super()`.

    Args:
        cls: Its own two hooks, where it has them, are replaced.
        begin: Called with the instance before the first hook; returns True if it
            began the test, False if that was done already.
        end: Called with the instance when setup fails, and after the last teardown.
    """
    setup = cls.__dict__.get("setup_method")
    teardown = cls.__dict__.get("teardown_method")
    if inspect.isfunction(setup):
        cls.setup_method = _guarded_setup(setup, begin, end)  # type: ignore[attr-defined]
    if inspect.isfunction(teardown):
        cls.teardown_method = _guarded_teardown(teardown, end)  # type: ignore[attr-defined]


def _guarded_setup(hook: Hook, begin: Hook, end: Hook) -> Hook:
    @functools.wraps(hook)
    def setup_method(self: object, method: object = None) -> None:
        began = begin(self)
        try:
            _call_hook(hook, self, method)
        except BaseException:
            if began:
                end(self)
            raise

    return setup_method


def _guarded_teardown(hook: Hook, end: Hook) -> Hook:
    @functools.wraps(hook)
    def teardown_method(self: Any, method: object = None) -> None:
        outermost = not self._ssot_ending
        self._ssot_ending = True
        try:
            _call_hook(hook, self, method)
        finally:
            if outermost:
                end(self)

    return teardown_method


def _call_hook(hook: Hook, instance: object, method: object) -> None:
    """Call a hook as pytest would: with the test method if it takes one."""
    if len(inspect.signature(hook).parameters) > 1:
        hook(instance, method)
    else:
        hook(instance)
