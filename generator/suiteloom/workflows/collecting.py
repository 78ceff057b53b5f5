"""The collection level of `check`: as the team's pytest collects, then as suiteloom's does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from suiteloom.levels import (
    SuiteFacts,
    check_above,
    check_collection,
    check_orphans,
    check_others,
    check_path,
    check_session,
    check_start,
    check_team,
)
from suiteloom.model import (
    CollectedTest,
    CollectionProblem,
    Finding,
    Project,
    Record,
    Suite,
)
from suiteloom.results import collect, collect_as_team, settings_above
from suiteloom.workflows.project import Workspace

__all__ = ["Collected", "collect_suites"]


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of a collection.

    Attributes:
        record: What pytest collects of the suites; where the team's call lacks a suite,
            as it is collected by name.
        count: Number of specified tests that the team's own call collects.
        findings: What is wrong.
        can_spread: Whether the team's call leaves pytest-xdist to us.
    """

    record: Record
    count: int
    findings: tuple[Finding, ...]
    can_spread: bool = False


def collect_suites(
    workspace: Workspace,
    project: Project,
    suites: Sequence[Suite],
    facts: Mapping[str, SuiteFacts],
    *,
    whole: bool,
) -> Collected:
    """Collect without naming files, and hold what comes of it against the specs.

    A second process names the suites that the first lacks or can not import, with the
    project's folder on the path: it tells a fault of the suite from one of the settings. A
    third one starts above the project, if pytest may
    have settings there.

    Args:
        workspace: The project.
        project: Its specs.
        suites: Those to look at.
        facts: What the syntax trees of their folder say, by path.
        whole: Whether those are all suites, so that whatever else is in their folder is
            looked at, too.
    """
    root, config = workspace.root, project.config
    paths = [suite.path for suite in suites if suite.path in facts]
    team = collect_as_team(root, paths)
    findings: list[Finding] = []
    if team.record.problem:
        plain = team.record
        team = collect_as_team(root, paths, here=True)
        findings += check_start(plain, team)
    findings += check_session(team.record, looked=True)
    if team.record.problem:
        return Collected(team.record, 0, tuple(findings))
    findings += check_team(team, config)
    findings += check_others(team, config.suites)
    again = paths
    if team.plugin == "active":
        broken = {error.path for error in team.record.errors}.intersection(paths)
        again = [*(item.path for item in team.passed_over), *sorted(broken)]
        if above := settings_above(root):
            findings += check_above(collect_as_team(root, paths, above), paths)
    folder = f"{config.suites}/" if whole else ""
    ours = _ours(team.record, paths, folder)
    ids = {test.id for suite in suites for test in suite.tests}
    count = len({item.id for item in ours.collected if not item.is_orphan} & ids)
    record = _without(ours, again)
    if again:
        named = collect(root, again, config.suites)
        findings += check_session(named, looked=True)
        findings += check_path(team, named, again)
        record = _joined(record, _ours(named, again, ""))
    if not record.problem:
        findings += check_collection(suites, facts, record)
        findings += check_orphans(record, config)
    return Collected(record, count, tuple(findings), team.can_spread)


def _ours(record: Record, paths: Collection[str], folder: str) -> Record:
    """A record without what is in no suite, not in the folder and has no id.

    Without a folder, the suites alone count.
    """
    suites = frozenset(paths)

    def is_ours(path: str, identity: str) -> bool:
        if path in suites:
            return True
        return bool(folder) and (bool(identity) or path.startswith(folder))

    return _chosen(record, is_ours)


def _without(record: Record, paths: Collection[str]) -> Record:
    """A record without what is in some suites."""
    gone = frozenset(paths)
    return _chosen(record, lambda path, _: path not in gone)


def _chosen(record: Record, keep: Callable[[str, str], bool]) -> Record:
    """What of a record is to be kept, asked by path and id."""

    def tests(items: Sequence[CollectedTest]) -> tuple[CollectedTest, ...]:
        return tuple(item for item in items if keep(item.path, item.id))

    def problems(items: Sequence[CollectionProblem]) -> tuple[CollectionProblem, ...]:
        return tuple(item for item in items if keep(item.path, ""))

    return replace(
        record,
        collected=tests(record.collected),
        deselected=tests(record.deselected),
        errors=problems(record.errors),
        warnings=problems(record.warnings),
    )


def _joined(first: Record, second: Record) -> Record:
    """Two records of different files as one; the second one's settings count."""
    return replace(
        second,
        collected=first.collected + second.collected,
        deselected=first.deselected + second.deselected,
        errors=first.errors + second.errors,
        warnings=first.warnings + second.warnings,
    )
