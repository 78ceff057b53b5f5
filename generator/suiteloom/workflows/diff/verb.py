"""`diff`: from a range of revisions to a comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from suiteloom.model import (
    Change,
    CodeAge,
    Comparison,
    Place,
    Revision,
    Totals,
    code_age,
    in_quarantine,
)
from suiteloom.results import LastRun
from suiteloom.store.revisions import Repository
from suiteloom.workflows.diff.bodies import is_written
from suiteloom.workflows.diff.compare import compare
from suiteloom.workflows.diff.covered import covered_usd
from suiteloom.workflows.diff.details import details
from suiteloom.workflows.diff.scores import scores
from suiteloom.workflows.diff.sides import InSpec, Side, read_sides
from suiteloom.workflows.processes import last_run
from suiteloom.workflows.project import Workspace

__all__ = ["diff", "needs_decision"]

_DECISIONS = ("suspect", "orphaned", "edited")
"""Changes after which somebody has to decide something."""
_LOSSES = ("removed", "body-removed", "pruned")
"""Changes after which something is no longer tested."""
_HELD = ("quarantined", "extended")
"""Changes after which a test counts for nothing, for a while or for longer."""
_ASKED = frozenset(_DECISIONS + _LOSSES + _HELD)

_WORK_TREE = ("work tree", "")


def diff(
    workspace: Workspace, revisions: str = "", *, detailed: bool = False
) -> Comparison:
    """Compare two states of a project by the ids of its tests.

    Args:
        workspace: The project.
        revisions: ``A...B`` compares where A and B parted with B, ``A..B`` compares A
            with B, ``A`` compares where A and the present commit parted with the work
            tree; empty takes the default branch of the remote as A.
        detailed: Whether to look up the unit and the last outcome of each test.

    Returns:
        What differs; no change at all only if both were read.

    Raises:
        UsageError: If a revision is not here.
        SpecError: If a spec or a suite of a side can not be read.
        StorageError: If a file can not be read.
    """
    repository = Repository(workspace.root)
    base, head = _ends(repository, revisions)
    old, new = read_sides(workspace, repository, base, head)
    changes = list(_placed(compare(old, new), old, new))
    domains = {change.domain for change in changes}
    last = last_run(workspace)
    age = _age(workspace, last, new) if last else CodeAge()
    held = in_quarantine(new.suites.values(), workspace.today)
    scored = scores(workspace, old, new, domains)
    return Comparison(
        base=old.name,
        base_commit=old.commit,
        head=new.name,
        head_commit=new.commit,
        changes=tuple(changes),
        before=replace(
            _totals(old, domains),
            score=scored.before,
            covered_usd=covered_usd(workspace, old, domains, last, age),
        ),
        after=replace(
            _totals(new, domains),
            score=scored.after,
            covered_usd=covered_usd(workspace, new, domains, last, age),
        ),
        unscored=scored.unscored,
        at_stake=_at_stake(changes, old, new),
        project=repository.prefix,
        details=details(changes, old, new, last, held) if detailed else {},
        ran_at=last.revision if last else Revision(),
        age=age,
    )


def _age(workspace: Workspace, last: LastRun, new: Side) -> CodeAge:
    """How the results of the last run stand to the code under test in a state."""
    if not new.commit:
        return code_age(last.code, workspace.code())
    if last.revision.is_clean and last.revision.commit == new.commit:
        return CodeAge()
    return CodeAge(unknown=(f"the run was not of {new.name}",))


def needs_decision(comparison: Comparison) -> bool:
    """Whether somebody has to decide something, or a test counts no more."""
    names = {change.change for change in comparison.changes}
    return not names.isdisjoint(_ASKED)


def _ends(
    repository: Repository, revisions: str
) -> tuple[tuple[str, str], tuple[str, str]]:
    """Name and commit of the older state and of the newer one."""
    text = revisions or repository.default_base()
    one, dots, other = text.partition("...")
    if not dots:
        one, dots, other = text.partition("..")
    one, other = one or "HEAD", other or "HEAD"
    start = repository.commit(one)
    if dots == "..":
        return (one, start), (other, repository.commit(other))
    end = repository.commit(other if dots else "HEAD")
    base = repository.merge_base(start, end)
    return (one, base), ((other, end) if dots else _WORK_TREE)


_Path: TypeAlias = tuple[str | int, ...]
_Places: TypeAlias = Mapping[_Path, tuple[int, int]]
"""Line and column of places in a spec."""


def _placed(changes: Sequence[Change], old: Side, new: Side) -> Iterator[Change]:
    """The changes with the lines of their tests and fields; each spec is read once."""
    from suiteloom.specs.places import locate

    sides = [new if change.id in new.tests else old for change in changes]
    wanted: dict[tuple[str, str], set[_Path]] = {}
    for change, side in zip(changes, sides, strict=True):
        found = side.tests.get(change.id)
        if found is not None and found.suite.spec_path in side.data:
            key = side.commit, found.suite.spec_path
            wanted.setdefault(key, set()).update(_places_of(change, found))
    lines: dict[tuple[str, str], _Places] = {
        (side.commit, path): locate(side.data[path], wanted[side.commit, path])
        for side in (old, new)
        for path in side.data
        if (side.commit, path) in wanted
    }
    for change, side in zip(changes, sides, strict=True):
        found = side.tests.get(change.id)
        known = lines.get((side.commit, found.suite.spec_path)) if found else None
        if found is None or known is None:
            yield change
        else:
            yield _with_lines(change, found, known, is_new=side is new)


def _places_of(change: Change, found: InSpec) -> Iterator[_Path]:
    """Where the id of a test and the fields that changed may stand in its spec."""
    here = ("groups", found.group_index, "tests", found.index)
    yield (*here, "id")
    for field in change.fields:
        yield (*here, "#key", field.name)
        yield (*here, "bvj", "#key", field.name)


def _with_lines(
    change: Change, found: InSpec, lines: _Places, *, is_new: bool
) -> Change:
    """A change with the lines that its places are in; fields have lines in the newer spec."""
    place, *keys = _places_of(change, found)
    line = lines.get(place, (0, 0))[0]
    pairs = zip(change.fields, keys[::2], keys[1::2], strict=True)
    fields = tuple(
        replace(field, line=lines.get(key, lines.get(inner, (field.line, 0)))[0])
        for field, key, inner in pairs
    )
    spec = Place(change.spec.path, line)
    return replace(change, spec=spec, fields=fields if is_new else change.fields)


def _totals(side: Side, domains: set[str]) -> Totals:
    """Counts over some domains of a side."""
    counts: Counter[str] = Counter()
    for name, found in side.tests.items():
        if found.suite.domain in domains:
            counts["specified"] += 1
            counts["written"] += is_written(side.units.get(name))
            counts["quarantined"] += found.test.quarantine is not None
    for name, standing in side.units.items():
        found_here = side.tests.get(name)
        if found_here and found_here.suite.domain in domains:
            counts["suspect"] += bool(standing.unit.reviewed)
        counts["orphaned"] += found_here is None and standing.unit.is_orphan
    counts["pending"] = counts["specified"] - counts["written"]
    for domain in domains & side.suites.keys():
        revenue = side.suites[domain].revenue
        counts["revenue_usd"] += revenue.annual_usd if revenue else 0
    return Totals(**counts)


def _at_stake(changes: list[Change], old: Side, new: Side) -> dict[str, int]:
    """What each domain with a decision, a loss or a new quarantine earns a year."""
    found = {}
    for change in changes:
        suite = new.suites.get(change.domain) or old.suites.get(change.domain)
        is_risk = change.change in _ASKED
        if is_risk and suite and suite.revenue:
            found[suite.domain] = suite.revenue.annual_usd
    return found
