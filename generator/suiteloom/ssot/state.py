"""What the environment remembers, and the few functions that touch `os.environ`."""

import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from suiteloom.ssot.errors import InvalidVariableError
from suiteloom.ssot.names import default_for_tests

__all__ = [
    "HISTORY_LIMIT",
    "ChangeCallback",
    "EnvironmentBackup",
    "EnvironmentChange",
    "State",
    "changed_keys",
    "check_key",
    "check_variable",
    "process_variables",
    "write_process",
]

ChangeCallback = Callable[[str, str | None, str | None], object]

HISTORY_LIMIT = 1000
"""The history keeps this many changes; older ones are dropped."""

_RUNNER_PREFIX = "PYTEST_"


@dataclass(frozen=True, slots=True)
class EnvironmentChange:
    """One write to a variable.

    Attributes:
        sequence: 1 for the first change, then counting up.
        action: "set" or "delete".
        key: The variable.
        old_value: The masked value before, None when it was not there.
        new_value: The masked value after, None when it is gone.
        source: Who made the change.
    """

    sequence: int
    action: Literal["set", "delete"]
    key: str
    old_value: str | None
    new_value: str | None
    source: str


@dataclass(slots=True)
class State:
    """Everything the environment remembers; guarded by the environment's lock.

    In isolation a variable is `overlay[key]` (None: deleted), or else `base[key]`.
    Otherwise it is `os.environ[key]`. `held` says that a running test of the base
    classes has turned isolation on, so that `reset` does not end it.
    """

    isolated: bool = False
    held: bool = False
    base: dict[str, str] = field(default_factory=dict)
    overlay: dict[str, str | None] = field(default_factory=dict)
    initial: dict[str, str] = field(default_factory=dict)
    original: dict[str, str] | None = None
    resumable: bool = False
    sources: dict[str, str] = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)
    callbacks: list[ChangeCallback] = field(default_factory=list)
    callback_errors: deque[str] = field(
        default_factory=lambda: deque(maxlen=HISTORY_LIMIT)
    )
    history: deque[EnvironmentChange] = field(
        default_factory=lambda: deque(maxlen=HISTORY_LIMIT)
    )
    sequence: int = 0
    namespaces: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    def copy(self) -> "State":
        """Return a copy that shares nothing that changes."""
        return replace(
            self,
            base=dict(self.base),
            overlay=dict(self.overlay),
            initial=dict(self.initial),
            original=None if self.original is None else dict(self.original),
            sources=dict(self.sources),
            protected=set(self.protected),
            callbacks=list(self.callbacks),
            callback_errors=self.callback_errors.copy(),
            history=self.history.copy(),
            namespaces=dict(self.namespaces),
            owners=dict(self.owners),
        )

    def lookup(self, key: str) -> str | None:
        """Return the visible value of a variable, None when there is none."""
        if not self.isolated:
            return os.environ.get(key)
        if key in self.overlay:
            return self.overlay[key]
        return self.base.get(key)

    def read(self, key: str) -> str | None:
        """Return what `lookup` gives, or in an isolated test the default for tests.

        A variable that was deleted in isolation has no default.
        """
        value = self.lookup(key)
        if value is None and self.isolated and key not in self.overlay:
            return default_for_tests(key, self.lookup)
        return value

    def visible(self) -> dict[str, str]:
        """Return every visible variable, sorted by key; a new dict."""
        if not self.isolated:
            return process_variables()
        merged = {**self.base, **self.overlay}
        return {k: v for k, v in sorted(merged.items()) if v is not None}

    def store(self, key: str, value: str | None) -> None:
        """Set a variable, or delete it (None), where the mode says."""
        if self.isolated:
            self.overlay[key] = value
        elif value is not None:
            os.environ[key] = value
        else:
            os.environ.pop(key, None)


@dataclass(frozen=True, slots=True)
class EnvironmentBackup:
    """A moment of the environment, to go back to with `restore`.

    Its parts are private and not shown, for they hold secrets.
    """

    _state: State = field(repr=False)
    _process: dict[str, str] = field(repr=False)


def check_key(key: object) -> str:
    """Return the key if an environment can hold it.

    Args:
        key: What was given as a key.

    Returns:
        The same key.

    Raises:
        InvalidVariableError: It is not a str, is empty, holds "=" or a NUL, or cannot
            be encoded.
    """
    if not isinstance(key, str):
        raise InvalidVariableError(
            f"the key of a variable is a str, not {type(key).__name__}"
        )
    if not key:
        raise InvalidVariableError("the key of a variable is not empty")
    for forbidden, shown in (("=", "'='"), ("\0", "a NUL character")):
        if forbidden in key:
            raise InvalidVariableError(f"the key {key!r} holds {shown}")
    if not _encodes(key):
        raise InvalidVariableError(f"the key {key!r} cannot be encoded")
    return key


def check_variable(key: object, value: object) -> tuple[str, str]:
    """Return key and value if an environment can hold them.

    Args:
        key: What was given as a key.
        value: What was given as its value; never part of a message.

    Returns:
        The same key and value.

    Raises:
        InvalidVariableError: The key is refused by `check_key`, or the value is not
            a str, holds a NUL, or cannot be encoded.
    """
    name = check_key(key)
    if not isinstance(value, str):
        raise InvalidVariableError(
            f"{name}: the value is a str, not {type(value).__name__}"
        )
    if "\0" in value:
        raise InvalidVariableError(f"{name}: the value holds a NUL character")
    if not _encodes(value):
        raise InvalidVariableError(f"{name}: the value cannot be encoded")
    return name, value


def _encodes(text: str) -> bool:
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return True


def process_variables() -> dict[str, str]:
    """Return the variables of the process, sorted by key; a new dict."""
    return dict(sorted(os.environ.items()))


def changed_keys(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Name the variables that differ, without those that pytest itself changes.

    Args:
        before: Variables at one moment.
        after: Variables at another.

    Returns:
        Sorted keys that were added, removed or have another value. `PYTEST_…`
        variables are left out: the test runner changes them at any time.
    """
    keys = before.keys() | after.keys()
    return sorted(
        key
        for key in keys
        if before.get(key) != after.get(key) and not key.startswith(_RUNNER_PREFIX)
    )


def write_process(target: dict[str, str]) -> None:
    """Make the process environment equal to `target`, `PYTEST_…` variables apart."""
    for key in changed_keys(process_variables(), target):
        if key in target:
            os.environ[key] = target[key]
        else:
            os.environ.pop(key, None)
