"""`report`: from specs, suites, the last run and the history to one document, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from suiteloom.levels.facts import SuiteFacts, read_facts
from suiteloom.model import CodeAge, Project, Suite
from suiteloom.model.report import (
    EntryReport,
    Overview,
    QualityReport,
    Report,
    ReportDomain,
    ReportRun,
)
from suiteloom.results import LastRun
from suiteloom.store import project_name
from suiteloom.workflows.audit import ComplianceReport, compliance
from suiteloom.workflows.disk import Disk
from suiteloom.workflows.evidence import gather
from suiteloom.workflows.project import Workspace, check_domains
from suiteloom.workflows.report.domains import Gathered, domain_of, lost_by_reason
from suiteloom.workflows.report.moments import moment
from suiteloom.workflows.report.past import Past, read_past, remembered_run
from suiteloom.workflows.report.sections import (
    Pair,
    aims_of,
    compliance_of,
    entries_of,
    environments_of,
    open_of,
    slices_of,
    slowest_of,
    structure_of,
)
from suiteloom.workflows.status import StatusReport, status

__all__ = ["report"]


def report(
    workspace: Workspace,
    domains: Iterable[str] = (),
    *,
    run: str = "",
    history: Path | None = None,
    project: Project | None = None,
    judged: ComplianceReport | None = None,
    last: LastRun | None = None,
) -> Report:
    """Compute the report.

    Args:
        workspace: The project.
        domains: Which to report on; none means all.
        run: A remembered run: its number, ``last``, or the beginning of its commit. Empty
            means the one that is kept as the last.
        history: The history, if a person named one.
        project: The specs, if they have been read already.
        judged: The compliance of these suites, if it is known already.
        last: The run, if it has just been made.

    Raises:
        UsageError: If a domain or a run is unknown.
        SpecError: If a spec is wrong.
        StorageError: If a file can not be read.
    """
    project = project or workspace.load()
    known_domains = check_domains(project, tuple(domains))
    suites = [suite for suite in project.suites if suite.domain in known_domains]
    number = None
    if run:
        number, last = remembered_run(workspace, project, run, history)
    known = gather(workspace, project, suites, last, history)
    judged = judged or compliance(workspace, project, [suite.path for suite in suites])
    table = status(workspace, project, judged, domains=known_domains, known=known)
    past = read_past(workspace, known.last, number, history)
    facts = _facts(known.disk, suites)
    gathered = Gathered.of(known, table.suites, facts, table.held, past.recent_s)
    found = tuple(domain_of(suite, gathered) for suite in suites)
    pairs = _pairs(suites, found)
    entries = entries_of(suites, pairs)
    totals = _totals(table, found, entries, facts, pairs)
    scored = compliance_of(judged)
    quality = QualityReport(
        runs=past.runs,
        compared=past.compared,
        repeated=past.repeated,
        flaky=past.flaky,
        slowest=slowest_of(found),
        slower=past.slower,
        problem=past.problem,
    )
    return Report(
        title=project_name(workspace.root),
        run=_run(known.last, table.age, past),
        totals=totals,
        at_risk=lost_by_reason(shown for _, shown in pairs),
        domains=found,
        by_segment=slices_of(pairs, lambda test: test.bvj.segment),
        by_goal=slices_of(pairs, lambda test: filter(None, [test.bvj.goal])),
        by_kind=slices_of(pairs, lambda test: test.kinds),
        by_environment=environments_of(found, known.last),
        mission_critical=entries,
        structure=structure_of(workspace.config, found, pairs, judged),
        compliance=scored,
        quality=quality,
        trends=past.trends,
        aims=aims_of(totals, scored, quality),
        open=open_of(project, found, judged),
    )


def _facts(disk: Disk, suites: Iterable[Suite]) -> dict[str, SuiteFacts]:
    """What the syntax trees of suites say, of those that can be read."""
    return {
        suite.path: read_facts(disk.files[suite.path])
        for suite in suites
        if suite.path in disk.suites and suite.path not in disk.unreadable
    }


def _pairs(suites: Sequence[Suite], domains: Sequence[ReportDomain]) -> list[Pair]:
    return [
        (test, shown)
        for suite, domain in zip(suites, domains, strict=True)
        for group, reported in zip(suite.groups, domain.groups, strict=True)
        for test, shown in zip(group.tests, reported.tests, strict=True)
    ]


def _totals(
    table: StatusReport,
    domains: Sequence[ReportDomain],
    entries: Sequence[EntryReport],
    facts: Mapping[str, SuiteFacts],
    pairs: Sequence[Pair],
) -> Overview:
    sums = dict(table.totals)
    score = sums.pop("score")
    revenue, protected = sums["revenue_usd"], sums["protected_usd"]
    at_risk = None
    if revenue is not None and protected is not None:
        at_risk = int(revenue - protected)
    whole = {
        name: None if value is None else int(value) for name, value in sums.items()
    }
    return Overview(
        domains=len(domains),
        groups=sum(len(domain.groups) for domain in domains),
        specified=whole["specified"] or 0,
        cases=sum(shown.cases or 1 for _, shown in pairs),
        written=whole["written"] or 0,
        pending=whole["pending"] or 0,
        suspect=whole["suspect"] or 0,
        orphaned=whole["orphaned"] or 0,
        unspecified=whole["unspecified"],
        collected=whole["collected"],
        passed=whole["passed"],
        failed=whole["failed"],
        skipped=whole["skipped"],
        rerun=whole["rerun"],
        quarantined=whole["quarantined"] or 0,
        stale=whole["stale_tests"],
        protecting=sum(domain.protecting for domain in domains),
        unjustified=whole["unjustified"] or 0,
        statements=sum(_statements(found) for found in facts.values()),
        revenue_usd=whole["revenue_usd"],
        protected_usd=whole["protected_usd"],
        at_risk_usd=at_risk,
        covered_usd=whole["covered_usd"],
        without_revenue=sum(domain.revenue_usd is None for domain in domains),
        score=score,
        entries=len(entries),
        entries_shown=sum(entry.is_shown for entry in entries),
    )


def _statements(facts: SuiteFacts) -> int:
    """How many docstrings of a suite state a justification."""
    classes = [item.labels for item in facts.classes]
    tests = [item.labels for item in facts.tests]
    return sum("BVJ" in found for found in (facts.labels, *classes, *tests))


def _run(last: LastRun | None, age: CodeAge | None, past: Past) -> ReportRun | None:
    if last is None:
        return None
    began = moment(last.began_us)
    took = (last.ended_us - last.began_us) / 1e6 if last.began_us else None
    changed = tuple(map(str, age.changes)) if age else ()
    return ReportRun(
        number=past.number,
        began=began,
        date=began.partition("T")[0],
        commit=last.revision.commit,
        tree_clean=last.revision.is_clean,
        environments=tuple(filter(None, last.environments)),
        system=last.system,
        took_s=round(took, 3) if took is not None and last.ended_us else None,
        tests_s=round(sum(test.duration_s for test in last.tests), 6),
        items=len(last.tests),
        coverage_percent=last.coverage,
        coverage_by_environment=last.coverage_by_environment,
        age=age.verdict if age else "unknown",
        age_because=(changed or age.unknown) if age else (),
        missing_hosts=last.missing_hosts,
    )
