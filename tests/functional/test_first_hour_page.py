"""docs/first-hour.md is played from its first line to its last, as its reader does."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, replace

import pytest
from pages import DOCS, environment, play, steps, table, workbook
from picture import WIDTH, drawn, screen
from terminal import on_terminal

PATH = DOCS / "first-hour.md"
PICTURE = DOCS / "terminal.svg"
ROOT = DOCS.parent
ANEW = "`pytest --update-golden` writes page and picture anew"


@dataclass(frozen=True, slots=True)
class Walk:
    """What came of playing the page.

    Attributes:
        page: The page as it is when what it shows is what happens.
        terminal: What a build shows on a terminal while a test is suspect.
    """

    page: str
    terminal: str


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    return walked(PATH.read_text("utf-8"), tmp_path_factory.mktemp("hour"))


def walked(page, folder):
    workbook(table(page), folder / "checkout.xlsx")
    here, chapter, shift, terminal = folder, "", 0, ""
    for step in steps(page):
        if step.chapter != chapter:
            here, chapter = folder, step.chapter
        if "$ suiteloom accept" in step.text:
            terminal = built_on_a_terminal(here)
        text, here = play(step, here)
        start = step.start + shift
        page = page[:start] + text + page[start + len(step.text) :]
        shift += len(text) - len(step.text)
    return Walk(page, terminal)


def built_on_a_terminal(folder):
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            patch.delenv(name)
        for name, text in environment().items():
            patch.setenv(name, text)
        patch.delenv("NO_COLOR")
        patch.setenv("COLUMNS", str(WIDTH))
        code, shown = on_terminal(["build"], [], folder)
    assert code == 1, shown
    return shown


def test_everything_on_the_page_happens_as_shown(walk, pytestconfig):
    if pytestconfig.getoption("update_golden"):
        PATH.write_text(walk.page, "utf-8")
    assert walk.page == PATH.read_text("utf-8"), ANEW


def test_the_picture_in_readme_is_what_a_terminal_shows(walk, pytestconfig):
    picture = drawn("suiteloom build", walk.terminal)
    if pytestconfig.getoption("update_golden"):
        PICTURE.write_text(picture, "utf-8")
    assert picture == PICTURE.read_text("utf-8"), ANEW
    assert "](docs/terminal.svg)" in (ROOT / "README.md").read_text("utf-8")


def test_a_page_that_shows_something_else_is_noticed(tmp_path):
    page = '```console\n$ python -c "print(1)"\n2\n```\n'
    (step,) = steps(page)
    assert play(step, tmp_path)[0] == '$ python -c "print(1)"\n1\n'
    assert (
        play(replace(step, text=step.text.replace("2", "1")), tmp_path)[0] != step.text
    )


@pytest.mark.parametrize(
    ("shown", "lines"),
    [
        pytest.param("a\r\nb\r\n", ["a", "b"], id="lines"),
        pytest.param("wait\r\x1b[2Kdone\n", ["done"], id="erased"),
        pytest.param("a\nb\x1b[1A\r\x1b[2Kc\n\x1b[2K", ["c"], id="erased-above"),
        pytest.param("\x1b[?25l\x1b[31mx\x1b[0my", ["\x1b[31mx\x1b[0my"], id="color"),
        pytest.param(
            "\x1b[1mx\ny\x1b[0m", ["\x1b[1mx\x1b[0m", "\x1b[1my\x1b[0m"], id="two-lines"
        ),
    ],
)
def test_a_screen_keeps_what_was_not_drawn_over(shown, lines):
    assert screen(shown) == lines


@pytest.mark.skipif(
    not os.environ.get("SUITELOOM_WHEEL"), reason="installs, which CI asks for"
)
def test_lines_that_install_do(tmp_path):
    """Run them with this repository as FOLDER, and without a shell to activate for."""
    page = PATH.read_text("utf-8")
    lines = page.partition("## Install")[2].partition("## ")[0].splitlines()
    venv, activate, pip = (line.strip() for line in lines if line.startswith("    "))
    assert activate == ". .venv/bin/activate"
    subprocess.run([sys.executable, *shlex.split(venv)[1:]], cwd=tmp_path, check=True)
    programs = tmp_path / ".venv/bin"
    words = shlex.split(pip.replace("FOLDER", str(ROOT)))
    subprocess.run([programs / words[0], *words[1:]], cwd=tmp_path, check=True)
    subprocess.run([programs / "suiteloom", "--version"], cwd=tmp_path, check=True)
