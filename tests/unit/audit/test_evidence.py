"""SL6: tricks that must be found, and near misses that must not."""

import json
import re
import subprocess
import sys
import textwrap

import pytest
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


FOUND = [
    ("SL601", "docstring only", 'def test_a():  # <-\n    """Totals add up."""'),
    ("SL601", "fixture by name", "def test_a(assert_clean):  # <-\n    pass"),
    ("SL601", "client by name", "def test_a(test_client):  # <-\n    ..."),
    (
        "SL601",
        "autouse fixture by name",
        (
            "@pytest.fixture(autouse=True)\ndef setup_test_env():\n    yield\n"
            "def test_a():  # <-\n    pass"
        ),
    ),
    (
        "SL601",
        "set-up by name",
        (
            "class TestA:\n    def setup_method(self):\n        self.verify = 1\n"
            "    def test_a(self):  # <-\n        pass"
        ),
    ),
    (
        "SL604",
        "handler that returns",
        (
            "def test_a():\n    try:\n        assert find(1)  # <-\n"
            "    except Exception as error:\n        print(error)\n        return False"
        ),
    ),
    (
        "SL604",
        "each of a loop",
        (
            "def test_a():\n    for x in (1, 2):\n        try:\n"
            "            assert find(x)  # <-\n        except Exception as error:\n"
            "            print(error)"
        ),
    ),
    (
        "SL604",
        "recorded and never looked at",
        (
            "def test_a():\n    errors = []\n    try:\n        assert find(1)  # <-\n"
            "    except AssertionError as error:\n        errors.append(error)\n"
            "    print(errors)"
        ),
    ),
    (
        "SL604",
        "flag that nothing reads",
        (
            "def test_a():\n    try:\n        assert find(1)  # <-\n"
            "    except AssertionError:\n        failed = True"
        ),
    ),
    (
        "SL604",
        "retry that gives up in silence",
        (
            "def test_a():\n    for _ in range(3):\n        try:\n"
            "            assert find(1)  # <-\n            break\n"
            "        except AssertionError:\n            pass"
        ),
    ),
    (
        "SL604",
        "pytest.fail under a bare except",
        (
            "def test_a():\n    try:\n        pytest.fail('no')  # <-\n    except:\n"
            "        pass"
        ),
    ),
    (
        "SL601",
        "logger",
        (
            "import logging\ndef test_a():  # <-\n"
            "    total = Basket().total()\n    logging.info('%s', total)"
        ),
    ),
    (
        "SL601",
        "latest result printed",
        (
            "async def test_a():  # <-\n"
            "    total = await Basket().total()\n    print(f'{total=}')"
        ),
    ),
    ("SL601", "own class", "def test_a():  # <-\n    class A:\n        x = 1\n    A()"),
    (
        "SL602",
        "or",
        "def test_a():\n    x = find(1)\n    assert x is None or x is not None  # <-",
    ),
    ("SL602", "or True", "def test_a():\n    assert find(1) or True  # <-"),
    (
        "SL602",
        "assertTrue",
        "class TestA:\n    def test_a(self):\n        self.assertTrue(True)  # <-",
    ),
    (
        "SL602",
        "equal constants",
        (
            "class TestA:\n    def test_a(self):\n"
            "        find(1)\n        self.assertEqual(2, 2)  # <-"
        ),
    ),
    (
        "SL602",
        "awaited",
        "async def test_a():\n    x = await find(1)\n    assert x == x  # <-",
    ),
    ("SL602", "object", "def test_a():\n    assert isinstance(find(1), object)  # <-"),
    (
        "SL602",
        "literal list",
        ("def test_a(self):\n    self.assertIsNotNone([])  # <-"),
    ),
    (
        "SL603",
        "generator",
        "def test_a():\n    assert find(1) == 2\n    assert (x for x in find(2))  # <-",
    ),
    (
        "SL604",
        "tuple of types",
        (
            "def test_a():\n    try:\n        assert find(1)  # <-\n"
            "    except (ValueError, AssertionError):\n        pass"
        ),
    ),
    (
        "SL604",
        "skip",
        (
            "def test_a():\n    try:\n        x = find(1)\n"
            "        assert x  # <-\n    except Exception:\n        pytest.skip('no shop')"
        ),
    ),
    (
        "SL604",
        "alias of suppress",
        (
            "from contextlib import suppress as quiet\n"
            "def test_a():\n    with quiet(Exception):\n        assert find(1)  # <-"
        ),
    ),
    (
        "SL605",
        "in a loop",
        (
            "def test_a():\n    for x in find(1):\n        continue\n"
            "        assert x  # <-"
        ),
    ),
    (
        "SL605",
        "after fail",
        "def test_a():\n    pytest.fail('no')\n    assert find(1)  # <-",
    ),
    (
        "SL605",
        "block after return",
        "def test_a():\n    return\n    with find(1) as x:\n        assert x  # <-",
    ),
    (
        "SL605",
        "unittest",
        (
            "class TestA:\n    def test_a(self):\n"
            "        with self.assertRaises(ValueError) as caught:\n            find(1)\n"
            "            self.assertIn('x', str(caught.exception))  # <-"
        ),
    ),
    (
        "SL606",
        "awaited",
        (
            "async def test_a():\n    x = await find(1)\n"
            "    if x is not None:  # <-\n        assert x.price"
        ),
    ),
    (
        "SL606",
        "length",
        (
            "def test_a():\n    x = find(1)\n    if len(x) > 1:  # <-\n"
            "        if x.open:\n            assert x.price"
        ),
    ),
    (
        "SL607",
        "import under another name",
        (
            "import shop as s\nfrom unittest import mock\n"
            "@pytest.mark.integration\ndef test_a():\n"
            "    with mock.patch.object(s, 'pay'):  # <-\n        assert find(1)"
        ),
    ),
    (
        "SL607",
        "mark of the module",
        (
            "from unittest.mock import patch\n"
            "pytestmark = [pytest.mark.e2e]\n@patch('shop.pay')  # <-\n"
            "def test_a(pay):\n    assert find(1)"
        ),
    ),
    (
        "SL607",
        "decorated class",
        (
            "from unittest.mock import patch\n"
            "@pytest.mark.e2e\n@patch('shop.pay')  # <-\nclass TestA:\n"
            "    def test_a(self, pay):\n        assert find(1)"
        ),
    ),
    (
        "SL608",
        "alias",
        (
            "import asyncio\nnap = asyncio.sleep\nasync def test_a():\n"
            "    asyncio.create_task(find(1))\n    await nap(0.1)  # <-\n    assert Basket()"
        ),
    ),
    (
        "SL609",
        "names that hide imports",
        (
            "def test_a():  # <-\n    find = len\n"
            "    class A:\n        x = 1\n    assert find([A.x]) == 1"
        ),
    ),
    (
        "SL609",
        "parametrized",
        (
            "@pytest.mark.parametrize('a, b', [(1, 2)])\n"
            "def test_a(a, b):  # <-\n    assert a + 1 == b"
        ),
    ),
    (
        "SL609",
        "folder that is not used",
        "def test_a(tmp_path):  # <-\n    assert 1 + 1 == 2",
    ),
    (
        "SL609",
        "member of the runtime",
        (
            "from suiteloom.ssot import SSotBaseTestCase\n"
            "class TestA(SSotBaseTestCase):\n"
            "    def test_a(self):  # <-\n        assert self.env"
        ),
    ),
    (
        "SL609",
        "constant of the file",
        "LIMIT = 3\ndef test_a():  # <-\n    assert [LIMIT] == [3]",
    ),
    (
        "SL611",
        "subscript",
        "def test_a():\n    x = find(1)\n    x['tea'] is None  # <-\n    assert x",
    ),
    (
        "SL602",
        "word in a name",
        "def test_constructor():\n    assert isinstance(Basket(), Basket)  # <-",
    ),
    (
        "SL602",
        "order in a name",
        "def test_order_paid():\n    paid = find(1)\n    assert paid == paid  # <-",
    ),
    (
        "SL603",
        "equality in a name",
        "def test_eq():\n    x = find(1)\n    assert x == x  # <-\n    assert x == 1",
    ),
    ("SL611", "returned", "def test_a():\n    return find(1) == 1  # <-"),
    (
        "SL611",
        "returned in a branch",
        "def test_a(x):\n    if x:\n        return find(x) in (1, 2)  # <-\n    assert x",
    ),
    (
        "SL611",
        "returned by a method",
        (
            "class TestA:\n    async def test_a(self):\n"
            "        return await find(1) is None  # <-"
        ),
    ),
    (
        "SL611",
        "in a name",
        "def test_order_equal():\n    find(1) == 1  # <-\n    assert find(2)",
    ),
    ("SL611", "error in a name", "def test_fails_no_more():\n    find(1).x == 1  # <-"),
    (
        "SL611",
        "comment",
        "def test_a():\n    find(1) == 1  # one  # <-\n    assert find(2)",
    ),
    ("SL612", "no such method", "def test_a(bank):\n    bank.pay.called_once()  # <-"),
    ("SL613", "no word of it", "def test_a():  # <-\n    Basket().total()"),
    (
        "SL609",
        "stdlib in plain functions",
        "import json\ndef test_a():  # <-\n    assert json.loads('1') == 1",
    ),
    (
        "SL606",
        "one handler of several",
        (
            "def test_a():\n    try:\n        find(1)\n    except KeyError:\n        pass\n"
            "    except ValueError as error:  # <-\n        assert error.args"
        ),
    ),
    (
        "SL602",
        "instance of an imported class",
        "def test_a():\n    assert isinstance(Basket(), Basket)  # <-",
    ),
]
OPTIONS = {"SL607": {"first_party": frozenset({"shop", "tests"})}}


def cases(table):
    return [pytest.param(c, example(s), id=f"{c}: {name}") for c, name, s in table]


@pytest.mark.parametrize(("code", "source"), cases(FOUND))
def test_tricks_are_found(code, source):
    assert marked(source)
    assert lines_found(code, source, **OPTIONS.get(code, {})) == marked(source)


@pytest.mark.parametrize(("code", "source"), cases(SILENT))
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
