"""SL2: ways to the process environment other than IsolatedEnvironment. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import TestFile

__all__ = ["RULES"]


_MAPPINGS = frozenset({"os.environ", "os.environb", "posix.environ", "nt.environ"})
_FUNCTIONS = frozenset(
    {
        *(f"os.{name}" for name in ("getenv", "getenvb", "putenv", "unsetenv")),
        *(f"{module}.{name}" for module in ("posix", "nt") for name in ("putenv",)),
        "os.path.expandvars",
        "posixpath.expandvars",
        "ntpath.expandvars",
    }
)
_NAMES = tuple(sorted({name.rpartition(".")[2] for name in _FUNCTIONS}))
_SPAWN = frozenset(
    {f"subprocess.{name}" for name in ("run", "Popen", "call", "check_call")}
    | {"subprocess.check_output"}
    | {f"asyncio.create_subprocess_{name}" for name in ("exec", "shell")}
)


def _is_mapping(file: TestFile, node: ast.expr) -> bool:
    """Whether an expression is the environment, or a copy of it being made."""
    if file.resolve(node) in _MAPPINGS:
        return True
    if isinstance(node, ast.Call):
        called = file.resolve(node.func)
        owner, _, name = called.rpartition(".")
        if name == "copy" and owner in _MAPPINGS:
            return True
        if called in {"builtins.dict", "copy.copy", "copy.deepcopy"}:
            return any(_is_mapping(file, argument) for argument in node.args)
    if isinstance(node, ast.Dict):
        parts = zip(node.keys, node.values, strict=True)
        return any(key is None and _is_mapping(file, value) for key, value in parts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _is_mapping(file, node.left) or _is_mapping(file, node.right)
    return False


def _outermost(file: TestFile, node: ast.AST) -> bool:
    """Whether no larger expression around it is the same dotted access."""
    parent = file.parent(node)
    return not (isinstance(parent, ast.Attribute) and file.resolve(parent) in _MAPPINGS)


def _mapping(file: TestFile) -> Iterator[Hit]:
    if not file.says("environ"):
        return
    for node in _may_be_mapping(file):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            continue
        if file.resolve(node) in _MAPPINGS and _outermost(file, node):
            if _is_handed_on(file, node):
                continue
            does = "replaces" if _is_stored(node) else "reaches"
            yield hit(node, f"{does} os.environ", file.test_of(node))


def _is_stored(node: ast.expr) -> bool:
    """Whether the mapping as a whole is set or deleted."""
    if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return isinstance(node, ast.Attribute | ast.Subscript)
    return False


def _may_be_mapping(file: TestFile) -> Iterator[ast.expr]:
    """Expressions that may stand for the environment, by what they end in."""
    yield from file.attributes("environ", "environb", "__dict__")
    bound = {
        name
        for scope in file.index.opened.values()
        for name, values in scope.names.items()
        if values != [None] and scope.resolve(name) in _MAPPINGS
    }
    if bound:
        yield from (node for node in file.nodes(ast.Name) if node.id in bound)
    yield from file.nodes(ast.Subscript)
    yield from dict.fromkeys(
        (*file.calls_of(["getattr"]), *file.calls_by_other_names())
    )


def _is_handed_on(file: TestFile, node: ast.expr) -> bool:
    """Whether another rule of this family reports the use."""
    return any(
        isinstance(outer, ast.Call)
        and (
            _is_patch(file, outer)
            or _sets_item(file, outer)
            or _environment_argument(file, outer) is not None
        )
        for outer in file.around(node)
        if isinstance(outer, ast.expr | ast.keyword)
    )


def _functions(file: TestFile) -> Iterator[Hit]:
    for node, called in file.calls_to(_FUNCTIONS):
        yield hit(node, f"calls {called}", file.test_of(node))
    for stored in file.attributes(*_NAMES):
        if isinstance(stored.ctx, ast.Store) and file.resolve(stored) in _FUNCTIONS:
            message = f"replaces {file.resolve(stored)}"
            yield hit(stored, message, file.test_of(stored))


def _replaced(file: TestFile, node: ast.Call) -> str:
    """What a call puts something else in the place of; empty if that is not known.

    `patch("os.environ", …)`, `patch.object(os, "environ")`, `monkeypatch.setattr` with a
    dotted text or with an object and a name, and `setattr`.
    """
    func = node.func
    called = file.resolve(func)
    by_object = called.endswith("patch.object") or called == "builtins.setattr"
    by_text = called.endswith(("mock.patch", "mocker.patch"))
    if isinstance(func, ast.Attribute) and func.attr in {"setattr", "delattr"}:
        by_object = by_text = _is_monkeypatch(file, func.value)
    match node.args:
        case [ast.Constant(value=str(dotted)), *_] if by_text:
            return dotted
        case [owner, ast.Constant(value=str(name)), *_] if by_object:
            return f"{file.resolve(owner)}.{name}"
    return ""


def _replacing(file: TestFile, *names: str) -> Iterator[tuple[ast.Call, str]]:
    """Calls of these names that replace the environment or a function of it."""
    for node in (*file.calls_of(names), *file.calls_by_other_names()):
        target = _replaced(file, node)
        if target in _MAPPINGS or target in _FUNCTIONS:
            yield node, target


def _monkeypatch(file: TestFile) -> Iterator[Hit]:
    for node in file.calls_of(["setenv", "delenv"]):
        func = node.func
        if isinstance(func, ast.Attribute) and _is_monkeypatch(file, func.value):
            message = f"changes the process environment with monkeypatch.{func.attr}"
            yield hit(node, message, file.test_of(node))
    for node in file.calls_of(["setitem", "delitem"]):
        if _sets_item(file, node):
            yield hit(node, "patches os.environ", file.test_of(node))
    for node, target in _replacing(file, "setattr", "delattr"):
        if _is_setattr(node):
            yield hit(node, f"replaces {target}", file.test_of(node))


def _sets_item(file: TestFile, node: ast.Call) -> bool:
    """`monkeypatch.setitem(os.environ, …)`, whatever the fixture is called."""
    func = node.func
    is_item = isinstance(func, ast.Attribute) and func.attr in {"setitem", "delitem"}
    return is_item and bool(node.args) and _is_mapping(file, node.args[0])


def _is_monkeypatch(file: TestFile, node: ast.expr) -> bool:
    """Whether it is the fixture, under whatever name, or a MonkeyPatch of its own."""
    if isinstance(node, ast.Name) and ("monkeypatch" in node.id or node.id == "mp"):
        return True
    if isinstance(node, ast.Attribute) and "monkeypatch" in node.attr:
        return True
    if isinstance(node, ast.Name):
        bound = file.scopes[node].lookup(node.id)
        values = bound[1] if bound else []
        return any(_makes_monkeypatch(file, value) for value in values)
    return False


def _makes_monkeypatch(file: TestFile, value: str | ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return file.resolve(value.func).endswith("MonkeyPatch")
    return isinstance(value, ast.Name) and "monkeypatch" in value.id


def _is_patch(file: TestFile, node: ast.Call) -> bool:
    """`patch.dict(os.environ, …)`, by object or by name."""
    if not node.args or not file.resolve(node.func).endswith("patch.dict"):
        return False
    first = node.args[0]
    if isinstance(first, ast.Constant):
        return first.value in _MAPPINGS
    return _is_mapping(file, first)


def _patches(file: TestFile) -> Iterator[Hit]:
    if not file.says("environ", "env"):
        return
    for node in (*file.calls_of(["dict"]), *file.calls_by_other_names()):
        if _is_patch(file, node):
            yield hit(node, "patches os.environ", file.test_of(node))
    for node, target in _replacing(file, "patch", "object"):
        if not _is_setattr(node):
            yield hit(node, f"replaces {target}", file.test_of(node))


def _is_setattr(node: ast.Call) -> bool:
    """Whether a call is reported as one of monkeypatch or `setattr`."""
    func = node.func
    return (getattr(func, "attr", "") or getattr(func, "id", "")) in {
        "setattr",
        "delattr",
    }


def _environment_argument(file: TestFile, node: ast.Call) -> ast.expr | None:
    """The `env=` of a child process if it is built from os.environ."""
    if file.resolve(node.func) not in _SPAWN:
        return None
    for keyword in node.keywords:
        if keyword.arg == "env" and _leads_to_mapping(file, keyword.value):
            return keyword.value
    return None


def _leads_to_mapping(file: TestFile, node: ast.expr) -> bool:
    if _is_mapping(file, node):
        return True
    if isinstance(node, ast.Name) and (bound := file.scopes[node].lookup(node.id)):
        return any(
            _is_mapping(file, value)
            for value in bound[1]
            if isinstance(value, ast.expr)
        )
    return False


def _children(file: TestFile) -> Iterator[Hit]:
    if not file.says("environ"):
        return
    for node, _ in file.calls_to(_SPAWN):
        if (argument := _environment_argument(file, node)) is not None:
            message = "gives a child process the environment of this one"
            yield hit(argument, message, file.test_of(node))


RULES = (
    Rule("SL201", check=_mapping),
    Rule("SL202", check=_functions),
    Rule("SL203", check=_monkeypatch),
    Rule("SL204", check=_patches),
    Rule("SL205", check=_children),
)
