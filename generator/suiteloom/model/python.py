"""Reading Python that other people wrote. Pure."""

from __future__ import annotations

import ast
import warnings

__all__ = ["parse_python"]


def parse_python(source: str | bytes) -> ast.Module:
    """Return the syntax tree of a module; what Python warns of in it is not ours to say.

    Args:
        source: Its text, or its bytes with the encoding that they declare.

    Raises:
        SyntaxError: If it is not Python.
        ValueError: If it holds a NUL character.
        RecursionError: If it is nested too deeply to be read.
        MemoryError: If the parser says so instead.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)
