"""Every hint about a spec that names an edit: the edit is made, and the finding is gone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from suiteloom.errors import SpecError
from suiteloom.model import Config, Finding
from suiteloom.specs.loader import load_project

TABLE = yaml.safe_load(Path(__file__).with_name("refusals.yaml").read_text("utf-8"))
PAGE = Path(__file__).parents[3] / "docs" / "reliability.md"

_TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s,\]}:]+")
_REST = re.compile(r"[^\n]*")


def _offset(text: str, finding: Finding) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: finding.line - 1]) + finding.column - 1


def _replaced(text: str, at: int, pattern: re.Pattern[str], new: str) -> str:
    match = pattern.match(text, at)
    assert match
    return text[:at] + new + text[match.end() :]


def _value(text: str, at: int) -> int:
    """Where the value begins that a place on a line belongs to."""
    start = text.rfind("\n", 0, at) + 1
    key = re.compile(r" *(?:- )?[a-z_]+: ").match(text, start)
    return key.end() if key else at


def _closest(text: str, at: int, finding: Finding) -> str:
    new = re.search(r"(?:mean|try) [`']?([^`'?]+)", finding.advice)
    wrong = re.search(r"[`']([^`']+)[`']", finding.message)
    assert new
    assert wrong
    token = re.compile(rf"[\"']?{re.escape(wrong[1])}[\"']?")
    return _replaced(text, at, token if token.match(text, at) else _TOKEN, new[1])


def _quoted(text: str, at: int, finding: Finding) -> str:
    new = re.search(r"in quotes: (\[?)(.+?)\]?(?:; several .*)?$", finding.advice)
    assert new
    if new[1]:  # entries of a list in brackets
        start = text.rfind("[", 0, at)
        return text[:start] + f"[{new[2]}]" + text[text.index("]", at) + 1 :]
    return _replaced(text, _value(text, at), _REST, new[2])


def _commented(text: str, at: int, finding: Finding) -> str:
    """The words of the text may stand on several lines."""
    new = re.search(r'write "(.*)" in quotes', finding.advice)
    assert new
    words = re.compile(r"\s*" + r"\s+".join(map(re.escape, new[1].split())))
    return _replaced(text, at, words, f' "{new[1]}"')


def _plain(text: str, at: int, finding: Finding) -> str:
    new = re.search(r'write (".*"); values', finding.advice)
    assert new
    return _replaced(text, at, re.compile(r"[^\s,}\]]*"), f" {new[1]}")


def _written(text: str, at: int, finding: Finding) -> str:
    return _replaced(text, at, re.compile(r"[^,\n]+"), finding.advice.split()[-1])


def _known(text: str, at: int, finding: Finding) -> str:
    known = finding.advice.removeprefix("known: ").split(", ")
    return _replaced(text, at, _TOKEN, known[0])


def _without_the_line(text: str, at: int, _: Finding) -> str:
    start = text.rfind("\n", 0, at) + 1
    return text[:start] + text[text.index("\n", at) + 1 :]


def _without_the_token(text: str, at: int, _: Finding) -> str:
    return _replaced(text, at, re.compile(r"\S+ "), "")


def _without_the_sign(text: str, at: int, _: Finding) -> str:
    end = text.index("\n", at)
    cleaned = re.sub(r"\\(?:r|0|u202E)", "", text[at:end])
    return text[:at] + cleaned + text[end:]


def _digits(text: str, at: int, _: Finding) -> str:
    return _replaced(text, at, re.compile(r"[\d_]+"), "1000")


def _corrected(text: str, at: int, _: Finding) -> str:
    return _replaced(text, at, re.compile(r"\d+"), "1")


def _once(text: str, at: int, _: Finding) -> str:
    return text[: text.rindex("\n---", 0, at + 4) + 1]


_Edit = Callable[[str, int, Finding], str]

EDITS: list[tuple[str, str, _Edit]] = [
    ("SP104|SP105", r"did you mean ", _closest),
    ("SP106", r"try '", _closest),
    ("SP10[23]", r"is put in quotes: ", _quoted),
    ("SP103", r"write \".*\" in quotes; a comment", _commented),
    ("SP103", r"for the text write ", _plain),
    ("SP105", r"write it like ", _written),
    ("SP104", r"known: (?!none)(?!suiteloom)", _known),
    ("SP103", r"^keep one$", _without_the_line),
    ("SP104", r"is there already: keep one", _without_the_line),
    ("SP103", r"^keep one document", _once),
    ("SP103", r"^remove it$", _without_the_token),
    ("SP101", r"remove it;", _without_the_sign),
    ("SP105", r"write digits only", _digits),
    ("SP108", r"write what is missing, or correct", _corrected),
]
"""Codes, how a hint begins or what it says, and the edit that it names."""


def edit_of(finding: Finding) -> _Edit | None:
    for codes, said, edit in EDITS:
        if re.fullmatch(codes, finding.code) and re.search(said, finding.advice):
            return edit
    return None


def found_in(text: str) -> list[Finding]:
    try:
        load_project("/project", Config(), {"specs/a.yaml": text.encode()})
    except SpecError as error:
        return list(error.findings)
    return []


def follow(text: str) -> tuple[int, int]:
    """Make the edit of each hint that names one; how many findings, how many edits."""
    findings = found_in(text)
    followed = 0
    for finding in findings:
        if edit := edit_of(finding):
            after = edit(text, _offset(text, finding), finding)
            left = {(f.code, f.line, f.column, f.message) for f in found_in(after)}
            here = (finding.code, finding.line, finding.column, finding.message)
            assert here not in left, f"{finding.code} {finding.advice}"
            assert len(left) < len(findings), f"{finding.advice}: {left}"
            followed += 1
    return len(findings), followed


def test_the_page_says_how_many(spec):
    came = [follow(spec(*row["edits"])) for row in TABLE]
    findings, followed = map(sum, zip(*came, strict=True))
    row = f"| SP | {len(TABLE)} | {findings} | 0 | {followed} |"
    assert row in PAGE.read_text("utf-8"), row


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in TABLE])
def test_an_edit_that_a_hint_names_helps(spec, row):
    findings, _ = follow(spec(*row["edits"]))
    assert findings == len(row["found"])
