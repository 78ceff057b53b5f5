"""Lists as tools export them: each in the form of its tool, with the tests of a shop."""

import io
from dataclasses import astuple

import openpyxl
import pytest

from suiteloom.scaffold.lists import ListOptions, read_list

SPREADSHEET = """\
Jira key,Group,Test name,Description,Priority,Owner,Notes
SHOP-11,Payment,A card is charged once,However often the button is pressed,High,Ada,
SHOP-12,,A refund reaches the card,,Low,Bo,ask finance
SHOP-13,Cart,The total is the sum of the lines,,High,,
"""
JIRA = """\
Issue Type,Issue key,Issue id,Summary,Component/s,Component/s,Priority,Status,Description
Test,SHOP-11,10001,A card is charged once,Payment,,High,Open,"*Given* a cart
 {noformat}x{noformat}"
Test,SHOP-12,10002,A refund reaches the card,Payment,Money,Low,Open,
Test,SHOP-13,10003,The total is the sum of the lines,Cart,,High,Open,
"""
XRAY = """\
Issue Key,Test Summary,Test Repository Path,Action,Data,Expected Result,Test Type
SHOP-11,A card is charged once,/Payment,Open the cart,one article,The cart is shown,Manual
SHOP-11,A card is charged once,/Payment,Press the button twice,,One charge is made,Manual
SHOP-12,A refund reaches the card,/Payment,Ask for a refund,,The money is back,Manual
SHOP-13,The total is the sum of the lines,/Cart,Open the cart,,The sum is shown,Manual
"""
ZEPHYR = """\
Key,Name,Folder,Precondition,Test Script (Step-by-Step) - Step,\
Test Script (Step-by-Step) - Test Data,Test Script (Step-by-Step) - Expected Result,Status
SHOP-T11,A card is charged once,/Payment,<p>A cart &amp; a card</p>,Open the cart<br />,\
one article,The cart is shown,Approved
,,,,Press the button twice,,One charge is made,
SHOP-T12,A refund reaches the card,/Payment,,Ask for a refund,,The money is back,Draft
SHOP-T13,The total is the sum of the lines,/Cart,,Open the cart,,The sum is shown,Draft
"""
TESTRAIL = """\
ID,Title,Section,Section Hierarchy,Steps (Step),Steps (Expected Result),Type,Estimate
C11,A card is charged once,Payment,Shop > Payment,Open the cart,The cart is shown,Other,1m
,,,,Press the button twice,One charge is made,,
C12,A refund reaches the card,Payment,Shop > Payment,Ask for a refund,The money is back,Other,
C13,The total is the sum of the lines,Cart,Shop > Cart,Open the cart,The sum is shown,Other,
"""
AZURE = """\
ID,Work Item Type,Title,Test Step,Step Action,Step Expected,Area Path,State
11,Test Case,A card is charged once,,,,Payment,Design
,,,1,Open the cart,The cart is shown,,
,,,2,Press the button twice,One charge is made,,
12,Test Case,A refund reaches the card,,,,Payment,Design
,,,1,Ask for a refund,The money is back,,
13,Test Case,The total is the sum of the lines,,,,Cart,Design
,,,1,Open the cart,The sum is shown,,
"""
QTEST = """\
Module,Id,Name,Description,Precondition,Test Step #,Test Step Description,\
Test Step Expected Result
Payment,TC-11,A card is charged once,,,1,Open the cart,The cart is shown
,,,,,2,Press the button twice,One charge is made
Payment,TC-12,A refund reaches the card,,,1,Ask for a refund,The money is back
Cart,TC-13,The total is the sum of the lines,,,1,Open the cart,The sum is shown
"""
TESTMO = """\
Case ID;Case;Folder;Steps;Expected;Tags
1;A card is charged once;Payment;"1. Open the cart
2. Press the button
   twice";"1. The cart is shown
2. One charge is made";smoke
2;A refund reaches the card;Payment;Ask for a refund;The money is back;
3;The total is the sum of the lines;Cart;Open the cart;The sum is shown;
"""
OPENED = ("Open the cart", "Press the button twice")
SHOWN = ("The cart is shown", "One charge is made")
EXPORTS = [
    pytest.param(SPREADSHEET, ("SHOP-11", "SHOP-12", "SHOP-13"), False, id="sheet"),
    pytest.param(JIRA, ("SHOP-11", "SHOP-12", "SHOP-13"), False, id="jira"),
    pytest.param(XRAY, ("SHOP-11", "SHOP-12", "SHOP-13"), True, id="xray"),
    pytest.param(ZEPHYR, ("", "", ""), True, id="zephyr"),
    pytest.param(TESTRAIL, ("", "", ""), True, id="testrail"),
    pytest.param(AZURE, ("", "", ""), True, id="azure-devops"),
    pytest.param(QTEST, ("TC-11", "TC-12", "TC-13"), True, id="qtest"),
    pytest.param(TESTMO, ("", "", ""), True, id="testmo"),
]
NAMES = [
    ("Payment", ["test_a_card_is_charged_once", "test_a_refund_reaches_the_card"]),
    ("Cart", ["test_the_total_is_the_sum_of_the_lines"]),
]


def read(text, path="plan.csv", **options):
    data = text if isinstance(text, bytes) else text.encode()
    return read_list(data, path, domain="shop", options=ListOptions(**options))


def workbook(sheets, merge=()):
    """A workbook of sheets by title; `merge` are ranges of the first one."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for cells in merge:
        book.worksheets[0].merge_cells(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def left(listing):
    return {one.what: (one.count, one.text) for one in listing.left_out}


def listed(listing):
    return [test for group in listing.groups for test in group.tests]


@pytest.mark.parametrize(("text", "ids", "has_steps"), EXPORTS)
def test_exports_give_the_same_tests(text, ids, has_steps):
    listing = read(text)
    assert [(g.title, [t.name for t in g.tests]) for g in listing.groups] == NAMES
    assert tuple(test.id for test in listed(listing)) == ids
    first = listed(listing)[0]
    assert (first.when, first.then) == ((OPENED, SHOWN) if has_steps else ((), ()))


def test_unknown_columns_are_left_out_with_one_note_for_all_of_them():
    listing = read(SPREADSHEET)
    (note,) = listing.left_out
    assert (note.what, note.count, note.text) == ("column", 3, "Priority, Owner, Notes")
    assert "--map HEADER=FIELD" in note.hint
    assert "--ignore HEADER" in note.hint
    assert listing.columns[0] == ("Jira key", "id")


def test_ignored_columns_are_left_out_without_a_word():
    listing = read(SPREADSHEET, ignored=frozenset({"priority", "Owner", "Notes"}))
    assert listing.left_out == ()


def test_a_priority_is_a_marker_where_it_is_asked_for():
    listing = read(SPREADSHEET, maps={"Priority": "marker"})
    assert [test.markers for test in listed(listing)] == [
        ("high",),
        ("low",),
        ("high",),
    ]


def test_a_title_with_a_description_keeps_both():
    first, second, _ = listed(read(SPREADSHEET))
    assert first.summary == "However often the button is pressed."
    assert second.summary == "A refund reaches the card."


def test_html_in_cells_becomes_text():
    first = listed(read(ZEPHYR))[0]
    assert first.given == ("A cart & a card", "one article")


def test_keys_that_are_no_ids_are_left_out_and_said():
    assert left(read(TESTRAIL))["key"] == (3, "C11, C12, C13")


def test_a_key_that_stands_at_several_tests_is_no_id():
    text = "Key,Group,Title\nPAY-1,P,It pays\nPAY-1,P,It refunds\nPAY-2,P,It waits\n"
    listing = read(text)
    assert [test.id for test in listed(listing)] == ["", "", "PAY-2"]
    assert left(listing)["key"] == (2, "PAY-1")


def test_a_title_that_stands_twice_gets_a_number_and_is_said():
    text = "Group,Title,Steps\nP,It pays,a\nP,It pays,b\nQ,It pays,c\n"
    listing = read(text)
    names = [test.name for test in listed(listing)]
    assert names == ["test_it_pays", "test_it_pays_2", "test_it_pays"]
    assert left(listing)["second name"] == (1, "It pays")


def test_rows_above_the_header_and_titles_across_the_sheet():
    text = (
        "Test plan of the shop,,\nVersion 2,,\n"
        "ID,Test case,Expected result\n"
        "Payment,,\n1,It pays,paid\n2,It refunds,back\n"
        "Cart,,\n3,It adds,sum\n"
        "ID,Test case,Expected result\n4,It removes,gone\n"
    )
    listing = read(text)
    assert [(g.title, [t.name for t in g.tests]) for g in listing.groups] == [
        ("Payment", ["test_it_pays", "test_it_refunds"]),
        ("Cart", ["test_it_adds", "test_it_removes"]),
    ]
    assert left(listing)["row above the header"][0] == 2


def test_scenarios_with_several_cases_are_groups():
    text = (
        "Scenario,Test case,Steps\nPayment,It pays,a\n,It refunds,b\n"
        "Cart,It adds,c\n,It removes,d\n"
    )
    listing = read(text)
    assert [(g.title, len(g.tests)) for g in listing.groups] == [
        ("Payment", 2),
        ("Cart", 2),
    ]


def test_columns_of_one_step_each_are_read_in_order():
    text = (
        "Title,Suite,Steps,Expected Result,Step 1,Result 1,Step 2,Result 2\n"
        "It pays,P,,,open,shown,press,paid\nIt waits,P,wait,\n"
    )
    first, second = listed(read(text))
    assert (first.when, first.then) == (("open", "press"), ("shown", "paid"))
    assert second.when == ("wait",)


def test_types_that_are_kinds_are_taken_and_others_are_said():
    text = "Group,Title,Type\nP,It pays,Positive\nP,It fails,Negative/UI\n"
    listing = read(text)
    assert [t.kinds for t in listed(listing)] == [("positive",), ("negative",)]
    assert left(listing) == {"type": (1, "ui")}
    plain = read("Group,Title,Type\nP,It pays,UI\nP,It fails,API\n")
    assert left(plain) == {"column": (1, "Type")}


def test_a_title_that_is_mostly_in_other_letters_is_named_by_its_key():
    listing = read(
        "ID,Group,Title\nTC_7,P,\u0412\u0445\u043e\u0434 \u043f\u043e email\n"
    )
    assert [t.name for t in listed(listing)] == ["test_tc_7"]


def test_a_column_of_keys_names_no_tests():
    text = "Feature,Test case,Description\nP,PAY-1,It pays\nP,PAY-2,It refunds\n"
    listing = read(text)
    assert [(t.id, t.name) for t in listed(listing)] == [
        ("PAY-1", "test_it_pays"),
        ("PAY-2", "test_it_refunds"),
    ]


def test_tests_without_a_group_are_in_that_of_the_domain_and_it_is_said():
    listing = read("Title,Expected\nIt pays,paid\n")
    assert [group.title for group in listing.groups] == ["Shop"]
    (assumed,) = listing.assumed
    assert assumed.startswith("no column is the group: tests without one are in 'Shop'")
    titled = read("Title,Expected\nIt pays,paid\n", group="All of it")
    assert [group.title for group in titled.groups] == ["All of it"]
    assert titled.assumed == ()


def test_a_number_that_begins_a_text_is_no_step():
    text = 'Group,Title,Test data\nP,It pays,"123. Main Street, 2. floor"\n'
    assert listed(read(text))[0].given == ("123. Main Street, 2. floor",)


def test_a_name_is_made_of_the_key_where_the_title_has_no_letters_for_one():
    listing = read("ID,Group,Title\nTC_7,P,✓✓✓✓\n")
    (test,) = listed(listing)
    assert (test.name, test.summary) == ("test_tc_7", "✓✓✓✓.")


def test_merged_cells_of_a_workbook_mean_the_group_above():
    rows = [
        ["Group", "Test", "Expected"],
        ["Payment", "It pays", "paid"],
        [None, "It refunds", 7.0],
    ]
    listing = read(workbook({"Plan": rows}, ["A2:A3"]), "plan.xlsx")
    assert [(g.title, len(g.tests)) for g in listing.groups] == [("Payment", 2)]
    assert listed(listing)[1].then == ("7",)


def test_sheets_are_groups_where_no_column_is_the_group():
    sheets = {
        "Payment": [["Title", "Steps"], ["It pays", "press"]],
        "Cart": [["Title", "Steps"], ["It adds", "add"]],
        "Cover": [["written by"], ["nobody"]],
    }
    listing = read(workbook(sheets), "plan")
    assert [group.title for group in listing.groups] == ["Payment", "Cart"]
    assert left(listing)["sheet"] == (1, "Cover")


def test_a_workbook_says_what_the_same_csv_says():
    rows = [line.split(",") for line in SPREADSHEET.splitlines()]
    listing = read(workbook({"Sheet1": rows}), "plan.xlsx")
    assert listing == read(SPREADSHEET)


def test_a_file_that_is_no_workbook_is_refused():
    from suiteloom.errors import SpecError

    with pytest.raises(SpecError) as caught:
        read(b"PK\x03\x04 but nothing else", "plan.xlsx")
    (found,) = caught.value.findings
    assert (found.code, found.message) == (
        "LI101",
        "the workbook can not be read: BadZipFile",
    )


def test_the_order_of_columns_means_nothing():
    rows = [line.split(",") for line in SPREADSHEET.splitlines()]
    turned = "\n".join(",".join(reversed(row)) for row in rows)
    assert [astuple(t) for t in listed(read(turned))] == [
        astuple(t) for t in listed(read(SPREADSHEET))
    ]
