"""What is wrong with a text that YAML reads as something else, and how to write it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from suiteloom.model import Finding
from suiteloom.model.identifiers import short

__all__ = [
    "SENTENCE_LISTS",
    "comma_hint",
    "comment_hint",
    "cut_text",
    "split_text",
    "syntax_finding",
]

SENTENCE_LISTS = frozenset({"given", "when", "then"})
"""Keys of lists of sentences."""
_SENTENCES = SENTENCE_LISTS | {
    "summary",
    "value_impact",
    "strategic_impact",
    "protects",
}
_NAMES = frozenset(
    {
        *("suiteloom", "domain", "category", "service", "mission_critical", "tests"),
        *("groups", "annual_usd", "id", "name", "async", "kind", "kinds", "origin"),
        *("environments", "markers"),
    }
)
"""Keys of values that no ``#`` can be part of."""

_COMMENT = re.compile(r"(?P<gap>[ \t]*)(?P<marks>#+)(?P<rest>[^\r\n]*)")
_CLEAR_GAP = 2  # blanks before a comment that stands behind a sentence
_VALUE = re.compile(r"\s*(?:- +)*(?:[^\s:#\"'\[{]+:[ \t]+)?(?P<sign>\S)")
_SIGNS = frozenset("`@%*&!|>[]{}\"',?-")
_COLON = 'write the text in quotes, "like: this"; `: ` in a plain text begins a value'
_TABS = "indent with spaces, not tabs"


def syntax_finding(error: yaml.MarkedYAMLError, text: str, path: str) -> Finding:
    """What libyaml says, with the way to write what was meant.

    Args:
        error: As it was raised.
        text: The whole file.
        path: Named by the finding.
    """
    at = error.problem_mark or error.context_mark
    place = (at.line + 1, at.column + 1) if at else (0, 0)
    problem = str(error.problem or error.context)
    hint = _hint(error, problem, text)
    return Finding("SP102", "error", f"not valid YAML: {problem}", path, *place, hint)


def _hint(error: yaml.MarkedYAMLError, problem: str, text: str) -> str:
    """How to write what libyaml could not read, or nothing."""
    at = error.problem_mark
    here = text[at.index : at.index + 1] if at else ""
    if "tab character" in problem or here == "\t":
        return _TABS
    if problem.startswith("mapping values are not allowed"):
        return _COLON
    if at is None:
        return ""
    lines = text.splitlines()
    line = lines[at.line] if at.line < len(lines) else ""
    found = _VALUE.match(line)
    if found is None or found.start("sign") > at.column:
        return ""
    sign = found["sign"]
    is_whole = problem.startswith("did not find expected ',' or")
    if sign not in _SIGNS or is_whole:
        return ""
    quote = "'" if sign == '"' else '"'
    begun = short(line[found.start("sign") :].rstrip(), 30)
    return f"a text that begins with {sign} is put in quotes: {quote}{begun}{quote}"


def cut_text(event: Any, text: str, owner: str, *, free: bool) -> str:
    """What a ``#`` takes away from a plain text, if it may be part of that text.

    A comment stands behind two blanks and before one. Behind what is no sentence, one
    blank before it is enough.

    Args:
        event: The scalar's.
        text: The whole file.
        owner: The key that it, or the list that it stands in, is the value of.
        free: Whether it stands in the ``with`` of a case.

    Returns:
        The rest of the line, with its ``#``, or an empty string.
    """
    found = _COMMENT.match(text, event.end_mark.index)
    if found is None or (owner in _NAMES and not free):
        return ""
    rest = found["rest"]
    is_close = bool(rest) and not rest[0].isspace()
    is_narrow = len(found["gap"].expandtabs(8)) < _CLEAR_GAP
    is_sentence = owner in _SENTENCES and not free
    if not is_close and not (event.value and is_sentence and is_narrow):
        return ""
    return found["marks"] + rest.rstrip()


def comment_hint(value: str, rest: str) -> str:
    """How to write a text that a ``#`` has cut."""
    whole = short(f"{value} {rest}".strip(), 50)
    return (
        f'write "{whole}" in quotes; a comment stands behind two blanks and before one'
    )


def split_text(items: Sequence[Any]) -> list[Any]:
    """The first plain texts of a list of sentences that may be one text with commas.

    Args:
        items: The events of the list's items, which stand in brackets.

    Returns:
        The events of two or more texts that follow each other on one line, at least one
        of them of several words; nothing where there are none.
    """
    run: list[Any] = []
    for event in [*items, None]:
        is_plain = type(event) is yaml.ScalarEvent and not event.style
        if is_plain and run and run[-1].end_mark.line == event.start_mark.line:
            run.append(event)
            continue
        if len(run) > 1 and any(" " in item.value for item in run):
            return run
        run = [event] if is_plain else []
    return []


def comma_hint(run: Sequence[Any]) -> str:
    """How to write texts that `split_text` found."""
    whole = short(", ".join(event.value for event in run), 50)
    return (
        f'one text is put in quotes: ["{whole}"]; several stand one a line '
        "behind a dash, or in quotes each"
    )
