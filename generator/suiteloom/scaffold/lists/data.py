"""What a list of tests says, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "LeftOut",
    "ListOptions",
    "ListedBvj",
    "ListedCase",
    "ListedGroup",
    "ListedTest",
    "Listing",
]


@dataclass(frozen=True, slots=True)
class ListOptions:
    """How a person wants a list to be read.

    Attributes:
        maps: Fields by the header of a column, as `headers.FIELDS` names them.
        ignored: Headers of columns that are left out without a word.
        group: Title of the group of tests that the list gives none; empty is the
            domain's title.
        is_strict: Whether what would be left out is refused.
        is_numbered: Whether numbered items and lines are tests, not steps.
    """

    maps: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    group: str = ""
    is_strict: bool = False
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was not read, of one sort.

    Attributes:
        what: The sort, a noun in the singular: ``column``, ``paragraph``.
        count: How many.
        text: What the first ones say, shortened; may be empty.
        line: 1-based line of the first one; 0 where lines say nothing.
        hint: How to have it read, if there is a way.
    """

    what: str
    count: int
    text: str = ""
    line: int = 0
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ListedCase:
    """One case of a test.

    Attributes:
        id: Unique in the test.
        kind: One of `suiteloom.model.KINDS`.
        values: Parameters and what they are, the same parameters in each case.
    """

    id: str
    kind: str
    values: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ListedBvj:
    """What a list says of a test's Business Value Justification; empty where it is silent."""

    segment: tuple[str, ...] = ()
    goal: str = ""
    value_impact: str = ""
    strategic_impact: str = ""


@dataclass(frozen=True, slots=True)
class ListedTest:
    """One test of a list.

    Attributes:
        name: A test name, as given or made from the sentence.
        summary: One line, never empty; made from the name where the list has none.
        line: 1-based line of the list on which the test begins.
        id: Empty if the list has none.
        kinds: Some of `suiteloom.model.KINDS`, in the order of the list.
        is_async: Whether the list says so.
        bvj: What the list says of it.
        given: What holds before.
        when: The steps.
        then: What is expected.
        markers: Extra markers.
        cases: Its cases.
    """

    name: str
    summary: str
    line: int
    id: str = ""
    kinds: tuple[str, ...] = ()
    is_async: bool = False
    bvj: ListedBvj = field(default_factory=ListedBvj)
    given: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    cases: tuple[ListedCase, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """One group of a list.

    Attributes:
        title: As written, without a count.
        line: 1-based line of its heading, or of its first test.
        tests: In the order of the list, at least one.
        note: What a heading says after its count, as in ``Events (5) - critical``.
    """

    title: str
    line: int
    tests: tuple[ListedTest, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One list.

    Attributes:
        title: Title of the domain; empty if the list has none.
        summary: What stands below the title; empty if nothing does.
        groups: In the order of first appearance, at least one.
        columns: What each column that was read was taken for: header and field.
        left_out: What was not read.
        assumed: What the list does not say and was assumed, one sentence each.
    """

    title: str
    summary: str
    groups: tuple[ListedGroup, ...]
    columns: tuple[tuple[str, str], ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    assumed: tuple[str, ...] = ()
