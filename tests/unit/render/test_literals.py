"""Values as Python source, and texts as docstrings."""

import ast

import pytest

from suiteloom.render.docstrings import fold
from suiteloom.render.literals import LINE_LENGTH, docstring_literal, exploded, literal


@pytest.mark.parametrize(
    ("value", "source"),
    [
        pytest.param(value, source, id=source)
        for value, source in [
            (None, "None"),
            (True, "True"),
            (-3, "-3"),
            (1.5, "1.5"),
            (1e16, "1e16"),
            (-1e-07, "-1e-07"),
            ("a", '"a"'),
            ("it's", '"it\'s"'),
            ('say "a"', "'say \"a\"'"),
            ('it\'s "a"', "'it\\'s \"a\"'"),
            ("\\", '"\\\\"'),
            ("a\n\r\0\u2028\u202e", '"a\\n\\r\\x00\\u2028\\u202e"'),
            ("é保", '"é保"'),
            ([1, [], {}], "[1, [], {}]"),
            ((1, "b"), '[1, "b"]'),
            ({"a": [None], "b'": {}}, '{"a": [None], "b\'": {}}'),
        ]
    ],
)
def test_literal(value, source):
    assert literal(value) == source
    expected = list(value) if isinstance(value, tuple) else value
    assert ast.literal_eval(source) == expected


@pytest.mark.parametrize("value", [object(), b"x", {1, 2}, [1, {"a": ...}]])
def test_no_literal(value):
    with pytest.raises(TypeError, match=r"^no literal for "):
        literal(value)


def test_wide_characters_count_two():
    fits = ["保" * 41]
    assert list(exploded(fits)) == [f'["{"保" * 41}"],']
    wide = ["保" * 42]
    assert list(exploded(wide)) == ["[", f'    "{"保" * 42}",', "],"]


@pytest.mark.parametrize(
    "text",
    [
        'ends in "',
        '"starts',
        '"""',
        '""""""" x',
        "\\",
        'a\\"""\\',
        "\\N{BULLET} \\x41 {{ 7*7 }}",
        "'''",
    ],
)
def test_docstring_literal(text):
    source = docstring_literal([text, "", text])
    assert ast.literal_eval(source) == f"{text}\n\n{text}\n"
    assert source.startswith('"""')
    assert source.endswith('\n"""')


def test_fold_breaks_at_single_spaces_only():
    words = "aaaa " * 30 + "b  c" + " d" * 60
    lines = fold(words, indent=8)
    assert " ".join(line.strip() for line in lines) == words
    assert len(lines) > 3
    assert all(len(line) + 8 <= LINE_LENGTH for line in lines)
    assert len(lines[0]) + 8 + 3 <= LINE_LENGTH
    assert all(line.startswith("    ") and line[4] != " " for line in lines[1:])


def test_fold_keeps_what_can_not_be_broken():
    assert fold("x" * 300, indent=4) == ["x" * 300]
    assert fold("a  " + "x" * 300 + "  b", indent=4) == ["a  " + "x" * 300 + "  b"]
    assert fold("x" * 300 + " y", indent=4) == ["x" * 300, "    y"]
    assert fold("y " + "x" * 300, indent=4) == ["y", "    " + "x" * 300]


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u3000"])
def test_fold_does_not_break_beside_other_white_space(space):
    text = "x" * 70 + f" {space} " + "y" * 70
    assert fold(text, indent=8) == [text]


def test_fold_fills_lines():
    text = " ".join(["four"] * 41)
    first, second, *_ = fold(text, indent=8)
    assert len(first) + len(" four") > LINE_LENGTH - 8 - 3
    assert len(second) + len(" four") > LINE_LENGTH - 8


def test_fold_keeps_lines_apart():
    assert fold("\na\n\n  b \nc\n", indent=0) == ["a", "", "  b", "c"]
