"""Converts the text of a variable to a bool, int, float, list or JSON value.

Conversions are strict: a text that is not plainly what is expected is refused with
an error that names the variable and the expected type.
"""

import json
import math
import re
from collections.abc import Callable
from typing import Any, Literal, NoReturn

from suiteloom.ssot.errors import ConversionError
from suiteloom.ssot.masking import mask_value

__all__ = ["FALSE_WORDS", "TRUE_WORDS", "Kind", "convert"]

Kind = Literal["bool", "int", "float", "list", "json"]

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})

_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_SHOWN_LENGTH = 60

_EXPECTED: dict[Kind, str] = {
    "bool": "a bool (true, false, 1, 0, yes, no, on or off)",
    "int": "an int (a whole number in decimal digits)",
    "float": "a float (a finite decimal number)",
    "list": "a list",
    "json": "a JSON value",
}


def convert(key: str, text: str, kind: Kind, separator: str = ",") -> Any:
    """Convert the text of one variable.

    Args:
        key: The variable; used for messages and masking.
        text: Its value.
        kind: What to convert to. Surrounding white space is ignored for all kinds.
            A list is split at the separator; its items are stripped and empty
            items dropped.
        separator: Between the items of a list; not empty.

    Returns:
        A bool, int, float, list of str, or any JSON value, by `kind`.

    Raises:
        ConversionError: The text is not of that kind.
        ValueError: `kind` is none of the five, or the separator is empty.
    """
    if kind == "list":
        items = (item.strip() for item in text.split(separator))
        return [item for item in items if item]
    converter = _CONVERTERS.get(kind)
    if converter is None:
        raise ValueError(f"unknown kind {kind!r}; known: {', '.join(_EXPECTED)}")
    try:
        return converter(text.strip())
    except (ValueError, RecursionError):
        # The cause is cut off: a JSON error carries the whole text.
        raise ConversionError(key, _EXPECTED[kind], _shown(key, text)) from None


def _to_bool(text: str) -> bool:
    word = text.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError


def _to_int(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError
    return int(text)


def _to_float(text: str) -> float:
    if not _DECIMAL.fullmatch(text) or not math.isfinite(number := float(text)):
        raise ValueError
    return number


def _to_json(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities, which JSON does not have."""
    raise ValueError(name)


_CONVERTERS: dict[str, Callable[[str], Any]] = {
    "bool": _to_bool,
    "int": _to_int,
    "float": _to_float,
    "json": _to_json,
}


def _shown(key: str, text: str) -> str:
    shown = mask_value(key, text)
    if len(shown) > _SHOWN_LENGTH:
        shown = f"{shown[:_SHOWN_LENGTH]}…"
    return repr(shown)
