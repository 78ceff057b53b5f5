"""One verb's parser says and takes what the parser of all verbs does."""

from __future__ import annotations

import functools
import inspect

import pytest
import typer
from shop_project import SUITE

from suiteloom.cli import edge
from suiteloom.cli.edge import _bare, _parser, run_app

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


@pytest.mark.parametrize("verb", sorted(edge._BARE))
def test_without_arguments_a_parser_would_give_a_verb_its_own_defaults(verb):
    given = {}
    recorded = functools.wraps(_bare(verb))(lambda **values: given.update(values))
    app = typer.Typer()
    app.command()(recorded)
    typer.main.get_command(app)(args=[], standalone_mode=False)
    own = inspect.signature(_bare(verb)).parameters
    assert given == {name: parameter.default for name, parameter in own.items()}


def test_a_verb_without_arguments_works_in_the_folder_that_one_is_in(shop, monkeypatch):
    monkeypatch.chdir(shop.root)
    (shop.root / SUITE).unlink()
    assert run_app(["check"]) == 1
    assert run_app(["generate"]) == 0
    assert (shop.root / SUITE).is_file()
    assert run_app(["check"]) == 0


def test_a_verb_without_arguments_makes_no_parser(shop, monkeypatch):
    monkeypatch.chdir(shop.root)
    monkeypatch.setattr(edge, "_parser", lambda _: pytest.fail("a parser was made"))
    assert run_app(["generate"]) == 0


def test_what_stops_a_verb_without_arguments_is_said(shop, monkeypatch, capfd):
    monkeypatch.chdir(shop.root)
    shop.write("specs/shop.yaml", "suiteloom: 1\n")
    assert run_app(["generate"]) == 3
    assert "nothing was written" in capfd.readouterr().err
