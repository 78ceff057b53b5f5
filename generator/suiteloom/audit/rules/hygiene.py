"""SL9: tests that depend on the clock, on chance, on this machine, or leave things open.

Pure.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import TestFile

__all__ = ["RULES"]

_CLOCKS = frozenset(
    {
        "time.time",
        "time.time_ns",
        "time.monotonic",
        "time.monotonic_ns",
        "time.perf_counter",
        "time.perf_counter_ns",
        "time.process_time",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "timeit.default_timer",
    }
)
_BOUNDS = {"assertLess": 0, "assertLessEqual": 0, "assertGreater": 1}
"""Methods that set an upper bound, and which argument it is that they bound."""

_LESS = (ast.Lt, ast.LtE)
_MORE = (ast.Gt, ast.GtE)
_CHANCE = frozenset(
    {
        "numpy.random.choice",
        "numpy.random.normal",
        "numpy.random.permutation",
        "numpy.random.rand",
        "numpy.random.randint",
        "numpy.random.randn",
        "numpy.random.random",
        "numpy.random.random_sample",
        "numpy.random.shuffle",
        "numpy.random.standard_normal",
        "numpy.random.uniform",
        "random.betavariate",
        "random.choice",
        "random.choices",
        "random.gauss",
        "random.getrandbits",
        "random.normalvariate",
        "random.randbytes",
        "random.randint",
        "random.random",
        "random.randrange",
        "random.sample",
        "random.shuffle",
        "random.triangular",
        "random.uniform",
    }
)
_GENERATORS = frozenset(
    {"random.Random", "numpy.random.RandomState", "numpy.random.default_rng"}
)
_SEEDS = frozenset({"random.seed", "numpy.random.seed"})
_SERVERS = frozenset(
    {
        "socket.create_server",
        "asyncio.start_server",
        "uvicorn.run",
        "uvicorn.Config",
        "http.server.HTTPServer",
        "http.server.ThreadingHTTPServer",
        "socketserver.TCPServer",
        "socketserver.ThreadingTCPServer",
        "socketserver.UDPServer",
        "wsgiref.simple_server.make_server",
    }
)
_SHARED = ("/tmp/", "/var/tmp/", "/dev/shm/")  # noqa: S108 - what is looked for
_OPENERS = frozenset(
    {
        "builtins.open",
        "io.open",
        "os.mkdir",
        "os.makedirs",
        "os.open",
        "sqlite3.connect",
    }
)
_PATHS = frozenset({"pathlib.Path", "pathlib.PosixPath"})
_WRITES = frozenset({"mkdir", "open", "touch", "write_bytes", "write_text"})
_FILES = frozenset({"builtins.open", "io.open"})


def _elapsed(file: TestFile, node: ast.expr, depth: int = 3) -> bool:
    """Whether an expression is a span of time that was measured."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        return _reads_clock(file, node.left) or _reads_clock(file, node.right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "total_seconds" and _elapsed(file, node.func.value)
    if isinstance(node, ast.Name) and depth:
        bound = file.scopes[node].lookup(node.id)
        return any(
            _elapsed(file, value, depth - 1)
            for value in (bound[1] if bound else ())
            if isinstance(value, ast.BinOp | ast.Call | ast.Name)
        )
    return False


def _reads_clock(file: TestFile, node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and file.resolve(node.func) in _CLOCKS


def _wall_clock(file: TestFile) -> Iterator[Hit]:
    if not any(file.calls_to(_CLOCKS)):
        return
    message = "asserts that something took no longer than a fixed time"
    for statement in file.nodes(ast.Assert):
        for node in ast.walk(statement.test):
            if isinstance(node, ast.Compare) and _bounds_elapsed(file, node):
                yield hit(statement, message, file.test_of(statement))
    for name, place in _BOUNDS.items():
        for call in file.calls_of([name]):
            if not isinstance(call.func, ast.Attribute) or len(call.args) < 2:
                continue
            fixed = isinstance(call.args[1 - place], ast.Constant)
            if fixed and _elapsed(file, call.args[place]):
                yield hit(call, message, file.test_of(call))


def _bounds_elapsed(file: TestFile, node: ast.Compare) -> bool:
    """`elapsed < 1` and `1 > elapsed`; a lower bound proves that something waited."""
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(operator, _LESS) and _fixed(right) and _elapsed(file, left):
            return True
        if isinstance(operator, _MORE) and _fixed(left) and _elapsed(file, right):
            return True
        left = right
    return False


def _fixed(node: ast.expr) -> bool:
    return all(
        isinstance(
            part, ast.Constant | ast.BinOp | ast.UnaryOp | ast.operator | ast.unaryop
        )
        for part in ast.walk(node)
    )


def _chance(file: TestFile) -> Iterator[Hit]:
    if not file.says("random"):
        return
    calls = list(file.calls_to(_CHANCE | _GENERATORS | _SEEDS))
    seeded = {name.rpartition(".")[0] for _, name in calls if name in _SEEDS}
    for node, name in calls:
        test = file.test_of(node)
        if test is None:
            continue
        if name in _CHANCE and name.rpartition(".")[0] not in seeded:
            yield hit(node, f"calls {name} without a seed", test)
        elif name in _GENERATORS and not (node.args or node.keywords):
            yield hit(node, f"makes a {name.rpartition('.')[2]} without a seed", test)


def _ports(file: TestFile) -> Iterator[Hit]:
    binds = ((n, "") for n in file.calls_of(["bind"]) if _is_method(n))
    for node in {node: None for node, _ in (*binds, *file.calls_to(_SERVERS))}:
        port = _fixed_port(node)
        if port is not None:
            message = f"listens on the fixed port {port.value!r}"
            yield hit(port, message, file.test_of(node))


def _is_method(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute)


def _fixed_port(node: ast.Call) -> ast.Constant | None:
    """The number of a port that a call listens on."""
    candidates = [item.value for item in node.keywords if item.arg == "port"]
    pairs = [a for a in node.args[:3] if isinstance(a, ast.Tuple) and len(a.elts) > 1]
    candidates += [pair.elts[1] for pair in pairs]
    for value in candidates:
        if isinstance(value, ast.Constant) and type(value.value) is int and value.value:
            return value
    return None


def _temporary(file: TestFile) -> Iterator[Hit]:
    if not file.says(*_SHARED):
        return
    for node in file.nodes(ast.Constant):
        is_shared = isinstance(node.value, str) and node.value.startswith(_SHARED)
        if is_shared and _is_used_as_file(file, node):
            message = f"uses the fixed path {node.value!r}"
            yield hit(node, message, file.test_of(node))


def _is_used_as_file(file: TestFile, node: ast.Constant) -> bool:
    """Whether a path is opened or made right where it stands."""
    call = file.parent(node)
    if not isinstance(call, ast.Call) or not call.args or call.args[0] is not node:
        return False
    called = file.resolve(call.func)
    if called in {"builtins.open", "io.open"}:
        modes = [a.value for a in call.args[1:2] if isinstance(a, ast.Constant)]
        return any(set(str(mode)) & set("wax+") for mode in modes)
    if called in _OPENERS:
        return True
    method = file.parent(call)
    return (
        called in _PATHS
        and isinstance(method, ast.Attribute)
        and method.attr in _WRITES
    )


def _left_open(file: TestFile) -> Iterator[Hit]:
    for node, _ in file.calls_to(_FILES):
        is_named = isinstance(node.func, ast.Name | ast.Attribute)
        if is_named and _is_dropped(file, node):
            message = "opens a file that nothing closes"
            yield hit(node, message, file.test_of(node))


def _is_dropped(file: TestFile, node: ast.Call) -> bool:
    """Whether no name is left to close a file by: `open(p).read()`, `load(open(p))`."""
    parent = file.parent(node)
    if isinstance(parent, ast.Expr):
        return True
    if isinstance(parent, ast.Attribute):
        return parent.attr in {"read", "readlines", "write", "writelines", "readline"}
    if isinstance(parent, ast.Call) and node in parent.args:
        called = file.resolve(parent.func)
        return called in {
            "json.load",
            "pickle.load",
            "tomllib.load",
            "yaml.safe_load",
            "yaml.load",
            "builtins.list",
            "csv.reader",
        }
    return False


RULES = (
    Rule("SL901", check=_wall_clock),
    Rule("SL902", check=_chance),
    Rule("SL903", check=_ports),
    Rule("SL904", check=_temporary),
    Rule("SL905", check=_left_open),
)
