"""`review` on a terminal: one key a decision, each in the files at once."""

from __future__ import annotations

import re
import sys

import pytest
from shop_project import Cli
from terminal import on_terminal
from waiting_project import EDIT, NEWER, OLDER

from suiteloom.cli import review_screen
from suiteloom.cli.output import Output
from suiteloom.workflows.project import open_workspace
from suiteloom.workflows.review import find_undecided

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
QUESTION = "\x1b[0muit"


def session(cli: Cli, keys: str, **more: object) -> tuple[int, str]:
    """Press keys, each once the screen asks for one; exit code and text shown."""
    dialog = [(QUESTION, key.encode()) for key in keys]
    variables = {"NO_COLOR": "1", **more.pop("variables", {})}
    code, shown = on_terminal(
        ["review"],
        dialog,
        cli.root,
        single_keys=True,
        variables=variables,
        **more,
    )
    return code, ESCAPES.sub("", shown).replace("\r\n", "\n")


def kinds(cli: Cli) -> dict[str, str]:
    found = cli("review", "--list", "--format", "json").json["undecided"]
    return {one["id"]: one["kind"] for one in found}


def test_a_session_of_every_key_leaves_just_what_was_decided(waiting):
    before = waiting.read()
    # restore SH-003; accept SH-002; prune SH-004; back again; skip it; quit at the end
    code, shown = session(waiting, "rapusq")
    assert code == 1, shown
    assert "restored SH-003" in shown
    assert "accepted SH-002" in shown
    assert "pruned SH-004" in shown
    assert "SH-004: to be decided again" in shown
    assert shown.endswith("decided: 2, left to decide: 1\n")
    assert kinds(waiting) == {"SH-004": "orphan"}
    tie = re.compile(r', (?:written|reviewed)="\w+"')
    expected = before.replace(*reversed(EDIT))
    assert tie.sub("", waiting.read()) == tie.sub("", expected)


def test_everything_decided_exits_0(waiting):
    code, shown = session(waiting, "rapq")
    assert code == 0, shown
    assert waiting("generate", "--check").exit == 0


def test_quitting_at_once_changes_nothing(waiting):
    before = waiting.tree()
    code, shown = session(waiting, "q")
    assert (code, waiting.tree()) == (1, before), shown


def test_a_key_that_means_nothing_here_does_nothing(waiting):
    before = waiting.tree()
    code, shown = session(waiting, "pPzu\x1bq")
    assert (code, waiting.tree()) == (1, before), shown


@pytest.mark.parametrize("keys", ["", "r", "ra", "rau"])
def test_an_interrupt_between_any_two_keys_keeps_what_was_decided(waiting, keys):
    code, shown = session(waiting, f"{keys}\x03")
    assert code == 130, shown
    after = waiting.read()
    left = {"": {"SH-003", "SH-002", "SH-004"}, "ra": {"SH-004"}}
    assert set(kinds(waiting)) == left.get(keys, {"SH-002", "SH-004"})
    assert waiting.read() == after
    assert waiting("generate", "--check").exit == 0


def test_a_capital_decides_all_of_a_kind_and_one_undo_takes_them_back(waiting):
    waiting.replace("does not charge", "never charges", "specs/shop.yaml")
    waiting.replace(*reversed(EDIT))
    assert waiting("generate").exit == 0
    before = waiting.read()
    code, shown = session(waiting, "Auq")
    assert "accepted SH-001, SH-002" in shown
    assert (code, waiting.read()) == (1, before)
    code, shown = session(waiting, "Aq")
    assert kinds(waiting) == {"SH-004": "orphan"}, shown


def test_the_editor_opens_the_suite_and_the_unit_is_asked_about_again(waiting):
    editor = waiting.root / "editor.py"
    editor.write_text(
        "import sys, pathlib\n"
        "path = pathlib.Path(sys.argv[1])\n"
        f"path.write_text(path.read_text().replace({EDIT[1]!r}, {EDIT[0]!r}))\n"
    )
    variables = {"EDITOR": f"{sys.executable} {editor}", "VISUAL": ""}
    code, shown = session(waiting, "eq", variables=variables)
    assert code == 1, shown
    assert "edited by hand" in shown.split("edit\n")[0]
    assert set(kinds(waiting)) == {"SH-002", "SH-004"}


def test_an_editor_that_fails_is_said_and_nothing_is_lost(waiting):
    before = waiting.read()
    variables = {"EDITOR": "no-such-editor-anywhere", "VISUAL": ""}
    code, shown = session(waiting, "eq", variables=variables)
    assert code == 1
    assert "no-such-editor-anywhere" in shown
    assert waiting.read() == before


def test_a_decision_on_a_file_that_was_changed_since_is_not_taken_back(waiting):
    editor = waiting.root / "editor.py"
    editor.write_text(
        "import sys\n"
        "with open(sys.argv[1], 'a') as suite:\n"
        "    suite.write('# a word\\n')\n"
    )
    variables = {"EDITOR": f"{sys.executable} {editor}", "VISUAL": ""}
    _, shown = session(waiting, "reuq", variables=variables)
    assert "the decision is not taken back" in shown
    assert waiting.read().endswith("# a word\n")


def test_requirement_and_body_stand_side_by_side_where_there_is_room(waiting):
    _, narrow = session(waiting, "sq")
    _, wide = session(waiting, "sq", columns=140)
    assert f"- {OLDER}\n" in narrow
    assert f"+ {NEWER}\n" in narrow
    assert re.search(r"what changed +\d+ assert self.env", wide)
    assert max(map(len, narrow.split("\n"))) <= 80


def test_words_that_changed_stand_out(waiting):
    dialog = [(QUESTION, b"s"), (QUESTION, b"q")]
    variables = {"COLORTERM": "", "TERM": "xterm-256color"}
    _, shown = on_terminal(
        ["review"], dialog, waiting.root, single_keys=True, variables=variables
    )
    assert re.search(r"\x1b\[1;4;32m within three days\x1b\[0m", shown)


def test_text_of_a_suite_moves_no_cursor(waiting):
    waiting.replace("# mine", "# \x1b[2J mine")
    dialog = [(QUESTION, b"q")]
    _, shown = on_terminal(["review"], dialog, waiting.root, single_keys=True)
    assert "\x1b[2J" not in shown
    assert "[2J mine" in shown


def test_what_changed_since_it_was_shown_is_not_decided(waiting, monkeypatch):
    keys = iter("saq")

    def press() -> str:
        key = next(keys)
        if key == "a":  # somebody saves the suite while the person thinks
            waiting.replace("assert self.env  # mine", "assert True  # mine")
        return key

    monkeypatch.setattr(review_screen, "_pressed", press)
    workspace = open_workspace(waiting.root)
    found = find_undecided(workspace)
    assert review_screen.Session(workspace, Output(), found, ()).run() == 1
    assert kinds(waiting)["SH-002"] == "suspect"
