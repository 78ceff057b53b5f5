"""`claims`: every marked number of documents held against its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from suiteloom.claims.marker import NAME, Asked, MarkerError, read_marker
from suiteloom.claims.numbers import (
    Written,
    holds,
    relation_of,
    rewritten,
    said,
)
from suiteloom.claims.page import Page, UnreadableError
from suiteloom.claims.reading import Mark
from suiteloom.model import FileChange, Finding
from suiteloom.model.identifiers import short
from suiteloom.store import commit
from suiteloom.workflows.claims.documents import load_page, read_document
from suiteloom.workflows.claims.sources import SourceError, Sources, Value
from suiteloom.workflows.project import Workspace

__all__ = ["Claim", "ClaimsReport", "check_claims"]

State = Literal["right", "wrong", "stale", "unknown", "unreadable"]

_CODES: dict[State, str] = {
    "wrong": "CL101",
    "stale": "CL102",
    "unknown": "CL103",
}
_NO_SOURCE, _NO_NUMBER, _NO_DOCUMENT = "CL104", "CL105", "CL106"
_UNREADABLE = frozenset({_NO_SOURCE, _NO_NUMBER, _NO_DOCUMENT})


@dataclass(frozen=True, slots=True)
class Claim:
    """One marked number.

    Attributes:
        path: Of the document.
        line: 1-based, of the number; of its marker if there is none.
        column: 1-based, likewise.
        source: As the marker has it.
        text: What stands there; empty if no number does.
        value: What is computed; None if that is not known.
        state: Whether it is right; ``unreadable`` if its marker says nothing.
        became: What was written in its place; empty if nothing was.
    """

    path: str
    line: int
    column: int
    source: str
    text: str
    value: float | int | None
    state: State
    became: str = ""


@dataclass(frozen=True, slots=True)
class ClaimsReport:
    """What was found, and written.

    Attributes:
        files: The documents, in order.
        claims: Every marked number, in order.
        findings: What is left to do, by place.
        changes: Documents that were changed.
    """

    files: tuple[str, ...]
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]
    changes: tuple[FileChange, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 if every number is right, 2 if a marker or document says nothing, else 1."""
        if any(finding.code in _UNREADABLE for finding in self.findings):
            return 2
        return 1 if self.findings else 0


@dataclass(frozen=True, slots=True)
class _Judged:
    """A claim with what is wrong with it, and the digits that would make it right."""

    claim: Claim
    finding: Finding | None = None
    edit: tuple[int, int, str] | None = None


def check_claims(
    workspace: Workspace,
    paths: Iterable[str],
    sources: Sources,
    *,
    writes: bool = False,
) -> ClaimsReport:
    """Hold the marked numbers of documents against their sources.

    Args:
        workspace: The project.
        paths: The documents.
        sources: Where numbers come from.
        writes: Whether wrong numbers are replaced; what is stale or not known stays.

    Raises:
        StorageError: If a document can not be read or written.
        ConflictError: If one changed meanwhile, or the lock is held.
    """
    files, claims, findings, changes = tuple(paths), [], [], []
    for path in files:
        try:
            page, before = load_page(workspace.root, path)
        except UnreadableError as error:
            hint = "save it as UTF-8" if "UTF" in str(error) else "split it"
            findings.append(Finding(_NO_DOCUMENT, "error", str(error), path, hint=hint))
            continue
        judged = list(_judge(page, sources))
        edits = _edits(judged) if writes else {}
        if edits:
            after = page.edited((*span, new) for span, new in sorted(edits.items()))
            changes.append(FileChange(path, before, after))
        for item in judged:
            claim, became = item.claim, ""
            if item.edit and edits.get(item.edit[:2]) == item.edit[2]:
                became = item.edit[2]
            elif item.finding:
                findings.append(item.finding)
            claims.append(_became(claim, became))
    commit(workspace.root, changes)
    ordered = sorted(findings, key=lambda finding: finding.sort_key)
    return ClaimsReport(files, tuple(claims), tuple(ordered), tuple(changes))


def _became(claim: Claim, text: str) -> Claim:
    from dataclasses import replace

    return replace(claim, became=text) if text else claim


def _edits(judged: Iterable[_Judged]) -> dict[tuple[int, int], str]:
    """New digits by span; of two for one span, the first."""
    edits: dict[tuple[int, int], str] = {}
    for item in judged:
        if item.edit:
            edits.setdefault(item.edit[:2], item.edit[2])
    return edits


def _judge(page: Page, sources: Sources) -> Iterator[_Judged]:
    """Every claim of a document."""
    if NAME not in page.text:
        return
    for mark in read_document(page).marks:
        try:
            asked = read_marker(mark.text)
            value = sources.value(asked)
        except (MarkerError, SourceError) as error:
            yield _unreadable(page, mark, _NO_SOURCE, str(error), error.hint)
            continue
        numbers = [slot.number(page.text) for slot in mark.slots]
        found = [number for number in numbers if number is not None]
        if not found:
            hint = (
                "write the number right behind the marker; docs/claims.md has the forms"
            )
            message = f"no number follows the marker of {short(str(asked))}"
            yield _unreadable(page, mark, _NO_NUMBER, message, hint)
        for number in found:
            yield _judged(page, asked, number, value)


def _unreadable(page: Page, mark: Mark, code: str, message: str, hint: str) -> _Judged:
    line, column = page.place(mark.start)
    finding = Finding(code, "error", message, page.path, line, column, hint)
    claim = Claim(page.path, line, column, mark.text, "", None, "unreadable")
    return _Judged(claim, finding)


def _judged(page: Page, asked: Asked, written: Written, value: Value) -> _Judged:
    """One number held against its source."""
    line, column = page.place(written.start)
    text = page.text[written.start : written.end]
    source = str(asked)
    state, message, hint, edit = _verdict(page, asked, written, value)
    number = None if value.number is None else _plain_number(value.number)
    claim = Claim(page.path, line, column, source, text, number, state)
    if state == "right":
        return _Judged(claim)
    finding = Finding(_CODES[state], "error", message, page.path, line, column, hint)
    return _Judged(claim, finding, edit)


def _verdict(
    page: Page, asked: Asked, written: Written, value: Value
) -> tuple[State, str, str, tuple[int, int, str] | None]:
    """State, message, hint, and the edit that makes it right."""
    source = short(str(asked))
    text = short(page.text[written.start : written.end])
    if value.stale:
        message = f"{text} is stale: {source} is of a run, and {value.stale}"
        return "stale", message, "`suiteloom run`, then look again", None
    if value.number is None:
        message = f"{text} is neither right nor wrong: {source} is not known"
        return "unknown", message, "`suiteloom run` may tell it", None
    relation = relation_of(written, asked.relation)
    if holds(written, value.number, value.key, relation):
        return "right", "", "", None
    computed = said(value.number, value.key)
    message = f"{text} is wrong: {source} is {computed}"
    new = rewritten(written, value.number, value.key, relation)
    hint = f"`suiteloom claims --write {page.path}` writes {new}"
    return "wrong", message, hint, (*written.digits, new)


def _plain_number(value: Decimal) -> float | int:
    """A number as JSON has it."""
    return int(value) if value == value.to_integral_value() else float(value)
