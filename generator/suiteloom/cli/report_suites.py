"""The sections of the report in Markdown that are about suites, rules and runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from suiteloom.cli.markdown_text import code_cell, code_span, prose
from suiteloom.cli.output import plural
from suiteloom.cli.report_sections import bvj_lines, note, noted_table, slices
from suiteloom.cli.report_words import numeral, ratio, seconds, usd
from suiteloom.model.report import GroupReport, Report, ReportDomain, ReportTest

__all__ = ["architecture", "compliance", "implementation", "inventory", "quality"]


def _counted(found: Mapping[str, int]) -> str:
    return ", ".join(f"{code_cell(name)} {count:,}" for name, count in found.items())


def architecture(report: Report) -> Iterator[str]:
    """How the suites are built."""
    structure = report.structure
    yield "## Technical architecture"
    rows = [
        ("test classes", numeral(structure.classes)),
        ("on a configured base class", numeral(structure.on_base)),
        ("of all classes", ratio(structure.on_base, structure.classes)),
        ("bases", _counted(structure.bases) or "none"),
        ("direct uses of the environment", numeral(structure.direct_environment)),
        ("asynchronous tests", numeral(structure.async_tests)),
        ("tests with a table of cases", numeral(structure.tables)),
        ("tests by category", _counted(structure.categories) or "none"),
    ]
    yield noted_table(["figure", "value:"], rows, "structure")
    yield noted_table(
        ["domain", "service", "modules imported:", "environments asked for"],
        [
            (
                code_cell(domain.domain),
                code_cell(domain.service) if domain.service else "none named",
                numeral(len(domain.imports)),
                prose(", ".join(domain.environments)),
            )
            for domain in report.domains
        ],
        "domains",
    )


def implementation(report: Report) -> Iterator[str]:
    """Business value, kinds and speed in figures."""
    totals, run = report.totals, report.run
    yield "## Implementation"
    rows = [
        (
            "tests with a complete BVJ",
            numeral(totals.specified - totals.unjustified),
        ),
        ("docstrings that state a BVJ", numeral(totals.statements)),
    ]
    yield noted_table(["business value", "value:"], rows, "totals")
    yield slices("kind", report.by_kind, "No test names a kind.")
    if run is None:
        yield "Nothing is known of speed: there is no run."
        return
    rows = [
        ("items that pytest ran", numeral(run.items)),
        ("from the first test to the last", seconds(run.took_s)),
        ("tests, one after the other", seconds(run.tests_s)),
    ]
    yield noted_table(["speed", "value:"], rows, "run")


def inventory(report: Report) -> Iterator[str]:
    """Every test, by suite and group."""
    yield "## Inventory"
    for domain in report.domains:
        yield f"### {code_span(domain.suite)}"
        yield (
            f"{prose(domain.title)}, from {code_span(domain.spec)}: "
            f"{plural(domain.specified, 'test')}, {domain.protecting:,} of them "
            f"protecting{note('domains')}."
        )
        for group in domain.groups:
            yield from _group(group, domain)


def _group(group: GroupReport, domain: ReportDomain) -> Iterator[str]:
    yield f"#### {prose(group.title)}"
    lines = bvj_lines(
        group.segment, group.goal, group.value_impact, group.strategic_impact
    )
    if lines:
        yield "\n".join(lines)
    money = domain.revenue_usd is not None
    heads = ["id", "test", "purpose and BVJ", "kinds", "state", "took:"]
    yield noted_table(
        heads + (["revenue a year:"] if money else []),
        [
            [
                test.id,
                code_cell(test.name),
                _purpose(test),
                prose(", ".join(test.kinds)),
                ", ".join(test.reasons) or test.state,
                seconds(test.duration_s),
                *([usd(test.usd)] if money else []),
            ]
            for test in group.tests
        ],
        nothing="No test.",
    )


def _purpose(test: ReportTest) -> str:
    """What a test shows and why it is worth having, in one cell."""
    texts = [
        test.summary,
        test.value_impact,
        test.strategic_impact,
        ", ".join((*test.segment, *filter(None, [test.goal]))),
    ]
    return " ".join(prose(text) for text in texts if text)


def compliance(report: Report) -> Iterator[str]:
    """The score, the points that were lost, and why."""
    found = report.compliance
    yield "## Compliance"
    if found.score is None:
        yield "There is no suite to be judged."
        return
    reached = "reached" if found.passed else "not reached"
    yield (
        f"Score {numeral(found.score)} of 100, at least {found.threshold:g} asked for: "
        f"{reached}. {plural(found.tests, 'test')} judged, {found.void:,} of them "
        f"without any evidence{note('compliance')}."
    )
    if found.critical:
        codes = ", ".join(found.critical)
        yield f"Critical findings cap the score: {codes}."
    yield noted_table(
        ["family", "rules about", "tests without a finding:", "worth:", "lost:"],
        [
            (
                item.family,
                item.name,
                f"{item.clean:,} of {item.tests:,}",
                f"{item.worth:g}",
                f"{item.lost:g}",
            )
            for item in found.families
        ],
        "compliance",
    )
    yield noted_table(
        ["code", "severity", "place", "finding"],
        [
            (
                item.code,
                item.severity,
                code_cell(f"{item.path}:{item.line}"),
                prose(item.message),
            )
            for item in found.findings
        ],
        "compliance",
        "No finding.",
    )
    if found.left_out:
        yield f"{plural(found.left_out, 'more finding')}: `suiteloom check` has all."


def quality(report: Report) -> Iterator[str]:
    """What the history and the quarantines say."""
    quality = report.quality
    yield "## Quality assurance"
    if quality.problem:
        yield f"Nothing is known of earlier runs: {prose(quality.problem)}."
    else:
        seen = (
            f"{plural(quality.repeated, 'commit')} among them ran more than once"
            if quality.repeated
            else "no commit among them ran more than once, so that a flaky test can not show"
        )
        yield (
            f"{plural(quality.runs, 'run')} remembered, {quality.compared:,} count for "
            f"flaky tests; {seen}{note('quality')}."
        )
    if quality.flaky:
        rows = [
            (
                prose(item.id),
                code_cell(item.case) if item.case else "",
                ", ".join(f"{name} {count:,}" for name, count in item.outcomes.items()),
                numeral(item.runs),
            )
            for item in quality.flaky
        ]
        yield noted_table(["flaky", "case", "ended", "runs:"], rows, "quality")
    elif quality.repeated:
        yield "No test was seen to be flaky."
    if quality.slower:
        yield f"Slower than accepted: {prose(', '.join(quality.slower))}."
    rows = [
        (
            prose(item.id),
            code_cell(item.domain),
            code_cell(item.name),
            seconds(item.duration_s),
        )
        for item in quality.slowest
    ]
    yield noted_table(
        ["slowest", "domain", "test", "took:"], rows, "quality", "No test ran."
    )
    held = [
        (
            test.id,
            test.quarantine.until,
            prose(test.quarantine.owner),
            prose(test.quarantine.reason),
            numeral(test.quarantine.passes),
        )
        for domain in report.domains
        for group in domain.groups
        for test in group.tests
        if test.quarantine
    ]
    heads = ["in quarantine", "until", "owner", "reason", "passes in a row:"]
    yield noted_table(heads, held, "domains", "No test is in quarantine.")
    yield noted_table(
        ["run:", "begun", "commit", "environment", "items:", "failed:", "took:"],
        [
            (
                str(item.run),
                item.began,
                item.commit[:12],
                prose(item.environment),
                numeral(item.items),
                numeral(item.failed),
                seconds(item.took_s),
            )
            for item in report.trends
        ],
        "trends",
    )
