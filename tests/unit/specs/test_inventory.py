"""The six real specs say what the inventory says; one that does not add up is refused."""

import json
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
import yaml

from suiteloom.model import Config
from suiteloom.specs.loader import load_project
from suiteloom.specs.schema import json_schema

ROOT = Path(__file__).parents[3]
INVENTORY = Path(__file__).with_name("inventory.txt").read_text("utf-8")
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


@pytest.fixture(scope="module")
def project():
    sources = {f"specs/{path.name}": path.read_bytes() for path in SPECS}
    return load_project(str(ROOT), Config(services=("backend",)), sources)


def listed(suite):
    lines = [f"[{suite.domain}]"]
    for group in suite.groups:
        lines.append(f"# {group.title}")
        lines += [f"{test.id} {test.name}" for test in group.tests]
    return "".join(f"{line}\n" for line in lines)


def test_ids_names_and_groups(project):
    parts = INVENTORY.split("[")[1:]
    expected = {part.partition("]")[0]: f"[{part}" for part in parts}
    assert expected == {suite.domain: listed(suite) for suite in project.suites}


def test_counts(project):
    assert len(list(project.tests)) == 117
    assert sum(len(suite.groups) for suite in project.suites) == 34
    assert sum(suite.revenue.annual_usd for suite in project.suites) == 33_300_000


def test_every_justification_is_its_own(project):
    impacts = Counter(test.bvj.value_impact for _, test in project.tests)
    assert [text for text, count in impacts.items() if count > 1] == []


def test_only_the_missing_one_is_reconstructed(project):
    ids = [test.id for _, test in project.tests if test.origin == "reconstructed"]
    assert ids == ["EI-012"]


def test_the_five_agent_events_are_covered_in_order(project):
    (suite,) = [suite for suite in project.suites if suite.mission_critical]
    events = ("agent_started", "agent_thinking", "tool_executing", "tool_completed")
    assert suite.must_cover == (*events, "agent_completed")
    assert any(test.covers == suite.must_cover for test in suite.tests)


def test_the_environment_domain_as_it_was_given_is_refused(refuse):
    text = (ROOT / "specs" / "environment_isolation.yaml").read_text("utf-8")
    before, found, after = text.partition("      - id: EI-012\n")
    assert found
    following = after.index("  - title:")
    found = refuse(before + after[following:])
    counts = [(f.code, f.message) for f in found]
    assert ("SP108", "20 tests expected, 19 found") in counts
    assert {code for code, _ in counts} == {"SP108"}
    line = text[: text.index("expect:")].count("\n") + 1
    assert line in [finding.line for finding in found]


def test_the_committed_schema_is_up_to_date():
    path = ROOT / "schema" / "spec.schema.json"
    assert json_schema() == json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in SPECS])
def test_the_schema_accepts_the_real_specs(path):
    data = yaml.safe_load(path.read_text("utf-8"))
    assert list(VALIDATOR.iter_errors(data)) == []


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json_schema())


BROKEN = [
    pytest.param("zzz: 1\ngroups:\n", "groups:\n", id="unknown-key"),
    pytest.param("", "suiteloom: 1\n", id="missing-version"),
    pytest.param("suiteloom: 2\n", "suiteloom: 1\n", id="version"),
    pytest.param("title: ' x'\n", "title: Orders\n", id="outer-space"),
    pytest.param('summary: "a\\nb"\n', "summary: Orders are kept.\n", id="two-lines"),
    pytest.param("annual_usd: -1,", "annual_usd: 1000,", id="negative"),
    pytest.param("annual_usd: 1.5,", "annual_usd: 1000,", id="fraction"),
    pytest.param("[happy]", "[positive]", id="kind"),
    pytest.param("[]", "[positive]", id="no-kinds"),
    pytest.param("positive", "[positive]", id="scalar"),
    pytest.param("id: or-1", "id: OR-001", id="id"),
    pytest.param("segment: []", "segment: [All]", id="no-segment"),
    pytest.param("gaol: x", "goal: Stability", id="unknown-bvj-key"),
    pytest.param(
        "kinds: [edge]\n        async: 1\n", "kinds: [positive]\n", id="async"
    ),
]


@pytest.mark.parametrize(("new", "old"), BROKEN)
def test_the_schema_rejects_what_the_loader_rejects(spec, refuse, new, old):
    assert VALIDATOR.is_valid(yaml.safe_load(spec()))
    text = spec((old, new))
    assert not VALIDATOR.is_valid(yaml.safe_load(text))
    assert refuse(text)
