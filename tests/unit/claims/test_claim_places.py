"""Where markers stand in documents, and where their numbers are."""

import pytest

from suiteloom.claims.markdown import read_markdown
from suiteloom.claims.page import UnreadableError, read_page
from suiteloom.claims.rest import read_rest
from suiteloom.claims.tags import read_html

M = "<!-- suiteloom: totals.passed -->"


def marked(text, name="a.md"):
    """What each marker's numbers are, as they stand in the text."""
    page = read_page(name, text.encode())
    readers = {"md": read_markdown, "rst": read_rest}
    kind = name.rpartition(".")[2]
    reading = readers[kind](page) if kind in readers else read_html(page.text)
    found = []
    for mark in reading.marks:
        numbers = [slot.number(page.text) for slot in mark.slots]
        found.append([page.text[n.start : n.end] for n in numbers if n])
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"We have {M}117 tests.", ["117"], id="prose"),
        pytest.param(f"# All {M} 117\n", ["117"], id="heading"),
        pytest.param(f"All {M}117\n===\n", ["117"], id="underlined-heading"),
        pytest.param(f"- {M}117 tests\n", ["117"], id="list"),
        pytest.param(f"1. a\n2. b {M}117\n", ["117"], id="second-item"),
        pytest.param(f"| a | b |\n|---|---|\n| x | {M}117 |\n", ["117"], id="table"),
        pytest.param(
            f"|a|b|\n|-|-|\n|x \\| 9|{M}117|\n", ["117"], id="stroke-in-a-cell"
        ),
        pytest.param(f"> a\n> b {M}\n> $33.3M+ c\n", ["$33.3M+"], id="quotation"),
        pytest.param(f"a {M}**117** b", ["117"], id="strong"),
        pytest.param(f"a {M}*~97%* b", ["~97%"], id="emphasis-and-sign"),
        pytest.param(f"a {M}(`117`)", ["117"], id="code-behind-it"),
        pytest.param(f"a {M}<b>117</b>", ["117"], id="tag-behind-it"),
        pytest.param(f"a {M}\n117", ["117"], id="next-line"),
        pytest.param(f"{M}117 tests\n", ["117"], id="line-that-is-html"),
        pytest.param(f"{M}\n117 tests\n", ["117"], id="line-of-its-own"),
        pytest.param(f"{M}\n\n## 117 tests\n", ["117"], id="above-a-heading"),
        pytest.param(f"<p>{M}117</p>\n", ["117"], id="html"),
        pytest.param(f"a {M}\\$33.3M", ["\\$33.3M"], id="escaped-dollar"),
        pytest.param(f"a {M}&gt;95%", ["&gt;95%"], id="entity"),
        pytest.param(
            f"a {M}![117 of 3](https://x.io/tests-118%20of_3-green.svg)",
            ["117", "118"],
            id="badge",
        ),
        pytest.param(
            f"a {M}[![117](https://x.io/b-117-b)](https://x.io/runs/9)",
            ["117", "117"],
            id="badge-in-a-link",
        ),
        pytest.param(
            f"{M}\n![tests](https://x.io/b-117-b)\n", ["117"], id="badge-without-text"
        ),
        pytest.param(f"{M}\n![117 tests](docs/2024/a.svg)\n", ["117"], id="picture"),
        pytest.param(
            f'a {M}<img alt="117 ok" src="https://x.io/117-ok">',
            ["117", "117"],
            id="img",
        ),
        pytest.param(f"a {M}[117 tests](https://x.io/runs/4521)", ["117"], id="link"),
        pytest.param(f"a {M}[tests](https://x.io/tests/117)", ["117"], id="address"),
    ],
)
def test_a_number_in_markdown(text, expected):
    assert marked(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"```\n{M}117\n```\n", id="fence"),
        pytest.param(f"~~~md\n{M}117\n~~~\n", id="tildes"),
        pytest.param(f"a\n\n    {M}117\n", id="indented-code"),
        pytest.param(f"a `{M}117` b", id="backticks"),
        pytest.param(f"a ``{M} ` 117`` b", id="two-backticks"),
        pytest.param(f"a \\{M}117", id="escaped"),
        pytest.param(f"> ```\n> {M}117\n> ```\n", id="fence-in-a-quotation"),
        pytest.param("a <!-- suiteloom:diff {} -->117", id="another-comment"),
        pytest.param("a <!-- suiteloomy: totals.passed -->117", id="another-name"),
        pytest.param("a &lt;!-- suiteloom: totals.passed --&gt;117", id="shown"),
    ],
)
def test_no_marker_in_markdown(text):
    assert marked(text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"a {M}none", id="word"),
        pytest.param(f"a {M}", id="end"),
        pytest.param(f"{M}\n\n```\n117\n```\n", id="code-behind-it"),
        pytest.param(f"| {M} | 117 |\n|---|---|\n", id="next-cell"),
        pytest.param(f"a {M}\n\n117", id="next-paragraph"),
        pytest.param(f"a {M}![text](docs/a.svg)", id="picture-without"),
        pytest.param(f"a {M}{'9' * 40}", id="too-long"),
    ],
)
def test_no_number_behind_a_marker(text):
    assert marked(text) == [[]]


def test_one_marker_in_code_and_one_beside_it():
    assert marked(f"a `{M}1` {M}2 `` ` {M}3`` {M}4") == [["2"], ["4"]]


def test_two_markers_of_one_number():
    assert marked(f"a {M}<!-- suiteloom: audit:tests -->117") == [["117"], ["117"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"<h1>{M}117 tests</h1>", [["117"]], id="heading"),
        pytest.param(f"<td>{M} <b>117</b></td>", [["117"]], id="cell"),
        pytest.param(f"{M}&gt;&#32;95%", [[]], id="sign-without-a-number"),
        pytest.param(f"<p>{M}&gt;95%", [["&gt;95%"]], id="entity"),
        pytest.param(f"<script>x = '{M}117'</script>", [], id="script"),
        pytest.param(f"<style>/* {M}117 */</style>", [], id="style"),
        pytest.param(
            f"{M}<a href=x><img src='https://x.io/t-117' alt='9 of'></a>",
            [["9", "117"]],
            id="badge",
        ),
        pytest.param(f"<p title='{M}'>117", [], id="attribute"),
        pytest.param("<!-- suiteloom: a", [], id="never-ended"),
    ],
)
def test_a_number_in_html(text, expected):
    assert marked(text, "a.html") == expected


R = ".. suiteloom: totals.passed\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"{R}\nWe have 117 tests.\n", [["117"]], id="paragraph"),
        pytest.param(f"{R}.. |n| replace:: 117\n", [["117"]], id="substitution"),
        pytest.param(f"{R}{R}\n117 of 118\n", [["117"], ["118"]], id="two"),
        pytest.param(f"a\n\n  {R}\n  b 117\n\n9\n", [["117"]], id="indented"),
        pytest.param(f"a::\n\n  {R}\n  117\n\nb\n", [], id="literal"),
        pytest.param(f".. code-block:: rst\n\n  {R}\n  117\n", [], id="code-block"),
        pytest.param(f"{R}\n.. a comment\n\n117\n", [["117"]], id="comment-between"),
        pytest.param(f"{R}", [[]], id="end"),
        pytest.param(
            f"{R}.. image:: https://x.io/t-117-g\n   :alt: 118 tests\n",
            [["118", "117"]],
            id="badge",
        ),
        pytest.param(
            f"{R}\nSince 1.2.3 on 2024-05-06: 5.\n", [["5"]], id="first-number"
        ),
    ],
)
def test_a_number_in_rest(text, expected):
    assert marked(text, "a.rst") == expected


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"a\xff", id="no-utf-8"),
        pytest.param(b"\xff\xfea", id="half-a-character"),
        pytest.param(b"a" * 5_000_001, id="too-large"),
    ],
)
def test_what_is_no_document(data):
    with pytest.raises(UnreadableError):
        read_page("a.md", data)


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [(b"", "utf-8"), (b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_edit_changes_nothing_else(bom, encoding, end):
    text = f"é {end}{end}b 117 ü{end}"
    page = read_page("a.md", bom + text.encode(encoding))
    start = page.text.index("117")
    edited = page.edited([(start, start + 3, "1,234")])
    assert edited == bom + text.replace("117", "1,234").encode(encoding)
    assert page.place(start) == (3, 3)
