"""A spec of titles and names: generated, checked, counted, and never more than it says."""

from __future__ import annotations

import pytest

SPEC = """\
suiteloom: 1
title: Check Out
groups:
  - title: Payment
    tests:
      - {id: CO-001, name: test_charged_once}
      - {id: CO-002, name: test_refund_reaches_the_card}
"""
SUITE = "generated/test_check_out_unit_comprehensive.py"
REPORT = 'bvj = "report"\n'
PENDING = "        self.pending("


@pytest.fixture
def least(shop):
    """A project with one spec, which says as little as a spec can."""
    (shop.root / "specs/shop.yaml").unlink()
    shop.write("suiteloom.toml", REPORT)
    shop.write("specs/check_out.yaml", SPEC)
    for path in (shop.root / "generated").iterdir():
        path.unlink()
    assert shop("generate").exit == 0
    return shop


def write_body(project, name):
    """Replace the pending body of a test by one that asserts something."""
    head, name, rest = project.read(SUITE).partition(f"def {name}(")
    before, _, after = rest.partition(PENDING)
    line_end = after.index("\n")
    body = "        assert sorted([2, 1]) == [1, 2]"
    project.write(SUITE, head + name + before + body + after[line_end:])


def test_its_suite_says_what_it_says_and_no_more(least):
    text = least.read(SUITE)
    assert '"""Charged once."""' in text
    assert "@pytest.mark.unit" in text
    for label in ("BVJ", "Impact", "Revenue"):
        assert label not in text


def test_check_passes_with_a_note_that_names_the_tests(least):
    result = least("check", "--format", "json")
    (note,) = [item for item in result.json["findings"] if item["code"] == "SP109"]
    assert result.exit == 0
    assert note["severity"] == "note"
    assert note["message"] == "2 of 2 tests have no complete BVJ: CO-001, CO-002"
    assert note["path"] == "specs/check_out.yaml"


def test_no_rule_asks_the_suite_for_what_its_spec_has_not(least):
    write_body(least, "test_charged_once")
    codes = least("check", "--format", "json").codes
    assert not {code for code in codes if code.startswith("SL4")}


def test_a_bvj_that_the_spec_has_is_asked_for_all_the_same(least):
    least.write(
        "specs/check_out.yaml",
        SPEC.replace("_once}", "_once, bvj: {value_impact: Nobody pays twice.}}"),
    )
    assert least("generate").exit == 0
    text = least.read(SUITE)
    assert "Value Impact: Nobody pays twice." in text
    least.write(SUITE, text.replace("        Value Impact: Nobody pays twice.\n", ""))
    codes = least("check", "--format", "json").codes
    assert "ST307" in codes


def test_status_counts_what_has_no_bvj_and_sums_no_revenue(least):
    totals = least("status", "--format", "json").json["totals"]
    assert totals["unjustified"] == 2
    assert totals["revenue_usd"] is None
    assert totals["covered_usd"] is None


def test_status_in_words_has_no_figure_that_nobody_wrote(least):
    out = least("status").out
    assert "without BVJ" in out
    assert "$" not in out


def test_a_sum_leaves_out_the_domains_without_a_figure_and_says_how_many(least):
    least.write(
        "specs/cart.yaml",
        "suiteloom: 1\ntitle: Cart\nrevenue: {annual_usd: 1000, protects: sales}\n"
        "groups: [{title: Sums, tests: [{id: CA-001, name: test_sum}]}]\n",
    )
    assert least("generate").exit == 0
    out = least("status").out
    assert "$1.0K of revenue a year" in out
    assert "1 of 2 domains without a revenue figure: in no sum" in out


def test_without_the_setting_it_is_refused_with_the_setting(least):
    least.write("suiteloom.toml", "")
    result = least("check", "--format", "json")
    assert result.exit == 3
    assert set(result.codes) == {"SP109"}
    assert 'bvj = "report"' in result.json["findings"][0]["hint"]


def test_a_new_name_under_a_written_body_makes_nothing_suspect(least):
    write_body(least, "test_charged_once")
    least("generate")
    renamed = SPEC.replace("test_charged_once", "test_pays_once")
    least.write("specs/check_out.yaml", renamed)
    assert least("generate").exit == 0
    text = least.read(SUITE)
    assert '"""Pays once."""' in text
    assert "reviewed=" not in text


def test_a_summary_under_a_written_body_makes_it_suspect(least):
    write_body(least, "test_charged_once")
    least("generate")
    told = SPEC.replace("_once}", "_once, summary: A card is charged once.}")
    least.write("specs/check_out.yaml", told)
    assert least("generate").exit == 0
    assert "reviewed=" in least.read(SUITE)


def test_a_case_without_a_kind_is_a_case(least):
    least.write(
        "specs/check_out.yaml",
        SPEC.replace("_once}", "_once, cases: [{id: one, with: {amount: 1}}]}"),
    )
    assert least("generate").exit == 0
    assert 'pytest.param(1, id="one")' in least.read(SUITE)


def test_new_writes_what_was_given_and_no_text_to_be_written(least):
    made = least("new", "cart", "--test", "Sums: test_sum - A sum.", "--defaults")
    assert made.exit == 0
    assert "TODO" not in made.out
    text = least.read("specs/cart.yaml")
    assert "TODO" not in text
    assert "revenue" not in text
    assert "bvj" not in text


def test_new_writes_the_revenue_that_was_given(least):
    given = ["--revenue", "5000", "--protects", "sales", "--goal", "Security"]
    least("new", "cart", "--test", "Sums: test_sum - A sum.", "--defaults", *given)
    text = least.read("specs/cart.yaml")
    assert "annual_usd: 5000" in text
    assert "bvj:\n  goal: Security\n" in text


def test_add_writes_a_test_without_a_bvj(least):
    arguments = ["Payment", "test_late", "--summary", "A late one is refused."]
    assert least("add", "check_out", *arguments).exit == 0
    added = least.read("specs/check_out.yaml").partition("test_late")[2]
    assert "TODO" not in added
    assert "bvj" not in added
