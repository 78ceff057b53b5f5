"""Level 3: what a suite's syntax tree says against what the spec says. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from suiteloom.levels.facts import ClassFacts, SuiteFacts, TestFacts
from suiteloom.model import Bvj, Config, Finding, Group, Suite, Test

__all__ = ["check_structure"]


def check_structure(
    suite: Suite, facts: SuiteFacts, config: Config
) -> Iterator[Finding]:
    """Compare a suite with its spec.

    Args:
        suite: The spec.
        facts: What the suite's syntax tree says.
        config: Names the base classes.

    Yields:
        One finding for each thing that differs, in the order of the spec.
    """
    yield from _module(suite, facts)
    by_name = {item.name: item for item in facts.classes}
    by_id = {test.id: item for item in facts.classes for test in item.tests if test.id}
    order = []
    for group in suite.groups:
        found = by_name.get(group.class_name)
        if found is None:
            likely = next((by_id[t.id] for t in group.tests if t.id in by_id), None)
            yield _missing_class(suite, group, likely)
            found = likely
        if found is not None:
            order.append(found.line)
            yield from _group(suite, group, found, facts.labels, config)
    if order != sorted(order):
        message = "the classes do not stand in the order of the spec's groups"
        yield _finding("ST305", message, suite, min(order))
    yield from _replaced(suite, facts)


def _finding(
    code: str,
    message: str,
    suite: Suite,
    line: int,
    hint: str = "",
    identity: str = "",
) -> Finding:
    return Finding(code, "error", message, suite.path, line, 0, hint, identity)


def _module(suite: Suite, facts: SuiteFacts) -> Iterator[Finding]:
    wanted = _bvj_labels(suite.bvj)
    if (revenue := suite.revenue) is not None:
        amount = f"${revenue.annual_usd:,} a year ({revenue.protects})"
        wanted["Revenue protected"] = amount
    for label, value in wanted.items():
        if facts.labels.get(label) != value:
            message = f"{label} of the suite is {_shown(facts.labels.get(label))}"
            message += f", the spec has {value!r}"
            yield _finding("ST307", message, suite, 1)
    if not facts.title.startswith(f"{suite.title}:"):
        message = f"the suite's title is {facts.title!r}"
        yield _finding("ST304", message, suite, 1)


def _missing_class(suite: Suite, group: Group, likely: ClassFacts | None) -> Finding:
    if likely is None:
        message = f"class {group.class_name} is missing"
        return _finding("ST301", message, suite, 1)
    message = f"class {likely.name} should be {group.class_name}"
    return _finding("ST301", message, suite, likely.line)


def _group(
    suite: Suite,
    group: Group,
    found: ClassFacts,
    labels: dict[str, str],
    config: Config,
) -> Iterator[Finding]:
    """Compare one class; `labels` are those of the module."""
    base = config.async_base_class if group.is_async else config.base_class
    name = base.rpartition(".")[2]
    if name not in found.bases:
        message = f"class {found.name} is not on {name}"
        yield _finding("ST304", message, suite, found.line)
    if found.title != group.title:
        message = f"the title of {found.name} is {found.title!r}, not {group.title!r}"
        yield _finding("ST304", message, suite, found.line)
    here = {test.id: test for test in found.tests}
    above = {**labels, **found.labels} if config.inherited == "omit" else {}
    for test in group.tests:
        if test.id not in here:
            message = f"{test.id} {test.name} is missing from {found.name}"
            yield _finding("ST302", message, suite, found.line, identity=test.id)
        else:
            yield from _test(suite, test, here[test.id], above)
    wanted = [test.id for test in group.tests if test.id in here]
    named = {*wanted}
    if [test.id for test in found.tests if test.id in named] != wanted:
        message = f"the tests of {found.name} do not stand in the order of the spec"
        yield _finding("ST305", message, suite, found.line)


def _test(
    suite: Suite, test: Test, facts: TestFacts, above: dict[str, str]
) -> Iterator[Finding]:
    """Compare one test; what its docstring does not say is taken from those `above` it."""
    if facts.is_orphan:
        message = f"{test.id} is specified but marked as an orphan"
        yield _finding("ST302", message, suite, facts.line, identity=test.id)
        return
    if facts.name != test.name:
        message = f"{test.id} is called {facts.name}, not {test.name}"
        yield _finding("ST304", message, suite, facts.line, identity=test.id)
    if facts.is_async != test.is_async:
        message = f"{test.id} is {'' if facts.is_async else 'not '}async"
        yield _finding("ST304", message, suite, facts.line, identity=test.id)
    if facts.summary != test.summary:
        message = f"the summary of {test.id} is {facts.summary!r}, not {test.summary!r}"
        yield _finding("ST304", message, suite, facts.line, identity=test.id)
    critical = ("mission_critical",) if suite.mission_critical else ()
    for mark in (suite.category, *critical, *test.markers):
        if mark not in facts.marks:
            message = f"{test.id} lacks the marker {mark}"
            yield _finding("ST306", message, suite, facts.line, identity=test.id)
    labels = {**above, **facts.labels}
    for label, value in _bvj_labels(test.bvj).items():
        if labels.get(label) != value:
            message = f"{label} of {test.id} is {_shown(labels.get(label))}"
            message += f", the spec has {value!r}"
            yield _finding("ST307", message, suite, facts.line, identity=test.id)
    if _table(facts.cases) != _table([(c.id, dict(c.values)) for c in test.cases]):
        message = f"the cases of {test.id} are not those of the spec"
        yield _finding("ST308", message, suite, facts.line, identity=test.id)


def _table(cases: Sequence[tuple[str, dict[str, Any]]]) -> str:
    """Cases in a form that tells 1 from 1.0 and from true."""
    return json.dumps(cases)


def _bvj_labels(bvj: Bvj) -> dict[str, str]:
    labels = {}
    if bvj.goal:
        labels["BVJ"] = f"{', '.join(bvj.segment)} - {bvj.goal}"
    if bvj.value_impact:
        labels["Value Impact"] = bvj.value_impact
    if bvj.strategic_impact:
        labels["Strategic Impact"] = bvj.strategic_impact
    return labels


def _shown(value: str | None) -> str:
    return "missing" if value is None else repr(value)


def _replaced(suite: Suite, facts: SuiteFacts) -> Iterator[Finding]:
    """Tests whose name hides another one."""
    for owner in facts.classes:
        seen: dict[str, int] = {}
        for test in owner.tests:
            if first := seen.get(test.name):
                message = f"{test.name} replaces the test of that name at line {first}"
                hint = "rename one of them"
                yield _finding("ST309", message, suite, test.line, hint, test.id)
            seen.setdefault(test.name, test.line)
