"""Bodies of functions that people wrote: those of the tests of Python itself."""

from __future__ import annotations

import ast
import functools
import re
import sysconfig
import warnings
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Body", "fits", "odd_bodies", "real_bodies"]

_TESTS = (
    "test_asyncgen",
    "test_decorators",
    "test_dict",
    "test_exceptions",
    "test_fstring",
    "test_generators",
    "test_grammar",
    "test_string_literals",
    "test_textwrap",
    "test_tokenize",
    "test_unicode",
    "test_unicode_identifiers",
    "test_unparse",
)
_ALWAYS_THERE = (
    "argparse.py",
    "asyncio/base_events.py",
    "dataclasses.py",
    "textwrap.py",
)
_MOST_LINES = 40
_INDENT = 8
_UNUSUAL = re.compile(r"^(<{7}|\|{7}|={7}|>{7})|[\r\x00]|tok_", re.MULTILINE)

_ODD = re.compile(
    r"\A +@|[ \t]$|\n\n\n|\n {0,7}\S|\t|\f|\\$|[^\x00-\x7f]", re.MULTILINE
)


@dataclass(frozen=True)
class Body:
    """A body at the depth of a test's.

    Attributes:
        lines: Its lines without line ends.
        starts: Indexes of the lines that its own statements start in.
    """

    lines: list
    starts: list


@functools.cache
def real_bodies():
    """Every usable body, in the order of the files; never empty."""
    folder = Path(sysconfig.get_path("stdlib"))
    paths = [folder / "test" / f"{name}.py" for name in _TESTS]
    paths = [path for path in paths if path.is_file()]
    paths = paths or [folder / name for name in _ALWAYS_THERE]  # some leave tests out
    found = [body for path in paths for body in _bodies(path.read_bytes().decode())]
    assert len(found) > 100
    return found


@functools.cache
def odd_bodies():
    """Those in which blanks, characters or the first line are not the usual ones."""
    return [body for body in real_bodies() if _ODD.search("\n".join(body.lines))]


def fits(lines, *, is_async):
    """Whether lines are a body of a method that is a coroutine, or is none."""
    head = "async def" if is_async else "def"
    source = "\n".join(["class X:", f"    {head} x(self):", "        '''X.'''", *lines])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, "x.py", "exec", dont_inherit=True)
        except SyntaxError:
            return False
    return True


def _bodies(text):
    lines = text.split("\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = _body(lines, node)
            text = "\n".join(body.lines) if body else "\r"
            usable = not _UNUSUAL.search(text)
            if usable and any(
                fits(body.lines, is_async=kind) for kind in (False, True)
            ):
                yield body


def _body(lines, node):
    """The body of one function without its docstring; nothing if it is too long."""
    statements = node.body[1:] if ast.get_docstring(node) else node.body
    firsts = [
        min([item.lineno, *(d.lineno for d in getattr(item, "decorator_list", ()))])
        for item in statements
    ]
    if not firsts or node.end_lineno - firsts[0] >= _MOST_LINES:
        return None
    if lines[firsts[0] - 1][: node.body[0].col_offset].strip():  # `def f(): pass`
        return None
    shifted = _shifted(lines, statements, firsts[0], node.end_lineno)
    return Body(shifted, [first - firsts[0] for first in sorted(set(firsts))])


def _shifted(lines, statements, first, last):
    """The lines of statements at the depth of a test's body, those in texts as they are."""
    inside = {
        number
        for statement in statements
        for item in ast.walk(statement)
        if isinstance(item, ast.Constant | ast.JoinedStr)
        for number in range(item.lineno + 1, item.end_lineno + 1)
    }
    depth = statements[0].col_offset
    shifted = []
    for number in range(first, last + 1):
        line = lines[number - 1]
        if number in inside or not line.strip():
            shifted.append(line)
        else:
            blank = len(line) - len(line.lstrip(" "))
            shifted.append(" " * (_INDENT - depth + blank) + line.lstrip(" "))
    return shifted
