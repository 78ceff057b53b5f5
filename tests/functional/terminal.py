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
    while select.select([terminal], [], [], _LIMIT_S)[0]:
        try:
            data = os.read(terminal, 4096)
        except OSError:  # the other side is closed
            break
        if not data:
            break
        shown += data
        if waiting and waiting[0][0].encode() in shown[seen:]:
            seen = len(shown)
            os.write(terminal, waiting.pop(0)[1])
    else:
        os.kill(pid, signal.SIGKILL)
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code, shown.decode("utf-8", "replace")
