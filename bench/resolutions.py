"""What a person makes of the conflicts that git leaves in a suite."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from random import Random

__all__ = ["RESOLUTIONS", "Hunk", "Resolution", "hunks_of", "resolved"]

_HUNK = re.compile(
    r"^<{7} .*\r?\n((?:.*\n)*?)"
    r"(?:^\|{7} .*\r?\n((?:.*\n)*?))?"
    r"^={7}\r?\n((?:.*\n)*?)"
    r"^>{7} .*(?:\r?\n|\Z)",
    re.MULTILINE,
)
_TRIES = 30


@dataclass(frozen=True)
class Hunk:
    """One conflict: where its markers begin and end in the text, and its versions.

    The base is empty unless the conflict is shown in the style `diff3`.
    """

    start: int
    end: int
    ours: str
    base: str
    theirs: str


Resolution = Callable[[Hunk, Random], str]


def hunks_of(text: str) -> list[Hunk]:
    """The conflicts that stand in a text."""
    return [
        Hunk(*match.span(), match[1], match[2] or "", match[3])
        for match in _HUNK.finditer(text)
    ]


def resolved(text: str, resolution: Resolution, random: Random) -> str | None:
    """A text without its conflicts.

    Args:
        text: Lines, conflict markers among them.
        resolution: Decides on each conflict.
        random: Asked where there is a choice.

    Returns:
        What the resolution comes to; None if that is no Python, however often it is
        tried.
    """
    hunks = hunks_of(text)
    for _ in range(_TRIES):
        parts, end = [], 0
        for hunk in hunks:
            parts += [text[end : hunk.start], resolution(hunk, random)]
            end = hunk.end
        whole = "".join([*parts, text[end:]])
        try:
            ast.parse(whole.removeprefix("\ufeff"))
        except SyntaxError:
            if resolution is not _by_hand:
                return None
        else:
            return whole
    return None


def _ours(hunk: Hunk, _random: Random) -> str:
    return hunk.ours


def _theirs(hunk: Hunk, _random: Random) -> str:
    return hunk.theirs


def _both(hunk: Hunk, _random: Random) -> str:
    """The lines of both sides, one after the other, as without the conflict markers."""
    return hunk.ours + hunk.theirs


def _by_hand(hunk: Hunk, random: Random) -> str:
    """One side, both in either order, or each line that differs from either side."""
    way = random.choice(("ours", "theirs", "both", "turned", *("lines",) * 4))
    if way == "ours":
        return hunk.ours
    if way == "theirs":
        return hunk.theirs
    if way == "both":
        return hunk.ours + hunk.theirs
    if way == "turned":
        return hunk.theirs + hunk.ours
    return "".join(_line_by_line(hunk, random))


def _line_by_line(hunk: Hunk, random: Random) -> Iterator[str]:
    ours, theirs = (text.splitlines(keepends=True) for text in (hunk.ours, hunk.theirs))
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "replace" and i2 - i1 == j2 - j1:
            pairs = zip(ours[i1:i2], theirs[j1:j2], strict=True)
            yield from (random.choice(pair) for pair in pairs)
        else:
            yield from random.choice((ours[i1:i2], theirs[j1:j2]))


RESOLUTIONS: dict[str, Resolution] = {
    "ours": _ours,
    "theirs": _theirs,
    "both": _both,
    "by hand": _by_hand,
}
