"""What pytest collected and what ran, as the plugin wrote it down."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "CollectedTest",
    "CollectionProblem",
    "Record",
    "Revision",
    "TestOutcome",
]


@dataclass(frozen=True, slots=True)
class Revision:
    """What a work tree is, as far as git knows.

    Attributes:
        commit: The one that it stands at, in full; empty if it is not known.
        is_clean: Whether nothing differs from that, new files included; None if it is
            not known.
    """

    commit: str = ""
    is_clean: bool | None = None


@dataclass(frozen=True, slots=True)
class CollectedTest:
    """One item that pytest collected. A test with cases has one for each.

    Attributes:
        id: From its ``spec`` or ``orphan`` marker; empty if it has none.
        nodeid: What pytest calls it.
        path: POSIX, relative to pytest's root folder.
        line: 1-based, of its first decorator or its ``def``; 0 if not known.
        class_name: As collected; nested classes are joined with dots; empty if none.
        function: Its name without the case.
        case: Empty if it has none.
        is_orphan: Whether it is marked as an orphan.
        silently: Of an item that is gone: whether it was dropped without telling
            pytest so.
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
    """Something that pytest could not collect, or a warning about a class.

    `line` is 0 and `nodeid` empty if they are not known.
    """

    path: str
    line: int
    message: str
    nodeid: str = ""


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """How one item ended.

    Attributes:
        test: The item.
        outcome: Name of one of `suiteloom.model.outcomes.OUTCOMES`.
        duration_s: Of setup, call and teardown together, in the last attempt.
        reason: One line; empty if there is nothing to say.
        environment: Name of the environment it ran in; empty if not known.
        metrics: What the test recorded, by name.
        attempts: How often it was run; more than 1 if a plugin ran it again.
    """

    __test__ = False

    test: CollectedTest
    outcome: str
    duration_s: float = 0.0
    reason: str = ""
    environment: str = ""
    metrics: dict[str, Any] = field(default_factory=dict)
    attempts: int = 1

    @property
    def id(self) -> str:
        """The test's id; empty if it has none."""
        return self.test.id


@dataclass(frozen=True, slots=True)
class Record:
    """One pytest session, as far as it is known.

    Attributes:
        exit: The exit code; negative is the number of the signal that ended pytest.
        settings: python_classes, python_functions and python_files as pytest reads
            them, and where pytest-cov finds its configuration.
        collected: Items that were left to run, in order.
        deselected: Items that were dropped again.
        errors: What could not be collected.
        warnings: Classes that look like tests and are none.
        tests: How each item ended that ran to its end.
        stopped: Why the session ended before its end; empty if it did not.
        is_interrupted: Whether a person stopped it.
        problem: Why there is no record, one sentence; empty if there is one.
        output: The last lines that pytest printed, where they are known.
    """

    exit: int
    settings: dict[str, list[str]] = field(default_factory=dict)
    collected: tuple[CollectedTest, ...] = ()
    deselected: tuple[CollectedTest, ...] = ()
    errors: tuple[CollectionProblem, ...] = ()
    warnings: tuple[CollectionProblem, ...] = ()
    tests: tuple[TestOutcome, ...] = ()
    stopped: str = ""
    is_interrupted: bool = False
    problem: str = ""
    output: tuple[str, ...] = ()

    def unspecified(self, known: Collection[str]) -> list[CollectedTest]:
        """The first item of each collected test that no spec names, in order.

        Args:
            known: The ids that specs name.
        """
        places = {
            (item.path, item.class_name, item.function): item
            for item in reversed(self.collected)
            if item.id not in known and not item.is_orphan
        }
        return list(reversed(places.values()))
