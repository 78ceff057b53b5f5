"""What changed in the spec of a test, a group or a domain, field by field. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from suiteloom.model import Bvj, Case, FieldChange, Quarantine, Suite, Test

__all__ = [
    "bvj_changes",
    "case_changes",
    "normative_changes",
    "other_changes",
    "quarantine_change",
    "said",
    "suite_changes",
]

_NORMATIVE = ("summary", "kinds", "given", "when", "then", "covers")
_OTHER = ("is_async", "markers", "origin")
_OF_SUITE = (
    "title",
    "summary",
    "category",
    "service",
    "mission_critical",
    "environments",
    "must_cover",
)
_SHOWN = {"is_async": "async"}


def normative_changes(old: Test, new: Test) -> Iterator[FieldChange]:
    """What the test must do, apart from its cases."""
    for name in _NORMATIVE:
        before, after = _said(old, name), _said(new, name)
        if before != after:
            yield FieldChange(name, before, after)


def said(test: Test) -> Iterator[FieldChange]:
    """What the test must do, cases included, as fields that are as they were."""
    for name in _NORMATIVE:
        if texts := _said(test, name):
            yield FieldChange(name, texts, texts)
    if test.cases:
        texts = tuple(_cases(test.cases).values())
        yield FieldChange("cases", texts, texts)


def case_changes(old: Test, new: Test) -> Iterator[FieldChange]:
    """The cases that are others, each as one text."""
    before, after = map(_cases, (old.cases, new.cases))
    if before == after:
        return
    ids = dict.fromkeys([*before, *after])
    changed = [name for name in ids if before.get(name) != after.get(name)]
    gone = tuple(before[name] for name in changed if name in before)
    come = tuple(after[name] for name in changed if name in after)
    yield FieldChange("cases", gone or tuple(before), come or tuple(after))


def other_changes(old: Test, new: Test) -> Iterator[FieldChange]:
    """What is rendered and asks nothing else of the test."""
    for name in _OTHER:
        before, after = (_texts(getattr(test, name)) for test in (old, new))
        if before != after:
            yield FieldChange(_SHOWN.get(name, name), before, after)


def quarantine_change(old: Quarantine | None, new: Quarantine | None) -> FieldChange:
    """A quarantine before and after, each as one text."""
    before, after = ((held.said,) if held else () for held in (old, new))
    return FieldChange("quarantine", before, after)


def bvj_changes(old: Bvj, new: Bvj) -> Iterator[FieldChange]:
    """The fields of a BVJ that differ."""
    for name in Bvj.__slots__:
        before, after = (_texts(getattr(bvj, name)) for bvj in (old, new))
        if before != after:
            yield FieldChange(name, before, after)


def suite_changes(old: Suite, new: Suite) -> Iterator[FieldChange]:
    """What a spec says of the domain as a whole, apart from its BVJ."""
    for name in _OF_SUITE:
        before, after = (_texts(getattr(suite, name)) for suite in (old, new))
        if before != after:
            yield FieldChange(name, before, after)
    before, after = map(_revenue, (old, new))
    if before != after:
        yield FieldChange("revenue", before, after)


def _said(test: Test, name: str) -> tuple[str, ...]:
    """A normative field; a summary that was made from the name says nothing."""
    if name == "summary" and test.is_named:
        return ()
    return _texts(getattr(test, name))


def _revenue(suite: Suite) -> tuple[str, ...]:
    if suite.revenue is None:
        return ()
    return (f"${suite.revenue.annual_usd:,} a year: {suite.revenue.protects}",)


def _cases(cases: tuple[Case, ...]) -> dict[str, str]:
    """Each case as text by its id."""
    found = {}
    for case in cases:
        values = ", ".join(f"{name}={json.dumps(v)}" for name, v in case.values)
        kind = f" ({case.kind})" if case.kind else ""
        found[case.id] = f"{case.id}{kind}: {values}"
    return found


def _texts(value: Any) -> tuple[str, ...]:
    """A value of a spec as texts, one an entry."""
    if isinstance(value, tuple):
        return tuple(map(str, value))
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return (str(value),) if value else ()
