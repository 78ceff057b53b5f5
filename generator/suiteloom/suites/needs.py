"""What a unit depends on around it, and what of that can go along when it moves. Pure.

Imports, plain constants and functions without decorators of their own are copied with
what they need in turn. Whatever else a unit names stays behind and is said to be missing.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from suiteloom.suites.around import Origin
from suiteloom.suites.imports import bound_names
from suiteloom.suites.marks import dotted_name
from suiteloom.suites.reader import first_line
from suiteloom.suites.source import Source
from suiteloom.suites.units import ClassBlock, SuiteText

__all__ = ["Copy", "Luggage", "Needs"]

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_HARMLESS = frozenset({"staticmethod", "classmethod", "property", "pytest.fixture"})


@dataclass(frozen=True, slots=True)
class Copy:
    """A statement that goes along; `text` is its lines, joined by LF."""

    name: str
    is_member: bool
    is_import: bool
    text: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What a unit that moves needs and does not find where it goes.

    Attributes:
        copies: What goes along.
        lacking: Names of what can not.
    """

    copies: tuple[Copy, ...] = ()
    lacking: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """What a plan says of it."""
        brought = ", ".join(copy.name for copy in self.copies)
        lacking = ", ".join(self.lacking)
        parts = [
            f"brings {brought}" if brought else "",
            f"not defined here: {lacking}" if lacking else "",
        ]
        return "; ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a unit goes: what the module and the class bind there, by name."""

    module: Mapping[str, ast.stmt]
    members: Mapping[str, ast.stmt]
    same_file: bool
    indent: str


class Luggage:
    """What the units that come to a suite, or to another class of it, bring along."""

    def __init__(self, disk: SuiteText) -> None:
        self._disk = disk
        self._module = bound_names(disk.source.tree)
        self._copies: dict[tuple[str, str], Copy] = {}

    def take(self, origin: Origin, goal: str, block: ClassBlock | None) -> Needs:
        """Find what a unit that moves needs and does not find where it goes.

        Args:
            origin: The unit where it stands.
            goal: Name of the class that it goes to.
            block: That class, if there is one on disk.
        """
        here = origin.source is self._disk.source
        indent = block.indent if block else "    "
        inside = _members(block.node) if block else {}
        search = _Search(origin, Scope(self._module, inside, here, indent))
        search.follow(origin.unit.node)
        search.implicit()
        copies, lacking = [], set(search.lacking)
        for copy in search.copies.values():
            key = (goal if copy.is_member else "", copy.name)
            if self._copies.setdefault(key, copy).text == copy.text:
                copies.append(copy)
            else:
                lacking.add(copy.name)
        return Needs(tuple(copies), tuple(sorted(lacking)))

    @property
    def imports(self) -> list[str]:
        """Import lines to add, sorted."""
        texts = {
            c.text for (goal, _), c in self._copies.items() if c.is_import and not goal
        }
        return sorted(texts)

    def texts(self, goal: str = "") -> list[str]:
        """Statements to add to a class, or to the module, in the file's line ends."""
        newline = self._disk.source.newline
        return [
            copy.text.replace("\n", newline)
            for (owner, _), copy in self._copies.items()
            if owner == goal and (goal or not copy.is_import)
        ]


def _members(node: ast.ClassDef) -> dict[str, ast.stmt]:
    """What a class binds in its body, by name."""
    return bound_names(ast.Module(node.body, []))


class _Search:
    """Follows names from one unit to what they stand for."""

    def __init__(self, origin: Origin, goal: Scope) -> None:
        self._origin = origin
        self._goal = goal
        units = {unit.node for unit in origin.owner.units}
        own = _members(origin.owner.node)
        self._members = {name: node for name, node in own.items() if node not in units}
        self._module = {} if goal.same_file else bound_names(origin.source.tree)
        self.copies: dict[tuple[bool, str], Copy] = {}
        self.lacking: list[str] = []

    def follow(self, node: ast.AST) -> None:
        """Follow every name that a statement uses."""
        for name in sorted(_used_members(node)):
            self._take(name, is_member=True)
        for name in sorted(_used_names(node)):
            self._take(name, is_member=False)

    def implicit(self) -> None:
        """Name what pytest calls around every test of a class."""
        for name, node in self._members.items():
            around = name.startswith(("setup_", "teardown_")) or _is_autouse(node)
            if around and isinstance(node, _Function):
                there = self._goal.members.get(name)
                if there is None or ast.dump(there) != ast.dump(node):
                    self.lacking.append(f"self.{name}")

    def _take(self, name: str, *, is_member: bool) -> None:
        """Take one name along, or find it there, or miss it."""
        key = (is_member, name)
        here = self._members if is_member else self._module
        there = self._goal.members if is_member else self._goal.module
        if not is_member and name in self._members and name not in here:
            self._take(name, is_member=True)  # a fixture of the class
            return
        node = here.get(name)
        if node is None or key in self.copies:
            return
        said = f"self.{name}" if is_member else name
        known = there.get(name)
        if known is not None:
            if _meaning(known, name) != _meaning(node, name):
                self.lacking.append(said)
            return
        copy = self._copy(node, name, is_member=is_member)
        if copy is None:
            self.lacking.append(said)
            return
        self.copies[key] = copy
        if not copy.is_import:
            self.follow(node)

    def _copy(self, node: ast.stmt, name: str, *, is_member: bool) -> Copy | None:
        source = self._origin.source
        if isinstance(node, ast.Import | ast.ImportFrom):
            return Copy(name, is_member, is_import=True, text=_meaning(node, name))
        indent = self._origin.owner.indent if is_member else ""
        if is_member and indent != self._goal.indent:
            return None
        if not _is_harmless(node) or not _is_alone(source, node, indent):
            return None
        lines = [
            source.line(number).rstrip("\r\n")
            for number in range(first_line(source, node), (node.end_lineno or 0) + 1)
        ]
        return Copy(name, is_member, is_import=False, text="\n".join(lines))


def _meaning(node: ast.stmt, name: str) -> str:
    """A statement as far as it binds a name: an import of that name alone."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [
            alias
            for alias in node.names
            if name in {alias.asname, alias.name, alias.name.partition(".")[0]}
        ]
        if isinstance(node, ast.Import):
            return ast.unparse(ast.Import(names[:1]))
        return ast.unparse(ast.ImportFrom(node.module, names[:1], node.level))
    return ast.dump(node)


def _used_names(node: ast.AST) -> set[str]:
    """Names that a function takes from around it, its parameters as fixtures included."""
    stored = {
        n.id
        for n in ast.walk(node)
        if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
    }
    read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} - stored
    if isinstance(node, _Function):
        taken = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        read |= {item.arg for item in taken}
    return read - {"self"}


def _used_members(node: ast.AST) -> set[str]:
    """Attributes of ``self`` and ``cls`` that a function reads."""
    return {
        item.attr
        for item in ast.walk(node)
        if isinstance(item, ast.Attribute)
        and dotted_name(item.value) in {"self", "cls"}
    }


def _is_harmless(node: ast.stmt) -> bool:
    """Whether a second copy of a statement does nothing when the file is imported."""
    if isinstance(node, _Function):
        defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        decorated = all(
            dotted_name(item.func if isinstance(item, ast.Call) else item) in _HARMLESS
            for item in node.decorator_list
        )
        return decorated and not _is_autouse(node) and all(map(_is_literal, defaults))
    if isinstance(node, ast.Assign):
        plain = len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
        return plain and _is_literal(node.value)
    if isinstance(node, ast.AnnAssign):
        return node.value is not None and _is_literal(node.value)
    return False


def _is_autouse(node: ast.stmt) -> bool:
    """Whether a fixture is used by tests that do not name it."""
    return any(
        isinstance(item, ast.Call)
        and any(word.arg == "autouse" for word in item.keywords)
        for item in getattr(node, "decorator_list", ())
    )


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _is_alone(source: Source, node: ast.stmt, indent: str) -> bool:
    """Whether a statement has its lines to itself, at the given indent."""
    first = source.line(first_line(source, node))
    last = source.line(node.end_lineno or 0)
    behind = last.encode()[node.end_col_offset or 0 :].strip()
    before = first[: len(first) - len(first.lstrip(" \t\f"))]
    return before == indent and (not behind or behind.startswith(b"#"))
