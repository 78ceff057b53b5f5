"""The lines around units and classes, merged: imports, helpers, constants. Pure.

Before lines are compared, each import is made one line, and so is each function, class
and constant that the base does not have. Two additions in one place are then two lists of
such lines, and need no person to be put together.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from suiteloom.model.python import parse_python
from suiteloom.suites.threeway.text import (
    Conflict,
    LineMerge,
    Piece,
    merge_text,
    split_lines,
)

__all__ = ["FOLDS", "merge_gap"]

FOLDS = ("\x01", "\x02")
"""Characters that must not be in the texts: they mark what was made one line."""

_NEW, _BREAK = FOLDS
_WIDTH = 88
_Import = ast.Import | ast.ImportFrom


def merge_gap(base: str, ours: str, theirs: str, lines: LineMerge) -> list[Piece]:
    """Merge the whole lines of one gap.

    Args:
        base: As it was.
        ours: As one side has it.
        theirs: As the other has it.
        lines: Merges what has to be merged line by line.

    Returns:
        The merged lines; a conflict holds what can not be put together.
    """
    if base in {ours, theirs} or ours == theirs:
        return merge_text(base, ours, theirs, lines)
    pieces: list[Piece] = []
    for piece in lines(*(_folded(text, base) for text in (base, ours, theirs))):
        if isinstance(piece, str):
            pieces.append(_unfolded(piece))
        else:
            pieces.append(_settled(piece))
    return pieces


def _statements(text: str) -> list[tuple[ast.stmt, int, int]]:
    """The statements of whole lines, each with its first line, from 0, and its end."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    head = "class _:\n" if first[:1].isspace() else ""
    try:
        body: list[ast.stmt] = parse_python(f"{head}{text}").body
    except (SyntaxError, ValueError):
        return []
    if head and isinstance(body[0], ast.ClassDef):
        body = body[0].body if len(body) == 1 else []
    shift = 2 if head else 1
    found = []
    for node in body:
        nodes = [node, *getattr(node, "decorator_list", ())]
        start = min(item.lineno for item in nodes) - shift
        found.append((node, start, (node.end_lineno or 0) - shift + 1))
    return found


def _names(node: ast.stmt) -> frozenset[str]:
    """What a definition or a constant binds; nothing for any other statement."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return frozenset({node.name})
    targets: Sequence[ast.expr] = ()
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    names = [item.id for item in targets if isinstance(item, ast.Name)]
    return frozenset(names if len(names) == len(targets) else ())


def _folded(text: str, base: str) -> str:
    """The text with imports and new definitions as one line each."""
    known = frozenset[str]().union(*(_names(item[0]) for item in _statements(base)))
    old_lines = set(split_lines(base))
    lines = split_lines(text)
    folded: list[str] = []
    position = 0
    for node, start, end in _statements(text):
        names = _names(node)
        is_new = bool(names) and not names & known
        if start < position or not (is_new or isinstance(node, _Import)):
            continue
        top = _top(lines, start, position, old_lines) if is_new else start
        folded += lines[position:top]
        block = "".join(lines[top:end]).removesuffix("\n").replace("\n", _BREAK)
        folded.append(f"{_NEW if is_new else ''}{block}\n")
        position = end
    return "".join([*folded, *lines[position:]])


def _top(lines: list[str], start: int, floor: int, old_lines: set[str]) -> int:
    """Where a new definition begins: with its comments and the blank lines above."""
    while (
        start > floor
        and lines[start - 1].lstrip().startswith("#")
        and lines[start - 1] not in old_lines
    ):
        start -= 1
    while start > floor and not lines[start - 1].strip():
        start -= 1
    return start


def _unfolded(text: str) -> str:
    return text.replace(_NEW, "").replace(_BREAK, "\n")


def _settled(hunk: Conflict) -> Piece:
    """Put two changes of one place together if their meaning allows it."""
    ours, theirs = _Additions(hunk.ours), _Additions(hunk.theirs)
    rest = _settled_rest(hunk.base, ours.rest, theirs.rest)
    both = {*ours.names} & {*theirs.names}
    if rest is None or _NEW in rest or both - _same(ours.all, theirs.all):
        texts = (hunk.ours, hunk.base, hunk.theirs)
        return Conflict(*(_unfolded(text) for text in texts))
    text = "".join(
        [*_union(ours.above, theirs.above), rest, *_union(ours.below, theirs.below)]
    )
    return _unfolded(text)


class _Additions:
    """One side of a hunk: new definitions at its edges, and the rest."""

    def __init__(self, text: str) -> None:
        lines = split_lines(text)
        self.above = [*takewhile(_is_new, lines)]
        lines = lines[len(self.above) :]
        self.below = [*takewhile(_is_new, reversed(lines))][::-1]
        lines = lines[: len(lines) - len(self.below)]
        if not lines:
            self.above, self.below = [], [*self.above, *self.below]
        self.rest = "".join(lines)

    @property
    def all(self) -> list[str]:
        return [*self.above, *self.below]

    @property
    def names(self) -> Iterator[str]:
        for line in self.all:
            yield from _bound(line)


def _is_new(line: str) -> bool:
    return line.startswith(_NEW)


def _bound(line: str) -> frozenset[str]:
    nodes = _statements(_unfolded(line))
    return frozenset[str]().union(*(_names(node) for node, _, _ in nodes))


def _same(ours: list[str], theirs: list[str]) -> set[str]:
    """Names that both sides bind by the same text."""
    return {name for line in ours if line in theirs for name in _bound(line)}


def _union(ours: list[str], theirs: list[str]) -> list[str]:
    return [*ours, *(line for line in theirs if line not in ours)]


def _settled_rest(base: str, ours: str, theirs: str) -> str | None:
    """Merge what is no addition: taken from one side, or imports; None if neither."""
    if base in {ours, theirs} or ours == theirs:
        return theirs if base == ours else ours
    sides = [_imports(text) for text in (base, ours, theirs)]
    if any(side is None for side in sides):
        return None
    old, mine, other = (side or {} for side in sides)
    gone = {line for line in old if line not in mine or line not in other}
    merged = [line for line in mine if line not in gone]
    merged += [line for line in other if line not in gone and line not in mine]
    joined = _joined(merged, mine, other, old)
    blank = "".join(takewhile(lambda line: not line.strip(), split_lines(ours)))
    return blank + "".join(sorted(joined, key=lambda line: "__future__" not in line))


def _imports(text: str) -> dict[str, _Import] | None:
    """Each line with its import, blank lines left out; None if there are others."""
    found: dict[str, _Import] = {}
    for line in split_lines(text):
        nodes = _statements(_unfolded(line))
        if not line.strip():
            continue
        if len(nodes) != 1 or not isinstance(nodes[0][0], _Import):
            return None
        found[line] = nodes[0][0]
    return found


def _joined(
    merged: Iterable[str],
    mine: dict[str, _Import],
    other: dict[str, _Import],
    old: dict[str, _Import],
) -> list[str]:
    """Put two plain ``from`` imports of one module, one of each side, on one line."""
    result: list[str] = []
    places: dict[str, int] = {}
    for line in merged:
        node = mine.get(line) or other[line]
        module = _module(node, line)
        if not module or module not in places or line in mine:
            places.setdefault(module, len(result))
            result.append(line)
            continue
        names = [_aliases(side, module) for side in (mine, other, old)]
        gone = set(names[2]) - (set(names[0]) & set(names[1]))
        wanted = [name for name in _union(names[0], names[1]) if name not in gone]
        if names[0] == sorted(names[0]):
            wanted.sort()
        indent = line[: len(line) - len(line.lstrip())]
        text = _from_import(module, wanted, indent) if wanted else ""
        result[places[module]] = text
    return result


def _module(node: _Import, line: str) -> str:
    """Module of a ``from`` import that may be written anew, or an empty string."""
    if not isinstance(node, ast.ImportFrom) or "#" in line or node.names[0].name == "*":
        return ""
    return "." * node.level + (node.module or "")


def _aliases(side: dict[str, _Import], module: str) -> list[str]:
    return [
        ast.unparse(alias)
        for line, node in side.items()
        if _module(node, line) == module
        for alias in node.names
    ]


def _from_import(module: str, names: list[str], indent: str) -> str:
    line = f"{indent}from {module} import {', '.join(names)}\n"
    if len(line) <= _WIDTH + 1:
        return line
    inner = "".join(f"{indent}    {name},{_BREAK}" for name in names)
    return f"{indent}from {module} import ({_BREAK}{inner}{indent})\n"
