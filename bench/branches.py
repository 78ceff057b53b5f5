"""Two branches that change one suite, by hand and through its spec."""

from __future__ import annotations

import ast
import contextlib
import copy
import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from suiteloom.workflows import planner
from suiteloom.workflows.generate import preview
from suiteloom.workflows.merge_driver import Versions
from suiteloom.workflows.project import open_workspace

__all__ = [
    "BY_HAND",
    "BY_SPEC",
    "SUITE",
    "TOKEN",
    "Marker",
    "Project",
    "Round",
    "Side",
    "Spec",
    "compiled_once",
    "home_of",
    "marker_of",
    "new_test",
    "units",
    "write_body",
]

SUITE = "generated/test_shop_integration_comprehensive.py"
_SPEC = "specs/shop.yaml"
TOKEN = re.compile(r"tok_\w+?_end")
_REV = re.compile(r"\('[^']*', rev='([0-9a-f]+)")
_TIE = re.compile(r"(reviewed|written)='(\w+)")
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # the faster one where it is
_IMPORTS = ("json", "re", "math", "string", "random", "time", "socket", "uuid")


@dataclass
class Spec:
    """A spec as plain data: groups of tests."""

    groups: list[dict]
    removed: list[dict] = field(default_factory=list)

    @classmethod
    def start(cls, groups: int, tests: int) -> Spec:
        """Groups of as many tests each, with ids from SH-001 on."""
        numbers = iter(range(1, groups * tests + 1))
        made = [
            {
                "title": f"Group {name}",
                "tests": [new_test(next(numbers)) for _ in range(tests)],
            }
            for name in "ABCDEFGH"[:groups]
        ]
        return cls(made)

    @property
    def tests(self) -> list[dict]:
        """All tests in order."""
        return [test for group in self.groups for test in group["tests"]]

    def find(self, identity: str) -> tuple[dict, dict]:
        """A test and its group."""
        return next(
            (test, group)
            for group in self.groups
            for test in group["tests"]
            if test["id"] == identity
        )

    def text(self) -> str:
        """The YAML; groups that have no tests are left out."""
        bvj = {
            "segment": ["All"],
            "goal": "Stability",
            "value_impact": "Orders arrive as they were paid.",
            "strategic_impact": "Buyers come back.",
        }
        data = {
            "suiteloom": 1,
            "domain": "shop",
            "title": "Shop",
            "summary": "From cart to paid order.",
            "category": "integration",
            "revenue": {"annual_usd": 900000, "protects": "card payments"},
            "bvj": bvj,
            "groups": [group for group in self.groups if group["tests"]],
        }
        return yaml.dump(data, Dumper=_DUMPER, sort_keys=False)


def new_test(number: int) -> dict:
    """A test as a spec has it."""
    return {
        "id": f"SH-{number:03}",
        "name": f"test_number_{number}",
        "summary": f"Order {number} arrives.",
        "kinds": ["positive"],
    }


def units(text: str) -> Iterator[tuple[str, ast.ClassDef, ast.FunctionDef]]:
    """Each unit of a suite as its id, class and function; nothing of suiteloom's is used."""
    for owner in ast.parse(text).body:
        for node in owner.body if isinstance(owner, ast.ClassDef) else ():
            for item in getattr(node, "decorator_list", ()):
                mark = r"pytest\.mark\.(?:spec|orphan)\('([^']+)'"
                if match := re.match(mark, ast.unparse(item)):
                    yield match[1], owner, node


@dataclass(frozen=True)
class Marker:
    """What the marker of a unit says, read with nothing of suiteloom's.

    Attributes:
        normative: The digest of what the test must do; empty if there is none.
        reviewed: The one that a suspect body was last compared with, else empty.
        compared: The one that a body was last compared with, suspect or not; of lines
            that were compared with different ones, all of them.
    """

    normative: str
    reviewed: str
    compared: str


def marker_of(node: ast.FunctionDef) -> Marker:
    """The digests in the marker of a unit."""
    for item in node.decorator_list:
        shown = ast.unparse(item)
        if shown.startswith(("pytest.mark.spec(", "pytest.mark.orphan(")):
            rev, ties = _REV.search(shown), dict(_TIE.findall(shown))
            normative, reviewed = rev[1] if rev else "", ties.get("reviewed", "")
            compared = reviewed or ties.get("written", normative)
            return Marker(normative, reviewed, compared)
    return Marker("", "", "")


def home_of(token: str) -> str:
    """The id of the test that a token was written for."""
    return f"SH-{token.split('_')[2].removeprefix('SH')}"


def _find(text: str, identity: str) -> tuple[ast.ClassDef, ast.FunctionDef]:
    return next((owner, node) for name, owner, node in units(text) if name == identity)


def _with_lines(text: str, index: int, added: list[str], *, gone: int = 0) -> str:
    """Put lines in front of the line `index`, from 0, in place of some."""
    lines = text.split("\n")
    lines[index : index + gone] = added
    return "\n".join(lines)


def write_body(text: str, identity: str, token: str) -> str:
    """Replace the body of a test by one that holds a token in several lines."""
    node = _find(text, identity)[1]
    first, last = node.body[1].lineno, node.body[-1].end_lineno or 0
    body = [f"        value = '{token}'", "        assert value", "        del value"]
    return _with_lines(text, first - 1, body, gone=last - first + 1)


def _edit_body(text: str, identity: str, token: str) -> str:
    """Put a line in front of the last statement of a body."""
    node = _find(text, identity)[1]
    return _with_lines(text, node.body[-1].lineno - 1, [f"        assert '{token}'"])


def _review(text: str, identity: str, _token: str) -> str:
    """Take the sign of a suspect test away, as a person does who has compared the two."""
    marker = _find(text, identity)[1].decorator_list[0]
    lines = text.split("\n")
    line = lines[marker.lineno - 1]
    return _with_lines(
        text, marker.lineno - 1, [re.sub(r', reviewed="\w+"', "", line)], gone=1
    )


def _add_comment(text: str, identity: str, token: str) -> str:
    node = _find(text, identity)[1]
    return _with_lines(text, node.decorator_list[0].lineno - 1, [f"    # {token}"])


def _add_decorator(text: str, identity: str, token: str) -> str:
    node = _find(text, identity)[1]
    return _with_lines(
        text, node.lineno - 1, [f"    @pytest.mark.usefixtures('{token}')"]
    )


def _add_method(text: str, identity: str, token: str) -> str:
    """A helper at the end of the test's class."""
    owner = _find(text, identity)[0]
    helper = ["", f"    def _helper_{token}(self):", "        return 1"]
    return _with_lines(text, owner.end_lineno or 0, helper)


def _add_function(text: str, _identity: str, token: str) -> str:
    """A helper above the first class."""
    first = next(n for n in ast.parse(text).body if isinstance(n, ast.ClassDef))
    helper = [f"def helper_{token}():", "    return 1", "", ""]
    return _with_lines(text, first.lineno - 1, helper)


def _add_import(text: str, identity: str, _token: str) -> str:
    name = _IMPORTS[int(identity[-3:]) % len(_IMPORTS)]
    if f"import {name}\n" in text:
        return text
    imports = [n for n in ast.parse(text).body if isinstance(n, ast.Import)]
    return _with_lines(text, imports[-1].end_lineno or 0, [f"import {name}"])


BY_HAND: dict[str, Callable[[str, str, str], str]] = {
    "body": write_body,
    "edit": _edit_body,
    "review": _review,
    "comment": _add_comment,
    "decorator": _add_decorator,
    "method": _add_method,
    "function": _add_function,
    "import": _add_import,
}
BY_SPEC = ("rename", "respec", "justify", "add", "remove", "move", "reorder")


@dataclass
class Side:
    """What one branch does: entries of kind, id of a test, and a number.

    Attributes:
        name: Of the branch.
        changes: What is done by hand and in the spec, before it is generated.
        later: What is done by hand after that, before it is generated again.
    """

    name: str
    changes: list[tuple[str, str, int]]
    later: list[tuple[str, str, int]] = field(default_factory=list)

    def edit(self, text: str, *, later: bool = False) -> str:
        """Make the changes by hand in a suite."""
        for kind, identity, number in self.later if later else self.changes:
            if kind in BY_HAND:
                text = BY_HAND[kind](text, identity, self.token(identity, number))
        return text

    def token(self, identity: str, number: int) -> str:
        """A word that only one change writes."""
        return f"tok_{self.name}_{identity.replace('-', '')}_{number}_end"

    def respecify(self, spec: Spec) -> None:
        """Make the changes of the spec."""
        for kind, identity, number in self.changes:
            if kind in BY_SPEC:
                self._respecify(spec, kind, identity, number)

    def _respecify(self, spec: Spec, kind: str, identity: str, number: int) -> None:
        test, group = spec.find(identity)
        place = number % (len(group["tests"]) + 1)
        if kind == "rename":
            test["name"] = f"test_renamed_{identity[-3:]}"
        elif kind == "respec":
            test["summary"] = f"Order {number} arrives for {self.name}."
        elif kind == "justify":
            test["bvj"] = {"value_impact": f"Gain {number}."}
        elif kind == "add":
            added = new_test(500 + int(identity[-3:]))
            group["tests"].insert(place, added)
        elif kind == "remove":
            group["tests"].remove(test)
            spec.removed.append(test)
        elif kind == "move":
            group["tests"].remove(test)
            spec.groups[number % len(spec.groups)]["tests"].append(test)
        else:
            group["tests"].insert(place, group["tests"].pop(0))


@contextlib.contextmanager
def compiled_once() -> Iterator[None]:
    """Let projects share the suite templates: compiling them costs more than the rest."""
    load = planner.load_checked_pack
    planner.load_checked_pack = functools.cache(load)
    try:
        yield
    finally:
        planner.load_checked_pack = load


class Project:
    """A project of one domain, generated in this process.

    Args:
        root: An empty folder, but for what git keeps in it.

    Attributes:
        edited: After a run, ids of the tests whose spec-owned text it kept as edited by
            hand, which `check` reports as errors.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.suite = root / SUITE
        self.edited: frozenset[str] = frozenset()
        for path in (_SPEC, SUITE):
            (root / path).parent.mkdir(exist_ok=True)
        (root / "suiteloom.toml").write_text("", "utf-8")

    def generate(self, spec: Spec, text: str | None = None) -> str:
        """Do what `generate` does, without making sure that it outlives a crash.

        Args:
            spec: Replaces the one that is there.
            text: Replaces the suite; None leaves it as it is.

        Returns:
            The suite.

        Raises:
            RefusedError: If hand-written text would be touched.
        """
        if text is not None:
            self.suite.write_text(text, "utf-8")
        (self._root / _SPEC).write_text(spec.text(), "utf-8")
        plan = preview(open_workspace(self._root), [], restore=False)
        found = (item.id for item in plan.actions if item.action == "edited")
        self.edited = frozenset(found)
        for change in plan.changes:
            (self._root / change.path).write_bytes(change.after or b"")
        return self.suite.read_text("utf-8")

    def grow(self, side: Side, spec: Spec, text: str) -> tuple[Spec, str]:
        """What spec and suite become on a branch; the arguments stay as they are."""
        spec = copy.deepcopy(spec)
        side.respecify(spec)
        text = self.generate(spec, side.edit(text))
        if side.later:
            text = self.generate(spec, side.edit(text, later=True))
        return spec, text


class Round:
    """One merge of two branches.

    Args:
        root: An empty folder.
        written: Ids of tests whose bodies are written before the branches part.
        sides: Ours and theirs; the tests that they name are different ones.
    """

    def __init__(
        self, root: Path, written: Sequence[str], sides: Sequence[Side]
    ) -> None:
        self._sides = sides
        self._spec = Spec.start(3, 4)
        self._project = Project(root)
        text = self._project.generate(self._spec)
        for identity in written:
            text = write_body(text, identity, Side("base", []).token(identity, 0))
        self._base = text
        self.texts = [self._project.grow(side, self._spec, text)[1] for side in sides]
        for name, content in zip(("O", "A", "B"), [text, *self.texts], strict=True):
            (root / name).write_text(content, "utf-8")
        self.versions = Versions(root / "O", root / "A", root / "B", SUITE)

    @property
    def specified(self) -> set[str]:
        """Every id of the merged spec."""
        return {test["id"] for test in self._merged_spec().tests}

    def _merged_spec(self) -> Spec:
        spec = copy.deepcopy(self._spec)
        for side in self._sides:
            side.respecify(spec)
        return spec

    def regenerate(self, text: str) -> str:
        """The suite as `generate` writes it over a merged one, from the merged spec.

        Raises:
            RefusedError: If hand-written text would be touched.
        """
        return self._project.generate(self._merged_spec(), text)

    def tokens(self) -> Counter[str]:
        """Every word that has to be in the merged suite, once: nobody took it out."""
        base, ours, theirs = (
            set(TOKEN.findall(text)) for text in (self._base, *self.texts)
        )
        return Counter((ours | theirs) - (base - ours) - (base - theirs))
