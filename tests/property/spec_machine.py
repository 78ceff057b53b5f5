"""A project whose specs are edited at random, and what must hold after every run."""

from __future__ import annotations

import ast
import copy
import difflib
import functools
import itertools
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hand import body_lines, find_units, token_lines
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)
from plan_truth import untrue
from spec_model import Domain, Group, Specs

from example import Example
from suiteloom.errors import RefusedError
from suiteloom.workflows.generate import generate, preview
from suiteloom.workflows.planner import PlanOptions
from suiteloom.workflows.project import open_workspace

PICK = st.integers(0, 1000)


def difference(have, want):
    """What differs between two trees, for people."""
    return "\n".join(
        line
        for path in sorted(have.keys() | want.keys())
        for line in difflib.unified_diff(
            want.get(path, b"").decode().split("\n"),
            have.get(path, b"").decode().split("\n"),
            f"wanted {path}",
            f"found {path}",
            lineterm="",
        )
    )


def chosen(items, pick):
    return items[pick % len(items)]


def filled(arguments):
    """The parameters that pytest fills from a table: by name, and without a default."""
    plain = [*arguments.posonlyargs, *arguments.args]
    plain = plain[: len(plain) - len(arguments.defaults)]
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    found = {item.arg for item in plain} | {
        item.arg for item, value in named if not value
    }
    return found - {item.arg for item in arguments.posonlyargs}


@dataclass
class Tally:
    """How often each rule ran, and what came of those that can end in several ways."""

    steps: Counter = field(default_factory=Counter)
    ends: Counter = field(default_factory=Counter)


def step(when=None, **arguments):
    """A rule that counts its runs in the machine's tally, and that others can draw.

    Args:
        when: Tells of the machine whether the rule may run; nothing means always.
        arguments: A strategy for each argument.
    """

    def decorate(function):
        @functools.wraps(function)
        def counted(self, **drawn):
            self.tally.steps[function.__name__] += 1
            return function(self, **drawn)

        made = rule(**arguments)(counted)
        made = precondition(when)(made) if when else made
        made.when, made.arguments = when, arguments
        return made

    return decorate


@dataclass
class _Result:
    """What a run came to: its exit code, its plan, the codes of its refusal."""

    code: int
    plan: tuple = ()
    findings: tuple = ()


def run(root, *domains, check=False, restore=False, mass=False):
    """What the command does, without the time that it takes to read its options."""
    work = preview if check else generate
    options = PlanOptions(allow_mass_orphan=True) if mass else None
    try:
        plan = work(open_workspace(root), domains, restore=restore, options=options)
    except RefusedError as error:
        return _Result(error.exit_code, findings=error.findings)
    return _Result(int(check and bool(plan.changes)), plan.actions)


class SpecEdits(RuleBasedStateMachine):
    """Specs are edited and suites generated; nobody writes into the suites."""

    refusals = frozenset({"DR204", "DR214", "DR215"})

    def __init__(self, tally=None):
        super().__init__()
        self.tally = tally or Tally()
        self.root = Path(tempfile.mkdtemp(prefix="regeneration-"))
        self.count = itertools.count(100)
        self.owners = {}
        self.bodies = {}
        self.hand_edited = set()
        self.kept = False
        self.restore = False

    def teardown(self):
        shutil.rmtree(self.root)

    @initialize(count=st.integers(2, 3))
    def start(self, count):
        self.specs = Specs.start(count)
        self.example = Example(self.root, {"suiteloom.toml": ""})
        self.good = None
        self.known = {}
        self._begin()

    def _begin(self):
        self._generate()

    # What the specs go through.

    @step(pick=PICK)
    def rename(self, pick):
        _, _, test = chosen(self.specs.tests, pick)
        test.name = f"test_renamed_{next(self.count)}"

    @step(pick=PICK, other=PICK)
    def swap_names(self, pick, other):
        one, two = (chosen(self.specs.tests, n)[2] for n in (pick, other))
        one.name, two.name = two.name, one.name

    @step(pick=PICK, how=st.randoms(use_true_random=False))
    def reorder(self, pick, how):
        domain, group = chosen(self.specs.groups, pick)
        how.shuffle(group.tests)
        if pick % 3 == 0:
            how.shuffle(domain.groups)

    @step(pick=PICK, goal=PICK, place=PICK, again=st.booleans())
    def move(self, pick, goal, place, again):
        _, group = chosen(self.specs.groups, goal)
        _, old, test = chosen(self.specs.tests, pick)
        if group is old and len(group.tests) == 1:
            return
        self.specs.take(test)
        group.tests.insert(place % (len(group.tests) + 1), test)
        if again:
            test.name = f"test_moved_{next(self.count)}"
            test.summary = f"It moved {next(self.count)}."

    @step(goal=PICK, place=PICK)
    def add(self, goal, place):
        _, group = chosen(self.specs.groups, goal)
        test = Specs.new_test(next(self.count))
        group.tests.insert(place % (len(group.tests) + 1), test)

    @step(lambda self: len(self.specs.tests) > 3, pick=PICK)
    def remove(self, pick):
        _, _, test = chosen(self.specs.tests, pick)
        if len(self.specs.domains) > 1 or len(self.specs.domains[0].tests) > 1:
            self.specs.take(test)
            self.specs.removed.append(test)

    @step(lambda self: self.specs.removed, pick=PICK, goal=PICK)
    def put_back(self, pick, goal):
        test = self.specs.removed.pop(pick % len(self.specs.removed))
        chosen(self.specs.groups, goal)[1].tests.append(test)

    @step(pick=PICK, what=st.sampled_from(["summary", "kinds", "value", "marker"]))
    def respecify(self, pick, what):
        _, _, test = chosen(self.specs.tests, pick)
        if what == "summary":
            test.summary = f'It holds {next(self.count)} "times" \\ over.'
        elif what == "kinds":
            test.kinds = ["edge"] if test.kinds == ["positive"] else ["positive"]
        elif what == "value":
            test.value = f"It gains {next(self.count)} " + "x " * 50 + "in all."
        else:
            test.markers = [] if test.markers else ["slow"]

    @step(pick=PICK)
    def toggle_async(self, pick):
        _, _, test = chosen(self.specs.tests, pick)
        test.is_async = not test.is_async

    @step(pick=PICK, names=st.lists(st.sampled_from("pqr"), unique=True, max_size=2))
    def recase(self, pick, names):
        _, _, test = chosen(self.specs.tests, pick)
        rows = range(1 + pick % 3)
        test.cases = [
            (f"case{row}", [(name, row) for name in names]) for row in rows if names
        ]

    @step(pick=PICK)
    def retitle(self, pick):
        _, group = chosen(self.specs.groups, pick)
        group.title = f"group {next(self.count)}"

    @step(pick=PICK, first=PICK, second=PICK)
    def swap_titles(self, pick, first, second):
        groups = chosen(self.specs.domains, pick).groups
        one, two = chosen(groups, first), chosen(groups, second)
        one.title, two.title = two.title, one.title

    @step(pick=PICK, after=PICK, keep=st.booleans())
    def split(self, pick, after, keep):
        domain, group = chosen(self.specs.groups, pick)
        cut = 1 + after % len(group.tests)
        if cut == len(group.tests):
            return
        new = Group(f"group {next(self.count)}", group.tests[cut:])
        del group.tests[cut:]
        if keep:
            group.title, new.title = new.title, group.title
        domain.groups.insert(domain.groups.index(group) + 1, new)

    @step(pick=PICK, first=PICK, second=PICK)
    def join(self, pick, first, second):
        groups = chosen(self.specs.domains, pick).groups
        one, two = chosen(groups, first), chosen(groups, second)
        if one is not two:
            one.tests += two.tests
            groups.remove(two)

    @step(pick=PICK, goal=PICK)
    def move_group(self, pick, goal):
        domain, group = chosen(self.specs.groups, pick)
        home = chosen(self.specs.domains, goal)
        titles = {other.title for other in home.groups}
        if home is not domain and len(domain.groups) > 1 and group.title not in titles:
            domain.groups.remove(group)
            home.groups.append(group)

    @step(pick=PICK)
    def rename_domain(self, pick):
        chosen(self.specs.domains, pick).name = f"domain{next(self.count)}"

    @step(lambda self: len(self.specs.domains) > 1, first=PICK, second=PICK)
    def swap_domains(self, first, second):
        one, two = (chosen(self.specs.domains, n) for n in (first, second))
        one.name, two.name = two.name, one.name

    @step(lambda self: len(self.specs.domains) < 4, pick=PICK)
    def new_domain(self, pick):
        group = Group("group new", [Specs.new_test(next(self.count))])
        self.specs.domains.append(Domain(f"domain{next(self.count)}", [group]))
        if len(self.specs.tests) > 3 and pick % 2:
            test = chosen(self.specs.tests[:-1], pick)[2]
            self.specs.take(test)
            group.tests.append(test)

    # Generating, and what must hold whenever it is done.

    @step()
    def generate(self):
        self._generate()

    @step(pick=PICK)
    def generate_one(self, pick):
        """A run for one domain changes at most that domain's file, or refuses."""
        self._write_specs()
        domain = chosen(self.specs.domains, pick)
        before = self.example.tree()
        outcome = run(self.root, domain.name)
        after = self.example.tree()
        if outcome.code == 4:
            assert after == before
        assert not untrue(before, after, outcome.plan)
        self._check_tokens(after)

    def _write_specs(self):
        files = self.specs.files()
        for path in self.root.glob("specs/*.yaml"):
            if f"specs/{path.name}" not in files:
                path.unlink()
        for path, text in files.items():
            self.example.write(path, text)

    def _generate(self, *, mass=False):
        self._write_specs()
        before, marks = self.example.tree(), self.example.marks()
        checked = run(self.root, check=True, restore=self.restore, mass=mass)
        assert self.example.marks() == marks, "--check writes"
        outcome = run(self.root, restore=self.restore, mass=mass)
        after = self.example.tree()
        if outcome.code == 4:
            self._refused(outcome, checked, before, after)
            self._generate(mass=mass)
            return
        assert checked.code == (after != before)
        assert checked.plan == outcome.plan
        assert not untrue(before, after, outcome.plan)
        self._check_by_hand(before, after, outcome.plan)
        restored = self.restore
        self.kept = self.kept and not restored
        self.restore = False
        self._check_tokens(after)
        self._check_suites(after)
        if not restored:  # that takes back edits of every domain
            self._check_others(before, after)
        self._check_quiet()
        self.good = copy.deepcopy(self.specs)
        self.hand_edited.clear()
        self.known = {d.path: d.yaml() for d in self.specs.domains}

    def _check_by_hand(self, before, after, plan):
        """Nobody writes into the suites."""

    def _refused(self, outcome, checked, before, after):
        """A refusal changes nothing, and going back to the old specs is possible."""
        assert checked.code == 4
        assert after == before
        codes = {finding.code for finding in outcome.findings}
        assert codes <= self.refusals, outcome.findings
        if "DR204" in codes:
            assert self.kept, outcome.findings
            self.restore = True
        if codes - {"DR204"}:
            self.specs = copy.deepcopy(self.good)

    def _check_quiet(self):
        marks = self.example.marks()
        again = run(self.root)
        assert again.code == 0
        assert all(a.action == "edited" for a in again.plan), again.plan
        assert not again.plan or self.kept, again.plan
        assert self.example.marks() == marks, "the second run writes"

    def _check_suites(self, tree):
        """Each file parses and holds what its spec says, in its order."""
        ids = Counter()
        for path, data in tree.items():
            if path.endswith(".py"):
                text = data.decode()
                compile(ast.parse(text.lstrip("\ufeff")), path, "exec")
                ids.update(unit.id for unit in find_units(text))
        assert set(ids.values()) <= {1}, ids
        for domain in self.specs.domains:
            units = find_units(tree[domain.path].decode())
            shown = [
                (unit.owner, unit.id, unit.node.name, type(unit.node).__name__)
                for unit in units
                if not unit.is_orphan
            ]
            assert shown == [
                (
                    group.class_name,
                    test.id,
                    test.name,
                    "AsyncFunctionDef" if test.is_async else "FunctionDef",
                )
                for group in domain.groups
                for test in group.tests
            ]
            nodes = {unit.id: unit.node for unit in units}
            for test in domain.tests:
                columns = {name for _, values in test.cases for name, _ in values}
                assert columns <= filled(nodes[test.id].args), test.id

    def _check_others(self, before, after):
        """A domain that nobody edited, and no test has left, keeps every byte."""
        homes = {test.id: domain.path for domain, _, test in self.specs.tests}
        for domain in self.specs.domains:
            path = domain.path
            if self.known.get(path) != domain.yaml() or path in self.hand_edited:
                continue
            ids = [unit.id for unit in find_units(before[path].decode())]
            if all(homes.get(identity, path) == path for identity in ids):
                assert after[path] == before[path]

    def _check_tokens(self, tree):
        texts = {p: d.decode() for p, d in tree.items() if p.endswith(".py")}
        found = [
            (token, path, line)
            for path, text in texts.items()
            for token, line in token_lines(text)
        ]
        assert Counter(token for token, _, _ in found) == Counter(list(self.owners))
        units = {p: {u.id: u for u in find_units(text)} for p, text in texts.items()}
        for token, path, line in found:
            owner = self.owners[token]
            if owner:
                assert owner in units[path], f"{token} stands in {path}"
                unit = units[path][owner]
                assert unit.top <= line <= unit.bottom, f"{token} left {owner}"
        for identity, lines in self.bodies.items():
            path = next(p for p, held in units.items() if identity in held)
            body = body_lines(texts[path], units[path][identity])
            assert body == lines, f"body of {identity}"
