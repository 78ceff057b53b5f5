"""SL6: tricks that must be found, and near misses that must not."""

import json
import re
import subprocess
import sys
import textwrap

import pytest

from suiteloom.model import External
from suiteloom.rules.compliance.catalogue import RULES
from suiteloom.rules.compliance.examine import examine
from suiteloom.rules.compliance.settings import Settings

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
        "constant of the file",
        "LIMIT = 3\ndef test_a():  # <-\n    assert [LIMIT] == [3]",
    ),
    (
        "SL611",
        "subscript",
        "def test_a():\n    x = find(1)\n    x['tea'] is None  # <-\n    assert x",
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
SILENT = [
    ("SL601", "fixture", "def test_a(assert_clean):\n    pass"),
    (
        "SL601",
        "own fixture",
        (
            "@pytest.fixture(autouse=True)\ndef end():\n    yield\n"
            "    assert not Basket.opened\ndef test_a():\n    pass"
        ),
    ),
    (
        "SL601",
        "inherited test switched off",
        "class TestA(Basket):\n    def test_a(self):\n        pass",
    ),
    ("SL601", "skipped", "@pytest.mark.skip(reason='later')\ndef test_a():\n    pass"),
    (
        "SL601",
        "printed into a buffer",
        "import io\ndef test_a():\n    x = Basket()\n    print(x, file=io.StringIO())",
    ),
    ("SL601", "expected failure", "@pytest.mark.xfail\ndef test_a():\n    1 / 0"),
    ("SL601", "pending", "class TestA:\n    def test_a(self):\n        self.pending()"),
    (
        "SL602",
        "helper beside",
        (
            "def same(a):\n    assert a == 3\ndef test_a():\n"
            "    same(find(1))\n    assert True"
        ),
    ),
    ("SL602", "property", "def test_a():\n    x = find(1)\n    assert x.y is x.y"),
    (
        "SL602",
        "bound twice",
        "def test_a():\n    x = Basket()\n    x = find(1)\n    assert x is not None",
    ),
    (
        "SL602",
        "never true",
        (
            "def test_a():\n    try:\n        find(1)\n"
            "    except ValueError:\n        return\n    assert False"
        ),
    ),
    ("SL602", "other class", "def test_a():\n    assert isinstance(Basket(), list)"),
    (
        "SL603",
        "equality is the subject",
        "def test_basket_eq():\n    x = find(1)\n    assert x == x\n    assert x == 1",
    ),
    (
        "SL603",
        "told apart",
        "def test_a():\n    x = find(1)\n    assert x == x\n    assert x != find(2)",
    ),
    (
        "SL604",
        "recorded",
        (
            "def test_a(errors):\n    try:\n        assert find(1)\n"
            "    except AssertionError as error:\n        errors.append(error)"
        ),
    ),
    (
        "SL604",
        "else",
        (
            "def test_a():\n    try:\n        assert find(1)\n"
            "    except AssertionError:\n        pass\n    else:\n        pytest.fail('odd')"
        ),
    ),
    (
        "SL604",
        "own suppress",
        (
            "from shop import suppress\ndef test_a():\n"
            "    with suppress(Exception):\n        assert find(1)"
        ),
    ),
    (
        "SL605",
        "other branch",
        "def test_a(x):\n    if x:\n        return\n    else:\n        assert find(1)",
    ),
    (
        "SL605",
        "within raises, about others",
        (
            "def test_a():\n"
            "    with pytest.raises(ValueError) as caught:\n        x = find(1)\n"
            "        assert x.value"
        ),
    ),
    ("SL605", "skip", "def test_a(self):\n    self.skipTest('x')\n    assert find(1)"),
    (
        "SL606",
        "one outside",
        (
            "def test_a():\n    x = find(1)\n    if x:\n"
            "        assert x.price\n    assert Basket()"
        ),
    ),
    (
        "SL606",
        "platform",
        (
            "import sys\ndef test_a():\n    if sys.version_info > (3, 9):\n"
            "        assert find(1)"
        ),
    ),
    (
        "SL606",
        "fails if nothing is raised",
        (
            "def test_a():\n    try:\n        find(1)\n"
            "        assert False\n    except ValueError as error:\n        assert error.args"
        ),
    ),
    (
        "SL606",
        "inner function",
        (
            "def test_a():\n    def seen(x):\n        y = find(x)\n"
            "        if y:\n            assert y\n    Basket().each(seen)"
        ),
    ),
    (
        "SL607",
        "other package",
        (
            "from unittest.mock import patch\n"
            "@pytest.mark.integration\n@patch('shopping.pay')\ndef test_a(pay):\n"
            "    assert find(1)"
        ),
    ),
    (
        "SL607",
        "own name",
        "@pytest.mark.integration\ndef test_a(patch):\n    assert patch('pay')",
    ),
    (
        "SL608",
        "nothing started",
        "import time\ndef test_a():\n    time.sleep(1)\n    assert find(1)",
    ),
    (
        "SL608",
        "inner function",
        (
            "import time\nimport threading\ndef test_a():\n"
            "    def work():\n        time.sleep(1)\n"
            "    threading.Thread(target=work).start()\n"
            "    assert find(1)"
        ),
    ),
    (
        "SL608",
        "fake clock",
        (
            "import asyncio\nasync def test_a(autojump_clock):\n"
            "    asyncio.create_task(find(1))\n    await asyncio.sleep(3)\n    assert Basket()"
        ),
    ),
    ("SL609", "import within", "def test_a():\n    import shop\n    assert shop"),
    (
        "SL609",
        "program",
        (
            "import subprocess\ndef test_a():\n"
            "    assert subprocess.run(['shop']).returncode == 0"
        ),
    ),
    (
        "SL609",
        "named in a patch",
        (
            "from unittest.mock import patch\ndef test_a():\n"
            "    with patch('shop.pay') as pay:\n        assert pay is not None"
        ),
    ),
    (
        "SL609",
        "own assertion",
        (
            "class TestA:\n    def assertSold(self, x):\n"
            "        assert find(x)\n    def test_a(self):\n        self.assertSold('tea')"
        ),
    ),
    (
        "SL609",
        "importorskip",
        "shop = pytest.importorskip('shop')\ndef test_a():\n    assert shop.pay() == 3",
    ),
    (
        "SL609",
        "closure over a fixture",
        (
            "def test_a(basket):\n    def total():\n"
            "        return basket.total()\n    assert total() == 3"
        ),
    ),
    ("SL610", "of another object", "def test_a(queue):\n    assert queue.pending()"),
    (
        "SL611",
        "raises",
        "def test_a():\n    with pytest.raises(TypeError):\n        find(1) < 3",
    ),
    (
        "SL611",
        "message",
        (
            "class TestA:\n    def test_a(self):\n"
            "        self.assertTrue(find(1), f'no {find}')"
        ),
    ),
    (
        "SL612",
        "kept",
        "def test_a(bank):\n    seen = bank.called_once\n    assert seen",
    ),
    ("SL613", "says so", "def test_a():\n    Basket().total()  # must not raise"),
    (
        "SL613",
        "unknown helper",
        "class TestA(Basket):\n    def test_a(self):\n        self.run_scenario('tea')",
    ),
    ("SL613", "parameter that is called", "def test_a(scenario):\n    scenario('tea')"),
    (
        "SL613",
        "helper of helpers",
        (
            "def look(x):\n    deeper(x)\ndef deeper(x):\n"
            "    if not x:\n        raise AssertionError\ndef test_a():\n    look(Basket())"
        ),
    ),
    (
        "SL613",
        "raises by name",
        (
            "from pytest import raises as boom\ndef test_a():\n"
            "    with boom(ValueError):\n        find(1)"
        ),
    ),
    (
        "SL613",
        "checked program",
        "import subprocess\ndef test_a():\n    subprocess.run(['shop'], check=True)",
    ),
    (
        "SL613",
        "testing module",
        (
            "import numpy.testing as npt\ndef test_a():\n"
            "    npt.assert_allclose(find(1), 2)"
        ),
    ),
    (
        "SL606",
        "failure is the condition",
        ("def test_a():\n    x = find(1)\n    if x:\n        pytest.fail('found')\n"),
    ),
    (
        "SL606",
        "must not raise",
        (
            "def test_a():\n    try:\n        find(1)\n"
            "    except ValueError:\n        pytest.fail('raised')"
        ),
    ),
    (
        "SL606",
        "some rounds of a loop",
        (
            "def test_a():\n    for n in range(9):\n        x = find(n)\n"
            "        if x:\n            assert x.price"
        ),
    ),
    (
        "SL604",
        "raises of the file's own",
        (
            "def raises():\n    raise ValueError\ndef test_a():\n    try:\n"
            "        raises()\n    except Exception:\n        pass"
        ),
    ),
    (
        "SL609",
        "parametrized from a list that grows",
        (
            "CASES = []\nCASES.append(find(1))\n"
            "@pytest.mark.parametrize('a', CASES)\ndef test_a(a):\n    assert a"
        ),
    ),
    (
        "SL609",
        "indirect",
        (
            "@pytest.mark.parametrize('basket', ['tea'], indirect=True)\n"
            "def test_a(basket):\n    assert basket"
        ),
    ),
    (
        "SL611",
        "operator is the subject",
        "def test_a():\n    x = Basket()\n    x == 1\n    assert Basket.compared",
    ),
    (
        "SL602",
        "class of the file, whose base is the subject",
        (
            "class Mine(Basket):\n    pass\ndef test_a():\n"
            "    assert isinstance(Mine(), Mine)"
        ),
    ),
    (
        "SL602",
        "types are the subject",
        "def test_constructor():\n    assert isinstance(Basket(), Basket)",
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
    source = getattr(rule, kind)
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
