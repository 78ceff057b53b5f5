"""The report in Markdown, where texts of specs, runs and messages come from strangers."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from campaigns import sized
from suiteloom.cli.markdown_text import prose
from suiteloom.cli.report_markdown import report_markdown
from suiteloom.cli.report_words import SOURCES
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

SIGNS = st.sampled_from(
    [
        "`", "``", "```\n", "<b>", "</details>", "<!--", "-->", "![x](y)", "[a](b)", "[^1]",
        "@team", "#12", "GH-3", "|", "\n\n", "\r\n", "# ", "- ", "1. ", "~~~\n", "\\`", "\\",
        "&lt;", "https://x.example/", "www.x.example", "a@b.example", "mailto:a@b.example",
        "*", "**", "_", "~~", "$x$", "$$", "<img src=x onerror=y>", "\x1b[31m", "\u202e",
        "\u2028", "\0", " ", "x",
    ]
)  # fmt: skip
TEXT = st.lists(st.one_of(SIGNS, st.text(max_size=6)), max_size=8).map("".join)
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
NUMBERS = {"int": 3, "int | None": 3, "float": 1.5, "float | None": 1.5, "bool": True}


def filled(kind: type, text: str, **given: Any) -> Any:
    """An object of a class of the report, each text of it the given one."""
    values: dict[str, Any] = {}
    for field in fields(kind):
        name = str(field.type)
        if name in NUMBERS:
            values[field.name] = NUMBERS[name]
        elif name == "bool | None":
            values[field.name] = False
        elif name == "str":
            values[field.name] = text
        elif name == "tuple[str, ...]":
            values[field.name] = (text, text)
        elif name.startswith("Mapping[str, str"):
            values[field.name] = {text: text}
        elif name.startswith("Mapping"):
            values[field.name] = {text: 2}
        else:
            values[field.name] = () if name.startswith("tuple") else None
    return kind(**(values | given))


def reported(text: str) -> Report:
    """A report that has at least one of everything, each text the given one."""
    held = filled(QuarantineReport, text, until="2026-12-20")
    test = filled(
        ReportTest,
        text,
        id="SU-001",
        state="failed",
        reasons=("failed",),
        quarantine=held,
    )
    group = filled(GroupReport, text, tests=(test,))
    lost = (filled(LostReport, text, reason="failed"),)
    quality = filled(
        QualityReport,
        text,
        problem="",
        flaky=(filled(FlakyReport, text, outcomes={"failed": 1}),),
        slowest=(filled(SlowReport, text),),
        slower=("SU-001",),
    )
    compliance = filled(
        ReportCompliance,
        text,
        critical=(),
        families=(filled(FamilyReport, "SL1"),),
        findings=(filled(ReportFinding, text, code="SL101", severity="error"),),
    )
    slices = (filled(SliceReport, text),)
    return Report(
        title=text,
        run=filled(ReportRun, text, age="stale", began="", date=""),
        totals=filled(Overview, text),
        at_risk=lost,
        domains=(filled(ReportDomain, text, groups=(group,), lost=lost),),
        by_segment=slices,
        by_goal=slices,
        by_kind=slices,
        by_environment=slices,
        mission_critical=(filled(EntryReport, text, tests=("SU-001",)),),
        structure=filled(ReportStructure, text),
        compliance=compliance,
        quality=quality,
        trends=(filled(ReportTrend, text, began="", commit=""),),
        aims=(filled(AimReport, text, name="flaky tests", aim_from=""),),
        open=(filled(OpenReport, text, what="failed"),),
    )


def leaves(text: str) -> list[Token]:
    """What a text is parsed to, without what is only words."""
    found = [
        leaf
        for token in PARSER.parse(text)
        for leaf in (token, *(token.children or ()))
    ]
    return [
        leaf for leaf in found if leaf.type not in {"text", "text_special", "inline"}
    ]


PLAIN = [(leaf.type, leaf.tag) for leaf in leaves(report_markdown(reported("words")))]


@settings(max_examples=sized(60, 2_000), deadline=None)
@given(TEXT)
def test_no_text_becomes_markup(text: str) -> None:
    shown = leaves(report_markdown(reported(f"a{text}z")))
    assert [(leaf.type, leaf.tag) for leaf in shown] == PLAIN


@settings(max_examples=sized(200, 5_000), deadline=None)
@given(TEXT)
def test_no_text_is_a_mention_a_reference_or_an_address(text: str) -> None:
    shown = prose(f"a{text}z")
    assert not re.search(r"[@#]\w|://|www\.|mailto:", shown, re.IGNORECASE)


@settings(max_examples=sized(200, 5_000), deadline=None)
@given(st.text("ab `*_{}[]<>()|~&$!^\\.-", max_size=20))
def test_words_are_shown_as_they_are(text: str) -> None:
    tokens = PARSER.parseInline(prose(text))[0].children or []
    assert "".join(token.content for token in tokens) == " ".join(text.split())


def test_every_footnote_is_defined_and_used():
    text = report_markdown(reported("words"))
    named = set(re.findall(r"\[\^([a-z-]+)\](?!:)", text))
    defined = re.findall(r"^\[\^([a-z-]+)\]: ", text, re.MULTILINE)
    assert sorted(named) == sorted(defined)
    assert sorted(defined) == sorted(key.replace("_", "-") for key in SOURCES)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"run": None}, "There is no run yet", id="no-run"),
        pytest.param(
            {"at_risk": ()}, "every specified test is protecting", id="no-loss"
        ),
        pytest.param({"mission_critical": ()}, "No spec names an entry", id="no-entry"),
        pytest.param({"by_kind": ()}, "No test names a kind", id="no-kind"),
        pytest.param({"by_segment": ()}, "No test has a segment", id="no-segment"),
        pytest.param({"by_goal": ()}, "No test has a goal", id="no-goal"),
        pytest.param(
            {"by_environment": ()}, "names no environment", id="no-environment"
        ),
        pytest.param({"open": (), "at_risk": ()}, "Nothing is open", id="nothing-open"),
        pytest.param({"domains": ()}, "There is no domain", id="no-domain"),
    ],
)
def test_what_is_not_there_is_said(changes, sentence):
    assert sentence in report_markdown(replace(reported("words"), **changes))


def test_nothing_remembered_is_no_absence_of_flaky_tests():
    whole = reported("words")
    quality = replace(
        whole.quality, flaky=(), repeated=0, problem="no run is remembered"
    )
    aims = aims_of(whole.totals, whole.compliance, quality)
    text = report_markdown(replace(whole, quality=quality, aims=aims))
    assert "Nothing is known of earlier runs: no run is remembered." in text
    assert "No test was seen to be flaky" not in text
    assert "| flaky tests | not known | none | not known |" in text
