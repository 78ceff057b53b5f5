"""Every rule: its good example is clean, its bad one is found at the marked lines."""

import re

import pytest
from pydantic import TypeAdapter

from suiteloom.audit.catalogue import RULES
from suiteloom.audit.engine.examine import examine, examine_all
from suiteloom.audit.engine.settings import Settings

MARK = re.compile(r" *# <-$", re.MULTILINE)
FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)


def files_of(example):
    parts = FILE.split(example)
    named = dict(zip(parts[1::2], parts[2::2], strict=True))
    return named or {"tests/test_example.py": example}


def lines_found(rule, example):
    settings = TypeAdapter(Settings).validate_python(rule.text.options)
    files = files_of(example)
    facts = [
        examine(path, MARK.sub("", text).encode(), settings, RULES)
        for path, text in files.items()
    ]
    return {
        (facts_of.path, flaw.finding.line)
        for facts_of in examine_all(facts, settings, RULES)
        for flaw in facts_of.flaws
        if flaw.finding.code == rule.code
    }


def marked(example):
    return {
        (path, number)
        for path, text in files_of(example).items()
        for number, line in enumerate(text.splitlines(), 1)
        if MARK.search(line)
    }


OWN = [rule for rule in RULES if not rule.ruff]


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.code) for rule in OWN])
def test_the_bad_example_is_found_at_its_lines(rule):
    assert marked(rule.text.bad), "the example marks no line"
    assert lines_found(rule, rule.text.bad) == marked(rule.text.bad)


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.code) for rule in OWN])
def test_the_good_example_is_clean(rule):
    assert not marked(rule.text.good)
    assert lines_found(rule, rule.text.good) == set()


def test_codes_are_unique_and_named():
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert len({rule.text.name for rule in RULES}) == len(RULES)
    assert all(re.fullmatch(r"SL\d\d\d", rule.code) for rule in RULES)
    assert all(rule.text.reason.endswith(".") for rule in RULES)
