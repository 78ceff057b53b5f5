"""Numbers as people write them: read, held against a value, and written anew. Pure.

The precision of what is written decides: ``$33.3M`` is right for every value that rounds
to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import Literal

__all__ = [
    "Quantity",
    "Relation",
    "Written",
    "find_number",
    "holds",
    "number_at",
    "quantity_of",
    "relation_of",
    "rewritten",
    "said",
]

Quantity = Literal["", "time", "money", "percent", "size"]
Sign = Literal["=", ">=", "<=", ">", "<", "~"]

_SEPARATORS = ",_'\u2019\u00a0\u202f\u2009"
_MOST_DIGITS = 30
_CONTEXT = Context(prec=80)
_SIGNS: dict[str, Sign] = {
    ">=": ">=",
    "<=": "<=",
    ">": ">",
    "<": "<",
    "\u2265": ">=",
    "\u2264": "<=",
    "&gt;": ">",
    "&lt;": "<",
    "&gt;=": ">=",
    "&lt;=": "<=",
    "&ge;": ">=",
    "&le;": "<=",
    "~": "~",
    "\u2248": "~",
}
_SCALES = {
    "k": 3,
    "thousand": 3,
    "m": 6,
    "mn": 6,
    "million": 6,
    "b": 9,
    "bn": 9,
    "billion": 9,
    "trillion": 12,
}
_UNITS: dict[str, tuple[Quantity, Decimal]] = {
    **dict.fromkeys(("us", "\u00b5s", "\u03bcs"), ("time", Decimal("1e-6"))),
    "ms": ("time", Decimal("1e-3")),
    **dict.fromkeys(("s", "sec", "second", "seconds"), ("time", Decimal(1))),
    **dict.fromkeys(("min", "minute", "minutes"), ("time", Decimal(60))),
    **dict.fromkeys(("h", "hour", "hours"), ("time", Decimal(3600))),
    **dict.fromkeys(("day", "days"), ("time", Decimal(86400))),
    **dict.fromkeys(("byte", "bytes"), ("size", Decimal(1))),
    "kb": ("size", Decimal(1000)),
    "mb": ("size", Decimal(10**6)),
    "gb": ("size", Decimal(10**9)),
    "kib": ("size", Decimal(2**10)),
    "mib": ("size", Decimal(2**20)),
    "gib": ("size", Decimal(2**30)),
}
_KEYS: dict[str, tuple[Quantity, Decimal]] = {
    "s": ("time", Decimal(1)),
    "ms": ("time", Decimal("1e-3")),
    "us": ("time", Decimal("1e-6")),
    "usd": ("money", Decimal(1)),
    "percent": ("percent", Decimal(1)),
    "bytes": ("size", Decimal(1)),
}
_OF = re.compile(r"/\d{1,9}(?![\d/])")
"""What makes a number one of so many: ``97/100``."""

_RUN = re.compile(r"[\d.,]*")
_NUMBER = re.compile(
    rf"""
    (?P<sign>
        \\? (?: &gt;=? | &lt;=? | &ge; | &le; | >=? | <=? | [~\u2248\u2265\u2264] ) [ ]?
    )?
    (?P<money> (?:US)? \\? \$ | &\#36; | %24 )?
    (?P<digits>
        [-\u2212]?
        (?: \d{{1,3}}
            (?: (?P<separator> [{_SEPARATORS}] ) \d{{3}} (?: (?P=separator) \d{{3}} )*
            (?! \d | (?P=separator) \d ) )
          | \d+ )
        (?: \. (?P<decimals> \d+ ) )?
    )
    (?! \. \d )
    (?: (?P<scale> [KkMBb] (?![A-Za-z0-9_]) | (?:bn|mn) (?!\w)
        | [ \u00a0-] (?:thousand|million|billion|trillion) (?!\w) ) )?
    (?P<plus> \+ (?![\d+]) | %2B )?
    (?P<percent> [ \u00a0]? % (?! [0-9A-F]{{2}} ) | %25 )?
    (?P<late> \+ (?![\d+]) | %2B )?
    (?: [ \u00a0-]? (?P<unit> [A-Za-z\u00b5\u03bc]{{1,7}} ) (?!\w) )?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A number in a text.

    Attributes:
        start: Where it begins, its sign and currency included.
        end: Where it ends, without the unit behind it; with it, `unit_end`.
        digits: Where the digits, with what parts them, begin and end.
        value: What the digits say, without scale and unit.
        decimals: How many digits stand behind the point.
        separator: What parts thousands; may be empty.
        scale: How many zeros are not written, as in ``M``: 6.
        sign: What stands before it, or ``>=`` for a plus behind it; ``=`` if nothing does.
        is_money: Whether it is an amount of dollars.
        is_percent: Whether a percent sign follows.
        unit: The word behind it if that is a unit, in lower case; may be empty.
    """

    start: int
    end: int
    digits: tuple[int, int]
    value: Decimal
    decimals: int
    separator: str
    scale: int
    sign: Sign
    is_money: bool
    is_percent: bool
    unit: str
    unit_end: int

    @property
    def quantity(self) -> Quantity:
        """What it measures, as far as it says so."""
        if self.is_money:
            return "money"
        if self.is_percent:
            return "percent"
        return _UNITS[self.unit][0] if self.unit else ""

    def step(self, key: str) -> Decimal:
        """What one more in its last digit is, in the basic unit of a source's key."""
        return Decimal(1).scaleb(self.scale - self.decimals, _CONTEXT) * self._factor(
            key
        )

    def amount(self, key: str) -> Decimal:
        """What it says, in the basic unit of a source's key."""
        scaled = self.value.scaleb(self.scale, _CONTEXT)
        return _CONTEXT.multiply(scaled, self._factor(key))

    def _factor(self, key: str) -> Decimal:
        quantity, factor = _key_unit(key)
        if self.unit and _UNITS[self.unit][0] == quantity:
            return _UNITS[self.unit][1]
        return factor


@dataclass(frozen=True, slots=True)
class Relation:
    """How a number is to stand to the value.

    Attributes:
        sign: ``=`` for what rounds to it, ``~`` for a tolerance.
        tolerance: How much it may differ, in the unit of the source, or in percent.
        is_relative: Whether that is percent of the value.
    """

    sign: Sign = "="
    tolerance: Decimal = Decimal(0)
    is_relative: bool = False


def quantity_of(key: str) -> Quantity:
    """What a value measures, by the end of its key: ``took_s``, ``revenue_usd``."""
    return _key_unit(key)[0]


def _key_unit(key: str) -> tuple[Quantity, Decimal]:
    _, found, end = key.rpartition("_")
    return _KEYS.get(end, ("", Decimal(1))) if found else ("", Decimal(1))


def number_at(text: str, start: int, end: int) -> Written | None:
    """The number that a text has at an offset.

    Args:
        text: All of it.
        start: Where it must begin.
        end: What it may not go beyond.
    """
    match = _NUMBER.match(text, start, end)
    if match is None or len(match["digits"]) > _MOST_DIGITS:
        return None
    digits = match["digits"]
    for separator in _SEPARATORS:
        digits = digits.replace(separator, "")
    plus = bool(match["plus"] or match["late"])
    sign = (match["sign"] or "").strip().removeprefix("\\")
    unit = (match["unit"] or "").lower()
    behind = match.start("unit") if match["unit"] else match.end()
    last = match.start() + len(text[match.start() : behind].rstrip(" \u00a0-"))
    return Written(
        start=match.start(),
        end=last,
        digits=match.span("digits"),
        value=Decimal(digits.replace("\u2212", "-")),
        decimals=len(match["decimals"] or ""),
        separator=match["separator"] or "",
        scale=_SCALES[match["scale"].strip(" \u00a0-").lower()]
        if match["scale"]
        else 0,
        sign=">=" if plus else _SIGNS.get(sign, "="),
        is_money=bool(match["money"]),
        is_percent=bool(match["percent"]),
        unit=unit if unit in _UNITS else "",
        unit_end=match.end() if unit in _UNITS else last,
    )


def find_number(
    text: str, start: int, end: int, *, is_address: bool = False
) -> Written | None:
    """The first number in a span of a text that is no part of something longer.

    Args:
        text: All of it.
        start: Where the span begins.
        end: Where it ends.
        is_address: Whether a hyphen parts words; in prose it makes ``SU-001`` of them.
    """
    place = start
    while match := _NUMBER.search(text, place, end):
        begins = match.start()
        if text[begins] in "-\u2212" and begins > start and text[begins - 1] != " ":
            begins += 1
        found = number_at(text, begins, end)
        if found and _stands_alone(text, found, (start, end), is_address):
            return found
        place = _RUN.match(text, max(match.start("digits"), begins) + 1, end).end()  # type: ignore[union-attr]
    return None


def _stands_alone(
    text: str, number: Written, span: tuple[int, int], is_address: bool
) -> bool:
    """Whether nothing beside a number makes it a part of a word, id, date or version."""
    start, end = span
    before = text[max(start, number.start - 2) : number.start].rjust(2)
    behind = text[number.end : min(end, number.end + 2)].ljust(2)
    if before[1].isalnum() or behind[0].isalnum() or behind[0] == "_":
        return False
    if behind[0] in ".:-/" and behind[1].isdigit():
        return behind[0] == "/" and _OF.match(text, number.end, end) is not None
    if is_address:
        return not (before[1] == "." and before[0].isalnum())
    return not (before[1] in ".:-/_" and before[0].isalnum())


def relation_of(written: Written, asked: Relation | None) -> Relation:
    """How a number is to stand to the value: what its marker says, else its own sign."""
    if asked is not None:
        return asked
    return Relation() if written.sign == "~" else Relation(written.sign)


def holds(written: Written, value: Decimal, key: str, relation: Relation) -> bool:
    """Whether a number is right.

    Args:
        written: It.
        value: What it is to say, in the unit of `key`.
        key: The last name of its source's path, which says the unit.
        relation: How it is to stand to the value.
    """
    value, amount, step = _basic(value, key), written.amount(key), written.step(key)
    if relation.sign in _COMPARED:
        return _COMPARED[relation.sign](value, amount)
    difference = abs(value - amount)
    allowed = step / 2
    if relation.sign == "~":
        bound = relation.tolerance * _key_unit(key)[1]
        if relation.is_relative:
            bound = abs(value) * relation.tolerance / 100
        allowed = max(allowed, bound)
    return difference <= allowed


_COMPARED: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">=": lambda value, amount: value >= amount,
    "<=": lambda value, amount: value <= amount,
    ">": lambda value, amount: value > amount,
    "<": lambda value, amount: value < amount,
}


def rewritten(written: Written, value: Decimal, key: str, relation: Relation) -> str:
    """The digits that make a number right, in the form in which it is written.

    Takes what `holds` takes.
    """
    step = written.step(key)
    steps = _CONTEXT.divide(_basic(value, key), step)
    way = {">=": ROUND_FLOOR, ">": ROUND_FLOOR, "<=": ROUND_CEILING, "<": ROUND_CEILING}
    count = steps.quantize(
        Decimal(1), rounding=way.get(relation.sign, ROUND_HALF_EVEN), context=_CONTEXT
    )
    if relation.sign == ">" and count == steps:
        count -= 1
    if relation.sign == "<" and count == steps:
        count += 1
    number = count.scaleb(-written.decimals, _CONTEXT)
    shown = f"{number:,.{written.decimals}f}" if number else f"{0:.{written.decimals}f}"
    return shown.replace(",", written.separator)


def said(value: Decimal, key: str) -> str:
    """A value as messages have it."""
    quantity = quantity_of(key)
    shown = f"{value.normalize(_CONTEXT):,f}"
    if quantity == "money":
        return f"-${shown[1:]}" if shown.startswith("-") else f"${shown}"
    if quantity == "percent":
        return f"{shown}%"
    return f"{shown} {key.rpartition('_')[2]}" if quantity else shown


def _basic(value: Decimal, key: str) -> Decimal:
    return _CONTEXT.multiply(value, _key_unit(key)[1])
