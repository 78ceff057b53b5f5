"""Variables in a test: short ways to the environment."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from suiteloom.ssot.environment import IsolatedEnvironment, get_env
from suiteloom.ssot.errors import ProtectedVariableError

__all__ = ["CaseVariables"]

_SOURCE = "test"


class CaseVariables:
    """Setting and reading variables in a test class."""

    @property
    def env(self) -> IsolatedEnvironment:
        """The environment; isolated for this test."""
        return get_env()

    def get_env(self) -> IsolatedEnvironment:
        """Return the environment, isolated for this test; the same as `env`."""
        return get_env()

    def set_env_var(self, key: str, value: str, source: str = _SOURCE) -> None:
        """Set a variable for the rest of this test.

        Args:
            key: The variable.
            value: Its value.
            source: Who sets it.

        Raises:
            ProtectedVariableError: It is protected.
            InvalidVariableError: No environment can hold this key or value.
        """
        if not self.env.set(key, value, source):
            raise ProtectedVariableError(f"{key} is protected")

    def get_env_var(self, key: str, default: str | None = None) -> str | None:
        """Return the value of a variable, or the default when it is not there."""
        return self.env.get(key, default)

    def delete_env_var(self, key: str, source: str = _SOURCE) -> bool:
        """Delete a variable for the rest of this test.

        Args:
            key: The variable.
            source: Who deletes it.

        Returns:
            True if it was there.

        Raises:
            ProtectedVariableError: It is there and protected.
        """
        deleted = self.env.delete(key, source)
        if not deleted and self.env.exists(key):
            raise ProtectedVariableError(f"{key} is protected")
        return deleted

    @contextmanager
    def temp_env_vars(
        self,
        mapping: Mapping[str, str | None] | None = None,
        /,
        **variables: str | None,
    ) -> Iterator[IsolatedEnvironment]:
        """Set variables for a `with` block and put them back after it.

        Args:
            mapping: Key to value; None as a value takes the variable away.
            **variables: More of the same.

        Yields:
            The environment.

        Raises:
            ProtectedVariableError: One is protected; none stays changed.
        """
        wanted = {**(mapping or {}), **variables}
        before = {
            key: self.env.get(key) if self.env.exists(key) else None for key in wanted
        }
        sources = {key: self.env.get_variable_source(key) for key in wanted}
        try:
            for key, value in wanted.items():
                self._put(key, value, _SOURCE)
            yield self.env
        finally:
            for key, value in before.items():
                if self.env.get(key) != value:
                    self._put(key, value, sources[key] or _SOURCE, force=True)
                if value is None and sources[key]:  # a default for tests was read
                    self.env._forget(key)  # noqa: SLF001 - nobody else needs it

    def _put(
        self, key: str, value: str | None, source: str, force: bool = False
    ) -> None:
        """Set a variable, or delete it (None); protection is an error."""
        if value is None:
            done = self.env.delete(key, source, force) or not self.env.exists(key)
        else:
            done = self.env.set(key, value, source, force)
        if not done:
            raise ProtectedVariableError(f"{key} is protected")
