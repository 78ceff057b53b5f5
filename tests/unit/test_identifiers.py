"""One way from what people write to names, and one to the name that was meant."""

import ast
from pathlib import Path

import pytest

import suiteloom
from suiteloom.model.identifiers import class_name, closest, latin, suggestion, words
from suiteloom.scaffold.names import class_key, domain_names, test_name

PACKAGE = Path(suiteloom.__file__).parent

TEXTS = [
    pytest.param("Straße", "TestStrasse", "strasse", id="sharp-s"),
    pytest.param("Øl & Brød", "TestOlBrod", "ol_and_brod", id="stroke-and-ampersand"),
    pytest.param("Łódź", "TestLodz", "lodz", id="polish"),
    pytest.param("naïve café", "TestNaiveCafe", "naive_cafe", id="accents"),
    pytest.param("nai\u0308ve", "TestNaive", "naive", id="combining-accent"),
    pytest.param("Þingvellir", "TestThingvellir", "thingvellir", id="thorn"),
    pytest.param("\u0131\u011fd\u0131r", "TestIgdir", "igdir", id="dotless-i"),
    pytest.param("支付", "TestZhiFu", "zhifu", id="chinese"),
    pytest.param("Оплата картой", "TestOplataKartoy", "oplata_kartoy", id="cyrillic"),
    pytest.param("支付 Payment", "TestPayment", "payment", id="latin-among-others"),
    pytest.param("🎉 Launch", "TestLaunch", "launch", id="emoji-and-word"),
    pytest.param("🎉", "", "", id="emoji-only"),
    pytest.param("…", "", "", id="signs-only"),
    pytest.param(
        "user\u2019s cart", "TestUsersCart", "users_cart", id="curly-apostrophe"
    ),
    pytest.param("user's cart", "TestUserSCart", "users_cart", id="apostrophe"),
    pytest.param("pay\u2013refund", "TestPayRefund", "pay_refund", id="dash"),
    pytest.param("zero\u200bwidth", "TestZerowidth", "zerowidth", id="invisible"),
    pytest.param("\uff12nd try", "Test2ndTry", "2nd_try", id="wide-digit"),
]


@pytest.mark.parametrize(
    ("text", "group"),
    [pytest.param(*row.values[:2], id=row.id) for row in TEXTS],
)
def test_a_class_is_named(text, group):
    assert class_name(text) == group
    assert class_key(text) == group.removeprefix("Test").casefold()


@pytest.mark.parametrize(
    ("text", "name"),
    [pytest.param(row.values[0], row.values[2], id=row.id) for row in TEXTS],
)
def test_a_suggestion_and_a_list_give_the_same_name(text, name):
    assert "_".join(words(text)) == name
    assert suggestion(text, "test_") == test_name(text)
    assert test_name(text) == (f"test_{name}" if name else "")
    assert suggestion(text).removeprefix("n") == name.removeprefix("n")
    assert name == (domain_names(text) or ("",))[-1]


def old_class_name(title: str) -> str:
    """The class of an ASCII title as the first version named it."""
    kept = "".join(c if c.isalnum() else " " for c in title)
    return "Test" + "".join(word[0].upper() + word[1:] for word in kept.split())


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("Service Startup Sequence", id="words"),
        pytest.param("user's cart & refunds", id="signs"),
        pytest.param("HTTP/2 over TLS-1.3", id="digits"),
        pytest.param("snake_case and camelCase", id="cases"),
    ],
)
def test_the_class_of_an_ascii_title_is_what_it_was(title):
    assert latin(title) is title
    assert class_name(title) == old_class_name(title)


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        pytest.param("chekout", ["cart", "checkout"], "checkout", id="typing-error"),
        pytest.param("sl601x", ["SL101", "SL601"], "SL601", id="capitals"),
        pytest.param("Paymnt", ["Cart", "payment"], "payment", id="other-capitals"),
        pytest.param("cart", ["basket", "cart_total"], "cart_total", id="beginning"),
        pytest.param("xyz", ["cart"], "", id="nothing-alike"),
        pytest.param("x" * 200, ["x" * 200], "", id="too-long-to-compare"),
    ],
)
def test_the_name_that_was_meant(name, known, meant):
    assert closest(name, known) == meant


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_bytes())
    return {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [*(alias.name for alias in node.names), node.module or ""]
        )
    }


@pytest.mark.parametrize("name", ["get_close_matches", "anyascii"])
def test_one_module_does_it_for_all(name):
    users = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if name in imports_of(path)
    ]
    assert users == ["model/identifiers.py"]
