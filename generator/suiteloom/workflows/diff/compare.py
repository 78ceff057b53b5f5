"""From two states of a project to what differs in them, by ids. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from suiteloom.model import (
    Change,
    ChangeName,
    FieldChange,
    Place,
    Quarantine,
    normative_digest,
)
from suiteloom.workflows.diff.bodies import Hand, hand_of, is_edited, is_written
from suiteloom.workflows.diff.fields import (
    bvj_changes,
    case_changes,
    normative_changes,
    other_changes,
    quarantine_change,
    suite_changes,
)
from suiteloom.workflows.diff.sides import InSpec, InSuite, Side

__all__ = ["compare"]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A test on both sides, as far as it is there."""

    id: str
    was: InSpec | None
    now: InSpec | None
    stood: InSuite | None
    stands: InSuite | None


def compare(old: Side, new: Side) -> list[Change]:
    """Compare two states.

    Args:
        old: The older one.
        new: The newer one.

    Returns:
        Changes of domains and groups, then of tests, each in the order of the newer
        specs and then of the older ones. Fields have no lines yet.
    """
    found = list(_of_domains(old, new))
    inherited = _inherited(found)
    retitled = _retitled(old, new)
    found += _of_groups(new, retitled)
    ids = dict.fromkeys([*new.tests, *old.tests, *new.units, *old.units])
    for name in ids:
        pair = _Pair(
            name,
            old.tests.get(name),
            new.tests.get(name),
            old.units.get(name),
            new.units.get(name),
        )
        if not _is_unchanged(pair):
            found += _of_test(pair, inherited, retitled)
    return found


def _is_unchanged(pair: _Pair) -> bool:
    """Whether a test is asked for the same in the same place, and is the same unit.

    A unit that was read once for both sides has the same text on both.
    """
    if pair.stood is None or pair.stands is None or pair.stood.path != pair.stands.path:
        return False
    if pair.stood.unit is not pair.stands.unit:
        return False
    if pair.was is None or pair.now is None:
        return pair.was is pair.now
    return pair.was.test == pair.now.test and _home(pair.was) == _home(pair.now)


def _of_domains(old: Side, new: Side) -> Iterator[Change]:
    """What changed of domains and groups as wholes."""
    for domain in dict.fromkeys([*new.suites, *old.suites]):
        before, after = old.suites.get(domain), new.suites.get(domain)
        suite = after or before
        if suite is None:
            continue
        place = Place(suite.spec_path, 1)
        made = Change(domain, "", suite.title, "changed", spec=place)
        if before is None or after is None:
            name: ChangeName = "added" if before is None else "removed"
            yield replace(made, change=name, detail="the domain")
            continue
        if fields := tuple(suite_changes(before, after)):
            yield replace(made, fields=fields)
        if before.spec_path != after.spec_path:
            detail = f"{before.spec_path} -> {after.spec_path}"
            yield replace(made, change="renamed", detail=detail)
        whole = tuple(bvj_changes(before.bvj, after.bvj))
        if whole:
            yield replace(made, change="justified", fields=whole, detail="the domain")
        groups = {group.title: group for group in before.groups}
        for group in after.groups:
            former = groups.get(group.title)
            own = bvj_changes(former.bvj, group.bvj) if former else ()
            if fields := tuple(field for field in own if field not in whole):
                of_group = replace(made, change="justified", name=group.title)
                yield replace(of_group, fields=fields, detail="the group")


def _inherited(changes: list[Change]) -> dict[tuple[str, str], set[FieldChange]]:
    """What changed in the BVJ of each domain and group, by domain and title."""
    found: dict[tuple[str, str], set[FieldChange]] = {}
    for change in changes:
        if change.change == "justified":
            title = change.name if change.detail == "the group" else ""
            found.setdefault((change.domain, title), set()).update(change.fields)
    return found


def _retitled(old: Side, new: Side) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Groups that got another title, by domain and title, before and after.

    That is a group whose title is gone and all of whose tests that are left stand in
    one group whose title is new.
    """
    titles = [
        {(s.domain, g.title): {t.id for t in g.tests} for s in side for g in s.groups}
        for side in (old.suites.values(), new.suites.values())
    ]
    before, after = titles
    groups = {name: key for key, ids in after.items() for name in ids}
    found = {}
    for key, ids in before.items():
        goals = {groups[name] for name in ids if name in groups}
        if key not in after and len(goals) == 1 and not goals & before.keys():
            goal = goals.pop()
            if goal[0] == key[0] and after[goal] & ids:
                found[key] = goal
    counted: dict[tuple[str, str], int] = {}
    for goal in found.values():
        counted[goal] = counted.get(goal, 0) + 1
    return {key: goal for key, goal in found.items() if counted[goal] == 1}


def _of_groups(
    new: Side, retitled: Mapping[tuple[str, str], tuple[str, str]]
) -> Iterator[Change]:
    """The groups that got another title."""
    for (domain, title), (_, now) in retitled.items():
        place = Place(new.suites[domain].spec_path, 1)
        detail = f"the group: {title} -> {now}"
        yield Change(domain, "", now, "renamed", detail=detail, spec=place)


def _of_test(
    pair: _Pair,
    inherited: Mapping[tuple[str, str], set[FieldChange]],
    retitled: Mapping[tuple[str, str], tuple[str, str]],
) -> Iterator[Change]:
    """What happened to one test."""
    known = pair.now or pair.was
    standing = pair.stands or pair.stood
    unit = standing.unit if standing else None
    made = Change(
        domain=known.suite.domain if known else "",
        id=pair.id,
        name=known.test.name if known else unit.node.name if unit else "",
        change="changed",
        spec=Place(known.suite.spec_path) if known else Place(""),
        suite=Place(standing.path, standing.line) if standing else Place(""),
        is_specified=pair.now is not None,
        is_there=pair.stands is not None,
        is_generated=_is_generated(pair),
    )
    yield from _of_spec(pair, made, inherited, retitled)
    if pair.now is not None:
        was = pair.was.test.quarantine if pair.was else None
        yield from _of_quarantine(was, pair.now.test.quarantine, made)
    yield from _of_unit(pair, made)


def _of_spec(
    pair: _Pair,
    made: Change,
    inherited: Mapping[tuple[str, str], set[FieldChange]],
    retitled: Mapping[tuple[str, str], tuple[str, str]],
) -> Iterator[Change]:
    """What happened to its spec."""
    if pair.was is None and pair.now is None:
        return
    if pair.was is None:
        yield replace(made, change="added")
        return
    if pair.now is None:
        kept = pair.stands is not None
        detail = "its body stays as an orphan" if kept else ""
        yield replace(made, change="removed", detail=detail)
        return
    was, now = pair.was.test, pair.now.test
    if was.name != now.name:
        yield replace(made, change="renamed", detail=f"{was.name} -> {now.name}")
    here, there = _home(pair.was), _home(pair.now)
    if here != there and retitled.get(here) != there:
        yield replace(made, change="moved", detail=_move(here, there))
    is_alone = is_written(pair.stands) and not _is_body_changed(pair)
    if fields := tuple(normative_changes(was, now)):
        yield replace(made, change="respecified", fields=fields, alone=is_alone)
    if fields := tuple(case_changes(was, now)):
        yield replace(made, change="recased", fields=fields, alone=is_alone)
    above = {
        *inherited.get((there[0], ""), ()),
        *inherited.get(there, ()),
    }
    fields = tuple(f for f in bvj_changes(was.bvj, now.bvj) if f not in above)
    if fields:
        yield replace(made, change="justified", fields=fields)
    if fields := tuple(other_changes(was, now)):
        yield replace(made, change="changed", fields=fields)


def _of_quarantine(
    was: Quarantine | None, now: Quarantine | None, made: Change
) -> Iterator[Change]:
    """A quarantine that came or went, that ends later, or of which something else changed."""
    if was == now:
        return
    made = replace(made, fields=(quarantine_change(was, now),))
    if now is None:
        yield replace(made, change="released", detail="it counts again")
    elif was is None:
        detail = f"until {now.until}, {now.owner}"
        yield replace(made, change="quarantined", detail=detail)
    elif now.until > was.until:
        detail = f"{was.until} -> {now.until}, {now.owner}"
        yield replace(made, change="extended", detail=detail)
    else:
        yield replace(made, change="changed")


def _of_unit(pair: _Pair, made: Change) -> Iterator[Change]:
    """What happened to its unit."""
    was = pair.stood.unit if pair.stood else None
    now = pair.stands.unit if pair.stands else None
    orphaned = bool(was and was.is_orphan), bool(now and now.is_orphan)
    if orphaned == (False, True):
        yield replace(made, change="orphaned", detail="no spec names it any more")
    if orphaned == (True, False):
        yield replace(made, change="revived" if now else "pruned")
        if now is None:
            return
    yield from _of_body(pair, made)
    if is_edited(pair.stands) and not is_edited(pair.stood):
        yield replace(made, change="edited", detail="spec-owned text, by hand")


def _of_body(pair: _Pair, made: Change) -> Iterator[Change]:
    """What happened to its body, and to what the body was last compared with."""
    before, after = is_written(pair.stood), is_written(pair.stands)
    if after and not before:
        yield replace(made, change="body-written")
    if before and not after:
        detail = "it is pending again" if pair.stands else "its unit is gone"
        yield replace(made, change="body-removed", detail=detail)
    if before and after and (what := _hand_changes(pair)):
        asked = pair.was and pair.now and _normative(pair.was) != _normative(pair.now)
        detail = ", ".join(what)
        yield replace(made, change="body-changed", detail=detail, alone=not asked)
    if pair.stands is None:
        return
    was = pair.stood.unit.reviewed if pair.stood else ""
    now = pair.stands.unit
    if now.reviewed and now.reviewed != was:
        detail = "its body was written against an older requirement"
        yield replace(made, change="suspect", detail=detail)
    is_back = now.written == was  # the requirement is again what it was
    if was and not now.reviewed and after and not is_back:
        yield replace(made, change="reviewed")


def _hand_changes(pair: _Pair) -> list[str]:
    """What of a written unit a person changed, as nouns."""
    if pair.stood is None or pair.stands is None:
        return []
    tests = [found.test for found in (pair.was, pair.now) if found]
    was, now = hand_of(pair.stood, tests), hand_of(pair.stands, tests)
    found = ["body"] if was.body != now.body else []
    found += _decorators(was, now)
    if was.parameters != now.parameters:
        found.append("parameters")
    return found


def _decorators(was: Hand, now: Hand) -> list[str]:
    """The decorators of a person's that came or went."""
    if was.decorators is None or now.decorators is None:
        return []
    come = [f"+@{text}" for text in now.decorators if text not in was.decorators]
    gone = [f"-@{text}" for text in was.decorators if text not in now.decorators]
    return come + gone


def _is_body_changed(pair: _Pair) -> bool:
    return "body" in _hand_changes(pair)


def _is_generated(pair: _Pair) -> bool:
    """Whether the suite says what the newer spec says the test must do."""
    if pair.now is None:
        return pair.stands is None or pair.stands.unit.is_orphan
    unit = pair.stands.unit if pair.stands else None
    return (
        unit is not None
        and not unit.is_orphan
        and unit.normative == _normative(pair.now)
        and unit.node.name == pair.now.test.name
        and pair.stands is not None
        and pair.stands.path == pair.now.suite.path
    )


def _normative(found: InSpec) -> str:
    return normative_digest(found.test)


def _home(found: InSpec) -> tuple[str, str]:
    return found.suite.domain, found.group.title


def _move(here: tuple[str, str], there: tuple[str, str]) -> str:
    """From where to where, the domain only if it is another one."""
    if here[0] == there[0]:
        return f"{here[1]} -> {there[1]}"
    return f"{here[0]}: {here[1]} -> {there[0]}: {there[1]}"
