"""Starts the pytest processes of suiteloom's commands by forking one that imported pytest.

To import pytest and what its plugins need takes half of what such a process does, and the
tests start hundreds. A forked one does the rest as ever: it runs the same script with the
same arguments, folder and variables, and imports plugins and suites anew. What shows how
pytest is started asks for the fixture `started_anew`.

Run as a script, this is the process that is forked.
"""

from __future__ import annotations

import gc
import io
import json
import os
import runpy
import signal
import socket
import struct
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

__all__ = ["Forks"]

_NUMBER = struct.Struct("!q")
_AT_START = ("PYTHON", "LC_", "LANG")
"""Beginnings of the names of variables that Python reads once, when it starts."""

_SET_LATER = frozenset(
    {"PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS", "PYTHONUNBUFFERED"}
)
"""Those of them that a forked process does what they say."""


class Forks:
    """The process that is forked, started when it is first asked for.

    Args:
        script: What the forked processes run, as ``python -P SCRIPT ARGUMENTS`` would.
    """

    def __init__(self, script: Path) -> None:
        self._start = [sys.executable, "-P", str(script)]
        self._variables = _read_at_start(os.environ)
        self._parent: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    @property
    def as_subprocess(self) -> SimpleNamespace:
        """What stands for the module `subprocess` where processes are to be forked."""
        return SimpleNamespace(
            PIPE=subprocess.PIPE, DEVNULL=subprocess.DEVNULL, Popen=self.start
        )

    def start(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: int,
        stdout: int,
        stderr: int,
    ) -> Any:
        """Start a process: a forked one, if it is of the script and may be forked."""
        is_ours = list(command[:3]) == self._start
        if not is_ours or _read_at_start(env) != self._variables:
            return subprocess.Popen(
                command, cwd=cwd, env=env, stdin=stdin, stdout=stdout, stderr=stderr
            )
        request = {"argv": command[2:], "cwd": str(cwd), "env": dict(env)}
        return _Forked(self._connection(), request, stdin, stdout, stderr)

    def _connection(self) -> socket.socket:
        if self._socket is None:
            self._socket, other = socket.socketpair()
            with other:
                self._parent = subprocess.Popen(
                    [sys.executable, "-P", __file__, str(other.fileno())],
                    pass_fds=[other.fileno()],
                    stdin=subprocess.DEVNULL,
                )
        return self._socket

    def close(self) -> None:
        """End the process that is forked."""
        if self._socket is not None and self._parent is not None:
            self._socket.close()
            assert self._parent.wait(60) == 0


class _Forked:
    """A forked process, as far as `subprocess.Popen` is used."""

    def __init__(
        self,
        connection: socket.socket,
        request: dict[str, Any],
        *streams: int,
    ) -> None:
        self._connection = connection
        self._code: int | None = None
        ours, theirs = [], []
        for number, stream in enumerate(streams):
            read, write = None, stream
            if stream == subprocess.DEVNULL:
                write = os.open(os.devnull, os.O_RDWR)
            elif stream == subprocess.PIPE:
                read, write = os.pipe()
            ours.append(None if read is None else os.fdopen(read, "rb", 0))
            theirs.append((write, write != stream, number))
        _, self.stdout, self.stderr = ours
        data = json.dumps(request).encode()
        head = _NUMBER.pack(len(data))
        socket.send_fds(connection, [head], [write for write, _, _ in theirs])
        connection.sendall(data)
        for write, is_own, _ in theirs:
            if is_own:
                os.close(write)
        self._pid = _received(connection)

    def wait(self) -> int:
        """Wait for its end; gives its exit code, or the negative number of a signal."""
        if self._code is None:
            self._code = _received(self._connection)
        return self._code

    def kill(self) -> None:
        """Make it end."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for stream in (self.stdout, self.stderr):
            if stream is not None:
                stream.close()
        self.wait()


def _read_at_start(variables: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in variables.items()
        if name.startswith(_AT_START) and name not in _SET_LATER
    }


def _received(connection: socket.socket) -> int:
    data = connection.recv(_NUMBER.size, socket.MSG_WAITALL)
    return int(_NUMBER.unpack(data)[0])


def _serve(connection: socket.socket) -> dict[str, Any] | None:
    """Fork a process for each request; gives the request, in the forked one alone."""
    while True:
        head, streams, _, _ = socket.recv_fds(connection, _NUMBER.size, 3)
        if not head:
            return None
        size = _NUMBER.unpack(head)[0]
        request = json.loads(connection.recv(size, socket.MSG_WAITALL))
        child = os.fork()
        if not child:
            connection.close()
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
                os.close(stream)
            return dict(request)
        for stream in streams:
            os.close(stream)
        connection.sendall(_NUMBER.pack(child))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        connection.sendall(_NUMBER.pack(code))


def _become(request: dict[str, Any]) -> None:
    """Be what a new process would be before it runs the script."""
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = list(request["argv"])
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    sys.warnoptions[:] = filter(None, os.environ.get("PYTHONWARNINGS", "").split(","))
    warnings._processoptions(sys.warnoptions)
    for number, name in enumerate(("stdout", "stderr"), 1):
        old = getattr(sys, name)
        raw = io.FileIO(number, "w", closefd=False)
        stream = io.TextIOWrapper(
            io.BufferedWriter(raw),
            encoding=old.encoding,
            errors=old.errors,
            line_buffering=number == 2 or raw.isatty(),
            write_through=bool(os.environ.get("PYTHONUNBUFFERED")),
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _main(descriptor: int) -> None:
    import asyncio  # noqa: F401 - here, and below, for what is forked
    import configparser  # noqa: F401
    import difflib  # noqa: F401
    import importlib.metadata  # noqa: F401
    import platform  # noqa: F401
    import shlex  # noqa: F401
    import tomllib  # noqa: F401
    import unittest.mock  # noqa: F401
    import zipfile  # noqa: F401
    from email import message, utils  # noqa: F401

    import execnet  # noqa: F401
    from _pytest.config import get_config

    get_config()  # imports the plugins that are pytest's own
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=descriptor) as connection:
        request = _serve(connection)
    if request is not None:
        _become(request)
        runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    _main(int(sys.argv[1]))
