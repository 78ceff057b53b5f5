"""Lines that title the items below them, in lists without headings."""

import pytest

from suiteloom.errors import SpecError
from suiteloom.scaffold.lists import Listing, read_list


def groups(listing: Listing) -> dict[str, list[str]]:
    return {
        group.title: [test.name for test in group.tests] for group in listing.groups
    }


PAYMENT_AND_CART = {"Payment": ["test_pay", "test_refund"], "Cart": ["test_add"]}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Payment:\n- test_pay\n- test_refund\nCart:\n- test_add\n", id="colon"
        ),
        pytest.param(
            "Payment\n- test_pay\n- test_refund\n\nCart\n- test_add\n", id="apart"
        ),
        pytest.param(
            "Payment\n- test_pay\n- test_refund\nCart\n- test_add\n", id="plain"
        ),
        pytest.param(
            "**Payment**\n\n- test_pay\n- test_refund\n\n**Cart:**\n\n- test_add\n",
            id="strong",
        ),
        pytest.param(
            "Payment:\n* [ ] test_pay\n* test_refund\nCart:\n* test_add\n", id="boxes"
        ),
        pytest.param(
            "Payment:\n  test_pay\n  test_refund\nCart:\n  test_add\n", id="indent"
        ),
        pytest.param("Payment:\ntest_pay\ntest_refund\n\nCart: test_add\n", id="lines"),
    ],
)
@pytest.mark.parametrize("path", ["list.txt", "list"])
def test_line_above_tests_titles_their_group(text: str, path: str) -> None:
    assert groups(read_list(text.encode(), path)) == PAYMENT_AND_CART


def test_titles_of_markdown_files_without_headings_are_groups() -> None:
    text = b"**Payment**\n\n- test_pay\n- test_refund\n\n**Cart**\n\n- test_add\n"
    assert groups(read_list(text, "list.md")) == PAYMENT_AND_CART


def test_line_between_headings_titles_nothing() -> None:
    text = b"# Shop\n\n## Payment\n\nWhat is tested:\n\n- test_pay\n- test_refund\n"
    listing = read_list(text, "list.md")
    assert groups(listing) == {"Payment": ["test_pay", "test_refund"]}


def test_sentence_above_items_is_the_summary() -> None:
    listing = read_list(b"What must hold.\n\n- test_pay\n", "list.md", domain="shop")
    assert listing.summary == "What must hold."
    assert groups(listing) == {"Shop": ["test_pay"]}


def test_rest_of_an_item_stays_with_it() -> None:
    text = b"- test_pay - a card is\ncharged once\n- test_refund\n"
    listing = read_list(text, "list.md", domain="shop")
    assert [test.summary for test in listing.groups[0].tests] == [
        "a card is charged once.",
        "Refund.",
    ]


def test_title_directly_below_an_item_is_noted() -> None:
    listing = read_list(b"Payment\n- test_pay\nCart\n- test_add\n", "list.txt")
    assert listing.assumed == ("line 3: 'Cart' titles the items below it",)


def test_title_above_nothing_is_refused() -> None:
    with pytest.raises(SpecError) as caught:
        read_list(b"Cart: test_add\nPayment:\n", "list.txt")
    assert [(f.code, f.line, f.message) for f in caught.value.findings] == [
        ("LI102", 2, "a group without a test: Payment")
    ]
