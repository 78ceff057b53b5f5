"""The same project in a repository: branches, merges, going back to what was."""

from __future__ import annotations

import copy
import functools
import re
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from hand import body_lines, find_units, token_lines
from hand_machine import HandEdits
from hypothesis import strategies as st
from repository import Repository, chosen_side, hunks_of
from sides import Sides, State
from spec_machine import PICK, chosen, run, step
from spec_model import Specs

from suiteloom.errors import SpecError
from suiteloom.workflows.project import open_workspace

_SIDE = st.sampled_from(["ours", "theirs"])
_NOT_ON_A_BRANCH = ("merge", "merge_files", "check_suites_out")
_BETWEEN_FILES = (
    "check_specs_out",
    "move_group",
    "new_domain",
    "put_back",
    "rename_domain",
    "swap_domains",
)


def _is_step(machine, name):
    return hasattr(getattr(machine, name), "arguments")


class Team(HandEdits):
    """Specs and suites are edited on two branches."""

    @functools.cached_property
    def edits(self):
        """Names of the rules that run on a branch; each two times for a hand's edit."""
        steps = [name for name in dir(type(self)) if _is_step(type(self), name)]
        by_hand = [name for name in steps if name in vars(HandEdits)]
        return sorted({*steps} - {*_NOT_ON_A_BRANCH}) + sorted(by_hand)

    def take_step(self, data, name):
        """One rule, if its time has come, with what it draws."""
        function = getattr(self, name)
        if function.when is None or function.when(self):
            function(**data.draw(st.fixed_dictionaries(function.arguments)))

    def __init__(self, tally=None):
        super().__init__(tally)
        self.store = Path(tempfile.mkdtemp(prefix="repository-"))
        self.repository = None
        self.history = []

    def teardown(self):
        super().teardown()
        shutil.rmtree(self.store)

    # Commits.

    def _begin(self):
        self._commit()

    def _commit(self):
        self._generate()
        return self._record()

    def _record(self):
        if self.repository is None:
            self.repository = Repository(self.root, self.store)
        state = State(
            self.repository.commit(),
            copy.deepcopy(self.specs),
            dict(self.owners),
            dict(self.bodies),
            self.kept,
        )
        self.history = [*self.history[-4:], state]
        return state

    def _know(self, state, specs=None):
        """Take the suites as they were at a commit, and the specs that fit them."""
        self.owners = dict(state.owners)
        self.bodies = dict(state.bodies)
        self.kept = state.kept
        self.good = copy.deepcopy(state.specs)
        self.specs = specs or copy.deepcopy(state.specs)
        self.known = {}

    def _suites(self):
        return sorted(self.root.glob("generated/*.py"))

    # Going back.

    @step(pick=PICK)
    def check_suites_out(self, pick):
        """The suites become what they were; the specs stay."""
        state = chosen(self.history, pick)
        specs = copy.deepcopy(self.specs)
        specs.remember(self.specs, state.specs)
        self.repository.take(state.commit, "generated")
        self._know(state, specs)
        found = {path.relative_to(self.root).as_posix() for path in self._suites()}
        assert found == self.repository.files(state.commit).keys()
        self._generate()

    @step(pick=PICK)
    def check_specs_out(self, pick):
        """The specs become what they were; the suites stay, and every body with them."""
        state = chosen(self.history, pick)
        self._commit()
        self.repository.take(state.commit, "specs")
        specs = copy.deepcopy(state.specs)
        specs.remember(self.specs, state.specs)
        assert {p: self.example.read(p) for p in specs.files()} == specs.files()
        self.specs = specs
        self._generate()

    # Branches.

    @step(data=st.data(), side=_SIDE)
    def merge(self, data, side):
        """Two branches begin, go their ways and meet; what is left over is of one side."""
        self._merge(
            data, side, [name for name in self.edits if name not in _BETWEEN_FILES]
        )

    @step(data=st.data(), side=_SIDE)
    def merge_files(self, data, side):
        """The same with anything on the branches, files renamed and exchanged too."""
        self._merge(data, side, self.edits)

    def _merge(self, data, side, edits):
        base = self._commit()
        self.repository.git("checkout", "-q", "-b", "side")
        theirs = self._go_on(data, edits)
        self.repository.git("checkout", "-q", "main")
        self._know(base)
        ours = self._go_on(data, edits)
        files = (self.repository.files(state.commit) for state in (base, ours, theirs))
        sides = Sides(base, ours, theirs, *files)
        merging = ("merge", "-q", "--no-ff", "-m", "merge", "side")
        _, said = self.repository.git(*merging, fails=True)
        assert "merged by lines" not in said, said
        if sides.moved_between_files():
            end = self._merged_across_files(sides)
        else:
            end = self._merged(sides, side)
        self.tally.ends[f"merge: {end}"] += 1
        if not end.startswith("merged"):
            self.repository.git("reset", "-q", "--hard", ours.commit)
            self.repository.git("clean", "-fdq")
            self._know(ours)
        self.repository.git("branch", "-qD", "side")
        self._generate()

    def _go_on(self, data, edits):
        """Make some edits on a branch, each of them a step, and commit."""
        names = data.draw(st.lists(st.sampled_from(edits), min_size=1, max_size=5))
        for name in names:
            self.take_step(data, name)
        return self._commit()

    def _merged_across_files(self, sides):
        """A driver sees one file: a unit that left it is left to a person, not lost."""
        found = {
            token
            for path in self._suites()
            for token, _ in token_lines(path.read_bytes().decode())
        }
        assert sides.wanted <= found, sides.wanted - found
        return "given up, a test had changed its file"

    def _merged(self, sides, side):
        """Settle what git left open and learn what the tree holds; how it ended."""
        dropped, doubtful, in_head = set(), set(), False
        unmerged = self.repository.unmerged()
        for path in [path for path in unmerged if path.endswith(".py")]:
            assert unmerged[path] in {"123", "23"}, unmerged
            lost, open_, head = self._settle(path, sides, side)
            dropped |= lost
            doubtful |= open_
            in_head = in_head or head
        self._learn(sides, dropped, doubtful)
        self.kept = sides.ours.kept or sides.theirs.kept or in_head
        specs = self._merged_specs(sides, side, unmerged)
        self.specs = specs
        self._write_specs()
        outcome = run(self.root, check=True, mass=True)
        codes = {finding.code for finding in outcome.findings}
        if codes - {"DR204"}:
            assert codes <= {"DR201", "DR204", "DR214"}, outcome.findings
            return "given up, the specs of one side do not fit the bodies of the other"
        self.hand_edited |= sides.our_files.keys() | sides.their_files.keys()
        self.good = copy.deepcopy(specs)
        self._generate(mass=True)
        self._record()
        return "merged, one body changed on both sides" if dropped else "merged"

    def _settle(self, path, sides, side):
        """Take one side of the conflicts in a suite.

        Returns:
            Words that are dropped with the other side; words in the conflicts; whether a
            conflict is in front of a body.
        """
        text = self.example.read(path)
        hunks = hunks_of(text)
        assert hunks, f"{path} is left over without a conflict in it"
        assert len(hunks) == len(re.findall(r"^<{7} ", text, re.MULTILINE))
        for which in ("ours", "theirs"):
            ids = Counter(unit.id for unit in find_units(chosen_side(text, which)[0]))
            assert set(ids.values()) <= {1}, ids
        in_head = self._check_places(path, text, sides)
        settled, _ = chosen_side(text, side)
        self.example.write(path, settled)
        left = {token for token, _ in token_lines(settled)}
        inside = {
            token
            for hunk in hunks
            for part in (hunk.ours, hunk.base, hunk.theirs)
            for token, _ in token_lines(part)
        }
        return inside - left, inside, in_head

    def _check_places(self, path, text, sides):
        """Each conflict is in one unit that both sides changed, or between units."""
        settled, places = chosen_side(text, "ours")
        units = find_units(settled)
        in_head = False
        for place, hunk in zip(places, hunks_of(text), strict=True):
            whole = [
                unit
                for unit in units
                if unit.top <= place.start and place.stop <= unit.bottom + 1
            ]
            assert "mark.spec(" not in hunk.ours + hunk.theirs or whole, hunk
            for unit in whole:
                assert sides.changed_on_both(path, unit.id), hunk
                in_head = in_head or place.start < unit.body_first
            where = "a unit" if whole else "between units"
            self.tally.ends[f"conflict: in {where}"] += 1
        return in_head

    def _learn(self, sides, dropped, doubtful):
        """Compare the words in the tree with those of both sides, and know them."""
        texts = {path: path.read_bytes().decode() for path in self._suites()}
        found = Counter(t for text in texts.values() for t, _ in token_lines(text))
        owners = {**sides.ours.owners, **sides.theirs.owners}
        assert set(found.values()) <= {1}, found
        assert sides.wanted - dropped <= found.keys(), (
            sides.wanted - dropped - found.keys()
        )
        for token in found.keys() - sides.wanted - doubtful:
            path = next(p for p, text in texts.items() if token in text)
            name = path.relative_to(self.root).as_posix()
            assert owners[token], f"{token} was removed and is back"
            assert sides.removed_on_one(name, owners[token]), token
        self.owners = {token: owners[token] for token in owners if token in found}
        bodies = {}
        for text in texts.values():
            for unit in find_units(text):
                lines = body_lines(text, unit)
                versions = (sides.ours, sides.theirs, sides.base)
                known = [state.bodies.get(unit.id) for state in versions]
                if any(known) and "self.pending(" not in "".join(lines):
                    bodies[unit.id] = lines
                self._check_body(unit.id, lines, *known)
        self.bodies = bodies

    def _check_body(self, identity, lines, ours, theirs, base):
        """A body that only one side wrote is the merged one."""
        if ours and theirs in (ours, base):
            assert lines == ours, f"body of {identity}"
        elif theirs and ours == base:
            assert lines == theirs, f"body of {identity}"

    def _merged_specs(self, sides, side, unmerged):
        """What git made of the specs, or one side's if that is no valid project."""
        choice = copy.deepcopy(getattr(sides, side).specs)
        if not any(path.endswith(".yaml") for path in unmerged):
            try:
                open_workspace(self.root).load()
                paths = sorted(self.root.glob("specs/*.yaml"))
                choice = Specs.parse(path.read_text("utf-8") for path in paths)
                self.tally.ends["specs: merged"] += 1
            except SpecError:
                self.tally.ends["specs: of one side, merged they are not valid"] += 1
        else:
            self.tally.ends["specs: of one side, they conflict"] += 1
        choice.remember(sides.ours.specs, sides.theirs.specs)
        return choice
