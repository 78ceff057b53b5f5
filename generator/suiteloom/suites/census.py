"""Counting what people wrote in a suite: lines that are not spec-owned. Pure."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections import Counter

from suiteloom.suites.ownership import proven, untouched
from suiteloom.suites.units import SuiteText, Unit

__all__ = ["hand_written_lines"]


def hand_written_lines(suite: SuiteText, leave_out: frozenset[str]) -> Counter[str]:
    """Count the hand-written lines of a suite by their text.

    Blank lines, docstrings and class lines of suiteloom's own, the lines from the
    ``spec`` marker to the end of a signature, untouched bodies and imports are left out.

    Args:
        suite: The suite.
        leave_out: Ids of units that do not count.

    Returns:
        How often each line stands there, line ends removed.
    """
    source = suite.source
    owned: set[int] = set()

    def own(start: int, end: int) -> None:
        owned.update(range(_line(suite, start), _line(suite, max(start, end - 1)) + 1))

    if suite.docstring is not None:
        own(*suite.docstring.span)
    for node in source.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            own(source.start(node), source.end(node))
    for block in suite.classes:
        own(block.name_span[0], max(block.name_span[1], block.base_span[1]))
        if block.docstring is not None:
            own(*block.docstring.span)
        for unit in block.units:
            if unit.id in leave_out:
                own(*unit.span)
            else:
                for span in _spans(suite, unit):
                    own(*span)
    lines = (
        source.line(number).rstrip("\r\n")
        for number in range(1, source.line_count + 1)
        if number not in owned
    )
    return Counter(line for line in lines if line.strip())


def _spans(suite: SuiteText, unit: Unit) -> list[tuple[int, int]]:
    """What a unit holds that is not a person's."""
    source = suite.source
    ours = proven(unit)
    if ours is None:
        ours = tuple(item for item in unit.decorators if item.value is not None)
    spans = [unit.own.span, *(item.span for item in ours)]
    first = unit.node.body[0]
    signature_end = source.start(first)
    if first.lineno > unit.node.lineno:
        signature_end = source.line_start(first.lineno)
    spans.append((unit.def_span[0], signature_end))
    if unit.docstring is not None:
        spans.append(unit.docstring.span)
    if unit.body is not None and untouched(source, unit):
        spans.append(unit.body)
    return spans


def _line(suite: SuiteText, offset: int) -> int:
    """1-based number of the line that an offset lies in."""
    return bisect_right(suite.source.starts, offset)
