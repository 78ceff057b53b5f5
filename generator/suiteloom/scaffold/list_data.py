"""What a list of tests says, as data."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["ListedBvj", "ListedGroup", "ListedTest", "Listing"]


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
    """

    name: str
    summary: str
    line: int
    id: str = ""
    kinds: tuple[str, ...] = ()
    is_async: bool = False
    bvj: ListedBvj = field(default_factory=ListedBvj)


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
    """

    title: str
    summary: str
    groups: tuple[ListedGroup, ...]
