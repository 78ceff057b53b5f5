"""Cleanups of a test: order, event loops and failures."""

import pytest

pytest_plugins = ["pytester"]


def test_cleanups_run_backwards_and_all(suite):
    result = suite(
        """
def fail(text):
    LOG.append(text)
    raise ValueError(text)

class TestCleanups(SSotBaseTestCase):
    def test_one(self):
        async def later(text, twice=False):
            await asyncio.sleep(0)
            LOG.append(text * 2 if twice else text)
        self.add_cleanup(LOG.append, "a")
        self.add_cleanup(fail, "b")
        self.add_cleanup(later, "c", twice=True)
        self.add_cleanup(lambda: self.add_cleanup(LOG.append, "late"))
        self.add_cleanup(LOG.append, "d")

    def test_two(self):
        assert LOG == ["d", "late", "cc", "b", "a"]
        LOG.clear()
        self.add_cleanup(fail, "x")
        self.add_cleanup(pytest.fail, "outcome")
        self.add_cleanup(fail, "z")
        assert not self.env.exists("LEAK_CLEANUP")
        self.set_env_var("LEAK_CLEANUP", "1")

    def test_three(self):
        assert LOG == ["z", "x"]
        assert not self.env.exists("LEAK_CLEANUP")

    def test_four(self):
        self.add_cleanup(LOG.append, "after failure")
        assert False, "the body fails"

    def test_five(self):
        assert LOG[-1] == "after failure"
"""
    )
    result.assert_outcomes(passed=4, failed=1, errors=2)
    result.stdout.fnmatch_lines(
        ["*ERROR at teardown of TestCleanups.test_one*", "*ValueError: b*"]
    )
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of TestCleanups.test_two*",
            "*several cleanups failed (3 sub-exceptions)*",
            "*ValueError: z*",
            "*RuntimeError: Failed: outcome*",
            "*ValueError: x*",
        ]
    )


@pytest.mark.parametrize("scope", ["function", "class", "module", "session"])
def test_async_cleanups_run_in_the_loop_of_the_test(suite, scope):
    result = suite(
        f"""
class TestLoops(SSotAsyncTestCase):
    @pytest.mark.asyncio(loop_scope="{scope}")
    @pytest.mark.parametrize("number", [1, 2])
    async def test_async(self, number):
        loop = asyncio.get_running_loop()
        task = asyncio.create_task(asyncio.sleep(60))
        async def later():
            LOG.append(asyncio.get_running_loop() is loop)
            task.cancel()
        self.add_cleanup(later)

    def test_sync(self):
        assert LOG == [True, True]
        async def later():
            LOG.append("own loop")
        self.add_cleanup(later)

    @pytest.mark.asyncio(loop_scope="{scope}")
    async def test_after(self):
        assert LOG[2:] == ["own loop"]
"""
    )
    result.assert_outcomes(passed=4)


def test_async_cleanups_that_fail_are_teardown_errors(suite):
    result = suite(
        """
class TestLoops(SSotAsyncTestCase):
    @pytest.mark.asyncio
    async def test_async(self):
        async def later():
            raise ValueError("from a cleanup")
        self.add_cleanup(later)

    @pytest.mark.asyncio
    async def test_after(self):
        await asyncio.sleep(0)
"""
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of TestLoops.test_async*"])


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        pytest.param("pytest.fail('mine')", "*Failed: mine*", id="fail"),
        pytest.param(
            "raise asyncio.CancelledError",
            "*RuntimeError: CancelledError*",
            id="cancel",
        ),
    ],
)
def test_a_cleanup_may_raise_what_is_no_exception(suite, statement, shown):
    result = suite(
        f"""
def odd():
    {statement}

class TestOdd(SSotBaseTestCase):
    def test_one(self):
        self.set_env_var("LEAK_CLEANUP", "1")
        self.add_cleanup(odd)

def test_outside():
    assert not get_env().is_isolated()
"""
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines([shown])


def test_an_interruption_in_a_cleanup_stops_the_run_after_the_others(suite, pytester):
    pytester.makeconftest(
        """
def pytest_sessionfinish():
    import os
    print("LEFT", os.environ.get("LEAK_DIRECT"))
"""
    )
    result = suite(
        """
def interrupt():
    raise KeyboardInterrupt

class TestStop(SSotBaseTestCase):
    def test_one(self):
        os.environ["LEAK_DIRECT"] = "1"
        self.add_cleanup(print, "STILL RUN")
        self.add_cleanup(interrupt)
""",
        "-s",
        no_reraise_ctrlc=True,
    )
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*STILL RUN*", "*LEFT None*"])
