"""Python that other people wrote is read without a word about it."""

import ast

import pytest

from suiteloom.model.python import parse_python

WARNED = "def test_a():\n    assert 1if 2else 3\n"
"""Python reads it, and warns of it."""


def test_what_python_warns_of_is_read_in_silence():
    with pytest.warns((DeprecationWarning, SyntaxWarning)):
        ast.parse(WARNED)
    assert (
        ast.unparse(parse_python(WARNED)) == "def test_a():\n    assert 1 if 2 else 3"
    )


def test_bytes_are_read_as_they_declare():
    source = "# coding: latin-1\nNAME = 'é'\n".encode("latin-1")
    assert "é" in ast.unparse(parse_python(source))


def test_what_is_no_python_is_an_error():
    with pytest.raises(SyntaxError):
        parse_python("def (:\n")
