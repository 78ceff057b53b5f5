"""Members that a test asks of its class: named if nothing can give them, else not."""

import ast

import pytest

from suiteloom.levels.members import check_members
from suiteloom.levels.undefined import check_undefined

BASE = "from suiteloom.ssot import SSotBaseTestCase\n"
TEST = """\
class TestCart(SSotBaseTestCase):
    def test_total(self):
        assert self.make_cart().total == 3
"""


def lacking(text, files=None, around=()):
    found = check_members("generated/test_a.py", ast.parse(text), files or {}, around)
    return [(item.class_name, item.name, item.line) for item in found]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BASE + TEST, id="runtime"),
        pytest.param("\n" + TEST.replace("(SSotBaseTestCase)", ""), id="no-base"),
        pytest.param("\n" + TEST.replace("SSotBaseTestCase", "object"), id="object"),
        pytest.param(
            "import unittest\n" + TEST.replace("SSotBase", "unittest."), id="unittest"
        ),
        pytest.param(BASE + TEST + "\n\nclass Other:\n    make_cart = 1\n", id="other"),
        pytest.param(BASE + "@pytest.mark.slow\n" + TEST, id="marked"),
    ],
)
def test_a_member_that_nothing_gives_is_named(text):
    line = text.splitlines().index("        assert self.make_cart().total == 3") + 1
    assert lacking(text) == [("TestCart", "make_cart", line)]


def test_a_base_of_the_file_is_followed():
    text = BASE + "class Base(SSotBaseTestCase):\n    limit = 3\n\n\n"
    text += TEST.replace("(SSotBaseTestCase)", "(Base)")
    assert [name for _, name, _ in lacking(text)] == ["make_cart"]
    assert lacking(text.replace("make_cart()", "limit")) == []


def test_a_base_of_another_file_is_followed():
    text = "from helpers import Base\n" + TEST.replace("SSotBaseTestCase", "Base")
    helpers = {"generated/helpers.py": b"class Base:\n    def other(self): ...\n"}
    assert [name for _, name, _ in lacking(text, helpers)] == ["make_cart"]
    gives = {"generated/helpers.py": b"class Base:\n    def make_cart(self): ...\n"}
    assert lacking(text, gives) == []
    assert lacking(text) == []


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("    def make_cart(self): ...", id="method"),
        pytest.param("    make_cart = staticmethod(len)", id="assigned"),
        pytest.param("    make_cart: object", id="declared"),
        pytest.param("    from shop import make_cart", id="imported"),
        pytest.param("    if 1:\n        def make_cart(self): ...", id="in-a-block"),
        pytest.param("    def setup_method(self): self.make_cart = len", id="setup"),
        pytest.param(
            "    def setup_method(self): setattr(self, 'make_cart', 1)", id="set"
        ),
        pytest.param(
            "    def go(self, name): setattr(self, name, 1)", id="set-by-name"
        ),
        pytest.param("    def __getattr__(self, name): ...", id="getattr"),
        pytest.param("    def go(self): self.__dict__.update(a=1)", id="dict"),
        pytest.param("    for make_cart in (len,): pass", id="loop"),
        pytest.param("    vars()['x'] = 1", id="vars"),
        pytest.param("\ndef fix(request): request.cls.make_cart = 1", id="fixture"),
        pytest.param("\nTestCart.make_cart = len", id="outside"),
        pytest.param("\nNAMES = ['make_cart']", id="text"),
        pytest.param("\nfrom shop import *", id="star"),
        pytest.param("\nclass TestMore(TestCart):\n    make_cart = 1", id="derived"),
        pytest.param("\nclass TestMore(TestCart, shop.Mix): ...", id="mixed"),
        pytest.param("\nTestCart = wrapped(TestCart)", id="bound-again"),
        pytest.param("\nexec('x')", id="exec"),
        pytest.param(
            "\npytestmark = pytest.mark.usefixtures('shop')", id="usefixtures"
        ),
    ],
)
def test_what_may_give_a_member_keeps_it_from_being_named(more):
    assert lacking(f"{BASE}{TEST}\n{more}\n") == []


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(("(SSotBaseTestCase)", "(Unknown)"), id="unknown-base"),
        pytest.param(("(SSotBaseTestCase)", "(make())"), id="made-base"),
        pytest.param(("(SSotBaseTestCase)", "(metaclass=Meta)"), id="metaclass"),
        pytest.param(("class", "@shop.wrap\nclass"), id="decorated"),
        pytest.param(("(self)", "(this, self)"), id="another-self"),
        pytest.param(("assert", "with raises(AttributeError): assert"), id="minded"),
        pytest.param(("assert", "self = shop; assert"), id="bound-again"),
        pytest.param(("make_cart", "_cart"), id="private"),
        pytest.param(("make_cart()", "pending('X-1')"), id="of-the-runtime"),
        pytest.param(("make_cart()", "env"), id="property-of-the-runtime"),
        pytest.param(("make_cart()", "__class__"), id="of-every-object"),
        pytest.param(("TestCart", "Cart"), id="no-test-class"),
        pytest.param(("test_total", "total"), id="no-test"),
    ],
)
def test_what_is_not_certain_is_not_named(edit):
    assert edit[0] in TEST
    assert lacking(BASE + TEST.replace(*edit)) == []


def test_fixtures_of_conftest_files_may_give_a_member():
    gives = b"def cart(request): request.instance.make_cart = 1\n"
    assert lacking(BASE + TEST, around=[gives]) == []
    assert lacking(BASE + TEST, {"generated/conftest.py": gives}) == []
    assert lacking(BASE + TEST, around=[b"def ("]) == []
    assert len(lacking(BASE + TEST, around=[b"x = 1\n"])) == 1


def test_a_class_that_another_file_names_is_not_judged():
    other = {"generated/test_b.py": b"from test_a import TestCart\n"}
    assert lacking(BASE + TEST, other) == []


def test_a_member_is_named_with_the_class_that_has_it():
    files = {
        "generated/test_a.py": (BASE + TEST).encode(),
        "generated/test_b.py": b"class TestPay:\n\n    def make_cart(self): ...\n",
    }
    (found,) = check_undefined("generated/test_a.py", files)
    assert found.message == (
        "self.make_cart is used here, and nothing gives TestCart make_cart"
    )
    assert found.hint == (
        "copy it from TestPay at generated/test_b.py:3, or write it into the class"
    )
    assert (found.code, found.line) == ("ST315", 4)
    assert str(found.related) == "generated/test_b.py:3"
