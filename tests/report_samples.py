"""Reports that are made up, as the data that their pages are poured from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from suiteloom.model import LOSSES
from suiteloom.model.report import (
    AimReport,
    EntryReport,
    FamilyReport,
    FlakyReport,
    GroupReport,
    LostReport,
    OpenReport,
    Overview,
    QualityReport,
    QuarantineReport,
    Report,
    ReportCompliance,
    ReportDomain,
    ReportFinding,
    ReportRun,
    ReportStructure,
    ReportTest,
    ReportTrend,
    SliceReport,
    SlowReport,
)
from suiteloom.workflows.report.sections import aims_of

__all__ = ["HOSTILE", "bare", "every_state", "large", "sample"]

HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!-- --><style>*{display:none}</style>",
    "x" * 300,
    "שלום עולם עם טקסט ארוך מאוד " * 8,
    "\N{RIGHT-TO-LEFT OVERRIDE}gnihton\N{POP DIRECTIONAL ISOLATE}",
    "\x1b[31mred\x1b[0m\x00\x07",
    "{{ 7 * 7 }} {% raw %}",
    "]]></title></svg></details></table>",
)
"""Texts that a page must neither obey nor spill."""

STATES = ("passed", *LOSSES)


def every_state(texts: Sequence[str] = ("A text.",)) -> dict[str, Any]:
    """Two domains whose tests have each state there is.

    Args:
        texts: Are taken in turn wherever a spec or a run can have a text.
    """
    turn = _turn(texts)
    first = [_test(f"AA-{n:03}", state, turn) for n, state in enumerate(STATES, 1)]
    second = [_test(f"BB-{n:03}", "passed", turn) for n in range(1, 4)]
    domains = (
        _domain("alpha", first, turn, 9_000_001),
        _domain("beta", second, turn, 123_456),
    )
    return sample(domains, turn)


def bare() -> dict[str, Any]:
    """One domain without a figure, a BVJ, a run or a history."""
    turn = _turn([""])
    tests = [replace(_test("CC-001", "not run", turn), usd=None, duration_s=None)]
    domain = replace(
        _domain("bare", tests, _turn(["Bare."]), 0),
        **dict.fromkeys(("revenue_usd", "protected_usd", "at_risk_usd"), None),
        **dict.fromkeys(("collected", "passed", "failed", "skipped", "stale"), None),
        goal="",
        segment=(),
        value_impact="",
        strategic_impact="",
        lost=(LostReport("not run", LOSSES["not run"], 1, None),),
    )
    data = sample((domain,), turn)
    totals = {**data["totals"], "unjustified": 1, "without_revenue": 1, "score": None}
    for key in ("revenue_usd", "protected_usd", "at_risk_usd", "covered_usd"):
        totals[key] = None
    for key in ("passed", "failed", "skipped", "collected", "stale"):
        totals[key] = None
    quality = QualityReport(0, 0, 0, (), (), (), "no run is remembered yet")
    return {
        **data,
        "run": None,
        "totals": totals,
        "trends": (),
        "quality": asdict(quality),
        "aims": (
            asdict(AimReport("flaky tests", None, "quality.flaky.length", 0, "", None)),
        ),
        "by_segment": (),
        "by_goal": (),
        "by_environment": (),
        "mission_critical": (),
        "compliance": {**data["compliance"], "score": None},
    }


def large(count: int) -> dict[str, Any]:
    """As many tests as asked for, in suites of a hundred, with short texts; some failed."""
    turn = _turn(["A text."])
    domains = []
    for start in range(0, count, 100):
        tests = [
            replace(
                _test(f"T0-{n:03}", "passed" if n % 50 else "failed", turn),
                name=f"test_number_{n}",
                summary=f"Number {n} is kept.",
                **dict.fromkeys(("segment", "covers", "recent_s"), ()),
                **dict.fromkeys(("goal", "value_impact", "strategic_impact"), ""),
                cases=0,
                outcomes={},
            )
            for n in range(start + 1, start + 101)
        ]
        domains.append(_domain(f"domain_{start}", tests, turn, 1000))
    return sample(domains, turn)


def sample(domains: Sequence[ReportDomain], turn: Iterator[str]) -> dict[str, Any]:
    """A report of domains, as data."""
    tests = [
        test for domain in domains for group in domain.groups for test in group.tests
    ]
    lost = _lost(tests)
    good = [test for test in tests if not test.reasons]
    revenue = sum(domain.revenue_usd or 0 for domain in domains)
    protected = sum(test.usd or 0 for test in good)
    count = len(tests)
    totals = Overview(
        domains=len(domains),
        groups=sum(len(domain.groups) for domain in domains),
        specified=count,
        cases=count + 11,
        written=count - 1,
        pending=1,
        suspect=1,
        orphaned=0,
        unspecified=0,
        collected=count,
        passed=len(good),
        failed=1,
        skipped=1,
        rerun=1,
        quarantined=1,
        stale=1,
        protecting=len(good),
        unjustified=0,
        statements=count + 4,
        revenue_usd=revenue,
        protected_usd=protected,
        at_risk_usd=revenue - protected,
        covered_usd=domains[-1].revenue_usd,
        without_revenue=0,
        score=98.7,
        entries=2,
        entries_shown=1,
    )
    compliance = _compliance(turn, count)
    quality = QualityReport(
        runs=14,
        compared=12,
        repeated=3,
        flaky=(FlakyReport(tests[-1].id, next(turn), {"passed": 5, "failed": 2}, 7),),
        slowest=tuple(
            SlowReport(test.id, domains[0].domain, test.name, test.duration_s or 0.0)
            for test in tests[:4]
        ),
        slower=(tests[0].id,),
        problem="",
    )
    report = Report(
        title=next(turn) or "shop",
        run=_run(turn, count),
        totals=totals,
        at_risk=lost,
        domains=tuple(domains),
        by_segment=(
            _slice(next(turn) or "Free", tests),
            _slice("Risk. Reduction", tests),
        ),
        by_goal=(_slice("Stability", tests),),
        by_kind=(_slice("positive", tests), _slice("edge", tests)),
        by_environment=(_slice("staging", tests),),
        mission_critical=(
            EntryReport(
                next(turn) or "e", domains[0].domain, ("AA-001",), ("AA-001",), True
            ),
            EntryReport("b", domains[0].domain, ("AA-002",), (), False),
        ),
        structure=ReportStructure(
            5, 4, {"pkg.Base": 4, "object": 1}, None, 2, 1, {"unit": count}
        ),
        compliance=compliance,
        quality=quality,
        trends=tuple(
            ReportTrend(
                n,
                f"2026-01-{n:02}T10:00:00Z",
                f"{n:040x}",
                next(turn),
                40 + n,
                n % 3,
                1.5 * n,
                80.5,
            )
            for n in range(1, 13)
        ),
        aims=aims_of(totals, compliance, quality),
        open=(OpenReport("pending", 1, ("AA-002",), "suiteloom run AA-002"),),
    )
    return asdict(report)


def _turn(texts: Sequence[str]) -> Iterator[str]:
    while True:
        yield from texts


def _test(identity: str, state: str, turn: Iterator[str]) -> ReportTest:
    is_good = state == "passed"
    held = state == "quarantined"
    return ReportTest(
        id=identity,
        name=f"test_{identity[:2].lower()}_{state.replace(' ', '_')}",
        summary=next(turn),
        kinds=("positive", "edge") if is_good else ("negative",),
        cases=11 if is_good else 0,
        covers=(next(turn),),
        segment=(next(turn),),
        goal=next(turn),
        value_impact=next(turn),
        strategic_impact=next(turn),
        state=state,
        reasons=() if is_good else (state,),
        usd=1_000_123,
        line=12,
        outcome=""
        if state in {"pending", "not run"}
        else "passed"
        if is_good
        else "failed",
        outcomes={"staging": "passed", "prod": "failed"} if state == "failed" else {},
        said=next(turn) if state in {"failed", "skipped"} else "",
        left_out=4_321 if state == "failed" else 0,
        duration_s=None if state == "not run" else 0.0123 * int(identity[-3:]),
        recent_s=(0.1, None, 0.25, 12.5) if is_good else (),
        quarantine=QuarantineReport("2026-12-24", next(turn), next(turn), next(turn), 3)
        if held
        else None,
    )


def _domain(
    name: str, tests: Sequence[ReportTest], turn: Iterator[str], usd: int
) -> ReportDomain:
    half = len(tests) // 2 + 1
    good = [test for test in tests if not test.reasons]
    protected = sum(test.usd or 0 for test in good)
    return ReportDomain(
        domain=name,
        title=next(turn),
        summary=next(turn),
        category="unit",
        service="",
        mission_critical=True,
        environments=(next(turn),),
        spec=f"specs/{name}.yaml",
        suite=f"generated/test_{name}_unit_comprehensive.py",
        protects=next(turn),
        segment=(next(turn),),
        goal=next(turn),
        value_impact=next(turn),
        strategic_impact=next(turn),
        specified=len(tests),
        written=len(tests),
        pending=0,
        suspect=0,
        orphaned=0,
        collected=len(tests),
        unspecified=0,
        passed=len(good),
        failed=1,
        skipped=0,
        rerun=0,
        quarantined=0,
        stale=0,
        protecting=len(good),
        unjustified=0,
        revenue_usd=usd,
        protected_usd=min(protected, usd),
        at_risk_usd=max(usd - protected, 0),
        covered_usd=0,
        score=99.5,
        duration_s=12.25,
        lost=_lost(tests),
        imports=("pytest", "pkg.part"),
        groups=tuple(
            GroupReport(
                next(turn),
                f"Test{name}{n}",
                ("Base",),
                len(part),
                1,
                (next(turn),),
                "",
                next(turn),
                "",
                tuple(part),
            )
            for n, part in enumerate((tests[:half], tests[half:]))
            if part
        ),
    )


def _lost(tests: Sequence[ReportTest]) -> tuple[LostReport, ...]:
    found = [
        LostReport(
            reason,
            said,
            sum(test.state == reason for test in tests),
            sum(test.usd or 0 for test in tests if test.state == reason),
        )
        for reason, said in LOSSES.items()
    ]
    return tuple(item for item in found if item.tests)


def _run(turn: Iterator[str], count: int) -> ReportRun:
    return ReportRun(
        number=14,
        began="2026-01-31T10:20:30Z",
        date="2026-01-31",
        commit="0123456789abcdef0123456789abcdef01234567",
        tree_clean=False,
        environments=("staging", "prod"),
        system=next(turn),
        took_s=83.21,
        tests_s=112.4,
        items=count + 11,
        coverage_percent=87.6,
        coverage_by_environment={"staging": 80.1},
        age="stale",
        age_because=(next(turn), next(turn)),
        missing_hosts={"host": next(turn)},
    )


def _slice(name: str, tests: Sequence[ReportTest]) -> SliceReport:
    good = [test for test in tests if not test.reasons]
    return SliceReport(name, len(tests), len(good), 1000 * len(tests), 1000 * len(good))


def _compliance(turn: Iterator[str], count: int) -> ReportCompliance:
    return ReportCompliance(
        score=98.7,
        threshold=97.5,
        passed=True,
        tests=count,
        void=1,
        critical=("SL601",),
        families=(FamilyReport("SL6", "evidence", count - 1, count, 30.0, 1.25),),
        by_code={"SL601": 1, "SL612": 2},
        findings=tuple(
            ReportFinding(code, "error", next(turn), next(turn), 40 + n)
            for n, code in enumerate(("SL601", "SL612", "SL612"))
        ),
        left_out=17,
    )
