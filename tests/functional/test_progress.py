"""Long work shows how far it is to a person at a terminal, and to nobody else."""

from __future__ import annotations

import re

import pytest
from terminal import on_terminal

from suiteloom.workflows.processes import expected_s
from suiteloom.workflows.project import open_workspace

PROGRAM = """\
import sys
from suiteloom.cli import progress
from suiteloom.cli.edge import run_app
progress.AFTER_S = 0
sys.exit(run_app(sys.argv[1:]))
"""
AT_ONCE = ("-c", PROGRAM)
"""The program with nothing to wait for before it shows progress."""

DRAWN = "\u2501"
"""What the bar is drawn with."""

LIST = "Payment: test_a - It holds.\nPayment: test_b - It lasts.\n"


def on(project, *arguments, **variables):
    """Run a verb at a terminal that is no CI; its exit code and what was shown."""
    return on_terminal(
        arguments, [], project.root, program=AT_ONCE, variables={"CI": "", **variables}
    )


@pytest.mark.parametrize(
    ("arguments", "steps"),
    [
        pytest.param(["generate", "--restore"], ["planning suites"], id="generate"),
        pytest.param(["check"], ["drift", "collection", "compliance"], id="check"),
        pytest.param(["audit", "generated"], ["compliance"], id="audit"),
        pytest.param(
            ["build"], ["drift", "collection", "compliance", "status"], id="build"
        ),
        pytest.param(
            ["new", "depot", "--from-list", "list.txt", "--defaults"],
            ["reading the list", "writing the spec"],
            id="new",
        ),
    ],
)
def test_each_step_is_shown_at_a_terminal_and_nothing_of_it_stays(
    shop, arguments, steps
):
    shop.write("list.txt", LIST)
    code, shown = on(shop, *arguments)
    assert code == 0, shown
    for step in steps:
        assert re.search(rf"{step} *{DRAWN}", re.sub(r"\x1b\[[0-9;]*m", "", shown)), (
            step
        )
    assert DRAWN not in shown.rsplit("\x1b[2K", 1)[1]


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        pytest.param(["check", "--format", "json"], {}, id="json"),
        pytest.param(["audit", "generated", "--format", "github"], {}, id="github"),
        pytest.param(["check"], {"CI": "true"}, id="ci"),
    ],
)
def test_nothing_is_shown_where_no_person_reads_it(shop, arguments, variables):
    _, shown = on(shop, *arguments, **variables)
    assert DRAWN not in shown
    assert "\x1b[2K" not in shown


def test_nothing_is_shown_without_a_terminal(shop, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr("suiteloom.cli.progress.AFTER_S", 0)
    done = shop("check")
    assert done.exit == 0
    assert DRAWN not in done.out + done.err


def test_without_colors_it_is_shown_without_colors(shop):
    code, shown = on(shop, "check", NO_COLOR="1")
    assert code == 0
    assert DRAWN in shown
    assert not re.search(r"\x1b\[[0-9;]*3[0-9][;m]", shown)


def test_what_is_done_in_time_shows_nothing(shop):
    code, shown = on_terminal(
        ["generate", "--restore"],
        [],
        shop.root,
        program=("-c", PROGRAM.replace("AFTER_S = 0", "AFTER_S = 3600")),
        variables={"CI": ""},
    )
    assert code == 0
    assert DRAWN not in shown


def test_a_run_says_how_long_its_tests_took_last_time(shop):
    shop.replace("self.pending()", "assert self.env")
    assert shop("generate").exit == 0
    said = "left, as these tests took last time"
    assert said not in on(shop, "run")[1]  # nothing is known yet
    code, shown = on(shop, "run")
    assert code == 0
    assert shown.index(said) < shown.index("3 specified tests")
    assert said not in on(shop, "run", "--", "-x")[1]


def test_the_expected_time_is_known_only_of_tests_that_ran(shop):
    assert shop("run").exit == 0
    workspace = open_workspace(shop.root)
    one = expected_s(workspace, {"SH-001"}, 1)
    assert one is not None
    assert expected_s(workspace, {"SH-001"}, 3) == pytest.approx(3 * one)
    assert expected_s(workspace, {"SH-001", "SH-009"}, 1) is None
