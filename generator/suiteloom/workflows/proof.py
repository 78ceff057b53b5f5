"""The last look before a file is written: is everything that a person wrote still there?"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from suiteloom.model import Finding, RenderedSuite
from suiteloom.suites import (
    Origin,
    SuiteText,
    Surroundings,
    UnreadableError,
    read_suite,
    untouched,
)

__all__ = ["prove"]

_NAMED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def prove(
    disk: SuiteText,
    rendered: RenderedSuite | None,
    around: Surroundings,
    text: str | None,
) -> Iterator[Finding]:
    """Check a merged suite against what it was made from.

    The merged text must compile, hold each specified test once, where no other one
    hides it, and each orphan, and hold every body that a person wrote byte for byte.

    Args:
        disk: The suite as it was.
        rendered: The suite as rendered; None if its spec is gone.
        around: Which units come from elsewhere.
        text: The merged text; None if the file is to be removed.

    Yields:
        A finding for everything that does not hold: the merge is wrong, and nothing
        may be written.
    """
    path = disk.source.path
    if text is None or text == disk.source.text:
        return
    try:
        after = read_suite(disk.source.encode(text), path)
    except UnreadableError as error:
        yield _broken(path, error.finding.message, error.finding.line)
        return
    except UnicodeEncodeError:
        return  # reported by whoever encodes it to write it
    yield from _not_importable(after)
    yield from _hidden(after)
    counts: dict[str, int] = {}
    for unit in after.units:
        counts[unit.id] = counts.get(unit.id, 0) + 1
    wanted = (
        {u.text.id for g in rendered.groups for u in g.units} if rendered else set()
    )
    for identity in sorted(wanted | counts.keys()):
        if counts.get(identity, 0) != 1:
            yield _broken(
                path, f"{identity} would stand {counts.get(identity, 0)} times"
            )
    bodies = {
        unit.id: _body(Origin(after.source, unit, after.classes[0]))
        for unit in after.units
    }
    for origin in _origins(disk, around):
        unit = origin.unit
        leaves = unit.id in around.specified and unit.id not in wanted
        kept = bodies.get(unit.id)
        pruned = unit.id in around.pruned
        if leaves or pruned or untouched(origin.source, unit):
            continue
        if kept != _body(origin):
            yield _broken(path, f"the body of {unit.id} would change", unit.line)


def _not_importable(after: SuiteText) -> Iterator[Finding]:
    """What parses and is still no Python, such as ``await`` outside ``async def``."""
    path = after.source.path
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(after.source.tree, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        message = f"the suite would not be valid Python: {error.msg}"
        hint = "change the body, or the spec back (`async` must fit the body)"
        line, column = error.lineno or 0, error.offset or 0
        yield Finding("DR201", "error", message, path, line, column, hint)


def _hidden(after: SuiteText) -> Iterator[Finding]:
    """Specified tests, and their classes, that a later one of the same name replaces."""
    last: dict[str, ast.stmt] = {}
    for node in after.source.tree.body:
        if isinstance(node, _NAMED):
            last[node.name] = node
    for block in after.classes:
        inside: dict[str, ast.stmt] = {}
        for member in block.node.body:
            if isinstance(member, _NAMED):
                inside[member.name] = member
        specified = [unit for unit in block.units if not unit.is_orphan]
        hidden: list[tuple[str, ast.stmt, ast.stmt]] = [
            (unit.id, unit.node, inside[unit.node.name]) for unit in specified
        ]
        if specified:
            name = block.node.name
            hidden.append((f"class {name}", block.node, last[name]))
        for what, node, other in hidden:
            if node is not other:
                message = (
                    f"{what} would be replaced by line {other.lineno}, of its name"
                )
                hint = "rename the other one, or this one in the spec"
                path = after.source.path
                yield Finding("DR214", "error", message, path, node.lineno, 0, hint)


def _origins(disk: SuiteText, around: Surroundings) -> Iterator[Origin]:
    for block in disk.classes:
        for unit in block.units:
            if unit.id not in around.incoming:
                yield Origin(disk.source, unit, block)
    yield from around.incoming.values()


def _body(origin: Origin) -> str:
    """The text from a unit's first statement to its end."""
    if origin.unit.body is None:
        return ""
    return origin.source.text[origin.unit.body[0] : origin.unit.span[1]].rstrip("\r\n")


def _broken(path: str, message: str, line: int = 0) -> Finding:
    hint = "nothing was written; please report this with the suite and its spec"
    return Finding(
        "DR209", "error", f"internal check failed: {message}", path, line, 0, hint
    )
