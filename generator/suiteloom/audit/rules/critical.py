"""SL8: what a mission-critical domain must cover. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from suiteloom.audit.engine.facts import FileFacts, TestFacts
from suiteloom.audit.engine.rule import CrossHit, Hit, Rule
from suiteloom.audit.engine.settings import Settings, Specified

__all__ = ["RULES"]


@dataclass(frozen=True, slots=True)
class _Domain:
    """The written tests of one domain, with the file of each."""

    path: str
    tests: tuple[tuple[str, TestFacts, Specified], ...]


def _domains(
    files: list[FileFacts], settings: Settings
) -> Iterator[tuple[str, _Domain]]:
    """Every domain that must cover something and has a suite."""
    homes: dict[str, str] = {}
    tests: dict[str, list[tuple[str, TestFacts, Specified]]] = {}
    for file in files:
        for test in file.tests:
            spec = settings.specified.get(test.id)
            if spec is not None and settings.must_cover.get(spec.domain):
                homes.setdefault(spec.domain, file.path)
                if not test.is_pending:
                    tests.setdefault(spec.domain, []).append((file.path, test, spec))
    for domain, path in homes.items():
        yield domain, _Domain(path, tuple(tests.get(domain, ())))


def _uncovered(files: list[FileFacts], settings: Settings) -> Iterator[CrossHit]:
    for domain, found in _domains(files, settings):
        covered = {entry for _, _, spec in found.tests for entry in spec.covers}
        for entry in settings.must_cover[domain]:
            if entry not in covered:
                message = f"no written test of {domain} covers {entry}"
                yield CrossHit(found.path, Hit(message, 1))


def _unmentioned(files: list[FileFacts], settings: Settings) -> Iterator[CrossHit]:
    for domain, found in _domains(files, settings):
        for path, test, spec in found.tests:
            for entry in spec.covers:
                wanted = entry in settings.must_cover[domain]
                if wanted and entry not in test.mentions:
                    message = f"{test.id} is to cover {entry} and never mentions it"
                    yield CrossHit(path, Hit(message, test.line, 1, test.qualname))


def _unordered(files: list[FileFacts], settings: Settings) -> Iterator[CrossHit]:
    for domain, found in _domains(files, settings):
        entries = settings.must_cover[domain]
        if domain not in settings.ordered:
            continue
        orders = (
            tuple(word for word in test.mentions if word in entries)
            for _, test, _ in found.tests
        )
        if entries not in orders:
            message = f"no written test of {domain} shows {', '.join(entries)} in order"
            yield CrossHit(found.path, Hit(message, 1))


def _spec(number: int, *covers: str) -> Specified:
    identity = f"PA-00{number}"
    return Specified(identity, f"test_{number}", "payment", "integration", covers, {})


RULES = (
    Rule("SL801", across=_uncovered),
    Rule("SL802", across=_unmentioned),
    Rule("SL803", across=_unordered),
)
