"""The base class of test classes: a fresh environment and helpers for each test.

A plain pytest class: pytest makes an instance for each test, and all state of a test
is on that instance.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, ParamSpec, TypeVar

import pytest

from suiteloom.ssot.case_metrics import CaseMetrics
from suiteloom.ssot.case_state import (
    INTERRUPTIONS,
    CaseState,
    begin_case,
    end_case,
)
from suiteloom.ssot.case_variables import CaseVariables
from suiteloom.ssot.lifecycle import (
    attach_results,
    find_loop,
    guard_hooks,
    loop_fixture,
)
from suiteloom.ssot.pending import PendingTest
from suiteloom.ssot.waiting import call_with_timeout, check_seconds, wait_sync

__all__ = ["SSotBaseTestCase"]

T = TypeVar("T")
P = ParamSpec("P")
E = TypeVar("E", bound=BaseException)


class SSotBaseTestCase(CaseMetrics, CaseVariables):
    """Base of test classes: isolated environment, metrics, cleanups and helpers.

    Before each test, isolation is turned on with a fresh state: the variables of the
    process, and nothing that another test or a wider fixture set in isolation. The
    test then runs. Afterwards, in this order: its function-scoped fixtures are torn
    down, its cleanups run, `teardown_method` runs, and the environment, isolation
    state and `os.environ` (`PYTEST_…` variables apart) are put back as they were.

    `setup_method` and `teardown_method` may be overridden, with or without a call of
    `super()`; they run in isolation. Class and module fixtures run outside it.
    """

    _pending_called: bool = False
    _ssot_case: CaseState | None = None
    _ssot_ending: bool = False
    _ssot_test: str = ""

    _ssot_loop_function = loop_fixture("function")
    _ssot_loop_class = loop_fixture("class")
    _ssot_loop_module = loop_fixture("module")
    _ssot_loop_package = loop_fixture("package")
    _ssot_loop_session = loop_fixture("session")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Put the hooks of a test class inside isolation."""
        super().__init_subclass__(**kwargs)
        guard_hooks(cls, SSotBaseTestCase._ssot_begin, SSotBaseTestCase._ssot_end)

    @pytest.fixture(autouse=True)
    def _ssot_lifecycle(self, request: pytest.FixtureRequest) -> Iterator[None]:
        """Surround the test; `setup_method` has begun it, as pytest calls it first."""
        began = self._ssot_begin()
        try:
            marker = request.node.get_closest_marker("spec")
            self._ssot_test = str(
                marker.args[0] if marker and marker.args else request.node.name
            )
            loop = find_loop(request)
            yield
            case = self._case
            try:
                case.run_cleanups(loop)
            except INTERRUPTIONS:
                # pytest gives up the rest of the teardown, `teardown_method` included.
                self._ssot_end()
                raise
            finally:
                attach_results(request.node, case)
        finally:
            if began:
                self._ssot_end()

    def setup_method(
        self,
        method: Callable[..., object] | None = None,  # noqa: ARG002 - for overriding
    ) -> None:
        """Prepare a test; override it freely.

        Args:
            method: The test method.
        """
        self._ssot_begin()

    def teardown_method(
        self,
        method: Callable[..., object] | None = None,  # noqa: ARG002 - for overriding
    ) -> None:
        """Clear up after a test, when its cleanups have run; override it freely.

        Args:
            method: The test method.
        """
        if not self._ssot_ending:
            self._ssot_end()

    def assert_execution_time_under(self, seconds: float) -> None:
        """Fail if this test has taken longer than this so far.

        Args:
            seconds: The limit, counted from the beginning of the test's setup.

        Raises:
            AssertionError: It took that long or longer.
            ValueError: The limit is not a number above zero.
        """
        check_seconds("seconds", seconds)
        elapsed_s = time.monotonic() - self._case.started_s
        if elapsed_s >= seconds:
            raise AssertionError(
                f"the test has taken {elapsed_s:.3f} s, the limit is {seconds} s"
            )

    def expect_exception(
        self, expected: type[E] | tuple[type[E], ...], match: str | None = None
    ) -> "pytest.RaisesExc[E]":
        """Expect a `with` block to raise; as `pytest.raises`.

        Args:
            expected: The type of exception, or several.
            match: A regular expression to be found in its text.

        Returns:
            A context manager; `as` gives what was raised, in `.value`.
        """
        return pytest.raises(expected, match=match)

    def add_cleanup(
        self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Call a function, or await an async one, after this test.

        The last one added runs first, and all run, whatever fails. An async one runs
        in the event loop of an async test, otherwise in a loop of its own. What
        fails is an error in the test's teardown, an `ExceptionGroup` if several do.

        Args:
            function: What to call.
            *args: What to call it with.
            **kwargs: What to call it with.
        """
        self._case.cleanups.append(lambda: function(*args, **kwargs))

    def wait_for_condition(
        self,
        predicate: Callable[[], T],
        timeout_s: float = 5.0,
        interval_s: float = 0.01,
    ) -> T:
        """Call a predicate until it returns something true.

        Args:
            predicate: Takes nothing; is called at least once. A call that hangs is
                not interrupted.
            timeout_s: How long to go on, in seconds.
            interval_s: Pause between calls, in seconds.

        Returns:
            What the predicate returned.

        Raises:
            TimeoutError: Nothing true in that time.
            TypeError: The predicate is async.
            ValueError: A time is not a number above zero.
        """
        return wait_sync(predicate, timeout_s, interval_s)

    def run_with_timeout(
        self,
        function: Callable[P, T],
        timeout_s: float,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call a function in a thread and give up after a time.

        Args:
            function: What to call. After a timeout its thread goes on by itself; it
                does not keep the process alive.
            timeout_s: How long it may take, in seconds.
            *args: What to call it with.
            **kwargs: What to call it with.

        Returns:
            What the function returned; what it raised is raised here.

        Raises:
            TimeoutError: It did not finish in that time.
            TypeError: The function is async.
            ValueError: The time is not a number above zero.
        """
        return call_with_timeout(function, timeout_s, args, kwargs)

    def pending(self, id: str = "", rev: str = "") -> NoReturn:  # noqa: A002, ARG002 - as suites call it
        """Say that this test is still to be written; pytest reports it as skipped.

        Args:
            id: The test's id. It and `rev` make each pending body unlike all others;
                the test that runs is named by its marker.
            rev: The digest of what the test must do.

        Raises:
            PendingTest: Always; its reason is "pending: " and the test's id, or its
                name when it has no id.
        """
        self._pending_called = True
        raise PendingTest(self._ssot_test or type(self).__name__, id)

    @property
    def _case(self) -> CaseState:
        if self._ssot_case is None:
            raise RuntimeError(
                f"{type(self).__name__} is used outside a test that pytest runs"
            )
        return self._ssot_case

    def _ssot_begin(self) -> bool:
        """Begin the test if that is not done; True if it was begun here."""
        if self._ssot_case is not None:
            return False
        self._ssot_ending = False
        self._ssot_case = begin_case()
        return True

    def _ssot_end(self) -> None:
        """End the test if that is not done: late cleanups, then the environment."""
        case, self._ssot_case = self._ssot_case, None
        if case is None:
            return
        try:
            case.run_cleanups(None)
        finally:
            end_case(case)
