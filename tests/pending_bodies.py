"""Bodies of tests, and which of them are pending: one table for every reader."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent, indent

__all__ = ["BODIES", "Body", "spec", "written"]


@dataclass(frozen=True, slots=True)
class Body:
    """One body of a test that runs without failing.

    Attributes:
        name: Says what it is about; a part of the test's name.
        text: Its statements.
        pending: Whether its text calls ``self.pending()``.
        at_run: Whether it does so when it runs, where its text does not show it.
        summary: The summary of its test.
        instance: The name of the first parameter.
        is_async: Whether the test is a coroutine function.
    """

    name: str
    text: str
    pending: bool
    at_run: bool = False
    summary: str = "Orders arrive."
    instance: str = "self"
    is_async: bool = False

    @property
    def runs_as(self) -> str:
        """The outcome of a run."""
        return "pending" if self.pending or self.at_run else "passed"


_PENDING = (
    Body("plain", "self.pending()", True),
    Body("with_an_id", 'self.pending("SU-001")', True),
    Body("with_anything", 'self.pending(*("a", "b"), why="later")', True),
    Body("beside_statements", "order = [1]\nassert order\nself.pending()", True),
    Body("with_a_comment", "# how?\nself.pending()  # later", True),
    Body("in_an_if", "if not self.env:\n    self.pending()", True),
    Body("in_an_else", "if self.env:\n    pass\nelse:\n    self.pending()", True),
    Body("in_a_false_branch", "if False:\n    self.pending()", True),
    Body("in_a_with", "with self.temp_env_vars(A='1'):\n    self.pending()", True),
    Body("in_a_try", "try:\n    self.pending()\nfinally:\n    pass", True),
    Body(
        "swallowed", "try:\n    self.pending()\nexcept BaseException:\n    pass", True
    ),
    Body(
        "in_a_handler", "try:\n    pass\nexcept ValueError:\n    self.pending()", True
    ),
    Body("in_a_finally", "try:\n    pass\nfinally:\n    self.pending()", True),
    Body("in_a_for", "for _ in ():\n    self.pending()", True),
    Body("behind_a_for", "for _ in ():\n    pass\nelse:\n    self.pending()", True),
    Body("in_a_while", "while True:\n    self.pending()", True),
    Body("in_a_match", "match 1:\n    case 1:\n        self.pending()", True),
    Body("behind_return", "return\nself.pending()", True),
    Body("returned", "return self.pending()", True),
    Body("assigned", "never = self.pending()", True),
    Body("in_a_condition", "assert self.env and self.pending()", True),
    Body("in_an_argument", "print(self.pending())", True),
    Body("in_a_comprehension", "assert [self.pending() for _ in (1,)]", True),
    Body("in_an_fstring", 'assert f"{self.pending()}"', True),
    Body("as_a_default", "def later(a=self.pending()):\n    return a", True),
    Body("as_a_decorator", "@self.pending()\ndef later():\n    pass", True),
    Body("of_a_class", "class Later(self.pending()):\n    pass", True),
    Body("over_two_lines", "(\n    self\n    .pending\n)()", True),
    Body("of_another_name", "this.pending()", True, instance="this"),
    Body(
        "of_a_coroutine", "async with Lock():\n    self.pending()", True, is_async=True
    ),
)

_WRITTEN = (
    Body("asserts", "assert self.env", False),
    Body(
        "named_in_the_summary",
        "assert self.env",
        False,
        summary="A test that calls self.pending() never passes.",
    ),
    Body(
        "in_a_function",
        "def later():\n    self.pending()\nassert callable(later)",
        False,
    ),
    Body(
        "in_a_coroutine",
        "async def later():\n    self.pending()\nassert callable(later)",
        False,
    ),
    Body(
        "in_a_function_of_its_own_self",
        "def later(self):\n    self.pending()\nassert callable(later)",
        False,
    ),
    Body("in_a_lambda", "later = lambda: self.pending()\nassert later", False),
    Body(
        "in_a_method",
        "class Later:\n    def go(self):\n        self.pending()\nassert Later",
        False,
    ),
    Body(
        "in_a_class",
        "class Later:\n    if False:\n        self.pending()\nassert Later",
        False,
    ),
    Body("in_a_string", "assert 'self.pending()' != ''", False),
    Body("in_a_second_docstring", '"""self.pending()"""\nassert self.env', False),
    Body("in_an_fstring_text", "assert f'self.pending() {1}'", False),
    Body("in_a_comment", "assert self.env  # self.pending()", False),
    Body("not_called", "assert self.pending", False),
    Body("of_another", "cart = SimpleNamespace(pending=len)\ncart.pending('')", False),
    Body("of_an_attribute", "self.cart = Cart()\nself.cart.pending()", False),
    Body("a_function", "def pending():\n    pass\npending()", False),
    Body("another_method", "self.pending_orders = list\nself.pending_orders()", False),
    Body("in_an_annotation", "later: self.pending() = 1\nassert later", False),
    Body(
        "of_self_beside_this", "self = Cart()\nself.pending()", False, instance="this"
    ),
    Body("by_another_name", "me = self\nme.pending()", False, at_run=True),
    Body("by_getattr", "getattr(self, 'pending')()", False, at_run=True),
    Body("bound", "later = self.pending\nlater()", False, at_run=True),
    Body("of_the_class", "type(self).pending(self)", False, at_run=True),
    Body("called_later", "(lambda: self.pending())()", False, at_run=True),
    Body("in_a_helper", "self.later()", False, at_run=True),
)

BODIES = (*_PENDING, *_WRITTEN)

_HELPERS = """\
from asyncio import Lock
from types import SimpleNamespace


class Cart:
    def pending(self):
        return []


"""
_LATER = """
    def later(self):
        self.pending()
"""


def identity(place: int) -> str:
    """The id of the body at a place of the table."""
    return f"PB-{place + 1:03}"


def spec(change: str = "") -> str:
    """A spec of one test for each body.

    Args:
        change: Put behind every summary.
    """
    tests = "".join(
        f"      - id: {identity(place)}\n"
        f"        name: test_{body.name}\n"
        f'        summary: "{body.summary}{change}"\n'
        f"        kinds: [positive]\n"
        f"        async: {str(body.is_async).lower()}\n"
        for place, body in enumerate(BODIES)
    )
    return f"""\
suiteloom: 1
domain: bodies
title: Bodies
summary: Every body of the table.
category: integration
revenue: {{annual_usd: 900000, protects: orders}}
bvj:
  segment: [All]
  goal: Stability
  value_impact: Orders arrive as they were paid.
  strategic_impact: Buyers come back.
groups:
  - title: Bodies
    tests:
{tests}"""


def written(suite: str) -> str:
    """A generated suite with the body of each test in place of ``self.pending(…)``."""
    head, *parts = suite.split("    @pytest.mark.spec(")
    assert len(parts) == len(BODIES)
    units = []
    for body, part in zip(BODIES, parts, strict=True):
        end = part.rindex('"""\n') + 4
        above = part[:end].replace("(self", f"({body.instance}")
        statements = indent(dedent(body.text), "        ")
        units.append(f"{above}{statements}\n")
    text = "\n    @pytest.mark.spec(".join([head.rstrip("\n") + "\n", *units])
    before, line, after = text.partition("class TestBodies")
    return f"{before}{_HELPERS}{line}{after}{_LATER}"
