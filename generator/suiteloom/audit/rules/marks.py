"""SL5: marks that are missing, unknown, or do not say why. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from suiteloom.audit.engine.facts import Condition
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import TestFile
from suiteloom.audit.rules import categories
from suiteloom.model.identifiers import closest

__all__ = ["RULES"]

_PYTEST = frozenset(
    {
        "skip",
        "skipif",
        "xfail",
        "parametrize",
        "usefixtures",
        "filterwarnings",
        "tryfirst",
        "trylast",
    }
)
_PLUGINS = frozenset(
    {
        "allow_hosts",
        "anyio",
        "asyncio",
        "asyncio_cooperative",
        "benchmark",
        "block_network",
        "default_cassette",
        "dependency",
        "disable_socket",
        "django_db",
        "enable_socket",
        "flaky",
        "forked",
        "freeze_time",
        "httpx_mock",
        "mpl_image_compare",
        "no_cover",
        "order",
        "parallel_threads",
        "repeat",
        "run",
        "thread_unsafe",
        "timeout",
        "trio",
        "twisted",
        "urls",
        "vcr",
        "xdist_group",
    }
)
"""Marks that widely used plugins register themselves."""

_EMPTY = frozenset(
    {"", "todo", "tbd", "fixme", "skip", "skipped", "xfail", "skip test"}
)
_SKIPS = frozenset({"skip", "skipif", "xfail"})
_BARE = ("skip", "xfail", "SkipTest")
_CALLS = frozenset(
    {
        "pytest.skip",
        "pytest.xfail",
        "unittest.skip",
        "unittest.SkipTest",
        "unittest.case.SkipTest",
    }
)


def _unregistered(file: TestFile) -> Iterator[Hit]:
    settings = file.settings
    if settings.markers is None:
        return
    known = {*_PYTEST, *_PLUGINS, *settings.markers, *settings.categories}
    for node in file.nodes(ast.Attribute):
        if node.attr in known or not _is_mark(file, node):
            continue
        close = closest(node.attr, sorted(known - _PLUGINS), cutoff=0.75)
        hint = f"did you mean `{close}`?" if close else ""
        message = f"nothing registers the marker {node.attr}"
        found = hit(node, message, file.test_of(node), hint)
        yield replace(found, condition=Condition(marker=node.attr))


def _is_mark(file: TestFile, node: ast.Attribute) -> bool:
    """Whether it is `pytest.mark.NAME`, and not an attribute of a mark."""
    value = node.value
    last = value.attr if isinstance(value, ast.Attribute) else ""
    return (last == "mark" or isinstance(value, ast.Name)) and (
        file.resolve(value) == "pytest.mark"
    )


def _reasons(file: TestFile) -> Iterator[Hit]:
    lines: list[str] = []
    for node, what in (*_bare_marks(file), *_calls(file)):
        lines = lines or file.source.split("\n")
        if not _is_commented(lines, node):
            yield hit(node, f"{what} without a reason", file.test_of(node))


def _bare_marks(file: TestFile) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Marks that are put on something as they are, without being called."""
    nodes: list[ast.Attribute | ast.Name] = [*file.attributes(*_BARE)]
    if any(name in s.names for s in file.index.opened.values() for name in _BARE):
        nodes += (node for node in file.nodes(ast.Name) if node.id in _BARE)
    for node in nodes:
        if _is_put_on(file, node):
            dotted = file.resolve(node)
            if dotted in {"pytest.mark.skip", "pytest.mark.xfail", "unittest.skip"}:
                yield node, dotted.rpartition(".")[2]
            elif dotted.endswith(".SkipTest") and dotted in _CALLS:
                yield node, "skip"


def _is_put_on(file: TestFile, node: ast.expr) -> bool:
    """Whether an expression is a decorator, raised, or one of a list of marks."""
    parent = file.parent(node)
    if isinstance(parent, ast.List | ast.Tuple):
        node, parent = parent, file.parent(parent)
    match parent:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return node in parent.decorator_list
        case ast.Assign(targets=[ast.Name(id="pytestmark")]):
            return True
        case ast.keyword(arg="marks"):
            return True
        case ast.Raise(exc=raised):
            return raised is node
        case ast.Call(func=ast.Attribute(attr="add_marker" | "applymarker")):
            return True
    return False


def _calls(file: TestFile) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Calls that skip or expect to fail and say nothing of why."""
    renamed = {
        alias.asname
        for item in file.nodes(ast.ImportFrom)
        if item.module in {"pytest", "unittest"}
        for alias in item.names
    }
    wanted = {"skipTest", "SkipTest", *_SKIPS, *(name for name in renamed if name)}
    for node in file.calls_of(sorted(wanted)):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name == "skipTest" and isinstance(node.func, ast.Attribute):
            if _reason(node, 0) == "":
                yield node, "skip"
        elif name in _SKIPS or name == "SkipTest" or name in renamed:
            dotted = file.resolve(node.func)
            head, _, last = dotted.rpartition(".")
            if head == "pytest.mark" and last in _SKIPS:
                if _mark_is_mute(node, last):
                    yield node, last
            elif dotted in _CALLS and _reason(node, 0) == "":
                yield node, "xfail" if last == "xfail" else "skip"


def _mark_is_mute(node: ast.Call, name: str) -> bool:
    """Whether a mark that is called says nothing of why."""
    if name == "skip":
        return _reason(node, 0) == ""
    if any(keyword.arg == "raises" for keyword in node.keywords):
        return False
    conditions = [*node.args]
    conditions += [k.value for k in node.keywords if k.arg == "condition"]
    if not all(_is_truth(item) for item in conditions):
        return False
    return _reason(node, None) == ""


def _is_truth(node: ast.expr) -> bool:
    """Whether an expression is surely no text, which would be a reason by itself."""
    return isinstance(node, ast.Compare) or isinstance(_constant(node), bool)


def _reason(node: ast.Call, place: int | None) -> str | None:
    """The reason that a call gives: empty if it gives none, None if it can not be read."""
    if any(isinstance(item, ast.Starred) for item in node.args):
        return None
    for keyword in node.keywords:
        if keyword.arg is None:
            return None
        if keyword.arg in {"reason", "msg"}:
            return _text(keyword.value)
    if place is not None and len(node.args) > place:
        return _text(node.args[place])
    return ""


def _text(node: ast.expr) -> str | None:
    value = _constant(node)
    if not isinstance(value, str):
        return None
    text = value.strip().rstrip(".!")
    return "" if text.lower() in _EMPTY else text


def _constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _is_commented(lines: list[str], node: ast.expr | ast.stmt) -> bool:
    """Whether a comment at the line or right above it says why."""
    last = lines[(node.end_lineno or node.lineno) - 1]
    above = lines[node.lineno - 2].strip() if node.lineno > 1 else ""
    _, hash_, comment = last.partition("#")
    said = comment.strip().lower()
    if hash_ and said and not said.startswith(("noqa", "type:", "pragma", "pylint")):
        return True
    return above.startswith("#")


RULES = (
    *categories.RULES,
    Rule("SL503", check=_unregistered),
    Rule("SL504", check=_reasons),
)
