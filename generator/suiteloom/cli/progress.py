"""What takes long shows on a terminal how far it is, and how long it still takes.

Nothing is shown before some time has passed, and nothing of it stays. A step whose parts
are counted is drawn when it says so, without a thread, because it may start processes; one
that is not counted is drawn by a thread of rich.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from suiteloom.cli.output import Output

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

__all__ = [
    "AFTER_S",
    "TerminalProgress",
    "is_watched",
    "progress_on",
    "say_expected",
    "time_left",
]

AFTER_S = 2.0
"""What is done sooner shows nothing."""

_EVERY_S = 0.1
_BAR_COLUMNS = 20
_MINUTE_S = 60
_NOT_CI = frozenset({"", "0", "false"})


@contextmanager
def progress_on(output: Output) -> Iterator[TerminalProgress]:
    """Show progress on stderr as long as the block runs, if a person sees it there.

    Yields:
        What takes it; it shows nothing without a terminal, with JSON and in CI.
    """
    is_seen = is_watched(output)
    console = output.console(stderr=True) if is_seen else None
    shown = TerminalProgress(console, after_s=AFTER_S)
    try:
        yield shown
    finally:
        shown.clear()


def is_watched(output: Output) -> bool:
    """Whether a person sees what is written to stderr as it comes."""
    in_ci = os.environ.get("CI", "").lower() not in _NOT_CI
    return not (output.is_json or in_ci) and sys.stderr.isatty()


def say_expected(output: Output, spent_s: float) -> None:
    """Say how long pytest, which has the terminal then, took for the same tests."""
    if is_watched(output) and spent_s >= AFTER_S:
        took = time_left(spent_s)
        output.line(f"{took}, as these tests took last time", "dim", stderr=True)


def time_left(seconds: float) -> str:
    """How long something still takes, in words."""
    if seconds < _MINUTE_S:
        return f"about {max(round(seconds), 1)} s left"
    return f"about {round(seconds / _MINUTE_S)} min left"


class TerminalProgress:
    """One line on a terminal: the step, a bar, parts that are done, time left.

    Args:
        console: Of the terminal; None shows nothing.
        after_s: How long nothing is shown, from the first step on, in seconds.
        clock: Seconds from any beginning.
    """

    def __init__(
        self,
        console: Console | None,
        *,
        after_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console
        self._after_s = after_s
        self._clock = clock
        self._lock = threading.Lock()
        self._since: float | None = None
        self._step = ""
        self._step_since = 0.0
        self._drawn_at = 0.0
        self._bar: Bar | None = None
        self._timer: threading.Timer | None = None

    def __call__(self, step: str, done: int = 0, total: int = 0, /) -> None:
        """Take what is being done, as a `Progress`."""
        if self._console is None:
            return
        now = self._clock()
        if self._since is None:
            self._since = now
        if step != self._step:
            self._hide()
            self._step, self._step_since = step, now
        wait = self._since + self._after_s - now
        if not total:
            self._begin_uncounted(wait)
        elif wait <= 0:
            self._draw(now, done, total)

    def clear(self) -> None:
        """Take what is shown off the terminal, and begin anew with the next step."""
        self._hide()
        self._step, self._since = "", None

    def _begin_uncounted(self, wait: float) -> None:
        """Show a step that is not counted, once it is time."""
        if self._timer is not None or self._bar is not None:
            return
        if wait <= 0:
            self._start(threaded=True)
            return
        self._timer = threading.Timer(wait, self._start, kwargs={"threaded": True})
        self._timer.daemon = True
        self._timer.start()

    def _draw(self, now: float, done: int, total: int) -> None:
        """Show how far a counted step is, not more often than one can see."""
        is_new = self._bar is None
        if is_new:
            self._start(threaded=False)
        if not (is_new or done >= total or now - self._drawn_at >= _EVERY_S):
            return
        self._drawn_at = now
        spent = now - self._step_since
        left = time_left(spent / done * (total - done)) if 0 < done < total else ""
        if self._bar is not None:
            self._bar.update(
                self._bar.task_ids[0],
                completed=done,
                total=total,
                count=f"{done:,} of {total:,}",
                left=left,
                refresh=True,
            )

    def _start(self, *, threaded: bool) -> None:
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

        with self._lock:
            if self._bar is not None or (threaded and not self._step):
                return
            self._bar = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}", markup=False),
                BarColumn(_BAR_COLUMNS),
                TextColumn("{task.fields[count]}", markup=False),
                TextColumn("{task.fields[left]}", markup=False),
                console=self._console,
                auto_refresh=threaded,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._bar.add_task(self._step, total=None, count="", left="")
            self._bar.start()

    def _hide(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        with self._lock:
            if self._bar is not None:
                self._bar.stop()
            self._bar = None
            self._step = ""
