"""Black, for what the templates of a user's own pack write. Pure.

What suiteloom itself writes is stable under black by construction; the built-in pack
needs none of this, and black is not imported for it.
"""

from __future__ import annotations

import ast
import textwrap
from functools import lru_cache

from suiteloom.render.literals import LINE_LENGTH

__all__ = ["MisplacedError", "format_body", "format_head", "format_source"]

_KEPT = 4096
_CLASS = "class _:\n"
_TEST = '    async def _(self):\n        """D."""\n'
_REST = "        pass\n"
_BEFORE = "something stands before the docstring of the test"
_MORE = "the template writes more than one test"
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


class MisplacedError(Exception):
    """Something stands where it can not; `text` is the line of it."""

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


@lru_cache(maxsize=_KEPT)
def format_source(source: str) -> str:
    """Format source that stands at the left margin; the same source only once.

    Args:
        source: Python, ending in a newline.

    Returns:
        The source as black writes it.

    Raises:
        SyntaxError: If it is no Python.
    """
    ast.parse(source)  # says where, and in fewer words than black
    import black
    from black.parsing import InvalidInput

    try:
        return black.format_str(source, mode=black.Mode(line_length=LINE_LENGTH))
    except InvalidInput as error:
        raise SyntaxError(str(error)) from error


def format_head(head: str) -> str:
    """Format a unit up to the end of its docstring, as it stands in its class.

    Args:
        head: Decorators, signature and docstring, unindented, ending in a newline.

    Returns:
        The same formatted; suiteloom's own docstring is as black writes it already.

    Raises:
        SyntaxError: If it is no Python.
        MisplacedError: If it is more than one function, or not one from the start.
    """
    inside = textwrap.indent(head, "    ", lambda line: bool(line.strip("\n")))
    source = format_source(f"{_CLASS}{inside}{_REST}")
    test = _only_test(source)
    first = test.body[0]
    if not _is_text(first):
        raise MisplacedError(_BEFORE, ast.unparse(first).split("\n")[0])
    plain = source.removeprefix(_CLASS).removesuffix(_REST).rstrip("\n")
    return _outdented(plain, 4) + "\n"


def _only_test(source: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The one function of a class that holds nothing else."""
    members: list[ast.stmt] = []
    for owner in ast.parse(source).body:
        members += owner.body if isinstance(owner, ast.ClassDef) else [owner]
    test = members[0]
    others = [item for item in members if item is not test]
    if isinstance(test, _FUNCTION) and not others:
        return test
    text = ast.unparse(others[0] if isinstance(test, _FUNCTION) else test)
    raise MisplacedError(_MORE, text.split("\n")[0])


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def format_body(body: str) -> str:
    """Format what stands below the docstring of a unit.

    Args:
        body: Statements and comments, indented by four columns.

    Returns:
        The same formatted, without blank lines at its end.

    Raises:
        SyntaxError: If it is no Python.
        MisplacedError: If it is more than one function, or not one from the start.
    """
    inside = textwrap.indent(body, "    ", lambda line: bool(line.strip("\n")))
    source = format_source(f"{_CLASS}{_TEST}{inside.rstrip()}\n")
    _only_test(source)
    rest = source.removeprefix(_CLASS).removeprefix(_TEST)
    return _outdented(rest, 4)


def _outdented(source: str, columns: int) -> str:
    """Take columns off every line that has them."""
    margin = " " * columns
    return "\n".join(line.removeprefix(margin) for line in source.split("\n"))
