"""What is remembered of runs: one run, how its tests ended, where they stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from suiteloom.model.record import Revision

__all__ = ["PastResult", "PastRun", "ResultKey", "RunEnvironment", "TestPlace"]


@dataclass(frozen=True, slots=True)
class RunEnvironment:
    """What durations and outcomes are compared within.

    Attributes:
        name: Of the environment, such as ``staging``; empty if none was named.
        python: The version of Python, its first two numbers: ``3.11``.
        system: The operating system and the kind of machine: ``Linux x86_64``.
    """

    name: str
    python: str
    system: str

    def __str__(self) -> str:
        """All of it in one line, as messages have it."""
        parts = (self.name, f"Python {self.python}", self.system)
        return ", ".join(part for part in parts if part)


class ResultKey(NamedTuple):
    """What a result is of, whatever it is called and wherever it stands.

    A tuple, because thousands of them are looked up for each run.

    Attributes:
        id: The test's id.
        case: The case; empty if it has none.
    """

    id: str
    case: str = ""

    def __str__(self) -> str:
        """``SU-001`` or ``SU-001[diamond]``."""
        return f"{self.id}[{self.case}]" if self.case else self.id


@dataclass(frozen=True, slots=True)
class TestPlace:
    """Where a spec had a test.

    Attributes:
        domain: The domain.
        group: The title of its group.
        name: Its name.
    """

    __test__ = False

    domain: str
    group: str
    name: str


@dataclass(frozen=True, slots=True)
class PastResult:
    """How one test, or one case of it, ended in one run.

    Attributes:
        outcome: Name of one of `suiteloom.model.outcomes.OUTCOMES`.
        duration_us: Whole microseconds.
        metrics: The numbers that the test recorded, by name.
    """

    outcome: str
    duration_us: int
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run in one environment, without its results.

    Attributes:
        uid: Identity of the run, the same in every file that it is copied to.
        started_us: When it began, in microseconds since 1970 in UTC.
        took_us: How long it took in all, in microseconds.
        revision: What the work tree was.
        branch: Of git; empty if it is not known.
        environment: What it ran in.
        python: The version of Python in full.
        workers: Number of processes; 0 if it is not known.
        coverage: Percent of lines, if it was measured.
        packages: Digest of each package under test, by name.
        is_whole: Whether nothing was left out on purpose, and it ended by itself.
        number: In the file that it was read from; 0 before it is in one.
        tests: How many results it had, cases counted one by one.
        failed: How many of them were failures.
        is_thinned: Whether only its failures are still there.
    """

    uid: str
    started_us: int
    took_us: int
    revision: Revision
    branch: str
    environment: RunEnvironment
    python: str
    workers: int = 0
    coverage: float | None = None
    packages: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = True
    number: int = 0
    tests: int = 0
    failed: int = 0
    is_thinned: bool = False
