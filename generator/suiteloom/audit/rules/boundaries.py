"""SL304 and SL305: tests of one service that reach into another. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.settings import Boundary
from suiteloom.audit.engine.testfile import TestFile

__all__ = ["RULES"]


_BY_NAME = frozenset(
    {"builtins.__import__", "importlib.import_module", "pytest.importorskip"}
)
_PATCHES = ("mock.patch", "mocker.patch", "monkeypatch.setattr", "monkeypatch.delattr")


def _absolute(file: TestFile, node: ast.ImportFrom) -> str:
    """The module of a `from` import; a relative one, as a path from the project root."""
    if not node.level:
        return node.module or ""
    folders = file.path.split("/")[: -node.level]
    return ".".join([*folders, *([node.module] if node.module else [])])


def _is_for_types(file: TestFile, node: ast.AST) -> bool:
    """Whether a node stands under `if TYPE_CHECKING:`."""
    return any(
        isinstance(outer, ast.If)
        and file.resolve(outer.test).rpartition(".")[2] == "TYPE_CHECKING"
        for outer in file.around(node)
    )


def _targets(file: TestFile) -> Iterator[tuple[ast.stmt | ast.expr, str, bool]]:
    """Each import of a file: node, dotted name, and whether it was relative."""
    for node in file.nodes(ast.Import):
        for alias in node.names:
            yield node, alias.name, False
    for source in file.nodes(ast.ImportFrom):
        module = _absolute(file, source)
        for alias in source.names:
            name = module if alias.name == "*" else f"{module}.{alias.name}"
            yield source, name.strip("."), source.level > 0
    for call in file.nodes(ast.Call):
        if name := _by_name(file, call):
            yield call, name, False


def _by_name(file: TestFile, node: ast.Call) -> str:
    """What a call imports by name: `import_module("x")`, `patch("x.y")`."""
    first = node.args[0] if node.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return ""
    if file.resolve(node.func) in _BY_NAME:
        return first.value
    if isinstance(node.func, ast.Attribute | ast.Name):
        called = file.resolve(node.func) or ast.unparse(node.func)
        if called.endswith(_PATCHES) and "." in first.value:
            return first.value
    return ""


def _home(file: TestFile) -> Boundary | None:
    """The service whose tests a file belongs to: the one with the longest folder."""
    found = [
        (len(folder), boundary)
        for boundary in file.settings.boundaries
        for folder in boundary.tests
        if file.path.startswith(f"{folder.strip('/')}/")
    ]
    return max(found, key=lambda item: item[0])[1] if found else None


def _owner(dotted: str, owned: Sequence[tuple[str, str]]) -> set[str]:
    """The services with the longest prefix of a dotted name."""
    fitting = [
        (len(prefix), service)
        for prefix, service in owned
        if dotted == prefix or dotted.startswith(f"{prefix}.")
    ]
    longest = max((length for length, _ in fitting), default=0)
    return {service for length, service in fitting if length == longest}


def _tails(dotted: str) -> Iterator[str]:
    """A dotted name, then without its first part, and so on."""
    while dotted:
        yield dotted
        dotted = dotted.partition(".")[2]


def _crossings(file: TestFile, owned: Sequence[tuple[str, str]]) -> Iterator[Hit]:
    """Hits for imports of what belongs to other services only."""
    home = _home(file)
    if home is None:
        return
    seen = set()
    for node, dotted, is_relative in _targets(file):
        names = _tails(dotted) if is_relative else [dotted]
        owners = next((found for n in names if (found := _owner(n, owned))), set())
        if not owners or home.service in owners or _is_for_types(file, node):
            continue
        service = min(owners)
        if (node, service) not in seen:
            seen.add((node, service))
            message = f"a test of {home.service} imports {dotted} of {service}"
            yield hit(node, message, file.test_of(node))


def _packages(file: TestFile) -> Iterator[Hit]:
    owned = [
        (package, boundary.service)
        for boundary in file.settings.boundaries
        for package in boundary.packages
    ]
    tests = _test_modules(file)
    others = {(found.line, found.column) for found in _crossings(file, tests)}
    for found in _crossings(file, [*owned, *tests]):
        if (found.line, found.column) not in others:
            yield found


def _test_modules(file: TestFile) -> list[tuple[str, str]]:
    """Dotted names under which the folders of tests can be imported, and their services.

    A folder `services/auth/tests` is `services.auth.tests`, and `auth.tests` if
    `services` is on the path; what is left must name it without doubt.
    """
    found = []
    for boundary in file.settings.boundaries:
        for folder in boundary.tests:
            dotted = folder.strip("/").replace("/", ".")
            found.append((dotted, boundary.service))
            found += [
                (tail, boundary.service)
                for tail in _tails(dotted.partition(".")[2])
                if "." in tail
            ]
    return found


def _tests(file: TestFile) -> Iterator[Hit]:
    yield from _crossings(file, _test_modules(file))


RULES = (
    Rule("SL304", check=_packages),
    Rule("SL305", check=_tests),
)
