"""Bodies are found by their ids wherever the suites were put; undefined names are said."""

import pytest

from pending_calls import replaced

SUITE = "generated/test_shop_integration_comprehensive.py"


@pytest.fixture
def written(shop):
    """The suite of the shop with one body."""
    text = shop.read()
    shop.write(SUITE, replaced(text, "self.pending()", "assert 1 + 1 == 2", 1))
    return shop


def test_suite_in_a_subfolder_comes_back_with_its_bodies(written):
    (written.root / "generated/deep").mkdir()
    moved = "generated/deep/test_moved.py"
    (written.root / SUITE).rename(written.root / moved)
    result = written("generate", "--format", "json")
    assert result.exit == 0
    assert "assert 1 + 1 == 2" in written.read(SUITE)
    assert not (written.root / moved).exists()
    files = [entry for entry in result.json["plan"] if entry["part"] == "file"]
    assert [(entry["old"], entry["new"]) for entry in files] == [(moved, SUITE)]


def test_other_suites_folder_is_refused_while_bodies_stand_in_the_old_one(written):
    written.write("suiteloom.toml", 'suites = "elsewhere"\n')
    before = written.tree()
    result = written("generate", "--format", "json")
    assert result.exit == 4
    findings = result.json["findings"]
    assert {finding["code"] for finding in findings} == {"DR216"}
    assert {finding["path"] for finding in findings} == {SUITE}
    assert written.tree() == before
    (written.root / "generated").rename(written.root / "elsewhere")
    assert written("generate").exit == 0
    assert "assert 1 + 1 == 2" in written.read(SUITE.replace("generated", "elsewhere"))


@pytest.mark.parametrize(
    ("body", "line", "name"),
    [
        pytest.param("assert missing()", "", "missing", id="function"),
        pytest.param("assert [missing for _ in range(3)]", "", "missing", id="inner"),
        pytest.param("assert 1", "class More(Gone): ...", "Gone", id="class"),
    ],
)
def test_check_names_what_nothing_defines(shop, body, line, name):
    text = replaced(shop.read(), "self.pending()", body, 1)
    shop.write(SUITE, f"{text}\n\n{line}\n" if line else text)
    findings = shop("check", "--format", "json").json["findings"]
    found = [finding for finding in findings if finding["code"] == "ST315"]
    assert [finding["message"] for finding in found] == [
        f"{name} is used here and defined nowhere"
    ]
    assert name in shop.read(SUITE).splitlines()[found[0]["line"] - 1]


def test_check_names_a_member_that_a_test_left_behind(shop):
    text = replaced(shop.read(), "self.pending()", "assert self.make_cart() == 3", 1)
    cart = "\n    def make_cart(self):\n        return 3\n"
    shop.write(SUITE, text + cart)
    findings = shop("check", "--format", "json").json["findings"]
    (found,) = [item for item in findings if item["code"] == "ST315"]
    assert found["message"].startswith("self.make_cart is used here, and nothing gives")
    assert "copy it from TestCart at generated/test_shop" in found["hint"]
    assert (
        found["line"] == shop.read()[: shop.read().index("self.make")].count("\n") + 1
    )
    assert (
        found["related"]["line"]
        == (text + cart).splitlines().index("    def make_cart(self):") + 1
    )


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("from os.path import *", id="star"),
        pytest.param("def join(): ...", id="function"),
        pytest.param("if 1:\n    from os.path import join", id="in-a-block"),
        pytest.param("def f():\n    global join\n    join = print", id="global"),
    ],
)
def test_check_says_nothing_of_names_that_are_defined(shop, line):
    body = "assert join and __name__ and [x for x in (1, 2)] and len"
    text = replaced(shop.read(), "self.pending()", body, 1)
    shop.write(SUITE, f"{text}\n\n{line}\n")
    findings = shop("check", "--format", "json").json["findings"]
    assert "ST315" not in {finding["code"] for finding in findings}
