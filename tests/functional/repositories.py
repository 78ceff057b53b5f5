"""Repositories with a life of their own, one for each way to set up pytest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["REPOSITORIES", "Repository"]


@dataclass(frozen=True, slots=True, eq=False)
class Repository:
    """A repository before anybody thinks of suiteloom.

    Attributes:
        name: Of its setting.
        files: Content by path.
        folder: Where the project is to be, relative to it.
        needs: Distributions that its settings take for granted, beside pytest.
    """

    name: str
    files: Mapping[str, str]
    folder: str = "."
    needs: tuple[str, ...] = ()


_PACKAGE = {
    "basket/__init__.py": '"""What people put into a basket."""\n',
    "basket/total.py": (
        "import warnings\n\n\n"
        "def total(prices):\n"
        "    if not prices:\n"
        '        warnings.warn("an empty basket", UserWarning, stacklevel=2)\n'
        "    return sum(prices)\n"
    ),
}

_CONFTEST = """\
import pytest


def pytest_addoption(parser):
    parser.addoption("--quick", action="store_true", help="leave out what is long")


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes its time")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--quick"):
        return
    for item in items:
        if "long" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="quick"))


@pytest.fixture
def prices():
    return [1, 2]


@pytest.fixture
def broken():
    raise RuntimeError("nobody answers")
"""

_TESTS = """\
import os
import sys

import pytest
from basket.total import total


def test_sum(prices):
    assert total(prices) == 3


def test_wrong(prices):
    assert total(prices) == 4


def test_error(broken):
    assert broken


def test_warns():
    assert total([]) == 0


@pytest.mark.skip(reason="not yet")
def test_later():
    assert False


@pytest.mark.skipif(sys.version_info > (3, 0), reason="old")
def test_old():
    assert False


@pytest.mark.xfail(reason="known")
def test_known():
    assert total([1]) == 2


@pytest.mark.xfail(reason="was known")
def test_mended():
    assert total([1]) == 1


@pytest.mark.long
@pytest.mark.parametrize("price", [1, 2, 3], ids=["one", "two", "three"])
def test_each(price):
    assert total([price]) != 2


class TestBasket:
    @pytest.fixture(autouse=True)
    def _currency(self, monkeypatch):
        monkeypatch.setenv("CURRENCY", "EUR")

    def test_currency(self):
        assert os.environ["CURRENCY"] == "EUR"

    @pytest.mark.usefixtures("tmp_path")
    def test_empty_file(self, tmp_path, capsys):
        print("writing")
        (tmp_path / "a").write_text("")
        assert capsys.readouterr().out == "writing\\n"
"""

_LIFE = {**_PACKAGE, "tests/conftest.py": _CONFTEST, "tests/test_basket.py": _TESTS}
_INI = "[pytest]\npythonpath = .\n"
_TOML = '[project]\nname = "basket"\nversion = "1.0"\n\n[tool.pytest.ini_options]\n'
_PATH = 'pythonpath = ["."]\n'

_UNITTEST = """\
import unittest
import warnings

from basket.total import total


class Basket(unittest.TestCase):
    def setUp(self):
        self.prices = [1, 2]

    def test_sum(self):
        self.assertEqual(total(self.prices), 3)

    def test_wrong(self):
        self.assertEqual(total(self.prices), 4)

    def test_each(self):
        for price in self.prices:
            with self.subTest(price=price):
                self.assertEqual(total([price]), price)

    @unittest.skip("not yet")
    def test_later(self):
        self.fail()

    @unittest.expectedFailure
    def test_known(self):
        self.assertEqual(total([1]), 2)

    def test_warns(self):
        self.assertEqual(total([]), 0)
"""

_ANYIO = """\
import anyio
import pytest

pytestmark = pytest.mark.anyio


async def test_waits(prices):
    await anyio.sleep(0)
    assert prices == [1, 2]


async def test_wrong(prices):
    await anyio.sleep(0)
    assert prices == []
"""

_ASYNC = """\
import asyncio

import pytest_asyncio


@pytest_asyncio.fixture
async def slot():
    await asyncio.sleep(0)
    return 1


async def test_waits(slot):
    assert slot == 1


async def test_wrong(slot):
    assert slot == 2


class TestSlots:
    async def test_in_a_class(self, slot):
        assert slot == 1
"""

_OTHER_NAMES = """\
from basket.total import total


class BasketChecks:
    def check_sum(self, prices):
        assert total(prices) == 3

    def check_wrong(self, prices):
        assert total(prices) == 4


def check_one(prices):
    assert prices
"""


def _toml(*lines: str) -> dict[str, str]:
    return {**_LIFE, "pyproject.toml": _TOML + _PATH + "".join(f"{x}\n" for x in lines)}


def _ini(*lines: str) -> dict[str, str]:
    return {**_LIFE, "pytest.ini": _INI + "".join(f"{line}\n" for line in lines)}


def _below(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    return {f"{folder}/{path}": text for path, text in files.items()}


REPOSITORIES = (
    Repository("importlib", _toml('addopts = ["--import-mode=importlib"]')),
    Repository(
        "strict",
        _ini(
            "addopts = --strict-markers --strict-config -ra",
            "xfail_strict = true",
            "markers =",
            "    unit: ours",
        ),
    ),
    Repository(
        "strict-of-pytest-9",
        {**_LIFE, "pytest.toml": '[pytest]\nstrict = true\npythonpath = ["."]\n'},
    ),
    Repository(
        "native-toml",
        {
            **_LIFE,
            "pyproject.toml": '[tool.pytest]\npythonpath = ["."]\n'
            'testpaths = ["tests"]\nstrict_markers = true\n',
        },
    ),
    Repository("warnings-are-errors", _toml('filterwarnings = ["error"]')),
    Repository(
        "src-layout",
        {
            **{f"src/{path}": text for path, text in _PACKAGE.items()},
            "tests/conftest.py": _CONFTEST,
            "tests/unit/test_basket.py": _TESTS,
            "tests/unit/__init__.py": "",
            "tests/__init__.py": "",
            "pyproject.toml": _TOML
            + 'pythonpath = ["src"]\ntestpaths = ["tests"]\naddopts = "-ra -q"\n',
        },
    ),
    Repository(
        "monorepo-folder",
        {
            **_below("services/basket", _LIFE),
            "services/basket/pyproject.toml": '[project]\nname = "basket"\n'
            'version = "1.0"\n',
            "libs/money/test_money.py": "def test_money():\n    assert 1\n",
            "pytest.ini": "[pytest]\naddopts = --strict-markers\n"
            "pythonpath = services/basket\n",
            ".git/HEAD": "ref: refs/heads/main\n",
        },
        folder="services/basket",
    ),
    Repository(
        "monorepo-folder-of-its-own",
        {
            **_below("services/basket", _toml()),
            "libs/money/test_money.py": "def test_money():\n    assert 1\n",
            "pyproject.toml": "[tool.pytest.ini_options]\n"
            'testpaths = ["libs", "services"]\naddopts = ["--strict-markers",'
            ' "--import-mode=importlib"]\npythonpath = ["services/basket"]\n',
            ".git/HEAD": "ref: refs/heads/main\n",
        },
        folder="services/basket",
    ),
    Repository(
        "anyio",
        {
            **_toml('filterwarnings = ["error"]', 'addopts = "-p no:asyncio"'),
            "tests/test_slots.py": _ANYIO,
        },
        needs=("anyio",),
    ),
    Repository(
        "asyncio-auto",
        {**_toml('asyncio_mode = "auto"'), "tests/test_slots.py": _ASYNC},
        needs=("pytest-asyncio",),
    ),
    Repository(
        "other-names",
        {
            **_PACKAGE,
            "tests/conftest.py": _CONFTEST,
            "tests/check_basket.py": _OTHER_NAMES,
            "tests/test_no_test.py": "raise RuntimeError('nobody imports this')\n",
            "pytest.ini": _INI
            + "python_files = check_*.py\npython_classes = *Checks\n"
            + "python_functions = check_*\n",
        },
    ),
    Repository("testpaths", _toml("testpaths = [", '    "tests", # ours', "]")),
    Repository("testpaths-of-ini", _ini("testpaths =", "    tests", "    docs")),
    Repository("norecursedirs", _ini("norecursedirs = .* build gen* vendor")),
    Repository(
        "unittest",
        {**_PACKAGE, "tests/__init__.py": "", "tests/test_basket.py": _UNITTEST},
    ),
    Repository(
        "ini-beside-pyproject",
        {
            **_ini("addopts = -q"),
            "pyproject.toml": _TOML + "python_files = ['nothing_*.py']\n",
        },
    ),
    Repository(
        "tox-ini",
        {
            **_LIFE,
            "tox.ini": "[tox]\nenv_list = py\n\n[pytest]\npythonpath = .\n"
            "testpaths = tests\naddopts = --strict-markers\n",
        },
    ),
    Repository(
        "setup-cfg",
        {
            **_LIFE,
            "setup.py": "from setuptools import setup\nsetup()\n",
            "setup.cfg": "[metadata]\nname = basket\n\n[tool:pytest]\npythonpath = .\n"
            "testpaths = tests\n",
        },
    ),
    Repository(
        "parallel-without-cache",
        _ini("addopts = -p no:cacheprovider -n 2 --dist loadfile"),
        needs=("pytest-xdist",),
    ),
    Repository(
        "doctests-everywhere",
        {
            **_ini("addopts = --doctest-modules --doctest-glob=*.md"),
            "basket/more.py": 'def more(n):\n    """\n    >>> more(1)\n    3\n    """\n'
            "    return n + 1\n",
            "README.md": "# Basket\n\n    >>> 1 + 1\n    2\n",
        },
    ),
    Repository(
        "files-of-the-template",
        {
            **_toml(),
            ".gitignore": "*.log\n.venv/\n",
            ".gitattributes": "*.png binary\n",
            ".pre-commit-config.yaml": "repos:\n-   repo: local\n    hooks:\n"
            "    -   id: lint\n        name: lint\n        entry: lint\n"
            "        language: system\n",
            ".vscode/settings.json": '{\n    "editor.tabSize": 4\n}\n',
            ".github/workflows/suites.yml": "name: Suites\non: [push]\njobs: {}\n",
            "requirements-suites.txt": "pytest\n",
            "schema/.keep": "",
        },
    ),
)
