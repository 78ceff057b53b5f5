"""Namespaces: which namespace a variable belongs to, and when two collide."""

import re

from suiteloom.ssot.errors import InvalidVariableError, NamespaceCollisionError
from suiteloom.ssot.state import State, check_key
from suiteloom.ssot.views import NamespaceCollision

__all__ = ["claim", "find_collisions", "find_owner", "register"]

_NOT_IN_PREFIX = re.compile(r"[^A-Z0-9]+")


def register(state: State, name: str, prefix: str | None) -> str:
    """Enter a namespace into the state.

    Args:
        state: Is changed; the caller holds the lock.
        name: The namespace.
        prefix: Start of its variables' keys; None derives it from the name:
            `auth-service` has `AUTH_SERVICE_`.

    Returns:
        The prefix.

    Raises:
        InvalidVariableError: The name is not a str, or no prefix comes from it.
        NamespaceCollisionError: Another namespace has the prefix, this one has
            another, or a variable under it was written through another namespace.
    """
    if not isinstance(name, str) or not name:
        raise InvalidVariableError("the name of a namespace is a str, not empty")
    known = state.namespaces.get(name)
    if prefix is None and known is None:
        stem = _NOT_IN_PREFIX.sub("_", name.upper()).strip("_")
        if not stem:
            raise InvalidVariableError(f"no prefix can be made of the name {name!r}")
        prefix = f"{stem}_"
    prefix = check_key(known if prefix is None else prefix)
    if known not in {None, prefix}:
        raise NamespaceCollisionError(
            f"namespace {name!r} has the prefix {known!r}; "
            f"it cannot have {prefix!r} too"
        )
    for other, other_prefix in state.namespaces.items():
        if other != name and other_prefix == prefix:
            raise NamespaceCollisionError(
                f"namespaces {other!r} and {name!r} both have the prefix {prefix!r}"
            )
    for variable, owner in sorted(state.owners.items()):
        if owner != name and variable.startswith(prefix):
            raise NamespaceCollisionError(
                f"{variable} was written by namespace {owner!r} and would belong to "
                f"{name!r} as well"
            )
    state.namespaces[name] = prefix
    return prefix


def find_owner(state: State, variable: str) -> str | None:
    """Name the namespace that a variable belongs to.

    Args:
        state: Not changed; the caller holds the lock.
        variable: The whole key.

    Returns:
        The namespace that wrote it first, or else the one with the longest prefix
        that the key starts with, or None.
    """
    if variable in state.owners:
        return state.owners[variable]
    matching = _matching(state, variable)
    return max(matching, key=lambda name: len(state.namespaces[name]), default=None)


def claim(state: State, name: str, variable: str) -> bool:
    """Note that a namespace writes a variable.

    Args:
        state: Is changed; the caller holds the lock.
        name: The namespace.
        variable: The whole key.

    Returns:
        True if the namespace had not written it before.

    Raises:
        NamespaceCollisionError: It belongs to another namespace, or the namespace is
            not registered.
    """
    if name not in state.namespaces:
        raise NamespaceCollisionError(f"namespace {name!r} is not registered")
    owner = find_owner(state, variable)
    if owner != name:
        raise NamespaceCollisionError(
            f"{variable} belongs to namespace {owner!r}, not to {name!r}"
        )
    is_new = variable not in state.owners
    state.owners[variable] = name
    return is_new


def find_collisions(state: State) -> list[NamespaceCollision]:
    """List the visible variables that lie under several namespaces' prefixes.

    Args:
        state: Not changed; the caller holds the lock.

    Returns:
        One entry for each such variable, sorted by key.
    """
    collisions = []
    for variable in state.visible():
        names = _matching(state, variable)
        owner = find_owner(state, variable)
        if len(names) > 1 and owner is not None:
            collisions.append(NamespaceCollision(variable, tuple(names), owner))
    return collisions


def _matching(state: State, variable: str) -> list[str]:
    """Name the namespaces whose prefix the variable has, sorted."""
    return sorted(
        name
        for name, prefix in state.namespaces.items()
        if variable.startswith(prefix) and variable != prefix
    )
