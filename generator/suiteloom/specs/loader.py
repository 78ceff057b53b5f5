"""From spec files to a project: every problem of every file in one run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import TypeAdapter, ValidationError

from suiteloom.errors import SpecError
from suiteloom.model import Config, Finding, Project, Suite
from suiteloom.specs.events import Path, locate, parse
from suiteloom.specs.identifiers import comparable
from suiteloom.specs.resolve import resolve
from suiteloom.specs.schema import ONE_LINE, SpecShape, TestShape

__all__ = ["load_project"]

MAX_FINDINGS = 100
"""Findings of one file after which the rest of it is not looked at."""

_SPEC = TypeAdapter(SpecShape)
_TEST = TypeAdapter(TestShape)
_NO_PLACE: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class _Problem:
    """A finding whose place is still a path."""

    code: str
    path: Path
    message: str
    hint: str


def load_project(root: str, config: Config, sources: Mapping[str, bytes]) -> Project:
    """Read every spec of a project.

    Args:
        root: The project's folder, absolute.
        config: Its configuration.
        sources: Bytes of each spec by its path, POSIX and relative to `root`.

    Returns:
        The project; its suites are ordered by spec path.

    Raises:
        SpecError: If anything is wrong anywhere; it holds every finding, in order.
    """
    suites: list[Suite] = []
    findings: list[Finding] = []
    for path in sorted(sources):
        suite, problems = load_suite(sources[path], path, config)
        if suite is not None:
            suites.append(suite)
        findings += problems
    findings += _across(suites, sources)
    if findings:
        raise SpecError(tuple(sorted(findings, key=lambda finding: finding.sort_key)))
    return Project(root, config, tuple(suites))


def load_suite(
    source: bytes, path: str, config: Config
) -> tuple[Suite | None, list[Finding]]:
    """Read one spec without looking at any other.

    Args:
        source: The file.
        path: POSIX, relative to the project root.
        config: The project's configuration.

    Returns:
        The suite, or None where the file is too wrong to make one, and the findings.
    """
    data, findings = parse(source, path)
    if findings:
        return None, findings
    problems: list[_Problem] = []
    suite = _validate(data, path, config, problems)
    if problems:
        places = locate(source, {place for p in problems for place in _places(p.path)})
        findings = [
            _finding(problem, path, places) for problem in problems[:MAX_FINDINGS]
        ]
    return suite, findings


def _validate(
    data: Any, path: str, config: Config, problems: list[_Problem]
) -> Suite | None:
    """Validate the outline, then each test by itself, then what they say together."""
    try:
        shape = _SPEC.validate_python(data)
    except ValidationError as error:
        problems += _problems(error, ())
        shape = None
    groups = _groups(data)
    tests: list[list[TestShape | None]] = []
    for index, group in enumerate(groups):
        members: list[TestShape | None] = []
        for position, test in enumerate(group):
            try:
                members.append(_TEST.validate_python(test))
            except ValidationError as error:
                place = ("groups", index, "tests", position)
                problems += _problems(error, place)
                members.append(None)
                if len(problems) >= MAX_FINDINGS:
                    return None
        tests.append(members)
    if shape is None:
        return None

    def report(code: str, place: Path, message: str, hint: str) -> None:
        if len(problems) < MAX_FINDINGS:
            problems.append(_Problem(code, place, message, hint))

    return resolve(shape, tests, config, path, report)


def _groups(data: Any) -> list[list[Any]]:
    """The raw tests of each group, as far as the outline has them."""
    groups = data.get("groups") if isinstance(data, dict) else None
    if not isinstance(groups, list):
        return []
    tests = [
        group.get("tests") if isinstance(group, dict) else None for group in groups
    ]
    return [item if isinstance(item, list) else [] for item in tests]


def _problems(error: ValidationError, place: Path) -> Iterator[_Problem]:
    """Put pydantic's errors into our words."""
    for item in error.errors(include_url=False, include_input=False):
        path = (*place, *item["loc"])
        kind = item["type"]
        if kind == "extra_forbidden":
            name = str(item["loc"][-1])
            known = _known_keys(item["loc"], place)
            close = get_close_matches(name, known, n=1)
            hint = (
                f"did you mean `{close[0]}`?" if close else f"known: {', '.join(known)}"
            )
            key = (*path[:-1], "#key", name)
            yield _Problem("SP104", key, f"unknown key `{name[:60]}`", hint)
        elif kind == "missing":
            name = str(item["loc"][-1])
            hint = "`suiteloom schema` describes every key"
            yield _Problem("SP105", path[:-1], f"`{name}` is missing", hint)
        else:
            yield _Problem("SP105", path, *_wrong_value(item))


def _wrong_value(item: Any) -> tuple[str, str]:
    """Message and hint for a value that is not what its key takes."""
    name = next(
        (str(part) for part in reversed(item["loc"]) if isinstance(part, str)), ""
    )
    subject = f"`{name}`" if name else "the spec"
    kind, context = item["type"], item.get("ctx", {})
    if kind == "string_pattern_mismatch" and context["pattern"] == ONE_LINE:
        return (
            f"{subject} is not one line of text without tabs or outer spaces",
            "fold a long text with `>-`",
        )
    if kind == "string_pattern_mismatch":
        example = "SU-001" if context["pattern"].startswith("^[A-Z]") else "empty_list"
        return f"{subject} does not look like {example}", f"write it like {example}"
    if kind == "literal_error":
        return f"{subject} must be one of {context['expected']}", ""
    if kind == "bool_type":
        return (
            f"{subject} must be true or false",
            "YAML's yes, no, on, off are not read",
        )
    if kind == "int_type":
        return f"{subject} must be a whole number", "write digits only, unquoted"
    if kind in {"model_type", "dict_type", "model_attributes_type"}:
        return f"{subject} must be a mapping of keys to values", ""
    return f"{subject}: {item['msg'][0].lower()}{item['msg'][1:]}", ""


def _known_keys(location: tuple[str | int, ...], place: Path) -> list[str]:
    """Keys that the model at the parent of `location` knows."""
    model: Any = TestShape if place else SpecShape
    for part in location[:-1]:
        if isinstance(part, str):
            model = _models_of(model)[part]
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_of(model: Any) -> dict[str, Any]:
    """The nested models of a model, by key."""
    nested = {}
    for name, field in model.model_fields.items():
        candidates = [field.annotation, *getattr(field.annotation, "__args__", ())]
        for candidate in candidates:
            if isinstance(candidate, type) and hasattr(candidate, "model_fields"):
                nested[field.alias or name] = candidate
    return nested


def _places(path: Path) -> Iterator[Path]:
    """`path` and what it stands in, innermost first."""
    yield path
    end = path.index("#key") if "#key" in path else len(path)
    yield from (path[:length] for length in range(end - ("#key" not in path), -1, -1))


def _finding(
    problem: _Problem, path: str, places: Mapping[Path, tuple[int, int]]
) -> Finding:
    place = next((places[p] for p in _places(problem.path) if p in places), _NO_PLACE)
    return Finding(problem.code, "error", problem.message, path, *place, problem.hint)


def _across(suites: Iterable[Suite], sources: Mapping[str, bytes]) -> list[Finding]:
    """Find ids, domains and suite files that two specs claim."""
    seen: dict[tuple[str, str], tuple[Suite, Path]] = {}
    clashes: list[tuple[Suite, Path, Suite, Path, str]] = []
    for suite in suites:
        for key, path, message in _claims(suite):
            if key in seen:
                clashes.append((suite, path, *seen[key], message))
            else:
                seen[key] = (suite, path)
    findings = []
    for suite, path, other, other_path, message in clashes[:MAX_FINDINGS]:
        here = locate(sources[suite.spec_path], {path})[path]
        there = locate(sources[other.spec_path], {other_path})[other_path]
        hint = f"first at {other.spec_path}:{there[0]}:{there[1]}"
        findings.append(
            Finding("SP107", "error", message, suite.spec_path, *here, hint)
        )
    return findings


def _claims(suite: Suite) -> Iterator[tuple[tuple[str, str], Path, str]]:
    """What must be unique in the project: key, place and message if it is not."""
    domain = comparable(suite.domain)
    yield ("domain", domain), ("domain",), f"the domain {suite.domain!r} a second time"
    file = comparable(suite.path)
    if file != domain:
        yield ("file", file), ("domain",), f"two specs write {suite.path}"
    for group_index, group in enumerate(suite.groups):
        for index, test in enumerate(group.tests):
            path = ("groups", group_index, "tests", index, "id")
            yield ("id", test.id), path, f"the id {test.id} is used a second time"
