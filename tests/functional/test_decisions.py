"""What a person must decide: pruning, mass orphans, going on past a refusal."""

from __future__ import annotations

import pytest

from pending_calls import replaced

SPEC = "specs/shop.yaml"
SUITE = "generated/test_shop_integration_comprehensive.py"
OTHER = "generated/test_depot_integration_comprehensive.py"


@pytest.fixture
def depot(shop):
    """A second domain, all of whose seven tests are written."""
    tests = "".join(
        f"      - {{id: DE-{n:03d}, name: test_{n}, summary: Number {n} holds., "
        f"kinds: [positive], bvj: {{value_impact: It pays {n} times.}}}}\n"
        for n in range(1, 8)
    )
    head = shop.read(SPEC).split("groups:")[0]
    head = head.replace("domain: shop", "domain: depot").replace(
        "title: Shop", "title: Depot"
    )
    shop.write(
        "specs/depot.yaml", f"{head}groups:\n  - title: Stock\n    tests:\n{tests}"
    )
    assert shop("generate").exit == 0
    text = shop.read(OTHER)
    for number in range(1, 8):
        text = replaced(text, "self.pending()", f"assert self.env  # body {number}", 1)
    shop.write(OTHER, text)
    return shop


def orphan_one(cli):
    cli.replace("        self.pending()", "        assert self.env  # mine", count=1)
    cli.replace("id: SH-001", "id: SH-009", SPEC)
    cli.replace("name: test_charged_once", "name: test_paid", SPEC)
    assert cli("generate").exit == 0
    assert 'orphan("SH-001"' in cli.read()


def test_prune_removes_exactly_what_is_named(shop):
    orphan_one(shop)
    before = shop.read()
    result = shop("prune", "SH-001", "--format", "json")
    assert result.exit == 0
    assert [(a["id"], a["action"]) for a in result.json["plan"]] == [
        ("SH-001", "remove")
    ]
    counts = result.json["hand_written_lines"]
    assert counts["before"] > counts["after"]
    text = shop.read()
    assert "mine" not in text
    assert [line for line in text.splitlines() if line not in before.splitlines()] == []
    assert shop("check").exit == 0


@pytest.mark.parametrize("identity", ["SH-002", "SH-777"])
def test_prune_refuses_what_is_no_orphan(shop, identity):
    orphan_one(shop)
    before = shop.tree()
    result = shop("prune", "SH-001", identity)
    assert result.exit == 2
    assert f"{identity} is no orphan" in result.err
    assert shop.tree() == before


def test_prune_does_nothing_else(shop):
    orphan_one(shop)
    shop.replace("A refund reaches", "Each refund reaches", SPEC)
    before = shop.tree()
    result = shop("prune", "SH-001")
    assert result.exit == 2
    assert "`suiteloom check` says what differs" in result.err
    assert shop.tree() == before


def test_a_lost_spec_does_not_make_orphans_of_everything(depot):
    whole = depot.tree()
    (depot.root / "specs/depot.yaml").unlink()
    before = depot.tree()
    result = depot("generate", "--format", "json")
    assert result.exit == 4
    assert result.codes == ["DR215"]
    assert "7 of the project's 7 written tests" in result.json["findings"][0]["message"]
    assert "--allow-mass-orphan" in result.json["findings"][0]["hint"]
    assert depot.tree() == before
    assert depot("generate", "--allow-mass-orphan").exit == 0
    text = depot.read(OTHER)
    assert text.count("@pytest.mark.orphan(") == 7
    assert all(f"# body {number}\n" in text for number in range(1, 8))
    for _ in range(5):
        assert depot("generate").exit == 0
        assert depot.read(OTHER) == text
    depot.write("specs/depot.yaml", whole["specs/depot.yaml"].decode())
    assert depot("generate").exit == 0
    assert depot.tree() == whole


def test_a_few_orphans_need_no_word(depot):
    text = depot.read("specs/depot.yaml").splitlines(keepends=True)
    depot.write(
        "specs/depot.yaml", "".join(line for line in text if "DE-003" not in line)
    )
    result = depot("generate")
    assert result.exit == 0
    assert "1 orphaned" in result.out


def test_keep_going_writes_the_others_and_still_says_no(depot):
    depot.replace("import pytest\n", "import pytest\n=======\n", OTHER)
    depot.replace("A refund reaches", "Each refund reaches", SPEC)
    broken = depot.read(OTHER)
    before = depot.tree()
    assert depot("generate").exit == 4
    assert depot.tree() == before
    result = depot("generate", "--keep-going", "--format", "json")
    assert result.exit == 4
    assert result.codes == ["DR201"]
    assert result.json["files"] == [SUITE]
    assert "Each refund reaches" in depot.read()
    assert depot.read(OTHER) == broken


def test_keep_going_leaves_both_ends_of_a_move(depot):
    """A body must not leave its file if the file it goes to can not be written."""
    depot.replace(
        "        self.pending()", "        assert self.env  # traveller", count=1
    )
    spec = depot.read(SPEC)
    start, end = spec.index("      - id: SH-001"), spec.index("      - id: SH-002")
    depot.write(SPEC, spec[:start] + spec[end:])
    depot.write("specs/depot.yaml", depot.read("specs/depot.yaml") + spec[start:end])
    depot.replace("Number 2 holds.", "Number two holds.", OTHER)
    depot.replace("Number 2 holds.", "Number II holds.", "specs/depot.yaml")
    before = depot.tree()
    result = depot("generate", "--keep-going")
    assert result.exit == 4
    assert depot.tree() == before
    assert depot("generate", "--restore").exit == 0
    assert "# traveller" in depot.read(OTHER)
    assert "# traveller" not in depot.read()


def test_a_move_to_a_suite_that_was_in_sync(depot):
    """What was skipped as unchanged is read again when a test moves out of it."""
    assert depot("generate").out.startswith("nothing to write")
    spec = depot.read("specs/depot.yaml").splitlines(keepends=True)
    line = next(line for line in spec if "DE-004" in line)
    depot.write("specs/depot.yaml", "".join(item for item in spec if item != line))
    depot.write(SPEC, depot.read(SPEC) + "\n" + line)
    result = depot("generate", "--format", "json")
    assert result.exit == 0
    assert [a["action"] for a in result.json["plan"] if a["id"]] == ["move"]
    assert "# body 4\n" in depot.read()
    assert "# body 4\n" not in depot.read(OTHER)
    assert depot("check").exit == 0


def test_a_copy_of_a_unit_in_sync_is_noticed(depot):
    assert depot("generate").out.startswith("nothing to write")
    text = depot.read(OTHER)
    start = text.index('    @pytest.mark.spec("DE-004"')
    unit = text[start : text.index('    @pytest.mark.spec("DE-005"')]
    depot.write(SUITE, depot.read() + "\n" + unit.rstrip() + "\n")
    result = depot("generate", "--format", "json")
    assert result.exit == 4
    assert result.codes == ["DR203"]
    (finding,) = result.json["findings"]
    assert finding["message"] == "DE-004 marks a second test"
    assert finding["id"] == "DE-004"
    assert finding["related"]["path"] != finding["path"]


def test_a_file_with_two_names_is_written_only_on_request(shop):
    other = shop.root / "copy.py"
    other.hardlink_to(shop.root / SUITE)
    shop.replace("A refund reaches", "Each refund reaches", SPEC)
    old = shop.read()
    result = shop("generate")
    assert result.exit == 6
    assert "several names" in result.err
    assert "--break-hardlinks" in result.err
    assert shop.read() == old
    assert shop("generate", "--break-hardlinks").exit == 0
    assert "Each refund reaches" in shop.read()
    assert other.read_text("utf-8") == old
