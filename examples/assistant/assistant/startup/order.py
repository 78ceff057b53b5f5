"""Which component comes after which."""

import graphlib
from collections.abc import Iterable, Sequence

from assistant.startup.components import Component
from assistant.startup.errors import CycleError, GraphError, MissingDependencyError


def levels(components: Sequence[Component]) -> tuple[tuple[str, ...], ...]:
    """Put components into an order in which each comes after all that it depends on.

    Args:
        components: In any order; it decides within a level.

    Returns:
        Names by level: none depends on another of its level, and each on one of the
        level before. What an optional component needs may be missing.

    Raises:
        MissingDependencyError: A required one depends on what is not there.
        CycleError: Some depend on each other.
        GraphError: Two have the same name (code `same_name`).
    """
    names = [component.name for component in components]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise GraphError(f"two components are called {name}", code="same_name")
    missing = sorted(
        (component.name, lacks)
        for component in components
        for lacks in set(component.depends_on).difference(names)
        if not component.optional
    )
    if missing:
        raise MissingDependencyError(tuple(missing))
    sorter = graphlib.TopologicalSorter(
        {each.name: set(each.depends_on).intersection(names) for each in components}
    )
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        raise CycleError(_from_smallest(error.args[1][:0:-1])) from None
    found: list[tuple[str, ...]] = []
    while sorter.is_active():
        ready = sorter.get_ready()
        found.append(tuple(sorted(ready, key=names.index)))
        sorter.done(*ready)
    return tuple(found)


def with_dependents(name: str, components: Iterable[Component]) -> tuple[str, ...]:
    """Return a name and those of all that depend on it, directly or not.

    Args:
        name: Of one of the components.
        components: Each after all that it depends on; so is what is returned.
    """
    found = [name]
    for component in components:
        if any(each in found for each in component.depends_on):
            found.append(component.name)
    return tuple(found)


def _from_smallest(circle: list[str]) -> tuple[str, ...]:
    start = circle.index(min(circle))
    return (*circle[start:], *circle[: start + 1])
