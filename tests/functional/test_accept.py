"""`accept`: a suspect test that was looked at, and nothing else."""

from __future__ import annotations

import re

import pytest
from terminal import on_terminal
from test_completion import offered

SPEC = "specs/shop.yaml"
SUITE = "generated/test_shop_integration_comprehensive.py"
TIE = re.compile(r', (?:written|reviewed)="\w+"')


@pytest.fixture
def suspect(shop):
    """The shop with three bodies, two of them suspect and one of these commented on."""
    shop.replace("self.pending()", "assert self.env  # mine")
    assert shop("generate").exit == 0
    shop.replace("does not charge", "never charges", SPEC)
    shop.replace("The total is the sum", "The total is no more than the sum", SPEC)
    assert shop("generate").exit == 0
    assert shop.read().count("reviewed=") == 2
    return shop


def marker(shop, identity):
    return re.search(rf'spec\("{identity}".*\)', shop.read())[0]


def test_a_suspect_test_is_one_no_more_and_nothing_else_changes(suspect):
    before = suspect.read()
    done = suspect("accept", "SH-001", "--format", "json")
    assert done.exit == 0
    (entry,) = done.json["plan"]
    assert (entry["domain"], entry["id"], entry["action"], entry["detail"]) == (
        "shop",
        "SH-001",
        "update",
        "test_charged_once accepted",
    )
    lines = done.json["hand_written_lines"]
    assert lines["before"] == lines["after"] == 3
    assert TIE.sub("", suspect.read()) == TIE.sub("", before)
    assert "written=" in marker(suspect, "SH-001")
    assert "reviewed=" in marker(suspect, "SH-003")
    assert suspect("generate", "--check").exit == 0


def test_the_tie_is_the_one_that_generate_gives_once_the_argument_is_removed(suspect):
    by_hand = re.sub(r', reviewed="\w+"', "", suspect.read())
    text = suspect.read()
    assert suspect("accept", "shop").exit == 0
    accepted = suspect.read()
    suspect.write(SUITE, by_hand)
    assert suspect("generate").exit == 0
    assert suspect.read() == accepted != text


def test_an_accepted_test_is_suspect_again_once_its_spec_changes_again(suspect):
    assert suspect("accept", "SH-001").exit == 0
    suspect.replace("never charges", "does not charge", SPEC)
    assert suspect("generate").exit == 0
    assert "reviewed=" in marker(suspect, "SH-001")


def test_check_fails_before_and_passes_after(suspect):
    assert suspect("check", "--format", "json").codes.count("ST311") == 2
    assert suspect("accept", "SH-001", "SH-003").exit == 0
    assert "ST311" not in suspect("check", "--format", "json").codes


def test_the_finding_and_the_plan_name_the_command(suspect):
    hints = [
        finding["hint"]
        for finding in suspect("check", "--format", "json").json["findings"]
        if finding["code"] == "ST311"
    ]
    assert len(hints) == 2
    assert hints[0].startswith("compare body and docstring")
    assert "`suiteloom accept SH-001`" in hints[0]
    suspect.replace("A refund reaches", "A refund always reaches", SPEC)
    said = suspect("generate").out
    assert "SH-002 is suspect: compare" in said
    assert "then `suiteloom accept SH-002`" in said


def test_where_the_suite_lags_behind_no_command_is_named_that_would_be_refused(suspect):
    suspect.replace("never charges", "surely never charges", SPEC)
    found = suspect("check", "--format", "json").json["findings"]
    hints = {item["id"]: item["hint"] for item in found if item["code"] == "ST311"}
    assert "accept" not in hints["SH-001"]
    assert "`suiteloom accept SH-003`" in hints["SH-003"]


def test_an_unknown_past_can_be_accepted(suspect):
    suspect.write(
        SUITE, re.sub(r'reviewed="\w+"', 'reviewed="unknown"', suspect.read())
    )
    assert suspect("accept", "shop").exit == 0
    assert "reviewed" not in suspect.read()
    assert suspect("generate", "--check").exit == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("SH-002", "SH-002 is not suspect", id="not-suspect"),
        pytest.param("SH-009", "no test and no domain is called", id="unknown"),
        pytest.param("sh-001", "did you mean SH-001?", id="lower-case"),
        pytest.param("shp", "did you mean shop?", id="misspelled-domain"),
    ],
)
def test_what_is_no_suspect_test_is_refused_and_nothing_written(suspect, name, words):
    before = suspect.tree()
    done = suspect("accept", "SH-001", name)
    assert done.exit == 2
    assert words in done.err
    assert suspect.tree() == before


def test_an_orphan_is_refused_with_its_place(suspect):
    spec = suspect.read(SPEC)
    cut = spec.index("  - title: Cart")
    suspect.write(SPEC, spec[:cut])
    assert suspect("generate").exit == 0
    done = suspect("accept", "SH-003")
    assert done.exit == 2
    assert f"{SUITE}:" in done.err
    assert "is an orphan" in done.err


def test_a_suite_that_does_not_follow_its_spec_yet_is_refused(suspect):
    suspect.replace("never charges", "surely never charges", SPEC)
    before = suspect.tree()
    done = suspect("accept", "SH-001")
    assert done.exit == 2
    assert "`suiteloom generate` first" in done.err
    assert suspect.tree() == before
    assert suspect("accept", "SH-003").exit == 0


def test_all_of_them_are_refused_where_nobody_can_be_asked(suspect):
    before = suspect.tree()
    done = suspect("accept", "--all", "--format", "json")
    assert done.exit == 4
    assert done.codes == ["ST311", "ST311"]
    assert {item["line"] > 0 for item in done.json["findings"]} == {True}
    assert suspect.tree() == before
    assert suspect("accept", "--all", "--yes").exit == 0
    assert "reviewed=" not in suspect.read()


def test_without_a_suspect_test_there_is_nothing_to_do(shop):
    before = shop.tree()
    for arguments in (["--all"], ["shop"]):
        done = shop("accept", *arguments)
        assert (done.exit, done.out.startswith("nothing to write")) == (0, True)
    assert shop.tree() == before


@pytest.mark.parametrize("arguments", [[], ["shop", "--all"]])
def test_what_was_looked_at_has_to_be_said(shop, arguments):
    assert shop("accept", *arguments).exit == 2


@pytest.mark.parametrize(
    ("key", "code", "left"),
    [
        pytest.param(b"y\r", 0, 0, id="yes"),
        pytest.param(b"\r", 2, 2, id="empty"),
        pytest.param(b"n\r", 2, 2, id="no"),
        pytest.param(b"\x04", 2, 2, id="end-of-input"),
        pytest.param(b"\x03", 130, 2, id="interrupted"),
    ],
)
def test_all_of_them_on_a_terminal_are_a_question(suspect, key, code, left):
    ended, shown = on_terminal(
        ["accept", "--all"], [("compared with its docstring? [y/N]", key)], suspect.root
    )
    assert ended == code
    assert f"{SUITE}:" in shown
    assert suspect.read().count("reviewed=") == left


def test_only_what_can_be_accepted_is_offered(suspect):
    assert offered(suspect.root, "suiteloom accept ") == ["SH-001", "SH-003", "shop"]
    assert offered(suspect.root, "suiteloom accept SH-001 S") == ["SH-003"]


def test_orphans_only_are_offered_to_prune(suspect):
    spec = suspect.read(SPEC)
    suspect.write(SPEC, spec[: spec.index("  - title: Cart")])
    assert suspect("generate").exit == 0
    assert offered(suspect.root, "suiteloom prune S") == ["SH-003"]
