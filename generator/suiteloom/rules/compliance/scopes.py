"""Which dotted name an expression stands for, through imports and aliases. Pure.

`import os as o; e = o.environ` makes `e["X"]` an access to `os.environ`. Names are looked
up as Python does: class scopes do not reach into their methods, parameters and local
assignments hide what is outside.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

__all__ = ["FUNCTIONS", "Scope", "bind", "resolve"]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(slots=True)
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
        scope: Scope | None = self
        first = True
        while scope is not None:
            hidden = isinstance(scope.node, ast.ClassDef) and not first
            if not hidden and name not in scope.outer and name in scope.names:
                return scope, scope.names[name]
            first, scope = False, scope.parent
        return None


def bind(node: ast.AST, scope: Scope) -> None:
    """Note what a statement or expression binds in its scope."""
    match node:
        case ast.Import() | ast.ImportFrom():
            _import(node, scope)
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                _assign(target, value, scope)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            _assign(target, value, scope)
        case ast.NamedExpr(target=target, value=value):
            _assign(target, value, _beyond_comprehensions(scope))
        case ast.Global(names=outer) | ast.Nonlocal(names=outer):
            scope.outer.update(outer)
        case _:
            if (name := _plain(node)) and name not in scope.names:
                scope.bind(name, None)


def _import(node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            root = alias.name.partition(".")[0]
            scope.bind(alias.asname or root, alias.name if alias.asname else root)
        return
    prefix = "." * node.level + (node.module or "")
    for alias in node.names:
        scope.bind(alias.asname or alias.name, f"{prefix}.{alias.name}")


def _plain(node: ast.AST) -> str | None:
    """The name that a node binds to something unknown, or None."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name
        case ast.ClassDef(name=name) | ast.arg(arg=name):
            return name
        case ast.ExceptHandler(name=name) | ast.MatchAs(name=name):
            return name
        case ast.MatchStar(name=name) | ast.MatchMapping(rest=name):
            return name
    return None


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
    match node:
        case ast.Name(id=name):
            found = _name(name, scope)
        case ast.Attribute(value=value, attr=attr):
            owner = resolve(value, scope)
            found = owner if attr == "__dict__" or not owner else f"{owner}.{attr}"
        case ast.Subscript(value=value, slice=ast.Constant(value=str(key))):
            found = _subscript(value, key, scope)
        case ast.Call(func=func, args=args):
            found = _call(func, args, scope)
        case ast.NamedExpr(value=value):
            found = resolve(value, scope)
    return found


def _name(name: str, scope: Scope) -> str:
    found = scope.lookup(name)
    if found is None:
        return f"builtins.{name}"
    home, values = found
    if name not in home.resolved:
        home.resolved[name] = ""
        for value in reversed(values):
            dotted = value if isinstance(value, str | None) else resolve(value, home)
            if dotted:
                home.resolved[name] = dotted
                break
    return home.resolved[name]


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
