"""What functions and tests of a file lead to: what may fail a test out of sight. Pure."""

from __future__ import annotations

import ast
import re
import sys
import unittest
from collections.abc import Iterable, Iterator

from suiteloom.audit.engine.ancestry import classes_of
from suiteloom.audit.engine.facts import Routine
from suiteloom.audit.engine.telling import (
    AROUND,
    FRAMES,
    TELLING,
    Definition,
    autouse_in,
    definitions,
    is_hard,
    is_skip,
    methods,
    own_frame,
    parameters,
    terminal,
)
from suiteloom.audit.engine.testfile import Function, TestFile, TestNode

__all__ = ["SOFT", "Reading"]

SOFT = re.compile(
    r"(?i)assert|check|verif|expect|ensure|validat|compar|raises|warns|fail|deprecated"
    r"|fnmatch|snapshot|regress|approv|golden|must|should|test|equal|identical"
    r"|round_?trip|wait|timeout|until|poll|abort|_match|match_|same|diff"
    r"|(?:^|_)(?:eq|ne|ok|is|has|raise)(?:_|$)"
)
_TEST_CODE = re.compile(
    r"(?i)^\.|(?:^|\.)[_\w]*(?:test|helper|conftest|util|support|common|fixture)"
)
_SELVES = frozenset({"self", "cls"})
_SIGNS = frozenset({"", "!", "?"})
_UNITTEST = frozenset(dir(unittest.IsolatedAsyncioTestCase))
_UNITTEST_CLASSES = frozenset(
    {
        "unittest.TestCase",
        "unittest.case.TestCase",
        "unittest.IsolatedAsyncioTestCase",
        "unittest.async_case.IsolatedAsyncioTestCase",
    }
)
_STANDARD = sys.stdlib_module_names
_PROVING = frozenset({"pytest", "builtins", "suiteloom"})
"""Besides the standard library, where what is called like an assertion is one."""


class Reading:
    """What the functions and tests of a file lead to."""

    def __init__(self, file: TestFile, aliases: frozenset[str]) -> None:
        self._file = file
        self._aliases = aliases
        owners = {test.owner for test in file.tests if test.owner}
        tests = {*file.by_function, *owners}
        defined = [node for node in definitions(file) if node not in tests]
        classes = classes_of(file)
        homes = {n for owner in owners for n in classes.ancestry(owner).classes}
        self._homes: set[ast.AST] = {*owners, *homes}
        self._own = {node.name for node in defined}
        self._lazy = _lazy(file, defined)
        self._autouse = autouse_in(file)
        self.routines: dict[str, Routine] = {}
        for node in defined:
            made = self._gather(node, None)
            if (other := self.routines.get(node.name)) is not None:
                leads = tuple(dict.fromkeys((*other.leads, *made.leads)))
                fails, is_open = other.fails | made.fails, other.is_open | made.is_open
                made = Routine(fails, is_open, leads)
            self.routines[node.name] = made

    def of_test(self, test: TestNode) -> Routine:
        """Return what a test leads to, besides its hard assertions."""
        made = self._gather(test.node, test)
        around = {name for name in methods(test.owner) if name in AROUND}
        leads = [f"@{name}" for name in sorted(around | self._autouse)]
        for name in sorted(parameters(test.node)):
            if name in self._own:
                leads.append(f"@{name}")
            elif SOFT.search(name):
                leads.append(f"fixture:{name}")
        for decorator in test.node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            if terminal(getattr(target, "value", target)) == "mark":
                continue
            name = terminal(target)
            if name in self._own:
                leads.append(f"@{name}")
            elif SOFT.search(name):
                leads.append("?")
        return Routine(False, made.is_open, (*made.leads, *leads))

    def reach(self, leads: Iterable[str]) -> tuple[bool, frozenset[str]]:
        """Follow references inside of the file.

        Returns:
            Whether something asserts or may, and the references that lead elsewhere.
        """
        seen: set[str] = set()
        outward: set[str] = set()
        waiting = list(leads)
        while waiting:
            lead = waiting.pop()
            if lead in seen:
                continue
            seen.add(lead)
            routine = self.routines.get(lead[1:]) if lead[0] == "@" else None
            if lead == "?" or (routine and (routine.fails or routine.is_open)):
                return True, frozenset()
            if routine is not None:
                waiting += routine.leads
            elif lead[0] != "@" and lead != "skip":
                outward.add(lead)
        return False, frozenset(outward)

    def borrowed(self, node: ast.Call) -> set[str]:
        """References to what an assertion by its name stands for, if elsewhere."""
        func = node.func
        if isinstance(func, ast.Attribute) and terminal(func.value) in _SELVES:
            if func.attr in _UNITTEST:
                return set()
            return set(self._inherited(node, func.attr))
        dotted = self._file.resolve(func)
        root = dotted.lstrip(".").partition(".")[0]
        is_known = not dotted or root in _STANDARD or root in _PROVING
        return set() if is_known else {dotted}

    def _gather(self, node: Definition, test: TestNode | None) -> Routine:
        """What is inside a function or class; what a test asserts itself left out."""
        fails = is_open = False
        leads: dict[str, None] = {}
        for inner in self._file.below(node):
            kind = inner.__class__
            if kind is ast.Name or kind is ast.Attribute:
                name = terminal(inner)
                if name in self._own and inner is not node and self._is_used(inner):
                    leads[f"@{name}"] = None
            elif kind not in TELLING:
                continue
            elif isinstance(inner, ast.Call):
                found = self._asserts(inner, test) or self._call(inner)
                leads.update(dict.fromkeys(found))
            elif is_hard(inner):
                fails = fails or test is None
            elif test is not None:
                is_open = is_open or self._may_end(inner, test)
            elif isinstance(inner, ast.Raise):
                is_open = is_open or self._is_helping(inner)
        fails, is_open = fails or "!" in leads, is_open or "?" in leads
        is_open = is_open or (test is None and "skip" in leads)
        kept = tuple(lead for lead in leads if lead not in _SIGNS)
        return Routine(fails, is_open, kept)

    def _asserts(self, node: ast.Call, test: TestNode | None) -> list[str]:
        """What an assertion by its name leads to: `!` is itself; empty if it is none.

        Those of a test itself are left to `Proof.hard`.
        """
        if not is_hard(node, self._aliases) or terminal(node.func) in self._own:
            return []
        if test is not None:
            return [""]
        return sorted(self.borrowed(node)) or ["!"]

    def _is_used(self, node: ast.AST) -> bool:
        """Whether something is done with what a name stands for.

        A generator or coroutine that is made and dropped, and a value that is kept under
        a name that nobody reads, do nothing.
        """
        around = self._file.parent(node)
        called = isinstance(around, ast.Call) and around.func is node
        if called and terminal(node) in self._lazy:
            return not isinstance(self._file.parent(around), ast.Expr)  # type: ignore[arg-type]
        if called:
            return True
        while around is not None and not isinstance(around, ast.stmt):
            around = self._file.parent(around)
        match around:
            case ast.Assign(targets=[ast.Name(id=name) as target]):
                scope = self._file.scopes[target]
                return isinstance(scope.node, ast.Module) or name in _read(
                    self._file, scope.node
                )
        return True

    def _is_helping(self, node: ast.Raise) -> bool:
        """Whether it stands in a function, or in a class that tests are made from."""
        for outer in self._file.around(node):
            if isinstance(outer, ast.ClassDef):
                return outer in self._homes
        return not is_skip(node.exc) if node.exc is not None else True

    def _may_end(self, node: ast.AST, test: TestNode) -> bool:
        """Whether a statement of a test itself gives something to its runner."""
        if isinstance(node, ast.Return) and node.value is None:
            return False
        return own_frame(self._file, node, test)

    def _call(self, node: ast.Call) -> Iterator[str]:
        """References to what a call leads to, besides what the file itself defines."""
        func = node.func
        if is_skip(node):
            yield "skip"
        elif any(keyword.arg == "check" for keyword in node.keywords):
            yield "?"
        elif isinstance(func, ast.Name):
            if func.id not in self._own:
                yield from self._named(node, func)
        elif isinstance(func, ast.Attribute):
            owner = func.value
            inherited = isinstance(owner, ast.Call) and terminal(owner.func) == "super"
            if inherited or terminal(owner) in _SELVES:
                if func.attr not in self._own:
                    yield from self._inherited(node, func.attr)
            elif func.attr not in self._own:
                yield from self._named(node, func)
        elif isinstance(func, ast.Subscript):
            yield "?"

    def _named(self, node: ast.Call, func: ast.Name | ast.Attribute) -> Iterator[str]:
        if isinstance(func, ast.Name) and self._is_parameter(func):
            yield "?"
            return
        dotted = self._file.resolve(func)
        if dotted.partition(".")[0] in _STANDARD:
            if SOFT.search(terminal(func)):
                yield "?"
        elif SOFT.search(dotted) or _TEST_CODE.search(dotted):
            yield dotted
        elif not dotted and SOFT.search(terminal(func)) and not is_skip(node):
            yield "?"

    def _is_parameter(self, node: ast.Name) -> bool:
        found = self._file.scopes[node].lookup(node.id)
        home = found[0].node if found is not None else None
        return isinstance(home, Function) and node.id in parameters(home)

    def _inherited(self, node: ast.AST, name: str) -> Iterator[str]:
        """References to a member that a class has from elsewhere."""
        owner = next(
            (n for n in self._file.around(node) if isinstance(n, ast.ClassDef)), None
        )
        ancestry = classes_of(self._file).ancestry(owner) if owner is not None else None
        if ancestry is None or not ancestry.is_closed or not ancestry.roots:
            yield "?"
            return
        for root in ancestry.roots:
            if root not in _UNITTEST_CLASSES:
                yield f"{root}.{name}"
            elif name not in _UNITTEST:
                yield "?"


def _lazy(file: TestFile, defined: Iterable[Definition]) -> set[str]:
    """Names of generators and coroutine functions: to call one runs nothing."""
    lazy: set[str] = set()
    eager: set[str] = set()
    generators = {
        next((n for n in file.around(node) if isinstance(n, FRAMES)), None)
        for node in (*file.nodes(ast.Yield), *file.nodes(ast.YieldFrom))
    }
    for node in defined:
        is_lazy = isinstance(node, ast.AsyncFunctionDef) or node in generators
        is_plain = not node.decorator_list
        (lazy if is_lazy and is_plain else eager).add(node.name)
    return lazy - eager


def _read(file: TestFile, function: ast.AST) -> set[str]:
    """Names that are read anywhere in a function."""
    known: dict[ast.AST, set[str]] = file.memo.setdefault("read names", {})
    if function not in known:
        known[function] = {
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
    return known[function]
