"""Short digests of values: the proof, kept in the suite, of whose text is whose.

A digest is taken from parsed values in canonical JSON, never from source text, so that a
formatter, another Python version or another machine does not change it.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from suiteloom.model.spec import Test

__all__ = ["DIGITS", "body_digest", "digest", "normative_digest", "unit_rev"]

DIGITS = 6
"""Length of a digest in hexadecimal digits."""


def digest(value: Any) -> str:
    """Digest a JSON value.

    Args:
        value: Any tree of dicts, lists, tuples, strings, numbers, booleans and None.

    Returns:
        `DIGITS` lower-case hexadecimal digits.
    """
    text = json.dumps(value, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def normative_digest(test: Test) -> str:
    """Digest what a test must do: summary, kinds, given, when, then, covers, cases.

    A summary that was made from the name is none: a new name asks for nothing else.
    """
    cases = [[case.id, case.kind, case.values] for case in test.cases]
    summary = "" if test.is_named else test.summary
    parts = [summary, test.kinds, test.given, test.when, test.then, test.covers]
    return digest([*parts, cases])


def unit_rev(normative: str, text: str, body: str) -> str:
    """Write the three digests of a unit as ``N.T``, or ``N.T.B`` with a rendered body."""
    return f"{normative}.{text}.{body}" if body else f"{normative}.{text}"


def body_digest(source: str) -> str:
    """Digest a body: its syntax and its comments, whatever its layout.

    Args:
        source: Statements, indented or not.

    Returns:
        A digest.

    Raises:
        SyntaxError: If `source` is not a block of statements.
    """
    import ast
    import io
    import tokenize

    wrapped = source[:1] in {" ", "\t"}
    block = f"if 1:\n{source}" if wrapped else source
    tree = ast.parse(block).body
    if wrapped and isinstance(tree[0], ast.If):
        tree = tree[0].body
    tokens = tokenize.generate_tokens(io.StringIO(block).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return digest([_canonical(tree), comments])


def _canonical(node: object) -> object:
    """A tree of lists that depends on the syntax only, not on the Python version."""
    from ast import AST, iter_fields

    if isinstance(node, AST):
        skipped = {"ctx", "kind", "type_comment", "type_ignores", "type_params"}
        fields = [
            [name, _canonical(value)]
            for name, value in iter_fields(node)
            if name not in skipped
        ]
        return [type(node).__name__, fields]
    if isinstance(node, list):
        return [_canonical(item) for item in node]
    return node if node is None or isinstance(node, str | bool) else repr(node)
