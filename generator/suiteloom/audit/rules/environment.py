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
_HINT = "use `self.env`, or `suiteloom.ssot.get_env()`"


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
    Rule(
        code="SL201",
        name="process-environment",
        severity="error",
        summary="os.environ is reached past IsolatedEnvironment",
        reason=(
            "What a test writes to os.environ outlives it and what it reads depends on"
            " whoever started pytest, so tests pass alone and fail together, and two"
            " that run at the same time see each other's values. IsolatedEnvironment"
            " gives every test a copy, says where each value came from, and puts it all"
            " back. Aliases are followed: an import under another name, a variable that"
            " holds the mapping, getattr, vars and sys.modules."
        ),
        hint=_HINT,
        bad="""\
import os as o
from os import environ as e


def test_reads():
    settings = vars(o)["environ"]  # <-
    assert o.environ["HOME"]  # <-
    assert getattr(o, "environ")["HOME"]  # <-
    assert e.get("HOME") == settings["HOME"]  # <-
""",
        good="""\
from suiteloom.ssot import SSotBaseTestCase


class Machine:
    environ = {}


def test_names_of_other_things(os):
    environ = {"HOME": "/root"}
    assert environ["HOME"] == os.environ["HOME"]
    assert Machine.environ == {}


class TestHome(SSotBaseTestCase):
    def test_reads(self):
        assert self.env.get("HOME")
""",
        check=_mapping,
    ),
    Rule(
        code="SL202",
        name="environment-function",
        severity="error",
        summary="a function of os reads or writes the process environment",
        reason=(
            "getenv, putenv, unsetenv and expandvars work on the environment of the"
            " process as os.environ does, with the same consequences; putenv even leaves"
            " os.environ itself out of step."
        ),
        hint=_HINT,
        bad="""\
import os
from os import getenv as look_up


def test_reads():
    assert look_up("HOME")  # <-
    os.putenv("HOME", "/tmp")  # <-
    assert os.path.expandvars("$HOME")  # <-
""",
        good="""\
from suiteloom.ssot import getenv


def test_reads():
    assert getenv("HOME")
""",
        check=_functions,
    ),
    Rule(
        code="SL203",
        name="monkeypatched-environment",
        severity="error",
        summary="monkeypatch changes the process environment",
        reason=(
            "monkeypatch.setenv puts a value back when the test ends, but until then"
            " everything in the process sees it, and nothing records who set it."
            " `self.set_env_var` does the same within the isolated environment."
        ),
        hint="use `self.set_env_var` or `self.temp_env_vars`",
        bad="""\
import os

import pytest


def test_sets(monkeypatch):
    monkeypatch.setenv("MODE", "fast")  # <-
    monkeypatch.setitem(os.environ, "MODE", "fast")  # <-
    patch = pytest.MonkeyPatch()
    patch.delenv("MODE")  # <-
""",
        good="""\
def test_sets(monkeypatch, terminal):
    monkeypatch.setattr("sys.argv", ["x"])
    monkeypatch.setitem({}, "MODE", "fast")
    terminal.setenv("MODE", "fast")
""",
        check=_monkeypatch,
    ),
    Rule(
        code="SL204",
        name="patched-environment",
        severity="error",
        summary="mock.patch.dict changes the process environment",
        reason=(
            "patch.dict(os.environ) swaps values for the whole process while the test"
            " runs; with clear=True even those that other threads and child processes"
            " need."
        ),
        hint="use `self.temp_env_vars`",
        bad="""\
import os
from unittest import mock
from unittest.mock import patch as swap


@swap.dict(os.environ, {"MODE": "fast"})  # <-
def test_decorated():
    with mock.patch.dict("os.environ", clear=True):  # <-
        assert True
""",
        good="""\
from unittest import mock

LIMITS = {}


def test_patches_its_own():
    with mock.patch.dict(LIMITS, {"a": 1}):
        assert LIMITS == {"a": 1}
""",
        check=_patches,
    ),
    Rule(
        code="SL205",
        name="inherited-environment",
        severity="warning",
        summary="a child process is given the process environment",
        reason=(
            "A child that gets os.environ, or a copy with changes, runs with whatever"
            " happens to be set on this machine, and without what the test has set in"
            " isolation. `get_subprocess_env` gives it what the test sees."
        ),
        hint="use `env=self.env.get_subprocess_env({…})`",
        bad="""\
import os
import subprocess


def test_starts():
    extended = {**os.environ, "MODE": "fast"}  # noqa
    subprocess.run(["true"], env=extended)  # <-
    subprocess.run(["true"], env=os.environ | {"MODE": "fast"})  # <-
    subprocess.run(["true"], env=dict(os.environ))  # <-
""",
        good="""\
import subprocess

from suiteloom.ssot import get_env


def test_starts():
    subprocess.run(["true"], env={"MODE": "fast"})
    subprocess.run(["true"], env=get_env().get_subprocess_env())
""",
        check=_children,
    ),
)
