"""SL3: imports that tie a test to where it lies, or that can not work. Pure."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from suiteloom.audit.engine.ancestry import words_of
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import TestFile
from suiteloom.audit.rules import boundaries

__all__ = ["RULES"]

_FAILURES = frozenset(
    {"ImportError", "ModuleNotFoundError", "Exception", "BaseException", "SkipTest"}
)
_CONDITIONAL = re.compile(
    r"skip|xfail|requir|need|only|unless|depend|import|have_|has_|disable"
)


_ASSURES = re.compile(r"import|find_spec|find_loader|setitem")


def _relative(file: TestFile) -> Iterator[Hit]:
    for node in file.nodes(ast.ImportFrom):
        if node.level:
            shown = "." * node.level + (node.module or "")
            yield hit(node, f"imports from {shown}", file.test_of(node))
    for call, _ in file.calls_to({"importlib.import_module"}):
        first = call.args[0] if call.args else None
        if (
            isinstance(first, ast.Constant)
            and isinstance(first.value, str)
            and first.value.startswith(".")
        ):
            yield hit(call, f"imports {first.value}", file.test_of(call))


def _star(file: TestFile) -> Iterator[Hit]:
    for node in file.nodes(ast.ImportFrom):
        if any(alias.name == "*" for alias in node.names):
            shown = "." * node.level + (node.module or "")
            yield hit(node, f"imports everything from {shown}", file.test_of(node))


def _unresolvable(file: TestFile) -> Iterator[Hit]:
    settings = file.settings
    if settings.importable is None:
        return
    known = settings.importable | settings.first_party | sys.stdlib_module_names
    doubtful: set[str] | None = None
    for node, module in _modules(file):
        top = module.partition(".")[0]
        if top in known or top == "__future__":
            continue
        if doubtful is None:
            doubtful = _doubtful(file)
        if doubtful & {top, "*"} or _is_guarded(file, node):
            continue
        if not _is_run(file, node):
            continue
        yield hit(node, f"no module {top} can be imported", file.test_of(node))


def _modules(file: TestFile) -> Iterator[tuple[ast.stmt, str]]:
    for node in file.nodes(ast.Import):
        for alias in node.names:
            yield node, alias.name
    for source in file.nodes(ast.ImportFrom):
        if not source.level and source.module:
            yield source, source.module


def _is_run(file: TestFile, node: ast.stmt) -> bool:
    """Whether an import is surely reached: in a module, a class, or right in a test."""
    outer = next((n for n in file.around(node) if not isinstance(n, ast.Try)), None)
    if isinstance(outer, ast.Module | ast.ClassDef):
        return True
    test = file.by_function.get(outer) if outer is not None else None
    if test is None or any(
        isinstance(earlier, ast.If) and earlier.lineno < node.lineno
        for earlier in test.body
    ):
        return False
    return not any(_CONDITIONAL.search(word.lower()) for word in words_of(file))


def _doubtful(file: TestFile) -> set[str]:
    """Modules that the file itself makes sure of, or provides; `*` for any."""
    found = {name for node in file.nodes(ast.Call) for name in _assured(file, node)}
    for item in file.nodes(ast.Subscript):
        if file.resolve(item.value) == "sys.modules":
            found.add(str(getattr(item.slice, "value", "*")).partition(".")[0])
    if any(
        node.attr == "path" and isinstance(node.ctx, ast.Store)
        for node in file.nodes(ast.Attribute)
    ) or any("SkipTest" in ast.unparse(node) for node in file.nodes(ast.Raise)):
        found.add("*")
    return found


def _assured(file: TestFile, node: ast.Call) -> Iterator[str]:
    """Modules that a call imports, replaces or may make importable; `*` for any."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    first = node.args[0] if node.args else None
    text = first.value if isinstance(first, ast.Constant) else None
    if isinstance(text, str) and _ASSURES.search(name):
        yield text.partition(".")[0]
    extends = name in {"insert", "append", "extend"}
    if name in {"skip", "exit", "syspath_prepend", "addsitedir"} or (
        extends and file.resolve(node.func).startswith("sys.path")
    ):
        yield "*"


def _is_guarded(file: TestFile, node: ast.stmt) -> bool:
    """Whether an import may fail, or is not made at all, without anything going wrong."""
    inner: ast.AST = node
    for outer in file.around(node):
        match outer:
            case ast.If() | ast.IfExp() | ast.With() | ast.AsyncWith() | ast.While():
                return True
            case ast.Try(handlers=handlers, finalbody=final) if inner not in final:
                if any(_catches(item) for item in handlers):
                    return True
            case ast.ExceptHandler():
                return True
            case ast.ClassDef(decorator_list=[_, *_]):
                return True
        inner = outer
    return False


def _catches(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches a failed import."""
    if handler.type is None:
        return True
    several = isinstance(handler.type, ast.Tuple)
    types = handler.type.elts if several else [handler.type]  # type: ignore[attr-defined]
    return any(ast.unparse(item).rpartition(".")[2] in _FAILURES for item in types)


RULES = (
    Rule("SL301", check=_relative),
    Rule("SL302", check=_star),
    Rule("SL303", check=_unresolvable),
    *boundaries.RULES,
)
