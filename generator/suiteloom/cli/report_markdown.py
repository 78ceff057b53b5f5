"""The report in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from suiteloom import __version__
from suiteloom.cli.markdown_text import code_cell, code_span, prose
from suiteloom.cli.output import plural
from suiteloom.cli.report_sections import bvj_lines, note, noted_table, slices
from suiteloom.cli.report_suites import (
    architecture,
    compliance,
    implementation,
    inventory,
    quality,
)
from suiteloom.cli.report_words import (
    AT_RISK,
    SOURCES,
    numeral,
    run_said,
    shown,
    shown_or_not,
    usd,
    what_is_missing,
)
from suiteloom.model.report import (
    LostReport,
    Report,
    ReportTest,
)

__all__ = ["report_markdown"]


def report_markdown(report: Report) -> str:
    """The report as Markdown.

    Returns:
        The text. Every table and sentence of figures ends in a footnote, which names where
        in the JSON of the report its numbers stand and the command that recomputes them.
    """
    parts = (
        _head(report),
        _overview(report),
        _risks(report),
        _values(report),
        architecture(report),
        _critical(report),
        implementation(report),
        inventory(report),
        compliance(report),
        quality(report),
        _impact(report),
        _metrics(report),
        _next(report),
        _foot(report),
    )
    blocks = [line for part in parts for line in part]
    return "\n\n".join(blocks) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield f"# {prose(report.title)}: test report"
    yield f"{prose(run_said(report))} Computed by suiteloom {__version__}; no number is typed."
    missing = [f"- {prose(line)}" for line in what_is_missing(report)]
    if missing:
        yield "\n".join(missing)


def _overview(report: Report) -> Iterator[str]:
    totals, run = report.totals, report.run
    yield "## Executive overview"
    rows = [
        ("domains", numeral(totals.domains)),
        ("groups", numeral(totals.groups)),
        ("tests specified", numeral(totals.specified)),
        ("cases specified", numeral(totals.cases)),
        ("written", numeral(totals.written)),
        ("pending", numeral(totals.pending)),
        ("suspect", numeral(totals.suspect)),
        ("orphaned", numeral(totals.orphaned)),
        ("collected", numeral(totals.collected)),
        ("unspecified", numeral(totals.unspecified)),
        ("passed", numeral(totals.passed)),
        ("failed", numeral(totals.failed)),
        ("skipped", numeral(totals.skipped)),
        ("passed only when run again", numeral(totals.rerun)),
        ("in quarantine", numeral(totals.quarantined)),
        ("stale", numeral(totals.stale)),
        ("protecting", numeral(totals.protecting)),
        ("revenue a year", usd(totals.revenue_usd)),
        ("revenue protected", usd(totals.protected_usd)),
        ("revenue at risk", usd(totals.at_risk_usd)),
        ("revenue of domains wholly protected", usd(totals.covered_usd)),
        ("compliance score", numeral(totals.score)),
        ("mission-critical entries", numeral(totals.entries)),
        ("mission-critical entries shown", numeral(totals.entries_shown)),
    ]
    if run is not None:
        covered = run.coverage_percent
        rows.append(("line coverage, percent", numeral(covered)))
    yield noted_table(["figure", "value:"], rows, "totals")
    yield (
        "A test is *protecting* if it passed, on the code and the suite as they are, and "
        "nothing speaks against it. Each test of a domain stands for an equal part of what "
        "the domain earns."
    )


def _lost_rows(lost: Iterable[LostReport]) -> Iterator[tuple[str, ...]]:
    for item in lost:
        yield item.reason, numeral(item.tests), usd(item.usd), prose(item.said)


def _risks(report: Report) -> Iterator[str]:
    yield "## At risk"
    if not report.totals.specified:
        yield "No test is specified."
        return
    if not report.at_risk:
        yield "Nothing: every specified test is protecting."
        return
    heads = ["reason", "tests:", "revenue a year:", "which means"]
    yield noted_table(heads, _lost_rows(report.at_risk), "at_risk")
    lost = [
        (domain, test)
        for domain in report.domains
        for group in domain.groups
        for test in group.tests
        if test.reasons
    ]
    lost.sort(key=lambda pair: -(pair[1].usd or 0))
    rows = [
        (
            test.id,
            code_cell(domain.domain),
            code_cell(test.name),
            ", ".join(test.reasons),
            usd(test.usd),
            _said(test),
        )
        for domain, test in lost[:AT_RISK]
    ]
    heads = ["id", "domain", "test", "reasons", "revenue a year:", "said"]
    yield noted_table(heads, rows, "domains")
    if len(lost) > AT_RISK:
        yield f"{plural(len(lost) - AT_RISK, 'more test')} in the inventory."


def _said(test: ReportTest) -> str:
    """What the run says of a test, and how much of it is left out."""
    if not test.said:
        return ""
    more = f" … {test.left_out:,} characters left out" if test.left_out else ""
    return f"{code_cell(test.said)}{more}"


def _values(report: Report) -> Iterator[str]:
    yield "## Business value delivered"
    yield noted_table(
        [
            "domain",
            "tests:",
            "protecting:",
            "revenue a year:",
            "protected:",
            "at risk:",
        ],
        [
            (
                code_cell(domain.domain),
                numeral(domain.specified),
                numeral(domain.protecting),
                usd(domain.revenue_usd),
                usd(domain.protected_usd),
                usd(domain.at_risk_usd),
            )
            for domain in report.domains
        ],
        "domains",
        "There is no domain.",
    )
    for domain in report.domains:
        yield f"### {prose(domain.title)}"
        if domain.summary:
            yield prose(domain.summary)
        lines = bvj_lines(
            domain.segment, domain.goal, domain.value_impact, domain.strategic_impact
        )
        if domain.protects:
            lines.append(f"- protects: {prose(domain.protects)}")
        if lines:
            yield "\n".join(lines)
        heads = ["not protected because", "tests:", "revenue a year:", "which means"]
        yield noted_table(
            heads, _lost_rows(domain.lost), "domains", "Every test is protecting."
        )


def _critical(report: Report) -> Iterator[str]:
    yield "## Mission-critical events"
    yield noted_table(
        ["entry", "domain", "tests that cover it", "protecting:", "shown"],
        [
            (
                code_cell(entry.entry),
                code_cell(entry.domain),
                ", ".join(entry.tests) or "none",
                numeral(len(entry.protecting)),
                shown_or_not(is_shown=entry.is_shown),
            )
            for entry in report.mission_critical
        ],
        "mission_critical",
        "No spec names an entry in `must_cover`.",
    )


def _recommended(report: Report) -> Iterator[str]:
    """What to do first: where most revenue, or else most tests, are lost."""
    commands = {item.what: item.command for item in report.open}
    if not report.at_risk:
        yield "Nothing is at risk, so that nothing is recommended before the rest."
        return
    first = report.at_risk[0]
    money = f", {usd(first.usd)} a year" if first.usd is not None else ""
    yield (
        f"First: {plural(first.tests, 'test')} {first.reason}{money}; begin with "
        f"{code_span(commands[first.reason])}{note('at_risk')}."
    )


def _impact(report: Report) -> Iterator[str]:
    yield "## Impact and recommendations"
    yield from _recommended(report)
    yield "A test of several segments counts, with its part of the revenue, in each."
    yield slices("segment", report.by_segment, "No test has a segment.")
    yield slices("goal", report.by_goal, "No test has a goal.")
    nothing = "The run names no environment."
    yield slices("passed in environment", report.by_environment, nothing)


def _metrics(report: Report) -> Iterator[str]:
    yield "## Success metrics"
    words = {True: "yes", False: "no", None: "not known"}
    rows = [
        (
            aim.name,
            shown(_key(aim.figure_from), aim.figure),
            shown(_key(aim.aim_from), aim.aim) if aim.aim_from else "none",
            words[aim.is_reached],
        )
        for aim in report.aims
    ]
    yield noted_table(["metric", "figure:", "asked for:", "reached"], rows, "aims")


def _key(path: str) -> str:
    """The last part of a path, which tells a number's unit."""
    return path.rpartition(".")[2]


def _next(report: Report) -> Iterator[str]:
    yield "## Conclusion and next steps"
    totals = report.totals
    money = ""
    if totals.revenue_usd is not None:
        money = f", {usd(totals.protected_usd)} of {usd(totals.revenue_usd)} a year"
    reached = sum(bool(aim.is_reached) for aim in report.aims)
    yield (
        f"{totals.protecting:,} of {plural(totals.specified, 'test')} protect what they "
        f"stand for{money}; {reached:,} of {plural(len(report.aims), 'aim')} reached"
        f"{note('totals')}."
    )
    rows = [
        (
            item.what,
            numeral(item.count),
            prose(", ".join(item.ids[:5]))
            + (" …" if item.count > 5 and item.ids else ""),
            code_cell(item.command),
        )
        for item in report.open
    ]
    heads = ["open", "count:", "such as", "command"]
    yield noted_table(heads, rows, "open", "Nothing is open.")


def _foot(report: Report) -> Iterator[str]:
    yield "---"
    if report.run is not None and report.run.date:
        yield f"Of {report.run.date}, the day of the run."
    else:
        yield "Without a date: there is no run."
    notes = [
        f"{note(key)}: {code_span(key)} in `suiteloom report --format json`"
        + (
            f"; {code_span(command)}"
            if not command.startswith("suiteloom report")
            else ""
        )
        for key, command in SOURCES.items()
    ]
    yield "\n".join(notes)
