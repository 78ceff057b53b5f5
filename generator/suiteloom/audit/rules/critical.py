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


_OPTIONS: dict[str, object] = {
    "specified": {"PA-001": _spec(1, "paid"), "PA-002": _spec(2, "shipped")},
    "must_cover": {"payment": ("paid", "shipped")},
    "ordered": ("payment",),
}
_FIRST = """\
@pytest.mark.spec("PA-001", rev="28648e.cf95ab")
def test_1(shop):
    assert shop.events() == ["paid"]


"""
_SECOND = """\
@pytest.mark.spec("PA-002", rev="ab4ce1.2f90c4")
def test_2(shop):
    assert shop.events() == EVENTS
"""
_GOOD = f'EVENTS = ["paid", "shipped"]\n\n\n{_FIRST}{_SECOND}'

RULES = (
    Rule(
        code="SL801",
        name="critical-entry-uncovered",
        severity="error",
        summary="an entry of must_cover is covered by no written test",
        reason=(
            "What a spec lists under must_cover is what the domain must never lose. An"
            " entry whose test is missing or pending is unguarded, however many other"
            " tests pass."
        ),
        hint="write the test whose spec covers it",
        bad="# payments  # <-\n\n\n"
        + _FIRST
        + """\
class TestShipping(SSotBaseTestCase):
    @pytest.mark.spec("PA-002", rev="ab4ce1.2f90c4")
    def test_2(self):
        self.pending()
""",
        good=_GOOD,
        across=_uncovered,
        critical=True,
        options=_OPTIONS,
    ),
    Rule(
        code="SL802",
        name="critical-entry-unmentioned",
        severity="error",
        summary="a test is to cover an entry of must_cover and never mentions it",
        reason=(
            "A spec can claim that a test covers an event; only the body can show it. A"
            " body that mentions the entry nowhere, neither itself nor in a helper or"
            " constant of its file, does not check it."
        ),
        hint="check the entry in the body, or correct `covers` in the spec",
        bad=_FIRST
        + """\
@pytest.mark.spec("PA-002", rev="ab4ce1.2f90c4")
def test_2(shop):  # <-
    assert shop.events()
""",
        good=_GOOD,
        across=_unmentioned,
        critical=True,
        options=_OPTIONS,
    ),
    Rule(
        code="SL803",
        name="critical-order-unshown",
        severity="error",
        summary="no test shows the entries of must_cover in order",
        reason=(
            "Each entry can be checked by a test of its own while the sequence is broken."
            " One test has to name all of them in the order of must_cover: in its body,"
            " or in a constant or helper of its file that it uses."
        ),
        hint="compare the whole sequence in one test",
        bad="# payments  # <-\n\n\n"
        + _FIRST
        + _SECOND.replace("EVENTS", '["shipped", "paid"]'),
        good=_GOOD,
        across=_unordered,
        critical=True,
        options=_OPTIONS,
    ),
)
