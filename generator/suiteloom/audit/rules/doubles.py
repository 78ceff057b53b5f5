"""SL6: doubles of what is under test, and sleeping as synchronisation. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from suiteloom.audit.engine.assertions import judged, own_frame, terminal
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import TestFile, TestNode

__all__ = ["RULES"]

_MOCKS = frozenset({"Mock", "MagicMock", "AsyncMock", "NonCallableMock"})
_REPLACING = frozenset({"create_autospec", "object", "patch", "setattr"})
_SLEEPS = frozenset(
    {"time.sleep", "asyncio.sleep", "trio.sleep", "anyio.sleep", "gevent.sleep"}
)
_STARTS = re.compile(
    r"(?:start|submit|spawn|Popen|create_task|ensure_future|start_soon|start_new_thread"
    r"|run_in_executor|apply_async|create_subprocess_(?:exec|shell)|map_async)$"
)
_CLOCKS = re.compile(r"(?i)clock|freez|frozen|fake_?time|looptime|benchmark|sleep")
_GUARDS = re.compile(
    r"(?i)raises|timeout|fail_after|move_on|cancel|warn|slow|freez|patch"
)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def _subjects(file: TestFile) -> tuple[str, ...]:
    settings = file.settings
    if settings.subjects:
        return settings.subjects
    tools = {"test", "tests", "testing", "conftest"}
    return tuple(sorted(settings.first_party - tools))


def _is_subject(dotted: str, subjects: tuple[str, ...]) -> bool:
    return any(dotted == s or dotted.startswith(f"{s}.") for s in subjects)


def _mocked(file: TestFile) -> Iterator[Hit]:
    subjects = _subjects(file)
    if not subjects or not file.settings.no_mocks:
        return
    for node in file.calls_of(sorted(_MOCKS | _REPLACING)):
        target = _target(file, node)
        if not target or not _is_subject(target, subjects):
            continue
        for owner, category in _forbidden(file, node):
            message = f"replaces {target} in a test of category {category}"
            yield hit(node, message, owner)


def _forbidden(file: TestFile, node: ast.Call) -> Iterator[tuple[TestNode | str, str]]:
    """The test or class that a double stands in, if its category forbids them."""
    test = file.test_of(node)
    if test is not None:
        tests, owner = [test], None
    else:
        around = file.parent(node)
        tests = [t for t in file.tests if t.owner is not None and t.owner is around]
        owner = around.name if isinstance(around, ast.ClassDef) else None
    real = judged(file)
    for found in tests[:1]:
        names = [name for name, _ in found.marks] + _module_marks(file)
        category = next((n for n in names if n in file.settings.no_mocks), "")
        if category and found in real:
            yield owner or found, category


def _module_marks(file: TestFile) -> list[str]:
    """Names of the marks in the file's `pytestmark`."""
    return [
        node.attr
        for statement in file.tree.body
        if isinstance(statement, ast.Assign)
        and any(terminal(target) == "pytestmark" for target in statement.targets)
        for node in ast.walk(statement.value)
        if isinstance(node, ast.Attribute) and terminal(node.value) == "mark"
    ]


def _target(file: TestFile, node: ast.Call) -> str:
    """The dotted name of what a call replaces by a double; empty if nothing."""
    name = terminal(node.func)
    if name in _MOCKS:
        spec = {k.arg: k.value for k in node.keywords if k.arg in {"spec", "spec_set"}}
        first = next(iter(spec.values()), node.args[0] if node.args else None)
        return file.resolve(first) if first is not None else ""
    if not node.args:
        return ""
    if name == "create_autospec":
        return file.resolve(node.args[0])
    if name == "object" and terminal(getattr(node.func, "value", node)) == "patch":
        return _member(file, node)
    if name == "patch" and isinstance(node.args[0], ast.Constant):
        return str(node.args[0].value)
    if name == "setattr" and len(node.args) > 1 and _is_mock(node.args[-1]):
        first = node.args[0]
        is_text = isinstance(first, ast.Constant)
        return ast.literal_eval(first) if is_text else _member(file, node)
    return ""


def _is_mock(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and terminal(node.func) in _MOCKS


def _member(file: TestFile, node: ast.Call) -> str:
    owner = file.resolve(node.args[0])
    member = node.args[1] if len(node.args) > 1 else None
    if owner and isinstance(member, ast.Constant) and isinstance(member.value, str):
        return f"{owner}.{member.value}"
    return owner


def _sleeps(file: TestFile) -> Iterator[Hit]:
    starts: dict[TestNode, int] | None = None
    real: list[TestNode] = []
    for node, _ in file.calls_to(_SLEEPS):
        if not node.args:
            continue
        test = file.test_of(node)
        if test is None or not _is_plain_wait(file, node, test):
            continue
        if starts is None:
            starts = _first_starts(file)
            real = judged(file)
        if test not in real:
            continue
        if starts.get(test, node.lineno) < node.lineno:
            message = f"waits {ast.unparse(node.args[0])} s and hopes that it is enough"
            yield hit(node, message, test)


def _first_starts(file: TestFile) -> dict[TestNode, int]:
    """The line in each test where something begins to run beside it."""
    found: dict[TestNode, int] = {}
    names = {name for name in file.index.called if _STARTS.match(name)}
    for node in file.calls_of(sorted(names)):
        test = file.test_of(node)
        if test is not None and own_frame(file, node, test):
            found[test] = min(found.get(test, node.lineno), node.lineno)
    return found


def _is_plain_wait(file: TestFile, node: ast.Call, test: TestNode) -> bool:
    """Whether a sleep is a step of the test itself, by a clock that is real."""
    length = node.args[0]
    if isinstance(length, ast.Constant) and not length.value:
        return False
    if not own_frame(file, node, test) or _has_clock(test):
        return False
    statement = next(n for n in file.around(node) if isinstance(n, ast.stmt))
    if not isinstance(statement, ast.Expr):
        return False
    for outer in file.around(node):
        if outer is test.node:
            return True
        if isinstance(outer, _LOOPS):
            return False
        if isinstance(outer, ast.With | ast.AsyncWith) and any(
            _GUARDS.search(ast.unparse(item.context_expr)) for item in outer.items
        ):
            return False
        if isinstance(outer, ast.Call) and outer is not node:
            return False
    return True


def _has_clock(test: TestNode) -> bool:
    names = [a.arg for a in (*test.node.args.args, *test.node.args.kwonlyargs)]
    names += [ast.unparse(d) for d in test.node.decorator_list]
    return any(_CLOCKS.search(name) for name in names)


RULES = (
    Rule("SL607", check=_mocked),
    Rule("SL608", check=_sleeps),
)
