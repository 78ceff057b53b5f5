"""Level 4: what pytest collects against what the specs say. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch

from suiteloom.levels.facts import ClassFacts, SuiteFacts, TestFacts
from suiteloom.model import (
    CollectedTest,
    Config,
    Finding,
    Record,
    Severity,
    Suite,
    Test,
)

__all__ = ["check_collection", "check_orphans"]


def check_collection(
    suites: Sequence[Suite], facts: Mapping[str, SuiteFacts], record: Record
) -> Iterator[Finding]:
    """Compare a collection with the specs.

    Args:
        suites: The specs whose suites were collected.
        facts: What the syntax tree of each suite file says, by path; used to say why
            a test was not collected.
        record: What pytest collected.

    Yields:
        One finding for each cause, naming the tests it concerns.
    """
    broken = {problem.path for problem in record.errors}
    for problem in record.errors:
        message = f"pytest can not import the suite: {problem.message}"
        hint = "run pytest on the file to see more"
        yield Finding("CO403", "error", message, problem.path, problem.line, 0, hint)
    by_id: dict[str, list[CollectedTest]] = {}
    for item in record.collected:
        if item.id and not item.is_orphan:
            by_id.setdefault(item.id, []).append(item)
    dropped = {item.id: item for item in record.deselected if item.id}
    for suite in suites:
        if suite.path in broken:
            continue
        missing = [test for test in suite.tests if test.id not in by_id]
        yield from _dropped(suite, missing, dropped)
        rest = [test for test in missing if test.id not in dropped]
        if rest:
            yield from _missing(suite, rest, facts.get(suite.path), record)
        for test in suite.tests:
            yield from _wrong(suite, test, by_id.get(test.id, []))
    yield from _unspecified(suites, record)


def check_orphans(record: Record, config: Config) -> Iterator[Finding]:
    """Name the orphans that pytest collects, wherever they stand.

    Args:
        record: What pytest collected.
        config: Says whether they are errors or only reported.

    Yields:
        One finding a file.
    """
    severity: Severity = "error" if config.orphan == "fail" else "warning"
    places: dict[str, dict[str, CollectedTest]] = {}
    for item in record.collected:
        if item.is_orphan:
            places.setdefault(item.path, {}).setdefault(item.id or item.function, item)
    for path, found in places.items():
        message = f"pytest collects what no spec names any more: {', '.join(found)}"
        line = next(iter(found.values())).line
        hint = "put the id back into a spec"
        yield Finding("CO409", severity, message, path, line, 0, hint)


def _dropped(
    suite: Suite, missing: Sequence[Test], dropped: Mapping[str, CollectedTest]
) -> Iterator[Finding]:
    """Tests that pytest found and something took out again."""
    for test in missing:
        if item := dropped.get(test.id):
            how = (
                "by a conftest or plugin" if item.silently else "by an option or plugin"
            )
            message = f"{test.id} {test.name} is deselected {how}"
            hint = "look for pytest_collection_modifyitems, -k, -m and --deselect"
            line = item.line
            yield Finding("CO404", "error", message, suite.path, line, 0, hint, test.id)


def _missing(
    suite: Suite, tests: Sequence[Test], facts: SuiteFacts | None, record: Record
) -> Iterator[Finding]:
    """Tests that pytest did not find, by cause."""
    if facts is None:
        message = f"the suite is missing: {len(tests)} tests are not collected"
        yield Finding("CO401", "error", message, suite.path)
        return
    causes: dict[tuple[int, str, str], list[Test]] = {}
    places = {t.id: (owner, t) for owner in facts.classes for t in owner.tests if t.id}
    for test in tests:
        owner, place = places.get(test.id, (None, None))
        cause = _cause(suite, owner, place, record)
        causes.setdefault(cause, []).append(test)
    for (line, why, hint), concerned in causes.items():
        names = ", ".join(test.id for test in concerned)
        message = f"not collected: {names}: {why}"
        identity = concerned[0].id if len(concerned) == 1 else ""
        yield Finding("CO401", "error", message, suite.path, line, 0, hint, identity)


def _cause(
    suite: Suite, owner: ClassFacts | None, test: TestFacts | None, record: Record
) -> tuple[int, str, str]:
    """Line, reason and remedy for a test that pytest did not find."""
    if owner is None or test is None:
        return 0, "not in the suite", ""
    classes = record.settings.get("python_classes", ["Test"])
    if not _matches(owner.name, classes):
        why = f"class {owner.name} does not match python_classes = {' '.join(classes)}"
        return owner.line, why, "rename the class, or correct python_classes"
    if owner.has_init:
        return owner.line, f"class {owner.name} has an __init__", "use a fixture"
    functions = record.settings.get("python_functions", ["test"])
    if not _matches(test.name, functions):
        why = f"{test.name} does not match python_functions = {' '.join(functions)}"
        return test.line, why, "correct python_functions"
    twins = [other.line for other in owner.tests if other.name == test.name]
    if len(twins) > 1 and test.line != twins[-1]:
        why = f"line {twins[-1]} defines {test.name} again"
        return test.line, why, "rename one of the two"
    later = [item for item in record.warnings if item.path == suite.path]
    if later:
        return later[0].line or owner.line, later[0].message, "mend the class"
    return owner.line, f"pytest passes over class {owner.name}", _hidden_hint(owner)


def _hidden_hint(owner: ClassFacts) -> str:
    return f"look for a second {owner.name} in the file, __test__ and collect_ignore"


def _matches(name: str, patterns: Sequence[str]) -> bool:
    """Whether pytest's naming settings let a name pass."""
    return any(
        name.startswith(pattern)
        or (set("*?[") & set(pattern) and fnmatch(name, pattern))
        for pattern in patterns
    )


def _wrong(
    suite: Suite, test: Test, items: Sequence[CollectedTest]
) -> Iterator[Finding]:
    """A test that is collected elsewhere, twice, or without all of its cases."""
    elsewhere = next((item for item in items if item.path != suite.path), None)
    if elsewhere is not None:
        message = f"{test.id} is collected from {elsewhere.path}, not {suite.path}"
        hint, line = "remove one of the two", elsewhere.line
        yield Finding("CO405", "error", message, elsewhere.path, line, 0, hint, test.id)
    places = {(item.path, item.class_name, item.function) for item in items}
    if len(places) > 1:
        message = f"{test.id} is collected {len(places)} times"
        hint, line = "keep one of them", items[0].line
        yield Finding("CO405", "error", message, suite.path, line, 0, hint, test.id)
    lacking = [
        case.id
        for case in test.cases
        if items and not any(f"-{case.id}-" in f"-{item.case}-" for item in items)
    ]
    if lacking:
        message = f"{test.id} is collected without its cases {', '.join(lacking)}"
        line = items[0].line
        yield Finding("CO401", "error", message, suite.path, line, id=test.id)


def _unspecified(suites: Sequence[Suite], record: Record) -> Iterator[Finding]:
    """Tests that pytest collects from the suites and no spec names."""
    known = {test.id for suite in suites for test in suite.tests}
    for item in record.unspecified(known):
        name = (
            item.function
            if not item.class_name
            else f"{item.class_name}.{item.function}"
        )
        message = f"unspecified: pytest collects {name}, which no spec names"
        hint = "specify it, or move it out of the generated suite"
        yield Finding("CO402", "error", message, item.path, item.line, 0, hint)
