"""What pytest collected and what ran, as the plugin wrote it down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["CollectedTest", "CollectionProblem", "Record", "TestOutcome"]


@dataclass(frozen=True, slots=True)
class CollectedTest:
    """One item that pytest collected. A test with cases has one for each.

    `id` is empty if the test carries no ``spec`` or ``orphan`` marker. `silently` is
    set on items that something dropped without telling pytest.
    """

    id: str
    nodeid: str
    path: str
    line: int
    class_name: str
    function: str
    case: str
    is_orphan: bool
    silently: bool = False


@dataclass(frozen=True, slots=True)
class CollectionProblem:
    """A file that pytest could not collect, or a warning about a class."""

    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """How one item ended.

    `outcome` is passed, failed, error, skipped, pending, orphan, xfailed or xpassed.
    """

    __test__ = False

    id: str
    nodeid: str
    path: str
    outcome: str
    duration_s: float
    reason: str
    environment: str
    metrics: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One pytest session. `settings` holds python_classes, _functions and _files."""

    exit: int
    settings: dict[str, list[str]] = field(default_factory=dict)
    collected: tuple[CollectedTest, ...] = ()
    deselected: tuple[CollectedTest, ...] = ()
    errors: tuple[CollectionProblem, ...] = ()
    warnings: tuple[CollectionProblem, ...] = ()
    tests: tuple[TestOutcome, ...] = ()
