"""The same project in a repository: branches, merges, going back to what was."""

from __future__ import annotations

import copy
import functools
import re
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from hand import body_lines, find_units, markers_of, spliced, token_lines
from hand_machine import HandEdits, marker_of
from hypothesis import strategies as st
from repository import RESOLUTIONS, Repository, chosen_side, hunks_of, resolved
from sides import Settled, Sides, State, unmarked
from spec_machine import PICK, chosen, run, step
from spec_model import Specs

from suiteloom.errors import SpecError
from suiteloom.workflows.project import open_workspace

_SIDE = st.sampled_from(["ours", "theirs"])
_HOW = st.sampled_from(sorted(RESOLUTIONS))
_ON_ONE = ("respecify", "line", "body", "line", "review", "above")
_NOT_ON_A_BRANCH = ("merge", "merge_files", "merge_one_test", "check_suites_out")
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

    def __init__(self, tally, driver):
        super().__init__(tally)
        self.driver = driver
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
            self.repository = Repository(self.root, self.store, self.driver.call)
        state = State(
            self.repository.commit(),
            copy.deepcopy(self.specs),
            dict(self.owners),
            dict(self.bodies),
            dict(self.compared),
            self.kept,
        )
        self.history = [*self.history[-4:], state]
        return state

    def _know(self, state, specs=None):
        """Take the suites as they were at a commit, and the specs that fit them."""
        self.owners = dict(state.owners)
        self.bodies = dict(state.bodies)
        self.compared = dict(state.compared)
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

    @step(data=st.data(), side=_SIDE, how=_HOW)
    def merge(self, data, side, how):
        """Two branches begin, go their ways and meet; a person resolves what is left.

        Specs that conflict are those of one side; suites are resolved in any way.
        """
        edits = [name for name in self.edits if name not in _BETWEEN_FILES]
        self._merge(data, side, how, edits)

    @step(data=st.data(), side=_SIDE, how=_HOW)
    def merge_files(self, data, side, how):
        """The same with anything on the branches, files renamed and exchanged too."""
        self._merge(data, side, how, self.edits)

    @step(data=st.data(), side=_SIDE, how=_HOW, pick=PICK)
    def merge_one_test(self, data, side, how, pick):
        """Both branches change one test, so that git stops there."""
        self._generate()
        identity = chosen(self.specs.tests, pick)[2].id
        if pick % 4 and identity not in self.bodies:
            self._write_plainly(identity)
        self._merge(data, side, how, (), identity)

    def _write_plainly(self, identity):
        """A person writes a body that is pending."""
        path, unit = self._found(identity)
        lines = [f'        assert "{self._token("mass", identity)}"']
        self._replace_body(path, unit, lines)
        self.bodies[identity] = lines

    def _work_on(self, data, identity):
        """Change one test on a branch, each time a step, and commit."""
        kinds = st.lists(st.sampled_from(_ON_ONE), min_size=2, max_size=4)
        for kind in data.draw(kinds):
            self.tally.steps[f"one test: {kind}"] += 1
            if kind == "respecify":
                test = next(t for _, _, t in self.specs.tests if t.id == identity)
                test.summary = f"It holds {next(self.count)} times."
                continue
            self._write_specs()
            if run(self.root).code:  # of a docstring that was edited
                self._generate()
            path, unit = self._found(identity)
            if kind == "review":
                self._review(path, unit)
            elif kind == "body":
                lines = [f'        assert "{self._token("one", identity)}"']
                self._replace_body(path, unit, lines)
                self.bodies[identity] = lines
            elif kind == "line" and identity in self.bodies:
                lines = [f'        assert "{self._token("line", identity)}"']
                self.bodies[identity] = [*self.bodies[identity], *lines]
                place = unit.last + 1
                self._save(path, spliced(self.example.read(path), place, place, lines))
            elif kind == "above":
                line = f"    # {self._token('above', identity)}"
                place = unit.first
                self._save(path, spliced(self.example.read(path), place, place, [line]))
        return self._commit()

    def _found(self, identity):
        """The path of the suite that a test stands in, and its unit."""
        for path in self._suites():
            name = path.relative_to(self.root).as_posix()
            for unit in find_units(self.example.read(name)):
                if unit.id == identity:
                    return name, unit
        raise AssertionError(f"{identity} is lost")

    def _merge(self, data, side, how, edits, identity=""):
        base = self._commit()
        self.repository.git("checkout", "-q", "-b", "side")
        theirs = self._go_on(data, edits, identity)
        self.repository.git("checkout", "-q", "main")
        self._know(base)
        ours = self._go_on(data, edits, identity)
        files = (self.repository.files(state.commit) for state in (base, ours, theirs))
        sides = Sides(base, ours, theirs, *files)
        self._owners_there = theirs.owners
        merging = ("merge", "-q", "--no-ff", "-m", "merge", "side")
        self.repository.git(*merging, fails=True)
        assert not self.driver.look(), "merged by lines"
        if sides.moved_between_files():
            end = self._merged_across_files(sides)
        else:
            dice = data.draw(st.randoms(use_true_random=False))
            end = self._merged(sides, side, how, dice)
        self.tally.ends[f"merge: {end}"] += 1
        if not end.startswith("merged"):
            self.repository.git("reset", "-q", "--hard", ours.commit)
            self.repository.git("clean", "-fdq")
            self._know(ours)
        self.repository.git("branch", "-qD", "side")
        self._generate()

    def _go_on(self, data, edits, identity):
        """Make some edits on a branch, each of them a step, and commit."""
        if identity:
            return self._work_on(data, identity)
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

    def _merged(self, sides, side, how, dice):
        """Settle what git left open and learn what the tree holds; how it ended."""
        settled = Settled()
        unmerged = self.repository.unmerged()
        for path in [path for path in unmerged if path.endswith(".py")]:
            assert unmerged[path] in {"123", "23"}, unmerged
            self._settle(path, sides, how, dice, settled)
        self._learn(sides, settled)
        self.kept = sides.ours.kept or sides.theirs.kept or settled.in_head
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
        self.compared = None  # nobody knows yet
        self._generate(mass=True)
        self.compared = self._ties(sides)
        self._record()
        return "merged, one body changed on both sides" if settled.dropped else "merged"

    def _ties(self, sides):
        """See that no body is left unmarked; what each was compared with."""
        known, found = sides.compared, {}
        for path in self._suites():
            text = path.read_bytes().decode()
            left = unmarked(text, known)
            assert not left, f"nobody compared the bodies of {left}"
            for unit in find_units(text):
                if unit.id in self.bodies:
                    found[unit.id] = marker_of(unit.node).compared
        return found

    def _settle(self, path, sides, how, dice, settled):
        """Resolve the conflicts in a suite, and note in `settled` what comes of them."""
        text = self.example.read(path)
        hunks = hunks_of(text)
        assert hunks, f"{path} is left over without a conflict in it"
        assert len(hunks) == len(re.findall(r"^<{7} ", text, re.MULTILINE))
        for which in ("ours", "theirs"):
            ids = Counter(unit.id for unit in find_units(chosen_side(text, which)[0]))
            assert set(ids.values()) <= {1}, ids
        self._check_places(path, text, sides, settled)
        whole = resolved(text, RESOLUTIONS[how], dice)
        if whole is None or not self._keeps(whole):
            self.tally.ends[f"resolution: {how} is no suite, so ours"] += 1
            whole, _ = chosen_side(text, "ours")
        else:
            self.tally.ends[f"resolution: {how}"] += 1
        self.example.write(path, whole)
        inside = {
            token
            for hunk in hunks
            for part in (hunk.ours, hunk.base, hunk.theirs)
            for token, _ in token_lines(part)
        }
        settled.inside |= inside
        settled.dropped |= inside - {token for token, _ in token_lines(whole)}

    def _keeps(self, text):
        """Whether a resolution has each test, marker and word once, each where it belongs."""
        units = {unit.id: unit for unit in find_units(text)}
        words = [word for word, _ in token_lines(text)]
        ids = [unit.id for unit in find_units(text)]
        if any(len(items) != len(set(items)) for items in (ids, words)):
            return False
        if any(len(markers_of(unit.node)) != 1 for unit in units.values()):
            return False
        homes = {
            word: unit.id
            for unit in units.values()
            for word, line in token_lines(text)
            if unit.top <= line <= unit.bottom
        }
        known = {**self.owners, **self._owners_there}
        return all(homes.get(word, "") == known[word] for word in words)

    def _check_places(self, path, text, sides, settled):
        """Each conflict is in one unit that both sides changed, or between units."""
        ours, places = chosen_side(text, "ours")
        units = find_units(ours)
        for place, hunk in zip(places, hunks_of(text), strict=True):
            whole = [
                unit
                for unit in units
                if unit.top <= place.start and place.stop <= unit.bottom + 1
            ]
            assert "mark.spec(" not in hunk.ours + hunk.theirs or whole, hunk
            for unit in whole:
                assert sides.changed_on_both(path, unit.id), hunk
                settled.in_head |= place.start < unit.body_first
                if place.stop > unit.body_first:
                    settled.bodies.add(unit.id)
            where = "a unit" if whole else "between units"
            self.tally.ends[f"conflict: in {where}"] += 1

    def _learn(self, sides, settled):
        """Compare the words in the tree with those of both sides, and know them."""
        texts = {path: path.read_bytes().decode() for path in self._suites()}
        found = Counter(t for text in texts.values() for t, _ in token_lines(text))
        owners = {**sides.ours.owners, **sides.theirs.owners}
        assert set(found.values()) <= {1}, found
        wanted = sides.wanted - settled.dropped
        assert wanted <= found.keys(), wanted - found.keys()
        for token in found.keys() - sides.wanted - settled.inside:
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
                if unit.id not in settled.bodies:
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
