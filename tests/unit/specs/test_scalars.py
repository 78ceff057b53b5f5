"""Texts that are written into a spec and read back."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaigns import sized
from suiteloom.specs.scalars import (
    Style,
    block_entry,
    block_text,
    flow_entry,
    flow_list,
    flow_text,
)
from suiteloom.specs.yaml_data import FORBIDDEN, parse

SIGNS = [": ", " #", "- ", "? ", "[", "]", "{", "}", ",", "&", "*", "!", "|", ">", "'"]
SIGNS += ['"', "\\", "%", "@", "`", "---", "...", "<<", "=", "~", "null", "on", "017"]
SIGNS += [" ", "  ", "a", "word ", "é", "😀", "\u00a0", "1.10", "2024-01-31", "x" * 90]


def is_line(text):
    return text == text.strip() != "" and not FORBIDDEN.search(text)


CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\n\t\r")
TEXTS = (
    st.text(CHARACTERS, min_size=1, max_size=150)
    | st.lists(st.sampled_from(SIGNS), min_size=1, max_size=40).map("".join)
).filter(is_line)


def read(source):
    data, findings = parse(source.encode(), "a.yaml")
    assert not findings, (source, findings)
    return data


@settings(max_examples=sized(80, 250), deadline=None)
@given(TEXTS, st.integers(0, 12), st.sampled_from(["\n", "\r\n", "\r"]))
@example("- a", 0, "\n")
@example("a #b", 0, "\n")
@example("no", 2, "\n")
@example("word " * 60 + "end", 4, "\r\n")
@example("a  b   c " * 30 + "end", 4, "\n")
@example("a # b " * 30 + "end", 4, "\n")
def test_block_text_is_read_as_it_was(text, indent, newline):
    margin = newline + " " * indent
    lines = [
        " " * indent + f"title: {block_text(text, indent, newline)}",
        f"given:{margin}- {block_text(text, indent, newline)}",
        "when: [x]",
        "",
    ]
    assert read(margin.join(lines)) == {"title": text, "given": [text], "when": ["x"]}


@settings(max_examples=sized(80, 250), deadline=None)
@given(TEXTS, TEXTS)
@example("a, b", "c]")
@example("a: b", "{c")
@example("true", "0x1F")
def test_flow_text_is_read_as_it_was(one, two):
    source = f"{{title: {flow_text(one)}, covers: {flow_list([one, two])}, then: x}}\n"
    assert read(source) == {"title": one, "covers": [one, two], "then": "x"}
    case = f"with: {{a: {flow_text(one)}, b: {flow_list([two])}}}\n"
    assert read(case) == {"with": {"a": one, "b": [two]}}


@pytest.mark.parametrize(
    ("text", "block", "flow"),
    [
        pytest.param("It holds.", "It holds.", "It holds.", id="plain"),
        pytest.param("a, b", "a, b", '"a, b"', id="comma"),
        pytest.param("a:b", "a:b", '"a:b"', id="colon"),
        pytest.param("a: b", '"a: b"', '"a: b"', id="colon-space"),
        pytest.param("a #b", '"a #b"', '"a #b"', id="hash"),
        pytest.param("yes", '"yes"', '"yes"', id="yes"),
        pytest.param("a\n  b: c", '"a\\n  b: c"', '"a\\n  b: c"', id="line-end"),
        pytest.param("a\tb", '"a\\tb"', '"a\\tb"', id="tab"),
        pytest.param('"q" \\', '"\\"q\\" \\\\"', '"\\"q\\" \\\\"', id="quotes"),
    ],
)
def test_texts_are_quoted_only_where_they_must_be(text, block, flow):
    assert block_text(text, 0) == block
    assert flow_text(text) == flow


def test_a_long_text_is_folded_below_its_key():
    written = block_text("word " * 30 + "end", 4, "\r\n")
    head, *lines = written.split("\r\n")
    assert head == ">-"
    assert len(lines) == 2
    assert all(line.startswith("      word") and len(line) <= 96 for line in lines)


ENTRY = {
    "id": "A-1",
    "kinds": ["edge", "positive"],
    "async": True,
    "given": ["a cart", "a: card"],
    "bvj": {"segment": ["All"], "goal": "Stability"},
}


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        pytest.param(
            Style(),
            [
                "id: A-1",
                "  kinds: [edge, positive]",
                "  async: true",
                "  given:",
                "    - a cart",
                '    - "a: card"',
                "  bvj:",
                "    segment: [All]",
                "    goal: Stability",
            ],
            id="lines",
        ),
        pytest.param(
            Style(flow_lists=True, flow_mappings=True),
            [
                "id: A-1",
                "  kinds: [edge, positive]",
                "  async: true",
                '  given: [a cart, "a: card"]',
                "  bvj: {segment: [All], goal: Stability}",
            ],
            id="brackets",
        ),
        pytest.param(
            Style(list_step=0, mapping_step=4),
            [
                "id: A-1",
                "  kinds: [edge, positive]",
                "  async: true",
                "  given:",
                "  - a cart",
                '  - "a: card"',
                "  bvj:",
                "      segment: [All]",
                "      goal: Stability",
            ],
            id="steps",
        ),
    ],
)
def test_block_entries(style, expected):
    written = block_entry(ENTRY, 2, style)
    assert written == "\n".join(expected)
    assert read(f"  {written}\n") == ENTRY


def test_flow_entries():
    expected = (
        '{id: A-1, kinds: [edge, positive], async: true, given: [a cart, "a: card"],'
    )
    written = flow_entry(ENTRY, Style())
    assert written == f"{expected} bvj: {{segment: [All], goal: Stability}}}}"
    assert read(written) == ENTRY
    quoted = flow_entry(ENTRY, Style(quoted=True))
    assert quoted.startswith(
        '{"id": "A-1", "kinds": ["edge", "positive"], "async": true'
    )
    assert read(quoted) == ENTRY


def test_texts_in_brackets_are_quoted_where_they_could_be_one():
    entry = {"when": ["they arrive", "one waits"], "then": ["a cart", "a: card"]}
    written = flow_entry(entry, Style())
    assert written == '{when: ["they arrive", "one waits"], then: [a cart, "a: card"]}'
    assert read(written) == entry
