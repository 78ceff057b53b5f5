"""Running a command on a terminal of its own, as a person does."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

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
    size = struct.pack("HHHH", 24, columns, 0, 0)
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, size)
        os.chdir(folder)
        command = [sys.executable, *program, *arguments]
        os.execve(sys.executable, command, _environment(variables))  # noqa: S606 - as a person would
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
        os.kill(pid, signal.SIGKILL)
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code, shown.decode("utf-8", "replace")


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
