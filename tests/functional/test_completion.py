"""What the shell offers, what a misspelled word is answered with, what help shows."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest

from suiteloom.audit.catalogue import RULES as RULE_TABLE
from suiteloom.cli.edge import run_app


def asking(line):
    """The variables with which bash asks for the last word of a line."""
    return {
        "_SUITELOOM_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }


def offered(root, line):
    """The words that bash is offered for the last word of a line."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        for name, value in asking(line).items():
            patch.setenv(name, value)
        with redirect_stdout(out), redirect_stderr(err):
            assert run_app([]) == 0
    assert err.getvalue() == ""
    return out.getvalue().split()


CODES = [f"DR21{number}" for number in range(7)]
RULES = [rule.code for rule in RULE_TABLE if rule.code.startswith("SL60")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("suiteloom gen", ["generate"], id="verb"),
        pytest.param("suiteloom check sh", ["shop"], id="domain"),
        pytest.param("suiteloom check ", ["shop"], id="any-domain"),
        pytest.param(
            "suiteloom run SH", ["SH-001", "SH-002", "SH-003"], id="id-of-run"
        ),
        pytest.param("suiteloom add s", ["shop"], id="domain-of-add"),
        pytest.param("suiteloom rename SH-00", ["SH-001", "SH-002", "SH-003"], id="id"),
        pytest.param("suiteloom absorb SH-003", ["SH-003"], id="whole-id"),
        pytest.param("suiteloom accept ", [], id="no-suspect"),
        pytest.param("suiteloom prune X", [], id="no-such-id"),
        pytest.param("suiteloom init --c", ["--ci"], id="option"),
        pytest.param(
            "suiteloom renumber SH-", ["SH-", "SH-001", "SH-002", "SH-003"], id="prefix"
        ),
        pytest.param("suiteloom add shop P", ["Payment"], id="group"),
        pytest.param("suiteloom run --category e", ["e2e"], id="category"),
        pytest.param(
            "suiteloom add shop Cart test_a --goal Ret", ["Retention"], id="goal"
        ),
        pytest.param(
            "suiteloom add shop Cart test_a --segment A", ["All"], id="segment"
        ),
        pytest.param("suiteloom new depot --category u", ["unit"], id="of-new"),
        pytest.param("suiteloom explain DR21", CODES, id="code"),
        pytest.param("suiteloom rules SL60", RULES, id="rule"),
        pytest.param("suiteloom status s", ["shop"], id="domain-of-status"),
    ],
)
def test_words_of_the_project_are_offered(shop, line, words):
    assert offered(shop.root, line) == words


def test_the_program_answers_a_shell(shop):
    done = subprocess.run(
        [sys.executable, "-c", "from suiteloom.__main__ import main; main()"],
        env={**os.environ, **asking("suiteloom rename SH-00")},
        cwd=shop.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["SH-001", "SH-002", "SH-003"]


def test_nothing_is_offered_where_no_project_or_no_valid_spec_is(tmp_path, shop):
    assert offered(tmp_path.parent, "suiteloom check s") == []
    shop.replace("title: Shop", "titel: Shop", "specs/shop.yaml")
    assert offered(shop.root, "suiteloom check s") == []


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        pytest.param(["generat"], "Did you mean 'generate'?", id="verb"),
        pytest.param(["check", "shp"], "did you mean shop?", id="domain"),
        pytest.param(["check", "sho"], "did you mean shop?", id="begun-domain"),
        pytest.param(["rename", "SH-01", "test_x"], "did you mean SH-001?", id="id"),
        pytest.param(
            ["absorb", "sh-001"], "did you mean SH-001?", id="id-in-lower-case"
        ),
        pytest.param(["generate", "--dif"], "--diff", id="option"),
    ],
)
def test_misspelled_words_are_answered_with_the_right_ones(shop, arguments, hint):
    before = shop.tree()
    result = shop(*arguments)
    assert result.exit == 2
    assert hint in result.err
    assert shop.tree() == before


def test_misspelled_inner_verb(capfd):
    assert run_app(["templates", "ejct"]) == 2
    assert "Did you mean 'eject'?" in capfd.readouterr().err


@pytest.mark.parametrize("verb", [[], ["run"], ["templates"], ["templates", "eject"]])
def test_a_short_option_shows_the_help(verb, capfd):
    assert run_app([*verb, "-h"]) == 0
    assert "--help" in capfd.readouterr().out


def test_help_fits_a_narrow_terminal(capfd, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for arguments in (["--help"], ["new", "--help"], ["add", "--help"]):
        assert run_app(arguments) == 0
        lines = capfd.readouterr().out.splitlines()
        assert len(lines) > 10
        assert max(map(len, lines)) <= 80
