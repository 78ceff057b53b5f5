"""SL6: tricks that must be found, and near misses that must not."""

import json
import re
import subprocess
import sys
import textwrap

import evidence_unrun
import pytest
from evidence_found import FOUND
from evidence_near_misses import SILENT

from suiteloom.audit.catalogue import RULES
from suiteloom.audit.engine.examine import examine
from suiteloom.audit.engine.settings import Settings
from suiteloom.model import External

MARK = re.compile(r" *# <-$", re.MULTILINE)
PATH = "tests/test_example.py"


def lines_found(code, source, external=(), **options):
    text = MARK.sub("", source).encode()
    facts = examine(PATH, text, Settings(**options), RULES, external)
    return [f.finding.line for f in facts.flaws if f.finding.code == code]


def marked(source):
    lines = source.splitlines()
    return [number for number, line in enumerate(lines, 1) if MARK.search(line)]


def example(body, head="from shop import Basket, find"):
    body = textwrap.dedent(body).strip("\n")
    return f"import pytest\n{head}\n\n\n{body}\n"


OPTIONS = {"SL607": {"first_party": frozenset({"shop", "tests"})}}


def cases(table):
    return [pytest.param(c, example(s), id=f"{c}: {name}") for c, name, s in table]


@pytest.mark.parametrize(("code", "source"), cases([*FOUND, *evidence_unrun.FOUND]))
def test_tricks_are_found(code, source):
    assert marked(source)
    assert lines_found(code, source, **OPTIONS.get(code, {})) == marked(source)


@pytest.mark.parametrize(("code", "source"), cases([*SILENT, *evidence_unrun.SILENT]))
def test_near_misses_are_not(code, source):
    assert lines_found(code, source, **OPTIONS.get(code, {})) == []


def test_pending_tests_have_no_other_finding():
    body = "class TestA:\n    def test_a(self):\n        self.pending()\n        assert True"
    facts = examine(PATH, example(body).encode(), Settings(), RULES)
    codes = [f.finding.code for f in facts.flaws]
    assert [c for c in codes if c.startswith("SL6")] == ["SL610"]


@pytest.mark.parametrize(("first_party", "expected"), [((), [8]), (("json",), [])])
def test_a_tool_under_test_is_outside(first_party, expected):
    body = "import json\n\n\ndef test_a():\n    assert json.loads('1') == 1"
    found = lines_found("SL609", example(body), first_party=frozenset(first_party))
    assert found == expected


def test_orphans_are_passed_over():
    body = "@pytest.mark.orphan('A-1')\ndef test_a():\n    assert True"
    facts = examine(PATH, example(body).encode(), Settings(), RULES)
    assert [f for f in facts.flaws if f.finding.code.startswith("SL6")] == []


def of_ruff(source, codes):
    options = ["--isolated", "--no-cache", "--exit-zero", "--output-format=json"]
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        *options,
        f"--select={codes}",
        "-",
    ]
    done = subprocess.run(
        command, input=source, capture_output=True, text=True, check=True
    )
    return [
        External(
            item["code"],
            item["message"],
            item["location"]["row"],
            item["location"]["column"],
        )
        for item in json.loads(done.stdout)
    ]


@pytest.mark.parametrize("kind", ["bad", "good"])
def test_mock_assertions_by_ruff(kind):
    rule = next(rule for rule in RULES if rule.code == "SL612")
    source = getattr(rule.text, kind)
    external = of_ruff(MARK.sub("", source), ",".join(rule.ruff))
    found = sorted(set(lines_found("SL612", source, external)))
    assert found == marked(source)
    assert bool(external) == (kind == "bad")


STRICT = """\
from suiteloom.ssot import SSotBaseTestCase
from shop import Basket, check_basket


def holds(basket):
    assert basket.total() == 0


def looks(basket):
    print(basket)


class TestBasket(SSotBaseTestCase):
    def test_handles_works(self):  # <-
        Basket().total()

    def test_validates(self):  # <-
        check_basket(Basket())
        looks(Basket())

    def test_helper(self):
        holds(Basket())

    def test_raises(self):
        with self.expect_exception(KeyError):
            Basket()["tea"]
"""


def test_suites_must_show_their_assertions():
    base = "suiteloom.ssot.SSotBaseTestCase"
    assert lines_found("SL601", STRICT, base_class=base) == marked(STRICT)
    assert lines_found("SL613", STRICT, base_class=base) == []
    assert lines_found("SL601", STRICT) == []
