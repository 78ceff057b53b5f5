"""Running a command on a terminal of its own, as a person does."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["on_terminal"]

_LIMIT_S = 60
_AGAIN_S = 5  # an interrupt just before a read waits for the next key, as for a person
_INTERRUPT = b"\x03"


def on_terminal(
    arguments: Sequence[str], dialog: Sequence[tuple[str, bytes]], folder: Path
) -> tuple[int, str]:
    """Run ``suiteloom`` on a terminal.

    Args:
        arguments: Of the command.
        dialog: What to wait for on the screen, and the keys to press then; in order.
        folder: Where to run it.

    Returns:
        Exit code and everything that was shown.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        environment = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
        command = [sys.executable, "-m", "suiteloom", *arguments]
        os.execve(sys.executable, command, environment)  # noqa: S606 - as a person would
    shown = b""
    seen = 0
    waiting = list(dialog)
    pressed = b""
    while _is_ready(terminal, pressed):
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
            os.write(terminal, pressed)
    else:
        os.kill(pid, signal.SIGKILL)
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code, shown.decode("utf-8", "replace")


def _is_ready(terminal: int, pressed: bytes) -> bool:
    """Wait for something to read; an interrupt that nothing answers is pressed again."""
    for _ in range(_LIMIT_S // _AGAIN_S):
        if select.select([terminal], [], [], _AGAIN_S)[0]:
            return True
        if pressed == _INTERRUPT:
            os.write(terminal, pressed)
    return False
