"""SL1: tricks that are found, and near misses that are not."""

from dataclasses import replace

import pytest

from suiteloom.audit.engine.examine import examine, examine_all
from suiteloom.audit.engine.settings import Settings
from suiteloom.audit.rules import structure

SSOT = {
    "base_class": "suiteloom.ssot.SSotBaseTestCase",
    "async_base_class": "suiteloom.ssot.SSotAsyncTestCase",
}


def flaws(source, code, path="tests/test_it.py", **settings):
    rules = [rule for rule in structure.RULES if rule.code == code]
    facts = examine(
        path, source.encode(), replace(Settings(), **settings), structure.RULES
    )
    return [
        flaw
        for found in examine_all([facts], Settings(), rules)
        for flaw in found.flaws
        if flaw.finding.code == code
    ]


def lines(source, code, **settings):
    return [flaw.finding.line for flaw in flaws(source, code, **settings)]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"def test_a(:\n    pass\n", id="syntax"),
        pytest.param(b"x = 'a\x00b'\n", id="nul"),
        pytest.param(b"# coding: no-such\n", id="unknown-encoding"),
        pytest.param(b"x = '\xff'\n", id="not-utf-8"),
        pytest.param(b"x = " + b"(" * 400 + b")" * 400 + b"\n", id="too-deep"),
    ],
)
def test_what_can_not_be_read_is_one_critical_finding(source):
    facts = examine("tests/test_it.py", source, Settings(), structure.RULES)
    assert [flaw.finding.code for flaw in facts.flaws] == ["SL101"]
    assert facts.tests == ()
    assert next(rule for rule in structure.RULES if rule.code == "SL101").critical


class TestUncollectedClass:
    BODY = "    def test_a(self):\n        assert self\n"

    @pytest.mark.parametrize(
        "head",
        [
            pytest.param("class Startup:\n", id="no-base"),
            pytest.param("class Startup(object):\n", id="object"),
            pytest.param("import pytest\n@pytest.mark.slow\nclass A:\n", id="marked"),
            pytest.param("class DatabaseTests:\n", id="base-inside-a-word"),
            pytest.param("class StartupBase:\n", id="says-base"),
            pytest.param("class StartupMixin:\n", id="says-mixin"),
            pytest.param("class MockHelperFixtures:\n", id="says-mock-and-helper"),
            pytest.param("class _Startup:\n", id="private"),
            pytest.param("B = {'A': 1}\nclass A:\n", id="named-in-text"),
            pytest.param(
                "class Base:\n    start = 1\nclass A(Base):\n", id="base-of-the-file"
            ),
            pytest.param(
                "from suiteloom import ssot as s\nclass A(s.SSotBaseTestCase):\n",
                id="canonical-base-by-alias",
            ),
        ],
    )
    def test_found(self, head):
        source = head + self.BODY
        (flaw,) = flaws(source, "SL102")
        assert flaw.finding.line == len(head.splitlines())
        assert "passes over its 1 test" in flaw.finding.message
        assert flaw.owner == head.split("class ")[-1].rstrip(":\n").partition("(")[0]

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param(
                "class A:\n" + BODY + "class TestB(A):\n    pass\n", id="only-a-base"
            ),
            pytest.param(
                "class A:\n" + BODY + "if 1:\n    class TestB(A):\n        pass\n",
                id="base-in-a-block",
            ),
            pytest.param(
                "import unittest\nclass Z(unittest.TestCase):\n    pass\nclass A(Z):\n"
                + BODY,
                id="unittest-over-a-base",
            ),
            pytest.param(
                "class A:\n    __test__ = False\n" + BODY, id="switched-off-openly"
            ),
            pytest.param("class A:\n" + BODY + "TestB = A\n", id="aliased"),
            pytest.param(
                "class A:\n    def test_a(self):\n        return 1\n", id="no"
            ),
            pytest.param(
                "def load_tests(*a):\n    pass\nclass A:\n" + BODY, id="own-loader"
            ),
        ],
    )
    def test_near_miss(self, source):
        assert lines(source, "SL102") == []

    @pytest.mark.parametrize(
        "head",
        [
            pytest.param(
                "from shop import Base\nclass A(Base):\n", id="from-elsewhere"
            ),
            pytest.param("class A(unknown()):\n", id="call"),
            pytest.param("class A(metaclass=M):\n", id="metaclass"),
            pytest.param("@register\nclass A:\n", id="decorated"),
            pytest.param("from .x import *\nclass A(Base):\n", id="of-any-module"),
        ],
    )
    def test_what_nobody_can_tell_is_a_warning(self, head):
        (flaw,) = flaws(head + self.BODY, "SL102")
        assert flaw.finding.severity == "warning"
        assert "does not come from unittest" in flaw.finding.message
        assert flaw.hides == 0

    def test_a_test_that_is_only_patched_is_one(self):
        body = self.BODY.replace("    def", "    @patch('shop.pay')\n    def")
        source = "from unittest.mock import patch\nclass A:\n" + body
        assert lines(source, "SL102") == [2]

    def test_other_patterns(self):
        source = "class CheckA:\n" + self.BODY
        assert lines(source, "SL102", python_classes=("Check",)) == []
        assert lines(source, "SL102", python_classes=("Spec*",)) == [1]

    def test_only_in_files_that_pytest_reads(self):
        source = "class Startup:\n" + self.BODY
        assert flaws(source, "SL102", path="tests/helpers.py") == []
        assert flaws(source, "SL102", path="tests/conftest.py") == []


class TestUncollectedTest:
    @pytest.mark.parametrize(
        ("name", "severity"),
        [
            pytest.param("xtest_a", "warning", id="switched-off"),
            pytest.param("disabled_test_a", "warning", id="says-so"),
            pytest.param("tset_a", "error", id="slip"),
        ],
    )
    def test_a_name_that_switches_off_is_a_warning(self, name, severity):
        (flaw,) = flaws(f"def {name}():\n    assert 1\n", "SL103")
        assert flaw.finding.severity == severity

    @pytest.mark.parametrize(
        "name",
        [
            "tset_a",
            "tets_a",
            "Test_a",
            "xtest_a",
            "disabled_test_a",
            "dont_test_a",
            "no_test_a",
        ],
    )
    def test_found(self, name):
        assert lines(f"def {name}():\n    assert 1\n", "SL103") == [1]

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("def text_a():\n    assert 1\n", id="another-word"),
            pytest.param("def xtest_a():\n    return 1\n", id="asserts-nothing"),
            pytest.param(
                "def xtest_a():\n    assert 1\ndef test_b():\n    xtest_a()\n",
                id="used",
            ),
            pytest.param("@hook\ndef xtest_a():\n    assert 1\n", id="decorated"),
            pytest.param(
                "class A:\n    def xtest_a(self):\n        assert 1\n",
                id="no-test-class",
            ),
        ],
    )
    def test_near_miss(self, source):
        assert lines(source, "SL103") == []

    def test_other_patterns(self):
        source = "def test_a():\n    assert 1\n"
        assert lines(source, "SL103", python_functions=("check_",)) == [1]

    def test_unittest_goes_by_its_own_pattern(self):
        source = (
            "import unittest\nclass A(unittest.TestCase):\n"
            "    def test_a(self):\n        assert 1\n"
        )
        assert lines(source, "SL103", python_functions=("check_",)) == []

    @pytest.mark.parametrize(
        ("rest", "found"),
        [
            pytest.param("", [2], id="never-called"),
            pytest.param("    test_b()\n", [], id="called"),
            pytest.param("    return test_b\n", [], id="returned"),
            pytest.param("    return locals()\n", [], id="locals"),
            pytest.param("    run('test_b')\n", [], id="by-name"),
        ],
    )
    def test_inside_a_function(self, rest, found):
        source = "def test_a():\n    def test_b():\n        assert 1\n" + rest
        assert lines(source, "SL103") == found

    def test_inside_a_class_inside_a_function(self):
        source = (
            "def make():\n    class TestA:\n        def test_b(self):\n"
            "            assert 1\n    return TestA\n"
        )
        assert lines(source, "SL103") == []


class TestConstructor:
    TEST = "    def test_a(self):\n        assert 1\n"

    @pytest.mark.parametrize(
        ("source", "line"),
        [
            pytest.param("class TestA:\n    def __new__(cls): ...\n", 2, id="new"),
            pytest.param(
                "class Base:\n    def __init__(self): ...\nclass TestA(Base):\n",
                3,
                id="inherited",
            ),
            pytest.param(
                "import dataclasses as d\n@d.dataclass\nclass TestA:\n    a: int\n",
                3,
                id="dataclass",
            ),
        ],
    )
    def test_found(self, source, line):
        (flaw,) = flaws(source + self.TEST, "SL104")
        assert (flaw.finding.line, flaw.owner) == (line, "TestA")

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param(
                "class TestA:\n    def __init__(self): ...\n", id="without-tests"
            ),
            pytest.param(
                "from x import Case\nclass TestA(Case):\n    def __init__(self): ...\n"
                + TEST,
                id="unknown-base",
            ),
            pytest.param(
                "class TestA:\n    __test__ = False\n    def __init__(self): ...\n"
                + TEST,
                id="switched-off-openly",
            ),
            pytest.param(
                "class TestA:\n    class B:\n        def __init__(self): ...\n" + TEST,
                id="of-an-inner-class",
            ),
        ],
    )
    def test_near_miss(self, source):
        assert lines(source, "SL104") == []


class TestReplaced:
    def test_a_class_hides_the_tests_of_another(self):
        one = "class TestA:\n    def test_a(self):\n        assert 1\n"
        other = "class TestA:\n    def test_b(self):\n        assert 1\n"
        (flaw,) = flaws(one + other, "SL105")
        assert (flaw.finding.line, flaw.owner) == (4, "TestA")
        assert "line 1" in flaw.finding.message

    def test_three_of_one_name_are_two_findings(self):
        assert lines("def test_a():\n    assert 1\n" * 3, "SL105") == [3, 5]

    def test_equal_after_normalisation(self):
        source = "def test_file(): ...\ndef test_\N{LATIN SMALL LIGATURE FI}le(): ...\n"
        (flaw,) = flaws(source, "SL105")
        assert "NFKC" in flaw.finding.message
        assert (
            "NFKC" not in flaws("def test_a(): ...\n" * 2, "SL105")[0].finding.message
        )

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param(
                "def test_a(): ...\ntest_b = test_a\ndef test_a(): ...\n", id="kept"
            ),
            pytest.param(
                "class TestA:\n    def test_a(self): ...\n"
                "class TestA(TestA):\n    def test_b(self): ...\n",
                id="derived",
            ),
            pytest.param(
                "class TestA:\n    @property\n    def test_a(self): ...\n"
                "    @test_a.setter\n    def test_a(self, value): ...\n",
                id="property",
            ),
            pytest.param(
                "@app.route('/')\ndef test_a(): ...\n@app.route('/b')\n"
                "def test_a(): ...\n",
                id="registered",
            ),
            pytest.param(
                "def helper(): ...\ndef helper(): ...\ndef test_a(): ...\n", id="helper"
            ),
            pytest.param(
                "def test_\u0430(): ...\ndef test_a(): ...\n", id="look-alike"
            ),
        ],
    )
    def test_near_miss(self, source):
        assert lines(source, "SL105") == []


class TestGenerator:
    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("def test_a():\n    yield 1\n", id="yield"),
            pytest.param("def test_a():\n    x = yield from b()\n", id="yield-from"),
            pytest.param("async def test_a():\n    yield 1\n", id="async"),
            pytest.param(
                "import unittest\nclass A(unittest.TestCase):\n"
                "    def test_a(self):\n        yield 1\n",
                id="unittest",
            ),
        ],
    )
    def test_found(self, source):
        assert len(lines(source, "SL106")) == 1

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param(
                "@gen.coroutine\ndef test_a():\n    yield 1\n", id="decorated"
            ),
            pytest.param(
                "import pytest\npytestmark = pytest.mark.gen_test\n"
                "def test_a():\n    yield 1\n",
                id="marked-in-the-module",
            ),
            pytest.param("def test_a():\n    f = lambda: (yield)\n", id="lambda"),
            pytest.param(
                "from x import AsyncTestCase\nclass TestA(AsyncTestCase):\n"
                "    def test_a(self):\n        yield 1\n",
                id="unknown-base",
            ),
        ],
    )
    def test_near_miss(self, source):
        assert lines(source, "SL106") == []


class TestBaseClass:
    TEST = "    def test_a(self):\n        assert 1\n"

    @pytest.mark.parametrize(
        "head",
        [
            pytest.param("class TestA:\n", id="none"),
            pytest.param("import other\nclass TestA(other.Base):\n", id="third-party"),
            pytest.param(
                "from fake import SSotBaseTestCase\nclass TestA(SSotBaseTestCase):\n",
                id="same-name-from-elsewhere",
            ),
            pytest.param(
                "from suiteloom.ssot import SSotBaseTestCase\n"
                "class Base: ...\nclass TestA(Base):\n",
                id="imported-and-not-used",
            ),
        ],
    )
    def test_found(self, head):
        source = head + self.TEST
        assert lines(source, "SL107", **SSOT) == [len(head.splitlines())]
        assert lines(source, "SL107") == []

    @pytest.mark.parametrize(
        "head",
        [
            pytest.param(
                "import suiteloom.ssot.testcase as t\nclass TestA(t.SSotBaseTestCase):\n",
                id="by-another-path-of-its-package",
            ),
            pytest.param(
                "from project.testing import Base\nclass TestA(Base):\n",
                id="base-of-the-project",
            ),
            pytest.param(
                "try:\n    from suiteloom.ssot import SSotBaseTestCase as B\n"
                "except ImportError:\n    B = object\nclass TestA(B):\n",
                id="with-a-fallback",
            ),
            pytest.param("class TestA(make()):\n", id="made"),
            pytest.param(
                "import suiteloom\nclass TestA("
                "getattr(suiteloom.ssot, 'SSotAsyncTestCase')):\n",
                id="getattr",
            ),
        ],
    )
    def test_near_miss(self, head):
        first_party = frozenset({"project"})
        assert lines(head + self.TEST, "SL107", first_party=first_party, **SSOT) == []

    def test_async_test_on_the_sync_base(self):
        source = (
            "from suiteloom.ssot import SSotBaseTestCase, SSotAsyncTestCase\n"
            "class TestA(SSotBaseTestCase):\n    async def test_a(self): ...\n"
            "class TestB(SSotAsyncTestCase):\n    async def test_a(self): ...\n"
        )
        (flaw,) = flaws(source, "SL109", asyncio_auto=True, **SSOT)
        assert (flaw.finding.line, flaw.owner) == (3, "TestA.test_a")

    def test_a_loose_orphan_is_passed_over(self):
        source = "import pytest\n@pytest.mark.orphan('A-1')\ndef test_a(): ...\n"
        assert lines(source, "SL108", **SSOT) == []
        assert lines(source.replace("orphan", "spec"), "SL108", **SSOT) == [3]


class TestAsync:
    @pytest.mark.parametrize(
        "head",
        [
            pytest.param(
                "import pytest\npytestmark = pytest.mark.asyncio\n", id="module"
            ),
            pytest.param(
                "import pytest as p\nrun = p.mark.asyncio\n@run\n", id="alias-of-a-mark"
            ),
            pytest.param("@run_in_loop\n", id="decorated"),
            pytest.param("import trio\n", id="framework"),
            pytest.param("from .. import core\n", id="inside-a-library"),
        ],
    )
    def test_something_may_run_it(self, head):
        assert lines(head + "async def test_a(): ...\n", "SL109") == []

    def test_found_only_where_nothing_runs_it(self):
        source = "import pytest\n@pytest.mark.slow\nasync def test_a(): ...\n"
        assert lines(source, "SL109") == [3]
        assert lines(source, "SL109", asyncio_auto=True) == []

    def test_marks_do_not_help_unittest(self):
        source = (
            "import pytest\nfrom unittest import TestCase as Case\n"
            "class A(Case):\n    @pytest.mark.asyncio\n    async def test_a(self): ...\n"
            "class B(Elsewhere):\n    async def test_a(self): ...\n"
        )
        assert lines(source, "SL109", asyncio_auto=True) == [5]
