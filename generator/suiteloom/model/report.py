"""The report: everything that is known of a project, computed, as data.

Attributes are the keys of the JSON that `report` prints, so that a number is named by its
path in both. Money is whole US dollars a year, durations are seconds; None is what is not
known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "AimReport",
    "EntryReport",
    "FamilyReport",
    "FlakyReport",
    "GroupReport",
    "LostReport",
    "OpenReport",
    "Overview",
    "QualityReport",
    "QuarantineReport",
    "Report",
    "ReportCompliance",
    "ReportDomain",
    "ReportFinding",
    "ReportRun",
    "ReportStructure",
    "ReportTest",
    "ReportTrend",
    "SliceReport",
    "SlowReport",
]


@dataclass(frozen=True, slots=True)
class ReportRun:
    """The run that the report is of.

    Attributes:
        number: In the history; None if it is not remembered, or not one that was asked
            for.
        began: Date and time in UTC, ISO 8601; empty if it is not known.
        date: The day of it.
        commit: Empty if it is not known.
        tree_clean: Whether nothing differed from the commit; None if it is not known.
        environments: Names; none if no name was given.
        system: Operating system and processor of the machines; may be empty.
        took_s: From the first test to the last.
        tests_s: What the tests took, one after the other.
        items: How many items pytest ran, cases counted one by one in each environment.
        coverage_percent: Of the lines of the packages under test, over all environments.
        coverage_by_environment: The same of each by itself, in percent.
        age: Whether the code under test is what it was: ``same``, ``stale``, ``unknown``.
        age_because: What changed, or why it is not known, one phrase each.
        missing_hosts: Machines that were named and not reached, with the reason.
    """

    number: int | None
    began: str
    date: str
    commit: str
    tree_clean: bool | None
    environments: tuple[str, ...]
    system: str
    took_s: float | None
    tests_s: float
    items: int
    coverage_percent: float | None
    coverage_by_environment: Mapping[str, float]
    age: str
    age_because: tuple[str, ...]
    missing_hosts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LostReport:
    """Tests that protect nothing for one reason; `usd` is None without a figure."""

    reason: str
    said: str
    tests: int
    usd: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Sums over all domains.

    Attributes:
        domains: Number of specs.
        groups: Of tests.
        specified: Tests in specs; `cases` are the rows of their tables, a test without one
            counting as one.
        written: Those whose body is written.
        pending: Those whose body is not.
        suspect: Those to be reviewed.
        orphaned: Units whose id no spec names.
        unspecified: Collected tests that no spec names.
        collected: Specified tests that pytest collected in the run.
        passed: Tests all of whose cases passed.
        failed: Tests any of whose cases failed.
        skipped: Tests that neither passed nor failed.
        rerun: Tests that passed only when they were run again.
        quarantined: Tests in quarantine.
        stale: Tests whose result is older than suite or code.
        protecting: Tests that passed and against which nothing speaks.
        unjustified: Tests whose BVJ lacks a field.
        statements: Docstrings of suites that state a BVJ.
        revenue_usd: What all domains with a figure earn.
        protected_usd: The part of it that belongs to `protecting`.
        at_risk_usd: The rest.
        covered_usd: What those domains earn all of whose tests are protecting.
        without_revenue: Domains without a figure, which are in no sum of money.
        score: Compliance, 0 to 100; None without tests.
        entries: Entries of `must_cover`; `entries_shown` are those that a protecting test
            covers.
    """

    domains: int
    groups: int
    specified: int
    cases: int
    written: int
    pending: int
    suspect: int
    orphaned: int
    unspecified: int | None
    collected: int | None
    passed: int | None
    failed: int | None
    skipped: int | None
    rerun: int | None
    quarantined: int
    stale: int | None
    protecting: int
    unjustified: int
    statements: int
    revenue_usd: int | None
    protected_usd: int | None
    at_risk_usd: int | None
    covered_usd: int | None
    without_revenue: int
    score: float | None
    entries: int
    entries_shown: int


@dataclass(frozen=True, slots=True)
class QuarantineReport:
    """A quarantine in force; `until` is a day, ISO 8601; `passes` its passes in a row."""

    until: str
    owner: str
    reason: str
    link: str
    passes: int | None


@dataclass(frozen=True, slots=True)
class ReportTest:
    """One specified test.

    Attributes:
        id: Its id.
        name: Its name.
        summary: What it shows.
        kinds: Of the test; may be empty.
        cases: Rows of its table; 0 without one.
        covers: Entries of `must_cover`.
        segment: Who gains from it, as far as it differs from its group; likewise `goal`,
            `value_impact` and `strategic_impact`.
        state: ``passed``, or the first of the reasons.
        reasons: Why it protects nothing; none if it does.
        usd: Its part of what its domain earns.
        line: Of its unit in the suite; 0 if it is not there.
        outcome: How it ended in the run; empty if the run has no result of it.
        outcomes: The same by environment, if there were several.
        said: What the run says of it: one line, cut at a length; the rest is `left_out`
            characters long.
        duration_s: Of all its cases in all environments, one after the other.
        recent_s: What it took in the last runs that are remembered, the oldest first;
            None where it did not pass.
        quarantine: The one in force.
    """

    __test__ = False

    id: str
    name: str
    summary: str
    kinds: tuple[str, ...]
    cases: int
    covers: tuple[str, ...]
    segment: tuple[str, ...]
    goal: str
    value_impact: str
    strategic_impact: str
    state: str
    reasons: tuple[str, ...]
    usd: int | None
    line: int
    outcome: str
    outcomes: Mapping[str, str]
    said: str
    left_out: int
    duration_s: float | None
    recent_s: tuple[float | None, ...]
    quarantine: QuarantineReport | None


@dataclass(frozen=True, slots=True)
class GroupReport:
    """One group, with the BVJ that its tests have if they say nothing else."""

    title: str
    class_name: str
    bases: tuple[str, ...]
    specified: int
    protecting: int
    segment: tuple[str, ...]
    goal: str
    value_impact: str
    strategic_impact: str
    tests: tuple[ReportTest, ...]


@dataclass(frozen=True, slots=True)
class EntryReport:
    """One entry of `must_cover`.

    Attributes:
        entry: As the spec has it.
        domain: Whose it is.
        tests: Ids of the tests that cover it.
        protecting: Those of them that are protecting.
        is_shown: Whether there is one.
    """

    entry: str
    domain: str
    tests: tuple[str, ...]
    protecting: tuple[str, ...]
    is_shown: bool


@dataclass(frozen=True, slots=True)
class ReportDomain:
    """One domain; counts as in `Overview`."""

    domain: str
    title: str
    summary: str
    category: str
    service: str
    mission_critical: bool
    environments: tuple[str, ...]
    spec: str
    suite: str
    protects: str
    segment: tuple[str, ...]
    goal: str
    value_impact: str
    strategic_impact: str
    specified: int
    written: int
    pending: int
    suspect: int
    orphaned: int
    collected: int | None
    unspecified: int | None
    passed: int | None
    failed: int | None
    skipped: int | None
    rerun: int | None
    quarantined: int
    stale: int | None
    protecting: int
    unjustified: int
    revenue_usd: int | None
    protected_usd: int | None
    at_risk_usd: int | None
    covered_usd: int | None
    score: float | None
    duration_s: float | None
    lost: tuple[LostReport, ...]
    imports: tuple[str, ...]
    groups: tuple[GroupReport, ...]


@dataclass(frozen=True, slots=True)
class SliceReport:
    """The tests that have one thing in common: a segment, goal, kind or environment.

    A test of several segments or kinds is counted, and its part of the revenue, in each.
    """

    name: str
    specified: int
    protecting: int
    usd: int | None
    protected_usd: int | None


@dataclass(frozen=True, slots=True)
class FamilyReport:
    """One family of rules, and the points that it cost."""

    family: str
    name: str
    clean: int
    tests: int
    worth: float
    lost: float


@dataclass(frozen=True, slots=True)
class ReportFinding:
    """One finding of the audit of the suites."""

    code: str
    severity: str
    message: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class ReportCompliance:
    """The score and where its points went.

    Attributes:
        score: 0 to 100; None without tests.
        threshold: What is asked for.
        passed: Whether it is reached.
        tests: How many were judged.
        void: How many of them prove nothing.
        critical: Codes of findings that cap the score.
        families: In the order of codes.
        by_code: How many findings of each code there are.
        findings: Each of them, the first ones if there are many.
        left_out: How many more there are.
    """

    score: float | None
    threshold: float
    passed: bool
    tests: int
    void: int
    critical: tuple[str, ...]
    families: tuple[FamilyReport, ...]
    by_code: Mapping[str, int]
    findings: tuple[ReportFinding, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class ReportStructure:
    """How the suites are built.

    Attributes:
        classes: Of tests, in suites.
        on_base: Those of them that derive from a configured base class.
        bases: How many classes name each base.
        direct_environment: Findings of the family of rules that forbids direct access to
            the environment; None if that family is not asked.
        async_tests: Specified tests that are coroutines.
        tables: Specified tests that have a table of cases.
        categories: How many tests each category has: where suites stand between unit
            tests and those of the whole system.
    """

    classes: int
    on_base: int
    bases: Mapping[str, int]
    direct_environment: int | None
    async_tests: int
    tables: int
    categories: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SlowReport:
    """What one of the slowest tests took in the run, and who waits for it."""

    id: str
    domain: str
    name: str
    duration_s: float


@dataclass(frozen=True, slots=True)
class FlakyReport:
    """A test that ended in several ways on one commit; how often it ended how."""

    id: str
    case: str
    outcomes: Mapping[str, int]
    runs: int


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What the history says.

    Attributes:
        runs: How many are remembered.
        compared: How many of them count for flaky tests.
        repeated: How many commits were run more than once in one environment: without
            one, no flaky test can show.
        flaky: Those that were seen.
        slowest: Those that took longest in the run.
        slower: Ids of tests that are slower than accepted.
        problem: Why nothing is known of earlier runs; empty if something is.
    """

    runs: int
    compared: int
    repeated: int
    flaky: tuple[FlakyReport, ...]
    slowest: tuple[SlowReport, ...]
    slower: tuple[str, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class ReportTrend:
    """One remembered run; `items` and `failed` count cases one by one."""

    run: int
    began: str
    commit: str
    environment: str
    items: int
    failed: int
    took_s: float
    coverage_percent: float | None


@dataclass(frozen=True, slots=True)
class AimReport:
    """A figure against what it is to be.

    Attributes:
        name: What is counted.
        figure: What it is; None if that is not known.
        figure_from: Path of the number in the report.
        aim: What it is to be; at the most 0 where `aim_from` is empty, else at least this.
        aim_from: Path of that number in the report.
        is_reached: None if it is not known.
    """

    name: str
    figure: float | None
    figure_from: str
    aim: float | None
    aim_from: str
    is_reached: bool | None


@dataclass(frozen=True, slots=True)
class OpenReport:
    """Something that is left to do: how often, which tests, and the command for it."""

    what: str
    count: int
    ids: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the report says."""

    title: str
    run: ReportRun | None
    totals: Overview
    at_risk: tuple[LostReport, ...]
    domains: tuple[ReportDomain, ...]
    by_segment: tuple[SliceReport, ...]
    by_goal: tuple[SliceReport, ...]
    by_kind: tuple[SliceReport, ...]
    by_environment: tuple[SliceReport, ...]
    mission_critical: tuple[EntryReport, ...]
    structure: ReportStructure
    compliance: ReportCompliance
    quality: QualityReport
    trends: tuple[ReportTrend, ...]
    aims: tuple[AimReport, ...]
    open: tuple[OpenReport, ...]
