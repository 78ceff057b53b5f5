"""SL7: coroutines that never run, calls that block the loop, tasks left alone. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from suiteloom.audit.engine.assertions import judged, own_frame, terminal
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import TestFile, TestNode

__all__ = ["RULES"]

_COROUTINES = frozenset(
    {
        "asyncio.sleep",
        "asyncio.wait_for",
        "asyncio.wait",
        "asyncio.to_thread",
        "asyncio.open_connection",
        "asyncio.start_server",
        "asyncio.create_subprocess_exec",
        "asyncio.create_subprocess_shell",
        "anyio.sleep",
        "trio.sleep",
    }
)
_COROUTINE_NAMES = frozenset(name.rpartition(".")[2] for name in _COROUTINES)
_OF_BASE = frozenset({"wait_for_condition", "run_with_timeout"})
_BLOCKING = frozenset(
    {
        "time.sleep",
        "urllib.request.urlopen",
        "os.system",
        "subprocess.run",
        "subprocess.call",
        "subprocess.check_call",
        "subprocess.check_output",
        "subprocess.getoutput",
        "builtins.input",
    }
)
_REQUESTS = re.compile(
    r"(?:requests|httpx)\.(?:get|post|put|patch|delete|head|options|request)$"
)
_NAMES = frozenset(
    {name.rpartition(".")[2] for name in _BLOCKING}
    | {"get", "post", "put", "patch", "delete", "head", "options", "request"}
)
_ON_PURPOSE = re.compile(
    r"(?i)block|slow|busy|timeout|debug|watchdog|starv|lag|stall|hang|delay|never_?awaited|freez|gil"
    r"|thread|sync_|unawaited|not_awaited|contention|profil"
)
_WITH = (ast.With, ast.AsyncWith)
_FRAMES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_STARTERS = frozenset({"create_task", "ensure_future"})
_TASKS = frozenset(f"asyncio.{name}" for name in _STARTERS)
_PASSIVE = frozenset({"done", "cancelled", "get_name", "set_name"})


def _never_awaited(file: TestFile) -> Iterator[Hit]:
    functions = _coroutine_functions(file)
    real = set(judged(file))
    named = {*functions, *_OF_BASE, *_COROUTINE_NAMES}
    candidates = dict.fromkeys(
        (*file.calls_of(sorted(named)), *file.calls_by_other_names())
    )
    for node in candidates:
        if not _is_dropped(file, node):
            continue
        name = _coroutine(file, node, functions)
        test = file.test_of(node) if name else None
        if test in real and not _is_guarded(file, node, test):
            yield hit(node, f"{name} is called and never awaited", test)


def _coroutine_functions(file: TestFile) -> dict[str, list[ast.AsyncFunctionDef]]:
    """Undecorated `async def` by name; no name that anything else defines too."""
    found: dict[str, list[ast.AsyncFunctionDef]] = {}
    for node in file.nodes(ast.AsyncFunctionDef):
        if not node.decorator_list and not any(
            isinstance(inner, ast.Yield | ast.YieldFrom) for inner in file.below(node)
        ):
            found.setdefault(node.name, []).append(node)
    if not found:
        return found
    others = {node.name for node in file.nodes(ast.FunctionDef)}
    others |= {node.name for node in file.nodes(ast.ClassDef)}
    return {name: nodes for name, nodes in found.items() if name not in others}


def _is_dropped(file: TestFile, node: ast.Call) -> bool:
    """Whether what a call gives is dropped, or used as if it were the result."""
    around = file.parent(node)
    match around:
        case ast.Expr() | ast.Assert():
            return True
        case ast.Compare(ops=operators):
            return not any(isinstance(o, ast.Is | ast.IsNot) for o in operators)
        case ast.Subscript(value=value):
            return value is node
        case ast.UnaryOp(op=ast.Not()):
            return True
    return False


def _coroutine(
    file: TestFile, node: ast.Call, functions: dict[str, list[ast.AsyncFunctionDef]]
) -> str:
    """The name of the coroutine function that is called; empty if it is none."""
    func = node.func
    if isinstance(func, ast.Name):
        return _named(file, func, functions)
    if not isinstance(func, ast.Attribute):
        return ""
    if terminal(func.value) == "self":
        return _of_self(file, node, func, functions)
    return _known(file, func)


def _named(
    file: TestFile, func: ast.Name, functions: dict[str, list[ast.AsyncFunctionDef]]
) -> str:
    found = file.scopes[func].lookup(func.id)
    if found is None:
        return ""
    home, values = found
    if values == [None] and any(
        file.scopes[node] is home for node in functions.get(func.id, ())
    ):
        return func.id
    return _known(file, func)


def _known(file: TestFile, func: ast.expr) -> str:
    dotted = file.resolve(func)
    return dotted if dotted in _COROUTINES else ""


def _of_self(
    file: TestFile,
    node: ast.Call,
    func: ast.Attribute,
    functions: dict[str, list[ast.AsyncFunctionDef]],
) -> str:
    test = file.test_of(node)
    owner = test.owner if test is not None else None
    if owner is None or _inner_class(file, node, owner):
        return ""
    if any(file.parent(item) is owner for item in functions.get(func.attr, ())):
        return f"self.{func.attr}"
    bases = {terminal(base) for base in owner.bases}
    own = {item.name for item in owner.body if isinstance(item, ast.FunctionDef)}
    if func.attr in _OF_BASE - own and "SSotAsyncTestCase" in bases:
        return f"self.{func.attr}"
    return ""


def _inner_class(file: TestFile, node: ast.AST, owner: ast.ClassDef) -> bool:
    """Whether the `self` around a node may be that of another class."""
    nearest = next(n for n in file.around(node) if isinstance(n, ast.ClassDef))
    return nearest is not owner


def _is_guarded(file: TestFile, node: ast.AST, test: TestNode | None) -> bool:
    """Whether the test is about what happens then."""
    if test and re.search(r"(?i)await|warn|coroutine", test.node.name):
        return True
    return any(
        isinstance(outer, _WITH)
        and any(
            re.search(r"(?i)warn|raises", ast.unparse(item.context_expr))
            for item in outer.items
        )
        for outer in file.around(node)
    )


def _blocking(file: TestFile) -> Iterator[Hit]:
    if not file.index.by_type.get(ast.AsyncFunctionDef):
        return
    real = {test for test in judged(file) if test.is_async}
    names = sorted(_NAMES)
    for node in (*file.calls_of(names), *file.calls_by_other_names()):
        if not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        test = file.test_of(node)
        if test is None or test not in real or not _is_on_loop(file, node):
            continue
        dotted = file.resolve(node.func)
        if dotted not in _BLOCKING and not _REQUESTS.match(dotted):
            continue
        if not _ON_PURPOSE.search(test.qualname) and not _is_nothing(node):
            yield hit(node, f"{dotted} blocks the event loop", test)


def _is_nothing(node: ast.Call) -> bool:
    """`sleep(0)` gives way to other threads and is over."""
    first = node.args[0] if node.args else None
    return isinstance(first, ast.Constant) and first.value == 0


def _is_on_loop(file: TestFile, node: ast.AST) -> bool:
    """Whether the nearest function around a node is a coroutine function."""
    nearest = next((n for n in file.around(node) if isinstance(n, _FRAMES)), None)
    return isinstance(nearest, ast.AsyncFunctionDef)


def _left(file: TestFile) -> Iterator[Hit]:
    """Tasks that nobody holds on to, awaits, cancels or hands on."""
    real = set(judged(file))
    for node, _ in file.calls_to(_TASKS):
        if not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        test = file.test_of(node)
        if test is None or test not in real:
            continue
        around = file.parent(node)
        if isinstance(around, ast.Expr) and not _is_guarded(file, node, test):
            yield hit(node, "nobody holds on to the task that is started", test)
        elif isinstance(around, ast.Assign) and own_frame(file, node, test):
            target = around.targets[0]
            if isinstance(target, ast.Name) and _is_left(file, target, test):
                message = f"the task {target.id} is neither awaited nor cancelled"
                yield hit(node, message, test)


def _is_left(file: TestFile, target: ast.Name, test: TestNode) -> bool:
    names = [
        n for n in file.nodes(ast.Name) if n.id == target.id and file.test_of(n) is test
    ]
    uses = [n for n in names if isinstance(n.ctx, ast.Load)]
    return len(names) - len(uses) == 1 and all(_is_passive(file, n) for n in uses)


def _is_passive(file: TestFile, node: ast.Name) -> bool:
    """Whether a task is only named, or said not to be done."""
    around = file.parent(node)
    if not isinstance(around, ast.Attribute) or around.attr not in _PASSIVE:
        return False
    if around.attr in {"get_name", "set_name"}:
        return True
    call = file.parent(around)
    outer = file.parent(call) if call is not None else None
    if isinstance(outer, ast.Call):
        return terminal(outer.func) == "assertFalse"
    return isinstance(outer, ast.UnaryOp) and isinstance(outer.op, ast.Not)


RULES = (
    Rule("SL701", check=_never_awaited),
    Rule("SL702", check=_blocking),
    Rule("SL703", check=_left),
)
