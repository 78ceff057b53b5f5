"""Test plans in Markdown and Gherkin, in the forms in which people write them."""

import pytest

from suiteloom.errors import SpecError, UsageError
from suiteloom.scaffold.lists import ListedCase, ListOptions, read_list


def read(text, path="plan.md", domain="shop", **options):
    return read_list(text.encode(), path, domain=domain, options=ListOptions(**options))


def refuse(text, path="plan.md", **options):
    with pytest.raises(SpecError) as caught:
        read(text, path, **options)
    return [(f.code, f.line, f.message) for f in caught.value.findings]


def named(listing):
    return [(g.title, [t.name for t in g.tests]) for g in listing.groups]


def left(listing):
    return {one.what: one.count for one in listing.left_out}


def first(listing):
    return listing.groups[0].tests[0]


def test_prose_is_passed_over_and_counted():
    text = (
        "# Shop\nSells.\n\nSecond paragraph.\n\n## Payment\nWhy we pay.\n\n"
        "- test_pays\n\n> quoted\n\n```\ncode\n```\n\n## Notes\nMore.\n"
    )
    listing = read(text)
    assert named(listing) == [("Payment", ["test_pays"])]
    assert left(listing) == {
        "paragraph": 3,
        "quotation": 1,
        "code block": 1,
    }
    found = refuse(text, is_strict=True)
    assert ("LI102", 4, "paragraph that is not read: Second paragraph.") in found


TABLE = (
    "# Shop\n\n## Payment\n\n"
    "| ID | Title | Steps | Expected result | Owner |\n|---|---|---|---|---|\n"
    "| PA-1 | It pays<br>once | 1. Open 2. Press `pay` | paid &amp; kept | Ada |\n"
    "| PA-2 | It refunds | | | |\n\n"
    "## Words\n\n| Term | Meaning |\n|---|---|\n| card | of plastic |\n"
)


def test_tables_of_tests_are_read_and_other_tables_are_said():
    listing = read(TABLE)
    assert named(listing) == [
        ("Payment", ["test_it_pays_once", "test_it_refunds"]),
    ]
    test = first(listing)
    assert (test.id, test.when, test.then) == (
        "PA-1",
        ("Open", "Press pay"),
        ("paid & kept",),
    )
    assert left(listing) == {"column": 1, "table": 1}


def test_a_group_column_goes_before_the_heading():
    text = TABLE.replace("Owner", "Module").replace("Ada", "Cards")
    assert named(read(text)) == [
        ("Cards", ["test_it_pays_once", "test_it_refunds"]),
    ]


CASES = [
    pytest.param(
        "### TC-1: It pays\n\n**Preconditions:** a cart\n\n**Steps:**\n\n1. open\n"
        "2. press\n\n**Expected result:**\npaid\n\n**Priority:** high\n",
        id="paragraphs",
    ),
    pytest.param(
        "### TC-1 It pays\n\n- **Preconditions:** a cart\n- **Steps:**\n  1. open\n"
        "  2. press\n- **Expected Result:** paid\n- **Priority:** high\n",
        id="items",
    ),
    pytest.param(
        "### TC-1 - It pays\n\n#### Preconditions\n- a cart\n\n#### Steps\n1. open\n"
        "2. press\n\n#### Expected\npaid\n",
        id="headings",
    ),
    pytest.param(
        "### TC-1: It pays\n\n| Field | Value |\n|---|---|\n| Preconditions | a cart |\n"
        "| Steps | 1. open<br>2. press |\n| Expected | paid |\n| Priority | high |\n",
        id="table",
    ),
    pytest.param(
        "### TC-1: It pays\n\n- **Given** a cart\n- **When** open\n- **And** press\n"
        "- **Then** paid\n",
        id="gherkin-items",
    ),
    pytest.param(
        "### TC-1: It pays\n\nPrerequisites: a cart\n\n1. open\n2. press\n\n"
        "Expected: paid\n",
        id="plain-labels",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_a_heading_with_labels_is_a_test(case):
    listing = read(
        f"# Shop\n\n## Payment\n\n{case}\n### TC-2: It waits\n\nSteps: wait\n"
    )
    assert named(listing) == [("Payment", ["test_it_pays", "test_it_waits"])]
    test = first(listing)
    assert (test.id, test.given) == ("TC-1", ("a cart",))
    assert (test.when, test.then) == (("open", "press"), ("paid",))


def test_items_without_a_mark_are_no_tests_where_tests_have_labels():
    text = (
        "# Shop\n\n## Scope\n\n- phones\n- desks\n\n## Payment\n\n### It pays\n\n"
        "Steps: press\n\nExpected: paid\n"
    )
    listing = read(text)
    assert named(listing) == [("Payment", ["test_it_pays"])]
    assert left(listing) == {"item without a mark": 2}


def test_chapters_above_groups_are_no_domains():
    text = "# Plan\n## Part one\n### Payment\n- It pays\n## Part two\n### Cart\n- It adds\n"
    assert named(read(text)) == [
        ("Payment", ["test_it_pays"]),
        ("Cart", ["test_it_adds"]),
    ]


def test_outer_items_are_groups():
    text = "# Shop\n\n- Payment\n  - It pays\n  - It refunds\n- Cart\n  - It adds\n"
    assert named(read(text)) == [
        ("Payment", ["test_it_pays", "test_it_refunds"]),
        ("Cart", ["test_it_adds"]),
    ]


def test_groups_of_one_title_are_told_apart_by_the_heading_above():
    text = (
        "# Shop\n## Login\n### Good\n- It works\n### Bad\n- It fails\n"
        "## Cart\n### Good\n- It works\n"
    )
    assert [title for title, _ in named(read(text))] == [
        "Login: Good",
        "Bad",
        "Cart: Good",
    ]


def test_flat_lists_are_in_the_group_that_is_named():
    assert named(read("- It pays\n- It waits\n", group="Payment")) == [
        ("Payment", ["test_it_pays", "test_it_waits"])
    ]
    assert named(read("- It pays\n", domain="web_shop")) == [
        ("Web Shop", ["test_it_pays"])
    ]


def test_steps_are_never_tests():
    text = (
        "# Shop\n\n## Payment\n\n- It pays\n  1. open\n  2. press\n"
        "- Step 3: wait\n- Expected: paid\n- It refunds\n\n"
        "1. Open the shop\n2. Close it\n\n- Scenario: it pays\n- It waits\n"
    )
    listing = read(text)
    assert named(listing) == [
        ("Payment", ["test_it_pays", "test_it_refunds", "test_it_waits"])
    ]
    assert first(listing).when == ("open", "press", "wait")
    assert first(listing).then == ("paid",)
    assert left(listing) == {"numbered item": 2, "header of Gherkin": 1}


def test_numbered_items_are_tests_where_it_is_said():
    text = "# Shop\n\n## Payment\n\n1. It pays\n2. It refunds\n"
    with pytest.raises(SpecError) as caught:
        read(text)
    (found,) = caught.value.findings
    assert found.code == "LI106"
    assert "--numbered" in found.hint
    assert named(read(text, is_numbered=True)) == [
        ("Payment", ["test_it_pays", "test_it_refunds"])
    ]


def test_steps_in_lines_belong_to_the_test_above():
    text = (
        "Scenario: it pays\nPayment: It pays\n1. open it\nStep 2: press it\n"
        "Payment: It waits\n"
    )
    listing = read(text, "plan.txt")
    assert named(listing) == [("Payment", ["test_it_pays", "test_it_waits"])]
    assert first(listing).when == ("open it", "press it")
    assert left(listing) == {"header of Gherkin": 1}


def test_lines_without_a_group_are_in_the_one_that_is_named():
    assert named(read("It pays\nCart: It adds\n", "plan.txt", group="Payment")) == [
        ("Payment", ["test_it_pays"]),
        ("Cart", ["test_it_adds"]),
    ]


FEATURE = """\
@smoke
Feature: Checkout
  From cart to paid order.

  Background:
    Given a cart

  Scenario: It opens
    When the cart is opened
    Then it is shown

  Rule: Payment
    Background:
      Given a card

    @PAY-12 @slow
    Scenario Outline: It pays
      When the button is pressed <times> times
      And nobody waits
      Then one charge is made
        | currency | EUR |

      Examples:
        | times | how often |
        | 1     | once      |
        | 2     | twice     |
"""


def test_a_feature_file_gives_groups_tests_steps_and_cases():
    listing = read(FEATURE, "checkout.feature")
    assert (listing.title, listing.summary) == ("Checkout", "From cart to paid order.")
    assert named(listing) == [
        ("Checkout", ["test_it_opens"]),
        ("Payment", ["test_it_pays"]),
    ]
    test = listing.groups[1].tests[0]
    assert (test.id, test.given) == ("PAY-12", ("a cart", "a card"))
    assert test.when == ("the button is pressed <times> times", "nobody waits")
    assert test.then == ("one charge is made (currency, EUR)",)
    assert test.cases == (
        ListedCase("1-once", "positive", (("times", 1), ("how_often", "once"))),
        ListedCase("2-twice", "positive", (("times", 2), ("how_often", "twice"))),
    )
    assert left(listing) == {"tag": 2}


def test_a_feature_file_is_known_by_its_content():
    assert named(read(FEATURE, "plan.txt"))[1] == ("Payment", ["test_it_pays"])


def test_gherkin_that_is_not_valid_is_refused_with_its_line():
    found = refuse("Feature: A\n  Scenario: b\n    When c\n  nonsense\n", "a.feature")
    assert [(code, line) for code, line, _ in found] == [("LI102", 4)]
    assert found[0][2].startswith("not valid Gherkin: ")


@pytest.mark.parametrize(
    ("path", "module", "extra"),
    [
        pytest.param("a.xlsx", "openpyxl", "xlsx", id="xlsx"),
        pytest.param("a.feature", "gherkin.parser", "gherkin", id="feature"),
    ],
)
def test_what_is_not_installed_is_named_with_its_extra(
    monkeypatch, path, module, extra
):
    import sys

    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError, match="is not installed") as caught:
        read("Feature: A\n", path)
    assert f'pip install "suiteloom[{extra}]"' in caught.value.hint


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(
            {"maps": {"Wner": "name"}}, "--map: the list has no column 'Wner'", id="map"
        ),
        pytest.param(
            {"ignored": frozenset({"X"})},
            "--ignore: the list has no column 'X'",
            id="ignore",
        ),
    ],
)
def test_a_column_that_is_not_there_can_not_be_named(options, message):
    assert refuse(TABLE, **options) == [("LI108", 0, message)]


ENDS = [
    pytest.param("It pays", "It pays.", id="none"),
    pytest.param("It pays.", "It pays.", id="stop"),
    pytest.param("Does it pay?", "Does it pay?", id="question"),
    pytest.param('It says "paid."', 'It says "paid."', id="quoted"),
    pytest.param('It says "paid"', 'It says "paid".', id="quote"),
    pytest.param("It pays\u2026", "It pays\u2026", id="ellipsis"),
]


@pytest.mark.parametrize(("written", "expected"), ENDS)
def test_a_summary_has_an_end_mark(written, expected):
    assert first(read(f"P: test_a - {written}\n", "a.txt")).summary == expected
