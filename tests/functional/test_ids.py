"""`ids`: tests without an id are listed, or get one."""

from __future__ import annotations

import pytest

from suiteloom.specs.insert import Outline
from suiteloom.workflows.ids import Numbers, prefix_of, spec_ids

SPEC = "specs/shop.yaml"
SUITE = "generated/test_shop_integration_comprehensive.py"
OLD = "      - id: SH-002\n        name: test_refund\n"
NO_SECOND = (OLD, "      - name: test_refund_all\n")
"""A test that no suite has, without an id."""
LOST = (OLD, "      - name: test_refund\n")
"""A test of the suite, whose id was deleted."""


def test_nothing_is_missing(shop):
    before = shop.tree()
    result = shop("ids", "--write", "--format", "json")
    assert result.exit == 0
    assert result.json == {
        "schema": "suiteloom.ids/1",
        "written": False,
        "files": [],
        "missing": [],
    }
    assert shop("ids").out == "every test has an id\n"
    assert shop.tree() == before


def test_missing_ids_are_listed_and_nothing_is_written(shop):
    shop.replace(*NO_SECOND, SPEC)
    before = shop.tree()
    result = shop("ids")
    assert result.exit == 1
    assert result.out.splitlines() == [
        "specs/shop.yaml:20:9: SH-004 test_refund_all",
        "1 test without an id; `suiteloom ids --write` writes these",
    ]
    found = shop("ids", "--format", "json")
    assert found.exit == 1
    assert (found.json["written"], found.json["files"]) == (False, [SPEC])
    assert found.json["missing"] == [
        {
            "domain": "shop",
            "path": SPEC,
            "line": 20,
            "column": 9,
            "name": "test_refund_all",
            "id": "SH-004",
            "known_at": None,
        }
    ]
    assert shop.tree() == before


def test_a_missing_id_is_reported_with_the_command_that_gives_it(shop):
    shop.replace(*NO_SECOND, SPEC)
    result = shop("check", "--format", "json")
    (finding,) = result.json["findings"]
    assert finding["message"] == "`id` is missing"
    assert finding["hint"].endswith("`suiteloom ids --write` gives one")


def test_ids_are_written_and_every_other_byte_stays(shop):
    shop.replace(*NO_SECOND, SPEC)
    shop.replace("      - id: SH-003\n", "      - id:  # later\n", SPEC)
    shop.replace("name: test_cart_total", "name: test_sum", SPEC)
    text = "\ufeff" + shop.read(SPEC).replace("\n", "\r\n").rstrip()
    (shop.root / SPEC).write_bytes(text.encode())
    suite = shop.read()
    result = shop("ids", "--write")
    assert result.exit == 0
    assert result.out.splitlines()[-1] == "1 file written: ids for 2 tests"
    expected = text.replace(
        "- name: test_refund_all", "- id: SH-004\r\n        name: test_refund_all"
    )
    expected = expected.replace("- id:  # later", "- id: SH-005  # later")
    assert (shop.root / SPEC).read_bytes() == expected.encode()
    assert shop.read() == suite
    assert shop("ids").exit == 0
    assert shop("generate").exit == 0


def test_numbers_of_orphans_and_of_unreadable_suites_are_not_used_again(shop):
    shop.replace("        self.pending()", "        assert self.env", count=3)
    third = shop.read(SPEC).index("\n  - title: Cart")
    shop.write(SPEC, shop.read(SPEC)[:third])
    assert shop("generate").exit == 0
    assert 'orphan("SH-003"' in shop.read()
    shop.replace(*NO_SECOND, SPEC)
    shop.replace('spec("SH-002"', 'spec("SH-041"')
    assert "SH-042 test_refund_all" in shop("ids").out
    shop.write("generated/test_old.py", '@mark.spec("SH-057", rev="")\ndef broken(:\n')
    assert "SH-058 test_refund_all" in shop("ids").out
    shop.write("generated/test_more.py", 'ORDERS = ["SH-900"]  # spec\n')
    assert "SH-058 test_refund_all" in shop("ids").out


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        pytest.param("goal: Retention", "goal: Retenton", ["SP104 9:9"], id="goal"),
        pytest.param(
            "name: test_cart_total", "name: test__", ["SP106 29:15"], id="below"
        ),
        pytest.param(
            "name: test_refund", "name: refund", ["SP106 20:15"], id="same-test"
        ),
        pytest.param("{id: empty, ", "{", ["SP105 34:13"], id="id-of-a-case"),
        pytest.param("groups:", "groups: &a", ["SP103 11:9"], id="anchor"),
        pytest.param("id: SH-003", 'id: ""', ["SP105 28:13"], id="no-id"),
        pytest.param("domain: shop", "domain: [", ["SP102 4:8"], id="no-yaml"),
    ],
)
def test_other_problems_are_reported_where_they_are(shop, old, new, places):
    shop.replace(*NO_SECOND, SPEC)
    text = shop.read(SPEC)
    assert text.count(old) == 1
    shop.write(SPEC, text.replace(old, new))
    before = shop.tree()
    result = shop("ids", "--write", "--format", "json")
    assert result.exit == 3
    found = result.json["findings"]
    assert [f"{f['code']} {f['line']}:{f['column']}" for f in found] == places
    assert shop.tree() == before


def test_a_test_without_a_bvj_gets_its_id_all_the_same(shop):
    shop.replace(*NO_SECOND, SPEC)
    shop.replace("  strategic_impact: A safe checkout brings buyers back.\n", "", SPEC)
    assert shop("generate").exit == 3
    assert shop("ids", "--write").exit == 0
    assert "id: SH-00" in shop.read(SPEC).split("name: test_refund_all")[0][-20:]
    assert "SP109" in shop("generate").out


def test_a_second_use_names_the_place_of_the_first_on_disk(shop):
    shop.replace(*NO_SECOND, SPEC)
    shop.replace("name: test_refund_all", "name: test_Charged_once", SPEC)
    shop.replace("      - id: SH-001\n        name:", "      - name:", SPEC)
    result = shop("ids", "--format", "json")
    (finding,) = result.json["findings"]
    assert (finding["code"], finding["line"], finding["column"]) == ("SP107", 19, 15)
    assert finding["related"] == {"path": SPEC, "line": 14, "column": 15}
    assert f"hint: first at {SPEC}:14:15; names must differ" in shop("ids").out


def test_an_id_deleted_by_accident_is_given_back(shop):
    shop.replace("        self.pending()", "        assert self.env", count=3)
    suite = shop.read()
    shop.replace(*LOST, SPEC)
    result = shop("ids", "--write", "--format", "json")
    (given,) = result.json["missing"]
    assert given["id"] == "SH-002"
    line = suite[: suite.index("def test_refund")].count("\n") + 1
    assert given["known_at"] == {"path": SUITE, "line": line, "column": 0}
    done = shop("generate")
    assert done.exit == 0
    assert shop.read() == suite


def test_the_id_of_a_test_that_was_removed_is_not_given_to_its_namesake(shop):
    shop.replace("        self.pending()", "        assert self.env", count=3)
    text = shop.read(SPEC)
    gone = text[text.index(OLD) : text.index("\n  - title: Cart")]
    shop.write(SPEC, text.replace(gone, ""))
    assert shop("generate").exit == 0
    shop.write(SPEC, text.replace(*LOST))
    assert "SH-004 test_refund\n" in shop("ids").out


def second_domain(shop, *, domain="shop_floor"):
    text = shop.read(SPEC).replace("domain: shop", f"domain: {domain}")
    lines = [line for line in text.splitlines() if "- id: SH-" not in line]
    text = "\n".join(lines).replace("        name: test", "      - name: test")
    shop.write("specs/floor.yaml", text + "\n")


def test_only_the_named_domain_is_written(shop):
    shop.replace(*NO_SECOND, SPEC)
    second_domain(shop)
    before = shop.read(SPEC)
    result = shop("ids", "shop_floor", "--write", "--format", "json")
    assert result.exit == 0
    assert result.json["written"] is True
    assert result.json["files"] == ["specs/floor.yaml"]
    ids = [item["id"] for item in result.json["missing"]]
    assert ids == ["SF-001", "SF-002", "SF-003"]
    assert shop.read(SPEC) == before
    assert shop("ids", "shop_floor").exit == 0
    assert shop("ids").exit == 1
    assert shop("ids", "--write").exit == 0
    assert shop("generate").exit == 0


def test_the_prefix_counts_where_there_are_no_ids(shop):
    shop.replace(*NO_SECOND, SPEC)
    second_domain(shop)
    result = shop("ids", "--prefix", "FL", "--format", "json")
    ids = [item["id"] for item in result.json["missing"]]
    assert ids == ["FL-001", "FL-002", "FL-003", "SH-004"]
    refused = shop("ids", "--prefix", "fl")
    assert refused.exit == 2
    assert "--prefix can not be 'fl'" in refused.err


def test_an_unknown_domain(shop):
    shop.replace(*NO_SECOND, SPEC)
    before = shop.tree()
    result = shop("ids", "shp", "--write")
    assert result.exit == 2
    assert "did you mean shop?" in result.err
    assert shop.tree() == before


def test_more_tests_without_an_id_than_are_reported(shop):
    head = shop.read(SPEC).partition("groups:")[0]
    tests = "".join(
        f"      - name: test_{index}\n        summary: It holds.\n        kinds: [edge]\n"
        "        bvj: {value_impact: It gains.}\n"
        for index in range(130)
    )
    text = f"{head}groups:\n  - title: Many\n    tests:\n{tests}"
    shop.write(SPEC, text)
    assert len(shop("check", "--format", "json").codes) == 100
    result = shop("ids", "--format", "json")
    assert [item["id"] for item in result.json["missing"]][-2:] == ["SH-132", "SH-133"]
    shop.write(SPEC, text.replace("      - name:", "      - id:\n        name:"))
    assert shop("ids", "--write").exit == 0
    assert shop("ids").exit == 0
    shop.write(SPEC, text.replace("test_129", "test_class!"))
    (code,) = shop("ids", "--format", "json").codes
    assert code == "SP106"


def outline(domain, *ids):
    return Outline(domain, ids, ())


@pytest.mark.parametrize(
    ("domain", "ids", "others", "given", "expected"),
    [
        pytest.param(
            "shop", ["SH-1", "CA-1", "CA-2"], [], "X", "CA", id="most-frequent"
        ),
        pytest.param("shop", ["SH-1", "CA-1"], [], "", "SH", id="first-of-equals"),
        pytest.param("shop", [], [], "X", "X", id="given"),
        pytest.param("shop_floor", [], [], "", "SF", id="initials"),
        pytest.param("shop_floor", [], ["SF-1"], "", "SFL", id="initials-are-taken"),
        pytest.param("shop", [], [], "", "SH", id="one-word"),
        pytest.param("shop", [], ["SH-1", "SHO-1"], "", "SHOP", id="word-is-taken"),
        pytest.param("s", [], ["SS-1"], "", "SS", id="one-letter-shares"),
        pytest.param("a_2", [], [], "", "A2", id="digit"),
    ],
)
def test_prefixes(domain, ids, others, given, expected):
    known = [outline("other", *others)]
    assert prefix_of(outline(domain, *ids), known, given) == expected


def test_numbers():
    numbers = Numbers(["SH-009", "CA-0041", "sh-77", "SH-"], [])
    assert [numbers.take(name) for name in ("SH", "SH", "CA", "NE")] == [
        "SH-010",
        "SH-011",
        "CA-0042",
        "NE-001",
    ]
    full = Numbers(["SH-999999"], [])
    with pytest.raises(Exception, match="the ids of SH are used up"):
        full.take("SH")


def next_number(prefix, specs, suites):
    known = [identity for data in specs for identity in spec_ids(data)]
    return Numbers(known, suites).following(prefix)


def test_the_next_number_of_specs_that_may_be_broken():
    good = b"groups: [{tests: [{id: SH-007}, {id: CA-9}]}]"
    suite = (
        b"class TestX:\n    @pytest.mark.orphan('SH-011')\n    def test_x(self): pass\n"
    )
    assert next_number("SH", [good], []) == 8
    assert next_number("SH", [good], [suite, b"x = 'SH-050'"]) == 12
    assert next_number("SH", [good, b"tests: [{id: SH-030}"], []) == 31
    assert next_number("ZZ", [good], [suite]) == 1
