"""A comparison as one HTML file: complete without scripts, and nothing is fetched for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from suiteloom.cli.comparison_parts import (
    WORDS,
    fields_of,
    places_of,
    said_of,
    sections_of,
    sides_of,
    sums_of,
)
from suiteloom.cli.output import plain
from suiteloom.model import (
    Change,
    CodeAge,
    Comparison,
    Detail,
    FieldChange,
    outcome_named,
)
from suiteloom.store import packaged_templates

if TYPE_CHECKING:
    from jinja2 import Template

    from suiteloom.cli.comparison_parts import Section

__all__ = ["comparison_page"]

_NOTHING = Detail()


@dataclass(frozen=True, slots=True)
class _Entry:
    """Everything that happened to one test, or to a domain or group.

    `hunk` has each line of the diff with the name of its kind. `result` is how it ended in
    the last run, and `mood` whether that is ``good``, ``bad`` or neither.
    """

    title: str
    id: str
    said: list[str]
    fields: list[FieldChange]
    places: list[str]
    hunk: list[tuple[str, str]]
    result: str
    mood: str


@dataclass(frozen=True, slots=True)
class _Part:
    """Entries that ask for one thing."""

    title: str
    is_open: bool
    entries: list[_Entry]


def comparison_page(comparison: Comparison) -> str:
    """A comparison as HTML.

    Args:
        comparison: With details.

    Returns:
        The page. Each test stands in it once, where the most urgent of its changes puts it.

    Raises:
        UsageError: If the installation is incomplete.
    """
    parts = list(_parts(comparison))
    opened = [part for part in parts if part.is_open]
    counts = ", ".join(f"{len(part.entries):,} {part.title}" for part in opened)
    nothing = "nothing to decide" if comparison.changes else "no change"
    return _template().render(
        title=counts or nothing,
        sides=sides_of(comparison),
        sums=sums_of(comparison),
        ran=_ran(comparison),
        parts=parts,
    )


@cache
def _template() -> Template:
    """The template of the page, made once a process."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(packaged_templates("report")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: plain(value) if type(value) is str else value,
    )
    return environment.get_template("comparison.html.j2")


def _parts(comparison: Comparison) -> Iterator[_Part]:
    by_test: dict[tuple[str, str], list[Change]] = {}
    for change in comparison.changes:
        by_test.setdefault(_key(change), []).append(change)
    placed: set[tuple[str, str]] = set()
    for section in sections_of(comparison.changes):
        keys = dict.fromkeys(_key(change) for change in section.changes)
        entries = [
            _entry(by_test[key], section, comparison)
            for key in keys
            if key not in placed
        ]
        placed.update(keys)
        if entries:
            yield _Part(section.title, section.is_open, entries)


def _key(change: Change) -> tuple[str, str]:
    """What makes two changes those of one thing."""
    return (change.id, "") if change.id else ("", f"{change.domain}: {change.name}")


def _entry(changes: list[Change], section: Section, comparison: Comparison) -> _Entry:
    order = list(WORDS)
    changes = sorted(changes, key=lambda change: order.index(change.change))
    first = changes[0]
    asked: list[FieldChange] = []
    for change in changes:
        if change.change != "suspect":
            shown = fields_of(change, {}, is_open=section.is_open)
            asked += [field for field in shown if field not in asked]
    base = comparison.base_commit[:9]
    places = [place for change in changes for place in places_of(change, base)]
    detail = comparison.details.get(first.id, _NOTHING) if first.id else _NOTHING
    result, mood = _result(detail, comparison)
    return _Entry(
        title=first.name,
        id=first.id or first.domain,
        said=[said_of(change) for change in changes],
        fields=asked,
        places=list(dict.fromkeys(places)),
        hunk=[(_line_kind(line), line) for line in detail.hunk],
        result=result,
        mood=mood,
    )


def _result(detail: Detail, comparison: Comparison) -> tuple[str, str]:
    """How a test ended in the last run, and whether that is ``good`` or ``bad``."""
    if not detail.outcome:
        return "", ""
    notes = [detail.outcome]
    if comparison.age.verdict == "stale":
        notes.append("stale")
    if detail.is_quarantined:
        notes.append("in quarantine")
    if notes[1:]:
        return ", ".join(notes), ""
    count = outcome_named(detail.outcome).count
    return detail.outcome, {"passed": "good", "failed": "bad"}.get(count, "")


def _line_kind(line: str) -> str:
    return {"+": "add", "-": "del", "…": "at"}.get(line[:1], "")


def _ran(comparison: Comparison) -> str:
    """What the results are of."""
    if not any(detail.outcome for detail in comparison.details.values()):
        return "No suite that changed was run as it stands: no result is known."
    commit, is_clean = comparison.ran_at.commit, comparison.ran_at.is_clean
    ran = "Results are of the last run, of the suites as they stand."
    if commit:
        more = "" if is_clean else " with changes that were not committed"
        ran = f"Results are of the last run, at {commit[:9]}{more}."
    return f"{ran} {_of_code(comparison.age)}".rstrip()


def _of_code(age: CodeAge) -> str:
    """Whether results are older than the code under test, or nobody can tell."""
    if age.verdict == "stale":
        return f"They are stale: the code under test changed since: {age.said(3)}."
    if age.verdict == "unknown":
        reasons = "; ".join(age.unknown)
        return f"Whether the code under test changed since is not known: {reasons}."
    return ""
