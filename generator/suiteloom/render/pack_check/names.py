"""Whether every name in a pack exists, in the branches that nothing takes too. Pure.

Walks the syntax trees of the templates with the kind of each variable at hand: through
loops, assignments, macros (once for each combination of arguments), includes, imports
and parents.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jinja2 import nodes

from suiteloom.model.identifiers import closest
from suiteloom.render.pack_check.expressions import (
    CLOSE,
    Expressions,
    Macro,
    Scope,
    either,
    is_written,
    text_of,
)
from suiteloom.render.pack_check.kinds import (
    RECORDS,
    VARIABLES,
    Kind,
    Loop,
    Module,
    fields_of,
    item_of,
    parts_of,
)
from suiteloom.render.pack_check.library import Library

__all__ = ["read_names"]


def read_names(library: Library) -> dict[str, tuple[str, ...]]:
    """Check every name in the three templates and in what they load.

    Args:
        library: The pack; faults are noted there.

    Returns:
        For each of the three, the variables and fields that it uses, sorted.
    """
    used = {}
    for template, variables in VARIABLES.items():
        reader = _Reader(library)
        reader.read(template, dict(variables))
        reader.read_uncalled()
        used[template] = tuple(sorted(reader.used))
    return used


class _Reader(Expressions):
    """Reads one template and whatever it loads."""

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self._open: list[str] = []
        self._called: set[tuple[nodes.Macro, tuple[Kind, ...]]] = set()
        self._macros: dict[nodes.Macro, Macro] = {}

    def read(self, template: str, scope: Scope) -> Scope:
        """Read a template; gives the names that it has set at its top."""
        tree = self._library.tree(template)
        if tree is None or template in self._open:
            return {}
        before, self._template = self._template, template
        self._open.append(template)
        known = set(scope)
        self._body(tree.body, scope)
        self._open.pop()
        self._template = before
        return {name: kind for name, kind in scope.items() if name not in known}

    def read_uncalled(self) -> None:
        """Read the macros that nothing calls, with arguments of any kind."""
        called = {node for node, _ in self._called}
        for node, macro in list(self._macros.items()):
            if node not in called:
                self._enter(macro, {})

    def _body(self, body: Iterable[nodes.Node], scope: Scope) -> None:
        for node in body:
            handler = getattr(self, f"_{type(node).__name__.lower()}", None)
            if handler is not None:
                handler(node, scope)
            elif isinstance(node, nodes.Expr):
                self._kind(node, scope)
            else:
                self._body(node.iter_child_nodes(), scope)

    def _output(self, node: nodes.Output, scope: Scope) -> None:
        for child in node.nodes:
            kind = self._kind(child, scope)
            if not is_written(kind):
                fields = ", ".join(fields_of(kind) or ()) if kind in RECORDS else ""
                hint = (
                    f"name a field: {fields}" if fields else "loop over it, or call it"
                )
                message = f"`{text_of(child)}` is no text that could be written"
                self._fault(child, message, "", hint)

    def _for(self, node: nodes.For, scope: Scope) -> None:
        inner = dict(scope)
        self._bind(node.target, item_of(self._kind(node.iter, scope)), inner)
        if node.test is not None:
            self._kind(node.test, inner)
        inner["loop"] = Loop
        self._body(node.body, inner)
        self._body(node.else_, dict(scope))

    def _assign(self, node: nodes.Assign, scope: Scope) -> None:
        kind = self._kind(node.node, scope)
        if isinstance(node.target, nodes.Name) and node.target.name in scope:
            kind = either(kind, scope[node.target.name])
        self._bind(node.target, kind, scope)

    def _assignblock(self, node: nodes.AssignBlock, scope: Scope) -> None:
        if node.filter is not None:
            self._kind(node.filter, scope)
        self._body(node.body, dict(scope))
        self._bind(node.target, str, scope)

    def _with(self, node: nodes.With, scope: Scope) -> None:
        inner = dict(scope)
        for target, value in zip(node.targets, node.values, strict=True):
            self._bind(target, self._kind(value, scope), inner)
        self._body(node.body, inner)

    def _macro(self, node: nodes.Macro, scope: Scope) -> None:
        scope[node.name] = self._macros[node] = Macro(self._template, node, scope)

    def _callblock(self, node: nodes.CallBlock, scope: Scope) -> None:
        self._kind(node.call, scope)
        inner = dict(scope)
        for target in node.args:
            self._bind(target, Any, inner)
        self._body(node.body, inner)

    def _filterblock(self, node: nodes.FilterBlock, scope: Scope) -> None:
        self._kind(node.filter, scope)
        self._body(node.body, dict(scope))

    def _block(self, node: nodes.Block, scope: Scope) -> None:
        self._body(node.body, dict(scope))

    def _include(self, node: nodes.Include, scope: Scope) -> None:
        for name in self._library.named(self._template, node):
            self.read(name, dict(scope) if node.with_context else {})

    def _extends(self, node: nodes.Extends, scope: Scope) -> None:
        for name in self._library.named(self._template, node):
            self.read(name, dict(scope))

    def _import(self, node: nodes.Import, scope: Scope) -> None:
        names = self._imported(node, scope)
        scope[node.target] = Any if names is None else Module(names)

    def _fromimport(self, node: nodes.FromImport, scope: Scope) -> None:
        names = self._imported(node, scope)
        for item in node.names:
            name, alias = item if isinstance(item, tuple) else (item, item)
            if names is not None and name not in names:
                close = closest(name, names, cutoff=CLOSE)
                message = f"the imported template has no `{name}`"
                self._fault(node, message, close, f"it has {', '.join(names)}")
            scope[alias] = Any if names is None else names.get(name, Any)

    def _imported(
        self, node: nodes.Import | nodes.FromImport, scope: Scope
    ) -> Scope | None:
        for name in self._library.named(self._template, node):
            if self._library.tree(name) is not None:
                return self.read(name, dict(scope) if node.with_context else {})
        return None

    def _bind(self, target: nodes.Node, kind: Kind, scope: Scope) -> None:
        """Give the names of a target their kinds."""
        if isinstance(target, nodes.Name):
            scope[target.name] = kind
        elif isinstance(target, nodes.Tuple):
            kinds = parts_of(kind, len(target.items))
            for item, part in zip(target.items, kinds, strict=True):
                self._bind(item, part, scope)

    def _enter(self, macro: Macro, given: Scope) -> None:
        """Read the body of a macro with arguments of the given kinds."""
        key = (macro.node, tuple(given.get(item.name) for item in macro.node.args))
        if key in self._called:
            return
        self._called.add(key)
        inner = dict(macro.scope)
        before, self._template = self._template, macro.template
        for default in macro.node.defaults:
            self._kind(default, inner)
        inner |= {item.name: given.get(item.name, Any) for item in macro.node.args}
        self._body(macro.node.body, inner)
        self._template = before
