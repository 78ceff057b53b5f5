"""What is shown of long work on a terminal, by a clock that a test sets."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from suiteloom.cli.progress import TerminalProgress, time_left


class Clock:
    """Says the seconds that it is set to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def screen():
    return io.StringIO()


@pytest.fixture
def progress(clock, screen):
    console = Console(
        file=screen, force_terminal=True, color_system=None, width=60, _environ={}
    )
    shown = TerminalProgress(console, after_s=2, clock=clock)
    yield shown
    shown.clear()


def test_nothing_is_shown_of_what_is_done_in_time(progress, clock, screen):
    for done in range(10):
        clock.now = done * 0.2
        progress("compliance", done, 10)
    progress.clear()
    assert screen.getvalue() == ""


def test_step_parts_and_time_left_are_shown_of_what_takes_longer(
    progress, clock, screen
):
    progress("compliance", 0, 10)
    clock.now = 4
    progress("compliance", 2, 10)
    text = screen.getvalue()
    assert "compliance" in text
    assert "2 of 10" in text
    assert "about 16 s left" in text


def test_it_fits_60_columns(progress, clock, screen):
    progress("planning suites", 0, 20_000)
    clock.now = 4
    progress("planning suites", 10_000, 20_000)
    lines = [line for line in screen.getvalue().splitlines() if "planning" in line]
    assert lines
    assert max(len(line.split("\x1b[2K")[-1]) for line in lines) <= 60


def test_time_left_is_that_of_the_step(progress, clock, screen):
    progress("drift", 0, 4)
    clock.now = 100
    progress("compliance", 0, 4)
    clock.now = 101
    progress("compliance", 1, 4)
    assert "about 3 s left" in screen.getvalue()


def test_it_is_drawn_no_more_often_than_one_can_see_and_at_the_end(
    progress, clock, screen
):
    progress("drift", 0, 1000)
    clock.now = 4
    for done in range(500):
        clock.now += 0.001
        progress("drift", done, 1000)
    drawn = screen.getvalue().count("of 1,000")
    assert 1 <= drawn <= 8
    progress("drift", 1000, 1000)
    last = screen.getvalue().rsplit("1,000 of 1,000", 1)
    assert len(last) == 2
    assert "left" not in last[1]


def test_nothing_of_it_stays(progress, clock, screen):
    progress("drift", 0, 4)
    clock.now = 4
    progress("drift", 1, 4)
    shown = len(screen.getvalue())
    progress.clear()
    after = screen.getvalue()[shown:]
    assert "\x1b[2K" in after
    assert "drift" not in after.rsplit("\x1b[2K", 1)[1]


def test_what_comes_after_is_waited_for_anew(progress, clock, screen):
    progress("drift", 0, 4)
    clock.now = 4
    progress("drift", 1, 4)
    progress.clear()
    shown = screen.getvalue()
    clock.now = 5
    progress("status", 0, 4)
    clock.now = 6
    progress("status", 1, 4)
    assert screen.getvalue() == shown


def test_a_step_that_is_not_counted_is_shown_without_a_time(clock, screen):
    console = Console(file=screen, force_terminal=True, width=60, _environ={})
    progress = TerminalProgress(console, after_s=0, clock=clock)
    progress("collection")
    progress.clear()
    assert "collection" in screen.getvalue()
    assert "left" not in screen.getvalue()


def test_without_a_console_nothing_happens():
    progress = TerminalProgress(None, after_s=0)
    progress("collection")
    progress("drift", 1, 2)
    progress.clear()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        pytest.param(0.2, "about 1 s left", id="moment"),
        pytest.param(59.4, "about 59 s left", id="seconds"),
        pytest.param(60, "about 1 min left", id="minute"),
        pytest.param(200, "about 3 min left", id="minutes"),
    ],
)
def test_times_are_said_in_words(seconds, words):
    assert time_left(seconds) == words
