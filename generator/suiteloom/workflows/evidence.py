"""What is known of each specified test: from its suite, the last run and the history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from suiteloom.model import (
    CodeAge,
    Evidence,
    Project,
    Suite,
    Test,
    code_age,
    in_quarantine,
)
from suiteloom.results import LastRun
from suiteloom.workflows.disk import Disk, Standing, read_disk
from suiteloom.workflows.history.flakes import flaky_on
from suiteloom.workflows.processes import last_run
from suiteloom.workflows.project import Workspace

__all__ = ["Change", "Known", "SuiteKnown", "gather"]

Change = Literal["", "suite", "code"]
"""What changed since a suite was run; ``suite`` if both did."""


@dataclass(frozen=True, slots=True)
class SuiteKnown:
    """What is known of one suite.

    Attributes:
        units: Its units on disk by id.
        run: The last run, if the suite was in it.
        changed: What changed since; empty if nothing did, or it was not run.
        tests: What is known of each of its specified tests, by id, in spec order.
    """

    units: Mapping[str, Standing]
    run: LastRun | None
    changed: Change
    tests: Mapping[str, Evidence]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a project besides its specs.

    Attributes:
        disk: Its suites.
        last: The run that counts, if there is one.
        age: How its results stand to the code under test; None if there is no run.
        outcomes: How each test ended in it, by id.
        held: Ids of the tests in quarantine.
        flaky: Ids of those that ended in several ways on the commit of the run.
        history: Another history than the project's own, which says so.
    """

    disk: Disk
    last: LastRun | None
    age: CodeAge | None
    outcomes: Mapping[str, str]
    held: frozenset[str]
    flaky: frozenset[str]
    history: Path | None = None

    def of(self, suite: Suite) -> SuiteKnown:
        """What is known of one suite."""
        found = self.disk.suites.get(suite.path)
        units = {unit.id: unit for unit in found.units} if found else {}
        run = self.last if self.last and suite.path in self.last.suites else None
        changed = self._changed(run, suite.path)
        tests = {
            test.id: self._evidence(test, units.get(test.id), is_stale=bool(changed))
            for test in suite.tests
        }
        return SuiteKnown(units, run, changed, tests)

    def _evidence(
        self, test: Test, unit: Standing | None, *, is_stale: bool
    ) -> Evidence:
        outcome = self.outcomes.get(test.id, "")
        return Evidence(
            is_pending=unit is None or unit.is_pending,
            is_suspect=unit is not None and unit.is_suspect,
            is_stale=is_stale and bool(outcome),
            is_held=test.id in self.held,
            is_flaky=test.id in self.flaky,
            outcome=outcome,
        )

    def _changed(self, run: LastRun | None, path: str) -> Change:
        if run is None:
            return ""
        if not run.is_of(path, self.disk.files.get(path, b"")):
            return "suite"
        return "code" if self.age is not None and self.age.verdict == "stale" else ""


def gather(
    workspace: Workspace,
    project: Project,
    suites: Iterable[Suite],
    last: LastRun | None = None,
    history: Path | None = None,
) -> Known:
    """Read what is known of a project besides its specs.

    Args:
        workspace: The project.
        project: Its specs.
        suites: Those of it whose quarantines are looked at.
        last: The run that counts; None means the one that is kept as the last.
        history: Another history than the project's own.

    Raises:
        StorageError: If a file can not be read.
    """
    last = last or last_run(workspace)
    return Known(
        disk=read_disk(project, workspace.suite_files(), {}),
        last=last,
        age=code_age(last.code, workspace.code()) if last else None,
        outcomes=last.outcomes() if last else {},
        held=frozenset(in_quarantine(suites, workspace.today)),
        flaky=flaky_on(workspace, last.revision, history) if last else frozenset(),
        history=history,
    )
