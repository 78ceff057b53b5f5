"""Errors of the runtime package.

    EnvironmentVariableError
    ├── InvalidVariableError      a key or value that no environment can hold
    ├── ConversionError           a value that is not what a typed getter expects
    ├── ProtectedVariableError    a test helper met a protected variable
    ├── NamespaceCollisionError   two namespaces mean one variable
    └── IsolationStateError       there is no backup to go back to

No message holds the value of a sensitive variable.
"""

__all__ = [
    "ConversionError",
    "EnvironmentVariableError",
    "InvalidVariableError",
    "IsolationStateError",
    "NamespaceCollisionError",
    "ProtectedVariableError",
]


class EnvironmentVariableError(Exception):
    """Root of every error that the environment raises."""


class InvalidVariableError(EnvironmentVariableError, ValueError):
    """A key or a value that an environment cannot hold."""


class ConversionError(EnvironmentVariableError, ValueError):
    """A value that is not what a typed getter expects.

    Attributes:
        key: The variable.
        expected: What was expected, in words ("an integer").
    """

    def __init__(self, key: str, expected: str, found: str) -> None:
        """Build the message.

        Args:
            key: The variable.
            expected: What was expected, in words.
            found: What was found; already masked.
        """
        super().__init__(f"{key}: expected {expected}, found {found}")
        self.key = key
        self.expected = expected


class ProtectedVariableError(EnvironmentVariableError, RuntimeError):
    """A test helper was asked to change a protected variable."""


class NamespaceCollisionError(EnvironmentVariableError, ValueError):
    """Two namespaces would mean the same variable."""


class IsolationStateError(EnvironmentVariableError, RuntimeError):
    """The environment has no backup to go back to."""
