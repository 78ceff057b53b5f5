"""What the specs say, resolved: inheritance applied, names checked, order kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from suiteloom.model.config import Config
from suiteloom.model.quarantine import Quarantine

__all__ = [
    "Bvj",
    "Case",
    "Group",
    "Project",
    "Revenue",
    "Suite",
    "Test",
    "in_quarantine",
]


@dataclass(frozen=True, slots=True)
class Bvj:
    """Business Value Justification: who gains what from a test, and why it matters.

    `segment` is expanded ("All" never occurs). A field that nothing defines is empty; on a
    test that happens only where the configuration says ``bvj = "report"``.
    """

    segment: tuple[str, ...] = ()
    goal: str = ""
    value_impact: str = ""
    strategic_impact: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the fields that nothing defines, in the order of the class."""
        if self.segment and self.goal and self.value_impact and self.strategic_impact:
            return ()
        return tuple(name for name in Bvj.__slots__ if not getattr(self, name))


@dataclass(frozen=True, slots=True)
class Revenue:
    """What a suite protects: US dollars a year, and the business they come from."""

    annual_usd: int
    protects: str


@dataclass(frozen=True, slots=True)
class Case:
    """One row of a test's table: parameter names with JSON values, in spec order.

    `kind` is empty where the spec names none.
    """

    id: str
    kind: str
    values: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Test:
    """One test of a group.

    `summary` is a sentence in any case: where the spec has none it is made from the
    name, and `is_named` says so. `kinds` may be empty. `bvj` has every field that is written
    at the test or above it, `own_bvj` only those that are written at the test itself.
    `quarantine` is there whether it is in force or not.
    """

    __test__ = False

    id: str
    name: str
    summary: str
    kinds: tuple[str, ...]
    is_async: bool
    given: tuple[str, ...]
    when: tuple[str, ...]
    then: tuple[str, ...]
    covers: tuple[str, ...]
    markers: tuple[str, ...]
    origin: str
    bvj: Bvj
    cases: tuple[Case, ...]
    is_named: bool = False
    own_bvj: Bvj = Bvj()
    quarantine: Quarantine | None = None

    def __reduce__(self) -> tuple[type[Test], tuple[Any, ...]]:
        """Go from one process to another as values, which takes half the time."""
        return Test, _VALUES(self)


_VALUES = attrgetter(*Test.__slots__)


@dataclass(frozen=True, slots=True)
class Group:
    """A titled list of tests: one class of the suite.

    `bvj` has every field that is written at the group or above it, `own_bvj` only those
    that are written at the group itself.
    """

    title: str
    class_name: str
    bvj: Bvj
    tests: tuple[Test, ...]
    own_bvj: Bvj = Bvj()

    @property
    def is_async(self) -> bool:
        """Whether any of its tests is asynchronous, so that the class must be."""
        return any(test.is_async for test in self.tests)


@dataclass(frozen=True, slots=True)
class Suite:
    """One domain. Paths are POSIX and relative to the project root.

    `summary` may be empty; `revenue` is None where nobody has put a figure to the domain.
    """

    domain: str
    title: str
    summary: str
    category: str
    service: str
    mission_critical: bool
    environments: tuple[str, ...]
    revenue: Revenue | None
    must_cover: tuple[str, ...]
    bvj: Bvj
    groups: tuple[Group, ...]
    spec_path: str
    path: str

    @property
    def tests(self) -> Iterator[Test]:
        """Its tests in spec order."""
        return (test for group in self.groups for test in group.tests)


@dataclass(frozen=True, slots=True)
class Project:
    """Every suite of a project, ordered by spec path."""

    root: str
    config: Config
    suites: tuple[Suite, ...]

    @property
    def tests(self) -> Iterator[tuple[Suite, Test]]:
        """Every test with its suite, in suite order, then spec order."""
        return ((suite, test) for suite in self.suites for test in suite.tests)


def in_quarantine(suites: Iterable[Suite], today: date) -> dict[str, Quarantine]:
    """The quarantines that are in force, by the id of the test, in spec order.

    Args:
        suites: Whose tests to look at.
        today: The day in UTC.
    """
    return {
        test.id: test.quarantine
        for suite in suites
        for test in suite.tests
        if test.quarantine is not None and test.quarantine.holds(today)
    }
