"""The parts of a report that look across domains."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from suiteloom.audit.catalogue import FAMILIES
from suiteloom.model import Config, Project, Suite, Test, count_of
from suiteloom.model.report import (
    AimReport,
    EntryReport,
    FamilyReport,
    OpenReport,
    Overview,
    QualityReport,
    ReportCompliance,
    ReportDomain,
    ReportFinding,
    ReportStructure,
    ReportTest,
    SliceReport,
    SlowReport,
)
from suiteloom.results import LastRun
from suiteloom.workflows.audit import ComplianceReport

__all__ = [
    "Pair",
    "aims_of",
    "compliance_of",
    "entries_of",
    "environments_of",
    "open_of",
    "slices_of",
    "slowest_of",
    "structure_of",
]

Pair: TypeAlias = tuple[Test, ReportTest]
"""A test as its spec has it, and as the report does."""

_ENVIRONMENT = "SL2"
_NO_BASE = "SL107"
_MOST_FINDINGS = 200
_SLOWEST = 10
_MOST_IDS = 50


def slices_of(
    pairs: Iterable[Pair], names: Callable[[Test], Iterable[str]]
) -> tuple[SliceReport, ...]:
    """Count tests by what they have in common, the most revenue first.

    Args:
        pairs: The tests.
        names: What a test has; it counts for each.
    """
    found: dict[str, list[ReportTest]] = defaultdict(list)
    for test, shown in pairs:
        for name in dict.fromkeys(names(test)):
            found[name].append(shown)
    slices = [_slice(name, tests) for name, tests in found.items()]
    return tuple(sorted(slices, key=lambda item: (-(item.usd or 0), item.name)))


def _slice(name: str, tests: Sequence[ReportTest]) -> SliceReport:
    known = [test for test in tests if test.usd is not None]
    usd = sum(test.usd or 0 for test in known)
    protected = sum(test.usd or 0 for test in known if not test.reasons)
    return SliceReport(
        name=name,
        specified=len(tests),
        protecting=sum(not test.reasons for test in tests),
        usd=usd if known else None,
        protected_usd=protected if known else None,
    )


def environments_of(
    domains: Iterable[ReportDomain], last: LastRun | None
) -> tuple[SliceReport, ...]:
    """Count the tests that ran and passed in each environment of the run, in its order.

    A test protects something in all environments together or in none; here is said in
    which of them it passed.
    """
    if last is None or not any(last.environments):
        return ()
    tests = [
        test for domain in domains for group in domain.groups for test in group.tests
    ]
    found = []
    for name in last.environments:
        ran = [test for test in tests if _outcome_in(test, name, last)]
        good = [
            test
            for test in ran
            if "stale" not in test.reasons
            and count_of(
                _outcome_in(test, name, last), quarantined=test.quarantine is not None
            )
            == "passed"
        ]
        usd = [test.usd for test in ran if test.usd is not None]
        passed_usd = sum(test.usd or 0 for test in good)
        found.append(
            SliceReport(
                name=name,
                specified=len(ran),
                protecting=len(good),
                usd=sum(usd) if usd else None,
                protected_usd=passed_usd if usd else None,
            )
        )
    return tuple(found)


def _outcome_in(test: ReportTest, environment: str, last: LastRun) -> str:
    if len(last.environments) == 1:
        return test.outcome
    return test.outcomes.get(environment, "")


def entries_of(
    suites: Iterable[Suite], shown: Iterable[Pair]
) -> tuple[EntryReport, ...]:
    """The entries of `must_cover`, and which tests show them."""
    by_id = {test.id: found for test, found in shown}
    entries = []
    for suite in suites:
        for entry in suite.must_cover:
            tests = [test.id for test in suite.tests if entry in test.covers]
            good = tuple(name for name in tests if not by_id[name].reasons)
            entries.append(
                EntryReport(entry, suite.domain, tuple(tests), good, bool(good))
            )
    return tuple(entries)


def structure_of(
    config: Config,
    domains: Sequence[ReportDomain],
    pairs: Sequence[Pair],
    judged: ComplianceReport,
) -> ReportStructure:
    """How the suites are built."""
    groups = [group for domain in domains for group in domain.groups]
    on_disk = [group for group in groups if group.bases]
    flaws = [flaw for file in judged.files for flaw in file.flaws]
    off_base = {
        (flaw.finding.path, flaw.owner)
        for flaw in flaws
        if flaw.finding.code == _NO_BASE
    }
    asked = {family.family for family in judged.score.families}
    direct = sum(flaw.finding.code.startswith(_ENVIRONMENT) for flaw in flaws)
    ours = {path.rpartition(".")[2] for path in config.bases}
    on_base = sum(
        any(base.rpartition(".")[2] in ours for base in group.bases)
        and (domain.suite, group.class_name) not in off_base
        for domain in domains
        for group in domain.groups
    )
    return ReportStructure(
        classes=len(on_disk),
        on_base=on_base,
        bases=dict(Counter(base for group in on_disk for base in group.bases)),
        direct_environment=direct if _ENVIRONMENT in asked else None,
        async_tests=sum(test.is_async for test, _ in pairs),
        tables=sum(bool(test.cases) for test, _ in pairs),
        categories=dict(
            sum((Counter({d.category: d.specified}) for d in domains), Counter())
        ),
    )


def compliance_of(judged: ComplianceReport) -> ReportCompliance:
    """The score and where its points went."""
    findings = judged.findings
    return ReportCompliance(
        score=judged.score.value if judged.score.tests else None,
        threshold=judged.threshold,
        passed=judged.passed,
        tests=judged.score.tests,
        void=judged.score.void,
        critical=judged.score.critical,
        families=tuple(
            FamilyReport(
                family=item.family,
                name=FAMILIES[item.family],
                clean=item.clean,
                tests=item.tests,
                worth=round(item.worth, 2),
                lost=round(item.lost, 2),
            )
            for item in judged.score.families
        ),
        by_code=dict(sorted(Counter(finding.code for finding in findings).items())),
        findings=tuple(
            ReportFinding(item.code, item.severity, item.message, item.path, item.line)
            for item in findings[:_MOST_FINDINGS]
        ),
        left_out=max(len(findings) - _MOST_FINDINGS, 0),
    )


def slowest_of(domains: Iterable[ReportDomain]) -> tuple[SlowReport, ...]:
    """The tests that took longest in the run."""
    found = [
        SlowReport(test.id, domain.domain, test.name, test.duration_s)
        for domain in domains
        for group in domain.groups
        for test in group.tests
        if test.duration_s is not None
    ]
    return tuple(sorted(found, key=lambda item: -item.duration_s)[:_SLOWEST])


def aims_of(
    totals: Overview, compliance: ReportCompliance, quality: QualityReport
) -> tuple[AimReport, ...]:
    """The figures that are to be something, and whether they are."""
    aims = [
        _at_least(
            "tests that protect what they stand for",
            (totals.protecting, "totals.protecting"),
            (totals.specified, "totals.specified"),
        ),
        _at_least(
            "compliance score",
            (compliance.score, "compliance.score"),
            (compliance.threshold, "compliance.threshold"),
        ),
    ]
    if totals.entries:
        aims.append(
            _at_least(
                "mission-critical entries shown",
                (totals.entries_shown, "totals.entries_shown"),
                (totals.entries, "totals.entries"),
            )
        )
    if totals.revenue_usd is not None:
        aims.append(
            _at_least(
                "revenue protected",
                (totals.protected_usd, "totals.protected_usd"),
                (totals.revenue_usd, "totals.revenue_usd"),
            )
        )
    flaky = len(quality.flaky) if quality.repeated or quality.flaky else None
    reached = None if flaky is None else not flaky
    aims.append(AimReport("flaky tests", flaky, "quality.flaky.length", 0, "", reached))
    if not totals.specified:
        return tuple(replace(aim, is_reached=None) for aim in aims)
    return tuple(aims)


def _at_least(
    name: str, figure: tuple[float | None, str], aim: tuple[float | None, str]
) -> AimReport:
    reached = None
    if figure[0] is not None and aim[0] is not None:
        reached = figure[0] >= aim[0]
    return AimReport(name, *figure, *aim, reached)


_COMMANDS = {
    "pending": "suiteloom run {id}",
    "failed": "suiteloom run {id}",
    "suspect": "suiteloom review",
    "stale": "suiteloom run {domain}",
    "not run": "suiteloom run {domain}",
    "skipped": "suiteloom run {id}",
    "flaky": "suiteloom flaky",
    "quarantined": "suiteloom history {id}",
}


def open_of(
    project: Project, domains: Sequence[ReportDomain], judged: ComplianceReport
) -> tuple[OpenReport, ...]:
    """What is left to do, as counts with the tests and the command for it."""
    return tuple(item for item in _open(project, domains, judged) if item.count)


def _open(
    project: Project, domains: Sequence[ReportDomain], judged: ComplianceReport
) -> Iterator[OpenReport]:
    lost: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for domain in domains:
        for group in domain.groups:
            for test in group.tests:
                if test.reasons:
                    lost[test.state].append((test.id, domain.domain))
    for reason, found in lost.items():
        names = dict.fromkeys(name for _, name in found)
        domain_named = next(iter(names)) if len(names) == 1 else ""
        command = _COMMANDS[reason].format(id=found[0][0], domain=domain_named).strip()
        ids = tuple(item for item, _ in found[:_MOST_IDS])
        yield OpenReport(reason, len(found), ids, command)
    orphans = sum(domain.orphaned for domain in domains)
    yield OpenReport("orphaned", orphans, (), "suiteloom review --list")
    missing = [test.id for _, test in project.tests if test.bvj.missing]
    yield OpenReport(
        "without BVJ", len(missing), tuple(missing[:_MOST_IDS]), "suiteloom check"
    )
    bare = [domain.domain for domain in domains if domain.revenue_usd is None]
    yield OpenReport("without revenue", len(bare), tuple(bare), "suiteloom status")
    yield OpenReport(
        "findings of the audit", len(judged.findings), (), "suiteloom check"
    )
