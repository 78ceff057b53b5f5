"""Counting what people wrote in a suite: lines that are not spec-owned. Pure."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection

from suiteloom.suites.imports import is_ours, persons_names
from suiteloom.suites.ownership import proven, untouched
from suiteloom.suites.units import SuiteText, Unit

__all__ = ["hand_written_lines"]


def hand_written_lines(
    suite: SuiteText, leave_out: frozenset[str], bases: Collection[str]
) -> Counter[str]:
    """Count the hand-written lines of a suite by their text.

    Blank lines, docstrings and class lines of suiteloom's own, the lines from the
    ``spec`` marker to the end of a signature, untouched bodies and the imports that
    suiteloom writes are left out; of a name that a person added to one of these, what
    counts is a line of its own.

    Args:
        suite: The suite.
        leave_out: Ids of units that do not count.
        bases: Dotted paths of the base classes that the configuration names.

    Returns:
        How often each line stands there, line ends removed.
    """
    source = suite.source
    spans, added = _imports(suite, bases)
    if suite.docstring is not None:
        spans.append(suite.docstring.span)
    for block in suite.classes:
        spans.append((block.name_span[0], max(block.name_span[1], block.base_span[1])))
        if block.docstring is not None:
            spans.append(block.docstring.span)
        for unit in block.units:
            spans += [unit.span] if unit.id in leave_out else _spans(suite, unit)
    owned: set[int] = set()
    for start, end in spans:
        last = source.line_of(max(start, end - 1))
        owned.update(range(source.line_of(start), last + 1))
    lines = (
        source.line(number).rstrip("\r\n")
        for number in range(1, source.line_count + 1)
        if number not in owned
    )
    return Counter([*added, *(line for line in lines if line.strip())])


def _imports(
    suite: SuiteText, bases: Collection[str]
) -> tuple[list[tuple[int, int]], list[str]]:
    """Spans of imports that are ours, and what a person added to them."""
    source = suite.source
    spans: list[tuple[int, int]] = []
    added: list[str] = []
    for node in source.tree.body:
        names = persons_names(source, node, bases)
        if names is not None or is_ours(source, node, bases):
            spans.append((source.start(node), source.end(node)))
        if names and isinstance(node, ast.ImportFrom):
            added += (f"from {node.module} import {name}" for name in names)
    return spans, added


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
