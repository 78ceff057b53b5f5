"""`rename` and `absorb`: spec and suite change in one step."""

from __future__ import annotations

import pytest

SPEC = "specs/shop.yaml"
SUITE = "generated/test_shop_integration_comprehensive.py"


def changed_lines(before, after):
    old, new = before.splitlines(), after.splitlines()
    return [line for line in new if line not in old]


def test_rename_changes_one_line_of_the_spec_and_keeps_the_body(shop):
    shop.replace("        self.pending()", "        assert self.env  # mine", count=1)
    shop.replace("name: test_charged_once", "name:   test_charged_once  # why", SPEC)
    before = shop.read(SPEC)
    assert shop("rename", "SH-001", "test_paid_once").exit == 0
    lines = changed_lines(before, shop.read(SPEC))
    assert lines == ["        name:   test_paid_once  # why"]
    assert "def test_paid_once(self):" in shop.read()
    assert "        assert self.env  # mine\n" in shop.read()
    assert shop("check").exit == 0


@pytest.mark.parametrize(
    ("identity", "name", "code", "words"),
    [
        pytest.param("SH-01", "test_x", 2, "did you mean SH-001?", id="unknown-id"),
        pytest.param("SH-001", "paid", 2, "try 'test_paid'", id="bad-name"),
        pytest.param("SH-001", "test_refund", 3, "SP107", id="taken"),
    ],
)
def test_rename_refuses_and_writes_nothing(shop, identity, name, code, words):
    before = shop.tree()
    result = shop("rename", identity, name)
    assert result.exit == code
    assert words in result.out + result.err
    assert shop.tree() == before


def test_rename_is_refused_where_the_suite_was_edited(shop):
    shop.replace("A refund reaches the card.", "A refund reaches it.")
    before = shop.tree()
    assert shop("rename", "SH-002", "test_money_back").exit == 4
    assert shop.tree() == before


@pytest.mark.parametrize(
    ("old", "new", "spec"),
    [
        pytest.param(
            "def test_charged_once",
            "def test_paid_once",
            "name: test_paid_once",
            id="name",
        ),
        pytest.param(
            "does not charge a card again.",
            "is charged: once, and #1 only.",
            'summary: "A repeated request is charged: once, and #1 only."',
            id="summary",
        ),
        pytest.param(
            "Impact: Nobody pays twice for one order.",
            "Impact: Nobody pays twice.",
            "value_impact: Nobody pays twice.",
            id="value-impact",
        ),
        pytest.param(
            "Mid, Enterprise - Retention\n        Value Impact: Nobody",
            "Mid, Enterprise - Security\n        Value Impact: Nobody",
            "goal: Security",
            id="inherited-goal",
        ),
    ],
)
def test_absorb_takes_the_edit_into_the_spec(shop, old, new, spec):
    shop.replace(old, new)
    before = shop.read()
    assert shop("check").exit == 1
    assert shop("absorb", "SH-001").exit == 0
    assert spec in shop.read(SPEC)
    strip = str.maketrans("", "", "0123456789abcdef")
    assert shop.read().translate(strip) == before.translate(strip)
    assert shop("check").exit == 0
    assert shop("generate", "--check").exit == 0


def test_absorb_has_nothing_to_do(shop):
    result = shop("absorb", "SH-001")
    assert result.exit == 2
    assert "as far as a spec can say it" in result.err


def test_absorb_refuses_what_no_spec_can_say(shop):
    shop.replace(
        '"""A refund reaches the card.\n',
        '"""A refund reaches it.\n\n        Ask the bank.\n',
    )
    before = shop.tree()
    result = shop("absorb", "SH-002", "--format", "json")
    assert result.exit == 4
    assert result.codes == ["DR213"]
    assert shop.tree() == before


def test_absorb_takes_the_clash_of_a_longer_id_for_no_clash_of_its_own(shop):
    shop.replace("id: SH-001", "id: SH-1", SPEC)
    shop.replace("id: SH-002", "id: SH-10", SPEC)
    (shop.root / SUITE).unlink()
    assert shop("generate").exit == 0
    shop.replace('"""A repeated request does', '"""A second request does')
    shop.replace('"""A refund reaches', '"""A refund is sent to')
    shop.replace("A refund reaches the card.", "Refunds reach the card.", SPEC)
    result = shop("absorb", "SH-1", "--format", "json")
    assert [(item["code"], item["id"]) for item in result.json["findings"]] == [
        ("DR204", "SH-10")
    ]
