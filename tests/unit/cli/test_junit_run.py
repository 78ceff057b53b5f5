"""A run as JUnit XML, read back by a parser."""

import os
from xml.etree import ElementTree as ET

import pytest

from suiteloom.cli.junit_run import junit_run
from suiteloom.model import OUTCOMES

from .run_samples import (
    FINDINGS,
    IDS,
    NASTY,
    PATH,
    ended,
    every_outcome,
    run_of,
)

ELEMENTS = ("failure", "error", "skipped")


def parsed(run, form="junit", split=0):
    texts = junit_run(run, is_strict=form == "xunit2", split=split)
    return [ET.fromstring(text) for text in texts]  # noqa: S314 - our own


def one(run, form="junit"):
    (root,) = parsed(run, form)
    return root


def properties(element):
    found = element.find("properties")
    items = [] if found is None else found
    return {item.get("name"): item.get("value") for item in items}


def element_of(case):
    (found,) = [child.tag for child in case if child.tag in ELEMENTS] or [""]
    return found


def by_id(root):
    cases = [
        case for case in root.iter("testcase") if case.find("properties") is not None
    ]
    return {properties(case)["spec_id"]: case for case in cases}


def test_each_outcome_has_the_element_of_the_table():
    cases = by_id(one(run_of(*every_outcome())))
    assert {key: element_of(case) for key, case in cases.items()} == {
        identity: item.junit for identity, item in zip(IDS, OUTCOMES, strict=True)
    }


def test_nothing_but_what_passed_is_without_an_element():
    plain = [item.name for item in OUTCOMES if not item.junit]
    assert plain == ["passed"]


@pytest.mark.parametrize("outcome", ["passed", "failed"])
def test_a_suspect_test_is_never_one_that_passed(outcome):
    run = run_of(ended("SH-001", outcome), suspects=["SH-001"])
    case = by_id(one(run))["SH-001"]
    assert element_of(case) == {"passed": "skipped", "failed": "failure"}[outcome]
    assert properties(case)["outcome"] == outcome
    assert properties(case)["state"] == "suspect"


@pytest.mark.parametrize("item", OUTCOMES, ids=lambda item: item.name)
def test_a_test_in_quarantine_neither_fails_nor_passes(item):
    case = by_id(one(run_of(ended("SH-001", item.name), held=["SH-001"])))
    assert element_of(case["SH-001"]) == "skipped"
    assert properties(case["SH-001"])["outcome"] == item.name


def test_a_test_says_its_spec_and_its_record():
    run = run_of(ended("SH-006", "passed", case="two", attempts=3, metrics={"n": 6}))
    known = properties(by_id(one(run))["SH-006"])
    assert known.pop("bvj_value_impact").startswith("Nobody pays twice.")
    assert known == {
        "spec_id": "SH-006",
        "domain": "shop",
        "group": "Cart",
        "bvj_segment": "Free, Early",
        "bvj_goal": "Retention",
        "bvj_strategic_impact": "Buyers stay.",
        "outcome": "passed",
        "case": "two",
        "environment": "test",
        "path": PATH,
        "line": "31",
        "attempts": "3",
        "metric.n": "6",
    }


def test_counts_of_suites_add_up():
    root = one(run_of(*every_outcome(), findings=FINDINGS))
    suites = {suite.get("name"): suite for suite in root}
    assert [
        suites["shop"].get(n) for n in ("tests", "failures", "errors", "skipped")
    ] == [
        str(len(OUTCOMES)),
        *(str(sum(item.junit == name for item in OUTCOMES)) for name in ELEMENTS),
    ]
    assert suites["suiteloom"].get("errors") == "1"
    assert root.get("tests") == str(len(OUTCOMES) + 1)
    assert root.get("errors") == "2"


def test_an_error_of_the_run_that_no_test_shows_is_an_error():
    root = one(run_of(ended("SH-001", "passed"), findings=FINDINGS))
    (error,) = root.iter("error")
    assert error.get("type") == "RU502"
    assert error.get("message").startswith("no outcome: SH-009")


def test_characters_that_xml_can_not_hold_are_replaced():
    case = by_id(one(run_of(*every_outcome())))["SH-001"]
    reason = case.find("failure").get("message")
    assert reason == "failed a�b�[31m�� <&\"'> ]]> é 中 🎉\r\n\ttail"
    assert set(NASTY) - set(reason) == {"\x00", "\x1b", "\ud800", "\ufffe"}


def test_durations_keep_every_digit_of_the_record():
    tests = every_outcome()
    cases = by_id(one(run_of(*tests)))
    assert {t.id: t.duration_s for t in tests} == {
        key: float(case.get("time")) for key, case in cases.items()
    }


def test_environments_are_apart():
    run = run_of(
        ended("SH-001", "passed", "test"),
        ended("SH-001", "failed", "prod"),
        environments=("test", "prod"),
    )
    root = one(run)
    assert [(s.get("name"), s.get("failures")) for s in root][1:] == [
        ("shop (test)", "0"),
        ("shop (prod)", "1"),
    ]
    names = [
        (case.get("classname"), case.get("name")) for case in root.iter("testcase")
    ]
    assert len(set(names)) == 2


def test_the_run_says_what_is_known_of_it():
    known = properties(one(run_of(*every_outcome()))[0])
    assert known.pop("suiteloom")
    assert known == {
        "commit": "c" * 40,
        "tree_clean": "false",
        "began_us": "1700000000123456",
        "ended_us": "1700000001000000",
        "environments": "test",
        "system": "Linux x86_64",
        "hosts": "alpha:/srv/shop",
        "missing_host.beta:/srv/shop": "Connection refused",
        "collected": str(len(OUTCOMES)),
        "unspecified.generated/test_extra.py": "2",
        "coverage_percent": "83.25",
        "coverage_percent.test": "50.5",
        "coverage_percent.prod": "66.75",
        f"digest.{PATH}": "d" * 64,
    }


def test_a_run_without_tests_is_a_document_too():
    root = one(run_of(findings=FINDINGS))
    assert [case.find("error").get("type") for case in root.iter("testcase")] == [
        "RU502"
    ]


@pytest.mark.parametrize("split", [1, 2, 3, 9, 10, 11])
def test_split_files_hold_each_test_once_and_no_more_than_asked(split):
    run = run_of(*every_outcome(), findings=FINDINGS)
    parts = parsed(run, split=split)
    counts = [len(list(part.iter("testcase"))) for part in parts]
    assert max(counts) <= split
    assert counts == [int(part.get("tests")) for part in parts]
    (whole,) = parsed(run)
    names = [case.get("name") for part in parts for case in part.iter("testcase")]
    assert names == [case.get("name") for case in whole.iter("testcase")]


def test_the_strict_form_has_the_same_properties_in_the_suite():
    run = run_of(*every_outcome())
    strict, usual = one(run, "xunit2"), by_id(one(run))
    assert not list(strict.iterfind(".//testcase/properties"))
    known = properties(strict.find("testsuite[@name='shop']"))
    for row in run.rows:
        own = properties(usual[row.ended.id])
        head = f"TestPayment::{row.name} "
        assert {k.removeprefix(head): v for k, v in known.items() if head in k} == own


SCHEMA = os.environ.get("SUITELOOM_JUNIT_SCHEMA", "")


@pytest.mark.skipif(not SCHEMA, reason="SUITELOOM_JUNIT_SCHEMA names no schema")
@pytest.mark.parametrize("form", ["junit", "xunit2"])
def test_the_published_schema_holds(form):
    import xmlschema

    schema = xmlschema.XMLSchema(SCHEMA)
    run = run_of(*every_outcome(), *every_outcome("prod"), findings=FINDINGS)
    for root in parsed(run, form, split=4):
        if form == "junit":  # the one thing that the schema does not know
            for case in root.iter("testcase"):
                for found in case.findall("properties"):
                    case.remove(found)
        schema.validate(root)
        root.set("colour", "red")
        assert not schema.is_valid(root)
