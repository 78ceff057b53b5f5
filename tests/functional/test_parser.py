"""One verb's parser says and takes what the parser of all verbs does."""

from __future__ import annotations

import pytest

from suiteloom.cli.edge import _parser, run_app

ALL = _parser("")
VERBS = sorted(ALL.commands)


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_is_that_of_the_whole_command_line(verb, capfd):
    with pytest.raises(SystemExit):
        ALL(args=[verb, "--help"], prog_name="suiteloom")
    whole = capfd.readouterr().out
    assert run_app([verb, "--help"]) == 0
    assert capfd.readouterr().out == whole
    assert f"suiteloom {verb} " in whole


@pytest.mark.parametrize("first", ["generate", "templates", "history"])
def test_no_other_verb_is_made_where_one_is_named(first):
    assert list(_parser(first).commands) == [first]


@pytest.mark.parametrize("first", ["--debug", "generat", ""])
def test_every_verb_is_made_where_the_first_argument_names_none(first):
    assert sorted(_parser(first).commands) == VERBS


def test_a_misspelt_verb_is_answered_with_the_closest(capfd):
    assert run_app(["generat"]) == 2
    assert "generate" in capfd.readouterr().err
