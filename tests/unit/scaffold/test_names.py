"""Names, and what makes two of them equal."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns import sized
from suiteloom.model.identifiers import (
    class_name,
    comparable,
    sentence,
    test_name_problem,
)
from suiteloom.scaffold import names

MADE = re.compile(r"test_[a-z0-9_]+")
FEW = settings(max_examples=sized(40, 100), deadline=None, derandomize=True)

SENTENCES = [
    pytest.param("A card is charged once.", "test_a_card_is_charged_once", id="plain"),
    pytest.param("Café Zoë naïve", "test_cafe_zoe_naive", id="accents"),
    pytest.param("Cafe\u0301 bar", "test_cafe_bar", id="combining-accent"),
    pytest.param("Straße, Łódź, Ærø", "test_strasse_lodz_aero", id="other-letters"),
    pytest.param("R&D & sales", "test_r_and_d_and_sales", id="ampersand"),
    pytest.param("5% off; 10 % on", "test_5_off_10_on", id="percent"),
    pytest.param("doesn't and user\u2019s", "test_doesnt_and_users", id="apostrophe"),
    pytest.param("pay\u2014then\u2013wait", "test_pay_then_wait", id="dashes"),
    pytest.param("soft\u00adhyphen", "test_softhyphen", id="soft-hyphen"),
    pytest.param("支付 API works", "test_api_works", id="part-of-it"),
    pytest.param("支付成功", "test_zhifuchenggong", id="chinese"),
    pytest.param("Оплата", "test_oplata", id="cyrillic"),
    pytest.param("", "", id="empty"),
    pytest.param("...", "", id="signs"),
    pytest.param("test", "", id="test-alone"),
    pytest.param("test_", "", id="nothing-after-test"),
    pytest.param("test___", "", id="underscores-only"),
    pytest.param("Test that it pays", "test_that_it_pays", id="begins-with-test"),
    pytest.param("Testimonials show", "test_testimonials_show", id="testimonials"),
    pytest.param("testX", "test_x", id="testX"),
    pytest.param("TestFoo", "test_foo", id="TestFoo"),
    pytest.param("testCreatesOrder", "test_creates_order", id="humps"),
    pytest.param("OAuth", "test_oauth", id="no-hump"),
    pytest.param("WebSocket and OAuth", "test_websocket_and_oauth", id="words-stay"),
    pytest.param("creates_order", "test_creates_order", id="without-test"),
    pytest.param("test-creates-order", "test_creates_order", id="hyphens"),
    pytest.param("class", "test_class", id="keyword"),
    pytest.param("test_pays_once", "test_pays_once", id="valid"),
    pytest.param("test_Pays__Once_", "test_Pays__Once_", id="valid-odd"),
    pytest.param("  test_pays \n", "test_pays", id="valid-spaces"),
    pytest.param("test_naïve", "test_naive", id="invalid-letter"),
    pytest.param("test_a b", "test_a_b", id="invalid-space"),
]


@pytest.mark.parametrize(("sentence", "name"), SENTENCES)
def test_names_are_made_of_sentences(sentence, name):
    assert names.test_name(sentence) == name


def test_a_long_name_is_cut_at_a_word():
    assert names.test_name("abcd " * 19) == "test" + "_abcd" * 19
    assert len(names.test_name("abcd " * 19)) == 99
    assert names.test_name("abcd " * 20) == "test" + "_abcd" * 19
    assert names.test_name("abcd " * 18 + "abcde fgh") == (
        "test" + "_abcd" * 18 + "_abcde"
    )


def test_a_word_that_is_too_long_is_cut():
    assert names.test_name("a" * 96) == "test_" + "a" * 95
    assert names.test_name("test_" + "A" * 96) == "test_" + "a" * 95
    assert names.test_name("test_" + "A" * 95) == "test_" + "A" * 95


@given(st.text())
@FEW
def test_every_name_can_be_used(text):
    name = names.test_name(text)
    if name:
        assert test_name_problem(name) == ""
        assert name == text.strip() or MADE.fullmatch(name)
        assert names.test_name(name) == name
    else:
        assert not re.search(r"[a-su-zA-SU-Z]", text.replace("test", ""))


@pytest.mark.parametrize(
    ("title", "domains"),
    [
        ("system_core", ("system_core",)),
        ("System Core", ("system_core",)),
        ("WebSocket: Messaging!", ("websocket_messaging",)),
        ("Orders & Returns", ("orders_returns", "orders_and_returns")),
        ("✓✓", ()),
    ],
)
def test_domains_of_a_title(title, domains):
    assert names.domain_names(title) == domains


def test_a_name_as_a_sentence():
    assert sentence("test_pays_once") == "Pays once"
    assert sentence("test__OAuth__works_") == "OAuth works"


@given(st.text(max_size=20), st.text(max_size=20))
@FEW
def test_titles_clash_as_their_classes_do(one, other):
    classes = [comparable(class_name(title)) for title in (one, other, one.upper())]
    keys = [names.class_key(title) for title in (one, other, one.upper())]
    assert [bool(name) for name in classes] == [bool(key) for key in keys]
    assert (classes[0] == classes[1]) == (keys[0] == keys[1])
    assert (classes[0] == classes[2]) == (keys[0] == keys[2])


def test_class_keys_by_example():
    assert names.class_key("Café & Bar 2") == "cafebar2"
    assert names.class_key("✓✓") == ""
