"""What is posted is what `diff` writes, whoever the Markdown came from."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from campaigns import sized
from suiteloom.cli.comparisons import comparison_markdown
from suiteloom.errors import UsageError
from suiteloom.model import (
    Change,
    CommentFacts,
    Comparison,
    FieldChange,
    Place,
    Totals,
    facts_in,
)
from suiteloom.workflows.comment.own import read_own

NAMES = (
    "suspect", "orphaned", "edited", "removed", "body-removed", "pruned", "added",
    "renamed", "moved", "respecified", "recased", "justified", "changed",
    "body-written", "body-changed", "reviewed", "revived",
)  # fmt: skip
SIGNS = st.sampled_from(
    [
        "`", "``", "```", "\n", "\n\n", "    ", "- ", "1. ", "# ", "> ", "| a | b |\n|-|-|",
        "<b>", "</details>", "<!-- x -->", "![x](y)", "[a](b)", "[a]: /b", "@team", "#12",
        "!3", "GH-3", "a.b/c#4", "www.a.example", "https://a.example", "mailto:a@b.example",
        "/close", "~bug", "%4", "$5", "$$x$$", ":smile:", "&lt;", "\\", "*", "_", "~~", "===",
        "---", "\r", "\x1b[31m", "\u202e", "\u2028", "\x85", "\0", "\ufeff", "a", " ",
    ]
)  # fmt: skip
TEXT = st.lists(st.one_of(SIGNS, st.text(max_size=6)), max_size=6).map("".join)


def compared(text: str) -> Comparison:
    """A comparison with changes of each kind, all of whose texts are the given one."""
    field = FieldChange(text, (text, "x"), (f"{text}.",))
    place = Place(text or "x", 3)
    changes = tuple(
        Change(text, text, text, name, text, (field,), place, place, is_generated=later)
        for later, name in enumerate(NAMES)
    )
    commit = "a" * 40
    totals = Totals(revenue_usd=1_000)
    return Comparison(text, commit, text, commit, changes, Totals(), totals, {text: 9})


def refused(text: str) -> bool:
    try:
        read_own(text, "review.md")
    except UsageError:
        return True
    return False


@settings(max_examples=sized(100, 10_000), deadline=None)
@given(TEXT)
def test_whatever_diff_writes_is_taken(text):
    facts = read_own(comparison_markdown(compared(text), "changes"), "review.md")
    assert facts.changes == len(NAMES)
    assert facts.comment == "changes"


@settings(max_examples=sized(120, 8_000), deadline=None)
@given(TEXT, st.integers(0, 10_000))
def test_what_is_taken_has_no_markup_of_anybody_else(text, place):
    whole = comparison_markdown(compared("x"))
    place %= len(whole) + 1
    forged = whole[:place] + text + whole[place:]
    if refused(forged):
        return
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = parser.parse(forged)
    leaves = [leaf for token in tokens for leaf in (token.children or ())]
    html = "".join(token.content for token in tokens if token.type == "html_block")
    kinds = {leaf.type for leaf in leaves}
    shown = "\n".join(leaf.content for leaf in leaves if leaf.type == "text")
    assert kinds <= {
        "text", "code_inline", "softbreak", "hardbreak", "strong_open", "strong_close"
    }  # fmt: skip
    assert not set("@#/<>[]!&\\_~|$%`") & set(shown)
    assert not re.search(r":\S", shown)
    assert html.count("<") == html.count("details>") + html.count("summary>") + 1
    assert not {"fence", "code_block", "table_open"} & {token.type for token in tokens}


@pytest.mark.parametrize(
    "line",
    [
        "see https://a.example",
        "www.a.example",
        "@team",
        "#12",
        "!3",
        "/close",
        "/assign me",
        "~bug %4",
        "![x](y)",
        "[a](b)",
        "[a]: b",
        "<img src=x>",
        "<details open>",
        "<summary>1 other change</summary><b>",
        "```",
        "``` text",
        "    text",
        "a ` b",
        "`a ``",
        "$x$",
        "$`x`$",
        ":smile:",
        "a_b_",
        "a\\",
        "&lt;",
        "| a |",
        "GH-3",
        "cafe123",
        "> a",
        "===",
        "a\rb",
        "a\u202eb",
        "`a\u202eb`",
        "`a\x1b[31mb`",
        "`a\rb`",
    ],
)
def test_a_line_of_anybody_else_is_refused_with_its_place(line):
    text = f"{comparison_markdown(compared('x'))}{line}\n"
    with pytest.raises(
        UsageError, match="is not what `suiteloom diff` writes"
    ) as caught:
        read_own(text, "review.md")
    assert caught.value.path == "review.md"
    assert caught.value.line == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("### suiteloom: no change\n", id="without-facts"),
        pytest.param(f"\n{CommentFacts().line}\n", id="facts-below"),
        pytest.param("<!-- suiteloom:diff {} -->\n", id="not-in-full"),
        pytest.param("<!-- suiteloom:diff [1] -->\n", id="a-list"),
        pytest.param("<!-- suiteloom:diff {'a': 1} -->\n", id="no-json"),
        pytest.param(
            CommentFacts().line.replace('"decisions": 0', '"decisions": true'),
            id="no-count",
        ),
        pytest.param(
            CommentFacts().line.replace('"decisions": 0', '"decisions": -1'),
            id="less-than-none",
        ),
        pytest.param(CommentFacts(comment="never").line, id="policy"),
        pytest.param(
            CommentFacts().line.replace(" -->", " --> <b> -->"), id="comment-that-ends"
        ),
        pytest.param(CommentFacts(base="x" * 3_000).line, id="long"),
        pytest.param(CommentFacts().line + "\n" + "a " * 30_001, id="too-long"),
    ],
)
def test_a_text_that_does_not_say_what_was_compared_is_refused(text):
    assert refused(text)


@settings(deadline=None)
@given(st.text(), st.text())
def test_facts_come_back_as_they_went(project, base):
    facts = CommentFacts(project, base, 3, 5, "always")
    assert "\n" not in facts.line
    assert facts.line.count("--") == 2
    assert facts.line.count(">") == 1
    assert facts_in(f"{facts.line}\nrest") == (
        facts if len(facts.line) <= 2_000 else None
    )


def test_a_line_of_many_signs_is_read_once():
    ticks = " ".join("`" * (number % 300 + 1) for number in range(390))
    assert len(ticks) < 60_000
    assert refused(f"{CommentFacts().line}\n{ticks}\n")
