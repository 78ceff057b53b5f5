"""Projects for the benchmark: as many domains as wanted, the same bytes every time.

Each domain has 5 groups of 4 tests, with texts of the length that real specs have: BVJs
that are inherited and overridden, steps on a third of the tests, two tables of cases.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["GROUPS", "TESTS_PER_GROUP", "edit_summary", "make_project", "spec_text"]

GROUPS = 5
TESTS_PER_GROUP = 4

_Item = TypeVar("_Item")
_Rows = tuple[tuple[str, str, dict[str, Any]], ...]
_SUBJECTS = (
    "session store",
    "message router",
    "usage meter",
    "prompt cache",
    "tool registry",
    "audit trail",
    "invitation flow",
    "billing export",
    "rate limiter",
    "search index",
    "webhook relay",
)
_QUALITIES = ("recovery", "isolation", "ordering", "limits", "consistency", "shutdown")
_GROUPS = (
    "Start & Configuration",
    "Requests and Answers",
    "Failure & Recovery",
    "Concurrent Users",
    "Limits and Budgets",
    "State & Persistence",
    "Reporting",
)
_DEEDS = (
    ("keeps_order", "{} keeps the order in which requests came in."),
    ("refuses_bad_input", "{} refuses malformed input and names the field."),
    ("survives_restart", "{} finds its state again after a restart."),
    ("separates_users", "{} never shows one user what belongs to another."),
    (
        "stops_cleanly",
        "{} finishes the work at hand when it is asked to stop, and takes on no more.",
    ),
    ("reports_progress", "{} reports every step that it takes, once."),
    ("holds_its_budget", "{} stays inside its budget of time and memory under load."),
    (
        "retries_with_delay",
        "{} tries again after a pause that grows with each failure.",
    ),
    ("frees_resources", "{} gives back every resource that it took."),
)
_GAINS = (
    (
        "A customer whose work is lost once saves by hand from then on; {} that holds keeps "
        "the assistant the place where the work is done, and not a copy of it."
    ),
    (
        "When {} goes wrong at night nobody is there to see it, and the first report comes "
        "from the customer with the largest account and the least patience."
    ),
    (
        'Support closes a case about {} as "works for me"; the defect shows only with two '
        "users at a time, which is how every paying team uses the product."
    ),
    "Engineers change {} without fear because a mistake is found before it is merged.",
    "An invoice that counts {} twice is paid once, then read by a lawyer.",
)
_REASONS = (
    "Trust that was earned in years is not spent in one bad afternoon.",
    (
        "Larger teams sign only where they have seen that neighbours do not disturb them, "
        "and they are the ones who stay."
    ),
    "Releases can be made on any day of the week.",
)
_STEPS = {
    "given": (
        "{} with two tenants and an empty queue",
        "three requests, of which the second is malformed, from a user who has signed in",
    ),
    "when": (
        "all of them are sent at the same moment",
        "the connection to {} is cut between the second request and its answer",
    ),
    "then": (
        "each user sees exactly their own answers, in the order of their questions",
        "nothing is written twice",
    ),
}
_GOALS = ("Stability", "Retention", "Security", "Velocity", "Risk Reduction")
_SEGMENTS = ("[All]", "[Mid, Enterprise]", "[Platform]", "[Platform, All]")
_KINDS = ("[positive]", "[positive, negative]", "[negative, edge]", "[recovery]")
_SHORT_ROWS: _Rows = (
    ("zero", "edge", {"amount": 0, "accepted": False}),
    ("one", "positive", {"amount": 1, "accepted": True}),
    ("many", "positive", {"amount": 250, "accepted": True}),
    ("negative", "negative", {"amount": -1, "accepted": False}),
)
_LONG_ROWS: _Rows = (
    (
        "chain",
        "positive",
        {
            "edges": [["gateway", "router"], ["router", "store"]],
            "message": "the store starts first, then the router, then the gateway",
        },
    ),
    ("single", "edge", {"edges": [], "message": 'the graph is "empty"'}),
    (
        "cycle",
        "negative",
        {
            "edges": [["gateway", "router"], ["router", "gateway"]],
            "message": "gateway and router wait for each other, so neither can start",
        },
    ),
)


def make_project(folder: Path, domains: int) -> None:
    """Write a project without suites.

    Args:
        folder: Is made.
        domains: Number of specs, at least 1.
    """
    specs = folder / "specs"
    specs.mkdir(parents=True)
    (folder / "suiteloom.toml").write_text('specs = "specs"\n', encoding="utf-8")
    for index in range(domains):
        text = spec_text(index)
        (specs / f"{_domain(index)}.yaml").write_text(text, encoding="utf-8")


def edit_summary(folder: Path, index: int, text: str) -> None:
    """Change the summary of the first test of one domain.

    Args:
        folder: A project of `make_project`.
        index: Which domain, from 0.
        text: The new summary, a plain YAML text.
    """
    path = folder / "specs" / f"{_domain(index)}.yaml"
    head, mark, rest = path.read_text("utf-8").partition("        summary: ")
    _, _, tail = rest.partition("\n")
    path.write_text(f"{head}{mark}{text}\n{tail}", encoding="utf-8")


def spec_text(index: int) -> str:
    """The spec of one domain; no two indices give the same text."""
    subject = _pick(_SUBJECTS, index)
    quality = _pick(_QUALITIES, index // len(_SUBJECTS))
    title = f"{subject.title()} {quality.title()} {index}"
    lines = [
        "suiteloom: 1",
        f"domain: {_domain(index)}",
        f"title: {title}",
        f"summary: What the {subject} owes its users in matters of {quality}.",
        "category: integration",
        "service: backend",
        f"mission_critical: {'true' if index % 4 == 0 else 'false'}",
        f"expect: {{groups: {GROUPS}, tests: {GROUPS * TESTS_PER_GROUP}}}",
        "revenue:",
        f"  annual_usd: {1_000_000 + 37_500 * index}",
        f"  protects: accounts that depend on the {subject}",
        *_bvj(index, "", segment=True),
        "groups:",
    ]
    for group in range(GROUPS):
        lines += _group(index, group, f"the {subject}")
    return "\n".join(lines) + "\n"


def _pick(items: Sequence[_Item], index: int) -> _Item:
    return items[index % len(items)]


def _domain(index: int) -> str:
    return f"{_pick(_SUBJECTS, index).replace(' ', '_')}_{index:04}"


def _bvj(seed: int, margin: str, *, segment: bool) -> Iterator[str]:
    """A whole justification, or one that inherits its segment and goal."""
    yield f"{margin}bvj:"
    if segment:
        yield f"{margin}  segment: {_pick(_SEGMENTS, seed)}"
        yield f"{margin}  goal: {_pick(_GOALS, seed)}"
    gain = _pick(_GAINS, seed).format(f"the {_pick(_SUBJECTS, seed)}")
    yield from _folded("value_impact", gain, margin)
    if segment:
        yield from _folded("strategic_impact", _pick(_REASONS, seed), margin)


def _folded(key: str, text: str, margin: str) -> Iterator[str]:
    yield f"{margin}  {key}: >-"
    yield from (f"{margin}    {line}" for line in textwrap.wrap(text, 88))


def _group(index: int, group: int, subject: str) -> Iterator[str]:
    yield f"  - title: {_pick(_GROUPS, index + group)}"
    if group == 1:
        yield from _bvj(index + group, "    ", segment=True)
    yield "    tests:"
    for position in range(TESTS_PER_GROUP):
        yield from _test(index, group * TESTS_PER_GROUP + position, subject)


def _test(index: int, number: int, subject: str) -> Iterator[str]:
    """One test; `number` counts the tests of its domain from 0."""
    seed = 7 * index + number
    name, summary = _pick(_DEEDS, seed)
    yield f"      - id: B{index:04}-{number + 1:03}"
    yield f"        name: test_{_pick(_SUBJECTS, index).replace(' ', '_')}_{name}"
    yield f"        summary: {summary.format(subject).capitalize()}"
    yield f"        kinds: {_pick(_KINDS, seed)}"
    if seed % 2:
        yield "        async: true"
    if seed % 9 == 0:
        yield "        markers: [slow]"
    if number % 3 == 0:
        for key, texts in _STEPS.items():
            yield f"        {key}:"
            yield from (f"          - {text.format(subject)}" for text in texts)
    if seed % 5:
        yield from _bvj(seed, "        ", segment=seed % 3 == 0)
    if number in {5, 14}:
        yield from _cases(_SHORT_ROWS if number == 5 else _LONG_ROWS)


def _cases(rows: _Rows) -> Iterator[str]:
    yield "        cases:"
    for identity, kind, values in rows:
        yield f"          - id: {identity}"
        yield f"            kind: {kind}"
        yield f"            with: {json.dumps(values)}"
