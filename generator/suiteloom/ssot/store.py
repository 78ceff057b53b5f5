"""The variables: reading, writing, who wrote them, and who is told.

Every operation holds one lock, and no callback is called while it is held.
"""

import logging
import os
import threading
from collections.abc import Iterable, Mapping
from typing import overload

from suiteloom.ssot.errors import InvalidVariableError
from suiteloom.ssot.masking import mask_value
from suiteloom.ssot.names import TEST_DEFAULTS_SOURCE
from suiteloom.ssot.state import (
    ChangeCallback,
    EnvironmentChange,
    State,
    check_key,
    check_variable,
    process_variables,
)

__all__ = ["VariableStore", "check_source"]

_LOG = logging.getLogger(__name__)
_Event = tuple[str, str | None, str | None]


class VariableStore:
    """Variables with sources, protection, history and callbacks."""

    _lock: threading.RLock
    _state: State

    def _prepare(self) -> None:
        """Set the fields up; stands in for `__init__`, which a singleton repeats."""
        self._lock = threading.RLock()
        self._state = State(initial=process_variables())
        if hasattr(os, "register_at_fork"):  # a child must not wait for a lost thread
            os.register_at_fork(
                before=self._lock.acquire,
                after_in_parent=self._lock.release,
                after_in_child=self._lock.release,
            )

    @overload
    def get(self, key: str) -> str | None: ...
    @overload
    def get(self, key: str, default: str) -> str: ...
    @overload
    def get(self, key: str, default: None) -> str | None: ...
    def get(self, key: str, default: str | None = None) -> str | None:
        """Return the value of a variable.

        Args:
            key: The variable.
            default: What to return when there is no such variable.

        Returns:
            The value (an empty one too); in an isolated test, where nothing has set or
            deleted the variable, its entry of `TEST_DEFAULTS` if it has one; otherwise
            the default.

        Raises:
            InvalidVariableError: No environment can hold this key.
        """
        check_key(key)
        with self._lock:
            value = self._state.read(key)
        return default if value is None else value

    def set(
        self, key: str, value: str, source: str = "unknown", force: bool = False
    ) -> bool:
        """Set a variable: in isolation the isolated copy, otherwise the process.

        Args:
            key: The variable.
            value: Its new value.
            source: Who sets it; kept with the variable and in the history.
            force: Set it even if it is protected.

        Returns:
            True if it was set, False if it is protected.

        Raises:
            InvalidVariableError: The key, value or source is bad.
        """
        return self.update({key: value}, source, force)[key]

    def delete(self, key: str, source: str = "unknown", force: bool = False) -> bool:
        """Delete a variable.

        Args:
            key: The variable.
            source: Who deletes it; kept in the history.
            force: Delete it even if it is protected.

        Returns:
            True if it was there and is gone, False if it was not or is protected.

        Raises:
            InvalidVariableError: No environment can hold this key.
        """
        check_key(key)
        check_source(source)
        with self._lock:
            if self._state.lookup(key) is None:
                return False
            if key in self._state.protected and not force:
                return False
            event = self._write(key, None, source)
        self._notify([event])
        return True

    def update(
        self,
        variables: Mapping[str, str],
        source: str = "unknown",
        force: bool = False,
    ) -> dict[str, bool]:
        """Set several variables at once: no other thread sees half of them.

        Args:
            variables: Key to value; not changed.
            source: Who sets them.
            force: Set protected ones too.

        Returns:
            For each key, in the order given, whether it was set; False: protected.

        Raises:
            InvalidVariableError: For a bad key, value or source; nothing was set.
        """
        checked = [check_variable(key, value) for key, value in variables.items()]
        check_source(source)
        results: dict[str, bool] = {}
        events: list[_Event] = []
        with self._lock:
            for key, value in checked:
                results[key] = force or key not in self._state.protected
                if results[key]:
                    events.append(self._write(key, value, source))
        self._notify(events)
        return results

    def exists(self, key: str) -> bool:
        """Tell whether there is such a variable, be it empty; a default is none."""
        check_key(key)
        with self._lock:
            return self._state.lookup(key) is not None

    def is_set(self, key: str) -> bool:
        """Tell whether there is a variable with more than white space in it."""
        check_key(key)
        with self._lock:
            return bool((self._state.lookup(key) or "").strip())

    def get_all(self) -> dict[str, str]:
        """Return every visible variable, sorted by key; a new dict."""
        with self._lock:
            return self._state.visible()

    def get_all_with_prefix(self, prefix: str) -> dict[str, str]:
        """Return the variables whose key starts with a prefix.

        Args:
            prefix: Start of the key, case counting; "" is every variable.

        Returns:
            Whole keys to values, sorted by key; a new dict.
        """
        return {k: v for k, v in self.get_all().items() if k.startswith(prefix)}

    def get_subprocess_env(
        self, extra: Mapping[str, str | None] | None = None
    ) -> dict[str, str]:
        """Return the environment for a child process: what is visible here.

        Args:
            extra: Variables to add or replace for the child alone; None as a value
                leaves that variable out. Not changed.

        Returns:
            A new dict to pass as `env=`; changing it changes nothing else.

        Raises:
            InvalidVariableError: `extra` has what no environment can hold.
        """
        variables = self.get_all()
        for key, value in (extra or {}).items():
            if value is None:
                variables.pop(check_key(key), None)
            else:
                check_variable(key, value)
                variables[key] = value
        return variables

    def protect_variable(self, key: str) -> None:
        """Refuse changes to a variable from now on, unless they are forced."""
        check_key(key)
        with self._lock:
            self._state.protected.add(key)

    def unprotect_variable(self, key: str) -> bool:
        """Allow changes to a variable again; True if it was protected."""
        check_key(key)
        with self._lock:
            was_protected = key in self._state.protected
            self._state.protected.discard(key)
        return was_protected

    def is_protected(self, key: str) -> bool:
        """Tell whether a variable is protected."""
        with self._lock:
            return check_key(key) in self._state.protected

    def get_variable_source(self, key: str) -> str | None:
        """Tell who set a variable.

        Args:
            key: The variable.

        Returns:
            Who changed it last; "process": nobody here; "test_defaults": it is not
            there, and `get` gives the default for tests; None: `get` gives nothing.
        """
        check_key(key)
        with self._lock:
            if self._state.lookup(key) is None:
                is_default = self._state.read(key) is not None
                return TEST_DEFAULTS_SOURCE if is_default else None
            return self._state.sources.get(key, "process")

    def add_change_callback(self, callback: ChangeCallback) -> None:
        """Call a function after every change of a value.

        It is called as `callback(key, old, new)`, None standing for "not there", with
        the real values, in the thread that made the change, after the change is made
        and without the lock: it may use the environment. What it raises is
        noted in `get_debug_info()["callback_errors"]` and goes no further. Changes
        from several threads may be reported in another order than they were made.

        Args:
            callback: The function; adding it twice is adding it once.
        """
        with self._lock:
            if callback not in self._state.callbacks:
                self._state.callbacks.append(callback)

    def remove_change_callback(self, callback: ChangeCallback) -> bool:
        """Stop calling a function; True if it was being called."""
        with self._lock:
            was_called = callback in self._state.callbacks
            if was_called:
                self._state.callbacks.remove(callback)
        return was_called

    def get_change_history(self) -> list[EnvironmentChange]:
        """Return the changes made here, oldest first, secrets masked.

        Returns:
            A new list of at most `HISTORY_LIMIT` changes; refused ones are not in it.
        """
        with self._lock:
            return list(self._state.history)

    def _forget(self, key: str) -> None:
        """Make a variable in isolation as if nobody had set or deleted it here."""
        with self._lock:
            self._state.overlay.pop(key, None)
            self._state.sources.pop(key, None)

    def _write(self, key: str, value: str | None, source: str) -> _Event:
        """Make one change and note it; the caller holds the lock."""
        state = self._state
        old = state.lookup(key)
        state.store(key, value)
        state.sequence += 1
        if value is None:
            state.sources.pop(key, None)
        else:
            state.sources[key] = source
        state.history.append(
            EnvironmentChange(
                sequence=state.sequence,
                action="delete" if value is None else "set",
                key=key,
                old_value=None if old is None else mask_value(key, old),
                new_value=None if value is None else mask_value(key, value),
                source=source,
            )
        )
        return key, old, value

    def _notify(self, events: Iterable[_Event]) -> None:
        """Tell the callbacks; the caller does not hold the lock."""
        with self._lock:
            callbacks = tuple(self._state.callbacks)
        for key, old, new in events:
            if old == new:
                continue
            for callback in callbacks:
                try:
                    callback(key, old, new)
                except Exception as error:  # noqa: BLE001 - a stranger's code
                    self._note_callback_error(callback, key, error)

    def _note_callback_error(
        self, callback: ChangeCallback, key: str, error: Exception
    ) -> None:
        """Note a callback's error without its text, which may hold the value."""
        name = getattr(callback, "__qualname__", type(callback).__name__)
        note = f"{name} for {key}: {type(error).__name__}"
        _LOG.warning("A change callback failed: %s", note)
        with self._lock:
            self._state.callback_errors.append(note)


def check_source(source: object) -> None:
    """Make sure that somebody can be said to have made a change.

    Raises:
        InvalidVariableError: The source is no str, or empty.
    """
    if not isinstance(source, str) or not source:
        raise InvalidVariableError("the source of a change is a str, not empty")
