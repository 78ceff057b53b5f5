"""Conflicts as git writes them."""

import pytest

from suiteloom.suites.threeway.text import Conflict
from suiteloom.workflows.merge_driver import _labels, _marked

CONFLICT = Conflict("a\nb\nz\n", "a\nold\nz\n", "a\nc\nd\nz\n")


def test_lines_that_are_the_same_stand_outside():
    assert "".join(_marked(CONFLICT, ("HEAD", "x"), "\n", 7, with_base=False)) == (
        "a\n<<<<<<< HEAD\nb\n=======\nc\nd\n>>>>>>> x\nz\n"
    )


def test_base_is_shown_whole():
    assert "".join(_marked(CONFLICT, ("HEAD", "x"), "\r\n", 7, with_base=True)) == (
        "<<<<<<< HEAD\r\na\nb\nz\n||||||| base\r\na\nold\nz\n=======\r\n"
        "a\nc\nd\nz\n>>>>>>> x\r\n"
    )


@pytest.mark.parametrize(
    ("heads", "label"),
    [
        pytest.param({}, "theirs", id="rebase"),
        pytest.param({"GITHEAD_1": "topic"}, "topic", id="merge"),
        pytest.param({"GITHEAD_1": "a", "GITHEAD_2": "b"}, "theirs", id="octopus"),
        pytest.param({"GITHEAD_1": "a\nb"}, "theirs", id="line-end"),
    ],
)
def test_labels(heads, label, monkeypatch):
    monkeypatch.delenv("GITHEAD_1", raising=False)
    for name, value in heads.items():
        monkeypatch.setenv(name, value)
    assert _labels() == ("HEAD", label)
