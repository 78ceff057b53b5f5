"""How audits, scores and rules look, as text and as data."""

from __future__ import annotations

import itertools
import sys
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from suiteloom.cli.output import Output, plain, plural
from suiteloom.model import Finding

if TYPE_CHECKING:
    from suiteloom.audit.engine.facts import Flaw
    from suiteloom.audit.engine.rule import Rule
    from suiteloom.audit.score import Score
    from suiteloom.cli.machine import Told
    from suiteloom.workflows.audit import AuditReport

__all__ = [
    "audit_data",
    "rules_data",
    "rules_markdown",
    "score_data",
    "show_audit",
    "show_lost",
    "show_rule",
    "show_rules",
    "show_score",
    "show_share",
    "show_statistics",
    "told",
]

RUFF = 'ruff is missing, `pip install "suiteloom[ruff]"` adds it'
"""Why a rule was asked only in part."""

_WIDTH = 100
"""Characters of a line of source that are shown, but on a terminal what fits."""

_PLACES = 10
"""Findings that are shown below a family; `audit` shows all."""

_STYLES = {"error": "red", "warning": "yellow", "note": "blue"}

_HEAD = (
    "# Rules\n\nMade by `suiteloom rules --format markdown`. A code leads to the rule's"
    " text: reason, remedy and two examples, which `suiteloom rules CODE` shows too.\n"
)
_TEXTS = "../generator/suiteloom/audit/texts"
"""Where the texts of rules are, seen from docs/."""


def audit_data(report: AuditReport) -> dict[str, Any]:
    """An audit as data."""
    return {
        "files": len(report.files),
        "tests": report.tests,
        "score": score_data(report.score),
        "known": report.known,
        "gone": report.gone,
        "suppressed": report.suppressed,
        "without_ruff": list(report.without_ruff),
        "shard": _shard_data(report),
        "findings": [_flaw_data(flaw) for file in report.files for flaw in file.flaws],
    }


def _flaw_data(flaw: Flaw) -> dict[str, Any]:
    """A finding, what it counts against, and where it ends, as data."""
    end_line, end_column = flaw.end
    end = {"end_line": end_line, "end_column": end_column}
    return {**asdict(flaw.finding), **end, "owner": flaw.owner}


def _shard_data(report: AuditReport) -> dict[str, Any] | None:
    """Which share of the files was looked at, as data; null if it was all of them."""
    if report.shard is None:
        return None
    return {
        "number": report.shard.number,
        "of": report.shard.of,
        "files_of_all": report.files_of_all,
        "not_asked": list(report.over_all),
    }


def show_share(output: Output, report: AuditReport) -> None:
    """Show which files a shard had, and which rules nobody asked there."""
    if report.shard is None:
        return
    total = plural(report.files_of_all, "file")
    if report.files:
        output.line(f"shard {report.shard}: {len(report.files):,} of {total}")
    else:
        output.line(f"shard {report.shard} is empty: the other shards have the {total}")
    if report.over_all:
        codes = ", ".join(report.over_all)
        asking = f"--select {','.join(report.over_all)}"
        output.line(f"{codes} look at all files: one job asks them by {asking}")


def score_data(score: Score) -> dict[str, Any]:
    """A score as data."""
    return asdict(score)


def show_audit(output: Output, report: AuditReport, *, concise: bool) -> None:
    """Show findings, how many there are, and the score.

    Args:
        output: Where to.
        report: The audit.
        concise: Whether each finding has one line, and each rule its count; else findings
            are grouped by file, with the lines they are about.
    """
    findings = report.findings
    if concise:
        for finding in findings:
            text = f"{finding.place}: {finding.code} {finding.message}"
            output.line(text, _STYLES[finding.severity])
        output.line()
        show_counts(output, report)
        output.line()
        findings = ()
    for path, group in itertools.groupby(findings, key=lambda finding: finding.path):
        lines = _source(report, path)
        output.line(path, "bold")
        for finding in group:
            _show_finding(output, finding, lines)
        output.line()
    _show_totals(output, report)


def _show_totals(output: Output, report: AuditReport) -> None:
    """Show how much was looked at and found, and the score."""
    findings = report.findings
    counts = Counter(finding.severity for finding in findings)
    parts = [plural(counts[name], name) for name in ("error", "warning", "note")]
    done = f"{plural(report.tests, 'test')} in {plural(len(report.files), 'file')}"
    output.line(f"{done}: {', '.join(parts)}")
    more = {
        "known, not shown": report.known,
        "suppressed by comments": report.suppressed,
        "in the baseline but gone; `--write-baseline` takes them out": report.gone,
    }
    for name, count in more.items():
        if count:
            output.line(f"{count:,} {name}")
    if report.without_ruff:
        codes = ", ".join(report.without_ruff)
        output.line(f"{codes} asked in part: {RUFF}")
    show_share(output, report)
    show_score(output, report.score)


def _source(report: AuditReport, path: str) -> list[str]:
    data = (report.root / path).read_bytes()
    return data.decode("utf-8", "replace").splitlines()


def _show_finding(output: Output, finding: Finding, lines: list[str]) -> None:
    place = f"{finding.line}:{finding.column}" if finding.column else str(finding.line)
    head = f"  {place:>7} {finding.code} {finding.message}"
    output.line(head, _STYLES[finding.severity])
    if 0 < finding.line <= len(lines):
        output.line(f"          | {_cut(output, lines[finding.line - 1].strip())}")
    if finding.advice:
        output.line(f"          = {finding.advice}")


def _cut(output: Output, text: str) -> str:
    """A line of source, as long as fits."""
    width = output.console().width - 12 if sys.stdout.isatty() else _WIDTH
    return text if len(text) <= width else f"{text[: max(width - 1, 1)]}…"


def show_score(output: Output, score: Score) -> None:
    """Show a score and each point that was lost."""
    if not score.tests:
        output.line("no tests, no score")
        return
    output.line(f"score {score.value:.1f} of 100")
    show_lost(output, score)


def show_lost(
    output: Output,
    score: Score,
    findings: Sequence[Finding] = (),
    named: Collection[str] | None = None,
) -> None:
    """Show each point that was lost, and the findings that it was lost by.

    Args:
        output: Where to.
        score: The score.
        findings: Those behind it; none if they are shown elsewhere.
        named: Families to name; None means all. Those left out lost points only by tests
            that score nothing, which has a line of its own.
    """
    from suiteloom.audit.catalogue import FAMILIES
    from suiteloom.audit.score import CAP

    for family in score.families:
        if family.clean < family.tests and (named is None or family.family in named):
            output.line(
                f"  {family.family} {FAMILIES[family.family]}: {family.lost:.1f} of"
                f" {family.worth:.1f} points lost: {family.tests - family.clean:,} of"
                f" {plural(family.tests, 'test')}"
            )
            _show_places(output, findings, family.family)
    if score.void:
        proves = (
            "proves nothing and scores"
            if score.void == 1
            else "prove nothing and score"
        )
        output.line(f"  {plural(score.void, 'test')} {proves} nothing")
    if score.critical:
        codes = ", ".join(score.critical)
        output.line(f"  critical: {codes}: no more than {CAP:.0f} points")


def _show_places(output: Output, findings: Sequence[Finding], family: str) -> None:
    """Show where the findings of a family are, a few of many."""
    found = [finding for finding in findings if finding.code.startswith(family)]
    for finding in found[:_PLACES]:
        output.line(f"    {finding.place} {finding.code} {finding.message}")
    if len(found) > _PLACES:
        more = len(found) - _PLACES
        folder = found[0].path.rpartition("/")[0] or "."
        output.line(f"    and {more:,} more; `suiteloom audit {folder}` lists all")


def show_statistics(output: Output, report: AuditReport) -> None:
    """Show how often each rule was broken, and the score."""
    show_counts(output, report)
    show_score(output, report.score)


def show_counts(output: Output, report: AuditReport) -> None:
    """Show how often each rule was broken, the most frequent first."""
    counts = Counter(finding.code for finding in report.findings)
    summaries = {rule.code: rule.text.summary for rule in report.rules}
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        output.line(f"{count:>7,} {code} {summaries.get(code, '')}")


def told(rule: Rule) -> Told:
    """What a rule is about, for other programs."""
    from suiteloom.cli.machine import Told

    text = rule.text
    markdown = (
        f"{text.reason}\n\nRemedy: {text.hint}.\n\nBad:\n\n```python\n{text.bad}```\n\n"
        f"Good:\n\n```python\n{text.good}```\n"
    )
    return Told(rule.code, text.name, text.summary, text.reason, markdown)


def show_rules(output: Output, rules: tuple[Rule, ...]) -> None:
    """List every rule, family by family."""
    from suiteloom.audit.catalogue import FAMILIES

    if output.is_json:
        output.json("rules", rules_data(rules))
        return
    for family, group in itertools.groupby(rules, key=lambda rule: rule.family):
        output.line(f"{family} {FAMILIES[family]}", "bold")
        for rule in group:
            output.line(f"  {rule.code} {rule.severity:8}{rule.text.summary}")
    output.line()
    output.line("`suiteloom rules CODE` shows one with its examples")


def show_rule(output: Output, rule: Rule) -> None:
    """Show one rule with its reason and examples."""
    if output.is_json:
        output.json("rules", rules_data((rule,)))
        return
    output.line(f"{rule.code} {rule.text.name} ({rule.severity})", "bold")
    output.line(f"{rule.text.summary}.")
    output.line()
    output.line(rule.text.reason)
    output.line(f"Remedy: {rule.text.hint}.")
    if rule.critical:
        output.line("Critical: one finding caps the score.")
    if rule.void:
        output.line("A test with such a finding scores nothing.")
    for title, example in (("Bad", rule.text.bad), ("Good", rule.text.good)):
        output.line()
        output.line(f"{title}:", "bold")
        for line in example.rstrip("\n").split("\n"):
            output.line(f"    {plain(line)}".rstrip())


def rules_markdown(rules: tuple[Rule, ...]) -> str:
    """A table of every rule, which leads to their texts, as in docs/rules.md."""
    from suiteloom.audit.catalogue import FAMILIES

    parts = [_HEAD]
    for family, group in itertools.groupby(rules, key=lambda rule: rule.family):
        parts.append(f"\n## {family} {FAMILIES[family]}\n\n")
        parts.append("| code | name | severity | what is wrong |\n|---|---|---|---|\n")
        parts += [
            f"| [{rule.code}]({_TEXTS}/{rule.code}.md) | {rule.text.name} | {rule.severity}"
            f" | {rule.text.summary}{_extra(rule)} |\n"
            for rule in group
        ]
    return "".join(parts)


def _extra(rule: Rule) -> str:
    notes = []
    if rule.critical:
        notes.append("one finding caps the score")
    if rule.void:
        notes.append("a test with one scores nothing")
    if rule.ruff:
        notes.append(f"decided by ruff: {', '.join(rule.ruff)}")
    return f" ({'; '.join(notes)})" if notes else ""


def rules_data(rules: Sequence[Rule]) -> dict[str, Any]:
    """Rules as data."""
    return {"rules": [_rule_data(rule) for rule in rules]}


def _rule_data(rule: Rule) -> dict[str, Any]:
    names = ("name", "severity", "summary", "reason", "hint", "bad", "good")
    data = {name: getattr(rule.text, name) for name in (*names, "critical", "void")}
    return {"code": rule.code, **data, "ruff": list(rule.ruff)}
