"""Whatever happens to specs and suites, nothing that a person wrote is lost or moved."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hand_machine import HandEdits
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    rule,
    run_state_machine_as_test,
)
from spec_machine import SpecEdits, difference, run

from example import Example

_LONG = os.environ.get("SUITELOOM_PROPERTY") == "long"
_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
_SETTINGS = settings(
    max_examples=int(os.environ.get("SUITELOOM_EXAMPLES", "400")) if _LONG else 25,
    stateful_step_count=60 if _LONG else 25,
    deadline=None,
    suppress_health_check=_QUIET,
    derandomize=not _LONG,
    print_blob=True,
)


class SpecEditsOnly(SpecEdits):
    """As long as nobody writes into a suite, it is what a first run would write."""

    @rule()
    def compare_with_fresh(self):
        self._generate()
        with tempfile.TemporaryDirectory() as folder:
            fresh = Example(Path(folder), {"suiteloom.toml": "", **self.specs.files()})
            assert run(fresh.root).code == 0
            found = difference(self.example.tree(), fresh.tree())
        assert not found, found


def test_spec_edits_give_what_a_first_run_gives():
    run_state_machine_as_test(SpecEditsOnly, settings=_SETTINGS)


def test_nothing_written_by_hand_is_lost_or_moved():
    run_state_machine_as_test(HandEdits, settings=_SETTINGS)
