"""Isolation: on, off, backup and restore.

Isolation is one switch for the whole process, not one for each thread or task.
"""

from suiteloom.ssot.errors import IsolationStateError
from suiteloom.ssot.masking import mask_value
from suiteloom.ssot.state import (
    EnvironmentBackup,
    State,
    changed_keys,
    process_variables,
    write_process,
)
from suiteloom.ssot.store import VariableStore, check_source

__all__ = ["IsolationControl"]


class IsolationControl(VariableStore):
    """Variables that can be cut off from the process and put back."""

    def enable_isolation(
        self, backup_original: bool = True, refresh_vars: bool = True
    ) -> None:
        """Work on a copy: nothing reaches `os.environ` until isolation is disabled.

        Isolation is a switch, not a counter: enabling twice and disabling once is off.
        Callbacks, protection and the history stay.

        Args:
            backup_original: Keep the process environment as it is now, for
                `disable_isolation(restore_original=True)` and `reset_to_original`.
                While isolation is on already, the backup of the first call is kept.
            refresh_vars: Read `os.environ` into the copy. When isolation was off, the
                copy starts afresh. When it is on already, the copy takes the values
                that the process has now, and the isolated changes (set or deleted)
                stay on top. With False nothing is read: a copy in use stays as
                it is, and after `disable_isolation` the last copy, changes
                included, is taken up again; if there is none, it is read after all.
        """
        with self._lock:
            state = self._state
            process = process_variables()
            if backup_original and (not state.isolated or state.original is None):
                state.original = process
            elif not backup_original and not state.isolated:
                state.original = None
            if state.isolated:
                if refresh_vars:
                    state.base = process
                return
            state.isolated = True
            if refresh_vars or not state.resumable:
                state.base = process
                state.overlay = {}
                state.sources = {}
                state.initial = process
            self._forget_conversions()

    def disable_isolation(self, restore_original: bool = False) -> None:
        """Work on the process environment again; the isolated changes go nowhere.

        Does nothing when isolation is off.

        Args:
            restore_original: Also put the process environment back to the backup that
                `enable_isolation` made, undoing what others wrote to `os.environ`
                meanwhile. `PYTEST_…` variables are left alone.

        Raises:
            IsolationStateError: There is no backup to restore; isolation stays on.
        """
        with self._lock:
            state = self._state
            if not state.isolated:
                return
            if restore_original:
                write_process(self._original("disable_isolation"))
            state.isolated = False
            state.resumable = True
            state.initial = process_variables()
            self._forget_conversions()

    def is_isolated(self) -> bool:
        """Tell whether isolation is on."""
        with self._lock:
            return self._state.isolated

    def is_isolation_enabled(self) -> bool:
        """Tell whether isolation is on; the same as `is_isolated`."""
        return self.is_isolated()

    def backup(self) -> EnvironmentBackup:
        """Return this moment: mode, variables, everything remembered, the process."""
        with self._lock:
            return EnvironmentBackup(self._state.copy(), process_variables())

    def restore(self, backup: EnvironmentBackup) -> None:
        """Go back to a moment; callbacks are not called.

        Args:
            backup: From `backup`; can be restored any number of times. Everything is
                as it was then, the process environment too, `PYTEST_…`
                variables apart.
        """
        with self._lock:
            self._state = backup._state.copy()  # noqa: SLF001 - made for this class
            write_process(backup._process)  # noqa: SLF001
            self._forget_conversions()

    def clear(self, source: str = "clear") -> int:
        """Delete every variable from the isolated copy; the process keeps its own.

        Protected variables stay. Each deletion is in the history, and callbacks are
        called.

        Args:
            source: Who deletes them; kept in the history.

        Returns:
            How many variables were deleted.

        Raises:
            IsolationStateError: Isolation is off: that would empty the process.
            InvalidVariableError: The source is bad.
        """
        check_source(source)
        with self._lock:
            state = self._state
            if not state.isolated:
                raise IsolationStateError("clear: enable isolation first")
            keys = [key for key in state.visible() if key not in state.protected]
            events = [self._write(key, None, source) for key in keys]
            self._forget_conversions()
        self._notify(events)
        return len(events)

    def reset(self) -> None:
        """Forget everything: as new, with isolation off.

        In a test of the base classes: as at its beginning, with isolation on. The
        isolated copy with all that was set in it, sources, protection, callbacks,
        history, namespaces and backup are dropped. The process environment itself is
        not touched. Callbacks are not called.
        """
        with self._lock:
            process, held = process_variables(), self._state.held
            self._state = State(
                isolated=held,
                held=held,
                base=process if held else {},
                initial=process,
                original=process if held else None,
            )
            self._forget_conversions()

    def _hold_isolation(self) -> None:
        """Turn isolation on for a test; it is on again after a `reset`."""
        with self._lock:
            self.enable_isolation()
            self._state.held = True

    def reset_to_original(self) -> None:
        """Give every variable the value that it had when isolation was enabled.

        In isolation this changes the copy alone, otherwise the process
        environment. Protected variables are set back too. Each change is in the
        history with the source "reset_to_original", and callbacks are called.

        Raises:
            IsolationStateError: No backup was made.
        """
        with self._lock:
            original = self._original("reset_to_original")
            keys = changed_keys(self._state.visible(), original)
            events = [
                self._write(key, original.get(key), "reset_to_original") for key in keys
            ]
            for key in keys:
                self._state.sources.pop(key, None)
        self._notify(events)

    def get_changes_since_init(self) -> dict[str, tuple[str | None, str | None]]:
        """Compare the variables with those at the beginning, secrets masked.

        Returns:
            For each variable that differs, sorted by key, the pair (then, now), None
            standing for "not there". The beginning is when isolation was last
            enabled or disabled, or `reset`, or the first use in the process.
            `PYTEST_…` variables are left out.
        """
        with self._lock:
            then, now = self._state.initial, self._state.visible()
        return {
            key: (_masked(key, then.get(key)), _masked(key, now.get(key)))
            for key in changed_keys(then, now)
        }

    def _original(self, asked_by: str) -> dict[str, str]:
        """Return the backup, or say that there is none; the caller holds the lock."""
        if self._state.original is None:
            raise IsolationStateError(
                f"{asked_by}: no backup; enable isolation with backup_original=True"
            )
        return self._state.original

    def _forget_conversions(self) -> None:
        """Drop what was derived from the variables; the caller holds the lock."""


def _masked(key: str, value: str | None) -> str | None:
    return None if value is None else mask_value(key, value)
