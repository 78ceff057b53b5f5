"""How comparisons look: text, data, Markdown, annotations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from suiteloom.cli.machine import github_annotations, in_repository
from suiteloom.cli.output import Output, plain, plural
from suiteloom.model import (
    Change,
    CommentFacts,
    CommentPolicy,
    Comparison,
    FieldChange,
    Finding,
)
from suiteloom.model.characters import FORBIDDEN

__all__ = [
    "comparison_annotations",
    "comparison_data",
    "comparison_markdown",
    "field_lines",
    "show_comparison",
]

_DECISIONS = {
    "suspect": "suspect",
    "orphaned": "an orphan",
    "edited": "edited by hand",
}
_LOSSES = {
    "removed": "removed from the specs",
    "body-removed": "without its body",
    "pruned": "pruned",
}
_OTHERS = {
    "respecified": "asked for something else",
    "recased": "with other cases",
    "added": "added",
    "renamed": "renamed",
    "moved": "moved",
    "body-written": "written",
    "body-changed": "rewritten",
    "reviewed": "reviewed",
    "revived": "revived",
    "justified": "justified differently",
    "changed": "changed otherwise",
}
_WORDS = {**_DECISIONS, **_LOSSES, **_OTHERS}
_SHOWN = 20
"""Changes of one kind that are listed as text; all formats for programs have all."""
_MOST_MARKDOWN = 60_000
"""Characters; a comment on GitHub may have 65,536."""
_TICKS = re.compile("`+")


@dataclass(frozen=True, slots=True)
class _Section:
    """Changes of one kind, or of several that ask for one thing."""

    title: str
    changes: Sequence[Change]
    is_open: bool


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """A comparison as data."""
    return {
        "base": {"name": comparison.base, "commit": comparison.base_commit},
        "head": {"name": comparison.head, "commit": comparison.head_commit},
        "before": asdict(comparison.before),
        "after": asdict(comparison.after),
        "at_stake": dict(comparison.at_stake),
        "changes": [asdict(change) for change in comparison.changes],
    }


def show_comparison(output: Output, comparison: Comparison) -> None:
    """Show what was compared, what is to be decided, what was lost, and the rest."""
    output.line(_sides(comparison), "bold")
    if not comparison.changes:
        output.line("no change: both sides were read")
        return
    asked = _asked(comparison.changes)
    for section in _sections(comparison.changes):
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
    for line in _sums(comparison):
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
    sections = list(_sections(comparison.changes))
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
    lines += [f"{_marked_sides(comparison)}.", ""]
    asked = _asked(comparison.changes)
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
    sections = list(_sections(comparison.changes))
    findings = [
        Finding(
            f"{change.change} {change.id or change.domain}",
            "warning" if section.is_open else "note",
            f"{change.name}: {change.detail or _WORDS[change.change]}",
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


def _sections(changes: Iterable[Change]) -> Iterator[_Section]:
    """The changes by what they ask for: decisions, losses, then each kind."""
    by_kind: dict[str, list[Change]] = {name: [] for name in _WORDS}
    behind: dict[str, Change] = {}
    for change in changes:
        by_kind[change.change].append(change)
        if change.id and not change.is_generated and change.change != "removed":
            behind.setdefault(change.id, change)
    decisions = [change for name in _DECISIONS for change in by_kind[name]]
    left = {change.id for change in by_kind["orphaned"]}
    losses = [c for name in _LOSSES for c in by_kind[name] if c.id not in left]
    if decisions:
        yield _Section("to decide", decisions, is_open=True)
    if losses:
        yield _Section("no longer tested", losses, is_open=True)
    if behind:
        title = "not generated; `suiteloom generate` writes the suites"
        yield _Section(title, list(behind.values()), is_open=True)
    for name, words in _OTHERS.items():
        if by_kind[name]:
            yield _Section(words, by_kind[name], is_open=False)


def _asked(changes: Iterable[Change]) -> dict[str, tuple[FieldChange, ...]]:
    """What changed of the requirement of each test, by id."""
    found: dict[str, tuple[FieldChange, ...]] = {}
    for change in changes:
        if change.id and change.change in {"respecified", "recased"}:
            found[change.id] = (*found.get(change.id, ()), *change.fields)
    return found


def _fields(
    change: Change, asked: dict[str, tuple[FieldChange, ...]], *, is_open: bool
) -> tuple[FieldChange, ...]:
    """The fields that are shown with a change, each at one place only."""
    if change.change == "suspect" or (is_open and not change.fields):
        return asked.get(change.id, ())
    return change.fields


def _subject(change: Change) -> str:
    return f"{change.id} {change.name}" if change.id else f"{change.domain}"


def _said(change: Change) -> str:
    """What happened, in words."""
    parts = [_WORDS[change.change]]
    if change.detail:
        parts.append(change.detail)
    if change.alone and change.change in {"respecified", "recased"}:
        parts.append("its body did not change")
    if change.alone and change.change == "body-changed":
        parts.append("its requirement did not change")
    return ": ".join(parts[:2]) + "".join(f"; {part}" for part in parts[2:])


def _places(change: Change, base: str) -> list[str]:
    """Where a change stands; what is gone stands at a revision, as git writes it."""
    places = ((change.spec, change.is_specified), (change.suite, change.is_there))
    return [
        str(place) if is_new else f"{base}:{place}"
        for place, is_new in places
        if place.path
    ]


def _base(comparison: Comparison, section: _Section) -> str:
    """The older revision for the places of a section; empty where none are shown."""
    return comparison.base_commit[:9] if section.is_open else ""


def _lines(
    change: Change, asked: dict[str, tuple[FieldChange, ...]], base: str
) -> Iterator[str]:
    """A change as lines of text."""
    yield f"{_subject(change)}: {_said(change)}"
    for field in _fields(change, asked, is_open=bool(base)):
        yield from field_lines(field)
    if base:
        yield from (f"  {place}" for place in _places(change, base))


def field_lines(field: FieldChange) -> Iterator[str]:
    """A field that changed as lines of text: its name, what went, what came."""
    yield f"  {field.name}"
    yield from (f"    - {text}" for text in field.old if text not in field.new)
    yield from (f"    + {text}" for text in field.new if text not in field.old)


def _items(
    change: Change, asked: dict[str, tuple[FieldChange, ...]], base: str
) -> Iterator[str]:
    """A change as items of a list in Markdown."""
    names = [change.id, change.name] if change.id else [change.domain]
    subject = " ".join(map(_code, names))
    detail = f" {_code(change.detail)}" if change.detail else ""
    yield f"- {subject}: {_WORDS[change.change]}{detail}"
    for field in _fields(change, asked, is_open=bool(base)):
        gone = " ".join(_code(text) for text in field.old if text not in field.new)
        come = " ".join(_code(text) for text in field.new if text not in field.old)
        yield f"  - {_code(field.name)}: {gone or 'nothing'} → {come or 'nothing'}"
    if base:
        yield f"  - {' '.join(map(_code, _places(change, base)))}"


def _code(text: str) -> str:
    """A text as a code span, in which nothing is markup, a mention or a reference."""
    text = " ".join(FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", plain(text)).split())
    fence = "`" * (max(map(len, _TICKS.findall(text)), default=0) + 1)
    inner = f" {text} " if text.startswith("`") or text.endswith("`") else text
    return f"{fence}{inner or ' '}{fence}"


def _sides(comparison: Comparison) -> str:
    base = _side(comparison.base, comparison.base_commit, str)
    return f"{base} to {_side(comparison.head, comparison.head_commit, str)}"


def _marked_sides(comparison: Comparison) -> str:
    base = _side(comparison.base, comparison.base_commit, _code)
    return f"{base} to {_side(comparison.head, comparison.head_commit, _code)}"


def _side(name: str, commit: str, shown: Callable[[str], str]) -> str:
    """A side by its name and commit, or by its commit alone where that is its name."""
    if not commit:
        return f"the {name}"
    short = shown(commit[:9])
    return short if name == commit else f"{shown(name)} ({short})"


def _sums(comparison: Comparison, shown: Callable[[str], str] = str) -> list[str]:
    """How the counts changed, and what is at stake; `shown` writes amounts and names."""
    before, after = asdict(comparison.before), asdict(comparison.after)
    parts = [
        f"{name} {before[name]:,} -> {after[name]:,}"
        for name in before
        if before[name] != after[name] and name != "revenue_usd"
    ]
    lines = [f"in the domains that changed: {', '.join(parts)}"] if parts else []
    if before["revenue_usd"] != after["revenue_usd"]:
        old, new = before["revenue_usd"], after["revenue_usd"]
        old_usd, new_usd = shown(f"${old:,}"), shown(f"${new:,}")
        lines.append(f"revenue a year: {old_usd} -> {new_usd}")
    if comparison.at_stake:
        total = shown(f"${sum(comparison.at_stake.values()):,}")
        domains = ", ".join(map(shown, comparison.at_stake))
        lines.append(f"at stake: {total} of revenue a year: {domains}")
    return lines


def _marked_sums(comparison: Comparison) -> list[str]:
    return [line.replace("->", "→") + "  " for line in _sums(comparison, _code)]


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
