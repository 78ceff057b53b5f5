"""The examples in docs/runtime.md are run."""

import re
from pathlib import Path

import pytest

import suiteloom.ssot
from suiteloom.ssot import IsolatedEnvironment, SSotAsyncTestCase

pytest_plugins = ["pytester"]

PAGE = Path(__file__).parents[3] / "docs" / "runtime.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
SCRIPTS = [block for block in BLOCKS if "class Test" not in block]
SUITES = [block for block in BLOCKS if "class Test" in block]


def test_there_are_examples():
    assert len(SCRIPTS) == 4
    assert len(SUITES) == 1
    assert TEXT.count("```") == 2 * len(BLOCKS)


@pytest.mark.parametrize("block", SCRIPTS, ids=range(len(SCRIPTS)))
def test_scripts(process_env, block):
    exec(compile(block, PAGE.name, "exec"), {})  # noqa: S102 - our own page
    assert not process_env.is_isolated()


@pytest.mark.parametrize("block", SUITES, ids=range(len(SUITES)))
def test_suites(suite, block):
    suite(block, head="").assert_outcomes(passed=2, skipped=1)


def public(cls):
    return {name for name in dir(cls) if not name.startswith("_")}


def test_every_name_on_the_page_exists():
    known = public(IsolatedEnvironment) | public(SSotAsyncTestCase)
    known |= set(suiteloom.ssot.__all__)
    called = set(re.findall(r"`(?:await )?(?:env\.)?([a-z_]+)\(", TEXT))
    assert len(called) > 20
    assert called - known == set()


@pytest.mark.parametrize("name", sorted(public(SSotAsyncTestCase)))
def test_every_helper_of_a_test_is_on_the_page(name):
    counter = re.sub(r"^(increment|get)_(\w+_\w+s)$", r"\2", name)
    assert re.search(rf"`[^`\n]*\b{name}\b|`{counter}`", TEXT)
