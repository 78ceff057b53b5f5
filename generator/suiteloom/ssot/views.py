"""Views: the part of the environment under one prefix, as a live mapping.

A prefix view looks at every variable under its prefix. A namespace view looks
at the variables that belong to its namespace and to no other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suiteloom.ssot.errors import InvalidVariableError

if TYPE_CHECKING:
    from suiteloom.ssot.namespaced import NamespacedAccess

__all__ = ["NamespaceCollision", "NamespaceView", "PrefixView"]


@dataclass(frozen=True, slots=True)
class NamespaceCollision:
    """A variable that lies under the prefixes of several namespaces.

    Attributes:
        variable: The whole key.
        namespaces: The names of the namespaces, sorted.
        owner: The one that it belongs to.
    """

    variable: str
    namespaces: tuple[str, ...]
    owner: str


class PrefixView(Mapping[str, str]):
    """The variables under a prefix, their keys without it; always up to date."""

    def __init__(self, environment: "NamespacedAccess", prefix: str) -> None:
        """Look at an environment.

        Args:
            environment: Where the variables are.
            prefix: Start of the keys; not empty.

        Raises:
            InvalidVariableError: The prefix is empty or not a str.
        """
        if not isinstance(prefix, str) or not prefix:
            raise InvalidVariableError("a prefix is a str, not empty")
        self._environment = environment
        self._prefix = prefix

    @property
    def prefix(self) -> str:
        """Start of the keys of the variables seen here."""
        return self._prefix

    def variable(self, key: str) -> str:
        """Return the whole key of a variable: prefix and key."""
        return f"{self._prefix}{key}"

    def set(
        self, key: str, value: str, source: str = "unknown", force: bool = False
    ) -> bool:
        """Set a variable; as `IsolatedEnvironment.set`, the prefix put before the key.

        Returns:
            True if it was set, False if it is protected.
        """
        return self._environment.set(self.variable(key), value, source, force)

    def delete(self, key: str, source: str = "unknown", force: bool = False) -> bool:
        """Delete a variable; as `IsolatedEnvironment.delete`, with the prefix.

        Returns:
            True if it was there and is gone.
        """
        return self._environment.delete(self.variable(key), source, force)

    def __getitem__(self, key: str) -> str:
        """Return the value of a variable; KeyError when it is not seen here."""
        if not isinstance(key, str) or not self._sees(self.variable(key)):
            raise KeyError(key)
        value = self._environment.get(self.variable(key)) if key else None
        if value is None:
            raise KeyError(key)
        return value

    def __iter__(self) -> Iterator[str]:
        """Go over the keys, sorted, without the prefix; a moment's copy."""
        found = self._environment.get_all_with_prefix(self._prefix)
        keys = [variable for variable in found if self._sees(variable)]
        return (key for v in keys if (key := v.removeprefix(self._prefix)))

    def __len__(self) -> int:
        """Return the number of variables seen here."""
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        """Show the prefix and the number of variables, never a value."""
        return f"<{type(self).__name__} {self._prefix!r}: {len(self)} variables>"

    def _sees(self, variable: str) -> bool:  # noqa: ARG002 - for the namespace view
        return True


class NamespaceView(PrefixView):
    """The variables that belong to one namespace."""

    def __init__(self, environment: "NamespacedAccess", name: str, prefix: str) -> None:
        """Look at a registered namespace; use `IsolatedEnvironment.namespace`.

        Args:
            environment: Where the variables are.
            name: The namespace.
            prefix: Its prefix.
        """
        super().__init__(environment, prefix)
        self._name = name

    @property
    def name(self) -> str:
        """The name of the namespace."""
        return self._name

    def set(
        self, key: str, value: str, source: str | None = None, force: bool = False
    ) -> bool:
        """Set a variable of this namespace.

        Args:
            key: The variable, without the prefix.
            value: Its new value.
            source: Who sets it; "namespace:NAME" when not given.
            force: Set it even if it is protected.

        Returns:
            True if it was set, False if it is protected.

        Raises:
            NamespaceCollisionError: The variable belongs to another namespace.
            InvalidVariableError: No environment can hold this key or value.
        """
        variable = self.variable(key)
        is_new = self._environment.claim_variable(self._name, variable)
        done = False
        try:
            done = super().set(key, value, source or f"namespace:{self._name}", force)
        finally:
            if is_new and not done:
                self._environment.disclaim_variable(self._name, variable)
        return done

    def delete(self, key: str, source: str | None = None, force: bool = False) -> bool:
        """Delete a variable of this namespace.

        Args:
            key: The variable, without the prefix.
            source: Who deletes it; "namespace:NAME" when not given.
            force: Delete it even if it is protected.

        Returns:
            True if it was there and is gone.

        Raises:
            NamespaceCollisionError: The variable belongs to another namespace.
        """
        variable = self.variable(key)
        is_new = self._environment.claim_variable(self._name, variable)
        done = False
        try:
            done = super().delete(key, source or f"namespace:{self._name}", force)
        finally:
            if is_new or done:
                self._environment.disclaim_variable(self._name, variable)
        return done

    def _sees(self, variable: str) -> bool:
        return self._environment.get_variable_owner(variable) == self._name
