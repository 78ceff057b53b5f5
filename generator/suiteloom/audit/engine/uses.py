"""Whether a test uses anything but itself, the language and its tools. Pure."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Iterator

from suiteloom.audit.engine.ancestry import classes_of
from suiteloom.audit.engine.scopes import Scope
from suiteloom.audit.engine.testfile import TestFile, TestNode

__all__ = ["is_standard_library", "uses_outside"]

_INERT = frozenset(
    {
        "abc",
        "array",
        "asyncio",
        "base64",
        "bisect",
        "calendar",
        "collections",
        "concurrent",
        "contextlib",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "hashlib",
        "heapq",
        "hmac",
        "itertools",
        "json",
        "logging",
        "math",
        "numbers",
        "operator",
        "pprint",
        "queue",
        "random",
        "re",
        "secrets",
        "statistics",
        "string",
        "textwrap",
        "threading",
        "time",
        "timeit",
        "traceback",
        "types",
        "typing",
        "uuid",
        "warnings",
        "pytest",
        "unittest",
        "mock",
        "pytest_asyncio",
        "pytest_mock",
        "suiteloom",
    }
)
"""Modules that lead to nothing under test."""

_INERT_FIXTURES = frozenset(
    {
        "self",
        "cls",
        "capsys",
        "capfd",
        "caplog",
        "monkeypatch",
        "mocker",
        "recwarn",
        "record_property",
    }
)
_FOLDERS = frozenset({"tmp_path", "tmpdir"})
"""Fixtures that give a folder: what a test does there is outside of it."""

_INERT_MEMBERS = re.compile(
    r"(?:assert(?:_|(?:Not)?(?:Equals?|In|AlmostEquals?|Regex|IsInstance)|IsNot|Is"
    r"|True|False|IsNone|IsNotNone|Raises|RaisesRegex|Warns|WarnsRegex|Logs|NoLogs"
    r"|Greater|GreaterEqual|Less|LessEqual|CountEqual"
    r"|(?:MultiLine|Sequence|List|Tuple|Set|Dict)Equal)"
    r"|assert_metrics_recorded|assert_execution_time_under"
    r"|fail|subTest|skipTest|addCleanup|failureException"
    r"|record_metric|get_metric|get_all_metrics|pending|expect_exception|env"
    r"|(?:set|get|delete)_env_var|temp_env_vars|wait_for_condition|run_with_timeout"
    r"|add_cleanup|(?:increment|get)_(?:database_queries|cache_operations"
    r"|websocket_events|llm_requests))"
)
"""What the base classes bring along."""

_FAR_BUILTINS = frozenset(
    {
        "__import__",
        "compile",
        "eval",
        "exec",
        "globals",
        "locals",
        "open",
        "super",
        "vars",
    }
)
_BUILTINS = frozenset({*dir(builtins), "__file__", "__name__", "__doc__", "__class__"})
_BASES = frozenset(
    {"SSotBaseTestCase", "SSotAsyncTestCase", "TestCase", "IsolatedAsyncioTestCase"}
)
_STANDARD = sys.stdlib_module_names
_IMPORTERS = frozenset({"importorskip", "import_module"})
_SELF = frozenset({"self", "cls"})
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")


def uses_outside(file: TestFile, test: TestNode) -> bool:
    """Tell whether a test, decorators included, leads to anything outside itself.

    Its own names, builtins, modules that only help with testing or with data, and
    pytest's own fixtures are not outside; whatever this file can not tell is.
    """
    if is_standard_library(file, test):
        return True
    inner = {*_literal_parameters(file, test), *_INERT_FIXTURES, *_FOLDERS}
    if any(name not in inner for name in _parameter_names(test)):
        return True
    if any(name == "usefixtures" for name, _ in test.marks):
        return True
    return any(_leads_out(file, test, node) for node in file.below(test.node))


def is_standard_library(file: TestFile, test: TestNode) -> bool:
    """Tell whether it may be Python itself that is tested.

    So it may in a class of a file that imports unittest and nothing foreign.
    """
    is_class = test.owner is not None and bool(test.owner.bases)
    if "roots" not in file.memo:
        imports: list[ast.Import | ast.ImportFrom] = [*file.nodes(ast.Import)]
        imports += file.nodes(ast.ImportFrom)
        file.memo["roots"] = {_root(n) for node in imports for n in _imported(node)}
    roots: set[str] = file.memo["roots"]
    return "test" in roots or (is_class and "unittest" in roots and roots <= _STANDARD)


def _parameter_names(test: TestNode) -> Iterator[str]:
    arguments = test.node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return (argument.arg for argument in every)


def _literal_parameters(file: TestFile, test: TestNode) -> Iterator[str]:
    """Names that `parametrize` marks fill in with values of no origin."""
    for name, mark in test.marks:
        if name != "parametrize" or not isinstance(mark, ast.Call) or not mark.args:
            continue
        if any(keyword.arg == "indirect" for keyword in mark.keywords):
            continue
        if not all(_is_inert(file, value) for value in mark.args[1:]):
            continue
        for part in ast.walk(mark.args[0]):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield from re.split(r"[,\s]+", part.value.strip())


def _leads_out(file: TestFile, test: TestNode, node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return any(not _is_tool(file, _root(n)) for n in _imported(node))
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        is_self = node.value.id in _SELF
        return is_self and not _is_of_base(file, test, node.attr)
    if isinstance(node, ast.Call):
        func = node.func
        is_import = isinstance(func, ast.Attribute) and func.attr in _IMPORTERS
        return is_import or _patches_outside(file, node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return _is_outside(file, test, node)
    return False


def _is_of_base(file: TestFile, test: TestNode, name: str) -> bool:
    """Whether a member is a tool of the base classes, and not one of this file."""
    if not _INERT_MEMBERS.fullmatch(name) or name in _own_members(file):
        return False
    if name.startswith("assert"):
        return True
    if test.owner is None or not _is_tool(file, "suiteloom"):
        return False
    ancestry = classes_of(file).ancestry(test.owner)
    return ancestry.is_closed and all(_last(root) in _BASES for root in ancestry.roots)


def _own_members(file: TestFile) -> frozenset[str]:
    """Every name that a class of the file, or a method by `self`, gives a meaning."""
    if "own members" not in file.memo:
        names = {node.name for node in file.nodes(ast.FunctionDef)}
        for node in file.index.stored:
            if isinstance(node, ast.Name):
                in_class = isinstance(file.scopes[node].node, ast.ClassDef)
                names |= {node.id} if in_class else set()
            elif isinstance(node.value, ast.Name) and node.value.id in _SELF:
                names.add(node.attr)
        file.memo["own members"] = frozenset(names)
    found: frozenset[str] = file.memo["own members"]
    return found


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return ["." * node.level + (node.module or "")]


def _is_tool(file: TestFile, root: str) -> bool:
    """Whether a module leads to nothing under test, and is not under test itself."""
    settings = file.settings
    subjects = {_root(subject) for subject in settings.subjects}
    return root in _INERT and root not in settings.first_party | subjects


def _root(dotted: str) -> str:
    return dotted.partition(".")[0]


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]


def _patches_outside(file: TestFile, node: ast.Call) -> bool:
    """Whether a call is given the path of something as text, as `patch` is."""
    first = node.args[0] if node.args else None
    return (
        isinstance(first, ast.Constant)
        and isinstance(first.value, str)
        and bool(_PATH.fullmatch(first.value))
        and not _is_tool(file, _root(first.value))
    )


def _is_outside(file: TestFile, test: TestNode, node: ast.Name) -> bool:
    if node.id in _SELF:
        return isinstance(file.parent(node), ast.Call)
    if node.id in _FOLDERS and node.id in _parameter_names(test):
        return True
    found = file.scopes[node].lookup(node.id)
    if found is None:  # a builtin, or nobody knows what
        return node.id in _FAR_BUILTINS or node.id not in _BUILTINS
    home, values = found
    if _is_within(home, test):
        return False
    if node.id in _set_by_functions(file):
        return True  # what it stands for when the test runs is not what the module says
    return not all(_is_inert(file, value) and not _is_made(value) for value in values)


def _is_made(value: str | ast.expr | None) -> bool:
    """Whether the file makes something there that it may be about, as a pattern."""
    return isinstance(value, ast.expr) and any(
        isinstance(part, ast.Call) for part in ast.walk(value)
    )


def _set_by_functions(file: TestFile) -> frozenset[str]:
    """Names of the module that functions give another meaning to."""
    if "global" not in file.memo:
        said = (name for node in file.nodes(ast.Global) for name in node.names)
        file.memo["global"] = frozenset(said)
    found: frozenset[str] = file.memo["global"]
    return found


def _is_within(scope: Scope, test: TestNode) -> bool:
    inner: Scope | None = scope
    while inner is not None:
        if inner.node is test.node:
            return True
        inner = inner.parent
    return False


def _is_inert(file: TestFile, value: str | ast.expr | None) -> bool:
    """Whether what a name outside the test is bound to leads nowhere."""
    if isinstance(value, str):
        return _is_tool(file, _root(value))
    if value is None:
        return False
    if isinstance(value, ast.List | ast.Dict) and not any(ast.iter_child_nodes(value)):
        return False
    for node in ast.walk(value):
        if isinstance(node, ast.Attribute) and node.attr in _IMPORTERS:
            return False
        if isinstance(node, ast.Name):
            owner, _, name = file.resolve(node).partition(".")
            is_tool = owner == "builtins" or _is_tool(file, owner)
            if not is_tool or name in _FAR_BUILTINS:
                return False
    return True
