"""What holds for lists of every form: encodings, limits, which form it is."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns import sized
from suiteloom.errors import SpecError
from suiteloom.model import KINDS
from suiteloom.model.identifiers import comparable, test_name_problem
from suiteloom.scaffold.lists import Listing, ListOptions, read_list
from suiteloom.scaffold.lists.entry import ID
from suiteloom.scaffold.names import class_key

FEW = settings(max_examples=150, deadline=None, derandomize=True)
PATHS = ["plan.md", "plan.csv", "plan.txt", "plan"]
DOMAINS = ["", "shop"]


def refuse(data, path="plan.txt"):
    with pytest.raises(SpecError) as caught:
        read_list(data if isinstance(data, bytes) else data.encode(), path)
    assert {(f.severity, f.path) for f in caught.value.findings} == {("error", path)}
    return [(f.code, f.line, f.column, f.message) for f in caught.value.findings]


FORMS = [
    pytest.param("P: test_a - x\n", id="lines"),
    pytest.param("# about: this\n## more\nP: test_a - x\n", id="lines-with-comments"),
    pytest.param("P: test_a - x\nP: y\n- Q: test_b\n", id="lines-mostly"),
    pytest.param("# P\n- test_a: x\n", id="markdown"),
    pytest.param("Note: one\n\n# P\n- test_a: x\n- test_b: y\n", id="markdown-mostly"),
    pytest.param("P\n=\n1. `test_a` x\n", id="markdown-underlined"),
    pytest.param("Group,Test,Summary\nP,test_a,x\n", id="csv"),
    pytest.param("summary;group\nA;P\n", id="csv-semicolon"),
]


def form(listing):
    group = listing.groups[0]
    return group.title, group.tests[0].name


@pytest.mark.parametrize("text", FORMS)
@pytest.mark.parametrize("path", ["plan.txt", "plan", "x/plan.rst"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_content_says_which_form_it_is(text, path, codec):
    assert form(read_list(text.encode(codec), path)) == ("P", "test_a")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("a.md", "LI106"),
        ("a.MARKDOWN", "LI106"),
        ("a.csv", "LI108"),
        ("a.tsv", "LI108"),
    ],
)
def test_the_suffix_goes_before_the_content(path, code):
    assert code in [found[0] for found in refuse("P: test_a - x\n", path)]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("data", [b"", b"\n\r\n \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_nothing(path, data):
    assert refuse(data, path) == [("LI106", 0, 0, "the list names no tests")]


@pytest.mark.parametrize("path", PATHS)
def test_what_can_not_be_decoded(path):
    assert refuse(b"P: test_a\r\nP: \xe4\n", path) == [
        ("LI101", 2, 4, "the list is not UTF-8")
    ]
    assert refuse(b"\xef\xbb\xbfP: \xe4\n", path) == [
        ("LI101", 1, 4, "the list is not UTF-8")
    ]
    assert refuse("P: test_a\n".encode("utf-16") + b"\0", path) == [
        ("LI101", 2, 1, "the list is not UTF-16")
    ]
    assert refuse("P: test_a\n".encode("utf-16-le"), path) == [
        ("LI101", 1, 2, "the list holds a NUL character, so it is no text")
    ]


def test_limits():
    assert refuse(b"P: test_a\n" + b"#" * 4_999_991) == [
        ("LI101", 0, 0, "the list has 5,000,001 bytes; the limit is 5,000,000")
    ]
    assert form(read_list(b"P: test_a\n" + b"#" * 4_999_990, "plan")) == ("P", "test_a")
    assert refuse(b"P: test_a\n" + b"\n" * 100_000) == [
        ("LI101", 0, 0, "the list has 100,001 lines; the limit is 100,000")
    ]
    assert form(read_list(b"P: test_a\n" + b"\n" * 99_999, "plan")) == ("P", "test_a")


def test_problems_that_are_not_listed_are_counted():
    found = refuse("words\n" * 1_000)
    assert (len(found), found[-1][:2]) == (1_000, ("LI102", 1_000))
    found = refuse("words\n" * 1_234)
    assert len(found) == 1_001
    assert found[-1] == ("LI110", 0, 0, "234 more problems are not listed")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param("P: test_a - x\u202ey\n", "plan.txt", id="lines"),
        pytest.param("group,name\nP,x\u202ey\n", "plan.csv", id="csv"),
        pytest.param("# P\n- x\u202ey\n", "plan.md", id="markdown"),
    ],
)
def test_control_characters(text, path):
    line = text.count("\n", 0, text.index("\u202e")) + 1
    column = text.splitlines()[line - 1].index("\u202e") + 1
    assert refuse(text, path) == [
        ("LI101", line, column, "bidirectional control character U+202E")
    ]
    assert refuse(text.replace("\u202e", "\x07"), path) == [
        ("LI101", line, column, "control character U+0007")
    ]


def check(data, path, domain):
    """`data` is read as a list that can become a spec, or refused with places."""
    findings = ()
    try:
        listing = read_list(data, path, domain=domain)
    except SpecError as error:
        findings, listing = error.findings, None
    lines = len(re.findall(rb"\r|\n", data)) + 1
    for finding in findings:
        assert re.fullmatch(r"LI1(0[1-9]|10)", finding.code)
        assert 0 <= finding.line <= lines
    if listing is None:
        assert findings
    else:
        check_listing(listing)


def check_listing(listing):
    assert isinstance(listing, Listing)
    assert listing.groups
    keys = [class_key(group.title) for group in listing.groups]
    assert all(keys)
    assert len(set(keys)) == len(keys)
    for group in listing.groups:
        assert group.tests
        assert all(test_name_problem(test.name) == "" for test in group.tests)
        names = {comparable(test.name) for test in group.tests}
        assert len(names) == len(group.tests)
    for test in [test for group in listing.groups for test in group.tests]:
        assert test.summary == " ".join(test.summary.split()) != ""
        assert not test.id or ID.fullmatch(test.id)
        assert set(test.kinds) <= set(KINDS)


@given(st.binary(max_size=200), st.sampled_from(PATHS), st.sampled_from(DOMAINS))
@FEW
def test_any_bytes_are_read_or_refused(data, path, domain):
    check(data, path, domain)


PARTS = st.sampled_from(
    [
        *("\n", "\n", "\n\n", "  ", " ", "\t", "# ", "## shop\n", "### A (1)\n", "- "),
        *("* ", "1. ", "[ ] ", "SC-001 ", "UTF-8 ", "`test_a`", "test_b", " - x", ": "),
        *(
            "Payment: ",
            "group,name,id\n",
            "P,",
            '"',
            ",",
            ";",
            "|-|-|\n",
            "---\n",
            "> ",
        ),
        *(
            "```\n",
            "<!-- ",
            " -->",
            "&#x202E;",
            "[a]: b\n",
            "~~",
            "**",
            "`",
            "✓✓",
            "é",
        ),
        *("A card is charged", "\\", "[", "](", "<b>", "(2)", "\r\n", "\r", "\x0c"),
    ]
)


@given(
    st.lists(PARTS, max_size=40).map("".join),
    st.sampled_from(PATHS),
    st.sampled_from(DOMAINS),
)
@settings(FEW, max_examples=sized(150, 600))
def test_any_text_is_read_or_refused(text, path, domain):
    check(text.encode(), path, domain)


@given(st.lists(PARTS, max_size=30).map("".join))
@settings(FEW, max_examples=sized(100, 300))
def test_no_name_is_lost_in_markdown(text):
    """A name that stands last is read, or there are findings."""
    text = f"# A\n- test_first\n{text}\n\n- `test_lost` x\n"
    try:
        strict = ListOptions(is_strict=True)
        listing = read_list(text.encode(), "plan.md", options=strict)
    except SpecError:
        return
    names = [test.name for group in listing.groups for test in group.tests]
    assert (names[0], names[-1]) == ("test_first", "test_lost")
