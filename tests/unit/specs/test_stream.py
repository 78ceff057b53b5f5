"""What every reader of a spec refuses before libyaml sees it."""

import pytest

from suiteloom.specs.insert import Outline
from suiteloom.specs.nodes import read_nodes

MANY = "".join(f"%TAG !a{number}! b:\n" for number in range(190_000))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("%YAML 1.1\n---\n", 1, id="first"),
        pytest.param("\ufeff%YAML 1.1\n---\n", 1, id="behind-the-mark"),
        pytest.param("# why\n\n  # and\n%TAG ! b:\n---\n", 4, id="comments"),
        pytest.param("# why\r\n%TAG ! b:\r\n---\r\n", 2, id="windows"),
    ],
)
def test_a_directive_is_refused_where_it_stands(spec, refuse, text, line):
    found = refuse(f"{text}{spec()}".encode())
    assert [(f.line, f.column, f.message) for f in found] == [
        (line, 1, "refused: a directive (%)")
    ]
    assert found[0].hint == "remove the line"


@pytest.mark.parametrize("text", [MANY, f"a: b\n...\n{MANY}", f"a: b\n{MANY}"])
def test_a_reader_of_places_takes_no_time_over_directives(text):
    assert read_nodes(text) is None
    assert Outline.read(text.encode()) is None


def test_a_text_may_have_lines_that_begin_with_a_percent_sign(spec, load):
    project = load(spec(("title: Orders", 'title: "Orders\n% of all"')))
    assert project.suites[0].title == "Orders % of all"
