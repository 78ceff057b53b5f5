"""The same project with a person who writes into its suites."""

from __future__ import annotations

import ast
import re

import black
from hand import body_lines, find_units, lines_of, spliced, token_lines, with_line
from hypothesis import strategies as st
from hypothesis.stateful import invariant
from real_bodies import fits, odd_bodies, real_bodies
from spec_machine import PICK, SpecEdits, chosen, run, step
from uses import is_class_of, missing, references

from bench_modules import load_bench

marker_of = load_bench("branches").marker_of
_REAL = st.integers(0, 1 << 16)
_PARAMETERS = (
    ', {}="") -> None:',
    ', {}: str = "") -> None:',
    ', *, {}=""):',
    ', {}="", /):',
    ", *{}):",
    ", **{}):",
)
_REVIEWED = re.compile(r""",\s*reviewed=["']\w+["']""")


class HandEdits(SpecEdits):
    """Specs and suites are edited, in any order."""

    refusals = SpecEdits.refusals | {"DR201"}  # a real body that can not be async

    def __init__(self, tally=None):
        super().__init__(tally)
        self.compared = {}  # what each written body was last compared with, by id
        self.meanings = {}  # what stands behind each digest
        self.helped = {}  # the name that a body was written with, by id

    @invariant()
    def nothing_is_left_over(self):
        assert not list(self.root.rglob("*.tmp"))

    def _suite(self, pick):
        paths = sorted(self.root.glob("generated/*.py"))
        return f"generated/{chosen(paths, pick).name}"

    def _unit(self, path, pick):
        units = find_units(self.example.read(path))
        return chosen(units, pick) if units else None

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

    @step(pick=PICK, which=PICK, kind=st.sampled_from(["plain", "text", "nested"]))
    def write_body(self, pick, which, kind):
        path = self._suite(pick)
        unit = self._unit(path, which)
        if unit is None or not unit.statements:
            return
        mark = self._token("body", unit.id)
        lines = {
            "plain": [
                f'        value = "{mark}"',
                f'        assert value, "{mark[4:-4]}"',
            ],
            "text": [
                '        text = """',
                '    @pytest.mark.spec("XY-001", rev="aaaaaa.bbbbbb")',
                "class TestX:",
                "",
                "",
                "\tna\u00efve   ",
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

    @step(reals=st.lists(st.tuples(PICK, PICK, _REAL, PICK), min_size=1, max_size=4))
    def write_real_bodies(self, reals):
        """Bodies that somebody wrote for the tests of Python itself, a word in each."""
        for pick, which, real, place in reals:
            path = self._suite(pick)
            unit = self._unit(path, which)
            if unit is not None and unit.statements:
                bodies = odd_bodies() if real % 2 else real_bodies()
                self._write_real_body(path, unit, chosen(bodies, real // 2), place)

    def _write_real_body(self, path, unit, body, place):
        if not fits(body.lines, is_async=isinstance(unit.node, ast.AsyncFunctionDef)):
            return
        mark = self._token("real", unit.id)
        at = chosen(body.starts, place)
        word = f"# {mark}" if at and place % 2 else f'mark = "{mark}"'
        lines = [*body.lines[:at], f"        {word}", *body.lines[at:]]
        self._replace_body(path, unit, lines)
        self.bodies[unit.id] = lines

    @step(pick=PICK, which=PICK)
    def reset_body(self, pick, which):
        path = self._suite(pick)
        unit = self._unit(path, which)
        if unit is not None and unit.statements and not unit.is_orphan:
            self._replace_body(path, unit, ["        self.pending()"])
            self.bodies.pop(unit.id, None)
            self.compared.pop(unit.id, None)

    def _replace_body(self, path, unit, lines):
        text = self.example.read(path)
        first, last = unit.body_first, unit.last
        self._forget(text, first, last)
        self._save(path, spliced(text, first, last + 1, lines))
        self.compared.setdefault(unit.id, marker_of(unit.node).compared)

    @step(
        pick=PICK,
        which=PICK,
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

    @step(pick=PICK, which=PICK)
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

    @step(pick=PICK, which=PICK, form=st.sampled_from(_PARAMETERS))
    def write_parameter(self, pick, which, form):
        """A parameter of whatever kind, with a default, that a body may use."""
        path = self._suite(pick)
        unit = self._unit(path, which)
        text = self.example.read(path)
        if unit is None:
            return
        place = unit.node.lineno - 1
        line = lines_of(text)[place].rstrip("\r\n")
        if line.endswith("):") and not set(line) & {"*", "/"}:
            added = form.format(f"x{self._token('param', unit.id)}")
            self._save(path, with_line(text, place, lambda line: line[:-2] + added))

    @step(pick=PICK, which=PICK)
    def review(self, pick, which):
        """A person has compared the body of a suspect test with what it must do."""
        path = self._suite(pick)
        suspect = [
            unit
            for unit in find_units(self.example.read(path))
            if "reviewed=" in "".join(map(ast.unparse, unit.node.decorator_list))
        ]
        if suspect:
            self._review(path, chosen(suspect, which))

    def _review(self, path, unit):
        text = self.example.read(path)
        first, last = unit.first, unit.node.lineno - 1
        lines = lines_of(text)
        head = _REVIEWED.sub("", "".join(lines[first:last]))
        self._save(path, "".join([*lines[:first], head, *lines[last:]]))
        if unit.id in self.compared:
            self.compared[unit.id] = marker_of(unit.node).normative

    @step(pick=PICK, which=PICK, kind=st.sampled_from(["member", "helper", "constant"]))
    def write_with_help(self, pick, which, kind):
        """A body that uses what stands in its class, or beside it in the module."""
        path = self._suite(pick)
        unit = self._unit(path, which)
        if unit is None or not unit.statements or unit.is_orphan:
            return
        name = f"{kind}_{next(self.count)}"
        text = self.example.read(path)
        place = unit.top
        if kind == "member":
            added, used = [f"    {name} = 1", ""], f"self.{name}"
        else:
            owner = next(
                n for n in ast.parse(text.lstrip("\ufeff")).body if is_class_of(n, unit)
            )
            place = min([owner.lineno, *(d.lineno for d in owner.decorator_list)]) - 1
            while place and lines_of(text)[place - 1].startswith("#"):
                place -= 1
            added, used = [f"{name} = 1", "", ""], name
            if kind == "helper":
                added, used = [f"def {name}():", "    return 1", "", ""], f"{name}()"
        self._save(path, spliced(text, place, place, added))
        unit = next(u for u in find_units(self.example.read(path)) if u.id == unit.id)
        lines = [f'        assert {used}, "{self._token("help", unit.id)}"']
        self._replace_body(path, unit, lines)
        self.bodies[unit.id] = lines
        self.helped[unit.id] = name

    @step()
    def change_folder(self):
        """Other folders are refused until the suites stand there; then nothing is to do."""
        self._generate()
        before = self.example.tree()
        self.example.write("suiteloom.toml", 'suites = "elsewhere"\n')
        if self.bodies.keys() & {test.id for _, _, test in self.specs.tests}:
            asked = self.example.tree()
            outcome = run(self.root)
            assert outcome.code == 4
            assert {finding.code for finding in outcome.findings} == {"DR216"}
            assert self.example.tree() == asked
        (self.root / "generated").rename(self.root / "elsewhere")
        outcome = run(self.root)
        assert outcome.code == 0
        assert all(action.action == "edited" for action in outcome.plan), outcome.plan
        (self.root / "elsewhere").rename(self.root / "generated")
        self.example.write("suiteloom.toml", "")
        assert self.example.tree() == before

    @step(pick=PICK, which=PICK, kind=st.sampled_from(["name", "all", "subclass"]))
    def write_reference(self, pick, which, kind):
        """A line of the module that names one of its classes."""
        path = self._suite(pick)
        unit = self._unit(path, which)
        if unit is None:
            return
        note = f"  # {self._token('names')}"
        lines = {
            "name": [f"NAMED = {unit.owner}{note}"],
            "all": [f'__all__ = ["{unit.owner}"]{note}'],
            "subclass": [
                f"class More{next(self.count)}({unit.owner}):{note}",
                "    __test__ = False",
            ],
        }[kind]
        text = self.example.read(path)
        count = len(lines_of(text))
        self._save(path, spliced(text, count, count, ["", "", *lines]))

    def _check_by_hand(self, before, after, plan):
        self._check_references(before, after, plan)
        self._check_needs(before, after, plan)
        if self.compared is not None:
            self._check_ties(after)

    def _check_ties(self, tree):
        """Suspect is who has a body that was last compared with something else."""
        wanted = {test.id: test.normative for _, _, test in self.specs.tests}
        for path, data in tree.items():
            for unit in find_units(data.decode()) if path.endswith(".py") else ():
                if unit.is_orphan:
                    continue
                marker = marker_of(unit.node)
                known = self.meanings.setdefault(marker.normative, wanted[unit.id])
                assert known == wanted[unit.id], f"{unit.id} has the digest of another"
                compared = self.compared.get(unit.id, marker.normative)
                suspect = compared if compared != marker.normative else ""
                shown = "".join(map(ast.unparse, unit.node.decorator_list))
                assert marker.reviewed == suspect, f"{unit.id}: {compared} in {shown}"

    def _check_needs(self, before, after, plan):
        """What a body uses is still there, or the plan says that it is not."""
        lacks = {(action.id, name) for action in plan for name in action.lacks}
        gone = missing(after, self.helped) - missing(before, self.helped)
        assert gone <= lacks, gone - lacks

    def _check_references(self, before, after, plan):
        """What names a class follows it, or the plan says where not; no class is missing."""
        renames = {
            (action.path, action.old): action
            for action in plan
            if action.action == "rename" and action.part == "class"
        }
        now = {word: (name, there) for _, word, name, there in references(after)}
        for path, word, name, there in references(before):
            action = renames.get((path, name))
            if there and (action is None or not action.lacks):
                assert now[word] == (action.new if action else name, True), word

    @step(
        pick=PICK,
        place=PICK,
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
        index = chosen(starts, place) - 1 if starts else 0
        held = lines_of(text)
        if place % 5 == 0 or not starts:
            index = len(held)
        while index and index < len(held) and held[index - 1].startswith("#"):
            index -= 1
        self._save(path, spliced(text, index, index, lines))

    @step(pick=PICK, which=PICK, kind=st.sampled_from(["helper", "constant", "note"]))
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

    @step(pick=PICK, which=PICK)
    def delete_unit(self, pick, which):
        path = self._suite(pick)
        text = self.example.read(path)
        units = find_units(text)
        if len(units) < 2:
            return
        unit = chosen(units, which)
        self._forget(text, unit.top, unit.bottom)
        self.bodies.pop(unit.id, None)
        self.compared.pop(unit.id, None)
        text = spliced(text, unit.top, unit.bottom + 1, [])
        try:
            ast.parse(text.lstrip("\ufeff"))
        except SyntaxError:  # nothing is left of its class
            text = spliced(text, unit.top, unit.top, ["    pass"])
        self._save(path, text)

    @step(pick=PICK, which=PICK)
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

    @step(pick=PICK, how=st.sampled_from(["crlf", "lf", "bom", "cut", "black"]))
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
        if how == "black":
            self._read_bodies(path)

    def _read_bodies(self, path):
        """Take the bodies of a suite as they stand: a formatter may print them anew."""
        text = self.example.read(path)
        for unit in find_units(text):
            if unit.id in self.bodies:
                self.bodies[unit.id] = body_lines(text, unit)
