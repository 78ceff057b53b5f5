"""The helpers of the base classes, used as a suite would use them."""

import asyncio
import contextlib
import contextvars
import os
import threading
import time

import pytest

from suiteloom.ssot import (
    PendingTest,
    ProtectedVariableError,
    SSotAsyncTestCase,
    SSotBaseTestCase,
    get_env,
)

VARIABLE = contextvars.ContextVar("VARIABLE", default="outside")


class TestVariables(SSotBaseTestCase):
    def test_the_environment_is_isolated(self):
        assert self.env is get_env()
        assert self.env.is_isolated()
        assert self.env.get_change_history() == []

    def test_variables_are_set_read_and_deleted(self):
        self.set_env_var("A", "1")
        assert self.get_env_var("A") == "1"
        assert self.env.get_variable_source("A") == "test"
        assert "A" not in os.environ
        assert self.delete_env_var("A") is True
        assert self.delete_env_var("A") is False
        assert self.get_env_var("A", "none") == "none"

    def test_protected_variables_are_an_error(self):
        self.set_env_var("A", "1")
        self.env.protect_variable("A")
        with pytest.raises(ProtectedVariableError, match="A is protected"):
            self.set_env_var("A", "2")
        with pytest.raises(ProtectedVariableError, match="A is protected"):
            self.delete_env_var("A")
        assert self.get_env_var("A") == "1"

    def test_temporary_variables_are_put_back(self):
        self.env.set("CHANGED", "1", "me")
        self.env.set("REMOVED", "2", "me")
        with self.temp_env_vars({"CHANGED": "x", "REMOVED": None}, ADDED="y") as env:
            assert env.get("CHANGED") == "x"
            assert env.get("ADDED") == "y"
            assert not env.exists("REMOVED")
        assert self.env.get("CHANGED") == "1"
        assert self.env.get("REMOVED") == "2"
        assert not self.env.exists("ADDED")
        assert self.env.get_variable_source("CHANGED") == "me"
        assert self.env.get_variable_source("REMOVED") == "me"

    def test_temporary_variables_are_put_back_after_an_error(self):
        self.set_env_var("A", "1")

        def fail():
            with self.temp_env_vars(A="2"), self.temp_env_vars(A="3"):
                raise KeyError(self.get_env_var("A"))

        with pytest.raises(KeyError, match="3"):
            fail()
        assert self.get_env_var("A") == "1"

    def test_a_protected_temporary_variable_changes_nothing(self):
        self.set_env_var("B", "1")
        self.env.protect_variable("B")
        with (
            pytest.raises(ProtectedVariableError, match="B is protected"),
            self.temp_env_vars(A="2", B="2"),
        ):
            pytest.fail("the block is not entered")
        assert not self.env.exists("A")
        assert self.get_env_var("B") == "1"

    def test_a_variable_protected_within_the_block_is_put_back_too(self):
        with self.temp_env_vars(A="2"):
            self.env.protect_variable("A")
        assert not self.env.exists("A")


class TestMetrics(SSotBaseTestCase):
    @pytest.mark.parametrize("value", [1, -2.5, "text", True, False, ""])
    def test_values_of_four_types_are_recorded(self, value):
        self.record_metric("m", value)
        assert self.get_metric("m") is value
        assert self.get_all_metrics() == {"m": value}

    @pytest.mark.parametrize("value", [None, [1], {"a": 1}, b"x", 1j, object()])
    def test_other_values_are_refused(self, value):
        with pytest.raises(TypeError, match="metric 'm': a number, str or bool"):
            self.record_metric("m", value)
        assert self.get_all_metrics() == {}

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
    def test_numbers_that_are_not_finite_are_refused(self, value):
        with pytest.raises(ValueError, match="not a finite number"):
            self.record_metric("m", value)

    @pytest.mark.parametrize("name", ["", None, 5, "llm_requests"])
    def test_bad_names_are_refused(self, name):
        with pytest.raises(ValueError, match=r"metric|increment_llm_requests"):
            self.record_metric(name, 1)

    def test_a_missing_metric_gives_the_default(self):
        assert self.get_metric("m") is None
        assert self.get_metric("m", 5) == 5

    def test_the_returned_metrics_are_a_copy(self):
        self.record_metric("m", 1)
        self.get_all_metrics()["m"] = 2
        assert self.get_metric("m") == 1

    @pytest.mark.parametrize(
        "name",
        ["database_queries", "cache_operations", "websocket_events", "llm_requests"],
    )
    def test_counters_count(self, name):
        increment = getattr(self, f"increment_{name}")
        read = getattr(self, f"get_{name}")
        assert read() == 0
        assert self.get_all_metrics() == {}
        assert increment() == 1
        assert increment(4) == 5
        assert read() == 5
        assert self.get_all_metrics() == {name: 5}

    @pytest.mark.parametrize("count", [-1, 1.5, True, "1", None])
    def test_bad_counts_are_refused(self, count):
        with pytest.raises(ValueError, match="llm_requests: the count is an int"):
            self.increment_llm_requests(count)
        assert self.get_llm_requests() == 0

    def test_threads_lose_no_count(self):
        def count():
            for _ in range(500):
                self.increment_database_queries()

        threads = [threading.Thread(target=count) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert self.get_database_queries() == 4000

    def test_recorded_metrics_are_asserted(self):
        with pytest.raises(AssertionError, match="not recorded: any; recorded: none"):
            self.assert_metrics_recorded()
        self.record_metric("a", 0)
        self.increment_llm_requests()
        self.assert_metrics_recorded()
        self.assert_metrics_recorded("a", "llm_requests")
        message = "not recorded: b, c; recorded: a, llm_requests"
        with pytest.raises(AssertionError, match=message):
            self.assert_metrics_recorded("a", "b", "c")


class TestTime(SSotBaseTestCase):
    def test_execution_time_is_counted_from_the_setup(self, monkeypatch):
        begin = self._case.started_s
        monkeypatch.setattr(time, "monotonic", lambda: begin + 2.5)
        self.assert_execution_time_under(2.6)
        with pytest.raises(AssertionError, match=r"2.500 s, the limit is 2.5 s"):
            self.assert_execution_time_under(2.5)

    @pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), "1", True])
    def test_times_are_numbers_above_zero(self, seconds):
        for call in (
            lambda: self.assert_execution_time_under(seconds),
            lambda: self.wait_for_condition(lambda: True, timeout_s=seconds),
            lambda: self.wait_for_condition(lambda: True, interval_s=seconds),
            lambda: self.run_with_timeout(int, seconds),
        ):
            with pytest.raises(ValueError, match="number of seconds above zero"):
                call()

    def test_waiting_ends_with_what_the_predicate_gives(self):
        answers = iter([None, 0, "", "ready", "too late"])
        found = self.wait_for_condition(lambda: next(answers), interval_s=0.001)
        assert found == "ready"
        assert next(answers) == "too late"

    def test_waiting_gives_up(self):
        calls = []
        with pytest.raises(TimeoutError, match=r"did not hold within 0.02 s"):
            self.wait_for_condition(lambda: calls.append(1), 0.02, 0.001)
        assert len(calls) > 1

    def test_waiting_lets_errors_through(self):
        with pytest.raises(ZeroDivisionError):
            self.wait_for_condition(lambda: 1 / 0)

    def test_an_async_predicate_is_refused(self):
        async def predicate():
            return True

        with pytest.raises(TypeError, match="predicate is asynchronous"):
            self.wait_for_condition(predicate)

    def test_a_function_runs_in_time(self):
        assert self.run_with_timeout(max, 5, 3, 4) == 4
        assert self.run_with_timeout(int, 5, "11", base=2) == 3

    def test_a_function_that_takes_too_long_is_given_up(self):
        release = threading.Event()
        self.add_cleanup(release.set)
        with pytest.raises(TimeoutError, match=r"not finished within 0.02 s"):
            self.run_with_timeout(release.wait, 0.02)

    @pytest.mark.parametrize("error", [KeyError("x"), TimeoutError("mine")])
    def test_what_a_function_raises_is_raised(self, error):
        def fail():
            raise error

        with pytest.raises(type(error)) as caught:
            self.run_with_timeout(fail, 5)
        assert caught.value is error

    def test_an_outcome_passes_through_the_thread(self):
        with pytest.raises(PendingTest):
            self.run_with_timeout(self.pending, 5)

    def test_the_context_is_passed_on(self):
        token = VARIABLE.set("inside")
        try:
            assert self.run_with_timeout(VARIABLE.get, 5) == "inside"
        finally:
            VARIABLE.reset(token)

    def test_an_async_function_is_refused(self):
        async def function():
            return True

        with pytest.raises(TypeError, match="function is asynchronous"):
            self.run_with_timeout(function, 5)


class TestOther(SSotBaseTestCase):
    def test_exceptions_are_expected(self):
        with self.expect_exception(ValueError, match="invalid literal") as caught:
            int("x")
        assert isinstance(caught.value, ValueError)
        with self.expect_exception((KeyError, IndexError)):
            [].pop()

    def test_an_expected_exception_that_does_not_come_fails(self):
        with (
            pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"),
            self.expect_exception(ValueError),
        ):
            int("1")

    def test_pending_raises_a_skip_with_a_reason(self):
        assert self._pending_called is False
        with pytest.raises(pytest.skip.Exception) as caught:
            self.pending()
        assert type(caught.value) is PendingTest
        name = "test_pending_raises_a_skip_with_a_reason"
        assert caught.value.msg == f"pending: {name}"
        assert caught.value.test == name
        assert not isinstance(caught.value, Exception)
        assert self._pending_called is True

    def test_a_swallowed_pending_is_still_seen(self):
        with contextlib.suppress(BaseException):
            self.pending()
        assert self._pending_called is True
        assert type(self)._pending_called is False

    def test_outside_a_test_the_helpers_say_so(self):
        with pytest.raises(RuntimeError, match="TestOther is used outside a test"):
            TestOther().record_metric("m", 1)
        with pytest.raises(RuntimeError, match="outside a test"):
            TestOther().add_cleanup(print)


class TestAsyncHelpers(SSotAsyncTestCase):
    @pytest.mark.asyncio
    async def test_sync_and_async_predicates(self):
        answers = iter([0, 0, 5])
        assert await self.wait_for_condition(lambda: next(answers)) == 5
        answers = iter([0, 0, 6])

        async def predicate():
            await asyncio.sleep(0)
            return next(answers)

        assert await self.wait_for_condition(predicate) == 6

    @pytest.mark.asyncio
    async def test_other_tasks_run_while_waiting(self):
        event = asyncio.Event()
        task = asyncio.create_task(asyncio.sleep(0, event.set()))
        assert await self.wait_for_condition(event.is_set) is True
        await task

    @pytest.mark.asyncio
    async def test_waiting_gives_up(self):
        with pytest.raises(TimeoutError, match=r"did not hold within 0.02 s"):
            await self.wait_for_condition(lambda: False, 0.02, 0.001)

    @pytest.mark.asyncio
    async def test_a_predicate_that_hangs_is_cancelled(self):
        cancelled = []

        async def hang():
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.append(True)

        with pytest.raises(TimeoutError, match=r"did not hold within 0.02 s"):
            await self.wait_for_condition(hang, 0.02)
        assert cancelled == [True]

    @pytest.mark.asyncio
    async def test_running_with_a_timeout(self):
        async def answer():
            return 5

        assert await self.run_with_timeout(answer(), 5) == 5
        with pytest.raises(TimeoutError, match=r"not finished within 0.02 s"):
            await self.run_with_timeout(asyncio.Event().wait(), 0.02)

    @pytest.mark.asyncio
    async def test_an_own_timeout_error_stays_as_it_is(self):
        async def fail():
            raise TimeoutError("mine")

        with pytest.raises(TimeoutError, match=r"^mine$"):
            await self.run_with_timeout(fail(), 5)

    @pytest.mark.asyncio
    @pytest.mark.parametrize("seconds", [0, -1, float("nan"), "1"])
    async def test_times_are_numbers_above_zero(self, seconds):
        with pytest.raises(ValueError, match="above zero"):
            await self.wait_for_condition(lambda: True, timeout_s=seconds)

    @pytest.mark.asyncio
    async def test_pending_in_an_async_test(self):
        with pytest.raises(PendingTest, match="pending: test_pending_in_an_async"):
            self.pending()

    def test_a_sync_test_may_stand_among_them(self):
        self.set_env_var("A", "1")
        assert self.get_env_var("A") == "1"
