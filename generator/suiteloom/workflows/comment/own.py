"""Whether a Markdown is one that `diff` wrote.

It may come from the job of a stranger's pull request, and is posted by an account that
people trust. So nothing but what `diff` writes is taken: lines of plain words around
code spans, in which no text is markup, a link, a mention or a command of the forge.
"""

from __future__ import annotations

import re

from suiteloom.errors import UsageError
from suiteloom.model import CommentFacts, facts_in
from suiteloom.model.characters import describe, forbidden_character

__all__ = ["read_own"]

_MOST = 60_000
_TICKS = re.compile("`+")
_WORD = r"(?:[A-Za-z]+|\d{1,3}(?:,\d{3})*|\0|\(\0\)|→)"
_LINE = re.compile(
    rf"(?:### |- |  - )?(?:\*\*)?(?:{_WORD}[.,:;]?(?: {{1,2}}|(?=\*\*)|$))*"
    r"(?:\*\*)?"
)
_FOLD = re.compile(r"</?details>|<summary>[0-9,]+ other changes?</summary>")


def read_own(text: str, name: str) -> CommentFacts:
    """Read what a Markdown says of itself.

    Args:
        text: The Markdown.
        name: Where it came from, for messages.

    Raises:
        UsageError: If it is not what `suiteloom diff --format markdown` writes.
    """
    facts = facts_in(text)
    if facts is None:
        raise _foreign(name, 1, "it has no first line that says what was compared")
    if len(text) > _MOST:
        raise _foreign(name, 0, f"it has more than {_MOST:,} characters")
    for number, line in enumerate(text.split("\n")[1:], 2):
        if character := forbidden_character(line):
            raise _foreign(name, number, f"it has a {describe(character)}")
        if not (_FOLD.fullmatch(line) or _LINE.fullmatch(_without_spans(line))):
            raise _foreign(name, number, "it has more than words and code spans")
    return facts


def _without_spans(line: str) -> str:
    """A line with a sign in place of each code span; a span must end where it began."""
    runs = [found.span() for found in _TICKS.finditer(line)]
    closing: list[int] = []
    last: dict[int, int] = {}
    for index in reversed(range(len(runs))):
        length = runs[index][1] - runs[index][0]
        closing.append(last.get(length, -1))
        last[length] = index
    closing.reverse()
    parts: list[str] = []
    index = place = 0
    while index < len(runs) and closing[index] > 0:
        parts.append(line[place : runs[index][0]])
        index = closing[index]
        place = runs[index][1]
        index += 1
    return "\0".join([*parts, line[place:]])


def _foreign(name: str, line: int, why: str) -> UsageError:
    return UsageError(
        f"is not what `suiteloom diff` writes: {why}",
        path=name,
        line=line,
        hint="`suiteloom diff BASE...HEAD --format markdown` makes one",
    )
