"""What SL6 finds, or leaves alone, of assertions that are passed by: code, case, source."""

FOUND = [
    (
        "SL606",
        "call in the condition",
        "def test_a():\n    if find(1):  # <-\n        assert find(2)",
    ),
    (
        "SL606",
        "loop over a call",
        "def test_a():\n    for x in find(1):  # <-\n        assert x.price == 2",
    ),
    (
        "SL606",
        "method of a fixture",
        "def test_a(shop):\n    for x in shop.list(1):  # <-\n        assert x.price",
    ),
    (
        "SL606",
        "comparison of a call",
        "def test_a():\n    if len(find(1)) > 2:  # <-\n        assert find(1)[0].price",
    ),
    (
        "SL606",
        "awaited in the condition",
        (
            "async def test_a():\n    if (x := await find(1)) is not None:  # <-\n"
            "        assert x.price"
        ),
    ),
    (
        "SL606",
        "asynchronous loop",
        "async def test_a():\n    async for x in find(1):  # <-\n        assert x.price",
    ),
    (
        "SL606",
        "kept result",
        "def test_a():\n    xs = find(1)\n    for x in xs:  # <-\n        assert x.price",
    ),
    (
        "SL606",
        "case without a last one",
        (
            "def test_a():\n    match find(1):  # <-\n        case {'price': x}:\n"
            "            assert x == 2"
        ),
    ),
    (
        "SL606",
        "returns for want of a result",
        (
            "def test_a():\n    x = find(1)\n    if x is None:  # <-\n        return\n"
            "    assert x.price"
        ),
    ),
    (
        "SL606",
        "skips for want of a result",
        (
            "def test_a():\n    x = find(1)\n    if not x:  # <-\n"
            "        pytest.skip('none')\n    assert x.price"
        ),
    ),
    (
        "SL605",
        "function that nothing calls",
        "def test_a():\n    def verify():\n        assert find(1)  # <-\n    find(2)",
    ),
    (
        "SL605",
        "class that nothing uses",
        (
            "def test_a():\n    class TestB:\n        def test_b(self):\n"
            "            assert find(1)  # <-\n    assert find(2)"
        ),
    ),
    (
        "SL605",
        "loop over nothing",
        "def test_a():\n    for x in []:\n        assert find(x)  # <-\n    find(2)",
    ),
    (
        "SL605",
        "loop over a list that stays empty",
        (
            "def test_a():\n    cases = dict()\n    for x in cases:\n"
            "        assert find(x)  # <-"
        ),
    ),
    (
        "SL605",
        "only seen by a type checker",
        (
            "from typing import TYPE_CHECKING\ndef test_a():\n    if TYPE_CHECKING:\n"
            "        assert find(1)  # <-"
        ),
    ),
    (
        "SL605",
        "loop that never begins",
        (
            "def test_a():\n    n = 3\n    while n < 3:\n        assert find(n)  # <-\n"
            "        n += 1"
        ),
    ),
    (
        "SL604",
        "return in finally",
        (
            "def test_a():\n    try:\n        assert find(1)  # <-\n    finally:\n"
            "        return"
        ),
    ),
    (
        "SL604",
        "break in finally",
        (
            "def test_a():\n    for x in (1, 2):\n        try:\n"
            "            assert find(x)  # <-\n        finally:\n            break"
        ),
    ),
    (
        "SL604",
        "own context manager",
        (
            "import contextlib\n@contextlib.contextmanager\ndef quiet():\n    try:\n"
            "        yield\n    except Exception as e:\n        print(e)\n"
            "def test_a():\n    with quiet():\n        assert find(1)  # <-"
        ),
    ),
    (
        "SL604",
        "thread",
        (
            "import threading as t\ndef test_a():\n    def work():\n"
            "        assert find(1)  # <-\n    t.Thread(target=work).start()"
        ),
    ),
    (
        "SL611",
        "raises that nothing enters",
        "def test_a():\n    pytest.raises(ValueError)  # <-\n    find(1)",
    ),
    (
        "SL611",
        "unittest's that nothing enters",
        (
            "class TestA:\n    def test_a(self):\n        find(1)\n"
            "        self.assertRaises(ValueError)  # <-"
        ),
    ),
    (
        "SL602",
        "own expectation",
        "def test_a():\n    x = 3\n    find(x)\n    assert x == 3  # <-",
    ),
    (
        "SL602",
        "own entry",
        (
            "def test_a():\n    x = {'n': 3, 'm': 4}\n    find(x['m'])\n"
            "    assert 3 == x['n']  # <-"
        ),
    ),
    (
        "SL602",
        "own answer",
        (
            "from unittest.mock import MagicMock\ndef test_a():\n    bank = MagicMock()\n"
            "    bank.api.pay.return_value = 3\n    find(bank)\n"
            "    assert bank.api.pay(1) == 3  # <-"
        ),
    ),
    (
        "SL602",
        "own answer of a patch",
        (
            "import shop\nfrom unittest import mock\ndef test_a():\n"
            "    with mock.patch.object(shop, 'pay', return_value=3):\n"
            "        assert shop.pay(1) == 3  # <-"
        ),
    ),
    (
        "SL602",
        "function that is not called",
        "def right():\n    return find(1) == 2\ndef test_a():\n    assert right  # <-",
    ),
]

SILENT = [
    (
        "SL606",
        "platform in the condition",
        (
            "import sys\ndef test_a():\n    if sys.platform.startswith('win'):\n"
            "        assert find(1)"
        ),
    ),
    (
        "SL606",
        "capability without arguments",
        "from shop import ipv6\ndef test_a():\n    if ipv6():\n        assert find(1)",
    ),
    (
        "SL606",
        "settings of the run",
        (
            "def test_a(request):\n    if request.config.getoption('slow'):\n"
            "        assert find(1)"
        ),
    ),
    (
        "SL606",
        "loop over the standard library",
        (
            "import itertools\ndef test_a():\n    for x in itertools.product([1], [2]):\n"
            "        assert find(x)"
        ),
    ),
    (
        "SL606",
        "loop over cases of the file",
        (
            "def cases(n):\n    return [n]\ndef test_a():\n    for x in cases(3):\n"
            "        assert find(x)"
        ),
    ),
    (
        "SL606",
        "counted",
        (
            "def test_a():\n    n = 0\n    for x in find(1):\n        assert x\n"
            "        n += 1\n    assert n == 2"
        ),
    ),
    (
        "SL606",
        "skips for another reason",
        (
            "def test_a(shop):\n    if shop.closed(1):\n        pytest.skip('closed')\n"
            "    assert find(1)"
        ),
    ),
    (
        "SL606",
        "last case",
        (
            "def test_a():\n    match find(1):\n        case {'price': x}:\n"
            "            assert x == 2\n        case _:\n            pytest.fail('no')"
        ),
    ),
    (
        "SL605",
        "function that is given away",
        "def test_a():\n    def verify():\n        assert find(1)\n    find(verify)",
    ),
    (
        "SL605",
        "decorated function",
        "def test_a(app):\n    @app.route('/')\n    def view():\n        assert find(1)",
    ),
    (
        "SL605",
        "class with a base",
        (
            "def test_a():\n    class Spy(Basket):\n        def pay(self):\n"
            "            assert find(1)\n    assert find(2)"
        ),
    ),
    (
        "SL605",
        "list that is filled",
        (
            "def test_a():\n    xs = []\n    find(xs)\n    for x in xs:\n"
            "        assert x"
        ),
    ),
    (
        "SL605",
        "part that is switched off",
        "def test_a():\n    assert find(1)\n    if 0:\n        assert find(2)",
    ),
    (
        "SL605",
        "false that must fail",
        "def test_a():\n    if None:\n        pytest.fail('None is true')\n    find(1)",
    ),
    (
        "SL604",
        "finally with a loop of its own",
        (
            "def test_a():\n    try:\n        assert find(1)\n    finally:\n"
            "        for x in (1, 2):\n            break"
        ),
    ),
    (
        "SL604",
        "context manager that lets out",
        (
            "import contextlib\n@contextlib.contextmanager\ndef told():\n    try:\n"
            "        yield\n    except Exception as e:\n        print(e)\n        raise\n"
            "def test_a():\n    with told():\n        assert find(1)"
        ),
    ),
    (
        "SL604",
        "attempt after attempt",
        (
            "def test_a():\n    for _ in range(3):\n        try:\n"
            "            assert find(1)\n        except AssertionError:\n"
            "            continue\n        break\n    else:\n        pytest.fail('no')"
        ),
    ),
    (
        "SL604",
        "function that is called as well",
        (
            "import threading\ndef test_a():\n    def work():\n        assert find(1)\n"
            "    threading.Thread(target=work).start()\n    work()"
        ),
    ),
    (
        "SL611",
        "raises with something to call",
        "def test_a():\n    pytest.raises(ValueError, find, 1)",
    ),
    (
        "SL602",
        "own list that is filled",
        "def test_a():\n    x = {'n': 3}\n    find(x)\n    assert x['n'] == 3",
    ),
    (
        "SL602",
        "set again",
        "def test_a():\n    x = 3\n    x = find(x)\n    assert x == 3",
    ),
    (
        "SL602",
        "answer of what is under test",
        (
            "from unittest.mock import Mock\ndef test_a():\n    bank = Mock()\n"
            "    bank.pay.return_value = 3\n    assert find(bank) == 3"
        ),
    ),
    (
        "SL602",
        "patch of something else",
        (
            "import shop\nfrom unittest.mock import patch\ndef test_a():\n"
            "    with patch('shop.price', return_value=3):\n        assert shop.pay(1) == 3"
        ),
    ),
    (
        "SL609",
        "env of a class",
        (
            "class TestA:\n    env = Basket()\n    def test_a(self):\n"
            "        assert self.env.total() == 0"
        ),
    ),
    (
        "SL609",
        "env of a property",
        (
            "class TestA:\n    @property\n    def env(self):\n        return Basket()\n"
            "    def test_a(self):\n        assert self.env.total() == 0"
        ),
    ),
    (
        "SL609",
        "env of a fixture",
        (
            "class TestA:\n    @pytest.fixture(autouse=True)\n    def make(self):\n"
            "        self.env = Basket()\n    def test_a(self):\n"
            "        assert self.env.total() == 0"
        ),
    ),
    (
        "SL609",
        "env of a base",
        (
            "class Base:\n    def setup_method(self):\n        self.env = Basket()\n"
            "class TestA(Base):\n    def test_a(self):\n"
            "        assert self.env.total() == 0"
        ),
    ),
    (
        "SL609",
        "file in tmp_path",
        "def test_a(tmp_path):\n    assert not (tmp_path / 'a').exists()",
    ),
    ("SL609", "tmpdir", "def test_a(tmpdir):\n    assert tmpdir.listdir() == []"),
    (
        "SL609",
        "folders of the run",
        (
            "def test_a(tmp_path_factory):\n"
            "    assert tmp_path_factory.mktemp('a').is_dir()"
        ),
    ),
    (
        "SL609",
        "tmp_path of a method",
        "class TestA:\n    def test_a(self, tmp_path):\n        assert tmp_path.is_dir()",
    ),
    (
        "SL609",
        "global that set-up imports",
        (
            "shop = None\nclass TestA:\n    @classmethod\n    def setup_class(cls):\n"
            "        global shop\n        import shop as s\n        shop = s\n"
            "    def test_a(self):\n        assert shop.pay() == 3"
        ),
    ),
    (
        "SL609",
        "global of a fixture",
        (
            "bank = None\n@pytest.fixture(autouse=True)\ndef make():\n    global bank\n"
            "    bank = Basket()\ndef test_a():\n    assert bank.total() == 0"
        ),
    ),
    (
        "SL609",
        "pattern of the file",
        (
            "import re\nNAME = re.compile('[a-z]+')\ndef test_a():\n"
            "    assert NAME.fullmatch('tea')"
        ),
    ),
    (
        "SL602",
        "class that may give another object",
        "def test_a():\n    assert isinstance(Basket('tea'), Basket)",
    ),
]
