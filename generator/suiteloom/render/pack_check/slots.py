"""How often each template writes its docstring and its finished source. Pure.

Counted along every way through a template: a branch that writes a slot twice is found
whether or not any spec takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from jinja2 import nodes

from suiteloom.render.pack_check.library import Library

__all__ = ["check_slots"]

DOCSTRING = "docstring"
_ORDER = {
    "header.py.j2": (DOCSTRING, "imports"),
    "class.py.j2": ("class_line", DOCSTRING),
    "test.py.j2": ("decorators", "signature", DOCSTRING, "body"),
}


@dataclass(frozen=True, slots=True)
class _Place:
    template: str
    line: int
    in_loop: bool = False
    in_macro: bool = False


@dataclass(frozen=True, slots=True)
class _Uses:
    """How often something is written.

    Attributes:
        least: On the way through the template that writes it least often.
        most: Where, on the way that writes it most often.
    """

    least: int = 0
    most: tuple[_Place, ...] = ()

    def __add__(self, other: _Uses) -> _Uses:
        """One after the other."""
        return _Uses(self.least + other.least, (*self.most, *other.most))

    def __or__(self, other: _Uses) -> _Uses:
        """One or the other."""
        most = max(self.most, other.most, key=len)
        return _Uses(min(self.least, other.least), most)


def check_slots(library: Library) -> None:
    """Check that each template writes one docstring and each of its slots, in order.

    Args:
        library: The pack; faults are noted there.
    """
    for template, slots in _ORDER.items():
        if library.tree(template) is None:
            continue
        before = ("", _Place(template, 0))
        for slot in slots:
            uses = _count(library, template, slot)
            if slot == "body" and not uses.least:
                uses = _Uses(1, uses.most)  # it may write statements of its own
            _judge(library, template, uses, slot)
            if uses.most:
                before = _in_order(library, before, (slot, uses.most[0]))


def _count(library: Library, template: str, slot: str) -> _Uses:
    wanted = _is_docstring if slot == DOCSTRING else _named(slot)
    return _Counter(library, wanted).template(template)


def _in_order(
    library: Library, before: tuple[str, _Place], here: tuple[str, _Place]
) -> tuple[str, _Place]:
    """Note a fault if a slot stands above the one that it belongs below."""
    (above, first), (slot, second) = before, here
    known = not (first.in_macro or second.in_macro)
    if first.template == second.template and known and second.line < first.line:
        message = f"{_shown(slot)} stands above {_shown(above)}"
        hint = f"put it below {_shown(above)}"
        library.add(second.template, second.line, message, hint)
    return here


def _shown(slot: str) -> str:
    return "{% filter docstring %}" if slot == DOCSTRING else f"{{{{ {slot} }}}}"


def _judge(library: Library, template: str, uses: _Uses, slot: str) -> None:
    """Note a fault unless every way through the template writes a slot once."""
    shown = _shown(slot)
    hint = f"write {shown} once, outside of the docstring"
    if slot == DOCSTRING:
        hint = "put the text between {% filter docstring %} and {% endfilter %}"
    if len(uses.most) > 1:
        place = uses.most[1]
        times = "in a loop" if place.in_loop else "twice"
        message = f"the template uses {shown} {times}"
        library.add(place.template, place.line, message, hint)
    elif not uses.most and not uses.least:
        library.add(template, 1, f"the template does not use {shown}", hint)
    elif not uses.least:
        place = uses.most[0]
        message = f"a branch of the template goes without {shown}"
        library.add(place.template, place.line, message, f"{hint}, in every branch")


def _named(slot: str) -> Callable[[nodes.Node], bool]:
    return lambda node: (
        isinstance(node, nodes.Name) and node.name == slot and node.ctx == "load"
    )


def _is_docstring(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Filter) and node.name == DOCSTRING


class _Counter:
    """Counts one thing."""

    def __init__(self, library: Library, wanted: Callable[[nodes.Node], bool]) -> None:
        self._library = library
        self._wanted = wanted
        self._template = ""
        self._open: list[str] = []
        self._macros: dict[str, tuple[str, nodes.Macro]] = {}
        self._blocks: dict[str, tuple[str, nodes.Block]] = {}

    def template(self, name: str) -> _Uses:
        """Count in a template and in whatever it loads."""
        tree = self._library.tree(name)
        if tree is None or name in self._open:
            return _Uses()
        before, self._template = self._template, name
        self._open.append(name)
        uses = self._child(tree) or self._all(tree.body)
        self._open.pop()
        self._template = before
        return uses

    def _child(self, tree: nodes.Template) -> _Uses | None:
        """Count in the parent of a template that extends one."""
        extends = next((n for n in tree.body if isinstance(n, nodes.Extends)), None)
        if extends is None:
            return None
        for block in tree.find_all(nodes.Block):
            self._blocks.setdefault(block.name, (self._template, block))
        parents = list(self._library.named(self._template, extends))
        return self.template(parents[0]) if parents else _Uses()

    def _all(self, body: Iterable[nodes.Node]) -> _Uses:
        total = _Uses()
        for node in body:
            handler = getattr(self, f"_{type(node).__name__.lower()}", None)
            if isinstance(node, nodes.Assign | nodes.AssignBlock):
                continue  # nothing is written yet
            if handler is not None:
                total += handler(node)
            elif isinstance(node, nodes.Expr):
                total += self._expression(node)
            else:
                total += self._all(node.iter_child_nodes())
        return total

    def _if(self, node: nodes.If) -> _Uses:
        uses = self._all(node.body) | self._all(node.else_)
        for branch in node.elif_:
            uses |= self._all(branch.body)
        return uses

    def _for(self, node: nodes.For) -> _Uses:
        inside = self._all(node.body).most
        if inside:
            again = tuple(replace(place, in_loop=True) for place in inside)
            return _Uses(0, again * 2)
        return _Uses() | self._all(node.else_)

    def _with(self, node: nodes.With) -> _Uses:
        return self._all(node.body)

    def _block(self, node: nodes.Block) -> _Uses:
        template, block = self._blocks.get(node.name, (self._template, node))
        before, self._template = self._template, template
        uses = self._all(block.body)
        self._template = before
        return uses

    def _macro(self, node: nodes.Macro) -> _Uses:
        self._macros[node.name] = (self._template, node)
        return _Uses()

    def _include(self, node: nodes.Include) -> _Uses:
        names = list(self._library.named(self._template, node))
        uses = [self.template(name) for name in names[:1]]
        return uses[0] if uses else _Uses()

    def _import(self, node: nodes.Import) -> _Uses:
        self._learn(node, f"{node.target}.", None)
        return _Uses()

    def _fromimport(self, node: nodes.FromImport) -> _Uses:
        pairs = (n if isinstance(n, tuple) else (n, n) for n in node.names)
        self._learn(node, "", dict(pairs))
        return _Uses()

    def _learn(
        self,
        node: nodes.Import | nodes.FromImport,
        prefix: str,
        names: dict[str, str] | None,
    ) -> None:
        """Learn the macros of another template, under the names they have here."""
        for name in self._library.named(self._template, node):
            tree = self._library.tree(name)
            for macro in tree.find_all(nodes.Macro) if tree else ():
                alias = macro.name if names is None else names.get(macro.name)
                if alias is not None:
                    self._macros[f"{prefix}{alias}"] = (name, macro)

    def _expression(self, node: nodes.Node) -> _Uses:
        """Count in an expression that is written, calls of macros included."""
        uses = _Uses()
        if self._wanted(node):
            uses = _Uses(1, (_Place(self._template, getattr(node, "lineno", 1)),))
        if isinstance(node, nodes.CondExpr):
            other = self._expression(node.expr2) if node.expr2 else _Uses()
            return self._expression(node.expr1) | other
        if isinstance(node, nodes.Call):
            uses += self._called(node)
        for child in node.iter_child_nodes():
            uses += self._expression(child)
        return uses

    def _called(self, node: nodes.Call) -> _Uses:
        name = ""
        if isinstance(node.node, nodes.Name):
            name = node.node.name
        elif isinstance(node.node, nodes.Getattr):
            owner = node.node.node
            name = f"{getattr(owner, 'name', '')}.{node.node.attr}"
        template, macro = self._macros.get(name, ("", None))
        if macro is None or name in self._open:
            return _Uses()
        before, self._template = self._template, template
        self._open.append(name)
        uses = self._all(macro.body)
        self._open.pop()
        self._template = before
        most = tuple(replace(place, in_macro=True) for place in uses.most)
        return _Uses(uses.least, most)
