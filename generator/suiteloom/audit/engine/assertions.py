"""What makes a test able to fail: its assertions, and helpers that assert. Pure.

Two grades. *Hard*: an `assert`, an assertion method, `pytest.raises` and the like, where
nobody can doubt that something is asserted. *Soft*: whatever may assert out of sight, by
its name or because this file can not tell; rules that report an absence give way to it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from suiteloom.audit.engine.facts import Routine
from suiteloom.audit.engine.leads import SOFT, Reading
from suiteloom.audit.engine.telling import (
    AROUND,
    FRAMES,
    HARD,
    TELLING,
    autouse_in,
    definitions,
    functions_of,
    inside,
    is_hard,
    is_skip,
    judged,
    methods,
    own_frame,
    parameters,
    short,
    terminal,
)
from suiteloom.audit.engine.testfile import TestFile, TestNode

__all__ = [
    "FRAMES",
    "Proof",
    "inside",
    "is_hard",
    "is_skip",
    "judged",
    "own_frame",
    "read_proof",
    "short",
    "terminal",
]

_QUIET_MARKS = frozenset({"skip", "skipif", "xfail", "usefixtures", "benchmark"})


@dataclass(slots=True)
class Proof:
    """The assertions of a file.

    Attributes:
        file: The file.
        aliases: Names in it that stand for an assertion.
        hard: The hard assertions of each test, by type, then in source order.
    """

    file: TestFile
    aliases: frozenset[str] = frozenset()
    hard: dict[TestNode, list[ast.AST]] = field(default_factory=dict)
    _asserting: frozenset[str] | None = None
    _reading: Reading | None = None
    _doubts: dict[TestNode, tuple[bool, bool, frozenset[str]]] = field(
        default_factory=dict
    )

    def tests(self) -> list[TestNode]:
        """Return the tests that are judged: neither pending nor orphans."""
        return judged(self.file)

    def asserting_helpers(self) -> frozenset[str]:
        """Return the names of functions of the file that contain a hard assertion."""
        if self._asserting is None:
            self._asserting = frozenset(_helpers(self.file, self.aliases))
        return self._asserting

    def routines(self) -> dict[str, Routine]:
        """Return what everything that the file defines, but tests, can do to a test."""
        return self._read().routines

    def is_doubtful(self, test: TestNode) -> bool:
        """Tell whether something may assert that is no hard assertion of the test."""
        is_open, _, outward = self._doubt(test)
        return is_open or bool(outward)

    def doubts(self, test: TestNode) -> tuple[bool, frozenset[str]]:
        """Tell what may end a test otherwise than by a hard assertion of its own.

        Returns:
            Whether something does, or may without anybody being able to tell; and
            references to what other files may tell of.
        """
        is_open, skips, outward = self._doubt(test)
        return is_open or skips, outward

    def _doubt(self, test: TestNode) -> tuple[bool, bool, frozenset[str]]:
        """Whether something may assert, or skips, and what other files may tell of."""
        if test not in self._doubts:
            reading = self._read()
            of_test = reading.of_test(test)
            is_open, outward = reading.reach(of_test.leads)
            is_open = is_open or of_test.is_open or _quiet_marks(test)
            self._doubts[test] = (is_open, "skip" in of_test.leads, outward)
        return self._doubts[test]

    def borrowed(self, test: TestNode) -> frozenset[str] | None:
        """Return what the hard assertions of a test rely on, if all stand in other files.

        Returns:
            References; None if one of them stands in the test, or is known to assert.
        """
        found: set[str] = set()
        for node in self.hard.get(test, ()):
            leads = self._read().borrowed(node) if isinstance(node, ast.Call) else None
            if not leads:
                return None
            found |= leads
        return frozenset(found)

    def is_out_of_sight(self, node: ast.Call) -> bool:
        """Tell whether a call asserts by its name, or leads to helpers that assert."""
        name = terminal(node.func)
        if name in self._read().routines:
            is_open, outward = self._read().reach([f"@{name}"])
            return is_open or bool(outward)
        return bool(SOFT.search(name)) and not is_skip(node)

    def is_marked_off(self, test: TestNode) -> bool:
        """Tell whether a test is skipped, expected to fail, or given fixtures by a mark."""
        return _quiet_marks(test)

    def fixtures_of(self, test: TestNode) -> set[str]:
        """Return the names of what runs around a test: fixtures, set-up and tear-down."""
        names = parameters(test.node) | autouse_in(self.file)
        return names | {name for name in methods(test.owner) if name in AROUND}

    def _read(self) -> Reading:
        if self._reading is None:
            self._reading = Reading(self.file, self.aliases)
        return self._reading


def read_proof(file: TestFile) -> Proof:
    """Find the assertions of each test of a file."""
    if "proof" not in file.memo:
        file.memo["proof"] = _read_proof(file)
    proof: Proof = file.memo["proof"]
    return proof


def _read_proof(file: TestFile) -> Proof:
    proof = Proof(file, frozenset(_aliases(file)))
    for node in file.nodes(ast.Assert, ast.Raise):
        if is_hard(node) and (test := file.test_of(node)) is not None:
            proof.hard.setdefault(test, []).append(node)
    hard = _hard_names(file, proof)
    index = file.index
    for test in file.tests:
        span = index.spans[test.node].calls
        for call, name in zip(index.calls[span], index.called[span], strict=True):
            if name in hard:
                proof.hard.setdefault(test, []).append(call)
    return proof


def _hard_names(file: TestFile, proof: Proof) -> set[str]:
    """What is called in a file by a name of assertions, but what does not assert there."""
    names = {n for n in set(file.index.called) if HARD.match(n) or n in proof.aliases}
    if own := names & functions_of(file):
        names -= {n for n in own if not n.startswith("assert")}
        names -= own - proof.asserting_helpers()
    return names


def _aliases(file: TestFile) -> Iterator[str]:
    for statement in file.nodes(ast.ImportFrom):
        for name in statement.names:
            if name.asname and HARD.match(name.name):
                yield name.asname
    for assignment in file.nodes(ast.Assign):
        value = assignment.value
        if isinstance(value, ast.Attribute | ast.Name) and HARD.match(terminal(value)):
            for target in assignment.targets:
                if name_of := terminal(target):
                    yield name_of


def _quiet_marks(test: TestNode) -> bool:
    """Whether the test is expected to fail, not run, or given fixtures by a mark."""
    return any(name in _QUIET_MARKS for name, _ in test.marks) or any(
        terminal(getattr(decorator, "func", decorator))
        in {"expectedFailure", "skip", "skipIf", "skipUnless"}
        for decorator in test.node.decorator_list
    )


def _helpers(file: TestFile, aliases: frozenset[str]) -> set[str]:
    """Names of functions and classes that assert, directly or through others."""
    mentions: dict[str, set[str]] = {}
    proving: set[str] = set()
    tests = {*file.by_function, *(test.owner for test in file.tests)}
    for node in definitions(file):
        if node in tests:
            continue
        names = mentions.setdefault(node.name, set())
        for inner in file.below(node):
            kind = inner.__class__
            if kind is ast.Name or kind is ast.Attribute:
                names.add(terminal(inner))
            elif kind in TELLING and is_hard(inner, aliases):
                proving.add(node.name)
    grown = True
    while grown:
        more = {
            n for n, seen in mentions.items() if n not in proving and seen & proving
        }
        proving |= more
        grown = bool(more)
    return proving
