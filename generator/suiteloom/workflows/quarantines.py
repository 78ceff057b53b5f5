"""The tests in quarantine: how they ended, and what is wrong with their quarantines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from suiteloom.levels import check_quarantine_count, check_quarantine_ends
from suiteloom.model import Finding, Project, Quarantine, Suite, in_quarantine
from suiteloom.model.quarantine import PASSES_TO_LEAVE
from suiteloom.workflows.history.streaks import passes_in_a_row
from suiteloom.workflows.project import Workspace

__all__ = ["Held", "held_tests", "quarantine_findings"]


@dataclass(frozen=True, slots=True)
class Held:
    """A test whose quarantine is in force.

    Attributes:
        domain: Its domain.
        id: Its id.
        name: Its name.
        quarantine: Until when, and why.
        outcome: How it ended in the last run that counts; empty if it is in none.
        passes: In how many of its newest runs in a row it passed; None if that is not
            known.
    """

    domain: str
    id: str
    name: str
    quarantine: Quarantine
    outcome: str = ""
    passes: int | None = None

    @property
    def may_leave(self) -> bool:
        """Whether it passed so often in a row that its quarantine may go."""
        return self.passes is not None and self.passes >= PASSES_TO_LEAVE


def held_tests(
    workspace: Workspace,
    suites: Sequence[Suite],
    outcomes: Mapping[str, str],
    history: Path | None = None,
) -> tuple[Held, ...]:
    """The tests whose quarantine is in force today, in spec order.

    Args:
        workspace: The project.
        suites: Whose tests to look at.
        outcomes: How tests ended, by id.
        history: Another history than the project's own.
    """
    ids = in_quarantine(suites, workspace.today)
    passes = passes_in_a_row(workspace, ids, history) if ids else {}
    return tuple(
        Held(
            suite.domain,
            test.id,
            test.name,
            test.quarantine,
            outcomes.get(test.id, ""),
            passes.get(test.id),
        )
        for suite in suites
        for test in suite.tests
        if test.quarantine is not None and test.id in ids
    )


def quarantine_findings(
    workspace: Workspace, project: Project, suites: Sequence[Suite]
) -> tuple[Finding, ...]:
    """What is wrong with quarantines, at their places in the specs.

    Args:
        workspace: The project.
        project: All of its specs, for how many there may be.
        suites: Those whose tests are looked at.

    Raises:
        StorageError: If a spec can not be read.
    """
    found = list(check_quarantine_ends(suites, workspace.today))
    most = workspace.config.quarantine_max
    count = check_quarantine_count(project.suites, workspace.today, most)
    return (*_placed(workspace, suites, found), *count)


def _placed(
    workspace: Workspace, suites: Sequence[Suite], findings: Sequence[Finding]
) -> list[Finding]:
    """The findings with line and column of each quarantine."""
    if not findings:
        return []
    from suiteloom.specs.places import locate

    specs = workspace.spec_files()
    ids = {finding.id for finding in findings}
    places = {}
    for suite in suites:
        keys = {
            test.id: ("groups", number, "tests", index, "#key", "quarantine")
            for number, group in enumerate(suite.groups)
            for index, test in enumerate(group.tests)
            if test.id in ids
        }
        if keys:
            found = locate(specs[suite.spec_path], set(keys.values()))
            places.update({name: found[key] for name, key in keys.items()})
    return [
        replace(finding, line=places[finding.id][0], column=places[finding.id][1])
        for finding in findings
    ]
