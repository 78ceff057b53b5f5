"""From spec files to a project: every problem of every file in one run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import islice
from operator import getitem
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from suiteloom.errors import SpecError
from suiteloom.model import Config, Finding, Place, Project, Suite
from suiteloom.model.identifiers import closest, comparable, short
from suiteloom.specs.ahead import Read, SpecReaders
from suiteloom.specs.places import Path, locate
from suiteloom.specs.resolve import Report, resolve
from suiteloom.specs.schema import DATE, ONE_LINE, SpecShape, TestShape
from suiteloom.specs.yaml_data import MAX_FINDINGS, parse

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["load_project", "load_suite"]

MAX_TESTS = 20_000
"""Tests of one file; with more, time and memory would pass what any file may cost."""

_SPEC = TypeAdapter(SpecShape)
_TEST = TypeAdapter(TestShape)
_Shape = TypeVar("_Shape", SpecShape, TestShape)
_MAPPING = ("must be a mapping of keys to values", "")
_WRONG = {
    "bool_type": ("must be true or false", "YAML's yes, no, on, off are not read"),
    "dict_type": _MAPPING,
    "greater_than_equal": ("must be {ge} or more", ""),
    "int_type": ("must be a whole number", "write digits only, unquoted"),
    "list_type": ("must be a list", "write [one, two], or one a line after a dash"),
    "literal_error": ("must be {expected}", ""),
    "model_type": _MAPPING,
    "string_too_long": ("has more than {max_length} characters", ""),
    "string_type": ("must be a text", "put it in quotes"),
    "too_long": ("has more than {max_length} entries", ""),
    "too_short": ("must have {min_length} entry or more", ""),
}
"""Message and hint for each kind of pydantic error; the rest keep pydantic's words."""
_NO_PLACE: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class _Problem:
    """A finding whose place is still a path, and so is what it repeats, if anything."""

    code: str
    path: Path
    message: str
    hint: str
    first: Path | None = None


_STAND_INS: dict[str | int, Any] = {
    "title": "Title",
    "summary": "Summary.",
    "revenue": {"annual_usd": 0, "protects": "nothing"},
    "mission_critical": False,
    "expect": {},
}
"""Values in the place of bad ones, so that what depends on others is checked all the same."""


class _EnoughError(Exception):
    """There are so many problems that the rest is not looked at."""


def load_project(
    root: str,
    config: Config,
    sources: Mapping[str, bytes],
    today: date | None = None,
    reads: Sequence[Read] | None = None,
) -> Project:
    """Read every spec of a project; many are read in several processes.

    Args:
        root: The project's folder, absolute.
        config: Its configuration.
        sources: Bytes of each spec by its path, POSIX and relative to `root`.
        today: The day in UTC from which no quarantine may reach too far; None asks for no
            bound, as of a state that is past.
        reads: What each of them came to, in the order of their paths, if they have been
            read already.

    Returns:
        The project; its suites are ordered by spec path.

    Raises:
        SpecError: If anything is wrong anywhere; it holds every finding, in order.
    """
    suites: list[Suite] = []
    findings: list[Finding] = []
    if reads is None:
        with SpecReaders(load_suite, len(sources)) as readers:
            reads = readers.start(sources, config, today)()
    for suite, problems in reads:
        if suite is not None:
            suites.append(suite)
        findings += problems
    findings += _across(suites, sources)
    if findings:
        raise SpecError(tuple(sorted(findings, key=lambda finding: finding.sort_key)))
    return Project(root, config, tuple(suites))


def load_suite(
    source: bytes, path: str, config: Config, today: date | None = None
) -> tuple[Suite | None, list[Finding]]:
    """Read one spec without looking at any other.

    Args:
        source: The file.
        path: POSIX, relative to the project root.
        config: The project's configuration.
        today: As for `load_project`.

    Returns:
        The suite, or None where the file is too wrong to make one, and the findings; a
        suite with findings is not to be rendered.
    """
    data, findings = parse(source, path)
    if data is None:
        return None, findings
    problems: list[_Problem] = []
    suite = _validate(data, path, config, problems, today)
    if problems:
        wanted = {place for p in problems for place in _places(p.path)}
        wanted |= {p.first for p in problems if p.first}
        places = locate(source, wanted)
        refused = {(finding.line, finding.column) for finding in findings}
        found = [_finding(problem, path, places) for problem in problems]
        findings += [one for one in found if (one.line, one.column) not in refused]
    return suite, findings[:MAX_FINDINGS]


def _validate(
    data: Any,
    path: str,
    config: Config,
    problems: list[_Problem],
    today: date | None,
) -> Suite | None:
    """Validate the outline, then each test by itself, then what they say together."""

    def report(
        code: str, place: Path, message: str, hint: str, first: Path | None = None
    ) -> None:
        problems.append(_Problem(code, place, message, hint, first))
        if len(problems) >= MAX_FINDINGS:
            raise _EnoughError

    try:
        shape = _shape(_SPEC, data, (), report)
        groups = _groups(data)
        if sum(map(len, groups)) > MAX_TESTS:
            message, hint = f"more than {MAX_TESTS:,} tests", "split the domain"
            report("SP105", ("groups",), message, hint)
            return None
        tests = [
            [
                _shape(_TEST, test, ("groups", index, "tests", position), report)
                for position, test in enumerate(members)
            ]
            for index, members in enumerate(groups)
        ]
        if shape is not None:
            return resolve(shape, tests, config, path, report, today)
    except _EnoughError:
        pass
    return None


def _shape(
    adapter: TypeAdapter[_Shape], data: Any, place: Path, report: Report
) -> _Shape | None:
    """Validate `data`; keys that nothing defines are reported and taken out of it."""
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        items = error.errors(include_url=False, include_input=False)
    for problem in islice(_problems(items, data, place), MAX_FINDINGS):
        report(problem.code, problem.path, problem.message, problem.hint)
    wrong = [item["loc"] for item in items if item["type"] != "extra_forbidden"]
    if any(place or not loc or loc[0] not in _STAND_INS for loc in wrong):
        return None
    for item in items:
        *parents, key = item["loc"]
        if item["type"] == "extra_forbidden":
            del reduce(getitem, parents, data)[key]
    for loc in wrong:
        data[loc[0]] = _STAND_INS[loc[0]]
    try:
        return adapter.validate_python(data)
    except ValidationError:
        return None


def _groups(data: Any) -> list[list[Any]]:
    """The raw tests of each group, as far as the outline has them."""
    groups = data.get("groups") if isinstance(data, dict) else None
    if not isinstance(groups, list):
        return []
    tests = [
        group.get("tests") if isinstance(group, dict) else None for group in groups
    ]
    return [item if isinstance(item, list) else [] for item in tests]


def _problems(items: list[ErrorDetails], data: Any, place: Path) -> Iterator[_Problem]:
    """Put pydantic's errors about `data` into our words."""
    for item in items:
        path = (*place, *item["loc"])
        kind = item["type"]
        if kind == "extra_forbidden":
            name = str(item["loc"][-1])
            close = closest(name, known := _known_keys(item["loc"], place))
            hint = f"did you mean `{close}`?" if close else f"known: {', '.join(known)}"
            if close in reduce(getitem, item["loc"][:-1], data):
                hint = f"`{close}` is there already: keep one of the two"
            key = (*path[:-1], "#key", name)
            yield _Problem("SP104", key, f"unknown key `{short(name)}`", hint)
        elif kind == "missing":
            name = str(item["loc"][-1])
            hint = "`suiteloom schema` describes every key"
            if place and item["loc"] == ("id",):
                hint = "once nothing else is wrong, `suiteloom ids --write` gives one"
            yield _Problem("SP105", path[:-1], f"`{name}` is missing", hint)
        else:
            yield _Problem("SP105", path, *_wrong_value(item, path))


def _wrong_value(item: Any, path: Path) -> tuple[str, str]:
    """Message and hint for a value that is not what its key takes."""
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    subject = f"`{name}`" if name else "the spec"
    if path and isinstance(path[-1], int):
        subject = f"an entry of {subject}"
    kind, context = item["type"], item.get("ctx", {})
    if kind == "string_pattern_mismatch" and context["pattern"] == ONE_LINE:
        return (
            f"{subject} is not one line of text without tabs or outer spaces",
            "fold a long text with `>-`",
        )
    if kind == "string_pattern_mismatch":
        example = "SU-001" if context["pattern"].startswith("^[A-Z]") else "empty_list"
        example = "2027-01-15" if context["pattern"] == DATE else example
        return f"{subject} does not look like {example}", f"write it like {example}"
    message, hint = _WRONG.get(kind, (item["msg"], ""))
    return f"{subject} {message.format_map(context)}", hint


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
    related = Place(path, *places[problem.first]) if problem.first else None
    return Finding(
        problem.code,
        "error",
        problem.message,
        path,
        *place,
        problem.hint,
        related=related,
    )


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
    del clashes[MAX_FINDINGS:]
    wanted: dict[str, set[Path]] = {}
    for suite, path, other, other_path, _ in clashes:
        wanted.setdefault(suite.spec_path, set()).add(path)
        wanted.setdefault(other.spec_path, set()).add(other_path)
    places = {spec: locate(sources[spec], paths) for spec, paths in wanted.items()}
    findings = []
    for suite, path, other, other_path, message in clashes:
        here = places[suite.spec_path][path]
        there = places[other.spec_path][other_path]
        related = Place(other.spec_path, *there)
        findings.append(
            Finding("SP107", "error", message, suite.spec_path, *here, related=related)
        )
    return findings


def _claims(suite: Suite) -> Iterator[tuple[tuple[str, str], Path, str]]:
    """What must be unique in the project: key, place and message if it is not."""
    domain = comparable(suite.domain)
    yield ("domain", domain), ("domain",), f"the domain {suite.domain!r} a second time"
    file = comparable(suite.path)
    yield ("file", file), ("domain",), f"two specs write {suite.path}"
    for group_index, group in enumerate(suite.groups):
        for index, test in enumerate(group.tests):
            path = ("groups", group_index, "tests", index, "id")
            yield ("id", test.id), path, f"the id {test.id} is used a second time"
