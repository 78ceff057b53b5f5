"""`review`: units that wait for a decision, by options and as data."""

from __future__ import annotations

import re

import pytest
from shop_project import ROOT, SUITE, Cli, commit, git
from waiting_project import EDIT, NEWER, OLDER, SPEC_PATH


def undecided(cli: Cli, *arguments: str) -> dict[str, dict]:
    """What is to be decided by id, as data."""
    result = cli("review", "--list", "--format", "json", *arguments)
    assert result.exit == (1 if result.json["undecided"] else 0)
    return {one["id"]: one for one in result.json["undecided"]}


def kinds(cli: Cli) -> dict[str, str]:
    return {name: one["kind"] for name, one in undecided(cli).items()}


def test_a_unit_of_each_kind_is_listed_with_its_commands(waiting):
    before = waiting.tree()
    found = undecided(waiting)
    assert {name: one["kind"] for name, one in found.items()} == {
        "SH-003": "edited",
        "SH-002": "suspect",
        "SH-004": "orphan",
    }
    assert {name: list(one["commands"].values()) for name, one in found.items()} == {
        "SH-003": [
            "suiteloom review --accept SH-003",
            "suiteloom review --restore SH-003",
        ],
        "SH-002": ["suiteloom review --accept SH-002"],
        "SH-004": ["suiteloom review --prune SH-004"],
    }
    assert waiting.tree() == before


def test_what_a_suspect_was_compared_with_comes_from_the_history(waiting):
    one = undecided(waiting)["SH-002"]
    assert one["is_known"]
    assert one["fields"] == [{"name": "summary", "old": [OLDER], "new": [NEWER]}]


def test_what_a_suspect_was_compared_with_is_found_under_another_path(waiting):
    git(waiting.root, "mv", SPEC_PATH, "specs/store.yaml")
    assert waiting("generate").exit == 0
    commit(waiting.root)
    (fields,) = undecided(waiting)["SH-002"]["fields"]
    assert fields["old"] == [OLDER]


def test_a_requirement_that_history_has_not_is_said_to_be_unknown(waiting):
    git(waiting.root, "checkout", "-q", "--orphan", "other")
    commit(waiting.root)
    git(waiting.root, "branch", "-q", "-D", "main")
    one = undecided(waiting)["SH-002"]
    assert (one["is_known"], one["fields"]) == (False, [])
    assert one["asks"]["summary"] == [NEWER]
    assert "is not in git's history" in waiting("review", "--list").out


def test_without_a_repository_a_requirement_is_unknown(shop):
    shop.replace("self.pending()", "assert self.env")
    assert shop("generate").exit == 0
    shop.replace(OLDER, NEWER, SPEC_PATH)
    assert shop("generate").exit == 0
    assert not undecided(shop)["SH-002"]["is_known"]


def test_the_edit_of_a_unit_is_shown_from_the_spec_to_the_suite(waiting):
    lines = undecided(waiting)["SH-003"]["edit"]
    changed = [line for line in lines if line[0] in "+-"]
    assert changed == [f'-        """{EDIT[0]}', f'+        """{EDIT[1]}']


def test_a_suspect_that_is_accepted_is_one_no_more_and_nothing_else_changes(waiting):
    before = waiting.read()
    done = waiting("review", "--accept", "SH-002", "--format", "json")
    assert done.exit == 1
    assert done.json["decided"] == [
        {"decision": "accept", "ids": ["SH-002"], "files": [SUITE]}
    ]
    assert kinds(waiting) == {"SH-003": "edited", "SH-004": "orphan"}
    tie = re.compile(r', (?:written|reviewed)="\w+"')
    assert tie.sub("", waiting.read()) == tie.sub("", before)


def test_an_edit_that_is_accepted_goes_into_the_spec(waiting):
    waiting("review", "--accept", "SH-003")
    assert EDIT[1] in waiting.read(SPEC_PATH)
    assert kinds(waiting)["SH-003"] == "suspect"


def test_an_edit_that_is_restored_is_gone_and_nothing_else_changes(waiting):
    expected = waiting.read().replace(*reversed(EDIT))
    waiting("review", "--restore", "SH-003")
    assert waiting.read() == expected


def test_an_orphan_that_is_pruned_is_gone(waiting):
    waiting("review", "--prune", "SH-004")
    assert "test_coupon" not in waiting.read()
    assert set(kinds(waiting)) == {"SH-002", "SH-003"}


def test_everything_decided_leaves_nothing_and_exits_0(waiting):
    done = waiting(
        *("review", "--prune", "SH-004", "--restore", "SH-003", "--accept", "SH-002")
    )
    assert done.exit == 0
    assert done.out.endswith("nothing to decide\n")
    assert waiting("generate", "--check").exit == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("--accept", "SH-009"), "no unit to accept", id="no-unit"),
        pytest.param(("--accept", "SH-004"), "SH-004 is an orphan", id="other-kind"),
        pytest.param(("--prune", "SH-002"), "SH-002 is suspect", id="not-an-orphan"),
        pytest.param(("--restore", "SH-001"), "no unit to restore", id="nothing-open"),
        pytest.param(
            ("--accept", "SH-003", "--restore", "SH-003"), "named for --", id="twice"
        ),
        pytest.param(("--list", "--prune", "SH-004"), "decides nothing", id="list"),
    ],
)
def test_an_id_that_waits_for_no_such_decision_is_refused_and_nothing_is_done(
    waiting, arguments, message
):
    before = waiting.tree()
    done = waiting("review", "--accept", "SH-002", *arguments)
    assert done.exit == 2
    assert message in done.err
    assert waiting.tree() == before


def test_two_edits_that_the_spec_contradicts_are_settled_one_by_one(shop):
    shop.replace("self.pending()", "assert self.env")
    assert shop("generate").exit == 0
    for old, new, spec in (
        (*EDIT, "The total is that of the cart."),
        (OLDER, "A refund reaches a card.", "Refunds reach the card."),
    ):
        shop.replace(old, new)
        shop.replace(old, spec, SPEC_PATH)
    assert shop("generate").exit == 4
    assert kinds(shop) == {"SH-002": "edited", "SH-003": "edited"}
    shop("review", "--restore", "SH-002")
    assert kinds(shop) == {"SH-003": "edited", "SH-002": "suspect"}
    shop("review", "--restore", "SH-003")
    assert kinds(shop) == {"SH-002": "suspect", "SH-003": "suspect"}
    assert shop("generate", "--check").exit == 0


def test_an_edit_that_no_spec_can_say_is_not_offered_for_acceptance(shop):
    shop.replace("@pytest.mark.integration\n    def test_charged", "def test_charged")
    one = undecided(shop)["SH-001"]
    assert list(one["commands"]) == ["restore"]
    assert one["obstacle"]


def test_a_spec_that_was_not_generated_is_to_be_generated_first(waiting):
    waiting.replace("does not charge", "never charges", SPEC_PATH)
    done = waiting("review", "--list")
    assert done.exit == 2
    assert "`suiteloom generate` first" in done.err


def test_a_suite_that_can_not_be_read_is_refused(waiting):
    waiting.replace("class ", "klass ")
    assert waiting("review", "--list").exit == 4


def test_domains_that_are_named_are_looked_at_alone(waiting):
    assert set(undecided(waiting, "shop")) == {"SH-002", "SH-003", "SH-004"}
    assert waiting("review", "--list", "shpo").exit == 2


def test_what_protects_most_revenue_comes_first_among_its_kind(waiting):
    other = (
        waiting.read(SPEC_PATH)
        .replace("SH-", "XY-")
        .replace("domain: shop", "domain: xy")
    )
    waiting.write("specs/xy.yaml", other.replace("900000", "1900000"))
    assert waiting("generate").exit == 0
    path = "generated/test_xy_integration_comprehensive.py"
    waiting.replace("self.pending()", "assert self.env", path)
    assert waiting("generate").exit == 0
    waiting.replace(NEWER, "Refunds reach the card.", "specs/xy.yaml")
    assert waiting("generate").exit == 0
    suspects = [n for n, one in undecided(waiting).items() if one["kind"] == "suspect"]
    assert suspects == ["XY-002", "SH-002"]


def test_line_ends_of_a_suite_stay_as_they_are(waiting):
    text = waiting.read().replace("\n", "\r\n")
    (waiting.root / SUITE).write_bytes(text.encode())
    waiting(
        *("review", "--prune", "SH-004", "--restore", "SH-003", "--accept", "SH-002")
    )
    data = (waiting.root / SUITE).read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") > 0
    assert kinds(waiting) == {}


def test_without_a_terminal_what_is_to_be_decided_is_named(waiting):
    before = waiting.tree()
    done = waiting("review")
    assert done.exit == 1
    assert "suiteloom review --prune SH-004" in done.out
    assert waiting.tree() == before


def test_the_page_shows_what_is_printed(waiting):
    page = (ROOT / "docs" / "review.md").read_text("utf-8")
    (shown,) = re.findall(r"\$ suiteloom review --list\n(.*?)```", page, re.DOTALL)
    assert waiting("review", "--list").out == shown


def test_of_many_edits_each_is_shown_and_twenty_are_tried(shop):
    more = "".join(
        f"      - {{id: SH-{n:03}, name: test_more_{n}, summary: It is number {n}.,\n"
        "         kinds: [edge], bvj: {value_impact: More is sold.}}\n"
        for n in range(10, 33)
    )
    shop.write(SPEC_PATH, shop.read(SPEC_PATH) + more)
    assert shop("generate").exit == 0
    shop.replace("It is number", "That is number")
    found = undecided(shop)
    assert len(found) == 23
    assert all(
        "-" in "".join(line[0] for line in one["edit"]) for one in found.values()
    )
    accepting = [one for one in found.values() if "accept" in one["commands"]]
    assert len(accepting) == 20
    rest = {one["obstacle"] for one in found.values() if one not in accepting}
    assert rest == {"not tried, since more than 20 units are edited; name it by itself"}
    assert shop("review", "--accept", "SH-032").exit == 1
    assert "That is number 32." in shop.read(SPEC_PATH)
