"""What a person sees first: a few lines that say what there is and what is next."""

from __future__ import annotations

import pytest

from pending_calls import replaced

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
        "  SL4 business value: 10.5 of 10.5 points lost: 24 of 24 tests"
    ]
    assert lines[-1] == "  24 tests prove nothing and score nothing"
    assert "SL610" not in done.out


def test_json_has_every_finding(begun):
    found = begun.run("check", "--format", "json").json["findings"]
    codes = [finding["code"] for finding in found]
    assert (codes.count("SL404"), codes.count("SL610")) == (25, 24)


def test_generate_names_place_and_next_step_of_what_is_left_to_a_person(begun):
    text = replaced(begun.read(SUITE), "self.pending()", "assert self.env", 2)
    begun.write(SUITE, text)
    spec = begun.read("specs/checkout.yaml")
    second = spec[spec.index("      - id: CH-002") : spec.index("      - id: CH-003")]
    spec = spec.replace(second, "").replace(
        "summary: It holds.", "summary: It lasts.", 1
    )
    begun.write("specs/checkout.yaml", spec)
    done = begun.run("generate")
    assert done.code == 0
    after = begun.read(SUITE)
    first, gone = (
        after[: after.index(f"def test_a_{number}")].count("\n") + 1
        for number in range(2)
    )
    suspect, orphan = (
        line for line in done.out.splitlines() if line.startswith("next: ")
    )
    assert suspect.startswith(f"next: {SUITE}:{first}: CH-001 is suspect: compare")
    assert orphan.startswith(f"next: {SUITE}:{gone}: CH-002 is an orphan: put its id")


def test_status_of_one_suite_says_each_number_once(begun):
    out = begun.run("status").out
    assert [line.split() for line in out.split("\n\n")[0].splitlines()] == [
        ["domain", "specified", "written", "pending", "score"],
        ["checkout", "24", "0", "24", "0.0"],
    ]
    assert "no run yet: `suiteloom run`" in out


@pytest.mark.parametrize(
    ("width", "shown", "gone"),
    [
        pytest.param(120, ["written", "pending", "score"], [], id="wide"),
        pytest.param(60, ["pending", "score"], ["written"], id="narrow"),
    ],
)
def test_a_narrow_table_leaves_columns_out_and_breaks_no_name(
    begun, monkeypatch, width, shown, gone
):
    spec = begun.read("specs/checkout.yaml")
    name = "checkout_of_everything_that_is_sold"
    begun.write(
        "specs/checkout.yaml", spec.replace("domain: checkout", f"domain: {name}")
    )
    begun.done()
    monkeypatch.setenv("COLUMNS", str(width))
    out = begun.run("status").out
    table, words = out.split("\n\n")
    assert max(map(len, table.splitlines())) <= width
    assert name in table
    assert table.splitlines()[0].split() == ["domain", "specified", *shown]
    assert ("left out, for want of room: " + ", ".join(gone) in words) is bool(gone)


def test_colours_are_for_terminals_only(begun, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" not in begun.run("status").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    row = begun.run("status").out.splitlines()[1]
    assert "\x1b[33m     24" in row


def test_names_of_domains_select_rows(platform):
    data = platform("status", "system_core", "--format", "json").json
    assert [suite["domain"] for suite in data["suites"]] == ["system_core"]
    assert data["totals"]["specified"] == 17
    assert platform("status", "system_cor").exit == 2


def test_a_check_with_nothing_to_say_says_so_in_one_line(shop):
    settings = '[tool.suiteloom]\ncoverage = ["shop"]\n'
    shop.replace("[tool.suiteloom]\n", settings, "pyproject.toml")
    shop.write("shop.py", "def charge(card):\n    return len(card)\n")
    for number in range(3):
        body = f"from shop import charge\n\n        assert charge('{number}') == 1"
        shop.replace("self.pending()", body, count=1)
    assert shop("generate").exit == 0
    assert shop("run").exit == 0
    assert shop("check").out == (
        "ok: 1 spec, 3 tests, score 100.0 of 100,"
        " the last run is of the code and suites as they are\n"
    )
