"""Pending calls and what ties bodies, in texts of tests where digests do not matter."""

from __future__ import annotations

import ast
import re

__all__ = ["PENDING_CALL", "found", "plain_calls", "replaced", "tied"]

PENDING_CALL = re.compile(r"self\.pending\([^()]*\)")
_UNTIED = re.compile(r'(rev="([0-9a-f]{6})\.[0-9a-f]{6}")\)')


def found(text: str, old: str) -> list[str]:
    """Every text in `text` that is `old`; ``self.pending()`` in it stands for any call."""
    return [match[0] for match in _pattern(old).finditer(text)]


def replaced(text: str, old: str, new: str, count: int = -1) -> str:
    """Replace `old` as `str.replace` does; ``self.pending()`` in it stands for any call.

    Bodies that are written so are tied, as the next ``generate`` would do it.
    """
    text = _pattern(old).sub(lambda _: new, text, max(count, 0))
    return tied(text) if "self.pending()" in old else text


def tied(text: str) -> str:
    """A suite in which each written body is tied to its requirement."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return text
    lines = text.split("\n")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = "\n".join(map(ast.unparse, node.body[1:]))
            for item in node.decorator_list if "self.pending(" not in body else ():
                index = item.lineno - 1
                lines[index] = _UNTIED.sub(r'\1, written="\2")', lines[index])
    return "\n".join(lines)


def plain_calls(text: str) -> str:
    """The text with ``self.pending()`` in the place of every pending call."""
    return PENDING_CALL.sub("self.pending()", text)


def _pattern(old: str) -> re.Pattern[str]:
    pieces = (re.escape(piece) for piece in old.split("self.pending()"))
    return re.compile(PENDING_CALL.pattern.join(pieces))
