"""`inherited = "omit"`: a field of a BVJ stands where it is written, and nowhere else."""

from __future__ import annotations

import re

import pytest

SPEC = "specs/shop.yaml"
SUITE = "generated/test_shop_integration_comprehensive.py"
LABEL = re.compile(r"^ *(BVJ|Value Impact|Strategic Impact): (.*)$", re.MULTILINE)


def docstrings(text):
    """The labels of each docstring of a suite: module, then classes and tests in order."""
    return [LABEL.findall(part) for part in text.split('"""')[1::2]]


def change_over(project, value="omit"):
    text = re.sub(r'inherited = "\w+"\n', "", project.read("pyproject.toml"))
    line = f'[tool.suiteloom]\ninherited = "{value}"\n'
    project.write("pyproject.toml", text.replace("[tool.suiteloom]\n", line))


@pytest.fixture
def omitting(shop):
    """The shop with a written body, fields at every level, inherited ones left out."""
    shop.replace("self.pending()", "assert self.env  # mine", count=1)
    shop.replace(
        "  - title: Cart\n",
        "  - title: Cart\n    bvj: {segment: [Free], value_impact: Carts add up.}\n",
        SPEC,
    )
    shop.replace(
        "bvj: {value_impact: The price that was shown is the price that is paid.}",
        "bvj: {goal: Security}",
        SPEC,
    )
    change_over(shop)
    assert shop("generate").exit == 0
    return shop


def test_each_field_stands_where_it_is_written(omitting):
    every = "Free, Early, Mid, Enterprise"
    assert docstrings(omitting.read()) == [
        [
            ("BVJ", f"{every} - Retention"),
            ("Strategic Impact", "A safe checkout brings buyers back."),
        ],
        [],
        [("Value Impact", "Nobody pays twice for one order.")],
        [("Value Impact", "Buyers get their money back without a call.")],
        [("BVJ", "Free - Retention"), ("Value Impact", "Carts add up.")],
        [("BVJ", "Free - Security")],
    ]


def test_every_level_of_check_holds(omitting):
    done = omitting("check")
    assert done.exit == 0, done.out


def test_one_word_at_the_top_of_the_file_changes_no_test(omitting):
    before = omitting.read().splitlines()
    omitting.replace("A safe checkout", "A sound checkout", SPEC)
    done = omitting("generate", "--format", "json")
    assert [entry["part"] for entry in done.json["plan"]] == ["module"]
    after = omitting.read().splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert [line.split()[0] for line in changed] == ["Strategic", "Spec:"]


@pytest.mark.parametrize(
    ("old", "new", "ids"),
    [
        pytest.param(
            "Strategic Impact: A safe",
            "Strategic Impact: A risky",
            {"", "SH-001", "SH-002", "SH-003"},
            id="of-the-module",
        ),
        pytest.param(
            "Value Impact: Carts add up.",
            "Value Impact: Carts do not.",
            {"SH-003"},
            id="of-the-class",
        ),
        pytest.param(
            "BVJ: Free - Security", "BVJ: Mid - Security", {"SH-003"}, id="own"
        ),
        pytest.param("    Value Impact: Carts add up.\n", "", {"SH-003"}, id="nowhere"),
    ],
)
def test_structure_takes_what_a_test_lacks_from_what_is_above_it(
    omitting, old, new, ids
):
    omitting.replace(old, new)
    found = omitting("check", "--format", "json").json["findings"]
    assert {item["id"] for item in found if item["code"] == "ST307"} == ids


def test_an_edit_of_a_test_is_absorbed_and_is_its_own_then(omitting):
    omitting.replace("BVJ: Free - Security", "BVJ: Mid - Security")
    assert omitting("absorb", "SH-003").exit == 0
    assert omitting("check").exit == 0
    assert "segment: [Mid]" in omitting.read(SPEC) or "- Mid" in omitting.read(SPEC)


def test_the_six_suites_change_over_in_one_step_and_back_to_the_same_bytes(platform):
    def suites():
        tree = platform.tree()
        return {path: data for path, data in tree.items() if path.endswith(".py")}

    before = suites()
    change_over(platform)
    done = platform("generate", "--format", "json")
    assert done.exit == 0
    assert {entry["action"] for entry in done.json["plan"]} == {"update"}
    lines = done.json["hand_written_lines"]
    assert lines["before"] == lines["after"] > 7_000
    over = suites()
    assert b"reviewed=" not in b"".join(over.values())
    assert sum(map(len, over.values())) < sum(map(len, before.values())) - 15_000
    again = platform("generate", "--check", "--format", "json")
    assert (again.exit, again.json["plan"]) == (0, [])
    change_over(platform, "repeat")
    assert platform("generate").exit == 0
    assert suites() == before


def test_the_score_is_the_same_whether_inherited_fields_are_repeated_or_not(shop):
    shop.replace("Buyers get their money back without a call.", "TODO", SPEC)
    shop.replace("self.pending()", "assert self.env  # mine")
    shop.replace(
        "bvj: {value_impact: The price that was shown is the price that is paid.}",
        "bvj: {value_impact: Nobody pays twice for one order.}",
        SPEC,
    )

    def judged():
        assert shop("generate").exit == 0
        found = shop("check", "--format", "json").json
        codes = [(item["code"], item["message"]) for item in found["findings"]]
        return found["score"], sorted(codes)

    repeated = judged()
    assert {code for code, _ in repeated[1]} >= {"SL404"}
    change_over(shop)
    assert judged() == repeated


def test_another_value_is_refused_with_its_line(shop):
    change_over(shop, "drop")
    done = shop("check")
    assert done.exit == 2
    assert "pyproject.toml:2: `inherited` can not be 'drop'" in done.err
    assert "use one of repeat, omit" in done.err
