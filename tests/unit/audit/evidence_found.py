"""Tests of which SL6 finds something: code, what is special, source with marked lines."""

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
        "SL603",
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
    ("SL613", "a word", "def test_a():  # <-\n    Basket().total()  # must not raise"),
    ("SL613", "a name", "def test_valid_order_works():  # <-\n    Basket().total()"),
    (
        "SL613",
        "a docstring",
        'def test_a():  # <-\n    """Does not raise, see issue #7."""\n    find(1)',
    ),
    (
        "SL613",
        "calm helper",
        "def start():\n    find(1)\ndef test_a():  # <-\n    start()\n    Basket()",
    ),
    (
        "SL613",
        "calm helper called like a check",
        (
            "def verify_all(x):\n    return x == 1\ndef test_a():  # <-\n"
            "    verify_all(find(1))"
        ),
    ),
    (
        "SL613",
        "calm helper of a helper",
        (
            "def check(x):\n    expect(x)\ndef expect(x):\n    print(x)\n"
            "def test_a():  # <-\n    check(find(1))"
        ),
    ),
    (
        "SL613",
        "calm method of a base",
        (
            "class Base:\n    def assert_full(self, x):\n        pass\n"
            "class TestA(Base):\n    def test_a(self):  # <-\n"
            "        self.assert_full(find(1))"
        ),
    ),
    (
        "SL613",
        "generator that nobody reads",
        (
            "def each(x):\n    assert x\n    yield x\ndef test_a():  # <-\n"
            "    each(find(1))"
        ),
    ),
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
        "SL603",
        "instance of an imported class",
        "def test_a():\n    assert isinstance(Basket(), Basket)  # <-",
    ),
]
