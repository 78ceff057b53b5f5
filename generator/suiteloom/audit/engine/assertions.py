"""What makes a test able to fail: its assertions, and helpers that assert. Pure.

Two grades. *Hard*: an `assert`, an assertion method, `pytest.raises` and the like, where
nobody can doubt that something is asserted. *Soft*: whatever may assert out of sight, by
its name or because this file can not tell; rules that report an absence give way to it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from suiteloom.audit.engine.testfile import Function, TestFile, TestNode

__all__ = [
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

_FRAMES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)

_HARD = re.compile(
    r"_*(?:assert|fail(?:If|Unless|ure)?(?![a-z])|raises$|warns$|deprecated_call$"
    r"|expect_exception$|asserts?_)"
)
_SOFT = re.compile(
    r"(?i)assert|check|verif|expect|ensure|validat|compar|raises|warns|fail|deprecated"
    r"|fnmatch|snapshot|regress|approv|golden|must|should|test|equal|identical"
    r"|round_?trip|wait|timeout|until|poll|abort|_match|match_|same|diff"
    r"|(?:^|_)(?:eq|ne|ok|is|has|raise)(?:_|$)"
)
_TEST_CODE = re.compile(
    r"(?i)^\.|(?:^|\.)[_\w]*(?:test|helper|conftest|util|support|common|fixture)"
)
_TELLING = frozenset(
    {ast.Assert, ast.Raise, ast.Call, ast.Return, ast.Yield, ast.YieldFrom}
)
"""What, besides names, may show that something is asserted."""

_SKIPS = frozenset({"skip", "skipTest", "xfail", "importorskip", "SkipTest", "exit"})
_QUIET_MARKS = frozenset({"skip", "skipif", "xfail", "usefixtures", "benchmark"})
_AROUND = frozenset(
    f"{side}{level}"
    for side in ("setUp", "tearDown", "asyncSetUp", "asyncTearDown")
    for level in ("", "Class")
) | {
    f"{side}_{level}" for side in ("setup", "teardown") for level in ("method", "class")
}


def terminal(node: ast.AST) -> str:
    """Return the last part of a dotted name; empty for any other expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def short(node: ast.expr) -> str:
    """Return an expression as text of at most 40 characters."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 40 else f"{text[:37]}..."


def inside(file: TestFile, node: ast.AST, stop: ast.AST) -> Iterator[ast.AST]:
    """Yield what is around a node up to, and without, an outer node."""
    for outer in file.around(node):
        if outer is stop:
            return
        yield outer


def own_frame(file: TestFile, node: ast.AST, test: TestNode) -> bool:
    """Tell whether a node runs as part of the test itself, in no inner function."""
    return next((n for n in file.around(node) if isinstance(n, _FRAMES)), None) is (
        test.node
    )


def is_skip(node: ast.AST) -> bool:
    """Tell whether a call or a raised exception skips the test."""
    return terminal(node.func if isinstance(node, ast.Call) else node) in _SKIPS


def is_hard(node: ast.AST, aliases: frozenset[str] = frozenset()) -> bool:
    """Tell whether a node is an assertion beyond doubt.

    Args:
        node: Any node.
        aliases: Other names of assertions in the file.
    """
    if isinstance(node, ast.Assert):
        return True
    if isinstance(node, ast.Raise) and node.exc is not None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return terminal(raised) in {"AssertionError", "failureException"}
    if isinstance(node, ast.Call):
        name = terminal(node.func)
        return bool(_HARD.match(name)) or name in aliases
    return False


def judged(file: TestFile) -> list[TestNode]:
    """Return the tests that are to show something: neither pending nor orphans."""
    if "judged" not in file.memo:
        file.memo["judged"] = [
            test for test in file.tests if not (test.is_pending or test.is_orphan)
        ]
    found: list[TestNode] = file.memo["judged"]
    return found


@dataclass(slots=True)
class Proof:
    """The assertions of a file.

    Attributes:
        file: The file.
        aliases: Names in it that stand for an assertion.
        hard: The hard assertions of each test, by type, then in source order.
        soft: Calls of each test that assert by their name.
        helpers: Names of functions and classes of the file that assert; None until
            asked for.
        autouse: Names of fixtures that every test has; known once `helpers` are.
    """

    file: TestFile
    aliases: frozenset[str] = frozenset()
    hard: dict[TestNode, list[ast.AST]] = field(default_factory=dict)
    soft: dict[TestNode, list[ast.AST]] = field(default_factory=dict)
    helpers: frozenset[str] | None = None
    autouse: frozenset[str] = frozenset()
    _doubtful: dict[TestNode, bool] = field(default_factory=dict)

    def tests(self) -> list[TestNode]:
        """Return the tests that are judged: neither pending nor orphans."""
        return judged(self.file)

    def asserting_helpers(self) -> frozenset[str]:
        """Return the names of functions of the file that contain a hard assertion."""
        return frozenset(_helpers(self.file, self.aliases, soft=False))

    def is_doubtful(self, test: TestNode) -> bool:
        """Tell whether something may assert that is no hard assertion of the test."""
        if self.soft.get(test):
            return True
        if self.helpers is None:
            self.helpers = frozenset(_helpers(self.file, self.aliases))
            self.autouse = frozenset(_autouse(self.file))
        if test not in self._doubtful:
            self._doubtful[test] = (
                _quiet_marks(test)
                or self._surroundings(test)
                or any(self._may_assert(n, test) for n in self.file.below(test.node))
            )
        return self._doubtful[test]

    def is_out_of_sight(self, node: ast.Call) -> bool:
        """Tell whether a call asserts by its name, or leads to helpers that assert."""
        if self.helpers is None:
            self.helpers = frozenset(_helpers(self.file, self.aliases))
            self.autouse = frozenset(_autouse(self.file))
        name = terminal(node.func)
        return name in self.helpers or (bool(_SOFT.search(name)) and not is_skip(node))

    def is_marked_off(self, test: TestNode) -> bool:
        """Tell whether a test is skipped, expected to fail, or given fixtures by a mark."""
        return _quiet_marks(test)

    def fixtures_of(self, test: TestNode) -> set[str]:
        """Return the names of what runs around a test: fixtures, set-up and tear-down."""
        names = _parameters(test) | _autouse(self.file)
        return names | {name for name in _methods(test.owner) if name in _AROUND}

    def _surroundings(self, test: TestNode) -> bool:
        """Whether a fixture or a decorator may assert."""
        helpers = self.helpers or frozenset()
        names = _parameters(test)
        names |= {name for name in _methods(test.owner) if name in _AROUND}
        names |= self.autouse
        if names & helpers or any(_SOFT.search(n) for n in names - _AROUND):
            return True
        return any(
            terminal(node) in helpers or _SOFT.search(terminal(node))
            for decorator in test.node.decorator_list
            for node in (getattr(decorator, "func", decorator),)
            if terminal(getattr(node, "value", node)) != "mark"
        )

    def _may_assert(self, node: ast.AST, test: TestNode) -> bool:
        kind = node.__class__
        if kind is ast.Name or kind is ast.Attribute:
            return terminal(node) in (self.helpers or ())
        if kind not in _TELLING or is_hard(node, self.aliases):
            return False
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return own_frame(self.file, node, test)
        if isinstance(node, ast.Return):
            return node.value is not None and own_frame(self.file, node, test)
        if isinstance(node, ast.Raise):
            return own_frame(self.file, node, test)
        return isinstance(node, ast.Call) and self._is_unknown(node, test)

    def _is_unknown(self, node: ast.Call, test: TestNode) -> bool:
        """Whether a call leads to test code that this file does not show."""
        func = node.func
        if any(keyword.arg == "check" for keyword in node.keywords) or is_skip(node):
            return True
        if isinstance(func, ast.Name) and func.id in _parameters(test):
            return True
        if isinstance(func, ast.Attribute):
            owner = func.value
            inherited = isinstance(owner, ast.Call) and terminal(owner.func) == "super"
            if inherited or terminal(owner) in {"self", "cls"}:
                return func.attr not in functions_of(self.file)
        if not isinstance(func, ast.Name | ast.Attribute):
            return isinstance(func, ast.Subscript)
        dotted = self.file.resolve(func)
        return bool(_SOFT.search(dotted) or _TEST_CODE.search(dotted))


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
    kinds = _kinds(file, proof)
    index = file.index
    for test in file.tests:
        span = index.spans[test.node].calls
        for call, name in zip(index.calls[span], index.called[span], strict=True):
            if (found := kinds[name]) is not None:
                found.setdefault(test, []).append(call)
    return proof


def _kinds(
    file: TestFile, proof: Proof
) -> dict[str, dict[TestNode, list[ast.AST]] | None]:
    """Where calls belong, by the last part of what they call; None: nowhere."""
    own = {name for name in functions_of(file) if not name.startswith("assert")}
    found: dict[str, dict[TestNode, list[ast.AST]] | None] = {}
    for name in set(file.index.called):
        if name in own:
            found[name] = proof.soft
        elif _HARD.match(name) or name in proof.aliases:
            found[name] = proof.hard
        else:
            found[name] = proof.soft if _SOFT.search(name) else None
    return found


def _aliases(file: TestFile) -> Iterator[str]:
    for statement in file.nodes(ast.ImportFrom):
        for name in statement.names:
            if name.asname and _HARD.match(name.name):
                yield name.asname
    for assignment in file.nodes(ast.Assign):
        value = assignment.value
        if isinstance(value, ast.Attribute | ast.Name) and _HARD.match(terminal(value)):
            for target in assignment.targets:
                if name_of := terminal(target):
                    yield name_of


def functions_of(file: TestFile) -> set[str]:
    """Return the names of all functions of a file."""
    if "functions" not in file.memo:
        names = {node.name for node in file.nodes(ast.FunctionDef)}
        names |= {node.name for node in file.nodes(ast.AsyncFunctionDef)}
        file.memo["functions"] = names
    found: set[str] = file.memo["functions"]
    return found


def _definitions(file: TestFile) -> Iterator[Function | ast.ClassDef]:
    yield from file.nodes(ast.FunctionDef)
    yield from file.nodes(ast.AsyncFunctionDef)
    yield from file.nodes(ast.ClassDef)


def _methods(owner: ast.ClassDef | None) -> Iterable[str]:
    body = owner.body if owner is not None else ()
    return (item.name for item in body if isinstance(item, Function))


def _parameters(test: TestNode) -> set[str]:
    arguments = test.node.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return {argument.arg for argument in every} - {"self", "cls"}


def _autouse(file: TestFile) -> set[str]:
    return {
        node.name
        for node in _definitions(file)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        and any(keyword.arg == "autouse" for keyword in decorator.keywords)
    }


def _quiet_marks(test: TestNode) -> bool:
    """Whether the test is expected to fail, not run, or given fixtures by a mark."""
    return any(name in _QUIET_MARKS for name, _ in test.marks) or any(
        terminal(getattr(decorator, "func", decorator))
        in {"expectedFailure", "skip", "skipIf", "skipUnless"}
        for decorator in test.node.decorator_list
    )


def _helpers(file: TestFile, aliases: frozenset[str], *, soft: bool = True) -> set[str]:
    """Names of functions and classes that assert, directly or through others.

    With `soft`, a call that asserts by its name alone is enough.
    """
    mentions: dict[str, set[str]] = {}
    proving: set[str] = set()
    tests = {*file.by_function, *(test.owner for test in file.tests)}
    for node in _definitions(file):
        if node in tests:
            continue
        names = mentions.setdefault(node.name, set())
        for inner in file.below(node):
            kind = inner.__class__
            if kind is ast.Name or kind is ast.Attribute:
                names.add(terminal(inner))
            elif kind in _TELLING and (
                is_hard(inner, aliases) or (soft and _is_soft_call(inner))
            ):
                proving.add(node.name)
    grown = True
    while grown:
        more = {
            n for n, seen in mentions.items() if n not in proving and seen & proving
        }
        proving |= more
        grown = bool(more)
    return proving


def _is_soft_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and bool(_SOFT.search(terminal(node.func)))
