"""What remains of a file after its rules have run. Pure data.

Findings, and facts for the rules that look at all files; small, so that a tree of any
size fits in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from suiteloom.model import Finding

__all__ = [
    "Condition",
    "Definitions",
    "FileFacts",
    "Flaw",
    "Open",
    "Routine",
    "TestFacts",
]


@dataclass(frozen=True, slots=True)
class Routine:
    """What everything of one name in a file can do to a test that calls it.

    Attributes:
        fails: Whether it asserts by itself.
        is_open: Whether it raises, or calls what nobody can name: it may fail a test.
        leads: What it leads to, as references (see `Definitions`).
    """

    fails: bool = False
    is_open: bool = False
    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definitions:
    """What a file defines, for other files to ask.

    A reference is `@name`, for something of the same file; a dotted name, relative ones
    with their dots; `fixture:name`, for what pytest gives under that name; or `?`, for
    what can not be named.

    Attributes:
        routines: Functions, methods and classes but tests, by bare name.
        classes: References to the bases of each class of the module, in order.
        names: What each imported name of the module stands for.
        stars: Modules of which everything is imported.
        uses: References to what of other modules is read in it, but as a base, and to
            the bases of classes that are not the module's own.
    """

    routines: dict[str, Routine] = field(default_factory=dict)
    classes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    stars: tuple[str, ...] = ()
    uses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Condition:
    """On what it depends, outside of its file, whether a finding holds.

    Attributes:
        calm: References; it holds if none of them leads to anything that can fail a test.
        hidden: The class that it holds of if pytest does not come to its tests through
            unittest, and nothing uses it; empty: it is not about a class.
        marker: The marker that it holds of if nothing registers it; empty: it is about
            none.
    """

    calm: tuple[str, ...] = ()
    hidden: str = ""
    marker: str = ""


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
        end: Line and column after the last character of its place, 1-based; nothing if
            that is not known.
    """

    finding: Finding
    owner: str = ""
    hides: int = 0
    end: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Open:
    """A finding that other files decide.

    Attributes:
        flaw: The finding.
        condition: When it holds.
    """

    flaw: Flaw
    condition: Condition


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
        open: Findings that other files decide.
        defined: What it defines.
    """

    path: str
    flaws: tuple[Flaw, ...]
    tests: tuple[TestFacts, ...]
    suppressed: int = 0
    unasked: frozenset[str] = frozenset()
    open: tuple[Open, ...] = ()
    defined: Definitions = Definitions()
