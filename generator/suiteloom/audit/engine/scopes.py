"""Which dotted name an expression stands for, through imports and aliases. Pure.

`import os as o; e = o.environ` makes `e["X"]` an access to `os.environ`. Names are looked
up as Python does: class scopes do not reach into their methods, parameters and local
assignments hide what is outside.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

__all__ = ["BINDERS", "FUNCTIONS", "Scope", "bind", "resolve"]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

BINDERS = frozenset(
    {
        *(ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.NamedExpr),
        *(ast.Global, ast.Nonlocal, ast.FunctionDef, ast.AsyncFunctionDef),
        *(ast.ClassDef, ast.arg, ast.ExceptHandler, ast.MatchAs, ast.MatchStar),
        ast.MatchMapping,
    }
)
"""What binds names, besides names that are stored to or deleted."""


@dataclass(slots=True, eq=False)
class Scope:
    """The names of a module, class or function.

    Attributes:
        node: What opens the scope.
        parent: The scope around it.
        names: For each name that is bound here, what it was bound to: a dotted name, an
            expression that may be an alias, or None for anything else.
        outer: Names declared `global` or `nonlocal`.
        resolved: What names bound here were found to stand for; empty while that is
            being found out, so that `x = x.y()` leads nowhere.
    """

    node: ast.AST
    parent: Scope | None = None
    names: dict[str, list[str | ast.expr | None]] = field(default_factory=dict)
    outer: set[str] = field(default_factory=set)
    resolved: dict[str, str] = field(default_factory=dict)

    def bind(self, name: str, value: str | ast.expr | None) -> None:
        """Note that a name is bound to a value here."""
        self.names.setdefault(name, []).append(value)

    def lookup(self, name: str) -> tuple[Scope, list[str | ast.expr | None]] | None:
        """Return where a name is bound and to what, or None if nowhere (a builtin)."""
        if name in self.names and name not in self.outer:
            return self, self.names[name]
        scope = self.parent
        while scope is not None:
            if (
                name in scope.names
                and name not in scope.outer
                and scope.node.__class__ is not ast.ClassDef
            ):
                return scope, scope.names[name]
            scope = scope.parent
        return None

    def resolve(self, name: str) -> str:
        """Return the dotted name that a name stands for here, as `resolve` does."""
        found = self.lookup(name)
        if found is None:
            return f"builtins.{name}"
        home, values = found
        resolved = home.resolved
        if name not in resolved:
            resolved[name] = ""
            for value in reversed(values):
                dotted = (
                    value if isinstance(value, str | None) else resolve(value, home)
                )
                if dotted:
                    resolved[name] = dotted
                    break
        return resolved[name]


def bind(node: Any, scope: Scope) -> None:
    """Note what one of `BINDERS` binds in its scope."""
    kind = node.__class__
    if kind is ast.Assign:
        for target in node.targets:
            _assign(target, node.value, scope)
    elif kind is ast.Import or kind is ast.ImportFrom:
        _import(node, scope)
    elif kind is ast.AnnAssign:
        if node.value is not None:
            _assign(node.target, node.value, scope)
    elif kind is ast.NamedExpr:
        _assign(node.target, node.value, _beyond_comprehensions(scope))
    elif kind is ast.Global or kind is ast.Nonlocal:
        scope.outer.update(node.names)
    else:
        name = getattr(node, _NAMED_BY.get(kind, "name"))
        if name is not None and name not in scope.names:
            scope.names[name] = [None]


_NAMED_BY: dict[type, str] = {ast.arg: "arg", ast.MatchMapping: "rest"}


def _import(node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            root = alias.name.partition(".")[0]
            scope.bind(alias.asname or root, alias.name if alias.asname else root)
        return
    prefix = "." * node.level + (node.module or "")
    for alias in node.names:
        dot = "." if node.module else ""
        scope.bind(alias.asname or alias.name, f"{prefix}{dot}{alias.name}")


def _beyond_comprehensions(scope: Scope) -> Scope:
    while scope.parent is not None and isinstance(
        scope.node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ):
        scope = scope.parent
    return scope


def _assign(target: ast.expr, value: ast.expr, scope: Scope) -> None:
    if isinstance(target, ast.Name):
        scope.bind(target.id, value)
    elif isinstance(target, ast.Tuple | ast.List):
        values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        if len(values) == len(target.elts):
            for part, item in zip(target.elts, values, strict=True):
                _assign(part, item, scope)


def resolve(node: ast.expr, scope: Scope) -> str:
    """Return the dotted name that an expression stands for.

    Args:
        node: Any expression.
        scope: The scope it stands in.

    Returns:
        For example `os.environ.get`; a builtin is `builtins.NAME`; empty if the
        expression does not lead back to an import or a builtin.
    """
    found = ""
    kind = node.__class__
    if kind is ast.Name:
        found = scope.resolve(node.id)  # type: ignore[attr-defined]
    elif kind is ast.Attribute:
        found = resolve(node.value, scope)  # type: ignore[attr-defined]
        if found and (attr := node.attr) != "__dict__":  # type: ignore[attr-defined]
            found = f"{found}.{attr}"
    elif kind is not ast.Constant:
        match node:
            case ast.Call(func=func, args=args):
                found = _call(func, args, scope)
            case ast.Subscript(value=value, slice=ast.Constant(value=str(key))):
                found = _subscript(value, key, scope)
            case ast.NamedExpr(value=value):
                found = resolve(value, scope)
    return found


def _subscript(value: ast.expr, key: str, scope: Scope) -> str:
    """`sys.modules["os"]`, `vars(os)["environ"]` and `os.__dict__["environ"]`."""
    if isinstance(value, ast.Attribute) and value.attr == "__dict__":
        owner = resolve(value.value, scope)
        return f"{owner}.{key}" if owner else ""
    if isinstance(value, ast.Call) and len(value.args) == 1:
        if resolve(value.func, scope) == "builtins.vars":
            owner = resolve(value.args[0], scope)
            return f"{owner}.{key}" if owner else ""
        return ""
    return key if resolve(value, scope) == "sys.modules" else ""


def _call(func: ast.expr, args: list[ast.expr], scope: Scope) -> str:
    """`getattr(os, "environ")`, `__import__("os")`, `import_module("os")`."""
    texts = [a.value for a in args if isinstance(a, ast.Constant)]
    called = resolve(func, scope)
    if called == "builtins.getattr" and len(args) >= 2:
        owner = resolve(args[0], scope)
        attr = args[1]
        if owner and isinstance(attr, ast.Constant) and isinstance(attr.value, str):
            return f"{owner}.{attr.value}"
    elif (
        called in {"builtins.__import__", "importlib.import_module"}
        and texts
        and isinstance(texts[0], str)
    ):
        return texts[0]
    return ""
