"""The same team with formatters, crashes, and specs of which much is taken out."""

from __future__ import annotations

import contextlib
import importlib
import subprocess
from pathlib import Path

import black
import pytest
from hand import find_units
from hypothesis import strategies as st
from ruff import find_ruff_bin
from spec_machine import PICK, run, step
from team_machine import Team

from suiteloom.errors import RefusedError
from suiteloom.workflows.generate import generate, preview
from suiteloom.workflows.project import open_workspace

_BEFORE_CRASH = ("add", "move", "new_domain", "rename", "rename_domain", "respecify")
SELDOM = (
    *("merge_one_test",) * 5,
    *("merge", "crash", "format_suites", "write_real_bodies") * 3,
    *("check_specs_out", "check_suites_out", "take_out_many", "merge_files") * 2,
)
SHORTEST = 12
"""Rules that a life draws at least; one whose time has not come is no step."""

_BLACK = {
    "black": black.Mode(),
    "black narrow": black.Mode(line_length=40, magic_trailing_comma=False),
}
_RUFF = {
    "ruff format": ("format",),
    "ruff single quotes": ("format", "--config=format.quote-style='single'"),
    "ruff isort": ("check", "--select=I", "--fix"),
}


def load_faults():
    """The module of the tests of single faults, which kills at a system call."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parents[1] / "functional")
        return importlib.import_module("test_faults")


class Troubled(Team):
    """Everything that can happen to a project."""

    def live(self, data):
        """A life from the first run on: edits, and between them much that is seldom."""
        names = st.sampled_from([*self.edits, *SELDOM])
        self._live(data, st.lists(names, min_size=SHORTEST, max_size=24))

    def live_seldom(self, data):
        """A life in which everything that is seldom happens once."""
        self._live(data, st.permutations([*dict.fromkeys(SELDOM)]))

    def _live(self, data, names):
        self.start(count=data.draw(st.integers(2, 3)))
        for name in data.draw(names):
            self.take_step(data, name)
            self.nothing_is_left_over()

    @step(how=st.sampled_from([*_BLACK, *_RUFF]))
    def format_suites(self, how):
        """A formatter over all suites: no drift, and nothing for `generate` to do."""
        self._generate()
        before = self.example.tree()
        if how in _BLACK:
            for path in self._suites():
                black.format_file_in_place(
                    path, fast=True, mode=_BLACK[how], write_back=black.WriteBack.YES
                )
        else:
            options = ("--isolated", "--no-cache", "--quiet", "--target-version=py311")
            subprocess.run(
                [find_ruff_bin(), *_RUFF[how], *options, "generated"],
                cwd=self.root,
                check=True,
            )
        formatted = self.example.tree()
        changed = [path for path in formatted if formatted[path] != before[path]]
        for path in changed:
            self.hand_edited.add(path)
            self._read_bodies(path)
        self.tally.ends[f"{how}: {'changed' if changed else 'nothing to change'}"] += 1
        self._check_tokens(formatted)
        assert run(self.root, check=True).code == 0, f"{how} is drift"
        self._generate()
        assert self.example.tree() == formatted

    @step(data=st.data(), at=st.sampled_from(range(29)))
    def crash(self, data, at):
        """A run is killed at one of its system calls; the next one mends that."""
        self._generate()
        edits = st.lists(st.sampled_from(_BEFORE_CRASH), min_size=1, max_size=3)
        for name in data.draw(edits):
            self.take_step(data, name)
        self._write_specs()
        try:
            plan = preview(open_workspace(self.root), (), restore=False)
        except RefusedError:
            self.tally.ends["crash: the run is refused"] += 1
            return
        old = self._visible()
        new = dict(old)
        for change in plan.changes:
            new[change.path] = change.after
        new = {path: data for path, data in new.items() if data is not None}
        faults = load_faults()
        with pytest.MonkeyPatch.context() as patch:
            fault = faults.Fault(patch, at)
            with contextlib.suppress(faults.Killed):
                generate(open_workspace(self.root), (), restore=False)
        for path in old.keys() | new.keys():
            assert self._bytes(path) in (old.get(path), new.get(path)), path
        mended = open_workspace(self.root, writes=True).recovered
        after = self._visible()
        assert after in (old, new)
        died = fault.count > at
        end = ("new" if after == new else "old") if new != old else "nothing to write"
        words = f"killed, {'mended, ' if mended else ''}{end}" if died else "lived"
        self.tally.ends[f"crash: {words}"] += 1
        assert died or after == new
        self._generate()
        assert not list(self.root.rglob("journal.json"))

    def _bytes(self, path):
        target = self.root / path
        return target.read_bytes() if target.is_file() else None

    def _visible(self):
        """Every file but what a commit keeps beside its own."""
        tree = self.example.tree()
        return {path: tree[path] for path in tree if not path.endswith(".suiteloom~")}

    @step(
        lambda self: len(self.specs.tests) > 4,
        how=st.randoms(use_true_random=False),
        count=PICK,
    )
    def take_out_many(self, how, count):
        """Every test is written; a large share of them can not become orphans unasked."""
        self._generate()
        self._write_all()
        self._generate()
        tests = [test for _, _, test in self.specs.tests]
        taken = how.sample(tests, min(len(tests) - 1, 3 + count % 4))
        for test in taken:
            self.specs.take(test)
            self.specs.removed.append(test)
        self._write_specs()
        before, marks = self.example.tree(), self.example.marks()
        outcome = run(self.root)
        refused = "DR215" in {finding.code for finding in outcome.findings}
        assert refused == (len(taken) >= 5 and len(taken) > 0.2 * len(tests))
        if refused:
            assert run(self.root, check=True).code == 4
            assert (self.example.tree(), self.example.marks()) == (before, marks)
        self.tally.ends[f"many taken out: {'refused' if refused else 'allowed'}"] += 1
        self._generate(mass=True)
        self._check_orphans({test.id for test in taken})

    def _write_all(self):
        """A person writes every body that is pending."""
        for path in self._suites():
            for unit in find_units(path.read_bytes().decode()):
                if unit.id not in self.bodies and not unit.is_orphan:
                    self._write_plainly(unit.id)

    def _check_orphans(self, ids):
        """Each of these tests is an orphan now, and its body what it was."""
        texts = [path.read_bytes().decode() for path in self._suites()]
        orphans = {
            unit.id for text in texts for unit in find_units(text) if unit.is_orphan
        }
        assert ids <= orphans
        assert ids <= self.bodies.keys()
