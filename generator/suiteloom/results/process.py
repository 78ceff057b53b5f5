"""Starting pytest and keeping the last lines that it printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Literal

__all__ = ["Ended", "pytest_command", "run_process"]

_GUARDED = Path(__file__).parents[1] / "pytest_plugin" / "guarded.py"

_KEPT_BYTES = 8192
_LINES = 6
_COLUMNS = 300
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

Show = Literal["all", "stderr", "nothing"]
"""Where a program's output goes: as it is, all of it to stderr, or nowhere."""


class Ended:
    """How a program ended.

    Attributes:
        code: Its exit code; negative is the number of the signal that ended it.
        output: Its last lines that are not blank, the newest last. Empty where they
            went to a terminal: there they can be read.
    """

    __slots__ = ("code", "output")

    def __init__(self, code: int, output: tuple[str, ...]) -> None:
        self.code = code
        self.output = output


def pytest_command(arguments: Sequence[str], *, here: bool) -> list[str]:
    """The command that runs pytest, which no module of the project can stand in for.

    Args:
        arguments: Of pytest.
        here: Whether the folder that it is started in is first on the path, as after
            ``python -m pytest``; it is not after ``pytest``.
    """
    start = [sys.executable, "-P", str(_GUARDED)]
    return [*start, *(["--here"] if here else []), *arguments]


def run_process(
    command: Sequence[str], root: Path, environment: Mapping[str, str], show: Show
) -> Ended:
    """Run a program to its end, with nothing to read from.

    Args:
        command: The program and its arguments.
        root: The folder to start it in.
        environment: Everything that is set for it.
        show: Where its output goes.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    targets = _targets(show)
    is_seen = bool(targets) and all(os.isatty(target) for target in targets)
    out: int | None = subprocess.PIPE
    err: int | None = subprocess.PIPE
    if is_seen:
        out, err = targets
    with subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
    ) as process:
        tails = [
            _Tail(stream, targets[number] if targets else None)
            for number, stream in enumerate((process.stdout, process.stderr))
            if stream is not None
        ]
        code = None
        try:
            code = process.wait()
        finally:
            if code is None:
                process.kill()
        lines = [line for tail in tails for line in tail.lines()]
    return Ended(code, tuple(lines[-_LINES:]))


def _targets(show: Show) -> tuple[int, ...]:
    """Descriptors that stdout and stderr go to; none if they go nowhere."""
    if show == "nothing":
        return ()
    return (2, 2) if show == "stderr" else (1, 2)


class _Tail:
    """Passes a stream on and keeps its end, in a thread of its own."""

    def __init__(self, stream: IO[bytes], target: int | None) -> None:
        self._stream = stream
        self._target = target
        self._kept = b""
        self._thread = threading.Thread(target=self._pass_on, daemon=True)
        self._thread.start()

    def lines(self) -> list[str]:
        """Its last lines, without escapes; waits for the stream's end."""
        # What pytest started may hold the stream open after pytest itself has ended.
        self._thread.join(timeout=2)
        text = _ESCAPES.sub("", self._kept.decode("utf-8", "replace"))
        lines = (line.strip()[:_COLUMNS] for line in text.splitlines())
        return [line for line in lines if line]

    def _pass_on(self) -> None:
        while data := self._read():
            self._kept = (self._kept + data)[-_KEPT_BYTES:]
            if self._target is not None and not _written(self._target, data):
                self._target = None

    def _read(self) -> bytes:
        """What comes next; nothing at its end, and when nobody waits for it any more."""
        try:
            return os.read(self._stream.fileno(), 65536)
        except (OSError, ValueError):
            return b""


def _written(target: int, data: bytes) -> bool:
    """Write all of it; False if nobody reads there any more."""
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(target, view) :]
    except OSError:
        return False
    return True
