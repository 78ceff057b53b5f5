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
    Rule("SL110", across=_ids),
    Rule("SL111", across=_bodies),
)
