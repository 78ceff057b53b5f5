"""`claims --suggest`: unmarked numbers that a source knows, contradicts, or can not check."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from suiteloom.claims.evidence import (
    About,
    Clause,
    Vocabulary,
    about,
    clauses,
    is_about,
    templates,
)
from suiteloom.claims.marker import NAME, read_marker
from suiteloom.claims.numbers import Relation, Written, holds, relation_of, said
from suiteloom.claims.page import REST, Page, UnreadableError
from suiteloom.claims.reading import Passage, Reading, numbers_in
from suiteloom.model import Finding
from suiteloom.model.identifiers import short
from suiteloom.workflows.claims.documents import load_page, read_document
from suiteloom.workflows.claims.sources import SourceError, Sources, Value
from suiteloom.workflows.claims.vocabulary import vocabulary
from suiteloom.workflows.project import Workspace

__all__ = ["Suggestion", "Suggestions", "Verdict", "suggest"]

Verdict = Literal[
    "contradicts", "true", "no source", "not decided", "not known", "template", "list"
]

CODES: Mapping[Verdict, str] = {
    "contradicts": "CL201",
    "true": "CL202",
    "no source": "CL203",
    "not decided": "CL204",
    "not known": "CL205",
    "template": "CL206",
    "list": "CL207",
}
_HINTS = {
    "list": "name the others, or correct the number",
    "template": "fill it in",
}
_ERRORS = frozenset({"contradicts", "template", "list"})
_TEST = re.compile(r"test_\w+|[A-Z][A-Z0-9]*-\d+")
_LISTED = 3
_ONCE = "; it was so in run "
_PAST = {"totals.specified": "tests", "report:run.coverage_percent": "coverage_percent"}
"""What the history of runs remembers of a source."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One unmarked number, or what was to become one.

    Attributes:
        path: Of the document.
        line: 1-based.
        column: 1-based.
        text: What stands there.
        verdict: What can be said of it.
        source: Of the value; empty if there is none.
        value: What is computed; None if that is not known.
        marker: What to put before the number; empty if nothing helps.
        said: The verdict in words.
    """

    path: str
    line: int
    column: int
    text: str
    verdict: Verdict
    source: str
    value: float | int | None
    marker: str
    said: str

    @property
    def finding(self) -> Finding:
        """It as a finding."""
        severity: Literal["error", "note"] = (
            "error" if self.verdict in _ERRORS else "note"
        )
        hint = f"mark it: {self.marker}" if self.marker else ""
        hint = _HINTS.get(self.verdict, hint)
        code = CODES[self.verdict]
        return Finding(
            code, severity, self.said, self.path, self.line, self.column, hint
        )


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What was found in documents, by place; those that are no text are `unreadable`."""

    files: tuple[str, ...]
    found: tuple[Suggestion, ...]
    unreadable: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every one as a finding, in order."""
        return (*self.unreadable, *(item.finding for item in self.found))

    @property
    def exit_code(self) -> int:
        """1 if a number contradicts its source or was never filled in, else 0."""
        if self.unreadable:
            return 2
        return int(any(item.verdict in _ERRORS for item in self.found))


def suggest(
    workspace: Workspace, paths: Iterable[str], sources: Sources
) -> Suggestions:
    """Look for numbers that no marker ties to a source.

    Raises:
        StorageError: If a document can not be read.
    """
    files, found, unreadable = tuple(paths), [], []
    known = vocabulary(sources)
    for path in files:
        try:
            page, _ = load_page(workspace.root, path)
        except UnreadableError as error:
            unreadable.append(Finding("CL106", "error", str(error), path))
            continue
        found += _Document(page, read_document(page), known, sources).suggestions()
    return Suggestions(files, tuple(found), tuple(unreadable))


class _Document:
    """One document, looked at number by number."""

    def __init__(
        self, page: Page, reading: Reading, known: Vocabulary, sources: Sources
    ) -> None:
        self._page = page
        self._reading = reading
        self._known = known
        self._sources = sources
        self._prose = reading.prose(page.text)
        self._named = known.names
        self._is_about = is_about(page.text, known)
        self._claimed: dict[str, Written] = {}

    def suggestions(self) -> list[Suggestion]:
        """What can be said of its unmarked numbers, by place."""
        numbers = [
            s.number(self._page.text) for m in self._reading.marks for s in m.slots
        ]
        marked = {number.digits for number in numbers if number}
        found: list[Suggestion] = []
        for passage in self._reading.passages:
            for start, end in templates(self._page.text, self._prose, passage):
                found.append(self._template(start, end))
            inside = numbers_in(self._prose, passage.start, passage.end)
            inside = [
                number
                for number in inside
                if not self._is_heading_number(passage, number)
            ]
            for clause in clauses(self._prose, passage, inside):
                for number in clause.numbers:
                    if number.digits not in marked:
                        found += self._said(passage, clause, number)
        found += self._lists()
        return sorted(found, key=lambda item: (item.line, item.column))

    def _lists(self) -> Iterator[Suggestion]:
        """Lists of tests that are shorter than the number that stands for them.

        Most tests of a domain are named in the document, and not as many as it says.
        """
        words = set(_TEST.findall(self._page.text))
        for source, number in self._claimed.items():
            tests = self._known.names[source]
            missing = [
                name for both in tests if words.isdisjoint(both) for name in both[:1]
            ]
            listed = len(tests) - len(missing)
            if listed * 2 <= len(tests) or listed == number.value:
                continue
            text = self._page.text[number.start : number.end]
            shown = ", ".join(map(short, missing[:_LISTED]))
            more = ", …" if len(missing) > _LISTED else ""
            message = (
                f"{short(text)} is said, and {listed} are named: not {shown}{more}"
            )
            if not missing:
                message = f"{short(text)} is said, and {listed} are named"
            yield self._suggestion(number.start, text, "list", message, source)

    def _is_heading_number(self, passage: Passage, number: Written) -> bool:
        """Whether it counts headings, as in "2. Value"."""
        text = self._page.text
        before = text[passage.start : number.start].strip()
        behind = text[number.end : number.end + 1]
        return bool(passage.level) and not before and behind in {".", ")"}

    def _template(self, start: int, end: int) -> Suggestion:
        text = self._page.text[start:end]
        message = f"{short(text)} was never filled in: it is a template"
        return self._suggestion(start, text, "template", message)

    def _said(
        self, passage: Passage, clause: Clause, number: Written
    ) -> Iterator[Suggestion]:
        text = self._page.text[number.start : number.unit_end]
        found = about(self._page.text, passage, clause, number, self._known)
        if not found.source:
            found = self._above(passage, clause, number) or found
        if found.source:
            if found.source in self._named and found.source not in self._claimed:
                self._claimed[found.source] = number
            yield self._checked(number, text, found)
        elif found.candidate:
            value = self._value(found.candidate)
            computed = (
                "not known" if value.number is None else said(value.number, value.key)
            )
            message = (
                f"{short(text)} is not decided: {found.candidate} is {computed}, but other"
                " words stand between"
            )
            yield self._suggestion(
                number.start, text, "not decided", message, found.candidate
            )
        elif number.quantity or number.sign != "=":
            message = (
                f"{short(text)} can not be checked: nothing beside it names a source"
            )
            yield self._suggestion(number.start, text, "no source", message)

    def _above(self, passage: Passage, clause: Clause, number: Written) -> About | None:
        """A percentage by which a known number is above another one of its clause."""
        if number.quantity != "percent":
            return None
        for other in clause.numbers:
            if other is number or other.quantity:
                continue
            source = about(self._page.text, passage, clause, other, self._known).source
            if not source or not other.value:
                continue
            joined = f"{source} over {other.value}"
            value = self._value(joined)
            right = value.number is not None and holds(
                number, value.number, value.key, Relation()
            )
            return About(joined) if right else About(candidate=joined)
        return None

    def _checked(self, number: Written, text: str, found: About) -> Suggestion:
        """A number that something beside it gives a source.

        One that differs contradicts its source where a domain or group is named with
        it, where the document is about the project, or where it once was so.
        """
        source = found.source
        value = self._value(source)
        is_sure = self._is_about or found.is_named
        if value.stale or value.number is None:
            if not is_sure:
                return self._unsure(number, text, source, "not known")
            why = "`suiteloom run` may tell"
            if value.stale:
                why = f"it is of a run, and {value.stale}"
            head = f"{short(text)} is neither true nor wrong today"
            message = f"{head}: {source} is not known; {why}"
            return self._suggestion(number.start, text, "not known", message, source)
        relation = relation_of(number, None)
        computed = said(value.number, value.key)
        note = self._note(source, number, value)
        if holds(number, value.number, value.key, relation):
            message = f"{short(text)} is true today: {source} is {computed}{note}"
            return self._suggestion(number.start, text, "true", message, source, value)
        if not is_sure and not note.startswith(_ONCE):
            return self._unsure(number, text, source, computed)
        bound = self._bound(number, value)
        if bound:
            message = (
                f"{short(text)} is true today as a bound: {source} is {computed}{note}"
            )
            marked = f"{source} {bound}"
            return self._suggestion(number.start, text, "true", message, marked, value)
        message = f"{short(text)} contradicts {source}, which is {computed}{note}"
        return self._suggestion(
            number.start, text, "contradicts", message, source, value
        )

    def _unsure(
        self, number: Written, text: str, source: str, computed: str
    ) -> Suggestion:
        """A number of which nothing says that it is about this project."""
        message = (
            f"{short(text)} is not decided: {source} is {computed}, but nothing says that"
            " it is about this project"
        )
        return self._suggestion(number.start, text, "not decided", message, source)

    def _bound(self, number: Written, value: Value) -> str:
        """How a time that is no measured one bounds what was measured."""
        if number.quantity != "time" or number.sign != "=" or value.number is None:
            return ""
        return "<" if holds(number, value.number, value.key, Relation("<")) else ""

    def _note(self, source: str, number: Written, value: Value) -> str:
        """What else is to be known of a value."""
        if source.endswith("revenue_usd"):
            part = self._value(source.replace("revenue_usd", "protected_usd"))
            if not part.stale and part.number is not None:
                return f", of which {said(part.number, part.key)} is protected"
        if source.startswith("report:quality"):
            runs = self._sources.data("report")["quality"]["compared"]
            return f" in the {runs:,} runs that were compared"
        right = value.number is not None and holds(
            number, value.number, value.key, relation_of(number, None)
        )
        return "" if right or source not in _PAST else self._past(source, number)

    def _past(self, source: str, number: Written) -> str:
        """Whether a number once was true."""
        key = _PAST[source]
        history: Any = self._sources.data("history") or {"runs": ()}
        for run in reversed(history["runs"]):
            value = run[key]
            if value is not None and holds(
                number, Decimal(repr(value)), key, Relation()
            ):
                return f"{_ONCE}{run['run']}, {run['started'][:10]}"
        return ""

    def _value(self, source: str) -> Value:
        try:
            return self._sources.value(read_marker(source))
        except (
            SourceError
        ):  # a name of the vocabulary that this project has no value of
            return Value(None)

    def _suggestion(
        self,
        start: int,
        text: str,
        verdict: Verdict,
        message: str,
        source: str = "",
        value: Value | None = None,
    ) -> Suggestion:
        line, column = self._page.place(start)
        marker = ""
        if source and verdict != "template":
            is_rest = self._page.path.lower().endswith(REST)
            marker = f".. {NAME} {source}" if is_rest else f"<!-- {NAME} {source} -->"
        number = None
        if value is not None and value.number is not None:
            is_whole = value.number == value.number.to_integral_value()
            number = int(value.number) if is_whole else float(value.number)
        return Suggestion(
            self._page.path,
            line,
            column,
            text,
            verdict,
            source,
            number,
            marker,
            message,
        )
