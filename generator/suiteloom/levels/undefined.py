"""Names and members that a suite uses and nothing defines. Pure."""

from __future__ import annotations

import ast
import builtins
import io
import symtable
import tokenize
from collections.abc import Iterable, Iterator, Mapping

from suiteloom.levels.members import MissingMember, check_members, defining_classes
from suiteloom.model import Finding, Place
from suiteloom.model.python import parse_python

__all__ = ["check_undefined"]

_MODULE = frozenset(
    {"__file__", "__name__", "__doc__", "__package__", "__spec__", "__loader__"}
    | {"__path__", "__builtins__", "__annotations__", "__debug__", "__class__"}
)


def check_undefined(
    path: str, files: Mapping[str, bytes], around: Iterable[bytes] = ()
) -> Iterator[Finding]:
    """Report every name that would be a NameError, and members that no class has.

    Args:
        path: The suite file; it can be read.
        files: The Python files of its folder by path, it included.
        around: The conftest files whose fixtures it can use.

    Yields:
        One finding a name or member, at its first use. A file with a star import is
        not judged: what that brings is not known here.
    """
    data = files[path]
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = data.decode(encoding).removeprefix("\ufeff")
    tree = parse_python(data)
    nodes = list(ast.walk(tree))
    if any(isinstance(n, ast.alias) and n.name == "*" for n in nodes):
        return
    names = set(_undefined(symtable.symtable(text, path, "exec")))
    first: dict[str, ast.Name] = {}
    for node in nodes if names else ():
        if isinstance(node, ast.Name) and node.id in names:
            known = first.setdefault(node.id, node)
            if (node.lineno, node.col_offset) < (known.lineno, known.col_offset):
                first[node.id] = node
    for name, node in sorted(first.items(), key=lambda item: item[1].lineno):
        message = f"{name} is used here and defined nowhere"
        hint = "import it, or bring it from where its test stood before"
        yield Finding("ST315", "error", message, path, node.lineno, 0, hint)
    for lacking in check_members(path, tree, files, around):
        yield _lacking(path, lacking, files)


def _lacking(path: str, lacking: MissingMember, files: Mapping[str, bytes]) -> Finding:
    """A member that no class gives, and where one of its name is written."""
    name, line = lacking.name, lacking.line
    message = f"self.{name} is used here, and nothing gives {lacking.class_name} {name}"
    hint, place = "write it into the class", None
    for other, data in files.items():
        for owner, at in defining_classes(data, name):
            place = Place(other, at)
            hint = f"copy it from {owner} at {other}:{at}, or write it into the class"
            break
        if place:
            break
    return Finding("ST315", "error", message, path, line, 0, hint, related=place)


def _undefined(top: symtable.SymbolTable) -> Iterator[str]:
    """Names that some scope looks for in the module, and the module does not bind."""
    tables = [top]
    for table in tables:
        tables += table.get_children()
    bound = set(dir(builtins)) | _MODULE
    bound |= {child.get_name() for child in top.get_children()}
    symbols = [(table, symbol) for table in tables for symbol in _symbols(table)]
    for table, symbol in symbols:
        is_here = table is top or symbol.is_declared_global()
        if is_here and (symbol.is_assigned() or symbol.is_imported()):
            bound.add(symbol.get_name())
    for table, symbol in symbols:
        looked_up = symbol.is_referenced() and (table is top or symbol.is_global())
        if looked_up and symbol.get_name() not in bound:
            yield symbol.get_name()


def _symbols(table: symtable.SymbolTable) -> Iterator[symtable.Symbol]:
    """The names of a scope, those of the module's and a class's own scopes left out.

    Looking up a name goes over every inner scope, and a suite has as many of them there
    as it has tests. Whatever has a scope there is bound there.
    """
    inner: set[str] = set()
    if table.get_type() != "function":
        inner = {child.get_name() for child in table.get_children()}
    return (table.lookup(n) for n in table.get_identifiers() if n not in inner)
