"""How comparisons look: text, data, Markdown, annotations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from suiteloom.cli.comparison_parts import (
    WORDS,
    Section,
    asked_of,
    field_lines,
    fields_of,
    places_of,
    said_of,
    sections_of,
    sides_of,
    sums_of,
)
from suiteloom.cli.machine import github_annotations, in_repository
from suiteloom.cli.markdown_text import code_span
from suiteloom.cli.output import Output, plural
from suiteloom.model import (
    Change,
    CommentFacts,
    CommentPolicy,
    Comparison,
    FieldChange,
    Finding,
)

__all__ = [
    "comparison_annotations",
    "comparison_data",
    "comparison_markdown",
    "show_comparison",
]

_SHOWN = 20
"""Changes of one kind that are listed as text; all formats for programs have all."""
_MOST_MARKDOWN = 60_000
"""Characters; a comment on GitHub may have 65,536."""


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """A comparison as data."""
    return {
        "base": {"name": comparison.base, "commit": comparison.base_commit},
        "head": {"name": comparison.head, "commit": comparison.head_commit},
        "before": asdict(comparison.before),
        "after": asdict(comparison.after),
        "unscored": comparison.unscored,
        "at_stake": dict(comparison.at_stake),
        "changes": [asdict(change) for change in comparison.changes],
    }


def show_comparison(output: Output, comparison: Comparison) -> None:
    """Show what was compared, what is to be decided, what was lost, and the rest."""
    output.line(sides_of(comparison), "bold")
    if not comparison.changes:
        output.line("no change: both sides were read")
        return
    asked = asked_of(comparison.changes)
    for section in sections_of(comparison.changes):
        output.line()
        head = f"{section.title}: {len(section.changes):,}"
        output.line(head, "bold yellow" if section.is_open else "bold")
        for change in section.changes[:_SHOWN]:
            for line in _lines(change, asked, _base(comparison, section)):
                output.line(f"  {line}")
        if len(section.changes) > _SHOWN:
            more = len(section.changes) - _SHOWN
            output.line(f"  and {more:,} more; `--format json` has all")
    output.line()
    for line in sums_of(comparison):
        output.line(line)


def comparison_markdown(
    comparison: Comparison, comment: CommentPolicy = "decisions"
) -> str:
    """A comparison as Markdown in which no text of a spec is markup.

    Args:
        comparison: What to show.
        comment: When the project wants a comment; goes into the first line, with what
            who posts it must know.

    Returns:
        At most `_MOST_MARKDOWN` characters; what was left out is said at its end.
    """
    sections = list(sections_of(comparison.changes))
    opened = [section for section in sections if section.is_open]
    folded = [section for section in sections if not section.is_open]
    counts = [f"{len(s.changes):,} {s.title}" for s in opened]
    head = ", ".join(counts) or (
        "nothing to decide" if comparison.changes else "no change"
    )
    facts = CommentFacts(
        comparison.project,
        comparison.base,
        sum(len(section.changes) for section in opened),
        len(comparison.changes),
        comment,
    )
    lines = [facts.line, f"### suiteloom: {head}", ""]
    lines += [f"{sides_of(comparison, code_span)}.", ""]
    asked = asked_of(comparison.changes)
    for section in opened:
        lines += [f"**{section.title.capitalize()}**", ""]
        for change in section.changes:
            lines += _items(change, asked, _base(comparison, section))
        lines.append("")
    lines += [*_marked_sums(comparison), ""]
    if folded:
        count = sum(len(section.changes) for section in folded)
        title = f"{plural(count, 'other change')}"
        lines += ["<details>", f"<summary>{title}</summary>", ""]
        for section in folded:
            lines += [f"**{section.title.capitalize()}: {len(section.changes):,}**", ""]
            for change in section.changes:
                lines += _items(change, asked, _base(comparison, section))
            lines.append("")
        lines += ["</details>", ""]
    return _limited(lines)


def comparison_annotations(comparison: Comparison) -> str:
    """A comparison as annotations of GitHub, what is to be decided first."""
    sections = list(sections_of(comparison.changes))
    findings = [
        Finding(
            f"{change.change} {change.id or change.domain}",
            "warning" if section.is_open else "note",
            f"{change.name}: {change.detail or WORDS[change.change]}",
            *_annotated(change),
        )
        for section in sections
        for change in section.changes
    ]
    shown = in_repository(findings, comparison.project)
    return github_annotations(shown, "suiteloom diff")


def _annotated(change: Change) -> tuple[str, int]:
    """Path and line of a change in the newer state; of neither if it is gone there."""
    if change.suite.path and change.is_there:
        return change.suite.path, change.suite.line
    return (change.spec.path, change.spec.line) if change.is_specified else ("", 0)


def _subject(change: Change) -> str:
    return f"{change.id} {change.name}" if change.id else f"{change.domain}"


def _base(comparison: Comparison, section: Section) -> str:
    """The older revision for the places of a section; empty where none are shown."""
    return comparison.base_commit[:9] if section.is_open else ""


def _lines(
    change: Change, asked: dict[str, tuple[FieldChange, ...]], base: str
) -> Iterator[str]:
    """A change as lines of text."""
    yield f"{_subject(change)}: {said_of(change)}"
    for field in fields_of(change, asked, is_open=bool(base)):
        yield from field_lines(field)
    if base:
        yield from (f"  {place}" for place in places_of(change, base))


def _items(
    change: Change, asked: dict[str, tuple[FieldChange, ...]], base: str
) -> Iterator[str]:
    """A change as items of a list in Markdown."""
    names = [change.id, change.name] if change.id else [change.domain]
    subject = " ".join(map(code_span, names))
    detail = f" {code_span(change.detail)}" if change.detail else ""
    yield f"- {subject}: {WORDS[change.change]}{detail}"
    for field in fields_of(change, asked, is_open=bool(base)):
        gone = " ".join(code_span(text) for text in field.old if text not in field.new)
        come = " ".join(code_span(text) for text in field.new if text not in field.old)
        yield f"  - {code_span(field.name)}: {gone or 'nothing'} → {come or 'nothing'}"
    if base:
        yield f"  - {' '.join(map(code_span, places_of(change, base)))}"


def _marked_sums(comparison: Comparison) -> list[str]:
    return [line.replace("->", "→") + "  " for line in sums_of(comparison, code_span)]


def _limited(lines: list[str]) -> str:
    """Lines as one text that is no longer than a comment may be."""
    room = _MOST_MARKDOWN - 200
    size = 0
    for number, line in enumerate(lines):
        size += len(line) + 1
        if size > room:
            cut = sum(text.startswith("- ") for text in lines[number:])
            tail = "</details>\n" if "<details>" in lines[:number] else ""
            more = f"\n{plural(cut, 'change')} more; `suiteloom diff` names all.\n"
            return "\n".join(lines[:number]) + f"\n{tail}{more}"
    return "\n".join(lines).rstrip("\n") + "\n"
