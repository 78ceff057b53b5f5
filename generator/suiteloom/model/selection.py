"""The language in which people select tests: terms, ``and``, ``or``, ``not``, brackets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

__all__ = [
    "KEYS",
    "STATES",
    "Selection",
    "SelectionError",
    "Subject",
    "parse_selection",
]

KEYS = ("domain", "group", "id", "kind", "segment", "goal", "covers", "state")
STATES = (
    "suspect",
    "pending",
    "orphan",
    "quarantined",
    "new",
    "respecified",
    "recased",
    "body",
    "moved",
    "unchanged",
)
"""The last six are those of a test against another revision."""

_TOKEN = re.compile(r'\s*(?:([()])|([a-z]+):(?:"([^"]*)"|([^\s()"]+))|([^\s()]+))')

_Matcher = Callable[["Subject"], bool]


class SelectionError(ValueError):
    """Not a selection; the message says why."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What of one test can be asked for, each key with the values that it has there."""

    values: dict[str, tuple[str, ...]]

    def has(self, key: str, pattern: str) -> bool:
        """Whether a value fits, upper and lower case being one; ``*`` fits anything."""
        wanted = pattern.casefold()
        return any(
            fnmatchcase(value.casefold(), wanted) for value in self.values.get(key, ())
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection that was read.

    Attributes:
        matches: Whether it selects a test.
        terms: Each key and value that it names, in order.
    """

    matches: _Matcher
    terms: tuple[tuple[str, str], ...]


def parse_selection(text: str) -> Selection:
    """Read a selection.

    Args:
        text: ``KEY:VALUE`` or ``KEY:"VALUE"``, put together by ``and``, ``or``, ``not`` and
            brackets; ``not`` binds closest, then ``and``.

    Raises:
        SelectionError: If it can not be read.
    """
    parser = _Parser(text)
    matches = parser.alternatives()
    if parser.next() is not None:
        raise SelectionError(f"{parser.said()} stands where `and` or `or` is expected")
    return Selection(matches, tuple(parser.terms))


class _Parser:
    """Reads from left to right, one token ahead."""

    def __init__(self, text: str) -> None:
        self.terms: list[tuple[str, str]] = []
        self._tokens = list(_tokens(text))
        self._at = 0

    def next(self) -> str | tuple[str, str] | None:
        """The next token: a word, a bracket, a term; None at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def said(self) -> str:
        """The next token in words."""
        token = self.next()
        if token is None:
            return "the end"
        return repr(token if isinstance(token, str) else ":".join(token))

    def alternatives(self) -> _Matcher:
        """Anything, joined by ``or``."""
        found = [self._both()]
        while self.next() == "or":
            self._at += 1
            found.append(self._both())
        return lambda subject: any(matches(subject) for matches in found)

    def _both(self) -> _Matcher:
        found = [self._one()]
        while self.next() == "and":
            self._at += 1
            found.append(self._one())
        return lambda subject: all(matches(subject) for matches in found)

    def _one(self) -> _Matcher:
        found = self.next()
        if found == "not":
            self._at += 1
            inner = self._one()
            return lambda subject: not inner(subject)
        if found == "(":
            self._at += 1
            inner = self.alternatives()
            if self.next() != ")":
                raise SelectionError(f"{self.said()} stands where a bracket closes")
            self._at += 1
            return inner
        if not isinstance(found, tuple):
            raise SelectionError(f"{self.said()} stands where KEY:VALUE is expected")
        self._at += 1
        key, value = found
        self.terms.append(found)
        return lambda subject: subject.has(key, value)


def _tokens(text: str) -> list[str | tuple[str, str]]:
    found: list[str | tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise SelectionError(f"{text[at:].strip()!r} can not be read")
        at = match.end()
        bracket, key, quoted, plain, word = match.groups()
        if key:
            found.append((key, plain if quoted is None else quoted))
        else:
            found.append(bracket or word)
    return found
