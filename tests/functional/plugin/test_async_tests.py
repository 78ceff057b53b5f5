import pytest

BASE = """
class TestA(SSotAsyncTestCase):
"""


def test_async_test_runs_without_a_marker(example):
    example.write(
        test_a=BASE
        + """
    async def test_good(self):
        pass

    async def test_bad(self):
        assert False

    @pytest.mark.parametrize("n", [1, 2])
    async def test_cases(self, n):
        assert n == 1
"""
    )
    result = example.run()
    assert example.outcomes == {
        "test_good": "passed",
        "test_bad": "failed",
        "test_cases[1]": "passed",
        "test_cases[2]": "failed",
    }
    result.assert_outcomes(passed=2, failed=2)  # and no warnings


def test_base_class_for_sync_tests_counts_too(example):
    example.write(
        test_a="""
class TestA(SSotBaseTestCase):
    async def test_bad(self):
        assert False
"""
    )
    example.run()
    assert example.outcomes == {"test_bad": "failed"}
    assert example.record["tests"][0]["reason"] == "assert False"


def test_sync_tests_get_no_marker(example):
    example.write(
        test_a=BASE
        + """
    def test_sync(self, request):
        assert request.node.get_closest_marker("asyncio") is None

    async def test_async(self, request):
        assert request.node.get_closest_marker("asyncio") is not None
"""
    )
    example.run().assert_outcomes(passed=2)


def test_marker_of_ones_own_stays(example):
    example.write(
        test_a="""
import asyncio

@pytest.mark.asyncio(loop_scope="class")
class TestA(SSotAsyncTestCase):
    loops = set()

    async def test_one(self):
        self.loops.add(id(asyncio.get_running_loop()))

    async def test_two(self, request):
        self.loops.add(id(asyncio.get_running_loop()))
        assert len(self.loops) == 1
        assert len(list(request.node.iter_markers("asyncio"))) == 1
"""
    )
    example.run().assert_outcomes(passed=2)


def test_marker_stays_on_the_class_that_got_it(example):
    example.write(
        test_a="""
class TestBase(SSotAsyncTestCase):
    async def test_scope(self, request):
        marks = [m.kwargs for m in request.node.iter_markers("asyncio")]
        assert marks == [self.expected] if hasattr(self, "expected") else [{}]

@pytest.mark.asyncio(loop_scope="class")
class TestHeir(TestBase):
    expected = {"loop_scope": "class"}
"""
    )
    example.run().assert_outcomes(passed=2)


def test_other_runner_is_left_alone(example):
    example.pytester.makeconftest(
        "def pytest_configure(config):\n"
        "    config.addinivalue_line('markers', 'trio: another runner')\n"
        "def pytest_pyfunc_call(pyfuncitem):\n"
        "    if pyfuncitem.get_closest_marker('trio'):\n"
        "        assert not pyfuncitem.get_closest_marker('asyncio')\n"
        "        return True\n"
    )
    example.write(
        test_a=BASE
        + """
    @pytest.mark.trio
    async def test_other(self):
        assert False, "never awaited"
"""
    )
    example.run().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("async def test_a(): pass\n", id="function"),
        pytest.param("class TestA:\n    async def test_a(self): pass\n", id="class"),
    ],
)
def test_foreign_async_tests_are_left_alone(example, text):
    example.write(test_a=text)
    result = example.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*async def functions are not natively supported*"])


def test_loop_factories_reach_async_tests(example):
    example.pytester.makeconftest(
        "import asyncio\n"
        "class Loop(asyncio.SelectorEventLoop): pass\n"
        "def pytest_asyncio_loop_factories(config, item):\n"
        "    return {'own': Loop}\n"
    )
    example.write(
        test_a="import asyncio\n"
        + BASE
        + """
    async def test_loop(self):
        assert type(asyncio.get_running_loop()).__name__ == "Loop"
"""
    )
    example.run().assert_outcomes(passed=1)


def test_async_property_test_is_awaited(example):
    example.write(
        test_a="from hypothesis import given, strategies as st\n"
        + BASE
        + """
    @given(st.integers(0, 1))
    async def test_numbers(self, n):
        assert n == 5
"""
    )
    result = example.run("-p", "hypothesis.extra.pytestplugin")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*assert 0 == 5*"])


def test_runs_without_pytest_asyncio(example):
    example.pytester.makepyprojecttoml("[tool.suiteloom]\n")
    example.write(
        test_a="class TestA:\n    @pytest.mark.spec('SU-001')\n    def test_a(self): 1\n"
    )
    example.run("-p", "no:asyncio").assert_outcomes(passed=1)


def test_without_pytest_asyncio_an_async_test_fails_and_says_what_is_missing(example):
    example.write(
        test_a=BASE
        + """
    async def test_async(self):
        pass

    def test_sync(self):
        pass
"""
    )
    example.path.joinpath("pyproject.toml").write_text("[tool.suiteloom]\n")
    result = example.run("-p", "no:asyncio")
    assert example.outcomes == {"test_async": "failed", "test_sync": "passed"}
    result.stdout.fnmatch_lines(
        ['*async tests need pytest-asyncio, *pip install "suiteloom[[]asyncio[]]"*']
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("class TestA:\n    def test_a(self): pass\n", False, id="a_class"),
        pytest.param(
            "from suiteloom.ssot import SSotBaseTestCase\ndef test_a(): pass\n",
            False,
            id="a_function",
        ),
        pytest.param(
            "from suiteloom.ssot import SSotBaseTestCase\n"
            "class TestA(SSotBaseTestCase):\n    def test_a(self): pass\n",
            True,
            id="a_class_where_a_base_class_is",
        ),
    ],
)
def test_looks_for_async_tests_only_where_one_can_be(example, source, expected):
    example.pytester.makeconftest(
        "import pathlib\n"
        "def pytest_runtest_call(item):\n"
        "    plugins = item.config.pluginmanager\n"
        "    has = plugins.hasplugin('suiteloom-async')\n"
        "    pathlib.Path('has').write_text(str(has))\n"
    )
    example.pytester.makepyfile(test_alone=source)
    example.run_apart()
    assert example.outcomes == {"test_a": "passed"}
    assert (example.path / "has").read_text() == str(expected)
