"""How scalars are read, and what is inherited."""

import json

import pytest

GUESSED = ["on", "off", "yes", "no", "y", "n", "True", "FALSE", "Null", "NULL", "~"]
NUMBERS = ["017", "0o17", "0x1F", "1_000", "1e3", "1.10", "+1", ".5", "1.", "60:30"]
NUMBERS += [
    ".inf",
    "-.INF",
    ".nan",
    "1234567890123456789",
    "1.0.0",
    "0b1",
    "00",
    "1e16",
]
DATES = ["2024-01-31", "2024-01-31 10:00:00", "2024-01-31T10:00:00Z"]
WORDS = ["=", "nan", "inf", "on call", "no.", "null and void", "a#b", "http://x", "-x"]


def text_field(load, spec, written):
    return load(spec(("title: Orders", f"title: {written}"))).suites[0].title


def case_value(load, spec, written):
    cases = (
        f"        cases:\n          - {{id: a, kind: edge, with: {{x: {written}}}}}\n"
    )
    kinds = "kinds: [positive]\n"
    (suite,) = load(spec((kinds, kinds + cases))).suites
    ((name, value),) = suite.groups[0].tests[0].cases[0].values
    assert name == "x"
    return value


@pytest.mark.parametrize(
    "text", [*GUESSED, "true", "null", "7", "1.5", *NUMBERS, *DATES, *WORDS]
)
@pytest.mark.parametrize("quote", ["", "'", '"'], ids=["plain", "single", "double"])
def test_text_fields_are_read_as_written(load, spec, text, quote):
    assert text_field(load, spec, f"{quote}{text}{quote}") == text


@pytest.mark.parametrize("text", [*GUESSED, *NUMBERS])
def test_ambiguous_case_values_are_refused_unless_quoted(load, spec, refuse, text):
    cases = "        cases: [{id: a, kind: edge, with: {x: [1, %s]}}]\n"
    kinds = "kinds: [positive]\n"
    (found,) = refuse(spec((kinds, kinds + cases % text)))
    assert found.message == f"refused: `{text}` could mean several things"
    assert found.hint == f'for the text write "{text}"; values are JSON'
    assert (found.line, found.column, found.code) == (19, 51, "SP103")
    assert case_value(load, spec, f'"{text}"') == text
    assert case_value(load, spec, f"'{text}'") == text


@pytest.mark.parametrize("text", [*DATES, *WORDS])
def test_case_values_that_nobody_misreads_are_texts(load, spec, text):
    assert case_value(load, spec, text) == text


VALUES = [
    None,
    True,
    False,
    0,
    -3,
    10**17,
    1.5,
    -0.25,
    1e-07,
    "",
    "a: b",
    "\r\n\t\0\u202e",
]
VALUES += [[], {}, [[], {}, [None]], {"on": {"017": [1, -1.5, "1"]}, "": {"<": None}}]


@pytest.mark.parametrize("value", [pytest.param(v, id=json.dumps(v)) for v in VALUES])
def test_json_is_read_as_json(load, spec, value):
    read = case_value(load, spec, json.dumps(value))
    assert (type(value), value) == (type(read), read)
    assert json.dumps(value) == json.dumps(read)


def test_keys_with_a_meaning_have_it_outside_of_cases_only(load, spec):
    value = case_value(load, spec, '{async: "true", tests: "1", groups: one, with: {}}')
    assert value == {"async": "true", "tests": "1", "groups": "one", "with": {}}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (">-\n  a long\n  text", "a long text"),
        ("|\n  one line\n", "one line"),
        (">\n  one\n  line\n\n", "one line"),
        ("one\n  line", "one line"),
        ('"a \\\n  b\\x41"', "a bA"),
    ],
)
def test_folded_texts(load, spec, written, expected):
    assert text_field(load, spec, written) == expected


TWO_GROUPS = """\
  - title: Other
    bvj: {segment: [Platform, All, Mid], goal: Security}
    tests:
      - id: OR-002
        name: test_other
        summary: Another.
        kinds: [edge]
        bvj: {value_impact: Its own., segment: [Enterprise]}
      - {id: OR-003, name: test_third, summary: A third., kinds: [edge]}
"""


def test_a_justification_is_inherited_field_by_field(load, spec):
    kinds = "kinds: [positive]\n"
    (suite,) = load(spec((kinds, kinds + TWO_GROUPS))).suites
    first, second, third = (test.bvj for test in suite.tests)
    everyone = ("Free", "Early", "Mid", "Enterprise")
    assert first == suite.bvj == suite.groups[0].bvj
    assert suite.bvj.segment == everyone
    assert second.segment == ("Enterprise",)
    assert (second.goal, second.value_impact) == ("Security", "Its own.")
    assert second.strategic_impact == "Customers come back."
    assert third == suite.groups[1].bvj
    assert third.segment == ("Platform", *everyone)
    assert third.value_impact == "Orders are not lost."


def test_defaults(load, spec):
    (suite,) = load(spec()).suites
    (test,) = suite.tests
    assert suite.environments == ("test", "dev", "staging", "prod")
    assert (suite.service, suite.mission_critical, suite.must_cover) == ("", False, ())
    assert (test.is_async, test.origin) == (False, "planned")
    assert (test.given, test.when, test.then, test.covers) == ((), (), (), ())
    assert (test.markers, test.cases) == ((), ())
    assert suite.path == "generated/test_orders_unit_comprehensive.py"
    assert suite.spec_path == "specs/a.yaml"


def test_covers_that_hold_are_accepted(load, spec):
    kinds = "kinds: [positive]\n"
    edits = [("category: unit", "category: unit\nmust_cover: [b, a]")]
    edits.append((kinds, f"{kinds}        covers: [a, b]\n"))
    (suite,) = load(spec(*edits)).suites
    assert suite.must_cover == ("b", "a")
    assert suite.groups[0].tests[0].covers == ("a", "b")


def test_counts_that_hold_are_accepted(load, spec):
    expect = "category: unit\nexpect: {tests: 1, groups: 1}"
    edits = [
        ("category: unit", expect),
        ("    tests:\n", "    expect: {tests: 1}\n    tests:\n"),
    ]
    assert load(spec(*edits)).suites


KEPT = "An order is kept."
COMMENTS = [
    pytest.param(f"{KEPT}  # for how long?", KEPT, id="two-blanks"),
    pytest.param(f"{KEPT}\t# why", KEPT, id="tab"),
    pytest.param(f'"{KEPT}" #why', KEPT, id="quoted"),
    pytest.param(f"{KEPT}  ## twice", KEPT, id="two-marks"),
    pytest.param(f"{KEPT}  #", KEPT, id="empty"),
    pytest.param("C#is#kept", "C#is#kept", id="no-blank-before"),
    pytest.param(">-\n          Ticket #12", "Ticket #12", id="folded"),
]


@pytest.mark.parametrize(("text", "expected"), COMMENTS)
def test_comments_stand_where_they_are_no_text(spec, load, text, expected):
    (suite,) = load(spec((KEPT, text))).suites
    assert suite.groups[0].tests[0].summary == expected


def test_a_comment_behind_a_name_needs_one_blank(spec, load):
    names = ("title: Orders", "title: Orders # kept"), ("OR-001", "OR-001 #12")
    (suite,) = load(spec(*names)).suites
    assert (suite.title, suite.groups[0].tests[0].id) == ("Orders", "OR-001")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("[a cart with one article]", ("a cart with one article",), id="1"),
        pytest.param('["a cart", "a card"]', ("a cart", "a card"), id="quoted"),
        pytest.param('[a cart, "a: card"]', ("a cart", "a: card"), id="one-plain"),
        pytest.param("[cart, card]", ("cart", "card"), id="words"),
        pytest.param(
            "[\n          a cart,\n          a card,\n        ]",
            ("a cart", "a card"),
            id="lines",
        ),
    ],
)
def test_texts_in_brackets_that_nobody_could_misread(spec, load, written, expected):
    text = f"kinds: [positive]\n        given: {written}"
    (suite,) = load(spec(("kinds: [positive]", text))).suites
    assert suite.groups[0].tests[0].given == expected
