"""What docs/unittest.md shows is what ruff does, and its last form runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PAGE = Path(__file__).parents[3] / "docs" / "unittest.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
BEFORE, FIXED, BY_HAND = BLOCKS
TABLE = TEXT[TEXT.index("| unittest |") : TEXT.index("## What is left")]
SHOP = """
class Cart:
    coupon = None

    def __init__(self, lines):
        if min(lines) < 0:
            raise ValueError("a negative price")
        self.lines = lines

    @property
    def total(self):
        return sum(self.lines)
"""


def ruff(text):
    """The text after the two rules have been applied to it."""
    options = ["--isolated", "--select", "PT009,PT027", "--fix-only", "--unsafe-fixes"]
    command = [sys.executable, "-m", "ruff", "check", *options, "-"]
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=True
    )
    return done.stdout


def pairs():
    """What each line of the table of ruff's fixes says, call by call."""
    for row in TABLE.splitlines()[2:]:
        if row.startswith("|"):
            first, second = row.strip("| ").split(" | ")
            calls = re.findall(r"`(self\.\w+\(.*?\))`", first)
            results = re.findall(r"`(assert .*?)`", second)
            assert len(calls) == len(results)
            yield from zip(calls, results, strict=True)


def test_ruff_makes_of_the_first_block_the_second():
    assert ruff(BEFORE) == FIXED


@pytest.mark.parametrize(
    ("call", "result"), [pytest.param(*p, id=p[0]) for p in pairs()]
)
def test_ruff_makes_of_a_call_what_the_table_says(call, result):
    text = (
        "import unittest\n\n\nclass T(unittest.TestCase):\n"
        f"    def test(self, a, b):\n        {call}\n"
    )
    assert ruff(text).splitlines()[-1].strip() == result


@pytest.mark.parametrize(
    ("block", "passed"),
    [
        pytest.param(BEFORE, 2, id="before"),
        pytest.param(FIXED, 2, id="fixed"),
        pytest.param(BY_HAND, 4, id="by-hand"),
    ],
)
def test_every_form_passes(suite, pytester, block, passed):
    pytester.makepyfile(shop=SHOP)
    pytester.syspathinsert()
    suite(block, head="").assert_outcomes(passed=passed)
