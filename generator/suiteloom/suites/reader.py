"""From the source of a suite file to its classes and units. Pure."""

from __future__ import annotations

import ast
import inspect
import re
import tokenize
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress

from suiteloom.model import named_by_pending
from suiteloom.model.pending import pending_calls
from suiteloom.suites.marks import Mark, decorator_value, dotted_name, mark_of
from suiteloom.suites.source import Source, decode, tokens
from suiteloom.suites.units import (
    ClassBlock,
    DecoratorText,
    Docstring,
    Span,
    Stray,
    SuiteText,
    Unit,
)

__all__ = ["comments", "first_line", "may_hold_markers", "read_suite"]

_REV_LINE = re.compile(r"(?:^|\n)Spec: ([^\n]+) \(rev ?([0-9a-f]*)\)\s*\Z")
_MARKER_WORD = re.compile(r"\b(?:spec|orphan)\b")
_GAP = r"(?:\s|\\\r?\n)+"
_NAMES = {
    words: re.compile(_GAP.join([*words.split(), r"([^\s(\[:#\\]+)"]))
    for words in ("class", "def", "async def")
}
"""What a name stands behind."""
_COMMA = re.compile(r"\s*,")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def read_suite(data: bytes, path: str) -> SuiteText:
    """Read a suite file.

    Args:
        data: The file.
        path: Named by the finding.

    Returns:
        Its classes and units with the spans of their text.

    Raises:
        UnreadableError: If the file is not Python source.
    """
    source = decode(data, path)
    body = source.tree.body
    docstring, rev, spec_path = _docstring(source, body)
    classes = tuple(
        _class_block(source, node, _end_line(body, index - 1))
        for index, node in enumerate(body)
        if isinstance(node, ast.ClassDef) and _is_block(node)
    )
    known = {unit.node for block in classes for unit in block.units}
    strays = tuple(_strays(source, known)) if _has_more(source.text, len(known)) else ()
    return SuiteText(source, docstring, rev, spec_path, classes, strays)


def comments(text: str) -> list[str]:
    """The comments in whole lines of Python, in order, even if the lines are a part."""
    found: list[str] = []
    if "#" not in text:
        return found
    with suppress(tokenize.TokenError):  # the bracket, inside which no indent counts
        for kind, comment, _, _ in tokens(f"(\n{text}"):
            if kind == tokenize.COMMENT:
                found.append(comment)
    return found


def _is_block(node: ast.ClassDef) -> bool:
    """Whether a class holds a unit or carries a rev."""
    return any(
        isinstance(member, _Function) and _own_mark(member) for member in node.body
    ) or bool(_REV_LINE.search(ast.get_docstring(node) or ""))


def _own_mark(node: _Function) -> tuple[int, Mark] | None:
    """Index and mark of the decorator that makes a function a unit."""
    for index, decorator in enumerate(node.decorator_list):
        mark = mark_of(decorator)
        if mark is not None and mark.name in {"spec", "orphan"} and mark.id:
            return index, mark
    return None


def may_hold_markers(data: bytes) -> bool:
    """Whether a file holds a word that every marker holds, so that it must be read."""
    if data.isascii():
        return _MARKER_WORD.search(data.decode("ascii")) is not None
    return _words(data.decode("utf-8", "replace")) > 0


def _has_more(text: str, units: int) -> bool:
    """Whether a text holds more of these words than its units have to hold."""
    if text.isascii():  # no word is more often there than its letters are
        letters = text.count("spec") - text.count("specs") + text.count("orphan")
        if letters == units:
            return False
    return _words(text) != units


def _words(text: str) -> int:
    """How often a text holds such a word, as Python or as anything else."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return len(_MARKER_WORD.findall(text))


def _strays(source: Source, known: set[_Function]) -> Iterator[Stray]:
    """Markers that make no unit: outside a class, twice on a function, without an id.

    A ``pytestmark`` that holds one is a stray, too: it marks every test below it.
    """
    for node in ast.walk(source.tree):
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        if isinstance(node, ast.Assign) and _is_pytestmark(node):
            value = node.value
            decorators = [value]
            if isinstance(value, ast.List | ast.Tuple):
                decorators = value.elts
        found = [stray for item in decorators if (stray := _stray(item))]
        if node in known:
            found.remove(next(stray for stray in found if stray.is_marker and stray.id))
        yield from found


def _stray(node: ast.expr) -> Stray | None:
    """A marker, or any other call that may be one under another name."""
    mark = mark_of(node)
    if mark is not None and mark.name in {"spec", "orphan"}:
        return Stray(mark.id, node, is_marker=True)
    if mark is None and isinstance(node, ast.Call) and node.args:
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return Stray(first.value, node, is_marker=False)
    return None


def _is_pytestmark(node: ast.Assign) -> bool:
    return any(isinstance(n, ast.Name) and n.id == "pytestmark" for n in node.targets)


def _end_line(nodes: list[ast.stmt], index: int) -> int:
    """Last line of the statement at `index`, 0 if there is none."""
    return (nodes[index].end_lineno or 0) if index >= 0 else 0


def first_line(source: Source, node: ast.stmt) -> int:
    """The first line of a statement, its decorators included."""
    decorators = getattr(node, "decorator_list", ())
    line: int = min(node.lineno, decorators[0].lineno) if decorators else node.lineno
    while decorators and not source.line(line).lstrip(" \t\f").startswith("@"):
        line -= 1  # the first decorator stands in brackets, below its @
    return line


def _docstring(
    source: Source, body: list[ast.stmt]
) -> tuple[Docstring | None, str, str]:
    """The docstring of a body, its rev and the spec path it names."""
    first = body[0] if body else None
    if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
        return None, "", ""
    if not isinstance(first.value.value, str):
        return None, "", ""
    value = inspect.cleandoc(first.value.value)
    span = (source.start(first.value), source.end(first.value))
    text = source.text[slice(*span)]
    inside = tuple(comments(f"({text})")) if "#" in text else ()
    match = _REV_LINE.search(value) if "Spec: " in value else None
    if match is None:
        return Docstring(value, span, inside), "", ""
    line = f"Spec: {match[1]} (rev)"
    start = match.start() + value[match.start()].count("\n")
    return Docstring(value[:start] + line, span, inside), match[2], match[1]


def _class_block(source: Source, node: ast.ClassDef, floor: int) -> ClassBlock:
    docstring, rev, _ = _docstring(source, node.body)
    units = []
    has_more = False
    for index, member in enumerate(node.body):
        own = _own_mark(member) if isinstance(member, _Function) else None
        if own is not None and isinstance(member, _Function):
            floor_line = _end_line(node.body, index - 1) or _colon_line(node)
            units.append(_unit(source, member, own, floor_line))
        elif not (index == 0 and docstring is not None):
            has_more = True
    first = first_line(source, node)
    start = _leading(source, first, floor, node.col_offset)
    last = _trailing(source, node.end_lineno or 0, node.col_offset)
    name_span = _name_span(source, source.start(node), "class")
    base = node.bases[0] if node.bases else None
    base_span = (source.start(base), source.end(base)) if base else (name_span[1],) * 2
    member = node.body[0]
    return ClassBlock(
        node=node,
        span=(source.line_start(start), source.line_start(last + 1)),
        name_span=name_span,
        base=dotted_name(base) if base else "",
        base_span=(base_span[0], base_span[1]),
        docstring=docstring,
        rev=rev,
        units=tuple(units),
        has_more=has_more,
        indent=_indent(source, member.lineno, node.lineno),
    )


def _colon_line(node: ast.ClassDef) -> int:
    """A line of the class header: nothing above it belongs to the first member."""
    return max([node.lineno, *(base.end_lineno or 0 for base in node.bases)])


def _indent(source: Source, line: int, header: int) -> str:
    """White space before the first member; four spaces if it shares the header's line."""
    if line == header:
        return "    "
    text = source.line(line)
    return text[: len(text) - len(text.lstrip(" \t\f"))].rpartition("\f")[2]


def _leading(source: Source, first: int, floor: int, column: int) -> int:
    """First line of the comment block that touches line `first` from above."""
    line = first
    while line - 1 > floor:
        text = source.line(line - 1)
        body = text.lstrip(" \t\f")
        if not body.startswith("#") or len(text) - len(body) > column:
            break
        line -= 1
    return line


def _trailing(source: Source, last: int, column: int) -> int:
    """Last line of the deeper comments that follow line `last`."""
    end = line = last
    while line < source.line_count:
        line += 1
        text = source.line(line)
        body = text.lstrip(" \t\f")
        if body.startswith("#") and len(text) - len(body) > column:
            end = line
        elif body.strip():
            break
    return end


def _unit(
    source: Source,
    node: _Function,
    own: tuple[int, Mark],
    floor: int,
) -> Unit:
    position, mark = own
    decorators = tuple(_decorator(source, item) for item in node.decorator_list)
    start = _leading(source, first_line(source, node), floor, node.col_offset)
    last = _trailing(source, node.end_lineno or 0, node.col_offset)
    span = (source.line_start(start), source.line_start(last + 1))
    docstring, _, _ = _docstring(source, node.body)
    statements = node.body[1:] if docstring else node.body
    is_near = "pending" in source.text[span[0] : span[1]]
    calls = tuple(pending_calls(node)) if is_near else ()
    def_start = source.start(node)
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    return Unit(
        id=mark.id,
        is_orphan=mark.name == "orphan",
        rev=mark.rev,
        written=mark.written,
        reviewed=mark.reviewed,
        node=node,
        span=span,
        marker=_marker_span(source, mark),
        own=decorators[position],
        rev_span=_rev_span(source, mark),
        tie_spans=tuple(_tie_spans(source, mark)),
        tie_place=_tie_place(source, mark),
        above=decorators[:position],
        decorators=decorators[position + 1 :],
        def_span=(def_start, _name_span(source, def_start, word)[1]),
        docstring=docstring,
        body=_body(source, statements),
        is_pending=bool(calls),
        only_pending=bool(calls) and named_by_pending(statements) in {"", mark.id},
        pending_names=tuple(_pending_names(calls)),
        pending_revs=tuple(_pending_revs(calls, mark.id)),
        indent=source.text[source.line_start(node.lineno) : def_start].rpartition("\f")[
            2
        ],
    )


def _pending_names(calls: Iterable[ast.Call]) -> Iterator[str]:
    """The ids that pending calls name."""
    for call in calls:
        name = call.args[0] if call.args else None
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.value


def _pending_revs(calls: Iterable[ast.Call], identity: str) -> Iterator[str]:
    """The normative digests that pending calls of a test say."""
    for call in calls:
        if identity in {*_pending_names([call])}:
            values = (word.value for word in call.keywords if word.arg == "rev")
            for value in values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


def _decorator(source: Source, node: ast.expr) -> DecoratorText:
    """One decorator; in brackets it is a person's, because we write none around it."""
    start = source.start(node)
    before = source.text[source.line_start(node.lineno) : start]
    if before.lstrip(" \t\f") == "@":
        return DecoratorText(decorator_value(node), (start - 1, source.end(node)), node)
    line = node.lineno
    while not source.line(line).lstrip(" \t\f").startswith("@"):
        line -= 1
    at = source.text.index("@", source.line_start(line))
    plain = not source.text[at + 1 : source.start(node)].strip(" \t")
    value = decorator_value(node) if plain else None
    return DecoratorText(value, (at, source.end(node)), node)


def _name_span(source: Source, start: int, words: str) -> Span:
    """Span of the name that follows the keywords `words` at `start`."""
    match = _NAMES[words].match(source.text, start)
    return match.span(1) if match else (start, start)


def _marker_span(source: Source, mark: Mark) -> Span:
    end = source.end(mark.call.func)
    return end - len(mark.name), end


def _rev_span(source: Source, mark: Mark) -> Span:
    if mark.rev_node is not None:
        return source.start(mark.rev_node.value), source.end(mark.rev_node.value)
    end = source.end(mark.call.args[0])
    return end, end


def _tie_place(source: Source, mark: Mark) -> int:
    """Behind ``rev=``, or behind the id if there is no rev."""
    return source.end(mark.rev_node) if mark.rev_node else _rev_span(source, mark)[1]


def _tie_spans(source: Source, mark: Mark) -> Iterator[Span]:
    """Spans of ``written=`` and ``reviewed=``, each with the comma before it."""
    nodes = [node for node in (mark.written_node, mark.reviewed_node) if node]
    for node in sorted(nodes, key=source.start):
        start, end = source.start(node), source.end(node)
        comma = source.text.rindex(",", 0, start)
        if not source.text[comma + 1 : start].strip(" \t\f\r\n"):
            yield comma, end
            continue
        behind = _COMMA.match(source.text, end)  # a comment stands before it
        yield start, behind.end() if behind else end


def _body(source: Source, statements: list[ast.stmt]) -> Span | None:
    if not statements:
        return None
    return source.start(statements[0]), source.end(statements[-1])
