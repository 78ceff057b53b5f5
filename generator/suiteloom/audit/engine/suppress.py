"""`# suiteloom: ignore[SL601] because …`: suppressing a finding, with a reason. Pure."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass

__all__ = ["Suppression", "read_suppressions"]

_COMMENT = re.compile(
    r"#\s*suiteloom:\s*ignore\s*(?:\[(?P<codes>[^\]]*)\])?\s*(?P<rest>.*)"
)
_REASON = re.compile(r"because\s+\S")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment.

    Attributes:
        codes: What it suppresses.
        line: Where it stands, 1-based.
        column: Where it begins, 1-based.
        covers: The line whose findings it suppresses: its own, or the next line of code
            if it stands alone.
        has_reason: Whether it says why; without a reason it suppresses nothing.
    """

    codes: tuple[str, ...]
    line: int
    column: int
    covers: int
    has_reason: bool


def read_suppressions(source: str) -> tuple[Suppression, ...]:
    """Read the suppressing comments of a file that parses, in order."""
    if "suiteloom:" not in source:
        return ()
    found: list[Suppression] = []
    waiting: list[re.Match[str]] = []
    places: list[tuple[int, int]] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            match = _COMMENT.fullmatch(token.string)
            if match is None:
                continue
            if token.line[: token.start[1]].strip():
                found.append(_suppression(match, token.start, token.start[0]))
            else:
                waiting.append(match)
                places.append(token.start)
        elif token.type not in _LAYOUT and waiting:
            found += [
                _suppression(match, place, token.start[0])
                for match, place in zip(waiting, places, strict=True)
            ]
            waiting, places = [], []
    found += [
        _suppression(match, place, place[0])
        for match, place in zip(waiting, places, strict=True)
    ]
    return tuple(sorted(found, key=lambda item: (item.line, item.column)))


_LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}


def _suppression(
    match: re.Match[str], place: tuple[int, int], covers: int
) -> Suppression:
    codes = [code.strip() for code in (match["codes"] or "").split(",")]
    return Suppression(
        codes=tuple(code for code in codes if code),
        line=place[0],
        column=place[1] + 1,
        covers=covers,
        has_reason=_REASON.match(match["rest"]) is not None,
    )
