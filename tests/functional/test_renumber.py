"""`renumber`: another id, in spec and suite at once, and nothing else."""

from __future__ import annotations

import re

import pytest

SPEC = "specs/shop.yaml"
SUITE = "generated/test_shop_integration_comprehensive.py"
BODY = "        assert self.env  # mine, SH-001 for ever"


def without_proofs(text):
    """A suite without the digests that hold an id."""
    return re.sub(r', rev="[0-9a-f.]*"', "", text)


@pytest.fixture
def written(shop):
    """The shop with a body, a comment and a helper of a person's."""
    shop.replace("        self.pending()", BODY, count=1)
    shop.replace(
        "class TestPayment", "# about money\nHELP = 'SH-001'\n\n\nclass TestPayment"
    )
    shop.replace("id: SH-001", 'id: "SH-001"  # first', SPEC)
    return shop


def test_one_id_changes_in_spec_and_suite_and_nothing_else(written):
    spec, suite = written.read(SPEC), written.read()
    result = written("renumber", "SH-001", "PA-7", "--format", "json")
    assert result.exit == 0
    assert written.read(SPEC) == spec.replace('id: "SH-001"', 'id: "PA-7"')
    assert without_proofs(written.read()) == without_proofs(suite).replace(
        'spec("SH-001"', 'spec("PA-7"'
    )
    (entry,) = result.json["plan"]
    assert (entry["domain"], entry["id"], entry["path"]) == ("shop", "PA-7", SUITE)
    assert (entry["action"], entry["detail"]) == ("rename", "id SH-001 -> PA-7")
    assert result.json["hand_written_lines"] == {"before": 3, "after": 3}
    assert written("generate", "--check").exit == 0
    assert "reviewed=" not in written.read()


def test_a_prefix_changes_for_every_test_and_back_is_back(written):
    before = written.tree()
    assert written("renumber", "SH-", "CART-").exit == 0
    assert re.findall(r'spec\("(.*?)"', written.read()) == [
        "CART-001",
        "CART-002",
        "CART-003",
    ]
    assert written("generate", "--check").exit == 0
    assert written("renumber", "CART-", "SH-").exit == 0
    assert written.tree() == before


def test_every_level_of_check_holds_afterwards(shop):
    assert shop("renumber", "SH-", "CART-").exit == 0
    assert shop("check").exit == 0


def test_a_preview_writes_nothing(written):
    before = written.tree()
    result = written("renumber", "SH-", "CART-", "--diff")
    assert result.exit == 0
    assert '+    @pytest.mark.spec("CART-001"' in result.out
    assert written.tree() == before


def test_a_taken_id_is_refused_with_both_places(written):
    before = written.tree()
    result = written("renumber", "SH-001", "SH-002", "--format", "json")
    assert result.exit == 3
    (finding,) = result.json["findings"]
    assert (finding["code"], finding["id"]) == ("SP107", "SH-001")
    assert (finding["path"], finding["line"]) == (SPEC, 14)
    assert finding["related"] == {"path": SPEC, "line": 20, "column": 13}
    assert written.tree() == before


def orphaned(shop):
    """Make the first test, which is written, an orphan."""
    text = shop.read(SPEC)
    start, end = text.index('      - id: "SH-001"'), text.index("      - id: SH-002")
    shop.write(SPEC, text[:start] + text[end:])
    assert shop("generate").exit == 0
    assert 'orphan("SH-001"' in shop.read()


def test_the_id_of_an_orphan_is_taken_too(written):
    orphaned(written)
    result = written("renumber", "SH-002", "SH-001", "--format", "json")
    assert result.exit == 3
    (finding,) = result.json["findings"]
    assert finding["related"]["path"] == SUITE


def test_orphans_go_with_their_prefix(written):
    orphaned(written)
    assert written("renumber", "SH-", "CART-").exit == 0
    assert 'orphan("CART-001"' in written.read()
    assert BODY in written.read()
    assert written("generate", "--check").exit == 0


def test_a_suspect_test_stays_suspect_and_nothing_becomes_so(written):
    written.replace("does not charge", "never charges", SPEC)
    assert written("generate").exit == 0
    marks = re.findall(r'reviewed="\w+"', written.read())
    assert len(marks) == 1
    assert written("renumber", "SH-", "CART-").exit == 0
    assert re.findall(r'reviewed="\w+"', written.read()) == marks


def test_an_edited_docstring_stays_edited(written):
    written.replace("does not charge a card again.", "charges once.")
    assert written("renumber", "SH-001", "PA-001").exit == 0
    result = written("generate", "--check", "--format", "json")
    assert [(a["id"], a["action"]) for a in result.json["plan"]] == [
        ("PA-001", "edited")
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param("SH-009", "SH-010", "did you mean SH-00", id="unknown"),
        pytest.param("SX-", "CD-", "did you mean SH-?", id="unknown-prefix"),
        pytest.param("SH-001", "CD-", "'CD-' is not an id", id="id-to-prefix"),
        pytest.param("SH-", "CD-001", "is not a prefix", id="prefix-to-id"),
        pytest.param("SH-001", "pa-1", "'pa-1' is not an id", id="no-id"),
        pytest.param("SH-001", "SH-001", "already", id="same"),
    ],
)
def test_a_bad_call_is_refused(written, old, new, words):
    before = written.tree()
    result = written("renumber", old, new)
    assert result.exit == 2
    assert words in result.err
    assert written.tree() == before


def test_the_real_suites_take_another_prefix(platform):
    ids = re.findall(
        r"id: ([A-Z]+)-",
        "".join(
            p.read_text("utf-8")
            for p in sorted((platform.root / "specs").glob("*.yaml"))
        ),
    )
    prefix = ids[0]
    result = platform("renumber", f"{prefix}-", "ZZ-", "--format", "json")
    assert result.exit == 0, result.out
    assert len(result.json["plan"]) == ids.count(prefix)
    lines = result.json["hand_written_lines"]
    assert lines["before"] == lines["after"] > 0
    again = platform("generate", "--check", "--format", "json")
    assert (again.exit, again.json["plan"]) == (0, [])
