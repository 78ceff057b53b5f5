"""The one way to libyaml's events, for texts of any length and content."""

from __future__ import annotations

import re
from typing import Any

from yaml.cyaml import CParser  # type: ignore[attr-defined]

__all__ = ["DirectiveError", "read_events"]

_FIRST = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n))*+(?=%)")
"""Blank lines and comments in front of a directive."""

_LATER = re.compile(r"(?:^|[\r\n])%")
_MOST_LATER = 1_000
"""Lines in a spec that may begin with a percent sign, as the text of a scalar."""


class DirectiveError(ValueError):
    """A text has a directive, which no spec has.

    Attributes:
        offset: Of its percent sign, in characters from 0.
    """

    def __init__(self, offset: int) -> None:
        super().__init__("a directive")
        self.offset = offset


def read_events(text: str) -> Any:
    """Make a parser of a text, whose `get_event` gives one event after the other.

    What libyaml does for a directive grows with the square of their number, before the
    next event is there: none reaches it in front of the document, and only a few behind.

    Args:
        text: A spec without its byte order mark.

    Raises:
        DirectiveError: If it begins with a directive, or has very many.
    """
    if first := _FIRST.match(text):
        raise DirectiveError(first.end())
    for number, later in enumerate(_LATER.finditer(text), 1):
        if number > _MOST_LATER:
            raise DirectiveError(later.end() - 1)
    return CParser(text)
