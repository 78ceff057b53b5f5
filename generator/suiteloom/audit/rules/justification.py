"""SL4: the Business Value Justification of each test. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from suiteloom.audit.engine.examine import JUSTIFIED, labels_in
from suiteloom.audit.engine.facts import FileFacts
from suiteloom.audit.engine.rule import CrossHit, Hit, Rule, hit
from suiteloom.audit.engine.settings import Settings
from suiteloom.audit.engine.testfile import TestFile, TestNode
from suiteloom.model.words import TO_DO

__all__ = ["RULES"]


_OWNED = re.compile(r"^Spec: ", re.MULTILINE)  # the last line of a suite's docstring
_TO_DO = re.compile(r"\b(?:TODO|TBD|FIXME|XXX)\b")
_WORD = re.compile(r"[a-z]{3,}")
_SMALL = frozenset(
    {
        "and",
        "are",
        "been",
        "can",
        "check",
        "checks",
        "correctly",
        "ensure",
        "ensures",
        "for",
        "from",
        "has",
        "have",
        "into",
        "its",
        "make",
        "makes",
        "must",
        "properly",
        "should",
        "sure",
        "test",
        "testing",
        "tests",
        "that",
        "the",
        "this",
        "validate",
        "validates",
        "verified",
        "verifies",
        "verify",
        "with",
        "work",
        "works",
    }
)
_ALL = "All"


def _justified(
    file: TestFile,
) -> Iterator[tuple[TestNode, dict[str, str]]]:
    """Tests that are asked for a justification, with what they have of it."""
    if file.settings.needs_bvj:
        for test in file.tests:
            if not test.is_orphan:
                yield test, labels_in(file, test)


def _asked(file: TestFile, test: TestNode) -> list[str]:
    """The fields that a test is asked for: all, or those that its spec has."""
    spec = file.settings.specified.get(test.id)
    return [name for name in JUSTIFIED if spec is None or spec.labels[name]]


def _missing(file: TestFile) -> Iterator[Hit]:
    for test, labels in _justified(file):
        if _asked(file, test) and not labels.keys() & set(JUSTIFIED):
            message = f"{test.node.name} has no Business Value Justification"
            yield hit(test.node, message, test)


def _fields(file: TestFile) -> Iterator[Hit]:
    for test, labels in _justified(file):
        asked = _asked(file, test)
        empty = [name for name in asked if not labels.get(name, "").strip()]
        if empty and labels.keys() & set(JUSTIFIED):
            message = f"{test.node.name} has no {', '.join(empty)} in its justification"
            yield hit(test.node, message, test)


def _unknown(file: TestFile) -> Iterator[Hit]:
    settings = file.settings
    for test, labels in _justified(file):
        segments, dash, goal = labels.get("BVJ", "").rpartition(" - ")
        if not labels.get("BVJ", "").strip():
            continue
        names = [name for n in segments.split(",") if dash and (name := n.strip())]
        wrong = [n for n in names if n not in (*settings.segments, _ALL, TO_DO)]
        if not dash:
            message = "the justification names no goal: `BVJ: SEGMENTS - GOAL`"
            yield hit(test.node, message, test)
        elif settings.segments and wrong:
            message = f"unknown segment {', '.join(wrong)}"
            hint = f"segments: {', '.join(settings.segments)}, All"
            yield hit(test.node, message, test, hint)
        if dash and settings.goals and goal.strip() not in (*settings.goals, TO_DO):
            hint = f"goals: {', '.join(settings.goals)}"
            yield hit(test.node, f"unknown goal {goal.strip()}", test, hint)


def _to_do(file: TestFile) -> Iterator[Hit]:
    for test, labels in _justified(file):
        names = [name for name, text in labels.items() if _TO_DO.search(text)]
        if not names and labels and _TO_DO.search(test.docstring):
            names = ["part of the docstring"]
        if names:
            message = f"still to be written: {', '.join(names)}"
            yield hit(test.node, message, test)
    text = ast.get_docstring(file.tree) or ""
    if file.settings.needs_bvj and _TO_DO.search(text) and _OWNED.search(text):
        yield hit(
            file.tree.body[0], "still to be written: part of the suite's own docstring"
        )


def _repeated(files: list[FileFacts], settings: Settings) -> Iterator[CrossHit]:
    if not settings.needs_bvj:
        return
    first: dict[str, str] = {}
    for file in files:
        for test in file.tests:
            value = test.labels.get("Value Impact", "")
            text = " ".join(value.casefold().split())
            if not text or _TO_DO.search(value):
                continue  # SL404 says what is still to be written
            name = test.id or test.qualname
            if text in first:
                message = f"{name} has the value impact of {first[text]}"
                yield CrossHit(file.path, Hit(message, test.line, 1, test.qualname))
            first.setdefault(text, name)


def _differs(file: TestFile) -> Iterator[Hit]:
    for test, labels in _justified(file):
        spec = file.settings.specified.get(test.id)
        if spec is None or not labels:
            continue
        wrong = [
            name for name in JUSTIFIED if labels.get(name, "") != spec.labels[name]
        ]
        if wrong:
            message = f"{test.id}: {', '.join(wrong)} is not what the spec says"
            yield hit(test.node, message, test)


def _says_nothing(file: TestFile) -> Iterator[Hit]:
    for test, labels in _justified(file):
        known = set(_words(test.node.name.replace("_", " ")))
        for name in ("Value Impact", "Strategic Impact"):
            words = _words(labels.get(name, ""))
            if labels.get(name, "").strip() and all(word in known for word in words):
                message = f"{name} only repeats the name of the test"
                yield hit(test.node, message, test)


def _words(text: str) -> list[str]:
    """The words that carry meaning, without their endings."""
    words = (w for w in _WORD.findall(text.casefold()) if w not in _SMALL)
    return [re.sub(r"(?:ing|ed|es|s|ion|ions)$", "", word) for word in words]


def _with_labels(*lines: str) -> str:
    """A test with these lines in its docstring, found at its `def`."""
    text = "".join(f"    {line}\n" for line in lines)
    head = f'def test_charged_once():  # <-\n    """A card is charged once.\n\n{text}'
    return f'{head}    """\n    assert pay() == pay()\n'


RULES = (
    Rule("SL401", check=_missing),
    Rule("SL402", check=_fields),
    Rule("SL403", check=_unknown),
    Rule("SL404", check=_to_do),
    Rule("SL405", across=_repeated),
    Rule("SL406", check=_differs),
    Rule("SL407", check=_says_nothing),
)
