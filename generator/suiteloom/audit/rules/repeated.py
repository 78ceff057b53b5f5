"""SL110 and SL111: tests that are another one again, in any file. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from suiteloom.audit.engine.facts import FileFacts, TestFacts
from suiteloom.audit.engine.rule import CrossHit, Hit, Rule
from suiteloom.audit.engine.settings import Settings

__all__ = ["RULES"]


def _located(
    files: list[FileFacts],
) -> Iterator[tuple[str, TestFacts]]:
    for file in files:
        for test in file.tests:
            yield file.path, test


def _ids(files: list[FileFacts], _: Settings) -> Iterator[CrossHit]:
    first: dict[str, tuple[str, TestFacts]] = {}
    for path, test in _located(files):
        if test.id:
            if earlier := first.get(test.id):
                message = f"{test.id} is the id of {_place(earlier)} already"
                yield CrossHit(path, Hit(message, test.line, 0, test.qualname))
            first.setdefault(test.id, (path, test))


def _bodies(files: list[FileFacts], _: Settings) -> Iterator[CrossHit]:
    first: dict[str, tuple[str, TestFacts]] = {}
    for path, test in _located(files):
        if test.body:
            if earlier := first.get(test.body):
                message = f"the body is a copy of {_place(earlier)}"
                yield CrossHit(path, Hit(message, test.line, 0, test.qualname))
            first.setdefault(test.body, (path, test))


def _place(found: tuple[str, TestFacts]) -> str:
    path, test = found
    return f"{path}:{test.line} {test.qualname}"


RULES = (
    Rule(
        code="SL110",
        name="repeated-id",
        severity="error",
        summary="two tests have the same id",
        reason=(
            "An id is what a test is known by in its spec, in results and in history,"
            " whatever its name or place. With two tests under one id the outcome of one"
            " is reported as that of the other."
        ),
        hint="give one of them an id of its own, or remove it",
        bad="""\
# file: tests/test_a.py
import pytest


@pytest.mark.spec("SU-001")
def test_starts():
    assert True


@pytest.mark.spec("SU-001")
def test_stops():  # <-
    assert True
# file: tests/test_b.py
import pytest


class TestStart:
    @pytest.mark.spec("SU-001", rev="1.2")
    def test_starts(self):  # <-
        assert True
""",
        good="""\
# file: tests/test_a.py
import pytest


@pytest.mark.spec("SU-001")
def test_starts():
    assert True
# file: tests/test_b.py
import pytest


@pytest.mark.spec("SU-002")
def test_starts():
    assert True


@pytest.mark.orphan("SU-001")
def test_used_to_start():
    assert True
""",
        across=_ids,
    ),
    Rule(
        code="SL111",
        name="repeated-body",
        severity="warning",
        summary="two tests have the same body",
        reason=(
            "A test that does exactly what another does is counted twice and shows"
            " nothing more: copied and never changed, or copied to raise a number."
            " Compared are bodies of three statements or more without docstring, layout"
            " and comments, with their parameters and what their names stand for."
        ),
        hint="remove one of them, or let it show what it is named for",
        bad="""\
# file: tests/test_a.py
def test_sorts():
    numbers = [3, 1, 2]
    numbers.sort()
    assert numbers == [1, 2, 3]
# file: tests/test_b.py
def test_orders():  # <-
    \"\"\"Numbers are put in order.\"\"\"
    numbers = [3, 1, 2]
    numbers.sort()  # in place
    assert numbers == [1, 2, 3]
""",
        good="""\
# file: tests/test_a.py
def test_sorts():
    numbers = [3, 1, 2]
    numbers.sort()
    assert numbers == [1, 2, 3]


def test_empty():
    assert not []
# file: tests/test_b.py
def test_orders():
    numbers = [3, 1, 2]
    numbers.sort(reverse=True)
    assert numbers == [3, 2, 1]


def test_empty():
    assert not []
""",
        across=_bodies,
    ),
)
