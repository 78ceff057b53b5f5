"""Entry point of ``python -m suiteloom`` and of the ``suiteloom`` script."""

from __future__ import annotations

import gc
import io
import os
import stat
import sys
from contextlib import suppress
from typing import Any, TextIO

__all__ = ["main"]


_INTERRUPTED = 130
_INPUT_OUTPUT = 6


def main() -> None:
    """Run the command line; ends the process with a published exit code."""
    _open_closed_streams()
    _let_readers_go()
    try:
        code = _run(sys.argv[1:])
    except KeyboardInterrupt:  # while modules were imported
        code = _INTERRUPTED
        _say("interrupted")
    except OSError as error:  # of a standard stream: all others end below
        code = _INPUT_OUTPUT
        _say(_reason(error))
    sys.exit(_flush(code))


def _run(arguments: list[str]) -> int:
    """Run the command line; return its exit code."""
    if arguments == ["--version"]:  # answered before anything heavy is imported
        from suiteloom import __version__

        sys.stdout.write(f"suiteloom {__version__}\n")
        return 0
    gc.disable()  # a command is short, and its syntax trees are all still in use
    from suiteloom.cli.edge import run_app

    return run_app(arguments)


def _flush(code: int) -> int:
    """Write what is still to be written; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            _give_up(stream)
        except OSError as error:
            _give_up(stream)
            if code != _INPUT_OUTPUT:
                _say(_reason(error))
            code = _INPUT_OUTPUT
    return code


def _give_up(stream: TextIO) -> None:
    """Let what a stream still holds go nowhere, so that Python ends in silence."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _reason(error: OSError) -> str:
    return f"the output can not be written: {error.strerror or error}"


def _say(message: str) -> None:
    with suppress(OSError):
        sys.stderr.write(f"error: {message}\n")
        sys.stderr.flush()


class _Output(io.FileIO):
    """A standard stream whose reader may go away; what nobody reads is dropped.

    The command goes on to its verdict, and its exit code is not that of the pipe.
    """

    def write(self, data: Any, /) -> int:
        """Write bytes, or drop them if nobody reads any more."""
        try:
            return super().write(data)
        except BrokenPipeError:
            return len(data)


def _let_readers_go() -> None:
    """Make the standard streams that are pipes ones whose readers may go away."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        try:
            descriptor = stream.fileno()
            is_pipe = stat.S_ISFIFO(os.fstat(descriptor).st_mode)
        except OSError:  # no stream of the system
            continue
        if is_pipe and isinstance(stream, io.TextIOWrapper):
            stream.flush()
            raw = _Output(descriptor, "w", closefd=False)
            wrapped = io.TextIOWrapper(
                io.BufferedWriter(raw),
                encoding=stream.encoding,
                errors=stream.errors,
                line_buffering=stream.line_buffering,
            )
            setattr(sys, name, wrapped)


def _open_closed_streams() -> None:
    """Give a process that was started without standard streams empty ones."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            from pathlib import Path

            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - stays open
            setattr(sys, name, stream)


if __name__ == "__main__":
    main()
