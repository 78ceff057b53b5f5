"""`add`: a test in its spec and in its suite, in one step."""

from __future__ import annotations

import pytest

SPEC = "specs/shop.yaml"
SUMMARY = ("--summary", "A receipt is sent.")
VALUE = ("--value-impact", "Buyers need not ask for one.")
ADDED = """\

      - id: SH-004
        name: test_receipt
        summary: A receipt is sent.
        kinds: [positive]
        bvj: {value_impact: Buyers need not ask for one.}
"""


def test_a_test_is_added_to_spec_and_suite(shop):
    shop.replace("        self.pending()", "        assert self.env  # mine", count=1)
    before, suite = shop.read(SPEC), shop.read()
    result = shop("add", "shop", "Payment", "test_receipt", *SUMMARY, *VALUE)
    assert result.exit == 0
    assert result.out.splitlines() == [
        "specs/shop.yaml:27: SH-004 test_receipt",
        "updated specs/shop.yaml",
        "updated generated/test_shop_integration_comprehensive.py",
        "2 files written: 1 created, 3 unchanged",
        result.out.splitlines()[-1],
    ]
    group = before.index("\n  - title: Cart")
    assert shop.read(SPEC) == before[:group] + ADDED + before[group:]
    after = shop.read()
    assert after.index("def test_refund") < after.index("def test_receipt")
    assert after.index("def test_receipt") < after.index("class TestCart")
    assert all(line in after.splitlines() for line in suite.splitlines())
    assert shop("check").exit == 0
    assert shop("generate", "--check").exit == 0


def test_everything_that_can_be_said(shop):
    shop.replace("revenue:", "expect: {groups: 2, tests: 3}\nrevenue:", SPEC)
    shop.replace("  - title: Cart\n", "  - title: Cart\n    expect: {tests: 1}\n", SPEC)
    shop.replace(
        "    tests:\n      - id: SH-003", "    tests:\n      - id: SH-003", SPEC
    )
    options = ["--kind", "edge", "--kind", "recovery", "--id", "CA-7", "--async"]
    options += ["--given", "a cart", "--given", "two: items", "--when", "it rains"]
    options += ["--then", "it holds", "--segment", "All", "--segment", "Platform"]
    options += ["--goal", "Security", *VALUE, "--strategic-impact", "Trust: it lasts."]
    result = shop("add", "shop", "Cart", "test_all", "--summary", "On: #1", *options)
    assert result.exit == 0
    assert result.out.splitlines()[1:3] == [
        "specs/shop.yaml: `expect` of the file, tests: 3 -> 4",
        "specs/shop.yaml: `expect` of the group, tests: 1 -> 2",
    ]
    text = shop.read(SPEC)
    assert "expect: {groups: 2, tests: 4}" in text
    assert "    expect: {tests: 2}\n" in text
    assert text.endswith("""
      - id: CA-7
        name: test_all
        summary: "On: #1."
        kinds: [edge, recovery]
        async: true
        given:
          - a cart
          - "two: items"
        when:
          - it rains
        then:
          - it holds
        bvj:
          segment: [All, Platform]
          goal: Security
          value_impact: Buyers need not ask for one.
          strategic_impact: "Trust: it lasts."
""")
    assert "    async def test_all(self" in shop.read()
    assert shop("check").exit == 0


def test_what_nobody_has_said_is_left_to_do(shop):
    shop.replace("  goal: Retention\n", "", SPEC)
    shop.replace("bvj: {value", "bvj: {goal: Stability, value", SPEC)
    result = shop("add", "shop", "Cart", "test_receipt", *SUMMARY)
    assert result.exit == 0
    note = "specs/shop.yaml: to be written: goal, value_impact of the BVJ"
    assert note in result.out.splitlines()
    line = 'goal: TODO, value_impact: "TODO: say what this test gains for the business"'
    assert line in shop.read(SPEC)
    assert "Value Impact: TODO: say what this test gains" in shop.read()
    found = shop("audit", "generated", "--select", "SL404", "--format", "json")
    assert found.codes == ["SL404"]


def test_a_complete_bvj_is_inherited(shop):
    shop.replace("  goal:", "  value_impact: Carts are paid for.\n  goal:", SPEC)
    assert shop("add", "shop", "Cart", "test_receipt", *SUMMARY).exit == 0
    assert shop.read(SPEC).endswith(
        "summary: A receipt is sent.\n        kinds: [positive]\n"
    )


def test_a_new_group(shop):
    before = shop.read(SPEC)
    arguments = ("add", "shop", "After the sale", "test_receipt", *SUMMARY, *VALUE)
    refused = shop(*arguments)
    assert refused.exit == 2
    assert "known: 'Payment', 'Cart'; --new-group appends one" in refused.err
    assert shop.read(SPEC) == before
    assert shop(*arguments, "--new-group").exit == 0
    added = f"\n  - title: After the sale\n    tests:\n{ADDED.lstrip(chr(10))}"
    assert shop.read(SPEC) == before + added
    assert "class TestAfterTheSale(" in shop.read()
    assert shop("check").exit == 0
    again = shop(*arguments, "--new-group")
    assert again.exit == 2
    assert "already has a group 'After the sale'" in again.err


def test_the_number_of_an_orphan_is_not_used_again(shop):
    shop.replace("        self.pending()", "        assert self.env", count=3)
    shop.write(SPEC, shop.read(SPEC).partition("\n  - title: Cart")[0])
    assert shop("generate").exit == 0
    assert 'orphan("SH-003"' in shop.read()
    result = shop("add", "shop", "Payment", "test_receipt", *SUMMARY, *VALUE)
    assert result.exit == 0
    assert "SH-004 test_receipt" in result.out
    assert 'orphan("SH-003"' in shop.read()
    back = ("add", "shop", "Payment", "test_total", "--id", "SH-003", *SUMMARY, *VALUE)
    assert "shop: SH-003 revive: " in shop(*back).out
    assert "orphan(" not in shop.read()


def test_json_is_one_object_and_the_rest_is_talk(shop):
    shop.replace("revenue:", "expect: {tests: 3}\nrevenue:", SPEC)
    arguments = ("add", "shop", "Cart", "test_receipt", *SUMMARY, *VALUE)
    result = shop(*arguments, "--format", "json")
    assert result.exit == 0
    assert result.json["schema"] == "suiteloom.generate/1"
    assert result.json["files"][0] == SPEC
    assert {
        "domain": "shop",
        "id": "SH-004",
        "action": "create",
        "detail": "test_receipt",
        "path": "generated/test_shop_integration_comprehensive.py",
        "line": 0,
        "brings": [],
        "lacks": [],
        "old": "",
        "new": "",
        "part": "",
    } in result.json["plan"]
    assert result.err.splitlines() == [
        "specs/shop.yaml:39: SH-004 test_receipt",
        "specs/shop.yaml: `expect` of the file, tests: 3 -> 4",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        pytest.param(["shp", "Cart", "test_x"], 2, "did you mean shop?", id="domain"),
        pytest.param(
            ["shop", "payments", "test_x"], 2, "did you mean 'Payment'?", id="group"
        ),
        pytest.param(
            ["shop", "Cart", "receipt"], 2, "try 'test_receipt'", id="no-test"
        ),
        pytest.param(["shop", "Cart", "class"], 2, "is a Python keyword", id="keyword"),
        pytest.param(["shop", "Cart", "test_Cart_Total"], 3, "SP107", id="taken"),
        pytest.param(["shop", "Cart", "test_x", "--id", "SH-001"], 3, "SP107", id="id"),
        pytest.param(["shop", "Cart", "test_x", "--id", "x"], 3, "SU-001", id="bad-id"),
        pytest.param(
            ["shop", "Cart", "test_x", "--kind", "x"], 2, "positive,", id="kind"
        ),
        pytest.param(
            ["shop", "Cart", "test_x", "--goal", "Stabilty"],
            3,
            "'Stability'",
            id="goal",
        ),
        pytest.param(
            ["shop", "Cart", "test_x", "--given", "a\nb"], 3, "one line", id="two-lines"
        ),
        pytest.param(
            ["shop", "Cart", "test_x", "--given", "a\x1bb"], 3, "U+001B", id="control"
        ),
        pytest.param(
            ["shop", "Cart", "test_x", "--given", "a\x7fb"], 3, "U+007F", id="delete"
        ),
        pytest.param(
            ["shop", "Cart", "test_x", "--then", "a\udcffb"], 2, "not UTF-8", id="bytes"
        ),
        pytest.param(
            ["shop", "cart", "test_x", "--new-group"], 3, "class name", id="same-class"
        ),
        pytest.param(
            ["shop", "", "test_x", "--new-group"], 3, "`title` is not", id="no-title"
        ),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_is_written(
    shop, arguments, code, words
):
    before = shop.tree()
    result = shop("add", *arguments, *SUMMARY, *VALUE)
    assert result.exit == code
    assert words in result.out + result.err
    assert shop.tree() == before


def test_hand_edited_text_refuses_the_whole(shop):
    shop.replace("A refund reaches the card.", "A refund reaches it.")
    shop.replace("A refund reaches the card.", "A refund comes.", SPEC)
    before = shop.tree()
    result = shop("add", "shop", "Cart", "test_receipt", *SUMMARY, *VALUE)
    assert result.exit == 4
    assert shop.tree() == before


def test_a_spec_of_windows_keeps_its_bytes(shop):
    text = "\ufeff" + shop.read(SPEC).replace("\n", "\r\n") + "# end\t."
    (shop.root / SPEC).write_bytes(text.encode())
    result = shop("add", "shop", "Cart", "test_receipt", *SUMMARY, *VALUE)
    assert result.exit == 0
    added = ADDED[1:].replace("\n", "\r\n")
    end = text.index("# end")
    expected = f"{text[:end]}\r\n{added}{text[end:]}"
    assert (shop.root / SPEC).read_bytes() == expected.encode()


@pytest.mark.parametrize(
    ("given", "written"),
    [
        pytest.param("A receipt is sent", "A receipt is sent.", id="without-a-mark"),
        pytest.param("A receipt is sent.", "A receipt is sent.", id="with-a-stop"),
        pytest.param("Is a receipt sent?", "Is a receipt sent?", id="question"),
        pytest.param('It says "sent."', 'It says "sent."', id="in-quotes"),
    ],
)
def test_a_summary_gets_the_full_stop_that_those_of_lists_get(shop, given, written):
    result = shop("add", "shop", "Cart", "test_receipt", "--summary", given)
    assert result.exit == 0
    assert f'"""{written}\n' in shop.read()
    assert shop("generate", "--check").exit == 0
