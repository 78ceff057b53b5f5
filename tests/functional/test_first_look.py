"""What a person sees first: a few lines that say what there is and what is next."""

from __future__ import annotations

import pytest

LIST = "# Checkout\n\nFrom cart to order.\n\n" + "".join(
    f"## Group {group}\n\n"
    + "".join(f"- `test_{group}_{number}` It holds.\n" for number in range(8))
    + "\n"
    for group in "abc"
)
SUITE = "generated/test_checkout_unit_comprehensive.py"


@pytest.fixture
def begun(example):
    """A new domain of 24 tests from a list, generated."""
    project = example({"pyproject.toml": "[tool.suiteloom]\n", "list.md": LIST})
    source = str(project.root / "list.md")
    assert project.run("new", "checkout", "--from-list", source).code == 0
    project.done()
    return project


def test_the_first_check_says_in_seven_lines_what_is_there_and_what_is_next(begun):
    done = begun.run("check")
    assert done.code == 0
    line = begun.read(SUITE)[: begun.read(SUITE).index("def test_")].count("\n") + 1
    assert done.out.splitlines() == [
        "spec        ok      1 spec, 24 tests",
        "drift       ok      suites are as their specs render them",
        "structure   ok      1 suite read",
        "collection  ok      24 tests collected",
        "compliance  ok      score 0.0 of 100, 25 findings, 24 tests pending",
        "            `suiteloom audit generated` lists what lost points",
        f"next: write CH-001 test_a_0 at {SUITE}:{line}; then `suiteloom run`",
    ]


def test_pending_is_said_once_and_ten_findings_of_a_family_are_shown(begun):
    text = begun.read("pyproject.toml") + "audit = {threshold = 50}\n"
    begun.write("pyproject.toml", text)
    done = begun.run("check")
    assert done.code == 1
    lines = done.out.splitlines()
    assert sum(" SL404 " in line for line in lines) == 10
    assert "and 15 more of SL4; `--format json` has all" in lines
    assert [line for line in lines if line.startswith("  SL")] == [
        "  SL4 business value: 10.0 of 10.0 points lost: 24 of 24 tests"
    ]
    assert lines[-1] == "  24 tests prove nothing and score nothing"
    assert "SL610" not in done.out


def test_json_has_every_finding(begun):
    found = begun.run("check", "--format", "json").json["findings"]
    codes = [finding["code"] for finding in found]
    assert (codes.count("SL404"), codes.count("SL610")) == (25, 24)
