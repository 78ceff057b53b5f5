"""What remains of a file after its rules have run. Pure data.

Findings, and facts for the rules that look at all files; small, so that a tree of any
size fits in memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from suiteloom.model import Finding

__all__ = ["FileFacts", "Flaw", "TestFacts"]


@dataclass(frozen=True, slots=True)
class TestFacts:
    """One test.

    Attributes:
        qualname: `Class.function`, or the function's name.
        line: Of its `def`, 1-based.
        id: Of its `spec` mark; empty without one.
        labels: The BVJ lines of its docstring, by label.
        body: Digest of its body without docstring and layout; empty if the body is too
            short to say anything when it comes twice.
        mentions: Which `must_cover` entries of its domain stand in its body, in order of
            their first mention.
        is_pending: Whether its body is still to be written.
    """

    __test__ = False

    qualname: str
    line: int
    id: str
    labels: dict[str, str]
    body: str
    mentions: tuple[str, ...]
    is_pending: bool


@dataclass(frozen=True, slots=True)
class Flaw:
    """A finding, and what it counts against.

    Attributes:
        finding: The finding.
        owner: `Class.function` or `function`: that test; `Class`: all its tests; empty:
            all tests of the file.
        hides: Tests that were written and are not collected because of it; they are
            among the tests of no file.
    """

    finding: Finding
    owner: str = ""
    hides: int = 0


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file: its findings by place, its tests but orphans, and what was suppressed.

    Attributes:
        path: POSIX, relative to the project root.
        flaws: By place.
        tests: In order; orphans, which nothing runs, are not among them.
        suppressed: How many hits comments took out.
        unasked: Families of rules that were not asked of it, since nothing that they hold
            tests against is known there.
    """

    path: str
    flaws: tuple[Flaw, ...]
    tests: tuple[TestFacts, ...]
    suppressed: int = 0
    unasked: frozenset[str] = frozenset()
