"""Tests that look like findings of SL6 and are none: code, what is special, source."""

SILENT = [
    (
        "SL601",
        "own fixture by name",
        "@pytest.fixture\ndef clean():\n    assert Basket.empty\ndef test_a(clean):\n    pass",
    ),
    (
        "SL601",
        "decorator that may put something in its place",
        "from shop import checked\n@checked\ndef test_a():\n    pass",
    ),
    (
        "SL604",
        "pytest.fail is no Exception",
        (
            "def test_a():\n    try:\n        pytest.fail('no')\n    except Exception:\n"
            "        pass"
        ),
    ),
    (
        "SL604",
        "pytest.raises under AssertionError",
        (
            "def test_a():\n    try:\n        with pytest.raises(KeyError):\n"
            "            find(1)\n    except AssertionError:\n        pass"
        ),
    ),
    (
        "SL604",
        "pytest.fail under suppress",
        (
            "import contextlib\ndef test_a():\n    with contextlib.suppress(Exception):\n"
            "        pytest.fail('no')"
        ),
    ),
    (
        "SL604",
        "recorded and asserted after the loop",
        (
            "def test_a():\n    errors = []\n    for x in (1, 2):\n        try:\n"
            "            assert find(x)\n        except AssertionError as error:\n"
            "            errors.append(error)\n    assert not errors"
        ),
    ),
    (
        "SL604",
        "flag that is asserted later",
        (
            "def test_a():\n    ok = True\n    try:\n        assert find(1)\n"
            "    except AssertionError:\n        ok = False\n    assert ok"
        ),
    ),
    (
        "SL604",
        "retry that gives up with a failure",
        (
            "def test_a():\n    for _ in range(3):\n        try:\n            assert find(1)\n"
            "            break\n        except AssertionError:\n            pass\n"
            "    else:\n        raise AssertionError('never')"
        ),
    ),
    (
        "SL604",
        "retry until it holds",
        (
            "def test_a():\n    while True:\n        try:\n            assert find(1)\n"
            "            break\n        except AssertionError:\n            continue"
        ),
    ),
    (
        "SL604",
        "kept by an object",
        (
            "class TestA:\n    def test_a(self):\n        try:\n"
            "            assert find(1)\n        except AssertionError as error:\n"
            "            self.errors.append(error)"
        ),
    ),
    (
        "SL604",
        "helper that may fail",
        (
            "def test_a():\n    try:\n        assert find(1)\n"
            "    except AssertionError as error:\n        check_known(error)"
        ),
    ),
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
        "SL611",
        "returned by a function inside",
        "def test_a():\n    def same():\n        return find(1) == 1\n    assert same()",
    ),
    (
        "SL611",
        "returned to a decorator",
        "from shop import truly\n@truly\ndef test_a():\n    return find(1) == 1",
    ),
    (
        "SL611",
        "operator of a class of its own",
        (
            "def test_a():\n    class A:\n        def __eq__(self, other):\n"
            "            return find(other)\n    A() == find(1).x\n    assert find(2)"
        ),
    ),
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
    (
        "SL609",
        "member set beforehand",
        (
            "class TestA:\n    def setup_method(self):\n        self.env = Basket()\n"
            "    def test_a(self):\n        assert self.env.total() == 0"
        ),
    ),
    (
        "SL609",
        "member set beforehand over a base class",
        (
            "from suiteloom.ssot import SSotBaseTestCase\n"
            "class TestA(SSotBaseTestCase):\n"
            "    def setup_method(self, method=None):\n        self.env = Basket()\n"
            "    def test_a(self):\n        assert self.env.total() == 0"
        ),
    ),
    (
        "SL609",
        "member of a base from elsewhere",
        (
            "from house import Case\nclass TestA(Case):\n"
            "    def test_a(self):\n        assert self.env.total() == 0"
        ),
    ),
    ("SL609", "folder", "def test_a(tmp_path):\n    assert tmp_path.is_dir()"),
    ("SL609", "old folder", "def test_a(tmpdir):\n    assert str(tmpdir)"),
    ("SL609", "name from nowhere", "def test_a():\n    assert make_cart() == 3"),
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
]
