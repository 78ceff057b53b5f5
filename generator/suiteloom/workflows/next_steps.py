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


def next_steps(plan: Plan) -> tuple[tuple[Action, Place, str], ...]:
    """Each action that asks something of a person.

    Args:
        plan: As it is, or was, to be carried out.

    Returns:
        The action, the place of its test once the plan is carried out, and what to do.
    """
    asking = [action for action in plan.actions if action.action in _STEPS]
    places = dict(_places(plan)) if asking else {}
    return tuple(
        (
            action,
            places.get(action.id, Place(action.path, action.line)),
            _STEPS[action.action].format(id=action.id),
        )
        for action in asking
    )


def _places(plan: Plan) -> Iterator[tuple[str, Place]]:
    """Where each unit of the files that change stands afterwards."""
    for change in plan.changes:
        if change.after is None or not change.path.endswith(".py"):
            continue
        try:
            suite = read_suite(change.after, change.path)
        except UnreadableError:
            continue
        for unit in suite.units:
            yield unit.id, Place(change.path, unit.line)
