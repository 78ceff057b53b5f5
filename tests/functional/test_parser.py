"""One verb's parser says and takes what the parser of all verbs does."""

from __future__ import annotations

import functools
import inspect
import itertools

import pytest
import typer
from shop_project import SUITE

from suiteloom.cli import edge
from suiteloom.cli.edge import _function, _parser, run_app
from suiteloom.cli.plain_arguments import read_plain

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


@functools.cache
def recorder(verb):
    """The parser of a verb, and where it puts what it would call the verb with."""
    given = {}
    recorded = functools.wraps(_function(verb))(lambda **values: given.update(values))
    app = typer.Typer()
    app.command()(recorded)
    return typer.main.get_command(app), given


def parsed(verb, arguments):
    parser, given = recorder(verb)
    given.clear()
    parser(args=list(arguments), standalone_mode=False)
    return dict(given)


def defaults(verb):
    own = inspect.signature(_function(verb)).parameters
    return {name: parameter.default for name, parameter in own.items()}


@pytest.mark.parametrize("verb", sorted(edge._PLAIN))
def test_without_arguments_a_parser_would_give_a_verb_its_own_defaults(verb):
    assert parsed(verb, []) == defaults(verb)


WORDS = (
    "shop",
    "--check",
    "--format",
    "--format=sarif",
    "json",
    "--project=here",
    "--select",
    "all or x:y",
    "--env",
    "--no-parallel",
    "--report=out",
    "--also",
)


@pytest.mark.parametrize("verb", sorted(edge._PLAIN))
def test_plain_arguments_are_read_as_the_parser_reads_them(verb):
    lines = [*itertools.product(WORDS, repeat=1), *itertools.product(WORDS, repeat=2)]
    lines += [("shop", *line, "--debug") for line in lines]
    read = {line: read_plain(_function(verb), line) for line in lines}
    plain = {line: values for line, values in read.items() if values is not None}
    assert len(plain) > 20
    assert {line: {**defaults(verb), **values} for line, values in plain.items()} == {
        line: parsed(verb, line) for line in plain
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["shop"],
        ["shop", "--check"],
        ["--check", "--project=DIR", "shop", "cart"],
        ["--project", "DIR", "--format", "json", "--diff"],
    ],
    ids=" ".join,
)
def test_plain_arguments_make_no_parser(monkeypatch, arguments):
    seen = {}
    verb = functools.wraps(_function("generate"))(lambda **values: seen.update(values))
    monkeypatch.setattr(edge, "_function", lambda _: verb)
    monkeypatch.setattr(edge, "_parser", lambda _: pytest.fail("a parser was made"))
    assert run_app(["generate", *arguments]) == 0
    assert {**defaults("generate"), **seen} == parsed("generate", arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--chec"],
        ["--check=yes"],
        ["--format", "yaml"],
        ["--project"],
        ["--project", "--check"],
        ["--check", "--check"],
        [""],
    ],
    ids=" ".join,
)
def test_what_is_not_plain_is_left_to_the_parser(arguments):
    assert read_plain(_function("generate"), arguments) is None


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
