"""What is said of a comparison, whatever it is written as: its sections, words and sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from suiteloom.model import Change, Comparison, FieldChange

__all__ = [
    "WORDS",
    "Section",
    "asked_of",
    "field_lines",
    "fields_of",
    "places_of",
    "said_of",
    "sections_of",
    "sides_of",
    "sums_of",
]

_DECISIONS = {
    "suspect": "suspect",
    "orphaned": "an orphan",
    "edited": "edited by hand",
}
_HELD = {
    "quarantined": "in quarantine",
    "extended": "in quarantine for longer",
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
    "released": "out of quarantine",
    "justified": "justified differently",
    "changed": "changed otherwise",
}
WORDS = {**_DECISIONS, **_HELD, **_LOSSES, **_OTHERS}


@dataclass(frozen=True, slots=True)
class Section:
    """Changes of one kind, or of several that ask for one thing."""

    title: str
    changes: Sequence[Change]
    is_open: bool


def sections_of(changes: Iterable[Change]) -> Iterator[Section]:
    """The changes by what they ask for: decisions, losses, then each kind."""
    by_kind: dict[str, list[Change]] = {name: [] for name in WORDS}
    behind: dict[str, Change] = {}
    for change in changes:
        by_kind[change.change].append(change)
        if change.id and not change.is_generated and change.change != "removed":
            behind.setdefault(change.id, change)
    decisions = [change for name in _DECISIONS for change in by_kind[name]]
    left = {change.id for change in by_kind["orphaned"]}
    losses = [c for name in _LOSSES for c in by_kind[name] if c.id not in left]
    if decisions:
        yield Section("to decide", decisions, is_open=True)
    held = [change for name in _HELD for change in by_kind[name]]
    if held:
        yield Section("in quarantine", held, is_open=True)
    if losses:
        yield Section("no longer tested", losses, is_open=True)
    if behind:
        title = "not generated; `suiteloom generate` writes the suites"
        yield Section(title, list(behind.values()), is_open=True)
    for name, words in _OTHERS.items():
        if by_kind[name]:
            yield Section(words, by_kind[name], is_open=False)


def asked_of(changes: Iterable[Change]) -> dict[str, tuple[FieldChange, ...]]:
    """What changed of the requirement of each test, by id."""
    found: dict[str, tuple[FieldChange, ...]] = {}
    for change in changes:
        if change.id and change.change in {"respecified", "recased"}:
            found[change.id] = (*found.get(change.id, ()), *change.fields)
    return found


def fields_of(
    change: Change, asked: dict[str, tuple[FieldChange, ...]], *, is_open: bool
) -> tuple[FieldChange, ...]:
    """The fields that are shown with a change, each at one place only."""
    if change.change == "suspect" or (is_open and not change.fields):
        return asked.get(change.id, ())
    return change.fields


def said_of(change: Change) -> str:
    """What happened, in words."""
    parts = [WORDS[change.change]]
    if change.detail:
        parts.append(change.detail)
    if change.alone and change.change in {"respecified", "recased"}:
        parts.append("its body did not change")
    if change.alone and change.change == "body-changed":
        parts.append("its requirement did not change")
    return ": ".join(parts[:2]) + "".join(f"; {part}" for part in parts[2:])


def places_of(change: Change, base: str) -> list[str]:
    """Where a change stands; what is gone stands at a revision, as git writes it."""
    places = ((change.spec, change.is_specified), (change.suite, change.is_there))
    return [
        str(place) if is_new else f"{base}:{place}"
        for place, is_new in places
        if place.path
    ]


def field_lines(field: FieldChange) -> Iterator[str]:
    """A field that changed as lines of text: its name, what went, what came."""
    yield f"  {field.name}"
    yield from (f"    - {text}" for text in field.old if text not in field.new)
    yield from (f"    + {text}" for text in field.new if text not in field.old)


def sides_of(comparison: Comparison, shown: Callable[[str], str] = str) -> str:
    """What was compared with what; `shown` writes names and commits."""
    base = _side(comparison.base, comparison.base_commit, shown)
    return f"{base} to {_side(comparison.head, comparison.head_commit, shown)}"


def _side(name: str, commit: str, shown: Callable[[str], str]) -> str:
    """A side by its name and commit, or by its commit alone where that is its name."""
    if not commit:
        return f"the {name}"
    short = shown(commit[:9])
    return short if name == commit else f"{shown(name)} ({short})"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:,}"


def sums_of(comparison: Comparison, shown: Callable[[str], str] = str) -> list[str]:
    """How the counts changed, and what is at stake; `shown` writes amounts and names."""
    before, after = asdict(comparison.before), asdict(comparison.after)
    parts = [
        f"{name} {_number(before[name])} -> {_number(after[name])}"
        for name in before
        if before[name] != after[name] and not name.endswith("_usd")
    ]
    lines = [f"in the domains that changed: {', '.join(parts)}"] if parts else []
    if comparison.unscored:
        judged = f"the score of {comparison.unscored:,} suites is not computed"
        lines.append(f"{judged}; `suiteloom check` says that of all")
    if before["revenue_usd"] != after["revenue_usd"]:
        old, new = before["revenue_usd"], after["revenue_usd"]
        old_usd, new_usd = shown(f"${old:,}"), shown(f"${new:,}")
        lines.append(f"revenue a year: {old_usd} -> {new_usd}")
    if before["covered_usd"] != after["covered_usd"]:
        sums = [before["covered_usd"], after["covered_usd"]]
        known = ["not known" if usd is None else shown(f"${usd:,}") for usd in sums]
        lines.append(f"of it covered by passing tests: {' -> '.join(known)}")
    if comparison.at_stake:
        total = shown(f"${sum(comparison.at_stake.values()):,}")
        domains = ", ".join(map(shown, comparison.at_stake))
        lines.append(f"at stake: {total} of revenue a year: {domains}")
    return lines
