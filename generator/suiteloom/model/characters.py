"""Characters that no text may hold which becomes part of a suite or of a message."""

from __future__ import annotations

import re

__all__ = ["FORBIDDEN", "describe", "forbidden_character"]

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
FORBIDDEN = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufeff\ufffe\uffff{_BIDI}]"
)
"""Control, bidirectional and non-characters; tab and line ends are not among them."""


def describe(character: str) -> str:
    """What a message calls a character that `FORBIDDEN` matches."""
    kind = "bidirectional " if re.match(f"[{_BIDI}]", character) else ""
    return f"{kind}control character U+{ord(character):04X}"


def forbidden_character(text: str) -> str:
    """The first character that keeps `text` from being one line of visible text.

    Returns:
        The character, line ends and tabs included, or an empty string.
    """
    found = re.search(f"{FORBIDDEN.pattern}|[\t\r\n]", text)
    return found.group() if found else ""
