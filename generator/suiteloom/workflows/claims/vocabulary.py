"""What a project has names for that a number can be about, with the source of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from suiteloom.claims.evidence import Subject, Vocabulary, normal
from suiteloom.workflows.claims.sources import Sources

__all__ = ["vocabulary"]

_UNITS = ("_usd", "_percent", "_s")
_PROJECT = {
    "test": "totals.specified",
    "suite": "suites.length",
    "compliance": "totals.score",
    "coverage": "report:run.coverage_percent",
    "flaky": "report:quality.flaky.length",
    "bvj": "report:totals.statements",
    "rule": "rules:rules.length",
    "$": "totals.revenue_usd",
    "s": "report:run.took_s",
}
"""Words of the project for what it counts, and what money and time are where no word says."""

_BASE = "report:structure.on_base of report:structure.classes"
_PHRASES = {
    ("base", "class"): _BASE,
    ("os.environ",): "report:structure.direct_environment",
    ("critical", "event"): "report:totals.entries_shown",
    ("mission", "critical"): "report:totals.entries_shown",
    ("mission-critical",): "report:totals.entries_shown",
    ("must_cover",): "report:totals.entries_shown",
}
_PAIRS = {
    phrase: "report:totals.entries"
    for phrase, source in _PHRASES.items()
    if source.endswith("entries_shown")
}


def vocabulary(sources: Sources) -> Vocabulary:
    """What the project of some sources has names for."""
    status, report = sources.data("status"), sources.data("report")
    project = {
        **dict(_keys(report["totals"], "report:totals")),
        **dict(_keys(status["totals"], "totals")),
        **_PROJECT,
    }
    names = {
        f"suites.{domain['domain']}.specified": tuple(
            (test["name"], test["id"])
            for group in domain["groups"]
            for test in group["tests"]
        )
        for domain in report["domains"]
    }
    subjects = tuple(_subjects(status, report))
    return Vocabulary(project, _PHRASES, _PAIRS, subjects, names)


def _keys(data: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
    """The keys of an object that are one word, its unit aside, with their paths."""
    for key, value in data.items():
        unit = next((unit for unit in _UNITS if key.endswith(unit)), "")
        word = key.removesuffix(unit)
        is_number = value is None or isinstance(value, int | float)
        if "_" not in word and is_number and not isinstance(value, bool):
            yield normal(word), f"{above}.{key}"


def _subjects(
    status: Mapping[str, Any], report: Mapping[str, Any]
) -> Iterator[Subject]:
    """The domains, then the groups whose title no other one has."""
    domains = report["domains"]
    rows = {suite["domain"]: suite for suite in status["suites"]}
    titles = [domain["title"] for domain in domains]
    for domain in domains:
        name, above = domain["domain"], f"suites.{domain['domain']}"
        found = dict(_keys(rows[name], above))
        found |= {"test": f"{above}.specified", "compliance": f"{above}.score"}
        found["$"] = f"{above}.revenue_usd"
        others = [title for title in titles if title != domain["title"]]
        begins = tuple(_beginnings(domain["title"], others))
        yield Subject((domain["title"], name), begins, found, is_domain=True)
    groups = [(d["domain"], group["title"]) for d in domains for group in d["groups"]]
    every = [title for _, title in groups] + titles
    for name, title in groups:
        if every.count(title) == 1 and '"' not in title:
            path = f'report:domains.{name}.groups."{title}".specified'
            yield Subject((title,), (), {"test": path})


def _beginnings(title: str, others: list[str]) -> Iterator[str]:
    """The first words of a title that no other title begins with."""
    words = title.split()
    for count in range(1, len(words)):
        begin = " ".join(words[:count])
        if not any(f"{other} ".startswith(f"{begin} ") for other in others):
            yield begin
