"""What a marker says: the source of a number, and how the two are to stand. Pure.

    SOURCE [COMPARISON]
    SOURCE      TERM | TERM of TERM | TERM over TERM
    TERM        [VERB:]PATH or a number
    COMPARISON  = | >= | <= | > | < | ~N | ~N%

``a of b`` is a share in percent, ``a over b`` what `a` is above `b`, in percent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from suiteloom.claims.numbers import Relation
from suiteloom.model.identifiers import short

__all__ = ["DEFAULT_VERB", "NAME", "Asked", "MarkerError", "Term", "read_marker"]

NAME = "suiteloom:"
DEFAULT_VERB = "status"

_MOST = 500
"""Characters of a marker."""

_TOKEN = re.compile(r'(?:[^\s"]|"[^"]*")+')
_VERB = re.compile(r"([a-z][a-z-]*):(.*)", re.DOTALL)
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,6})?")
_TOLERANCE = re.compile(r"~(\d{1,9}(?:\.\d{1,6})?)(%?)")
_HINT = "as in `suiteloom: totals.passed` or `suiteloom: run:coverage_percent >=`"


class MarkerError(ValueError):
    """A marker that can not be read."""

    def __init__(self, message: str, hint: str = _HINT) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Term:
    """One value that a marker asks for: a number, or what a verb says at a path."""

    verb: str
    path: str
    number: Decimal | None = None

    def __str__(self) -> str:
        """As a marker has it."""
        if self.number is not None:
            return f"{self.number}"
        return self.path if self.verb == DEFAULT_VERB else f"{self.verb}:{self.path}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a marker says.

    Attributes:
        first: The value, or the upper one of two.
        joined: How the second one stands to it; empty if there is none.
        second: The lower one of two.
        relation: How the number is to stand to the value; None if the number says so.
    """

    first: Term
    joined: Literal["", "of", "over"] = ""
    second: Term | None = None
    relation: Relation | None = None

    def __str__(self) -> str:
        """Its source, as a marker has it."""
        if self.second is None:
            return str(self.first)
        return f"{self.first} {self.joined} {self.second}"


def read_marker(text: str) -> Asked:
    """Read what stands behind `NAME` in a marker.

    Raises:
        MarkerError: If it can not be read.
    """
    if len(text) > _MOST:
        raise MarkerError(
            f"the marker has {len(text):,} characters; {_MOST} is the limit"
        )
    tokens = _TOKEN.findall(text)
    if text.count('"') % 2:
        raise MarkerError("a quotation mark of the marker has no other one")
    relation = _relation(tokens[-1]) if tokens else None
    if relation is not None:
        tokens = tokens[:-1]
    if not tokens:
        raise MarkerError("the marker names no source")
    first = _term(tokens[0])
    if len(tokens) == 1 and first.number is None:
        return Asked(first, relation=relation)
    if len(tokens) == 3 and tokens[1] in {"of", "over"}:
        joined: Literal["of", "over"] = "of" if tokens[1] == "of" else "over"
        return Asked(first, joined, _term(tokens[2]), relation)
    raise MarkerError(f"the marker can not be read: {short(text)}")


def _term(token: str) -> Term:
    if _NUMBER.fullmatch(token):
        return Term("", "", Decimal(token))
    match = _VERB.fullmatch(token)
    return Term(match[1], match[2]) if match else Term(DEFAULT_VERB, token)


def _relation(token: str) -> Relation | None:
    if match := _TOLERANCE.fullmatch(token):
        return Relation("~", Decimal(match[1]), bool(match[2]))
    signs = {"=": "=", ">=": ">=", "<=": "<=", ">": ">", "<": "<"}
    return Relation(signs[token]) if token in signs else None  # type: ignore[arg-type]
