"""The language of selections."""

from __future__ import annotations

import pytest

from suiteloom.model.selection import SelectionError, Subject, parse_selection

SUBJECTS = {
    "one": Subject(
        {"domain": ("shop",), "id": ("SH-001",), "kind": ("edge", "positive")}
    ),
    "two": Subject(
        {"domain": ("shop",), "id": ("SH-002",), "group": ("Card and cash",)}
    ),
    "six": Subject({"domain": ("chat",), "id": ("CH-006",), "kind": ("edge",)}),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("domain:shop", "one two", id="one-term"),
        pytest.param("kind:edge and domain:shop", "one", id="and"),
        pytest.param("id:SH-002 or id:CH-006", "two six", id="or"),
        pytest.param("not domain:shop", "six", id="not"),
        pytest.param("not not domain:shop", "one two", id="not-not"),
        pytest.param("not kind:edge and domain:shop", "two", id="not-binds-closest"),
        pytest.param(
            "domain:chat or domain:shop and kind:edge", "one six", id="and-before-or"
        ),
        pytest.param(
            "(domain:chat or domain:shop) and not kind:edge", "two", id="brackets"
        ),
        pytest.param("((domain:chat))", "six", id="brackets-in-brackets"),
        pytest.param('group:"card and cash"', "two", id="quoted-whatever-its-case"),
        pytest.param("id:sh-*", "one two", id="pattern"),
        pytest.param("kind:positive", "one", id="any-of-several-values"),
        pytest.param(" ( domain:chat ) ", "six", id="spaces"),
        pytest.param("goal:any", "", id="nothing"),
    ],
)
def test_selection_means_these(text: str, expected: str) -> None:
    selection = parse_selection(text)
    found = [name for name, one in SUBJECTS.items() if selection.matches(one)]
    assert found == expected.split()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "the end stands where KEY:VALUE", id="empty"),
        pytest.param("shop", "'shop' stands where KEY:VALUE", id="no-key"),
        pytest.param("domain:shop and", "the end stands", id="open-end"),
        pytest.param("and domain:shop", "'and' stands", id="no-left-side"),
        pytest.param("(domain:shop", "the end stands where a bracket", id="open"),
        pytest.param("domain:shop)", "')' stands where `and`", id="closed-twice"),
        pytest.param("domain:a domain:b", "'domain:b' stands where `and`", id="side"),
        pytest.param("domain:", "stands where KEY:VALUE", id="no-value"),
        pytest.param("not", "the end stands", id="not-alone"),
        pytest.param("()", "')' stands", id="empty-brackets"),
    ],
)
def test_what_is_no_selection_is_said(text: str, words: str) -> None:
    with pytest.raises(SelectionError) as caught:
        parse_selection(text)
    assert words in str(caught.value)


def test_terms_are_named_in_order() -> None:
    selection = parse_selection("domain:a or not (state:new and kind:edge)")
    assert selection.terms == (("domain", "a"), ("state", "new"), ("kind", "edge"))
