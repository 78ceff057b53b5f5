"""`check`: specs, suites and collection held against one another. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from suiteloom.errors import SpecError
from suiteloom.levels import (
    SuiteFacts,
    check_age,
    check_bvj,
    check_passed_over,
    check_state,
    check_strays,
    check_structure,
    check_undefined,
    read_facts,
    said_of_age,
    unreadable,
)
from suiteloom.model import Action, Finding, Plan, Project, Record, Suite, code_age
from suiteloom.model.progress import Progress, silent, under
from suiteloom.model.words import plural
from suiteloom.results import LastRun, file_digest
from suiteloom.workflows.audit import ComplianceReport, compliance
from suiteloom.workflows.collecting import collect_suites
from suiteloom.workflows.planner import make_plan
from suiteloom.workflows.processes import last_run
from suiteloom.workflows.project import Workspace, check_domains
from suiteloom.workflows.quarantines import quarantine_findings
from suiteloom.workflows.remedies import Remedies

__all__ = ["CheckReport", "Level", "check"]


@dataclass(frozen=True, slots=True)
class Level:
    """One pair of eyes: what it looked at, and what it found.

    `verdict` is the answer of a level that does not go by errors alone.
    """

    name: str
    summary: str
    findings: tuple[Finding, ...]
    verdict: bool | None = None

    @property
    def passed(self) -> bool:
        """Its verdict; without one, whether it found no error."""
        if self.verdict is not None:
            return self.verdict
        return all(finding.severity != "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `check` found, level by level.

    `project` and `record` are None if the specs are wrong: nothing after them was
    looked at. `can_spread` is whether the team's pytest leaves pytest-xdist to us.
    """

    levels: tuple[Level, ...]
    project: Project | None = None
    record: Record | None = None
    facts: dict[str, SuiteFacts] = field(default_factory=dict)
    compliance: ComplianceReport | None = None
    can_spread: bool = False

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, in the order of the levels."""
        return tuple(finding for level in self.levels for finding in level.findings)

    @property
    def passed(self) -> bool:
        """Whether no level found an error."""
        return all(level.passed for level in self.levels)

    def about(self, ids: Collection[str]) -> CheckReport:
        """The report with the findings of some tests, and those that are of no test."""
        levels = tuple(
            replace(
                level,
                findings=tuple(f for f in level.findings if not f.id or f.id in ids),
            )
            for level in self.levels
        )
        return replace(self, levels=levels)


def check(
    workspace: Workspace,
    domains: Iterable[str],
    progress: Progress = silent,
    *,
    runs_next: bool = False,
) -> CheckReport:
    """Check the specs and suites of a project.

    Args:
        workspace: The project.
        domains: Which to look at; none means all.
        progress: Told which level is being looked at, and how much of it is done.
        runs_next: Whether the suites are about to be run, so that nobody need look at the
            last run.

    Returns:
        The report.

    Raises:
        UsageError: If a domain is unknown.
        StorageError: If a file can not be read.
    """
    progress("spec")
    try:
        project = workspace.load()
    except SpecError as error:
        return CheckReport((Level("spec", "not valid", error.findings),))
    names = tuple(domains)
    whole = not names
    chosen = check_domains(project, names)
    suites = [suite for suite in project.suites if suite.domain in chosen]
    count = sum(len(list(suite.tests)) for suite in suites)
    summary = f"{plural(len(suites), 'spec')}, {plural(count, 'test')}"
    passed_over = check_passed_over(workspace.passed_over() if whole else {})
    held = quarantine_findings(workspace, project, suites)
    levels = [Level("spec", summary, (*check_bvj(suites), *passed_over, *held))]

    progress("drift")
    files = workspace.suite_files()
    plan = make_plan(
        workspace,
        project,
        names,
        files=files,
        restore=False,
        progress=under("drift", progress),
    )
    levels.append(Level("drift", _drift_summary(plan), tuple(_drift(plan, project))))

    progress("structure")
    named = {finding.path for finding in plan.refusals if finding.code == "DR201"}
    around = workspace.conftests()
    paths = files if whole else [s.path for s in suites if s.path in files]
    facts, findings = _structure(files, paths, project, suites, named, around)
    count = sum(suite.path in facts for suite in suites)
    levels.append(Level("structure", f"{plural(count, 'suite')} read", findings))

    progress("collection")
    came = collect_suites(workspace, project, suites, facts, whole=whole)
    summary = f"{plural(came.count, 'test')} collected"
    levels.append(Level("collection", summary, came.findings))

    progress("compliance")
    paths = [suite.path for suite in suites]
    judged = compliance(workspace, project, paths, progress)
    levels.append(_compliance_level(judged))
    if not runs_next and (last := last_run(workspace)):
        progress("run")
        levels.append(_run_level(workspace, last, suites, files))
    progress("hints")
    look = partial(_looked, workspace, names)
    remedies = Remedies(workspace, project, files, names, look)
    return CheckReport(
        _hinted(levels, remedies),
        project,
        came.record,
        facts,
        judged,
        came.can_spread,
    )


def _hinted(levels: Iterable[Level], remedies: Remedies) -> tuple[Level, ...]:
    """The levels with hints that hold on this tree."""
    levels = tuple(levels)
    found = [finding for level in levels for finding in level.findings]
    hinted = iter(remedies.hinted(found))
    return tuple(
        replace(level, findings=tuple(islice(hinted, len(level.findings))))
        for level in levels
    )


def _looked(
    workspace: Workspace,
    names: tuple[str, ...],
    project: Project,
    files: Mapping[str, bytes],
    asked: Container[str],
) -> Iterator[Finding]:
    """What the levels that need no pytest find in specs and suites at hand.

    Of the structure only files are looked at that are asked for.
    """
    chosen = check_domains(project, names)
    suites = [suite for suite in project.suites if suite.domain in chosen]
    plan = make_plan(workspace, project, names, files=files, restore=False)
    yield from _drift(plan, project)
    named = {finding.path for finding in plan.refusals if finding.code == "DR201"}
    around = workspace.conftests()
    paths = [path for path in files if path in asked]
    if names:
        own = {suite.path for suite in suites}
        paths = [path for path in paths if path in own]
    yield from _structure(files, paths, project, suites, named, around)[1]


def _compliance_level(report: ComplianceReport) -> Level:
    asked = f", {report.threshold:g} asked for" if report.threshold else ""
    partly = ", ".join(report.without_ruff)
    missing = f", {partly} asked in part without ruff" if partly else ""
    summary = f"score {report.score.value:.1f} of 100{asked}{missing}"
    return Level("compliance", summary, report.findings, report.passed)


def _run_level(
    workspace: Workspace,
    last: LastRun,
    suites: Iterable[Suite],
    files: Mapping[str, bytes],
) -> Level:
    """Whether the results of the last run are of the code and suites as they are."""
    age = code_age(last.code, workspace.code())
    changed = [
        suite.path
        for suite in suites
        if suite.path in last.suites
        if last.suites[suite.path] != file_digest(files.get(suite.path, b""))
    ]
    return Level("run", said_of_age(age, changed), tuple(check_age(age, changed)))


def _structure(
    tree: Mapping[str, bytes],
    paths: Iterable[str],
    project: Project,
    suites: Iterable[Suite],
    named: Container[str],
    around: Sequence[bytes],
) -> tuple[dict[str, SuiteFacts], tuple[Finding, ...]]:
    """Read files of the suites folder.

    Args:
        tree: The Python files in and below the suites folder by path.
        paths: Those to read.
        project: The specs.
        suites: Those to look at.
        named: Files that another level says can not be read.
        around: Conftest files above the folder.

    Returns:
        The facts of each file that could be read, by path, and what is wrong.
    """
    config = project.config
    homes = {test.id: suite.path for suite, test in project.tests}
    by_path = {suite.path: suite for suite in suites}
    facts: dict[str, SuiteFacts] = {}
    findings: list[Finding] = []
    for path in paths:
        try:
            found = facts[path] = read_facts(tree[path])
        except (SyntaxError, ValueError, RecursionError) as error:
            if path not in named:
                line = getattr(error, "lineno", 0) or 0
                findings.append(unreadable(path, str(error), line))
            continue
        if suite := by_path.get(path):
            findings += check_structure(suite, found, config)
            findings += check_undefined(path, tree, around)
        findings += check_strays(path, found, homes, config)
        findings += check_state(path, found, config)
    return facts, tuple(findings)


def _drift_summary(plan: Plan) -> str:
    if not plan.changes and not plan.actions and not plan.refusals:
        return "suites are as their specs render them"
    if plan.changes:
        return f"{plural(len(plan.changes), 'file')} would change"
    if plan.refusals:
        return "the suites can not be written"
    return "spec-owned text was edited by hand"


def _drift(plan: Plan, project: Project) -> Iterator[Finding]:
    """What rendering would change, as findings."""
    yield from plan.refusals
    paths = {suite.domain: suite.path for suite in project.suites}
    created: dict[str, list[Action]] = {}
    for action in plan.actions:
        path = paths.get(action.domain, "")
        if action.action == "create":
            created.setdefault(path, []).append(action)
        elif action.action == "edited":
            subject = action.id or action.detail
            message = f"{subject}: spec-owned text was edited by hand"
            yield _of_action("DR212", message, action, path)
        else:
            subject = f"{action.id} " if action.id else ""
            message = f"{subject}would change: {action.action} ({action.detail})"
            yield _of_action("DR211", message, action, path)
    for path, actions in created.items():
        names = ", ".join(f"{action.id} {action.detail}" for action in actions[:3])
        more = f" and {len(actions) - 3} more" if len(actions) > 3 else ""
        message = f"missing from the suite: {names}{more}"
        yield Finding("DR210", "error", message, path)


def _of_action(code: str, message: str, action: Action, path: str) -> Finding:
    """A finding at the place that an action names; `path` if it names none."""
    where = action.path or path
    return Finding(code, "error", message, where, action.line, id=action.id)
