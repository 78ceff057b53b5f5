"""Whose text is whose: what the revs in a suite prove. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain, combinations, islice, takewhile

from suiteloom.model import body_digest
from suiteloom.suites.reader import comments
from suiteloom.suites.source import Source
from suiteloom.suites.units import DecoratorText, Unit

__all__ = ["bare", "matching", "proven", "untouched"]

_MOST_SCATTERED = 10_000


def proven(unit: Unit) -> tuple[DecoratorText, ...] | None:
    """The decorators that its rev proves to be spec-owned, if the rev holds.

    Returns:
        None if spec-owned text of the unit was edited, or if it has no rev.
    """
    return matching(unit, unit.text_digest) if unit.text_digest else None


def matching(unit: Unit, digest: str) -> tuple[DecoratorText, ...] | None:
    """The decorators of `unit` with which its text has the given digest, if any."""
    for candidate in _candidates(unit):
        if unit.text(candidate).digest == digest:
            return candidate
    return None


def _candidates(unit: Unit) -> Iterator[tuple[DecoratorText, ...]]:
    """Likely sets of spec-owned decorators, the likeliest first.

    That is the block below the marker, then others that stand together, then any; of
    these, as many as can be tried in no time.
    """
    possible = [item for item in unit.decorators if item.value is not None]
    block = list(takewhile(lambda item: item.value is not None, unit.decorators))
    for length in range(len(block), -1, -1):
        yield tuple(block[:length])
    for length in range(len(possible), 0, -1):
        for start in range(len(possible) - length + 1):
            yield tuple(possible[start : start + length])
    sizes = range(1, len(possible))
    scattered = chain.from_iterable(combinations(possible, size) for size in sizes)
    yield from islice(scattered, _MOST_SCATTERED)


def untouched(source: Source, unit: Unit) -> bool:
    """Whether the body is exactly as it was rendered."""
    if unit.body is None:
        return False
    text = source.text[unit.def_span[1] : unit.span[1]]
    if not unit.body_digest:
        return unit.only_pending and not comments(f"def x{text}")
    start = source.line_start(source.line_of(unit.body[0]))
    try:
        return body_digest(source.text[start : unit.span[1]]) == unit.body_digest
    except SyntaxError:
        return False


def bare(source: Source, unit: Unit) -> bool:
    """Whether the whole unit is ours, so that nothing of a person goes with it."""
    ours = proven(unit)
    if ours is None or unit.above or len(ours) != len(unit.decorators):
        return False
    tables = [item.value for item in ours if item.value[0] == "cases"]
    expected = ["self", *(tables[0][1] if tables else ())]
    call = unit.own.node
    return (
        ast.unparse(unit.node.args) == ", ".join(expected)
        and unit.node.returns is None
        and not getattr(unit.node, "type_params", ())
        and isinstance(call, ast.Call)
        and {keyword.arg for keyword in call.keywords} <= {"rev", "written", "reviewed"}
        and not comments(source.text[unit.span[0] : unit.span[1]])
        and untouched(source, unit)
    )
