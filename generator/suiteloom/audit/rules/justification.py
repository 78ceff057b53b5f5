"""SL4: the Business Value Justification of each test. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from suiteloom.audit.engine.examine import JUSTIFIED, labels_in
from suiteloom.audit.engine.facts import FileFacts
from suiteloom.audit.engine.rule import CrossHit, Hit, Rule, hit
from suiteloom.audit.engine.settings import Settings, Specified
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
            text = " ".join(test.labels.get("Value Impact", "").casefold().split())
            if not text:
                continue
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


_OPTIONS: dict[str, object] = {
    "needs_bvj": True,
    "segments": ("Free", "Mid"),
    "goals": ("Retention", "Security"),
}

_GOOD = '''\
def test_charged_once():
    """A card is charged once.

    BVJ: Free, Mid - Retention
    Value Impact: Nobody pays twice for one order.
    Strategic Impact: Buyers come back to a shop that they
        trust with their card.
    """
    assert pay() == pay()
'''


def _with_labels(*lines: str) -> str:
    """A test with these lines in its docstring, found at its `def`."""
    text = "".join(f"    {line}\n" for line in lines)
    head = f'def test_charged_once():  # <-\n    """A card is charged once.\n\n{text}'
    return f'{head}    """\n    assert pay() == pay()\n'


_IMPACT = "Value Impact: Nobody pays twice for one order."
_STRATEGY = "Strategic Impact: Buyers come back."

_SPECIFIED = '@pytest.mark.spec("CH-001", rev="28648e.cf95ab")\n'
_SPEC = Specified(
    id="CH-001",
    name="test_charged_once",
    domain="checkout",
    category="integration",
    covers=(),
    labels={
        "BVJ": "Free, Mid - Retention",
        "Value Impact": "Nobody pays twice for one order.",
        "Strategic Impact": (
            "Buyers come back to a shop that they trust with their card."
        ),
    },
)

RULES = (
    Rule(
        code="SL401",
        name="justification-missing",
        severity="error",
        summary="a test has no Business Value Justification",
        reason=(
            "A test that nobody can say the worth of is the first to be skipped when it"
            " is red and the last to be mended. Who gains, what they gain, and what that"
            " means for the business stand in its docstring, where whoever breaks it"
            " reads them."
        ),
        hint="write it in the spec and run `suiteloom generate`",
        bad=_with_labels("Nothing more."),
        good=_GOOD,
        check=_missing,
        options=_OPTIONS,
    ),
    Rule(
        code="SL402",
        name="justification-incomplete",
        severity="error",
        summary="a justification lacks a field",
        reason=(
            "Segment and goal, value impact and strategic impact answer different"
            " questions; with one of them empty the tests of a domain can not be counted"
            " or compared."
        ),
        hint="write it in the spec and run `suiteloom generate`",
        bad=_with_labels("BVJ: Free - Retention", _IMPACT),
        good=_GOOD,
        check=_fields,
        options=_OPTIONS,
    ),
    Rule(
        code="SL403",
        name="justification-unknown-name",
        severity="error",
        summary="a justification names an unknown segment or goal",
        reason=(
            "Reports group tests by segment and goal. A misspelled one makes a group of"
            " its own and is missing from the right one."
        ),
        hint="use a configured name",
        bad=_with_labels("BVJ: Gratis - Retention", _IMPACT, _STRATEGY),
        good=_GOOD,
        check=_unknown,
        options=_OPTIONS,
    ),
    Rule(
        code="SL404",
        name="justification-to-do",
        severity="error",
        summary="a justification is still to be written",
        reason=(
            "A placeholder passes every check of form. It is a promise to think about"
            " why the test is worth having, and this finding stays until somebody has."
        ),
        hint="write it in the spec and run `suiteloom generate`",
        bad=_with_labels("BVJ: Free - Retention", "Value Impact: TODO", _STRATEGY),
        good=_GOOD,
        check=_to_do,
        options=_OPTIONS,
    ),
    Rule(
        code="SL405",
        name="value-impact-repeated",
        severity="warning",
        summary="two tests have the same value impact",
        reason=(
            "Two tests of the same worth in the same words are one test written twice, or"
            " one sentence that was copied instead of thought about. Letter case and"
            " spaces do not make a difference."
        ),
        hint="say what this test in particular is worth",
        bad=_GOOD + _GOOD.replace("_once", "_twice").replace("():", "():  # <-"),
        good=_GOOD
        + _GOOD.replace("_once", "_twice").replace("Nobody", "No company card"),
        across=_repeated,
        options=_OPTIONS,
    ),
    Rule(
        code="SL406",
        name="justification-differs",
        severity="error",
        summary="a justification is not what the spec says",
        reason=(
            "The spec is where justifications are decided and counted. A suite that says"
            " something else has been edited past it, and one of the two is wrong."
        ),
        hint="make suite and spec say the same; level structure of `check` says how",
        bad=_SPECIFIED + _with_labels("BVJ: Free - Retention", _IMPACT, _STRATEGY),
        good=_SPECIFIED + _GOOD,
        check=_differs,
        options={**_OPTIONS, "specified": {"CH-001": _SPEC}},
    ),
    Rule(
        code="SL407",
        name="justification-says-nothing",
        severity="warning",
        summary="a justification only repeats the name of its test",
        reason=(
            "`Ensures the card is charged once` under test_charged_once fills the field"
            " and says nothing. A value impact names somebody who would notice, and what"
            " they would lose. Words such as test, ensure, verify and correctly do not"
            " count, nor do endings."
        ),
        hint="say who would notice, and what they would lose",
        bad=_with_labels(
            "BVJ: Free - Retention",
            "Value Impact: Ensures that charging once works properly.",
            _STRATEGY,
        ),
        good=_GOOD,
        check=_says_nothing,
        options=_OPTIONS,
    ),
)
