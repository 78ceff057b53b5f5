"""What docs/claims.md shows is what is read."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from suiteloom.claims.markdown import read_markdown
from suiteloom.claims.page import read_page
from suiteloom.claims.rest import read_rest
from suiteloom.workflows.claims import Claim
from suiteloom.workflows.claims.suggest import CODES, Suggestion

PAGE = (Path(__file__).parents[3] / "docs" / "claims.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def numbers(name, text):
    page = read_page(name, text.encode())
    reading = read_rest(page) if name.endswith(".rst") else read_markdown(page)
    found = [[slot.number(page.text) for slot in mark.slots] for mark in reading.marks]
    return [[page.text[n.start : n.end] for n in every] for every in found]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        pytest.param(0, [["117"], ["6"]], id="first"),
        pytest.param(1, [["117", "117"], ["117"], ["17"]], id="places"),
    ],
)
def test_an_example_in_markdown_is_read_so(block, expected):
    assert numbers("a.md", blocks("markdown")[block]) == expected


def test_the_example_in_rest_is_read_so():
    (block,) = blocks("rst")
    assert numbers("a.rst", block) == [["117"]]


def test_the_page_itself_has_no_marker():
    assert numbers("claims.md", PAGE) == []


def test_the_json_of_a_claim_has_the_keys_of_the_page():
    shown = re.search(r'"claims": \[\{(.*?)\}\]', PAGE, re.DOTALL)[1]
    assert re.findall(r'"(\w+)":', shown) == [item.name for item in fields(Claim)]


def test_the_json_of_a_suggestion_has_the_keys_of_the_page():
    shown = re.search(r"`suggestions: \[\{(.*?)\}\]`", PAGE)[1]
    assert shown.split(", ") == [item.name for item in fields(Suggestion)]


def test_every_verdict_of_the_page_has_its_code():
    rows = re.findall(r"^\| ([a-z ]+) \| (CL2\d\d) \|", PAGE, re.MULTILINE)
    assert dict(rows) == CODES
