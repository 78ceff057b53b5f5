"""Whatever happens to specs and suites, nothing that a person wrote is lost or moved."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hand_machine import HandEdits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from spec_machine import SpecEdits, Tally, difference, run, step
from trouble_machine import SELDOM, SHORTEST, Troubled

from bench_modules import load_bench
from campaigns import sized
from example import Example

_branches = load_bench("branches")
_histories = load_bench("histories")
_LONG = os.environ.get("SUITELOOM_PROPERTY") == "long"
_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
_EXAMPLES = int(os.environ.get("SUITELOOM_EXAMPLES", "400" if _LONG else sized(6, 40)))
_SETTINGS = settings(
    max_examples=_EXAMPLES,
    stateful_step_count=60 if _LONG else 25,
    deadline=None,
    suppress_health_check=_QUIET,
    derandomize=not _LONG,
    print_blob=True,
)


class SpecEditsOnly(SpecEdits):
    """As long as nobody writes into a suite, it is what a first run would write."""

    @step()
    def compare_with_fresh(self):
        self._generate()
        with tempfile.TemporaryDirectory() as folder:
            fresh = Example(Path(folder), {"suiteloom.toml": "", **self.specs.files()})
            assert run(fresh.root).code == 0
            found = difference(self.example.tree(), fresh.tree())
        assert not found, found


@pytest.fixture(autouse=True)
def folder(monkeypatch):
    """Projects are made here, in memory, and share their templates, once compiled."""
    with _histories.memory("machine") as folder, _branches.compiled_once():
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        yield folder


@pytest.fixture
def driver(folder):
    """Merges suites as git's merge driver, in this process."""
    (folder / "pipes").mkdir()
    made = _histories.Driver(folder / "pipes")
    yield made
    made.close()


@pytest.fixture
def tally(record_property):
    """Counts steps; what it came to is said at the end of the run."""
    counted = Tally()
    yield counted
    counts = [*sorted(counted.steps.items()), *sorted(counted.ends.items())]
    said = "".join(f"\n  {count:5} {name}" for name, count in counts)
    record_property("steps", f"{counted.steps.total()} steps{said}")


def play(machine, tally):
    run_state_machine_as_test(lambda: machine(tally), settings=_SETTINGS)
    assert tally.steps.total() >= _EXAMPLES  # no life is without a step


def test_spec_edits_give_what_a_first_run_gives(tally):
    play(SpecEditsOnly, tally)


def test_nothing_written_by_hand_is_lost_or_moved(tally):
    play(HandEdits, tally)


def test_nothing_is_lost_on_branches_in_crashes_and_by_formatters(tally, driver):
    lives = _EXAMPLES if _LONG else sized(3, 20)
    play_lives(lambda machine, data: machine.live(data), lives, tally, driver)
    assert tally.steps.total() >= lives * SHORTEST // 2


def test_everything_that_is_seldom_happens_and_loses_nothing(tally, driver):
    lives = sized(1, 5)
    play_lives(lambda machine, data: machine.live_seldom(data), lives, tally, driver)
    assert all(tally.steps[name] >= lives for name in SELDOM)


def play_lives(kind, lives, tally, driver):
    @settings(_SETTINGS, max_examples=lives)
    @given(data=st.data())
    def live(data):
        machine = Troubled(tally, driver)
        try:
            kind(machine, data)
        finally:
            machine.teardown()

    live()
