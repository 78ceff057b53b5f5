"""A run with every outcome, texts that no format likes, and what its specs say."""

from suiteloom.cli.run_rows import run_rows
from suiteloom.model import (
    OUTCOMES,
    Bvj,
    CollectedTest,
    Config,
    Finding,
    Group,
    Project,
    Revenue,
    Revision,
    Suite,
    Test,
    TestOutcome,
)
from suiteloom.results import LastRun

PATH = "generated/test_shop_integration_comprehensive.py"
NASTY = "a\x00b\x1b[31m\ud800\ufffe <&\"'> ]]> é 中 🎉\r\n\ttail"
BVJ = Bvj(("Free", "Early"), "Retention", f"Nobody pays twice. {NASTY}", "Buyers stay.")


def spec_test(identity):
    return Test(
        id=identity,
        name=f"test_{identity[-1]}",
        summary="It does.",
        kinds=("positive", "edge"),
        is_async=False,
        given=(),
        when=(),
        then=(),
        covers=(),
        markers=(),
        origin="",
        bvj=BVJ,
        cases=(),
    )


IDS = tuple(f"SH-00{number}" for number in range(1, len(OUTCOMES) + 1))
SUITE = Suite(
    domain="shop",
    title="Shop <&>",
    summary="",
    category="integration",
    service="",
    mission_critical=False,
    environments=("test", "prod"),
    revenue=Revenue(900000, "card payments"),
    must_cover=(),
    bvj=BVJ,
    groups=(
        Group("Payment", "TestPayment", BVJ, tuple(map(spec_test, IDS[:5]))),
        Group("Cart", "TestCart", BVJ, tuple(map(spec_test, IDS[5:]))),
    ),
    spec_path="specs/shop.yaml",
    path=PATH,
)
PROJECT = Project(".", Config(), (SUITE,))


def collected(identity, case="", *, is_orphan=False, path=PATH):
    name = f"test_{identity[-1:] or 'unmarked'}"
    return CollectedTest(
        id=identity,
        nodeid=f"{path}::TestPayment::{name}" + (f"[{case}]" if case else ""),
        path=path,
        line=31,
        class_name="TestPayment",
        function=name,
        case=case,
        is_orphan=is_orphan,
    )


def ended(identity, outcome, environment="test", **more):
    test = collected(
        identity,
        more.pop("case", ""),
        is_orphan=outcome == "orphan",
        path=more.pop("path", PATH),
    )
    return TestOutcome(test, outcome, environment=environment, **more)


def every_outcome(environment="test"):
    """One test of each outcome, each with a duration of its own."""
    return tuple(
        ended(
            identity,
            item.name,
            environment,
            duration_s=(number * 7919 + 1) / 1e6,
            reason=f"{item.said} {NASTY}",
            metrics={"services": number, NASTY: NASTY, "rate": float("inf")},
            attempts=1 + (item.name == "rerun"),
        )
        for number, (identity, item) in enumerate(zip(IDS, OUTCOMES, strict=True))
    )


def run_of(*tests, findings=(), suspects=(), held=(), environments=("test",)):
    """Rows of a run of these outcomes."""
    last = LastRun(
        environments=environments,
        suites={PATH: "d" * 64},
        collected=frozenset(test.id for test in tests if test.id),
        unspecified={"generated/test_extra.py": 2},
        tests=tests,
        coverage=83.25,
        coverage_by_environment={"test": 50.5, "prod": 66.75},
        revision=Revision("c" * 40, is_clean=False),
        began_us=1_700_000_000_123_456,
        ended_us=1_700_000_001_000_000,
        system="Linux x86_64",
        hosts=("alpha:/srv/shop",),
        missing_hosts={"beta:/srv/shop": "Connection refused"},
    )
    return run_rows(last, PROJECT, findings, suspects, held)


FINDINGS = (
    Finding("RU501", "error", "SH-001 failed", PATH, 31, id="SH-001"),
    Finding("RU502", "error", f"no outcome: SH-009 {NASTY}", PATH, hint="look"),
    Finding("RU508", "warning", "passed only when it was run again", PATH, 31),
)
