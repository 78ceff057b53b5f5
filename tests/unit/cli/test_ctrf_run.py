"""A run in the Common Test Report Format, read back by a parser."""

import json
import os
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from suiteloom.cli.ctrf_run import ctrf_run
from suiteloom.model import OUTCOMES

from .run_samples import FINDINGS, IDS, PATH, ended, every_outcome, run_of

BAD = {"failed", "pending", "skipped", "other"}


def report(run):
    def refused(name):
        raise AssertionError(name)

    text = json.dumps(ctrf_run(run))
    return json.loads(text, parse_constant=refused)["results"]


def by_id(results):
    return {t["labels"]["spec_id"]: t for t in results["tests"] if "labels" in t}


def test_each_outcome_has_the_status_of_the_table():
    tests = by_id(report(run_of(*every_outcome())))
    assert {key: (t["status"], t["rawStatus"]) for key, t in tests.items()} == {
        identity: (item.ctrf, item.name)
        for identity, item in zip(IDS, OUTCOMES, strict=True)
    }


def test_nothing_but_what_passed_is_passed():
    assert [item.name for item in OUTCOMES if item.ctrf == "passed"] == ["passed"]


@pytest.mark.parametrize("outcome", ["passed", "failed", "pending"])
def test_a_suspect_test_is_never_one_that_passed(outcome):
    test = by_id(report(run_of(ended("SH-001", outcome), suspects=["SH-001"])))[
        "SH-001"
    ]
    assert test["status"] == {"passed": "other"}.get(outcome, outcome)
    assert (test["extra"]["outcome"], test["extra"]["state"]) == (outcome, "suspect")


@pytest.mark.parametrize("item", OUTCOMES, ids=lambda item: item.name)
def test_a_test_in_quarantine_neither_fails_nor_passes(item):
    test = by_id(report(run_of(ended("SH-001", item.name), held=["SH-001"])))["SH-001"]
    apart = item.ctrf in {"failed", "passed"}
    assert test["status"] == ("other" if apart else item.ctrf)
    assert test["extra"]["outcome"] == item.name
    assert test["extra"]["state"] == "quarantined"


def test_the_summary_counts_what_is_there():
    results = report(run_of(*every_outcome(), findings=FINDINGS))
    summary = results["summary"]
    counts = Counter(test["status"] for test in results["tests"])
    assert {k: summary[k] for k in ("passed", *BAD)} == {
        k: counts[k] for k in ("passed", *BAD)
    }
    assert summary["tests"] == len(results["tests"]) == len(OUTCOMES) + 1
    assert summary["flaky"] == 1
    assert (summary["start"], summary["stop"]) == (1_700_000_000_123, 1_700_000_001_000)
    assert summary["extra"]["outcomes"] == {item.name: 1 for item in OUTCOMES}


def test_an_error_of_the_run_that_no_test_shows_is_a_test_that_failed():
    results = report(run_of(ended("SH-001", "passed"), findings=FINDINGS))
    failed = [test for test in results["tests"] if test["status"] == "failed"]
    assert [(test["extra"]["code"], test["type"]) for test in failed] == [
        ("RU502", "finding")
    ]


def test_a_test_says_its_spec():
    test = by_id(report(run_of(ended("SH-006", "passed", case="two"))))["SH-006"]
    assert test["testId"] == "SH-006[two]"
    assert test["suite"] == ["shop", "Cart"]
    assert test["tags"] == ["positive", "edge"]
    assert test["type"] == "integration"
    assert (test["filePath"], test["line"]) == (PATH, 31)
    assert test["labels"]["bvj_goal"] == "Retention"


def test_every_number_of_the_record_is_there():
    run = run_of(*every_outcome())
    tests = by_id(report(run))
    for outcome in run.last.tests:
        extra = tests[outcome.id]["extra"]
        assert extra["duration_s"] == outcome.duration_s
        assert extra["attempts"] == outcome.attempts
        assert extra["metrics"]["services"] == outcome.metrics["services"]
        assert extra["metrics"]["rate"] == "inf"
        assert tests[outcome.id]["duration"] == round(outcome.duration_s * 1000)


def test_the_run_says_what_is_known_of_it():
    environment = report(run_of(*every_outcome()))["environment"]
    assert environment["commit"] == "c" * 40
    assert environment["osPlatform"] == "Linux x86_64"
    assert environment["testEnvironment"] == "test"
    assert environment["extra"] == {
        "tree_clean": False,
        "environments": ["test"],
        "hosts": ["alpha:/srv/shop"],
        "missing_hosts": {"beta:/srv/shop": "Connection refused"},
        "collected": sorted(IDS),
        "unspecified": {"generated/test_extra.py": 2},
        "coverage_percent": 83.25,
        "coverage_by_environment": {"prod": 66.75, "test": 50.5},
        "suites": {PATH: "d" * 64},
    }


def test_environments_are_apart():
    results = report(
        run_of(
            ended("SH-001", "passed", "test"),
            ended("SH-001", "failed", "prod"),
            environments=("test", "prod"),
        )
    )
    assert [(t["labels"]["environment"], t["status"]) for t in results["tests"]] == [
        ("test", "passed"),
        ("prod", "failed"),
    ]


SCHEMA = os.environ.get("SUITELOOM_CTRF_SCHEMA", "")


@pytest.mark.skipif(not SCHEMA, reason="SUITELOOM_CTRF_SCHEMA names no schema")
@pytest.mark.parametrize(
    "tests", [every_outcome(), ()], ids=["every-outcome", "no-test"]
)
def test_the_published_schema_holds(tests):
    schema = json.loads(Path(SCHEMA).read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    run = run_of(*tests, ended("", "passed"), findings=FINDINGS, suspects=["SH-009"])
    data = json.loads(json.dumps(ctrf_run(run)))
    validator.validate(data)
    data["results"]["tests"][0]["status"] = "xfailed"
    assert not validator.is_valid(data)
