"""Lists of lines: ``Group: test_name - summary``."""

import pytest

from suiteloom.errors import SpecError
from suiteloom.scaffold.lists import ListedGroup, ListedTest, Listing, read_list


def read(text):
    return read_list(text.encode(), "plan.txt")


def refuse(text):
    with pytest.raises(SpecError) as caught:
        read(text)
    return [(f.code, f.line, f.column, f.message) for f in caught.value.findings]


def only(text):
    ((test,),) = [group.tests for group in read(f"Payment: {text}\n").groups]
    return test.id, test.name, test.summary


def test_groups_collect_their_tests_in_the_order_of_first_appearance():
    text = (
        "# Our plan\n"
        "\n"
        "Payment: test_charged_once - A card is charged once.\r\n"
        "  Refund :  Refunds are   made \u2014 within a day\r\n"
        "Payment: Nobody pays twice\n"
        "   # the end"
    )
    assert read(text) == Listing(
        title="",
        summary="",
        groups=(
            ListedGroup(
                "Payment",
                3,
                (
                    ListedTest("test_charged_once", "A card is charged once.", 3),
                    ListedTest("test_nobody_pays_twice", "Nobody pays twice.", 5),
                ),
            ),
            ListedGroup(
                "Refund", 4, (ListedTest("test_refunds_are_made", "within a day.", 4),)
            ),
        ),
    )


ENTRIES = [
    pytest.param("test_a - b", ("", "test_a", "b."), id="hyphen"),
    pytest.param("test_a \u2013 b", ("", "test_a", "b."), id="en-dash"),
    pytest.param("test_a \u2014 b - c", ("", "test_a", "b - c."), id="em-dash"),
    pytest.param("test_a: b", ("", "test_a", "b."), id="colon"),
    pytest.param("test_a b", ("", "test_a", "b."), id="space"),
    pytest.param("test_a -5 is refused", ("", "test_a", "-5 is refused."), id="minus"),
    pytest.param("test_a() - b", ("", "test_a", "b."), id="call"),
    pytest.param("test_pays_once", ("", "test_pays_once", "Pays once."), id="name"),
    pytest.param("`testPays` - b `c`", ("", "test_pays", "b `c`."), id="code"),
    pytest.param("A b", ("", "test_a_b", "A b."), id="sentence"),
    pytest.param("A b-c", ("", "test_a_b_c", "A b-c."), id="hyphen-in-a-word"),
    pytest.param("A b - c d", ("", "test_a_b", "c d."), id="sentence-and-summary"),
    pytest.param("PA-1 test_a - b", ("PA-1", "test_a", "b."), id="id"),
    pytest.param("[PA-001] test_a b", ("PA-001", "test_a", "b."), id="id-in-brackets"),
    pytest.param("PA-12: A b", ("PA-12", "test_a_b", "A b."), id="id-colon-sentence"),
    pytest.param("PA-12 A b", ("PA-12", "test_a_b", "A b."), id="id-sentence"),
    pytest.param("test_Odd__ - b", ("", "test_Odd__", "b."), id="exactly-as-given"),
]


@pytest.mark.parametrize(("entry", "expected"), ENTRIES)
def test_entries(entry, expected):
    assert only(entry) == expected


def test_a_word_that_looks_like_an_id_is_a_word_among_entries_without_ids():
    groups = read("P: UTF-8 is kept\nP: SHA-256 is used - x\nP: It works\n").groups
    assert [(t.id, t.name, t.summary) for t in groups[0].tests] == [
        ("", "test_utf_8_is_kept", "UTF-8 is kept."),
        ("", "test_sha_256_is_used", "x."),
        ("", "test_it_works", "It works."),
    ]


def test_it_is_an_id_if_another_entry_has_its_prefix_for_sure():
    groups = read("P: PA-1 test_a\nP: PA-20 Pays\nP: UTF-8 is kept\nP: x y\n").groups
    assert [(t.id, t.name) for t in groups[0].tests] == [
        ("PA-1", "test_a"),
        ("PA-20", "test_pays"),
        ("", "test_utf_8_is_kept"),
        ("", "test_x_y"),
    ]


def test_a_padded_number_is_an_id_among_entries_without_ids():
    groups = read("P: PA-020 Pays\nP: x y\n").groups
    assert [(t.id, t.name) for t in groups[0].tests] == [
        ("PA-020", "test_pays"),
        ("", "test_x_y"),
    ]


def test_every_problem_is_reported_with_its_line():
    text = (
        "Payment: test_once - A card.\n"
        "just words\n"
        "  : test_x\n"
        "PA-001: test_y\n"
        "Empty:\n"
        "Payment: pay test_z\n"
        "Payment: test_v, test_w\n"
        "✓✓: ✓✓✓✓\n"
        "Payment:\ttest_odd\n"
        "Payment: test_Once - again\n"
        "pay-ment!: PA-01 test_a\n"
        "Refund: PA-01 test_b\n"
    )
    assert refuse(text) == [
        ("LI102", 2, 1, "a line without a group: just words"),
        ("LI102", 3, 3, "a line without a group: : test_x"),
        ("LI102", 4, 1, "a line without a group: PA-001: test_y"),
        ("LI102", 5, 1, "a group without a test: Empty"),
        ("LI102", 6, 10, "the name does not stand first: pay test_z"),
        ("LI102", 7, 10, "an entry with more than one name"),
        ("LI103", 8, 1, "no class name can be made from '✓✓'"),
        ("LI103", 8, 5, "no name can be made from '✓✓✓✓'"),
        (
            "LI104",
            10,
            10,
            "'test_Once' stands a second time in 'Payment', as 'test_once'",
        ),
        ("LI104", 11, 1, "the group 'pay-ment!' makes the same class as 'Payment'"),
        ("LI104", 12, 0, "the id PA-01 stands a second time"),
    ]


def test_equal_names_are_refused_with_both_lines():
    with pytest.raises(SpecError) as caught:
        read("P: test_a\nQ: test_a\n\nP: test_A - x\np!: PA-1 test_b\nR: PA-1 test_b\n")
    assert [(f.code, f.line, f.message, f.hint) for f in caught.value.findings] == [
        (
            "LI104",
            4,
            "'test_A' stands a second time in 'P', as 'test_a'",
            "first at plan.txt:1; rename one of the two",
        ),
        (
            "LI104",
            5,
            "the group 'p!' makes the same class as 'P'",
            "first at plan.txt:1; rename or join the two",
        ),
        (
            "LI104",
            6,
            "the id PA-1 stands a second time",
            "first at plan.txt:5; change one of the two",
        ),
    ]


def test_a_name_that_is_equal_when_made_is_refused():
    assert refuse("P: It pays!\nP: it pays\n") == [
        ("LI104", 2, 4, "'test_it_pays' stands a second time in 'P'")
    ]


def test_the_mark_of_an_item_is_decoration():
    groups = read("P: test_a\nP: test_b\n- P: test_c\nQ: a\n1. Q: test_pays\n").groups
    assert [(g.title, [t.name for t in g.tests]) for g in groups] == [
        ("P", ["test_a", "test_b", "test_c"]),
        ("Q", ["test_a", "test_pays"]),
    ]
    assert refuse("P: test_a\nP: test_b\n - words\n") == [
        ("LI102", 3, 4, "a line without a group: words")
    ]


def test_a_line_that_is_too_long_is_refused():
    assert [found[:3] for found in refuse("P: test_a - " + "x" * 10_000)] == [
        ("LI102", 1, 1)
    ]
