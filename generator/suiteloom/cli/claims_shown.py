"""How claims look, as text and as data."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suiteloom.cli.besides import written_findings
from suiteloom.cli.output import Output, plural, print_findings

if TYPE_CHECKING:
    from suiteloom.workflows.claims import Claim, ClaimsReport, Suggestions

__all__ = ["claims_data", "show_claims", "show_suggestions", "suggestions_data"]

_SAID = {
    "right": "right",
    "wrong": "wrong",
    "stale": "stale",
    "unknown": "not known",
    "unreadable": "not to be read",
}


def show_claims(output: Output, report: ClaimsReport, form: str, root: Path) -> None:
    """Show what is wrong, what was written, and how many numbers are right."""
    if form == "json":
        output.json("claims", claims_data(report))
        return
    if form == "github":
        sys.stdout.write(
            written_findings(report.findings, form, root, "suiteloom claims", ())
        )
        return
    print_findings(output, report.findings)
    for claim in report.claims:
        if claim.became:
            output.line(_written(claim))
    counts = Counter(
        "written" if claim.became else _SAID[claim.state] for claim in report.claims
    )
    names = ("right", "written", "wrong", "stale", "not known", "not to be read")
    parts = [f"{counts[name]:,} {name}" for name in names if counts[name]]
    done = plural(len(report.claims), "claim")
    head = f"{done} in {plural(len(report.files), 'document')}"
    output.line(f"{head}: {', '.join(parts)}" if parts else head)


def _written(claim: Claim) -> str:
    place = f"{claim.path}:{claim.line}:{claim.column}"
    return f"{place}: {claim.text} is {claim.became} now ({claim.source})"


def claims_data(report: ClaimsReport) -> dict[str, Any]:
    """Claims as data."""
    return {
        "files": list(report.files),
        "written": [change.path for change in report.changes],
        "claims": [asdict(claim) for claim in report.claims],
        "findings": [asdict(finding) for finding in report.findings],
    }


def show_suggestions(output: Output, found: Suggestions, form: str, root: Path) -> None:
    """Show what can be said of numbers that have no marker."""
    if form == "json":
        output.json("claims-suggest", suggestions_data(found))
        return
    if form == "github":
        command = "suiteloom claims --suggest"
        sys.stdout.write(written_findings(found.findings, form, root, command, ()))
        return
    print_findings(output, found.findings)
    counts = Counter(item.verdict for item in found.found)
    parts = [f"{count:,} {verdict}" for verdict, count in counts.most_common()]
    done = plural(len(found.found), "number")
    head = f"{done} without a marker in {plural(len(found.files), 'document')}"
    output.line(f"{head}: {', '.join(parts)}" if parts else head)


def suggestions_data(found: Suggestions) -> dict[str, Any]:
    """What can be said of numbers that have no marker, as data."""
    return {
        "files": list(found.files),
        "suggestions": [asdict(item) for item in found.found],
        "findings": [asdict(finding) for finding in found.findings],
    }
