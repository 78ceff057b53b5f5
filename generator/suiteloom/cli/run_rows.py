"""A run for other programs: each outcome beside what its spec says. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suiteloom.model import Finding, Outcome, TestOutcome, count_of, outcome_named
from suiteloom.model.properties import spec_properties

if TYPE_CHECKING:
    from suiteloom.model import Group, Project, Suite, Test
    from suiteloom.results import LastRun

__all__ = ["QUARANTINED", "SUSPECT", "Row", "RunRows", "as_text", "run_rows"]

SUSPECT = "suspect"
"""The state of a test that has not been looked at since its spec changed."""

QUARANTINED = "quarantined"
"""The state of a test that may fail for a while, and counts for nothing meanwhile."""

_OF_A_TEST = "RU501"
"""The finding about a test that failed, which its own row says already."""


@dataclass(frozen=True, slots=True)
class Row:
    """How one item ended in one environment, and which test of which spec it is.

    Attributes:
        ended: As the record has it.
        suite: The spec whose suite file it stands in; None if no spec claims the file.
        group: The group of the test; None if no spec names its id.
        spec: The test in the spec; None if no spec names its id.
        state: What keeps it from counting as passed besides its outcome; may be empty.
    """

    ended: TestOutcome
    suite: Suite | None = None
    group: Group | None = None
    spec: Test | None = None
    state: str = ""

    @property
    def outcome(self) -> Outcome:
        """Its outcome, from the table of outcomes."""
        return outcome_named(self.ended.outcome)

    @property
    def is_passed(self) -> bool:
        """Whether it shows what the test is there to show."""
        return self.outcome.is_good and not self.state

    @property
    def is_held_back(self) -> bool:
        """Whether its state, not its outcome, says what it counts as.

        A good outcome does not count as passed then, and in quarantine a bad one not as
        failed.
        """
        held = self.state == QUARANTINED
        is_apart = count_of(self.ended.outcome, quarantined=held) == "quarantined"
        return is_apart or (self.outcome.is_good and bool(self.state))

    @property
    def name(self) -> str:
        """The function, with the case where it has one."""
        test = self.ended.test
        return f"{test.function}[{test.case}]" if test.case else test.function

    @property
    def reason(self) -> str:
        """Why it did not pass, one line; empty if it did."""
        if self.is_passed:
            return ""
        if self.is_held_back:
            said = f"{self.outcome.said}, and is {self.state}"
            return f"{said}: {self.ended.reason}" if self.ended.reason else said
        return self.ended.reason or self.outcome.said

    def facts(self) -> Iterator[tuple[str, str]]:
        """What is known of it besides name, outcome and duration, by name.

        Yields:
            What the spec says, then what the record says; nothing that is empty.
        """
        if self.suite is not None and self.group is not None and self.spec is not None:
            yield from spec_properties(self.suite, self.group, self.spec)
        elif self.ended.id:
            yield "spec_id", self.ended.id
        test = self.ended.test
        found = {
            "outcome": self.ended.outcome,
            "state": self.state,
            "case": test.case,
            "environment": self.ended.environment,
            "path": test.path,
            "line": str(test.line) if test.line else "",
            "attempts": str(self.ended.attempts),
        }
        yield from ((name, value) for name, value in found.items() if value)
        for name, value in self.ended.metrics.items():
            yield f"metric.{name}", as_text(value)


@dataclass(frozen=True, slots=True)
class RunRows:
    """A run for other programs.

    Attributes:
        last: The kept run.
        rows: One for each of its outcomes, in its order.
        findings: Errors that no row shows: what would make a run of passed tests fail.
    """

    last: LastRun
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()

    def facts(self) -> Iterator[tuple[str, str]]:
        """What is known of the run as a whole, by name; numbers as in its JSON."""
        last = self.last
        yield "commit", last.revision.commit
        if last.revision.is_clean is not None:
            yield "tree_clean", as_text(last.revision.is_clean)
        if last.began_us:
            yield "began_us", str(last.began_us)
            yield "ended_us", str(last.ended_us)
        yield "environments", ", ".join(name for name in last.environments if name)
        yield "system", last.system
        if last.hosts:
            yield "hosts", ", ".join(last.hosts)
        for name, reason in last.missing_hosts.items():
            yield f"missing_host.{name}", reason
        yield "collected", str(len(last.collected))
        for path, count in sorted(last.unspecified.items()):
            yield f"unspecified.{path}", str(count)
        if last.coverage is not None:
            yield "coverage_percent", as_text(last.coverage)
        for name, percent in last.coverage_by_environment.items():
            if name:
                yield f"coverage_percent.{name}", as_text(percent)
        for path, digest in sorted(last.suites.items()):
            yield f"digest.{path}", digest


def run_rows(
    last: LastRun,
    project: Project,
    findings: Iterable[Finding],
    suspects: Collection[str] = (),
    quarantined: Collection[str] = (),
) -> RunRows:
    """Put each outcome of a run beside what its spec says.

    Args:
        last: The kept run.
        project: The specs.
        findings: Of the run.
        suspects: Ids of the tests that are to be looked at.
        quarantined: Ids of the tests in quarantine.
    """
    by_path = {suite.path: suite for suite in project.suites}
    by_id: Mapping[str, tuple[Suite, Group, Test]] = {
        test.id: (suite, group, test)
        for suite in project.suites
        for group in suite.groups
        for test in group.tests
    }
    rows = []
    for ended in last.tests:
        suite, group, spec = by_path.get(ended.test.path), None, None
        if ended.id in by_id and not ended.test.is_orphan:
            suite, group, spec = by_id[ended.id]
        state = SUSPECT if ended.id in suspects else ""
        state = QUARANTINED if ended.id in quarantined else state
        rows.append(Row(ended, suite, group, spec, state))
    errors = tuple(
        finding
        for finding in findings
        if finding.severity == "error" and finding.code != _OF_A_TEST
    )
    return RunRows(last, tuple(rows), errors)


def as_text(value: object) -> str:
    """A value of a record as text: a text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, default=repr)
