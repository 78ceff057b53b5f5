"""Runs as JUnit XML and CTRF, read by other means and held against the JSON of verbs."""

import json
from collections import Counter
from xml.etree import ElementTree as ET

import pytest

from pending_calls import replaced
from suiteloom.model import outcome_named

SUITE = "generated/test_shop_integration_comprehensive.py"
MORE = "".join(
    f"      - {{id: SH-00{number}, name: test_{name}, summary: It does {number}.,\n"
    "         kinds: [positive], bvj: {value_impact: Something.}}\n"
    for number, name in enumerate(
        ("skipped", "expected", "unexpected", "broken", "gone", "changed", "later"), 4
    )
)
BODIES = (
    "self.record_metric('services', 6)",
    "assert not self.env, 'red \\x1b[31m'",
    "assert sum(prices) == total",
    "pytest.skip('not here')",
    "pytest.xfail('known')",
    "assert self.env",
    "assert broken",
    "assert self.env",
    "assert self.env",
)
HOOKS = """\
import pytest

@pytest.fixture
def broken():
    raise OSError('no disk')

def pytest_collection_modifyitems(items):
    for item in items:
        if item.name == 'test_unexpected':
            item.add_marker(pytest.mark.xfail(strict=False))
"""
OUTCOMES = {
    "SH-001": "passed",
    "SH-002": "failed",
    "SH-003": "passed",
    "SH-004": "skipped",
    "SH-005": "xfailed",
    "SH-006": "xpassed",
    "SH-007": "error",
    "SH-008": "orphan",
    "SH-009": "passed",
    "SH-0010": "pending",
}
SUSPECT = "SH-009"


@pytest.fixture
def mixed(shop):
    """The shop with tests of most outcomes, a suspect one, and one without an id."""
    shop.write("specs/shop.yaml", shop.read("specs/shop.yaml") + MORE)
    assert shop("generate").exit == 0
    text = shop.read()
    for body in BODIES:
        text = replaced(text, "        self.pending()\n", f"        {body}\n", 1)
    text = text.replace("def test_broken(self)", "def test_broken(self, broken)")
    shop.write(SUITE, text + "\n\ndef test_unmarked():\n    assert True\n")
    shop.write("generated/conftest.py", HOOKS)
    spec = shop.read("specs/shop.yaml")
    gone = next(part for part in MORE.split("      - ") if "test_gone" in part)
    spec = spec.replace(f"      - {gone}", "")
    shop.write("specs/shop.yaml", spec.replace("It does 9.", "It does nine."))
    assert shop("generate").exit == 0
    return shop


def junit_cases(*paths):
    """Each test of JUnit XML: its properties, its element and its duration."""
    for path in paths:
        root = ET.parse(path).getroot()  # noqa: S314 - our own
        for case in root.iter("testcase"):
            found = {p.get("name"): p.get("value") for p in case.iter("property")}
            tags = [child.tag for child in case if child.tag != "properties"]
            found["element"] = tags[0] if tags else ""
            yield found | {"time": float(case.get("time"))}


def by_id(items, key="spec_id"):
    return {item[key]: item for item in items if key in item}


@pytest.fixture
def exported(mixed):
    """The files of a run, beside what the run printed as JSON."""
    result = mixed(
        *("run", "--format", "json", "--also", f"junit={mixed.root / 'j.xml'}"),
        *("--also", f"ctrf={mixed.root / 'c.json'}"),
        *("--also", f"json={mixed.root / 'r.json'}"),
    )
    assert result.exit == 1
    ctrf = json.loads(mixed.read("c.json"))["results"]
    return result.json, list(junit_cases(mixed.root / "j.xml")), ctrf, mixed


def test_outcomes_are_those_that_run_prints(exported):
    printed, cases, ctrf, _ = exported
    assert printed["outcomes"] == OUTCOMES
    ids = by_id(cases)
    assert {key: case["outcome"] for key, case in ids.items()} == OUTCOMES
    tests = {t["extra"]["id"]: t for t in ctrf["tests"] if t["extra"].get("outcome")}
    del tests[""]
    assert {key: t["extra"]["outcome"] for key, t in tests.items()} == OUTCOMES


def test_nothing_that_is_held_back_is_passed(exported):
    _, cases, ctrf, _ = exported
    plain = {
        case["spec_id"] for case in cases if not case["element"] and "spec_id" in case
    }
    passed = {t["extra"]["id"] for t in ctrf["tests"] if t["status"] == "passed"}
    assert plain == passed - {""} == {"SH-001", "SH-003"}
    assert by_id(cases)[SUSPECT]["element"] == "skipped"


def test_counts_are_those_of_status(exported):
    _, cases, ctrf, shop = exported
    totals = shop("status", "--format", "json").json["totals"]
    counts = Counter()
    for case in by_id(cases).values():
        counts[outcome_named(case["outcome"]).count] += 1
    assert {name: counts[name] for name in ("passed", "failed", "skipped")} == {
        name: totals[name] for name in ("passed", "failed", "skipped")
    }
    by_test = ctrf["summary"]["extra"]["outcomes"]
    assert by_test["passed"] == counts["passed"] + 2  # a second case, and one unmarked
    known = sum(case.get("state") == "suspect" for case in cases)
    assert (known, counts["pending"]) == (totals["suspect"], totals["pending"])
    assert counts["orphaned"] == totals["orphaned"]
    collected = set(ctrf["environment"]["extra"]["collected"]) - {"SH-008"}
    assert len(collected) == totals["collected"]
    extra = ctrf["environment"]["extra"]["unspecified"]
    assert sum(extra.values()) == totals["unspecified"] == 1


def test_every_number_of_the_record_is_in_both(exported):
    _, cases, ctrf, shop = exported
    record = json.loads(shop.read(".suiteloom/last-run.json"))
    plain = [t["extra"] for t in ctrf["tests"] if t["extra"].get("outcome")]
    assert [{k: v for k, v in t.items() if k != "state"} for t in plain] == record[
        "tests"
    ]
    told = [case for case in cases if "outcome" in case]
    for case, kept in zip(told, record["tests"], strict=True):
        assert case["time"] == kept["duration_s"]
        assert case["attempts"] == str(kept["attempts"])
        assert case["line"] == str(kept["line"])
        assert case.get("case", "") == kept["case"]
        metrics = {k: v for k, v in case.items() if k.startswith("metric.")}
        assert metrics == {f"metric.{k}": str(v) for k, v in kept["metrics"].items()}
    root = ET.parse(shop.root / "j.xml").getroot()  # noqa: S314 - our own
    run = {p.get("name"): p.get("value") for p in root[0].iter("property")}
    assert (run["began_us"], run["ended_us"]) == (
        str(record["began_us"]),
        str(record["ended_us"]),
    )
    assert ctrf["summary"]["start"] == record["began_us"] // 1000


def test_the_json_of_run_is_what_it_prints(exported):
    printed, _, _, shop = exported
    assert json.loads(shop.read("r.json")) == printed


def test_several_environments_stay_apart(mixed):
    mixed(
        *("run", "--env", "all", "--also", f"junit={mixed.root / 'j.xml'}"),
        *("--also", f"ctrf={mixed.root / 'c.json'}"),
    )
    names = ["test", "dev", "staging", "prod"]
    cases = [case for case in junit_cases(mixed.root / "j.xml") if "outcome" in case]
    ctrf = json.loads(mixed.read("c.json"))["results"]
    for name in names:
        here = [case for case in cases if case["environment"] == name]
        assert {k: c["outcome"] for k, c in by_id(here).items()} == OUTCOMES
    labels = Counter(t["labels"]["environment"] for t in ctrf["tests"] if "labels" in t)
    assert labels == Counter(case["environment"] for case in cases)
    assert ctrf["environment"]["testEnvironment"] == ", ".join(names)


def test_split_files_are_one_whole_and_nothing_of_before_stays(mixed):
    folder = mixed.root / "out"
    folder.mkdir()
    (folder / "j-7.xml").write_text("somebody's own", encoding="utf-8")
    for size, count in (("2", 6), ("5", 3)):
        also = f"junit={folder / 'j.xml'}"
        assert mixed("run", "--also", also, "--junit-split", size).exit == 1
        ours = [f"j-{number}.xml" for number in range(1, count + 1)]
        assert sorted(p.name for p in folder.iterdir()) == sorted([*ours, "j-7.xml"])
    cases = list(junit_cases(*(folder / name for name in ours)))
    assert {k: c["outcome"] for k, c in by_id(cases).items()} == OUTCOMES


def test_a_run_that_fails_without_a_failed_test_is_not_green(shop):
    shop.write(
        "generated/conftest.py",
        "def pytest_sessionfinish(session):\n    session.exitstatus = 1\n",
    )
    junit, ctrf = shop.root / "j.xml", shop.root / "c.json"
    also = ("--also", f"junit={junit}", "--also", f"ctrf={ctrf}")
    assert shop("run", *also).exit == 1
    (error,) = ET.parse(junit).getroot().iter("error")  # noqa: S314 - our own
    assert error.get("type") == "RU503"
    assert json.loads(shop.read("c.json"))["results"]["summary"]["failed"] == 1


def test_build_writes_them_too(shop):
    junit, data = shop.root / "j.xml", shop.root / "b.json"
    result = shop(
        *("build", "--format", "json", "--also", f"xunit2={junit}"),
        *("--also", f"json={data}"),
    )
    assert result.exit == 0
    assert json.loads(shop.read("b.json")) == result.json
    root = ET.parse(junit).getroot()  # noqa: S314 - our own
    shown = {p.get("name"): p.get("value") for p in root.iter("property")}
    assert shown["TestPayment::test_charged_once spec_id"] == "SH-001"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--also", "html=x"], "--also can not be 'html=x'", id="format"),
        pytest.param(["--also", "junit=no/x"], "can not write to no/x", id="folder"),
        pytest.param(["--junit-split", "9"], "has nothing to split", id="split"),
        pytest.param(
            ["--junit-split", "9", "--also", "ctrf=x"], "nothing to split", id="ctrf"
        ),
    ],
)
def test_what_can_not_be_written_is_said_before_anything_runs(shop, options, message):
    result = shop("run", *options)
    assert result.exit == 2
    assert message in result.err
    assert not (shop.root / ".suiteloom" / "last-run.json").exists()
