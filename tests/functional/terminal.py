"""Running a command on a terminal of its own, as a person does."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from forks import has_forks

__all__ = ["on_terminal"]

_PATIENCE_S = 5
_MOST_QUIET = 12
_INTERRUPT = b"\x03"


def on_terminal(
    arguments: Sequence[str],
    dialog: Sequence[tuple[str, bytes]],
    folder: Path,
    *,
    program: Sequence[str] = ("-m", "suiteloom"),
    variables: Mapping[str, str] | None = None,
    columns: int = 80,
    single_keys: bool = False,
) -> tuple[int, str]:
    """Run ``suiteloom`` on a terminal.

    Args:
        arguments: Of the command.
        dialog: What to wait for on the screen, and the keys to press then; in order.
        folder: Where to run it.
        program: What Python is given in front of the arguments.
        variables: Of the environment, besides those of this process.
        columns: Width of the terminal.
        single_keys: Whether the command reads single keys: what is pressed before it does
            so is thrown away by it.

    Returns:
        Exit code and everything that was shown.
    """
    terminal, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = _started([*program, *arguments], other, folder, _environment(variables))
    os.close(other)
    shown = b""
    seen = 0
    waiting = list(dialog)
    pressed = b""
    quiet = 0
    while quiet < _MOST_QUIET:
        if not select.select([terminal], [], [], _PATIENCE_S)[0]:
            quiet += 1
            if pressed == _INTERRUPT:  # one that comes just before a read is not seen
                os.write(terminal, pressed)
            continue
        try:
            data = os.read(terminal, 4096)
        except OSError:  # the other side is closed
            break
        if not data:
            break
        shown += data
        if waiting and waiting[0][0].encode() in shown[seen:]:
            seen = len(shown)
            pressed = waiting.pop(0)[1]
            if single_keys:
                _await_single_keys(terminal)
            os.write(terminal, pressed)
    else:
        process.kill()
    os.close(terminal)
    return process.wait(), shown.decode("utf-8", "replace")


def _started(arguments, terminal, folder, environment):
    """Start Python as the leader of a session whose terminal this is.

    One that is forked takes its terminal by itself.
    """
    is_forked = has_forks() and list(arguments[:2]) == ["-m", "suiteloom"]
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=folder,
        env=environment,
        start_new_session=True,
        preexec_fn=None if is_forked else _take_terminal,  # noqa: PLW1509 - no threads
    )


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _await_single_keys(terminal: int) -> None:
    """Wait until the command reads keys, not lines."""
    for _ in range(_MOST_QUIET * _PATIENCE_S * 100):
        try:
            local_modes = termios.tcgetattr(terminal)[3]
        except termios.error:  # the other side is closed
            return
        if not local_modes & termios.ICANON:
            return
        time.sleep(0.01)


def _environment(variables: Mapping[str, str] | None) -> dict[str, str]:
    """The variables of a command whose terminal alone says how large it is."""
    own = {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", **(variables or {})}
    rest = os.environ.items()
    return {k: v for k, v in rest if k not in {"COLUMNS", "LINES"}} | own
