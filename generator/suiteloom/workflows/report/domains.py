"""The domains of a report: what each test is worth, and why it is worth nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from suiteloom.levels.facts import SuiteFacts
from suiteloom.model import (
    LOSSES,
    Bvj,
    Evidence,
    Group,
    Quarantine,
    Suite,
    Test,
    TestOutcome,
    losses,
    shares,
    worst_outcome,
)
from suiteloom.model.report import (
    GroupReport,
    LostReport,
    QuarantineReport,
    ReportDomain,
    ReportTest,
)
from suiteloom.workflows.evidence import Known, SuiteKnown
from suiteloom.workflows.quarantines import Held
from suiteloom.workflows.status import SuiteStatus

__all__ = ["Gathered", "domain_of", "lost_by_reason"]

_MOST_SAID = 500
"""Characters of what a run says of a test."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What domains are made of, besides their specs.

    Attributes:
        known: What is known of the suites and the run.
        status: The numbers of each suite, by domain.
        facts: What the syntax tree of each suite says, by path, of those that can be read.
        held: The tests in quarantine, by id.
        recent_s: What each test took in the newest runs, by id.
        ended: How the cases of each test ended in the run, by id.
    """

    known: Known
    status: Mapping[str, SuiteStatus]
    facts: Mapping[str, SuiteFacts]
    held: Mapping[str, Held]
    recent_s: Mapping[str, tuple[float | None, ...]]
    ended: Mapping[str, list[TestOutcome]]

    @classmethod
    def of(
        cls,
        known: Known,
        status: Iterable[SuiteStatus],
        facts: Mapping[str, SuiteFacts],
        held: Iterable[Held],
        recent_s: Mapping[str, tuple[float | None, ...]],
    ) -> Gathered:
        """Put what belongs to one domain or test under its name."""
        ended: dict[str, list[TestOutcome]] = defaultdict(list)
        for test in known.last.tests if known.last else ():
            if test.id:
                ended[test.id].append(test)
        return cls(
            known=known,
            status={suite.domain: suite for suite in status},
            facts=facts,
            held={test.id: test for test in held},
            recent_s=recent_s,
            ended=ended,
        )


def domain_of(suite: Suite, gathered: Gathered) -> ReportDomain:
    """What there is to say of one domain."""
    counts = gathered.status[suite.domain]
    here = gathered.known.of(suite)
    facts = gathered.facts.get(suite.path)
    usd = _parts(suite)
    tests = {
        test.id: _test(test, group, here, gathered, usd.get(test.id))
        for group in suite.groups
        for test in group.tests
    }
    times = [test.duration_s for test in tests.values() if test.duration_s is not None]
    revenue = counts.revenue_usd
    protected = counts.protected_usd or 0
    return ReportDomain(
        domain=suite.domain,
        title=suite.title,
        summary=suite.summary,
        category=suite.category,
        service=suite.service,
        mission_critical=suite.mission_critical,
        environments=suite.environments,
        spec=suite.spec_path,
        suite=suite.path,
        protects=suite.revenue.protects if suite.revenue else "",
        segment=suite.bvj.segment,
        goal=suite.bvj.goal,
        value_impact=suite.bvj.value_impact,
        strategic_impact=suite.bvj.strategic_impact,
        specified=counts.specified,
        written=counts.written,
        pending=counts.pending,
        suspect=counts.suspect,
        orphaned=counts.orphaned,
        collected=counts.collected,
        unspecified=counts.unspecified,
        passed=counts.passed,
        failed=counts.failed,
        skipped=counts.skipped,
        rerun=counts.rerun,
        quarantined=counts.quarantined,
        stale=counts.stale_tests,
        protecting=sum(not test.reasons for test in tests.values()),
        unjustified=counts.unjustified,
        revenue_usd=revenue,
        protected_usd=counts.protected_usd,
        at_risk_usd=None if revenue is None else revenue - protected,
        covered_usd=counts.covered_usd,
        score=counts.score,
        duration_s=round(sum(times), 6) if times else None,
        lost=lost_by_reason(tests.values()),
        imports=facts.imports if facts else (),
        groups=tuple(_group(group, suite, facts, tests) for group in suite.groups),
    )


def _parts(suite: Suite) -> dict[str, int]:
    """What each test stands for; nothing if the domain has no figure."""
    if suite.revenue is None:
        return {}
    ids = [test.id for test in suite.tests]
    return dict(zip(ids, shares(suite.revenue.annual_usd, len(ids)), strict=True))


def lost_by_reason(tests: Iterable[ReportTest]) -> tuple[LostReport, ...]:
    """How many tests protect nothing for which reason, most money first.

    Returns:
        Each test under the first of its reasons; no money where no test has a figure.
    """
    lost: dict[str, list[ReportTest]] = defaultdict(list)
    for test in tests:
        if test.reasons:
            lost[test.state].append(test)
    found = [
        LostReport(reason, said, len(lost[reason]), _sum(lost[reason]))
        for reason, said in LOSSES.items()
        if reason in lost
    ]
    return tuple(sorted(found, key=lambda item: -(item.usd or 0)))


def _sum(tests: Iterable[ReportTest]) -> int | None:
    known = [test.usd for test in tests if test.usd is not None]
    return sum(known) if known else None


def _group(
    group: Group,
    suite: Suite,
    facts: SuiteFacts | None,
    tests: Mapping[str, ReportTest],
) -> GroupReport:
    own = tuple(tests[test.id] for test in group.tests)
    bvj = _beyond(group.bvj, suite.bvj)
    classes = facts.classes if facts else ()
    bases = next((c.bases for c in classes if c.name == group.class_name), ())
    return GroupReport(
        title=group.title,
        class_name=group.class_name,
        bases=bases,
        specified=len(own),
        protecting=sum(not test.reasons for test in own),
        segment=bvj.segment,
        goal=bvj.goal,
        value_impact=bvj.value_impact,
        strategic_impact=bvj.strategic_impact,
        tests=own,
    )


def _beyond(bvj: Bvj, above: Bvj) -> Bvj:
    """The fields of a justification that are not what stands above it."""
    return Bvj(
        segment=() if bvj.segment == above.segment else bvj.segment,
        goal=_unless(above.goal, bvj.goal),
        value_impact=_unless(above.value_impact, bvj.value_impact),
        strategic_impact=_unless(above.strategic_impact, bvj.strategic_impact),
    )


def _unless(above: str, own: str) -> str:
    return "" if own == above else own


def _test(
    test: Test,
    group: Group,
    here: SuiteKnown,
    gathered: Gathered,
    usd: int | None,
) -> ReportTest:
    known: Evidence = here.tests[test.id]
    reasons = losses(known)
    ended = gathered.ended.get(test.id, [])
    bvj = _beyond(test.bvj, group.bvj)
    unit = here.units.get(test.id)
    said = next(
        (t.reason for t in ended if t.outcome == known.outcome and t.reason), ""
    )
    return ReportTest(
        id=test.id,
        name=test.name,
        summary=test.summary,
        kinds=test.kinds,
        cases=len(test.cases),
        covers=test.covers,
        segment=bvj.segment,
        goal=bvj.goal,
        value_impact=bvj.value_impact,
        strategic_impact=bvj.strategic_impact,
        state=reasons[0] if reasons else "passed",
        reasons=reasons,
        usd=usd,
        line=unit.line if unit else 0,
        outcome=known.outcome,
        outcomes=_by_environment(ended),
        said=said[:_MOST_SAID],
        left_out=max(len(said) - _MOST_SAID, 0),
        duration_s=round(sum(t.duration_s for t in ended), 6) if ended else None,
        recent_s=gathered.recent_s.get(test.id, ()),
        quarantine=_quarantine(test.quarantine, gathered.held.get(test.id)),
    )


def _by_environment(ended: Iterable[TestOutcome]) -> dict[str, str]:
    """The worst outcome in each environment, if there were several."""
    found: dict[str, str] = {}
    for test in ended:
        known = found.get(test.environment, test.outcome)
        found[test.environment] = worst_outcome((known, test.outcome))
    return found if len(found) > 1 else {}


def _quarantine(said: Quarantine | None, held: Held | None) -> QuarantineReport | None:
    if said is None or held is None:
        return None
    until = said.until.isoformat()
    return QuarantineReport(until, said.owner, said.reason, said.link, held.passes)
