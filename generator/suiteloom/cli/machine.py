"""Findings for other programs: SARIF, GitHub, GitLab and JUnit XML. Pure."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from suiteloom import __version__
from suiteloom.cli.output import plain
from suiteloom.model import Finding

__all__ = [
    "End",
    "Told",
    "code_quality",
    "github_annotations",
    "in_repository",
    "junit",
    "sarif",
    "xml_text",
]

_SARIF_LEVELS = {"error": "error", "warning": "warning", "note": "note"}
_ANNOTATIONS = {"error": "error", "warning": "warning", "note": "notice"}
_QUALITIES = {"error": "major", "warning": "minor", "note": "info"}
_RANKS = ("error", "warning", "note")
_SHOWN = 10
"""Annotations that GitHub shows of one step and severity."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HOME = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule, or the code of a finding, is about.

    Attributes:
        code: The code.
        name: What it is called.
        summary: What is wrong, in general.
        reason: Why it matters, or what to do about it.
        help: All of it as Markdown, for whoever looks closer; may be empty.
    """

    code: str
    name: str
    summary: str
    reason: str
    help: str = ""


End = tuple[int, int]
"""Line and column after the last character, 1-based; nothing if that is not known."""


def sarif(
    findings: Iterable[Finding],
    rules: Sequence[Told],
    fingerprints: Iterable[str],
    ends: Iterable[End] = (),
) -> dict[str, Any]:
    """Return a SARIF 2.1.0 log.

    Args:
        findings: In the order in which they are to appear.
        rules: Each rule that was run.
        fingerprints: What each finding is known by when lines come and go.
        ends: Where each ends; nothing: of none is it known.
    """
    index = {rule.code: number for number, rule in enumerate(rules)}
    known = _numbered(findings, fingerprints)
    placed = zip(known, itertools.chain(ends, itertools.repeat((0, 0))), strict=False)
    return {
        "$schema": _HOME,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "suiteloom",
                        "version": __version__,
                        "rules": [_rule(rule) for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"ROOT": {"description": {"text": "project"}}},
                "results": [
                    _result(finding, index, known_by, end)
                    for (finding, known_by), end in placed
                ],
            }
        ],
    }


def _rule(rule: Told) -> dict[str, Any]:
    described = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.reason},
    }
    if rule.help:
        described["help"] = {"text": rule.reason, "markdown": rule.help}
    return described


def _result(
    finding: Finding, index: dict[str, int], known_by: str, end: End
) -> dict[str, Any]:
    text = (
        f"{finding.message} ({finding.advice})" if finding.advice else finding.message
    )
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _SARIF_LEVELS[finding.severity],
        "message": {"text": text},
        "partialFingerprints": {"suiteloom/v1": known_by},
    }
    if finding.code in index:
        result["ruleIndex"] = index[finding.code]
    if finding.path:
        location: dict[str, Any] = {
            "artifactLocation": {"uri": quote(finding.path), "uriBaseId": "ROOT"}
        }
        if finding.line:
            region = {"startLine": finding.line}
            if finding.column:
                region["startColumn"] = finding.column
            if end[0]:
                region |= {"endLine": end[0], "endColumn": end[1]}
            location["region"] = region
        result["locations"] = [{"physicalLocation": location}]
    return result


def in_repository(findings: Iterable[Finding], project: str) -> tuple[Finding, ...]:
    """Return findings with paths as their repository has them.

    Args:
        findings: With paths relative to the project.
        project: Folder of the project in its repository; empty if that is the root.
    """
    if not project:
        return tuple(findings)
    return tuple(
        replace(finding, path=f"{project}/{finding.path}") if finding.path else finding
        for finding in findings
    )


def code_quality(
    findings: Iterable[Finding], fingerprints: Iterable[str]
) -> list[dict[str, Any]]:
    """Return a report of code quality, as GitLab takes them.

    Args:
        findings: In the order in which they are to appear.
        fingerprints: What each is known by when lines come and go, in the same order; of
            several that are equal each gets one of its own.
    """
    issues = []
    for finding, known_by in _numbered(findings, fingerprints):
        advice = f" ({finding.advice})" if finding.advice else ""
        issues.append(
            {
                "description": plain(f"{finding.message}{advice}"),
                "check_name": finding.code,
                "fingerprint": known_by,
                "severity": _QUALITIES[finding.severity],
                "location": {
                    "path": finding.path or ".",
                    "lines": {"begin": max(finding.line, 1)},
                },
            }
        )
    return issues


def _numbered(
    findings: Iterable[Finding], fingerprints: Iterable[str]
) -> Iterator[tuple[Finding, str]]:
    """Findings, each with a digest that no other one of its file has."""
    seen: Counter[tuple[str, str]] = Counter()
    for finding, known_by in zip(findings, fingerprints, strict=True):
        key = (finding.path, known_by)
        seen[key] += 1
        text = "\0".join((*key, str(seen[key]))).encode("utf-8", "surrogatepass")
        yield finding, hashlib.sha256(text).hexdigest()


def github_annotations(findings: Iterable[Finding], source: str) -> str:
    """Return workflow commands that GitHub shows beside the lines, one a finding.

    Args:
        findings: In order of importance within each severity.
        source: The command that shows all of them.

    Returns:
        At most as many as GitHub shows of a step, errors first; the last one counts the
        rest.
    """
    ranked = sorted(findings, key=lambda finding: _RANKS.index(finding.severity))
    if len(ranked) > _SHOWN:
        more = len(ranked) - _SHOWN + 1
        words = f"{more:,} more; `{source}` shows all"
        ranked[_SHOWN - 1 :] = [Finding("more", ranked[_SHOWN - 1].severity, words)]
    return "".join(f"{_annotation(finding)}\n" for finding in ranked)


def _annotation(finding: Finding) -> str:
    places = {"file": finding.path, "line": finding.line, "col": finding.column}
    properties = [f"{k}={_property(str(v))}" for k, v in places.items() if v]
    properties.append(f"title={_property(finding.code)}")
    text = f"{finding.message}\n{finding.advice}" if finding.advice else finding.message
    return f"::{_ANNOTATIONS[finding.severity]} {','.join(properties)}::{_data(text)}"


def _data(text: str) -> str:
    return plain(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def junit(paths: Sequence[str], findings: Iterable[Finding]) -> str:
    """Return JUnit XML: a suite for each file, a failed case for each finding.

    Args:
        paths: Every file that was looked at, in order; those without a finding have one
            case that passed.
        findings: By place.
    """
    by_path: dict[str, list[Finding]] = {path: [] for path in paths}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    root = ET.Element("testsuites", name="suiteloom")
    for path, found in by_path.items():
        failures = sum(finding.severity != "note" for finding in found)
        suite = ET.SubElement(
            root,
            "testsuite",
            name=xml_text(path),
            tests=str(len(found) or 1),
            failures=str(failures),
        )
        for finding in found:
            name = f"{finding.code} line {finding.line}"
            case = ET.SubElement(suite, "testcase", name=name, classname=xml_text(path))
            if finding.severity != "note":
                failure = ET.SubElement(
                    case, "failure", message=xml_text(finding.message)
                )
                failure.text = xml_text(
                    f"{finding.place}: {finding.message}\n{finding.advice}"
                )
        if not found:
            ET.SubElement(
                suite, "testcase", name="no findings", classname=xml_text(path)
            )
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def xml_text(text: str) -> str:
    """`text` with each character that XML can not hold replaced."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
