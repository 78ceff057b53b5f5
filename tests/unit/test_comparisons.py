"""How comparisons look where their texts come from strangers."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from campaigns import sized
from suiteloom.cli.comparison_page import comparison_page
from suiteloom.cli.comparisons import comparison_annotations, comparison_markdown
from suiteloom.model import Change, Comparison, Detail, FieldChange, Place, Totals

SIGN = "Q7z"
"""Stands in every text of a spec, and in nothing else."""

HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "`", "``", "```\n", "<b>", "</details>", "<!--", "-->", "![x](y)", "[a](b)",
                "@team", "#12", "GH-3", "|", "\n\n", "\r\n", "# ", "- ", "~~~\n", "\\`",
                "&lt;",
                "https://x.example/", "*", "_", "<img src=x onerror=y>", "\x1b[31m", "\u202e",
                "::error::", "%0A", "\u2028",
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=8,
).map(lambda parts: SIGN + "".join(parts) + SIGN)  # fmt: skip


def compared(*changes: Change) -> Comparison:
    return Comparison("main", "a" * 40, "HEAD", "b" * 40, changes, Totals(), Totals(9))


def suspect(text: str) -> tuple[Change, Change]:
    """A decision all of whose texts are the given one."""
    field = FieldChange(text, (text,), (f"{text}.",))
    asked = Change(text, text, text, "respecified", text, (field,))
    place = Place(text, 3)
    return asked, Change(text, text, text, "suspect", text, spec=place, suite=place)


def leaves(tokens: list[Token]) -> list[Token]:
    return [leaf for token in tokens for leaf in (*(token.children or ()), token)]


@settings(max_examples=sized(100, 10_000), deadline=None)
@given(HOSTILE)
def test_no_text_of_a_spec_is_markup(text: str) -> None:
    shown = comparison_markdown(compared(*suspect(text)))
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    found = leaves(parser.parse(shown))
    inside = [
        leaf for leaf in found if leaf.type == "code_inline" and SIGN in leaf.content
    ]
    others = [
        leaf
        for leaf in found
        if leaf.type not in {"code_inline", "inline"}
        and SIGN in f"{leaf.content}{leaf.attrs}"
    ]
    assert others == []
    assert len(inside) >= 8


@settings(max_examples=sized(100, 10_000), deadline=None)
@given(HOSTILE)
def test_no_text_of_a_spec_is_a_command_of_a_ci(text: str) -> None:
    shown = comparison_annotations(compared(*suspect(text)))
    lines = shown.split("\n")
    assert [line[:9] for line in lines] == ["::warning", "::notice ", ""]
    assert "\x1b" not in shown
    assert "\u202e" not in shown


class Elements(HTMLParser):
    """The tags of a page in order with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, object]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((tag, None))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))


def page_about(text: str) -> Elements:
    hunk = (f"-{text}", f"+{text}.")
    comparison = replace(compared(*suspect(text)), details={text: Detail(hunk, "")})
    return Elements(comparison_page(comparison))


HARMLESS = page_about("harmless")


@settings(max_examples=sized(100, 10_000), deadline=None)
@given(HOSTILE)
def test_no_text_of_a_spec_is_an_element_of_the_page(text: str) -> None:
    page = page_about(text)
    assert page.tags == HARMLESS.tags
    assert page.text.count(SIGN) >= 2 * 8
    assert "\x1b" not in page.text
    assert "\u202e" not in page.text


@pytest.mark.parametrize("count", [1, 10, 11, 2_000])
def test_annotations_are_no_more_than_are_shown(count: int) -> None:
    changes = [Change("d", f"XY-{n}", f"test_{n}", "added") for n in range(count)]
    lines = comparison_annotations(compared(*changes)).splitlines()
    assert len(lines) == min(count, 10)
    if count > 10:
        assert lines[-1].endswith(f"{count - 9:,} more; `suiteloom diff` shows all")


@pytest.mark.parametrize("kind", ["added", "suspect"])
def test_markdown_is_no_longer_than_a_comment_and_says_what_it_left_out(
    kind: str,
) -> None:
    name = "test_" + "n" * 80
    changes = [Change("d", f"XY-{n}", name, kind) for n in range(2_000)]
    shown = comparison_markdown(compared(*changes))
    assert len(shown) < 60_000
    listed = shown.count("- `XY-")
    assert shown.rstrip().endswith(
        f"{2_000 - listed:,} changes more; `suiteloom diff` names all."
    )
    assert shown.count("<details>") == shown.count("</details>")
