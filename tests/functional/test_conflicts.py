"""Random merges with conflicts, resolved in four ways: no body is left where nothing tells."""

from __future__ import annotations

import ast
from random import Random

import pytest
from merge_repository import load_bench

from campaigns import sized

DICE = Random(1)  # noqa: S311 - no secret
CONFLICT = """\
before = 1
<<<<<<< HEAD
one = 1
same = 2
=======
two = 1
same = 2
>>>>>>> theirs
after = 3
"""


def test_no_suspect_is_lost_and_no_body_goes_astray(capsys):
    conflicts = load_bench("conflicts")
    rounds = sized(5, 60)
    assert conflicts.main(["--rounds", str(rounds)]) == 0
    said = capsys.readouterr().out
    assert f"with conflicts: {rounds}\n" in said
    assert "| driver by lines |" in said


def test_what_is_not_carried_over_is_seen(capsys):
    """With neither driver nor git knowing what bodies were compared with, some are lost."""
    conflicts = load_bench("conflicts")
    assert conflicts.main(["--rounds", "5", "--plant", "all", "--show"]) == 1
    assert "'lost': " in capsys.readouterr().out


def test_resolutions_are_what_they_are_called():
    resolutions = load_bench("resolutions")
    found = {
        name: resolutions.resolved(CONFLICT, resolution, DICE)
        for name, resolution in resolutions.RESOLUTIONS.items()
    }
    assert found["ours"] == "before = 1\none = 1\nsame = 2\nafter = 3\n"
    assert found["theirs"] == "before = 1\ntwo = 1\nsame = 2\nafter = 3\n"
    both = "before = 1\none = 1\nsame = 2\ntwo = 1\nsame = 2\nafter = 3\n"
    assert found["both"] == both
    assert ast.parse(found["by hand"])


@pytest.mark.parametrize("style", ["merge", "diff3"])
def test_conflicts_are_found_in_either_style(style):
    resolutions = load_bench("resolutions")
    text = CONFLICT
    if style == "diff3":
        text = text.replace("=======\n", "||||||| base\nold = 1\n=======\n")
    (hunk,) = resolutions.hunks_of(text)
    assert (hunk.ours, hunk.theirs) == ("one = 1\nsame = 2\n", "two = 1\nsame = 2\n")
    assert hunk.base == ("old = 1\n" if style == "diff3" else "")


def test_lines_of_both_sides_that_are_no_python_are_no_resolution():
    resolutions = load_bench("resolutions")
    text = "x = (\n<<<<<<< HEAD\n1)\n=======\n2)\n>>>>>>> theirs\n"
    both = resolutions.RESOLUTIONS["both"]
    assert resolutions.resolved(text, both, DICE) is None
