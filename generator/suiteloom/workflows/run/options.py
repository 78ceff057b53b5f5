"""What a run is told: which suites, and how."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.model import ENVIRONMENTS, Shard

__all__ = ["SUITES", "RunOptions", "environments"]

SUITES = "suites"
"""Of `RunOptions.workers`: as many processes as pay off, no suite in two of them."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Which suites to run, and how.

    Attributes:
        domains: Domains; none means all.
        category: Only suites of this category; empty means any.
        pattern: Only suites whose file name matches this glob; empty means any.
        environments: Names of environments to run in, one after the other; none means
            the one that is set.
        workers: Number of processes, ``auto`` for as many as there are cores, `SUITES`
            for suites side by side where that pays off, or empty for one.
        fast_fail: Whether to stop at the first failure.
        coverage: Whether to measure the configured packages.
        arguments: Passed to pytest as they are.
        ids: Ids of tests; of their suites these are run, unless the domain is named.
        expression: What pytest's ``-k`` takes; empty selects nothing.
        shard: Which share of these tests to run; None runs all.
        history: The file that the run is added to, if a person named one.
        hosts: Other machines to run on, as ``--tx`` takes them; none is this one.
        allow_missing_host: Whether to go on without machines that are not reached.
    """

    domains: tuple[str, ...] = ()
    category: str = ""
    pattern: str = ""
    environments: tuple[str, ...] = ()
    workers: str = ""
    fast_fail: bool = False
    coverage: bool = True
    arguments: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    expression: str = ""
    shard: Shard | None = None
    history: Path | None = None
    hosts: tuple[str, ...] = ()
    allow_missing_host: bool = False

    @property
    def is_partial(self) -> bool:
        """Whether a specified test of a chosen suite may be left out on purpose."""
        return bool(self.arguments or self.fast_fail or self.ids or self.expression)

    @property
    def is_whole(self) -> bool:
        """Whether every test of the project is to be run."""
        chosen = self.domains or self.category or self.pattern or self.shard
        return not (chosen or self.is_partial)


def environments(name: str) -> tuple[str, ...]:
    """The environments that ``--env NAME`` means.

    Raises:
        UsageError: If there is no such environment.
    """
    if name == "all":
        return ENVIRONMENTS
    if name and name not in ENVIRONMENTS:
        known = ", ".join([*ENVIRONMENTS, "all"])
        raise UsageError(f"no environment {name!r}", hint=f"known: {known}")
    return (name,) if name else ()
