"""Lists in Markdown: every line is read, is decoration, or is reported."""

import pytest

from suiteloom.errors import SpecError
from suiteloom.scaffold.lists import (
    ListedGroup,
    ListedTest,
    Listing,
    ListOptions,
    read_list,
)


def read(text, domain="", **options):
    options = ListOptions(**options)
    return read_list(text.encode(), "plan.md", domain=domain, options=options)


def refuse(text, domain="", **options):
    with pytest.raises(SpecError) as caught:
        read(text, domain, **options)
    return [(f.code, f.line, f.column, f.message) for f in caught.value.findings]


def only(item):
    ((test,),) = [group.tests for group in read(f"# P\n\n{item}\n").groups]
    return test.id, test.name, test.summary


def named(listing):
    return [(g.title, [t.name for t in g.tests]) for g in listing.groups]


def test_a_section_with_everything_that_is_read():
    text = (
        "# Plans\n"
        "\n"
        "- test_of_nobody\n"
        "\n"
        "## Billing (4)\n"
        "\n"
        "The *bills* of\n"
        "`all` [customers](http://example.com).\n"
        "\n"
        "### **Core** `parts` (3 tests) \u2013 urgent\n"
        "\n"
        "1. [x] **BI-001** [`test_a`](a.py): *An* `a` &amp; b\n"
        "2. [ ] A card\n"
        "   is charged\n"
        "once\n"
        "\n"
        "---\n"
        "<!-- test_hidden -->\n"
        "[customers]: http://example.com\n"
        "\n"
        "+ test\\_b\n"
        "\n"
        "Rest\n"
        "----\n"
        "* test_of_another_section\n"
    )
    core = ListedGroup(
        "Core parts",
        10,
        (
            ListedTest("test_a", "An a & b.", 12, "BI-001"),
            ListedTest("test_a_card_is_charged_once", "A card is charged once.", 13),
            ListedTest("test_b", "B.", 21),
        ),
        "urgent",
    )
    with pytest.raises(SpecError) as caught:
        read(text, "billing")
    assert [(f.code, f.line, f.message) for f in caught.value.findings] == [
        ("LI105", 5, "'Billing' claims 4 tests, 3 found")
    ]
    listing = read(text.replace("(4)", "(3)"), "billing")
    assert listing == Listing("Billing", "The bills of all customers.", (core,))


ITEMS = [
    pytest.param("- `test_a` b", ("", "test_a", "b."), id="code"),
    pytest.param("- `test_a`: b", ("", "test_a", "b."), id="colon"),
    pytest.param("- `test_a` \u2013 b", ("", "test_a", "b."), id="en-dash"),
    pytest.param("- `test_a`\u2014b", ("", "test_a", "b."), id="em-dash"),
    pytest.param("- test_a - b - c", ("", "test_a", "b - c."), id="hyphen"),
    pytest.param("- **test_a** b", ("", "test_a", "b."), id="strong"),
    pytest.param("- `testCreatesOrder` b", ("", "test_creates_order", "b."), id="hump"),
    pytest.param("- `TestFoo`", ("", "test_foo", "Foo."), id="class-like"),
    pytest.param("- `checkout` works", ("", "test_checkout", "works."), id="no-test"),
    pytest.param("- `test_Odd_()` b", ("", "test_Odd_", "b."), id="call"),
    pytest.param(
        "- `POST /pay` is once",
        ("", "test_post_pay_is_once", "POST /pay is once."),
        id="code-that-is-no-name",
    ),
    pytest.param("- A b - c", ("", "test_a_b", "c."), id="sentence"),
    pytest.param("- **A b** \u2013 c", ("", "test_a_b", "c."), id="bold-sentence"),
    pytest.param("- SC-001 `test_a`", ("SC-001", "test_a", "A."), id="id"),
    pytest.param("- `SC-001` test_a b", ("SC-001", "test_a", "b."), id="id-as-code"),
    pytest.param("- [x] SC-1: test_a b", ("SC-1", "test_a", "b."), id="box-id-colon"),
    pytest.param("- [ ] a b", ("", "test_a_b", "a b."), id="empty-box"),
    pytest.param("7) SC-001 A b", ("SC-001", "test_a_b", "A b."), id="id-sentence"),
    pytest.param("- test_a: List<int> x", ("", "test_a", "List<int> x."), id="html"),
    pytest.param("- test_a <!-- x -->b", ("", "test_a", "b."), id="comment"),
    pytest.param("- test_a ![b c](d)", ("", "test_a", "b c."), id="image"),
    pytest.param("-\n  test_a b", ("", "test_a", "b."), id="next-line"),
]


@pytest.mark.parametrize(("item", "expected"), ITEMS)
def test_items(item, expected):
    assert only(item) == expected


@pytest.mark.parametrize("mark", ["-", "*", "+", "1.", "2)", "12."])
def test_marks_of_lists(mark):
    assert only(f"  {mark} test_a b") == ("", "test_a", "b.")


def test_named_tests_below_a_test_are_tests():
    text = "# P (3)\n- test_a\n  - test_b\n    1. `test_c` d\n"
    assert named(read(text)) == [("P", ["test_a", "test_b", "test_c"])]


def test_a_list_of_lists_below_the_domain_has_groups():
    text = "# Plan\nWhy.\n- Payment (2):\n  - test_a\n  - It pays\n- *Refund*\n  - test_a\n"
    listing = read(text, "shop")
    assert (listing.title, listing.summary) == ("Plan", "Why.")
    assert named(listing) == [
        ("Payment", ["test_a", "test_it_pays"]),
        ("Refund", ["test_a"]),
    ]
    assert [group.line for group in listing.groups] == [3, 6]
    assert refuse(text.replace("(2)", "(3)")) == [
        ("LI105", 3, 1, "'Payment' claims 3 tests, 2 found")
    ]


def test_tests_directly_below_the_domain_are_a_group_of_its_title():
    listing = read(
        "## payment_core (2)\n- test_a\n### More\n- test_b\n", "payment_core"
    )
    assert named(listing) == [("Payment Core", ["test_a"]), ("More", ["test_b"])]


def test_every_line_that_is_not_read_is_refused_strictly():
    text = (
        "## billing\n"  # 1
        "The bills.\n"
        "\n"
        "More prose.\n"  # 4
        "### A\n"
        "prose\n"  # 6
        "- test_a\n"
        "\n"
        "  detail\n"  # 9
        "- test_b\n"
        "  - a detail\n"  # 11
        "- Happy path\n"  # 12
        "  - test_c\n"
        "-\n"  # 14
        "- > test_d\n"
        "- # test_e\n"
        "- ~~test_f~~\n"  # 17
        "- two test_g\n"
        "- `test_h`, `test_i`\n"  # 19
        "- test_j\n"
        "test_k\n"  # 21
        "- ✓✓✓✓\n"
        "### B\n"
        "```\ntest_l\n```\n"  # 24
        "### C\n"
        "|test|\n|-|\n|test_m|\n"  # 28
        "### D\n"
        "> - test_n\n"  # 32
        "### E\n"
        "<b>\n</b>\n\n"  # 34
        "    - test_o\n"  # 37
        "### F\n"
        "### G (0)\n"
        "### ✓✓\n"  # 40
        "[test_p]: test_q\n"
    )
    assert refuse(text, "billing", is_strict=True) == [
        ("LI102", 4, 1, "paragraph that is not read: More prose."),
        ("LI102", 6, 1, "paragraph that is not read: prose"),
        ("LI102", 9, 3, "paragraph that is not read: detail"),
        ("LI102", 11, 5, "item below a test that is not read: a detail"),
        ("LI102", 14, 1, "an item that does not begin with a text"),
        ("LI102", 15, 3, "an item that does not begin with a text"),
        ("LI102", 16, 3, "an item that does not begin with a text"),
        ("LI102", 17, 3, "a test that is struck through"),
        ("LI102", 18, 3, "the name does not stand first: two test_g"),
        ("LI102", 19, 3, "an entry with more than one name"),
        ("LI102", 21, 0, "a test that is part of the item above"),
        ("LI103", 22, 3, "no name can be made from '✓✓✓✓'"),
        ("LI102", 24, 1, "code block that is not read"),
        ("LI102", 32, 1, "quotation that is not read: test_n"),
        ("LI102", 34, 1, "block of HTML that is not read: <b>"),
        ("LI102", 37, 7, "code block that is not read: test_o"),
        ("LI106", 38, 1, "no tests below 'F'"),
        ("LI106", 39, 1, "no tests below 'G'"),
        ("LI103", 40, 1, "no class name can be made from '✓✓'"),
        ("LI106", 40, 1, "no tests below '✓✓'"),
        ("LI102", 41, 0, "a line that is not read: [test_p]: test_q"),
    ]


def test_what_is_below_the_deepest_level_is_reported():
    text = "# P\n" + "".join(f"{'  ' * n}- test_{n}\n" for n in range(80))
    ((code, line, _, message),) = refuse(text, is_strict=True)
    assert (code, message) == (
        "LI102",
        "item that does not begin with a text that is not read: test_29",
    )
    assert 20 < line < 60


def test_a_claim_is_not_judged_where_something_is_not_read():
    assert refuse("# P (3)\n- test_a\n\n```\ntest_b\n```\n", is_strict=True) == [
        ("LI102", 4, 1, "code block that is not read")
    ]
    assert (
        refuse("# P (3)\nprose\n\n- test_a\n", is_strict=True)
        == [
            ("LI102", 2, 1, "paragraph that is not read: prose"),
            ("LI105", 1, 1, "'P' claims 3 tests, 1 found"),
        ][::-1]
    )


COUNTS = [
    pytest.param("P (1)", "P", "", id="count"),
    pytest.param("P [1]", "P", "", id="square"),
    pytest.param("P (1 test)", "P", "", id="words"),
    pytest.param("P (1): now", "P", "now", id="note"),
    pytest.param("P (1) - a - b", "P", "a - b", id="hyphen"),
    pytest.param("P (one)", "P (one)", "", id="no-number"),
    pytest.param("P (2) and Q", "P (2) and Q", "", id="in-the-middle"),
    pytest.param("P 1", "P 1", "", id="no-brackets"),
]


@pytest.mark.parametrize(("heading", "title", "note"), COUNTS)
def test_counts(heading, title, note):
    (group,) = read(f"# {heading}\n- test_a\n").groups
    assert (group.title, group.note) == (title, note)


SECTIONS = [
    pytest.param("billing", "## billing", id="identifier"),
    pytest.param("billing", "## `billing`", id="code"),
    pytest.param("billing", "Billing\n===", id="title"),
    pytest.param("web_shop", "# The plan\n## Web Shop", id="title-of-two-words"),
    pytest.param("web_and_shop", "#### Web & Shop", id="and"),
    pytest.param("web_shop", "#### Web & Shop", id="without-and"),
]


@pytest.mark.parametrize(("domain", "heading"), SECTIONS)
def test_the_heading_of_a_domain(domain, heading):
    text = (
        "##### Before\n- test_x\n\n"
        f"{heading}\n##### A\n- test_a\n\n# After\n## B\n- test_b\n"
    )
    assert named(read(text, domain)) == [("A", ["test_a"])]


def test_text_above_a_title_is_not_looked_at():
    text = "Prose\n\n# Shop\nSells.\n## A\n- test_a\n"
    assert read(text, "web").summary == "Sells."
    assert named(read(text, "web")) == [("A", ["test_a"])]
    assert refuse(f"- test_x\n\n{text}", "web") == [
        ("LI102", 1, 0, "tests above the title"),
    ]


def test_an_extract_without_heading_begins_with_its_summary():
    listing = read("It sells.\n\n## A\n- test_a\n", "web")
    assert (listing.title, listing.summary) == ("", "It sells.")


def test_an_identifier_goes_before_a_title():
    text = "# Shop\n## web\n### A\n- test_a\n## shop\n### B\n- test_b\n"
    assert named(read(text, "shop")) == [("B", ["test_b"])]


def test_a_second_section_is_refused():
    text = "## shop\n### A\n- test_a\n## web\n## Shop\n## shop\n### B\n- test_b\n"
    assert refuse(text, "shop") == [
        ("LI107", 6, 0, "a second section of the domain 'shop'")
    ]


def test_a_title_that_may_be_a_group_is_refused():
    text = "# Payment\n- test_a\n# Refund\n- test_b\n"
    assert refuse(text, "payment") == [
        ("LI107", 1, 0, "'Payment' may be the domain or one of its groups")
    ]
    assert named(read(text, "shop")) == [
        ("Payment", ["test_a"]),
        ("Refund", ["test_b"]),
    ]
    exact = text.replace("# Payment", "# payment")
    assert named(read(exact, "payment")) == [("Payment", ["test_a"])]


def test_headings_above_headings_in_a_section_need_no_tests():
    text = "# shop\n## A\n### B\n- test_b\n### C\n- test_c\n"
    assert named(read(text, "shop")) == [("B", ["test_b"]), ("C", ["test_c"])]


def test_tests_without_any_heading():
    assert refuse("- test_a\n- test_b\n\n\n* x\n") == [
        ("LI102", 1, 3, "tests without a group, up to line 2"),
        ("LI102", 5, 3, "tests without a group"),
    ]


def test_equal_groups_names_and_ids():
    text = "# A b\n- test_a\n- test_A\n# a-B\n- X-1 test_c\n- X-1 test_d\n"
    assert refuse(text) == [
        ("LI104", 3, 3, "'test_A' stands a second time in 'A b', as 'test_a'"),
        ("LI104", 4, 1, "the group 'a-B' makes the same class as 'A b'"),
        ("LI104", 6, 0, "the id X-1 stands a second time"),
    ]


def test_only_the_section_is_searched_for_control_characters():
    text = "## web\n\x07\n## shop\n### A\n- test_a \u202eb\n## other\n\u202e\n"
    assert refuse(text, "shop") == [
        ("LI101", 5, 10, "bidirectional control character U+202E")
    ]


def test_control_characters_as_entities():
    assert refuse("# A&#x202E;\n- test_a &#8206; b\n") == [
        ("LI101", 1, 0, "bidirectional control character U+202E"),
        ("LI101", 2, 0, "bidirectional control character U+200E"),
    ]


def test_lines_that_end_with_crlf_or_cr():
    text = "# A (1)\n\n- test_a b\n  c\n\n# B\n- test_b"
    groups = read(text).groups
    assert [group.line for group in groups] == [1, 6]
    assert read(text.replace("\n", "\r\n")).groups == groups
    assert read(text.replace("\n", "\r")).groups == groups


def test_an_item_that_is_too_long():
    text = "# A\n- test_a " + "[" * 10_000 + "\n"
    assert refuse(text) == [("LI102", 2, 3, "an entry of 10,007 characters")]
