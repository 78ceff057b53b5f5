"""Which units wait for a decision: suspects, orphans, and those that were edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from suiteloom.errors import RefusedError, UsageError
from suiteloom.model import Place, Plan, Project, Suite
from suiteloom.model.identifiers import closest, is_id
from suiteloom.model.words import plural
from suiteloom.specs.places import locate
from suiteloom.workflows.disk import Disk, Standing, read_disk
from suiteloom.workflows.planner import make_plan
from suiteloom.workflows.project import Workspace, check_domains

__all__ = [
    "DECISIONS",
    "KINDS",
    "Decision",
    "Kind",
    "Undecided",
    "find_undecided",
    "named",
]

Kind = Literal["edited", "suspect", "orphan"]
Decision = Literal["accept", "restore", "prune"]

DECISIONS: Mapping[Kind, tuple[Decision, ...]] = {
    "edited": ("accept", "restore"),
    "suspect": ("accept",),
    "orphan": ("prune",),
}
"""What can be decided about a unit, besides to edit it; of an edited one, to accept it is to
take the edit into the spec. They come in this order: an edit that the spec contradicts keeps
its suite from being written.
"""

KINDS: Mapping[Kind, str] = {
    "edited": "edited by hand",
    "suspect": "suspect",
    "orphan": "an orphan",
}
"""What a unit of each kind is, in a sentence."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """A unit that waits for a person's decision.

    Attributes:
        kind: Why.
        domain: Of its suite; of a suite without a spec, the name of its file.
        id: From its marker.
        name: Of its function.
        spec: Where the test is specified; no path for an orphan.
        suite: Where it stands.
        revenue_usd: Dollars a year that its domain protects; None if nobody gave a figure.
    """

    kind: Kind
    domain: str
    id: str
    name: str
    spec: Place
    suite: Place
    revenue_usd: int | None

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What can be decided about it."""
        return DECISIONS[self.kind]


def find_undecided(
    workspace: Workspace, domains: Iterable[str] = ()
) -> tuple[Undecided, ...]:
    """Find the units that wait for a decision.

    Args:
        workspace: The project.
        domains: Which to look at; none means all.

    Returns:
        Edited units first, then suspects, then orphans; of each kind those first behind
        which most revenue stands, then as they are specified.

    Raises:
        UsageError: If a name is no domain, or the suites do not say yet what their specs
            say, so that there may be more to decide.
        SpecError: If a spec is wrong.
        RefusedError: If a suite can not be written for another reason than an edit.
    """
    specs, files = workspace.spec_files(), workspace.suite_files()
    project = workspace.parse(specs)
    chosen = check_domains(project, domains)
    disk = read_disk(project, files, {})
    plan = make_plan(workspace, project, chosen, files=files, restore=False)
    edited = _edited(plan)
    whole = len(chosen) == len(project.suites)
    found = [
        *_specified(project, disk, chosen, edited),
        *_orphans(project, disk, chosen, whole=whole),
    ]
    order = list(DECISIONS)
    found.sort(key=lambda one: (order.index(one.kind), -(one.revenue_usd or 0)))
    return tuple(_placed(found, project, specs))


def named(
    found: Sequence[Undecided], ids: Iterable[str], decision: Decision
) -> tuple[Undecided, ...]:
    """Those that a person named to decide them so, as they were found.

    Raises:
        UsageError: If an id is none that waits for this decision.
    """
    able = {one.id: one for one in found if decision in one.decisions}
    known = {one.id: one for one in found}
    chosen = set()
    for name in ids:
        if name in able:
            chosen.add(name)
            continue
        if name in known:
            one = known[name]
            others = " or ".join(f"--{other}" for other in one.decisions)
            raise UsageError(
                f"{name} is {KINDS[one.kind]}: there is nothing to {decision}",
                path=one.suite.path,
                line=one.suite.line,
                hint=others,
            )
        close = closest(name.upper() if is_id(name.upper()) else name, able)
        raise UsageError(
            f"no unit to {decision} has the id {name!r}",
            hint=f"did you mean {close}?"
            if close
            else "`suiteloom review --list` names what is to be decided",
        )
    return tuple(one for one in found if one.id in chosen)


def _edited(plan: Plan) -> frozenset[str]:
    """Ids of the units whose spec-owned text was edited.

    Raises:
        RefusedError: If something else stands against the plan.
        UsageError: If `generate` has work to do.
    """
    clashes = {finding.id for finding in plan.refusals if finding.code == "DR204"}
    others = tuple(
        finding
        for finding in plan.refusals
        if finding.code != "DR204" or not finding.id
    )
    if others:
        raise RefusedError(others)
    if not clashes and plan.changes:
        ids = {a.id for a in plan.actions if a.id and a.action != "edited"}
        said = f"{plural(len(ids), 'test')} in " if ids else ""
        raise UsageError(
            f"{said}{plural(len(plan.changes), 'suite')} would change: what is to be "
            "decided is known once they say what their specs say",
            path=plan.changes[0].path,
            hint="`suiteloom generate` first",
        )
    return frozenset(clashes) | {
        a.id for a in plan.actions if a.action == "edited" and a.id
    }


def _specified(
    project: Project, disk: Disk, chosen: Iterable[str], edited: frozenset[str]
) -> Iterator[Undecided]:
    """Edited and suspect units of tests that are specified; one may be both."""
    for suite, test in project.tests:
        unit = disk.origins.get(test.id)
        if unit is None or suite.domain not in chosen:
            continue
        spec = Place(suite.spec_path)
        if test.id in edited:
            yield _of("edited", suite, unit, spec)
        elif unit.is_suspect and not unit.is_orphan:
            yield _of("suspect", suite, unit, spec)


def _orphans(
    project: Project, disk: Disk, chosen: Iterable[str], *, whole: bool
) -> Iterator[Undecided]:
    """Orphans of the suites chosen, and of suites without a spec if all are."""
    suites = {suite.path: suite for suite in project.suites}
    for unit in disk.origins.values():
        suite = suites.get(unit.path)
        if not unit.is_orphan or not (suite.domain in chosen if suite else whole):
            continue
        name = unit.path.rpartition("/")[2].removesuffix(".py")
        found = _of("orphan", suite, unit, Place(""))
        yield found if suite else replace(found, domain=name)


def _of(kind: Kind, suite: Suite | None, unit: Standing, spec: Place) -> Undecided:
    revenue = suite.revenue if suite else None
    return Undecided(
        kind,
        suite.domain if suite else "",
        unit.id,
        unit.name,
        spec,
        Place(unit.path, unit.line),
        revenue.annual_usd if revenue else None,
    )


def _placed(
    found: Iterable[Undecided], project: Project, specs: Mapping[str, bytes]
) -> Iterator[Undecided]:
    """With the lines of their ids in the specs, each spec looked through once."""
    paths = {
        test.id: ("groups", place, "tests", index, "id")
        for suite in project.suites
        for place, group in enumerate(suite.groups)
        for index, test in enumerate(group.tests)
    }
    found = tuple(found)
    wanted: dict[str, set[tuple[str | int, ...]]] = {}
    for one in found:
        if one.spec.path:
            wanted.setdefault(one.spec.path, set()).add(paths[one.id])
    lines = {path: locate(specs[path], keys) for path, keys in wanted.items()}
    for one in found:
        if one.spec.path:
            line = lines[one.spec.path].get(paths[one.id], (0, 0))[0]
            one = replace(one, spec=Place(one.spec.path, line))  # noqa: PLW2901
        yield one
