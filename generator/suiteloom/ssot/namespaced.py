"""Prefix views and namespaces of the environment."""

from suiteloom.ssot import namespaces
from suiteloom.ssot.state import check_key
from suiteloom.ssot.typed import TypedAccess
from suiteloom.ssot.views import NamespaceCollision, NamespaceView, PrefixView

__all__ = ["NamespacedAccess"]


class NamespacedAccess(TypedAccess):
    """Variables that can be looked at under a prefix or in a namespace."""

    def prefix_view(self, prefix: str) -> PrefixView:
        """Return a live mapping of the variables under a prefix, keys without it.

        Raises:
            InvalidVariableError: The prefix is empty or not a str.
        """
        return PrefixView(self, prefix)

    def namespace(self, name: str, prefix: str | None = None) -> NamespaceView:
        """Register a namespace, once or again, and return its live view.

        Args:
            name: The namespace, for example "auth-service".
            prefix: Start of its variables' keys; derived from the name when not given
                ("AUTH_SERVICE_").

        Returns:
            A mapping of the variables that belong to the namespace: those that it
            wrote, and those for which its prefix is the longest of all namespaces'.

        Raises:
            NamespaceCollisionError: Another namespace has that prefix, this one has
                another, or a variable under it was written by another one.
            InvalidVariableError: No prefix can be made of the name.
        """
        with self._lock:
            found = namespaces.register(self._state, name, prefix)
        return NamespaceView(self, name, found)

    def release_namespace(self, name: str) -> bool:
        """Forget a namespace, not its variables; True if it was registered."""
        with self._lock:
            owners = self._state.owners
            self._state.owners = {k: v for k, v in owners.items() if v != name}
            return self._state.namespaces.pop(name, None) is not None

    def find_namespace_collisions(self) -> list[NamespaceCollision]:
        """List the variables that lie under several namespaces' prefixes, by key."""
        with self._lock:
            return namespaces.find_collisions(self._state)

    def get_variable_owner(self, key: str) -> str | None:
        """Name the namespace that a variable belongs to, None if to none."""
        with self._lock:
            return namespaces.find_owner(self._state, key)

    def claim_variable(self, namespace: str, key: str) -> bool:
        """Note that a namespace writes a variable; its view does this by itself.

        Returns:
            True if the namespace had not written it before.

        Raises:
            NamespaceCollisionError: The variable belongs to another namespace.
            InvalidVariableError: No environment can hold this key.
        """
        with self._lock:
            return namespaces.claim(self._state, namespace, check_key(key))

    def disclaim_variable(self, namespace: str, key: str) -> None:
        """Forget that a namespace wrote a variable, because it is not there."""
        with self._lock:
            if self._state.owners.get(key) == namespace:
                del self._state.owners[key]
