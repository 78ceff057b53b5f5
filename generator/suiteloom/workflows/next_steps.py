"""What a plan leaves to a person: tests that become suspect or orphans, and where."""

from __future__ import annotations

from collections.abc import Iterator

from suiteloom.model import Action, Place, Plan
from suiteloom.suites import UnreadableError, read_suite

__all__ = ["next_steps"]

_STEPS = {
    "suspect": "compare body and docstring, then `suiteloom accept {id}`",
    "orphan": "put its id back into a spec, or `suiteloom prune {id}`",
}
_NEVER_NAMED = "no spec has named it: specify it, or remove its marker"


def next_steps(plan: Plan) -> tuple[tuple[Action, Place, str], ...]:
    """Each action that asks something of a person.

    Args:
        plan: As it is, or was, to be carried out.

    Returns:
        The action, the place of its test once the plan is carried out, and what to do.
    """
    asking = [action for action in plan.actions if action.action in _STEPS]
    places = {i: (place, rev) for i, place, rev in _places(plan)} if asking else {}
    steps = []
    for action in asking:
        here = Place(action.path, action.line)
        place, rev = places.get(action.id, (here, action.id))
        words = _STEPS[action.action].format(id=action.id)
        if action.action == "orphan" and not rev:
            words = _NEVER_NAMED
        steps.append((action, place, words))
    return tuple(steps)


def _places(plan: Plan) -> Iterator[tuple[str, Place, str]]:
    """Where each unit of the files that change stands afterwards, with its rev.

    A rev is in the marker of every test that was rendered once.
    """
    for change in plan.changes:
        if change.after is None or not change.path.endswith(".py"):
            continue
        try:
            suite = read_suite(change.after, change.path)
        except UnreadableError:
            continue
        for unit in suite.units:
            yield unit.id, Place(change.path, unit.line), unit.rev
