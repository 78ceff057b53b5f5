"""What docs/specs.md shows is loaded, and what it says is so."""

import re
from pathlib import Path

import pytest
import yaml

from suiteloom.model import MAX_SPEC_BYTES
from suiteloom.specs.loader import MAX_TESTS
from suiteloom.specs.schema import json_schema
from suiteloom.specs.yaml_data import MAX_CASE_KEYS, MAX_DEPTH, MAX_KEYS, MAX_NODES

TEXT = (Path(__file__).parents[3] / "docs" / "specs.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(suiteloom: 1.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
ROWS = re.findall(r"^\| (SP\d+) \| .* \| (.+) \|$", TEXT, re.MULTILINE)
REFUSALS = Path(__file__).with_name("refusals.yaml").read_text("utf-8")
SHAPES = {
    "file": None,
    "group": "GroupShape",
    "test": "TestShape",
    "quarantine": "QuarantineShape",
    "case": "CaseShape",
}


@pytest.mark.parametrize("block", BLOCKS, ids=["least", "justified", "all"])
def test_examples_load(load, block):
    bvj = "fail" if "bvj:" in block else "report"
    (suite,) = load(block, services=("backend",), bvj=bvj).suites
    assert [test.id for test in suite.tests] == ["CO-001"]


def test_the_last_example_has_every_key():
    data = yaml.safe_load(BLOCKS[-1])
    (group,) = data["groups"]
    (test,) = group["tests"]
    defined = json_schema()
    shapes = defined["$defs"]
    assert set(data) == set(defined["properties"])
    assert set(group) == set(shapes["GroupShape"]["properties"])
    assert set(test) == set(shapes["TestShape"]["properties"])
    assert set(test["cases"][0]) == set(shapes["CaseShape"]["properties"])
    held = shapes["QuarantineShape"]["properties"]
    assert set(test["quarantine"]) == set(held)


@pytest.mark.parametrize("kind", SHAPES)
def test_the_tables_list_every_key_and_what_must_be_given(kind):
    table = TEXT.partition(f"| key of {'the' if kind == 'file' else 'a'} {kind} |")[2]
    rows = [row.split(" | ") for row in table.partition("\n\n")[0].split("\n")[2:]]
    listed = {name: row[-1] for row in rows for name in re.findall(r"`(\w+)`", row[0])}
    schema = json_schema()
    shape = schema["$defs"][SHAPES[kind]] if SHAPES[kind] else schema
    assert list(listed) == list(shape["properties"])
    required = [name for name, default in listed.items() if not default.strip("| ")]
    assert required == shape["required"]


def test_every_code_has_an_example_that_is_produced():
    assert {code for code, _ in ROWS} == {f"SP{number}" for number in range(101, 111)}
    missing = [
        example
        for code, example in ROWS
        if f"{code} {example}" not in REFUSALS.replace("''", "'")
    ]
    assert missing == [
        "the spec has over 5,000,000 bytes",
        "the spec is not UTF-8",
        "the file is empty",
        "refused: a tag (tag:yaml.org,2002:str)",
        "refused: a directive (%)",
        "more than 20,000 tests",
        "20 tests expected, 19 found",
    ]


@pytest.mark.parametrize(
    "limit", [MAX_SPEC_BYTES, MAX_CASE_KEYS, MAX_DEPTH, MAX_KEYS, MAX_NODES, MAX_TESTS]
)
def test_limits_are_named(limit):
    assert re.search(rf"\b{limit:,}\b", TEXT)
