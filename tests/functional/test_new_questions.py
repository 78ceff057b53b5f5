"""What `new` asks for on a terminal, and what an answer does."""

from __future__ import annotations

import pytest
import yaml
from terminal import on_terminal

LIST = """\
# Checkout

From cart to paid order.

## Payment

- A refund reaches the card
"""
QUESTIONS = [
    ("an empty line ends", b"Payment: test_once - A card is charged once.\n"),
    ("  2  ", b"no group here\n"),
    ("LI102", b"Payment: test_once - Twice.\n"),
    ("  2  ", b"Cart: A total\n"),
    ("  3  ", b"\n"),
    ("Title of the domain", b"\r"),
    ("What the domain covers", b"From cart to order. \r"),
    ("Category", b"\x1b[B\r"),
    ("dollars a year", b"-9\r"),
    ("0 or more", b"\x7f\x7f900,000\r"),
    ("revenue depends on", b"\r"),
    ("Who gains", b"\r"),
    ("What they gain", b"\x1b[B\r"),
    ("means for the business", b"\r"),
]


@pytest.fixture
def project(example):
    return example({"pyproject.toml": "[tool.suiteloom]\n"})


def test_questions_on_a_terminal(project):
    code, shown = on_terminal(["new", "checkout"], QUESTIONS, project.root)
    assert code == 0, shown
    data = yaml.safe_load(project.read("specs/checkout.yaml"))
    assert data["title"] == "Checkout"
    assert data["summary"] == "From cart to order."
    assert data["category"] == "integration"
    assert data["revenue"]["annual_usd"] == 900_000
    assert data["revenue"]["protects"] == "TODO: what depends on Checkout"
    assert data["bvj"]["goal"] == "Conversion"
    assert [group["title"] for group in data["groups"]] == ["Payment", "Cart"]
    assert project.run("generate").code == 0
    for choice in ("integration", "e2e", "Enterprise", "All", "Risk Reduction"):
        assert choice in shown


def test_what_is_typed_replaces_what_is_shown_and_an_empty_answer_takes_it(project):
    project.write("list.md", LIST)
    answers = [("Write specs", b"\r"), ("Title of the domain", b"\r")]
    answers += [("From cart to paid order.", b"All of it.\r"), ("Category", b"\r")]
    answers += [("dollars a year", b"\r"), ("revenue depends on", b"\r")]
    answers += [("Who gains", b" \r"), ("What they gain", b"\r"), ("business", b"\r")]
    code, shown = on_terminal(
        ["new", "checkout", "--from-list", "list.md"], answers, project.root
    )
    assert code == 0, shown
    data = yaml.safe_load(project.read("specs/checkout.yaml"))
    assert (data["title"], data["summary"]) == ("Checkout", "All of it.")
    assert data["revenue"]["annual_usd"] == 0
    assert data["bvj"]["segment"] == ["TODO"]


@pytest.mark.parametrize(
    ("steps", "keys", "code", "words"),
    [
        pytest.param(0, b"\x03", 130, "interrupted", id="interrupt-in-tests"),
        pytest.param(0, b"\x04", 2, "the input ended", id="end-in-tests"),
        pytest.param(0, b"\n", 2, "no test was named", id="no-tests"),
        pytest.param(6, b"\x03", 130, "interrupted", id="interrupt-in-questions"),
        pytest.param(5, b"\x15\x04", 2, "the input ended", id="end-in-questions"),
    ],
)
def test_dialog_that_is_broken_off_writes_nothing(project, steps, keys, code, words):
    before = project.tree()
    dialog = [*QUESTIONS[:steps], (QUESTIONS[steps][0], keys)]
    found, shown = on_terminal(["new", "checkout"], dialog, project.root)
    assert found == code, shown
    assert words in shown
    assert project.tree() == before
