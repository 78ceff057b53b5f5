"""`check` walks the folders of specs and suites, whatever the specs say."""

from __future__ import annotations

import pytest

SPEC = "specs/shop.yaml"
SUITE = "generated/test_shop_integration_comprehensive.py"
OTHER = """\
suiteloom: 1
domain: {domain}
title: More
summary: More of the shop.
category: integration
revenue: {{annual_usd: 1, protects: orders}}
bvj: {{segment: [All], goal: Stability, value_impact: It works., strategic_impact: Trust.}}
groups:
  - title: More
    tests:
      - {{id: MO-001, name: test_more, summary: More works., kinds: [edge]}}
"""
ORPHAN = "generated/test_more_integration_comprehensive.py"


def places(result, *codes):
    return [
        (item["code"], item["path"], item["severity"])
        for item in result.json["findings"]
        if item["code"] in codes
    ]


@pytest.fixture
def orphaned(shop):
    """A written test whose spec was removed, so that its suite has none any more."""
    shop.write("specs/more.yaml", OTHER.format(domain="more"))
    assert shop("generate").exit == 0
    shop.replace("self.pending()", "assert self.env", ORPHAN)
    (shop.root / "specs/more.yaml").unlink()
    assert shop("generate").exit == 0
    assert "mark.orphan" in shop.read(ORPHAN)
    return shop


def test_an_orphan_in_a_suite_without_a_spec_is_found(orphaned):
    result = orphaned("check", "--format", "json")
    assert result.exit == 1
    assert places(result, "ST312") == [("ST312", ORPHAN, "error")]


def test_a_suite_without_a_spec_that_changed_is_brought_in_line(orphaned):
    orphaned.replace("mark.orphan(", "mark.spec(", ORPHAN)
    assert orphaned("generate", "--check").exit == 1
    assert orphaned("generate").exit == 0
    assert "mark.orphan" in orphaned.read(ORPHAN)


def test_it_is_only_reported_where_the_configuration_says_so(orphaned):
    orphaned.replace(
        "[tool.suiteloom]\n", '[tool.suiteloom]\norphan = "report"\n', "pyproject.toml"
    )
    result = orphaned("check", "--format", "json")
    assert result.exit == 0
    assert places(result, "ST312") == [("ST312", ORPHAN, "warning")]


def test_one_domain_is_not_asked_about_other_files(orphaned):
    result = orphaned("check", "shop", "--format", "json")
    assert (result.exit, places(result, "ST312")) == (0, [])


def test_a_file_of_tests_that_no_spec_names(shop):
    shop.write("generated/deep/test_loose.py", "def test_loose():\n    assert 1\n")
    shop.write("generated/broken.py", "def (\n")
    shop.write("generated/.idea/test_copy.py", "def test_copy():\n    assert 1\n")
    result = shop("check", "--format", "json")
    assert result.exit == 1
    assert places(result, "ST303", "ST313", "ST314") == [
        ("ST314", "generated/broken.py", "error"),
        ("ST303", "generated/deep/test_loose.py", "error"),
    ]


def test_specs_that_are_passed_over_are_named(shop):
    shop.write("specs/more/more.yaml", OTHER.format(domain="more"))
    shop.write("specs/UPPER.YAML", OTHER.format(domain="upper"))
    shop.write("specs/.hidden.yml", "prices: [1]\n")
    result = shop("check", "--format", "json")
    assert result.exit == 1
    assert places(result, "SP111") == [
        ("SP111", "specs/.hidden.yml", "warning"),
        ("SP111", "specs/UPPER.YAML", "error"),
        ("SP111", "specs/more/more.yaml", "error"),
    ]
    assert [level["passed"] for level in result.json["levels"]][:2] == [False, True]


def test_a_run_does_not_count_an_orphan_as_specified(shop):
    spec = shop.read(SPEC)
    start, end = spec.index("      - id: SH-002"), spec.index("  - title: Cart")
    shop.replace("self.pending()", "assert self.env", SUITE)
    shop.write(SPEC, spec[:start] + spec[end:])
    assert shop("generate").exit == 0
    result = shop("run")
    assert "(3 cases, as pytest counts): 2 passed, 1 orphan\n" in result.out
