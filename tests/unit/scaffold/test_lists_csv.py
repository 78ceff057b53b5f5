"""Lists from a spreadsheet."""

from dataclasses import replace

import pytest

from suiteloom.errors import SpecError
from suiteloom.scaffold.lists import (
    ListedBvj,
    ListedGroup,
    ListedTest,
    Listing,
    read_list,
)


def read(text, path="plan.csv"):
    return read_list(text if isinstance(text, bytes) else text.encode(), path)


def refuse(text):
    with pytest.raises(SpecError) as caught:
        read(text)
    return [(f.code, f.line, f.column, f.message) for f in caught.value.findings]


ALL = (
    "Group;Test;Summary;ID;Kinds;Async;Segment;Goal;Value Impact;strategic_impact\r\n"
    'Payment;test_once;"A card,\r\n  charged ""once""";PA-001;positive, Edge;yes;'
    "Free/Mid;Conversion;Nobody pays twice.;Sales grow.\r\n"
    ";;;;;;;;;\r\n"
    "Refund;Money & more comes back;;;recovery;No;;;;\r\n"
    "Payment;test_twice;It pays.\r\n"
)


def test_every_column():
    bvj = ListedBvj(("Free", "Mid"), "Conversion", "Nobody pays twice.", "Sales grow.")
    once = ListedTest(
        "test_once",
        'A card, charged "once".',
        2,
        "PA-001",
        ("positive", "edge"),
        is_async=True,
        bvj=bvj,
    )
    back = ListedTest(
        "test_money_and_more_comes_back",
        "Money & more comes back.",
        5,
        kinds=("recovery",),
    )
    groups = (
        ListedGroup("Payment", 2, (once, ListedTest("test_twice", "It pays.", 6))),
        ListedGroup("Refund", 5, (back,)),
    )
    listing = read(ALL)
    assert replace(listing, columns=()) == Listing("", "", groups)
    assert listing.columns[:2] == (("Group", "group"), ("Test", "name"))
    assert listing.columns[-1] == ("strategic_impact", "strategic impact")


FORMS = [
    pytest.param("group,name\nP,Pays\n", id="comma"),
    pytest.param("group;name\nP;Pays\n", id="semicolon"),
    pytest.param("group\tname\nP\tPays\n", id="tab"),
    pytest.param('"GROUP", " Description "\n"P","Pays"\n', id="quoted-header"),
    pytest.param("group,name\rP,Pays\r", id="mac"),
    pytest.param("group,name,,\nP,Pays,,\n,,,\n", id="empty-columns"),
    pytest.param("\ngroup,name\nP,Pays\n", id="blank-first"),
]


@pytest.mark.parametrize("text", FORMS)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("path", ["plan.csv", "plan.TSV", "plan.txt", "plan"])
def test_forms(text, codec, path):
    (group,) = read(text.encode(codec), path).groups
    assert group.title == "P"
    assert [(t.name, t.summary) for t in group.tests] == [("test_pays", "Pays.")]


def test_a_separator_line_counts_as_a_line():
    (group,) = read("sep=;\ngroup;name\nP;test_a\n").groups
    assert (group.line, group.tests[0].line) == (3, 3)


def test_rows_that_can_not_be_read():
    text = (
        "group,name,summary,id,kind,async\n"
        'P,test_a,"two\nlines",pa-1,postive,maybe\n'
        "P,test_c,x,,,,,more\n"
        'P,"d"e,x\n'
        "P,test_f,x\n"
        "P,test_F,x,PA-1\n"
        "P,✓✓,x\n"
        "P,✓✓,\n"
    )
    assert refuse(text) == [
        ("LI109", 2, 0, "'postive' is no kind"),
        ("LI109", 2, 0, "async is 'maybe'"),
        ("LI109", 4, 0, "cell 8 is in no column: 'more'"),
        ("LI102", 5, 0, "not valid CSV: ',' expected after '\"'"),
        ("LI104", 7, 0, "'test_F' stands a second time in 'P', as 'test_f'"),
        ("LI103", 9, 0, "no name can be made from '✓✓'"),
    ]


def test_the_closest_kind_is_named():
    with pytest.raises(SpecError) as caught:
        read("group,name,kinds\nP,a,postive happy\n")
    assert [f.hint for f in caught.value.findings] == [
        "known: positive, negative, edge, recovery",
        "did you mean 'positive'?",
    ]


def test_a_quote_that_never_closes():
    assert refuse('group,name\nP,test_a\nP,"open\nP,test_b\n') == [
        ("LI102", 3, 0, "not valid CSV: unexpected end of data")
    ]


def test_a_cell_below_no_header_is_left_out_and_said():
    listing = read("group,name,\nP,test_a,oops\n")
    assert [test.name for test in listing.groups[0].tests] == ["test_a"]
    (left,) = listing.left_out
    assert (left.what, left.count, left.text) == ("cell below no header", 1, "oops")


def test_a_header_that_names_no_tests_is_refused_once():
    assert refuse("Grup,Foo,Bar\na,b,c\n") == [
        ("LI108", 1, 0, "no column for the name or summary")
    ]
    assert refuse("group,id\nP,PA-1\n") == [
        ("LI108", 1, 0, "no column for the name or summary")
    ]
    assert refuse("Test,Foo\na,b\n") == [("LI108", 1, 0, "no column for the group")]


def test_too_many_columns():
    assert read("group,name" + "," * 198 + "\nP,test_a\n").groups[0].title == "P"
    assert refuse("group,name" + "," * 199 + "\nP,test_a\n") == [
        ("LI108", 1, 0, "201 columns; the limit is 200")
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "group,name\n", "sep=,\n"])
def test_no_rows(text):
    assert refuse(text) == [("LI106", 0, 0, "the list names no tests")]


def test_a_cell_that_is_too_long():
    (found,) = refuse('group,name\nP,"' + "x" * 200_000 + '"\n')
    assert found[:3] == ("LI102", 2, 0)
