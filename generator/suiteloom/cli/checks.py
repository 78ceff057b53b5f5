"""How a check looks, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suiteloom.cli.besides import written_findings
from suiteloom.cli.output import Output, json_text, plural, print_findings
from suiteloom.model import Finding, Place

if TYPE_CHECKING:
    from suiteloom.cli.machine import Told
    from suiteloom.workflows.check import CheckReport, Level

__all__ = ["check_data", "show_check", "written_check"]

_FULL = 100.0
"""The score that leaves nothing to say."""

_MOST = 10
"""How many findings of a family are shown in text; JSON has all."""

_SAYING = frozenset({"spec", "compliance", "run"})
"""Levels whose summary says more than that they passed."""

_PENDING = "SL610"
"""The rule that meets a pending test. Its findings are said in one line, as a count."""


def show_check(output: Output, report: CheckReport) -> None:
    """Show findings, the verdict of every level, and what is next.

    Where every level passed and there is nothing to say, one line says so.
    """
    if output.is_json:
        output.json("check", check_data(report))
        return
    if report.passed and not report.findings and not any(_pending(report)):
        said = [level.summary for level in report.levels if level.name in _SAYING]
        output.line(f"ok: {', '.join(said)}", "green")
        return
    for level in report.levels:
        if not (level.passed and level.verdict):
            _show_findings(output, level.findings)
    pending = list(_pending(report))
    for level in report.levels:
        _show_level(output, report, level, len(pending))
    if report.passed and pending:
        name, place = pending[0]
        output.line(f"next: write {name} at {place}; then `suiteloom run`")


def written_check(report: CheckReport, form: str, root: Path) -> str:
    """The findings for another program, as text.

    Args:
        report: The check.
        form: ``json``, ``sarif``, ``github`` or ``gitlab``.
        root: The project's folder. But in JSON, paths are those of its repository.
    """
    if form == "json":
        return json_text("check", check_data(report))
    codes = sorted({finding.code for finding in report.findings})
    rules = [_told(code) for code in codes] if form == "sarif" else []
    return written_findings(report.findings, form, root, "suiteloom check", rules)


def _told(code: str) -> Told:
    """What a finding or rule is about."""
    from suiteloom.cli.audits import told
    from suiteloom.cli.machine import Told
    from suiteloom.workflows.explain import Explanation, explain

    found = explain(code)
    if isinstance(found, Explanation):
        return Told(code, code, found.meaning, found.remedy)
    return told(found)


def _show_findings(output: Output, findings: Sequence[Finding]) -> None:
    """Show the findings family by family, a few of many."""
    listed = [finding for finding in findings if finding.code != _PENDING]
    counts = Counter(_family(finding) for finding in listed)
    shown: Counter[str] = Counter()
    for family, group in groupby(listed, key=_family):
        found = list(group)
        few = found[: max(_MOST - shown[family], 0)]
        shown[family] += len(found)
        print_findings(output, few)
        if shown[family] == counts[family] > _MOST:
            more = counts[family] - _MOST
            output.line(f"and {more:,} more of {family}; `--format json` has all")


def _family(finding: Finding) -> str:
    """Letters and first digit of a code: what its rules have in common."""
    return finding.code[:3]


def _show_level(
    output: Output, report: CheckReport, level: Level, pending: int
) -> None:
    """Show the verdict of one level."""
    verdict = "ok" if level.passed else "FAILED"
    style = "green" if level.passed else "red"
    head = f"{level.name:<11} {verdict:<7} "
    judged = report.compliance
    if level.name != "compliance" or judged is None:
        output.line(head + ", ".join([level.summary, *_counts(level.findings)]), style)
        return
    others = [finding for finding in level.findings if finding.code != _PENDING]
    notes = [level.summary]
    if others and level.passed:
        notes.append(plural(len(others), "finding"))
    elif others:
        notes += _counts(others)
    if pending:
        notes.append(f"{plural(pending, 'test')} pending")
    output.line(head + ", ".join(notes), style)
    score = judged.score
    if not score.tests or score.value == _FULL:
        return
    if judged.threshold or not level.passed:
        from suiteloom.cli.audits import show_lost

        named = {_family(finding) for finding in others}
        show_lost(output, score, others if level.passed else (), named)
    elif others:
        folder = others[0].path.rpartition("/")[0] or "."
        output.line(f"            `suiteloom audit {folder}` lists what lost points")


def _counts(findings: Sequence[Finding]) -> Iterator[str]:
    """How many findings of each severity there are, in words."""
    counts = Counter(finding.severity for finding in findings)
    for name in ("error", "warning", "note"):
        if counts[name]:
            yield plural(counts[name], name)


def _pending(report: CheckReport) -> Iterator[tuple[str, Place]]:
    """Id and name of each pending test, with its place, in the order of files."""
    for path, facts in report.facts.items():
        for test in facts.tests:
            if test.is_pending and test.id and not test.is_orphan:
                yield f"{test.id} {test.name}", Place(path, test.line)


def check_data(report: CheckReport) -> dict[str, Any]:
    """A check as data."""
    from suiteloom.cli.audits import score_data

    score = report.compliance.score if report.compliance else None
    return {
        "passed": report.passed,
        "score": score.value if score else None,
        "score_detail": score_data(score) if score else None,
        "levels": [
            {"name": level.name, "passed": level.passed, "summary": level.summary}
            for level in report.levels
        ],
        "findings": [asdict(finding) for finding in report.findings],
    }
