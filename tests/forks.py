"""Starts pytest and suiteloom by forking a process that has imported them.

To import pytest and what suiteloom's plugin needs takes most of what a short run of it
does, and the tests start thousands, most of them through a command, pytester or a worker of
pytest-xdist. A forked one does the rest as ever: it runs the same program with the same
arguments, folder, variables and streams. What shows how a program is started, or what it
imports, asks for the fixture `started_anew`.

`fork_server.py` is the process that is forked; `fork_client.py` asks for one from outside of
the tests' own processes.
"""

from __future__ import annotations

import inspect
import json
import os
import selectors
import shlex
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "NUMBER",
    "Asking",
    "Forks",
    "Program",
    "forked_popen",
    "has_forks",
    "received",
    "suiteloom_call",
]

REAL = subprocess.Popen
NUMBER = struct.Struct("!q")
_AT_START = ("PYTHON", "LC_", "LANG", "TYPER_", "_TYPER_", "COV_CORE", "COVERAGE_")
"""Beginnings of the names of variables that are read once, at the start or an import."""

_AT_IMPORT = frozenset(
    {"FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "TERMINAL_WIDTH", "PYDANTIC_"}
)
_SET_LATER = frozenset(
    {
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONPATH",
        "PYTHONUNBUFFERED",
        "PYTHONWARNINGS",
    }
)
"""Those of them that a forked process does what they say."""

_WORKER = "import sys;exec(eval(sys.stdin.readline()))"
"""What execnet has any Python run."""

_GUARDED = (
    Path(__file__).parents[1] / "generator/suiteloom/pytest_plugin/guarded.py"
).as_posix()
_SCRIPT = str(Path(sys.executable).parent / "suiteloom")


_PLAIN = {
    "executable": None,
    "preexec_fn": None,
    "pass_fds": None,
    "shell": None,
    "gid": None,
    "gids": None,
    "uid": None,
    "umask": -1,
    "process_group": -1,
    "restore_signals": True,
}
"""What a process that is forked is not asked to do before it runs its program."""

_PIPES = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")


@dataclass(frozen=True, slots=True)
class Program:
    """What a command line of Python runs.

    Attributes:
        kind: The key of `_IMPORTED`.
        run: A module, a script, or for a worker the line that execnet gives.
        form: Which of the three: ``module``, ``script`` or ``line``.
        argv: What it finds as `sys.argv`.
        safe_path: Whether Python puts no folder first on its path (``-P``).
        unbuffered: Whether its streams are not buffered (``-u``).
        writes: Whether it may keep what it has compiled.
    """

    kind: str
    run: str
    form: str
    argv: list[str]
    safe_path: bool
    unbuffered: bool
    writes: bool

    @classmethod
    def read(cls, command: Any) -> Program | None:
        """The program of a command line; None if it is none that may be forked."""
        if isinstance(command, (str, bytes, os.PathLike)):
            return None
        words = [str(word) for word in command]
        if words[:1] == [_SCRIPT]:
            return cls("suiteloom", _SCRIPT, "script", words, False, False, True)
        if words[:1] != [sys.executable]:
            return None
        rest, given = words[1:], set[str]()
        while rest and rest[0] in {"-P", "-u", "-B"}:
            given.add(rest.pop(0))
        found = cls._found(rest)
        if found is None:
            return None
        flags = ("-P" in given, "-u" in given, "-B" not in given)
        return cls(*found, *flags)

    @staticmethod
    def _found(rest: list[str]) -> tuple[str, str, str, list[str]] | None:
        """Kind, what is run, its form, and its arguments."""
        if rest[:1] == ["-mpytest"]:
            rest = ["-m", "pytest", *rest[1:]]
        if rest[:1] == ["-m"] and rest[1:2] in (["pytest"], ["suiteloom"]):
            return rest[1], rest[1], "module", rest[1:]
        if rest[:1] == [_GUARDED]:
            return "pytest", _GUARDED, "script", rest
        if rest == ["-c", _WORKER]:
            return "pytest", _WORKER, "line", ["-c"]
        return None


class Forks:
    """The processes that are forked, each started when it is first asked for.

    Attributes:
        popen: Stands for `subprocess.Popen` where processes may be forked.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="forks-"))
        self._servers: dict[str, tuple[subprocess.Popen[bytes], socket.socket]] = {}
        self._lock = threading.Lock()
        self.popen = forked_popen(Asking(self.address))
        self.popen.address = self.address

    def address(self, kind: str) -> str:
        """Where a process of a kind is asked for: it listens when this returns."""
        with self._lock:
            # What is run by suiteloom runs pytest.
            for each in ("pytest",) if kind == "pytest" else ("pytest", kind):
                if each not in self._servers:
                    self._servers[each] = self._started(each)
        return str(self._folder / kind)

    def _started(self, kind: str) -> tuple[subprocess.Popen[bytes], socket.socket]:
        ours, theirs = socket.socketpair()
        with theirs:
            server = Path(__file__).with_name("fork_server.py")
            command = [sys.executable, "-P", str(server), kind, str(self._folder)]
            process = REAL(
                [*command, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        assert ours.recv(1) == b"+"  # it listens
        return process, ours

    def close(self) -> None:
        """End the processes that are forked."""
        for kind, (server, connection) in self._servers.items():
            connection.close()
            assert server.wait(60) == 0
            (self._folder / kind).unlink()
        self._folder.rmdir()


def has_forks() -> bool:
    """Whether processes of pytest and suiteloom are forked here."""
    return hasattr(subprocess.Popen, "address")


def suiteloom_call() -> str:
    """The words of a shell that run suiteloom, for git and others to call."""
    address = getattr(subprocess.Popen, "address", None)
    if address is None:
        return shlex.join([sys.executable, "-m", "suiteloom"])
    client = str(Path(__file__).with_name("fork_client.py"))
    return shlex.join([sys.executable, "-I", "-S", client, address("suiteloom")])


class Asking:
    """Asks for a process, if its command line and its variables allow it to be forked.

    Args:
        address: Where a process of a kind is asked for.
    """

    def __init__(self, address: Callable[[str], str]) -> None:
        self._address = address
        self._variables = _read_at_start(os.environ)
        self._path = os.environ.get("PYTHONPATH", "")

    def __call__(
        self,
        command: Any,
        environment: Mapping[str, str],
        folder: str,
        streams: Sequence[int],
        *,
        leads: bool,
    ) -> tuple[socket.socket, int] | None:
        """Have a process forked; gives where its end is told, and its number.

        Args:
            command: Program and arguments.
            environment: Everything that is set for it.
            folder: The one to start it in.
            streams: Descriptors of its three streams.
            leads: Whether it leads a session, and takes a terminal that is its stdin.

        Returns:
            None if it can not be forked.
        """
        program = Program.read(command)
        if program is None or not self._may(environment):
            return None
        mask = os.umask(0)
        os.umask(mask)
        request = {
            "program": asdict(program),
            "cwd": folder,
            "env": dict(environment),
            "umask": mask,
            "leads": leads,
        }
        data = json.dumps(request).encode("utf-8", "surrogateescape")
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self._address(program.kind))
        socket.send_fds(connection, [NUMBER.pack(len(data))], list(streams))
        connection.sendall(data)
        return connection, received(connection)

    def _may(self, environment: Mapping[str, str]) -> bool:
        if _read_at_start(environment) != self._variables:
            return False
        places = environment.get("PYTHONPATH", "")
        if self._path and places != self._path:
            return False
        return not any(
            Path(place, f"{name}customize.py").exists()
            for place in places.split(os.pathsep)
            for name in ("site", "user")
        )


def forked_popen(asked: Any) -> type[subprocess.Popen[Any]]:
    """A `subprocess.Popen` whose process is forked, where it may be."""
    real: Any = REAL
    names = inspect.signature(real._execute_child)

    class Popen(real):
        address: Callable[[str], str] | None = None
        _end: socket.socket | None = None

        def _execute_child(self, *given: Any) -> None:
            values = names.bind(self, *given).arguments
            forked = _forked(asked, values)
            if forked is None:
                super()._execute_child(*given)
                return
            self._end, self.pid = forked
            self._child_created = True
            self._close_pipe_fds(*(values[name] for name in _PIPES))

        def _try_wait(self, flags: int) -> tuple[int, int]:
            if self._end is None:
                return super()._try_wait(flags)
            if flags & os.WNOHANG and not _can_be_read(self._end):
                return 0, 0
            with self._end:
                return self.pid, received(self._end)

        def _internal_poll(self, *given: Any, **named: Any) -> int | None:
            if self._end is None:
                return super()._internal_poll(*given, **named)
            if self.returncode is None and self._waitpid_lock.acquire(blocking=False):
                try:
                    number, status = self._try_wait(os.WNOHANG)
                    if number and self.returncode is None:
                        self._handle_exitstatus(status)
                finally:
                    self._waitpid_lock.release()
            return self.returncode

    return Popen


def _forked(asked: Any, values: Mapping[str, Any]) -> tuple[socket.socket, int] | None:
    """Have a process forked as `subprocess.Popen` would start it.

    Args:
        asked: Gives one, or None.
        values: The arguments of `subprocess.Popen._execute_child`.
    """
    given = (values["p2cread"], values["c2pwrite"], values["errwrite"])
    streams = [number if own == -1 else own for number, own in enumerate(given)]
    folder = Path(values["cwd"] or ".").absolute()
    is_plain = all((values[name] or None) == usual for name, usual in _PLAIN.items())
    if not (is_plain and _are_open(streams) and folder.is_dir()):
        return None
    environment = os.environ if values["env"] is None else values["env"]
    leads = bool(values["start_new_session"])
    found: tuple[socket.socket, int] | None = asked(
        values["args"], environment, str(folder), streams, leads=leads
    )
    return found


def _are_open(streams: Sequence[int]) -> bool:
    try:
        return all(os.fstat(stream) for stream in streams)
    except OSError:
        return False


def _can_be_read(connection: socket.socket) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(0))


def _read_at_start(variables: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in variables.items()
        if (name.startswith(_AT_START) or name in _AT_IMPORT) and name not in _SET_LATER
    }


def received(connection: socket.socket) -> int:
    data = connection.recv(NUMBER.size, socket.MSG_WAITALL)
    return int(NUMBER.unpack(data)[0])
