"""Whatever bytes come in: a project or findings with places, and never a traceback."""

import json
import string
import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaigns import sized
from suiteloom.model import Config
from suiteloom.model.identifiers import (
    class_name,
    closest,
    domain_problem,
    short,
    suggestion,
    test_name_problem,
)
from suiteloom.specs.loader import load_suite

CONFIG = Config()
HEAD = """\
suiteloom: 1
domain: d
title: T
summary: S
category: unit
revenue: {annual_usd: 1, protects: x}
bvj: {segment: [All], goal: Stability, value_impact: a, strategic_impact: b}
groups: [{title: G, tests: [{id: A-1, name: test_a, summary: S, kinds: [edge]}]}]
"""
SNIPPETS = [
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "? ",
    "&a ",
    "*a",
    "!!x ",
    "<<",
    "|",
    ">-",
    "'",
]
SNIPPETS += [
    '"',
    "\n",
    "\n  ",
    "#",
    "%",
    "---\n",
    "\t",
    "\r",
    "\0",
    "\ufeff",
    "\u2028",
    "é",
    "017",
]
SNIPPETS += HEAD.split()


def checked(source):
    suite, findings = load_suite(source, "specs/d.yaml", CONFIG)
    assert findings or suite is not None
    assert len(findings) <= 100
    lines = source.decode("utf-8", "replace").count("\n") + source.count(b"\r") + 2
    for finding in findings:
        assert finding.path == "specs/d.yaml"
        assert finding.code.startswith("SP1")
        assert 0 <= finding.line <= lines
        assert (finding.line == 0) == (finding.column == 0)
        assert (finding.message + finding.hint).isprintable()
    return suite, findings


@settings(deadline=None, max_examples=sized(20, 200))
@given(st.binary(max_size=200))
def test_any_bytes(source):
    checked(source)


@settings(deadline=None, max_examples=sized(25, 300))
@given(st.lists(st.sampled_from(SNIPPETS), max_size=30).map("".join))
def test_any_yaml(text):
    checked(text.encode())


@settings(deadline=None, max_examples=sized(25, 300))
@given(st.integers(0, len(HEAD)), st.integers(0, 12), st.sampled_from([*SNIPPETS, ""]))
def test_a_valid_spec_with_one_wound(start, length, snippet):
    checked((HEAD[:start] + snippet + HEAD[start + length :]).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab- \t\n", max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "title",
                    "tests",
                    "id",
                    "name",
                    "kinds",
                    "bvj",
                    "with",
                    "cases",
                    "segment",
                    "x",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
PLAIN = json.loads(
    json.dumps(
        {
            "suiteloom": 1,
            "domain": "d",
            "title": "T",
            "summary": "S",
            "category": "unit",
            "revenue": {"annual_usd": 1, "protects": "x"},
            "groups": [{"title": "G", "tests": []}],
        }
    )
)


@settings(deadline=None, max_examples=sized(25, 300))
@given(
    st.sampled_from([*PLAIN, "expect", "must_cover", "bvj", "service", "environments"]),
    JSON,
)
def test_any_value_in_any_key(key, value):
    checked(json.dumps(PLAIN | {key: value}).encode())


@settings(deadline=None, max_examples=sized(25, 300))
@given(
    st.sampled_from(
        ["id", "name", "summary", "kinds", "async", "given", "cases", "bvj", "x"]
    ),
    JSON,
)
def test_any_value_in_any_key_of_a_test(key, value):
    test = {
        "id": "A-1",
        "name": "test_a",
        "summary": "S",
        "kinds": ["edge"],
        key: value,
    }
    groups = [{"title": "G", "tests": [test]}]
    bvj = {"segment": ["All"], "goal": "Stability"}
    bvj |= {"value_impact": "a", "strategic_impact": "b"}
    suite, findings = checked(
        json.dumps(PLAIN | {"groups": groups, "bvj": bvj}).encode()
    )
    if not findings:
        assert suite.groups[0].tests[0].id.startswith("A-")


@settings(deadline=None, max_examples=sized(20, 100))
@given(st.text())
@example("class")
@example("con")
@example("test_")
@example("9" * 300)
@example("x" * 99 + "_y")
def test_suggestions_are_allowed(text):
    for prefix, problem in (("", domain_problem), ("test_", test_name_problem)):
        nearest = suggestion(text, prefix)
        plain = unicodedata.normalize("NFKD", text[:500])
        possible = any(c in string.ascii_letters + string.digits for c in plain)
        assert not nearest or problem(nearest) == ""
        if prefix == "":
            assert nearest or not possible  # other scripts have letters, too


@settings(deadline=None, max_examples=sized(20, 100))
@given(st.text(max_size=200))
def test_class_names_are_names(title):
    name = class_name(title)
    assert not name or (name.isidentifier() and name.isascii() and name[:4] == "Test")
    assert len(name) <= 103


@settings(deadline=None, max_examples=sized(20, 100))
@given(st.text(max_size=100), st.integers(2, 80))
def test_what_is_shown_is_one_visible_line(text, length):
    shown = short(text, length)
    assert shown.isprintable()
    if text.isprintable() and len(text) <= length:
        assert shown == text


@settings(deadline=None, max_examples=sized(20, 100))
@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=5))
def test_the_closest_is_one_of_those_known(name, known):
    found = closest(name, known)
    assert found == "" or found in known
    if name in known and 0 < len(name) <= 60:
        assert found == name
