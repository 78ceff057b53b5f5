"""What a person writes into a suite, found and placed with nothing of suiteloom's."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

__all__ = [
    "Found",
    "body_lines",
    "find_units",
    "lines_of",
    "markers_of",
    "spliced",
    "token_lines",
    "unit_text",
    "with_line",
]

_MARKER = re.compile(r"pytest\.mark\.(spec|orphan)\('([^']+)'")
_TOKEN = re.compile(r"tok_[a-z]+_\w+?_\d+_end")


@dataclass(frozen=True)
class Found:
    """A unit as the syntax tree shows it; lines count from 0, `last` is included."""

    id: str
    is_orphan: bool
    owner: str
    node: ast.AST
    first: int
    last: int
    top: int
    bottom: int

    @property
    def docstring(self):
        first = self.node.body[0]
        is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        return first if is_text and isinstance(first.value.value, str) else None

    @property
    def statements(self):
        return self.node.body[1:] if self.docstring else self.node.body

    @property
    def body_first(self):
        """The line that the body begins in, that of a decorator if there is one."""
        start = self.statements[0]
        decorators = getattr(start, "decorator_list", ())
        return min([start.lineno, *(item.lineno for item in decorators)]) - 1


def find_units(text):
    """Every marked function of a file, in order."""
    lines = re.split(r"\r\n|\n", text)
    found = []
    for owner in ast.parse(text.lstrip("\ufeff")).body:
        if isinstance(owner, ast.ClassDef):
            for node in owner.body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    found += _unit(lines, owner, node)
    return found


def markers_of(node):
    """What the markers of a function say: each its kind and its id."""
    found = (_MARKER.match(ast.unparse(item)) for item in node.decorator_list)
    return [match for match in found if match]


def _unit(lines, owner, node):
    for match in markers_of(node)[:1]:
        first = min(part.lineno for part in node.decorator_list) - 1
        last = node.end_lineno - 1
        top, bottom = first, last
        while re.match(r" {0,4}#", lines[top - 1]):
            top -= 1
        for index in range(last + 1, len(lines)):
            if re.match(r" {5,}#", lines[index]):
                bottom = index
            elif lines[index].strip():
                break
        orphan = match[1] == "orphan"
        yield Found(match[2], orphan, owner.name, node, first, last, top, bottom)


def body_lines(text, unit):
    """The lines of a unit's body without their ends; a body in one line has none."""
    if not unit.statements:
        return []
    return re.split(r"\r\n|\n", text)[unit.body_first : unit.last + 1]


def unit_text(text, identity):
    """The lines of a unit with the comments around it; nothing if it is not there."""
    for unit in find_units(text):
        if unit.id == identity:
            return re.split(r"\r\n|\n", text)[unit.top : unit.bottom + 1]
    return None


def lines_of(text):
    """The lines of a text with their line ends."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def spliced(text, first, last, added):
    """Replace the lines from `first` up to `last` by others, with the file's line end."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = lines_of(text)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += newline
    lines[first:last] = [f"{line}{newline}" for line in added]
    return "".join(lines)


def with_line(text, index, change):
    """Change one line, given without its line end."""
    lines = lines_of(text)
    line = lines[index].rstrip("\r\n")
    lines[index] = change(line) + lines[index][len(line) :]
    return "".join(lines)


def token_lines(text):
    """Every token in a text with the line, from 0, that it stands in."""
    return [
        (match[0], number)
        for number, line in enumerate(re.split(r"\r\n|\n", text))
        for match in _TOKEN.finditer(line)
    ]
