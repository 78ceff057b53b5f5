"""`new`: the spec of a domain, from a list of its tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from suiteloom.errors import RefusedError, SpecError, UsageError
from suiteloom.model import SCHEMA, FileChange, Finding, Place, Suite, Test
from suiteloom.model.identifiers import domain_problem, id_prefix, suggestion
from suiteloom.model.words import TO_DO
from suiteloom.scaffold.lists.data import ListedTest, Listing
from suiteloom.store import (
    SPEC_SUFFIXES,
    commit,
    list_files,
    packaged_templates,
    read_specs,
)
from suiteloom.workflows.ids import check_prefix
from suiteloom.workflows.project import Workspace, check_choice

__all__ = ["DomainOptions", "NewDomain", "check_is_new", "new_domain"]


@dataclass(frozen=True, slots=True)
class DomainOptions:
    """What a person decides about a new domain.

    Attributes:
        prefix: Of the ids; empty is made of the domain's name.
        source: What the list of tests is called in messages.
        answers: Answers to questions of the template; the others are asked, or take
            their defaults.
        ask: Whether somebody can answer.
    """

    prefix: str = ""
    source: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    ask: bool = False


@dataclass(frozen=True, slots=True)
class NewDomain:
    """A spec that was written.

    Attributes:
        path: POSIX, relative to the project root.
        suite: What it says.
        to_do: How often it says ``TODO``.
    """

    path: str
    suite: Suite
    to_do: int


def check_is_new(workspace: Workspace, domain: str) -> None:
    """Make sure that a domain of this name can be begun.

    Raises:
        UsageError: If it can not be the name of a domain.
        RefusedError: If there is a spec of that name.
    """
    problem = domain_problem(domain)
    if problem:
        nearest = suggestion(domain)
        hint = f"try {nearest!r}" if nearest else "name it in letters"
        raise UsageError(f"the domain can not be {domain!r}: it {problem}", hint=hint)
    folder = workspace.config.specs
    for path in list_files(workspace.root, folder, SPEC_SUFFIXES):
        names = {f"{folder}/{domain}{suffix}" for suffix in SPEC_SUFFIXES}
        if path.casefold() in {name.casefold() for name in names}:
            hint = f"`suiteloom add {domain} GROUP NAME` adds a test to it"
            finding = Finding("SF102", "error", "the spec exists", path, hint=hint)
            raise RefusedError((finding,))


def new_domain(
    workspace: Workspace, domain: str, listing: Listing, options: DomainOptions
) -> NewDomain:
    """Write the spec of a domain.

    Args:
        workspace: The project.
        domain: Its name.
        listing: Its tests.
        options: What a person decides about it.

    Returns:
        What was written.

    Raises:
        UsageError: If the name or an answer can not be.
        SpecError: If a text can not stand in a spec, or another spec is wrong.
        RefusedError: If there is a spec of that name.
        ConflictError: If it appeared meanwhile.
        StorageError: If it can not be written.
        KeyboardInterrupt: If the questions were interrupted.
    """
    from suiteloom.scaffold.copying import copy_template

    check_is_new(workspace, domain)
    _check_options(workspace, options)
    _check_markers(workspace, listing, options.source)
    config = workspace.config
    specs = read_specs(workspace.root, config.specs)
    files = copy_template(
        str(packaged_templates("domain")),
        {
            "domain": domain,
            "categories": list(config.categories),
            "segments": list(config.segments),
            "goals": list(config.goals),
            "header": _header(workspace),
            "needs_bvj": config.bvj == "fail",
            "groups": _groups(workspace, domain, listing, specs, options.prefix),
            "listed_title": listing.title,
            "listed_summary": listing.summary,
            **options.answers,
        },
        ask=options.ask,
    )
    path = f"{config.specs}/{domain}.yaml"
    data = files[f"{domain}.yaml"]
    try:
        project = workspace.parse({**specs, path: data})
    except SpecError as error:
        places = _places(data, path, listing, options.source)
        raise SpecError(tuple(map(places, error.findings))) from error
    suite = next(suite for suite in project.suites if suite.spec_path == path)
    _check_ids(workspace, listing, suite, options.source)
    if list(_listed(listing)) != list(_specified(suite)):
        raise RuntimeError(f"{path} would not say what the list says")
    commit(workspace.root, [FileChange(path, None, data)])
    return NewDomain(path, suite, data.decode().count(TO_DO))


def _check_ids(
    workspace: Workspace, listing: Listing, suite: Suite, source: str
) -> None:
    """Make sure that no id of the list is that of a body in another domain's suite."""
    from suiteloom.workflows.ids import suite_ids

    taken = {
        identity: path
        for path, data in workspace.suite_files().items()
        if path != suite.path
        for identity in suite_ids(data)
    }
    findings = [
        Finding(
            "LI104",
            "error",
            f"the id {test.id} stands in {taken[test.id]}",
            source,
            test.line,
            hint="leave it out, and the test gets one of its own; an id is never reused",
        )
        for group in listing.groups
        for test in group.tests
        if test.id in taken
    ]
    if findings:
        raise SpecError(tuple(findings))


def _check_markers(workspace: Workspace, listing: Listing, source: str) -> None:
    """Make sure that the markers that the list gives are configured, all at once."""
    known = set(workspace.config.markers)
    tests = [test for group in listing.groups for test in group.tests]
    lines = {marker: test.line for test in reversed(tests) for marker in test.markers}
    unknown = sorted(set(lines) - known)
    if unknown:
        shown = ", ".join(f'"{marker}"' for marker in [*sorted(known), *unknown])
        finding = Finding(
            "LI109",
            "error",
            f"markers that are not configured: {', '.join(unknown)}",
            source,
            min(lines[marker] for marker in unknown),
            hint=f"write `markers = [{shown}]` in the configuration",
        )
        raise SpecError((finding,))


def _check_options(workspace: Workspace, options: DomainOptions) -> None:
    """Make sure that what was chosen is there to be chosen."""
    config = workspace.config
    answers = options.answers
    choices = [
        ("category", [answers.get("category")], config.categories),
        ("service", [answers.get("service")], config.services),
        ("goal", [answers.get("goal")], (TO_DO, *config.goals)),
        ("segment", answers.get("segment", ()), (TO_DO, "All", *config.segments)),
    ]
    for name, values, known in choices:
        for value in values:
            if value is not None and known:
                check_choice(f"--{name}", value, known)
    check_prefix(options.prefix)


def _places(
    data: bytes, path: str, listing: Listing, source: str
) -> Callable[[Finding], Finding]:
    """Turns a place in a spec that is not written into one in the list it came from."""
    entries = list(_entries(data, listing))

    def line_of(place: Place) -> int:
        known = [line for begin, line in entries if begin <= (place.line, place.column)]
        return known[-1] if known else 0

    def moved(place: Place) -> Place:
        return place if place.path != path else Place(source, line_of(place))

    def relocated(finding: Finding) -> Finding:
        here = moved(Place(finding.path, finding.line, finding.column))
        there = moved(finding.related) if finding.related else None
        return replace(
            finding, path=here.path, line=here.line, column=here.column, related=there
        )

    return relocated


def _entries(data: bytes, listing: Listing) -> Iterator[tuple[tuple[int, int], int]]:
    """Where each group and test begins in a spec, and its line in the list, or 0."""
    from suiteloom.specs.nodes import line_starts, place_of, read_nodes

    text = data.decode()
    starts = line_starts(text)
    root = read_nodes(text)
    groups = root.get("groups") if root else None
    pairs = zip(groups.values if groups else (), listing.groups, strict=False)
    for node, group in pairs:
        yield place_of(starts, node.start), 0
        tests = node.get("tests")
        members = zip(tests.values if tests else (), group.tests, strict=False)
        for member, test in members:
            yield place_of(starts, member.start), test.line


def _groups(
    workspace: Workspace,
    domain: str,
    listing: Listing,
    specs: Mapping[str, bytes],
    prefix: str,
) -> list[dict[str, Any]]:
    """The groups as the template takes them, each test with an id."""
    from suiteloom.workflows.ids import Numbers, spec_ids

    listed = [test.id for group in listing.groups for test in group.tests if test.id]
    known = [identity for data in specs.values() for identity in spec_ids(data)]
    numbers = Numbers([*known, *listed], workspace.suite_files().values())
    taken = {identity.partition("-")[0] for identity in known}
    first = prefix or id_prefix(domain, taken)
    return [
        {
            "title": group.title,
            "tests": [
                _test(
                    test.id or numbers.take(first),
                    test,
                    needs_bvj=workspace.config.bvj == "fail",
                )
                for test in group.tests
            ],
        }
        for group in listing.groups
    ]


def _test(identity: str, test: ListedTest, *, needs_bvj: bool) -> dict[str, Any]:
    bvj = test.bvj
    to_do = f"{TO_DO}: who gains what from {test.name}" if needs_bvj else ""
    return {
        "id": identity,
        "name": test.name,
        "summary": test.summary,
        "kinds": list(test.kinds or ("positive",)),
        "async": test.is_async,
        "bvj": {
            "segment": list(bvj.segment),
            "goal": bvj.goal,
            "value_impact": bvj.value_impact or to_do,
            "strategic_impact": bvj.strategic_impact,
        },
        "given": list(test.given),
        "when": list(test.when),
        "then": list(test.then),
        "markers": list(test.markers),
        "cases": [
            {"id": case.id, "kind": case.kind, "with": dict(case.values)}
            for case in test.cases
        ],
    }


def _header(workspace: Workspace) -> str:
    """The line that leads an editor to the schema, if there is one."""
    if not (workspace.root / SCHEMA).is_file():
        return ""
    way = "../" * len(workspace.config.specs.split("/"))
    return f"# yaml-language-server: $schema={way}{SCHEMA}\n"


_Said = tuple[str, str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...], int]
"""What a list and a spec both say of a test: group, name, summary, steps, cases."""


def _listed(listing: Listing) -> Iterator[_Said]:
    for group in listing.groups:
        for test in group.tests:
            yield _said(group.title, test)


def _specified(suite: Suite) -> Iterator[_Said]:
    for group in suite.groups:
        for test in group.tests:
            yield _said(group.title, test)


def _said(title: str, test: ListedTest | Test) -> _Said:
    steps = test.given, test.when, test.then
    return title, test.name, test.summary, *steps, len(test.cases)
