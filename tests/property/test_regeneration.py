"""Whatever happens to specs and suites, nothing that a person wrote is lost or moved."""

from __future__ import annotations

import ast
import copy
import difflib
import itertools
import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import black
from hand import find_units, lines_of, spliced, token_lines, with_line
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from spec_model import Domain, Group, Specs

from example import Example
from suiteloom.errors import RefusedError
from suiteloom.workflows.generate import generate, preview
from suiteloom.workflows.project import open_workspace

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
_PICK = st.integers(0, 1000)


def _difference(have, want):
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


def _chosen(items, pick):
    return items[pick % len(items)]


@dataclass
class _Result:
    """What a run came to: its exit code, its plan, the codes of its refusal."""

    code: int
    plan: tuple = ()
    findings: tuple = ()


def _run(root, *domains, check=False, restore=False):
    """What the command does, without the time that it takes to read its options."""
    work = preview if check else generate
    try:
        plan = work(open_workspace(root), domains, restore=restore)
    except RefusedError as error:
        return _Result(error.exit_code, findings=error.findings)
    return _Result(int(check and bool(plan.changes)), plan.actions)


class SpecEdits(RuleBasedStateMachine):
    """Specs are edited and suites generated; nobody writes into the suites."""

    def __init__(self):
        super().__init__()
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
        self._generate()

    # What the specs go through.

    @rule(pick=_PICK)
    def rename(self, pick):
        _, _, test = _chosen(self.specs.tests, pick)
        test.name = f"test_renamed_{next(self.count)}"

    @rule(pick=_PICK, other=_PICK)
    def swap_names(self, pick, other):
        one, two = (_chosen(self.specs.tests, n)[2] for n in (pick, other))
        one.name, two.name = two.name, one.name

    @rule(pick=_PICK, how=st.randoms(use_true_random=False))
    def reorder(self, pick, how):
        domain, group = _chosen(self.specs.groups, pick)
        how.shuffle(group.tests)
        if pick % 3 == 0:
            how.shuffle(domain.groups)

    @rule(pick=_PICK, goal=_PICK, place=_PICK, again=st.booleans())
    def move(self, pick, goal, place, again):
        _, group = _chosen(self.specs.groups, goal)
        _, old, test = _chosen(self.specs.tests, pick)
        if group is old and len(group.tests) == 1:
            return
        self.specs.take(test)
        group.tests.insert(place % (len(group.tests) + 1), test)
        if again:
            test.name = f"test_moved_{next(self.count)}"
            test.summary = f"It moved {next(self.count)}."

    @rule(goal=_PICK, place=_PICK)
    def add(self, goal, place):
        _, group = _chosen(self.specs.groups, goal)
        test = Specs.new_test(next(self.count))
        group.tests.insert(place % (len(group.tests) + 1), test)

    @precondition(lambda self: len(self.specs.tests) > 3)
    @rule(pick=_PICK)
    def remove(self, pick):
        _, _, test = _chosen(self.specs.tests, pick)
        if len(self.specs.domains) > 1 or len(self.specs.domains[0].tests) > 1:
            self.specs.take(test)
            self.specs.removed.append(test)

    @precondition(lambda self: self.specs.removed)
    @rule(pick=_PICK, goal=_PICK)
    def put_back(self, pick, goal):
        test = self.specs.removed.pop(pick % len(self.specs.removed))
        _chosen(self.specs.groups, goal)[1].tests.append(test)

    @rule(pick=_PICK, what=st.sampled_from(["summary", "kinds", "value", "marker"]))
    def respecify(self, pick, what):
        _, _, test = _chosen(self.specs.tests, pick)
        if what == "summary":
            test.summary = f'It holds {next(self.count)} "times" \\ over.'
        elif what == "kinds":
            test.kinds = ["edge"] if test.kinds == ["positive"] else ["positive"]
        elif what == "value":
            test.value = f"It gains {next(self.count)} " + "x " * 50 + "in all."
        else:
            test.markers = [] if test.markers else ["slow"]

    @rule(pick=_PICK)
    def toggle_async(self, pick):
        _, _, test = _chosen(self.specs.tests, pick)
        test.is_async = not test.is_async

    @rule(pick=_PICK, names=st.lists(st.sampled_from("pqr"), unique=True, max_size=2))
    def recase(self, pick, names):
        _, _, test = _chosen(self.specs.tests, pick)
        rows = range(1 + pick % 3)
        test.cases = [
            (f"case{row}", [(name, row) for name in names]) for row in rows if names
        ]

    @rule(pick=_PICK)
    def retitle(self, pick):
        _, group = _chosen(self.specs.groups, pick)
        group.title = f"group {next(self.count)}"

    @rule(pick=_PICK, first=_PICK, second=_PICK)
    def swap_titles(self, pick, first, second):
        groups = _chosen(self.specs.domains, pick).groups
        one, two = _chosen(groups, first), _chosen(groups, second)
        one.title, two.title = two.title, one.title

    @rule(pick=_PICK, after=_PICK, keep=st.booleans())
    def split(self, pick, after, keep):
        domain, group = _chosen(self.specs.groups, pick)
        cut = 1 + after % len(group.tests)
        if cut == len(group.tests):
            return
        new = Group(f"group {next(self.count)}", group.tests[cut:])
        del group.tests[cut:]
        if keep:
            group.title, new.title = new.title, group.title
        domain.groups.insert(domain.groups.index(group) + 1, new)

    @rule(pick=_PICK, first=_PICK, second=_PICK)
    def join(self, pick, first, second):
        groups = _chosen(self.specs.domains, pick).groups
        one, two = _chosen(groups, first), _chosen(groups, second)
        if one is not two:
            one.tests += two.tests
            groups.remove(two)

    @rule(pick=_PICK, goal=_PICK)
    def move_group(self, pick, goal):
        domain, group = _chosen(self.specs.groups, pick)
        home = _chosen(self.specs.domains, goal)
        titles = {other.title for other in home.groups}
        if home is not domain and len(domain.groups) > 1 and group.title not in titles:
            domain.groups.remove(group)
            home.groups.append(group)

    @rule(pick=_PICK)
    def rename_domain(self, pick):
        _chosen(self.specs.domains, pick).name = f"domain{next(self.count)}"

    @precondition(lambda self: len(self.specs.domains) > 1)
    @rule(first=_PICK, second=_PICK)
    def swap_domains(self, first, second):
        one, two = (_chosen(self.specs.domains, n) for n in (first, second))
        one.name, two.name = two.name, one.name

    @precondition(lambda self: len(self.specs.domains) < 4)
    @rule(pick=_PICK)
    def new_domain(self, pick):
        group = Group("group new", [Specs.new_test(next(self.count))])
        self.specs.domains.append(Domain(f"domain{next(self.count)}", [group]))
        if len(self.specs.tests) > 3 and pick % 2:
            test = _chosen(self.specs.tests[:-1], pick)[2]
            self.specs.take(test)
            group.tests.append(test)

    # Generating, and what must hold whenever it is done.

    @rule()
    def generate(self):
        self._generate()

    @rule(pick=_PICK)
    def generate_one(self, pick):
        """A run for one domain changes at most that domain's file, or refuses."""
        self._write_specs()
        domain = _chosen(self.specs.domains, pick)
        before = self.example.tree()
        outcome = _run(self.root, domain.name)
        after = self.example.tree()
        if outcome.code == 4:
            assert after == before
        self._check_tokens(after)

    def _write_specs(self):
        files = self.specs.files()
        for path in self.root.glob("specs/*.yaml"):
            if f"specs/{path.name}" not in files:
                path.unlink()
        for path, text in files.items():
            self.example.write(path, text)

    def _generate(self):
        self._write_specs()
        before, marks = self.example.tree(), self.example.marks()
        checked = _run(self.root, check=True, restore=self.restore)
        assert self.example.marks() == marks, "--check writes"
        outcome = _run(self.root, restore=self.restore)
        after = self.example.tree()
        if outcome.code == 4:
            self._refused(outcome, checked, before, after)
            return
        assert checked.code == (after != before)
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

    def _refused(self, outcome, checked, before, after):
        """A refusal changes nothing, and going back to the old specs is possible."""
        assert checked.code == 4
        assert after == before
        codes = {finding.code for finding in outcome.findings}
        assert codes <= {"DR204", "DR214", "DR215"}, outcome.findings
        if "DR204" in codes:
            assert self.kept, outcome.findings
            self.restore = True
        if codes - {"DR204"}:
            self.specs = copy.deepcopy(self.good)
        self._generate()

    def _check_quiet(self):
        marks = self.example.marks()
        again = _run(self.root)
        assert again.code == 0
        assert all(a.action == "edited" for a in again.plan), again.plan
        assert not again.plan or self.kept, again.plan
        assert _run(self.root, check=True).code == 0
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

    def _check_others(self, before, after):
        """A domain that nobody edited keeps every byte."""
        for domain in self.specs.domains:
            same = self.known.get(domain.path) == domain.yaml()
            if same and domain.path not in self.hand_edited:
                assert after[domain.path] == before[domain.path]

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
            text = texts[path].replace("\r\n", "\n")  # it may have come from a file
            assert "\n".join(lines) in text, f"body of {identity}"


class SpecEditsOnly(SpecEdits):
    """As long as nobody writes into a suite, it is what a first run would write."""

    @rule()
    def compare_with_fresh(self):
        self._generate()
        with tempfile.TemporaryDirectory() as folder:
            fresh = Example(Path(folder), {"suiteloom.toml": "", **self.specs.files()})
            assert _run(fresh.root).code == 0
            difference = _difference(self.example.tree(), fresh.tree())
        assert not difference, difference


class HandEdits(SpecEdits):
    """Specs and suites are edited, in any order."""

    @invariant()
    def nothing_is_left_over(self):
        assert not list(self.root.rglob("*.tmp"))

    def _suite(self, pick):
        paths = sorted(self.root.glob("generated/*.py"))
        return f"generated/{_chosen(paths, pick).name}"

    def _unit(self, path, pick):
        units = find_units(self.example.read(path))
        return _chosen(units, pick) if units else None

    def _token(self, kind, owner=""):
        name = owner.replace("-", "").lower() or "free"
        token = f"tok_{kind}_{name}_{next(self.count)}_end"
        self.owners[token] = owner
        return token

    def _save(self, path, text):
        self.hand_edited.add(path)
        self.example.write(path, text)

    def _forget(self, text, first, last):
        """A person deletes these lines, and every token in them."""
        for token, line in token_lines(text):
            if first <= line <= last:
                del self.owners[token]

    @rule(pick=_PICK, which=_PICK, kind=st.sampled_from(["plain", "text", "nested"]))
    def write_body(self, pick, which, kind):
        path = self._suite(pick)
        unit = self._unit(path, which)
        if unit is None or not unit.statements:
            return
        mark = self._token("body", unit.id)
        lines = {
            "plain": [f'        value = "{mark}"', "        assert value"],
            "text": [
                '        text = """',
                '    @pytest.mark.spec("XY-001", rev="aaaaaa.bbbbbb")',
                "class TestX:",
                f"# {mark}",
                '"""',
                "        assert text",
            ],
            "nested": [
                "        class Inner:",
                '            """Inner.',
                "",
                "            Spec: specs/domain0.yaml (rev 123456)",
                '            """',
                "",
                f"        def test_inner(x={mark!r}):  # noqa".replace("'", '"'),
                "            return x",
                "",
                "        assert Inner and test_inner()",
            ],
        }[kind]
        self._replace_body(path, unit, lines)
        self.bodies[unit.id] = lines

    @rule(pick=_PICK, which=_PICK)
    def reset_body(self, pick, which):
        path = self._suite(pick)
        unit = self._unit(path, which)
        if unit is not None and unit.statements and not unit.is_orphan:
            self._replace_body(path, unit, ["        self.pending()"])
            self.bodies.pop(unit.id, None)

    def _replace_body(self, path, unit, lines):
        text = self.example.read(path)
        first, last = unit.statements[0].lineno - 1, unit.last
        self._forget(text, first, last)
        self._save(path, spliced(text, first, last + 1, lines))

    @rule(
        pick=_PICK,
        which=_PICK,
        kind=st.sampled_from(["above", "tail", "between", "deco", "low"]),
    )
    def write_around(self, pick, which, kind):
        path = self._suite(pick)
        unit = self._unit(path, which)
        if unit is None:
            return
        mark = self._token(kind, unit.id)
        place = {"above": unit.top, "tail": unit.bottom + 1}.get(kind, unit.first)
        line = {
            "above": f"    # {mark}",
            "tail": f"        # {mark}",
            "between": f"    # {mark}",
            "deco": f'    @pytest.mark.filterwarnings("default:{mark}")',
            "low": f'    @pytest.mark.filterwarnings("default:{mark}")',
        }[kind]
        if kind in {"between", "low"}:
            last = unit.node.decorator_list[which % len(unit.node.decorator_list)]
            place = last.end_lineno
        self._save(path, spliced(self.example.read(path), place, place, [line]))

    @rule(pick=_PICK, which=_PICK)
    def write_behind(self, pick, which):
        """A comment behind any line of the decorators, tables included."""
        path = self._suite(pick)
        unit = self._unit(path, which)
        if unit is None:
            return
        text = self.example.read(path)
        first, last = unit.first, unit.node.lineno - 1
        place = first + which % (last - first + 1)
        line = lines_of(text)[place].rstrip("\r\n")
        if line.endswith(("(", ",", "]", ")", ":")) and "#" not in line:
            comment = f"  # {self._token('behind', unit.id)}"
            self._save(path, with_line(text, place, lambda line: line + comment))

    @rule(pick=_PICK, which=_PICK)
    def write_parameter(self, pick, which):
        path = self._suite(pick)
        unit = self._unit(path, which)
        text = self.example.read(path)
        if unit is None:
            return
        place = unit.node.lineno - 1
        if lines_of(text)[place].rstrip("\r\n").endswith("):"):
            added = f', x{self._token("param", unit.id)}="") -> None:'
            self._save(path, with_line(text, place, lambda line: line[:-2] + added))

    @rule(
        pick=_PICK,
        place=_PICK,
        kind=st.sampled_from(["function", "constant", "import", "class", "comment"]),
    )
    def write_beside(self, pick, place, kind):
        """Module-level text in front of any statement or at the end."""
        path = self._suite(pick)
        text = self.example.read(path)
        mark = self._token(kind)
        lines = {
            "function": ["@pytest.fixture", f"def {mark}():", "    return 1", "", ""],
            "constant": [f'CONSTANT = "{mark}"', "", ""],
            "import": [f"import os as {mark}", ""],
            "class": [
                f"class {mark}:",
                "    def test_x(self):",
                "        pass",
                "",
                "",
            ],
            "comment": [f"# {mark}", "", ""],
        }[kind]
        starts = [
            min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
            for node in ast.parse(text.lstrip("\ufeff")).body[1:]
        ]
        index = _chosen(starts, place) - 1 if starts else 0
        held = lines_of(text)
        if place % 5 == 0 or not starts:
            index = len(held)
        while index and index < len(held) and held[index - 1].startswith("#"):
            index -= 1
        self._save(path, spliced(text, index, index, lines))

    @rule(pick=_PICK, which=_PICK, kind=st.sampled_from(["helper", "constant", "note"]))
    def write_between(self, pick, which, kind):
        """Text inside a class, in front of or behind a unit."""
        path = self._suite(pick)
        unit = self._unit(path, which)
        if unit is None:
            return
        mark = self._token(kind)
        lines = {
            "helper": [f"    def {mark}(self):", "        return 1"],
            "constant": [f"    {mark} = 1"],
            "note": [f"    # {mark}"],
        }[kind]
        text = self.example.read(path)
        if which % 2:
            place, lines = unit.top, [*lines, ""]
        else:
            place, lines = unit.bottom + 1, ["", *lines]
        self._save(path, spliced(text, place, place, lines))

    @rule(pick=_PICK, which=_PICK)
    def delete_unit(self, pick, which):
        path = self._suite(pick)
        text = self.example.read(path)
        units = find_units(text)
        if len(units) < 2:
            return
        unit = _chosen(units, which)
        self._forget(text, unit.top, unit.bottom)
        self.bodies.pop(unit.id, None)
        text = spliced(text, unit.top, unit.bottom + 1, [])
        try:
            ast.parse(text.lstrip("\ufeff"))
        except SyntaxError:  # nothing is left of its class
            text = spliced(text, unit.top, unit.top, ["    pass"])
        self._save(path, text)

    @rule(pick=_PICK, which=_PICK)
    def edit_docstring(self, pick, which):
        path = self._suite(pick)
        unit = self._unit(path, which)
        if unit is None or unit.docstring is None or unit.is_orphan:
            return
        text = self.example.read(path)
        index = unit.docstring.lineno - 1
        self.kept = True
        self._save(
            path,
            with_line(text, index, lambda s: s.replace('"""', '"""Edited. ', 1)),
        )

    @rule(pick=_PICK, how=st.sampled_from(["crlf", "lf", "bom", "cut", "black"]))
    def reformat(self, pick, how):
        path = self._suite(pick)
        text = self.example.read(path)
        if how == "black":
            text = black.format_str(text.lstrip("\ufeff"), mode=black.Mode())
        elif how == "bom":
            text = "\ufeff" + text.lstrip("\ufeff")
        elif how == "cut":
            text = text.rstrip()
        else:
            text = text.replace("\r\n", "\n")
            text = text.replace("\n", "\r\n") if how == "crlf" else text
        self._save(path, text)


def test_spec_edits_give_what_a_first_run_gives():
    run_state_machine_as_test(SpecEditsOnly, settings=_SETTINGS)


def test_nothing_written_by_hand_is_lost_or_moved():
    run_state_machine_as_test(HandEdits, settings=_SETTINGS)
