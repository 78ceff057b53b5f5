"""The process that `forks.py` has forked: it has imported what the forked ones run.

Usage: ``python -P fork_server.py KIND FOLDER DESCRIPTOR``. It listens in the folder under the
name of its kind, and ends when the other end of the descriptor, a socket, is closed.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import importlib.metadata
import io
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from forks import NUMBER, Asking, Program, forked_popen

sys.path.pop(0)

_LEFT_OUT = {"anyio", "hypothesispytest", "randomly", "xdist", "xdist.looponfail"}
"""Plugins that are not imported here: xdist keeps the path that there is when it is."""
_IMPORTED = {
    "pytest": (
        "asyncio",
        "cmd",
        "code",
        "configparser",
        "difflib",
        "email.utils",
        "execnet.multi",
        "faulthandler",
        "pdb",
        "platform",
        "readline",
        "shlex",
        "tomllib",
        "unittest.mock",
        "zipfile",
        "coverage",
        "coverage.python",
        "pytest_cov.engine",
        "suiteloom.pytest_plugin.looking",
        "suiteloom.pytest_plugin.record",
        "suiteloom.pytest_plugin.team",
        "suiteloom.ssot.async_testcase",
        "suiteloom.store.config",
        "suiteloom.suites",
    ),
    "suiteloom": (
        "copier",
        "jinja2",
        "rich.console",
        "sqlite3",
        "typer._adapters",
        "typer.main",
        "typer.rich_utils",
        "yaml",
    ),
}
"""What a process that is forked has imported, by what is run in it."""


def _serve(listener: socket.socket, asker: socket.socket) -> dict[str, Any] | None:
    """Fork a process for each request; gives the request, in the forked one alone."""
    selector = selectors.DefaultSelector()
    selector.register(asker, selectors.EVENT_READ)
    selector.register(listener, selectors.EVENT_READ)
    ends: dict[int, tuple[int, socket.socket]] = {}
    asker.send(b"+")
    while True:
        for key, _ in selector.select():
            if key.fileobj is asker:
                return None
            if key.fileobj is not listener:
                process, connection = ends.pop(key.fd)
                selector.unregister(key.fileobj)
                os.close(key.fd)
                status = os.waitpid(process, 0)[1]
                with connection, suppress(OSError):  # nobody may wait for it
                    connection.sendall(NUMBER.pack(status))
                continue
            connection, _ = listener.accept()
            others = [listener, asker, *(each for _, each in ends.values())]
            process, request = _fork(connection, [selector, *others], list(ends))
            if request is not None:
                return request
            end = os.pidfd_open(process)
            ends[end] = (process, connection)
            selector.register(end, selectors.EVENT_READ)


def _fork(
    connection: socket.socket, open_here: Sequence[Any], descriptors: Sequence[int]
) -> tuple[int, dict[str, Any] | None]:
    """Fork for one request.

    Args:
        connection: Where it is made, and its end is told.
        open_here: What the forked process has no use for.
        descriptors: The same as numbers.

    Returns:
        In the forked process the request, in the other one the number of the first.
    """
    head, streams, _, _ = socket.recv_fds(connection, NUMBER.size, 3)
    data = connection.recv(NUMBER.unpack(head)[0], socket.MSG_WAITALL)
    process = os.fork()
    if process:
        for stream in streams:
            os.close(stream)
        with suppress(OSError):  # who asked may be gone
            connection.sendall(NUMBER.pack(process))
        return process, None
    for each in (*open_here, connection):
        each.close()
    for descriptor in descriptors:
        os.close(descriptor)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    return 0, dict(json.loads(data))


def _become(program: Program, request: dict[str, Any]) -> None:
    """Be what a new process would be before it runs its program."""
    if request["leads"]:
        import fcntl
        import termios

        os.setsid()
        if os.isatty(0):
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.umask(request["umask"])
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = list(program.argv)
    sys.orig_argv[:] = [sys.executable, *program.argv]
    sys.dont_write_bytecode = not program.writes or bool(
        os.environ.get("PYTHONDONTWRITEBYTECODE")
    )
    sys.warnoptions[:] = filter(None, os.environ.get("PYTHONWARNINGS", "").split(","))
    warnings._processoptions(sys.warnoptions)
    places = os.environ.get("PYTHONPATH", "")
    sys.path[:0] = list(map(os.path.abspath, filter(None, places.split(os.pathsep))))
    if not program.safe_path:
        first = str(Path(program.run).parent) if program.form == "script" else ""
        sys.path.insert(0, request["cwd"] if program.form == "module" else first)
    unbuffered = program.unbuffered or bool(os.environ.get("PYTHONUNBUFFERED"))
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        setattr(sys, name, stream := _stream(number, getattr(sys, name), unbuffered))
        setattr(sys, f"__{name}__", stream)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _stream(number: int, old: Any, unbuffered: bool) -> io.TextIOWrapper:
    raw = io.FileIO(number, "w" if number else "r", closefd=False)
    buffer: Any = raw if unbuffered else io.BufferedWriter(raw)
    if not number:
        buffer = io.BufferedReader(raw)
    return io.TextIOWrapper(
        buffer,
        encoding=old.encoding,
        errors=old.errors,
        line_buffering=not unbuffered and (number == 2 or raw.isatty()),
        write_through=unbuffered and number > 0,
    )


def _run(program: Program) -> None:
    if program.form == "module":
        runpy.run_module(program.run, run_name="__main__", alter_sys=True)
    elif program.form == "script":
        runpy.run_path(program.run, run_name="__main__")
    else:
        exec(program.run, {"__name__": "__main__"})  # noqa: S102 - execnet's own line


def _import_all(kind: str) -> None:
    """Import what programs of a kind import, plugins as pytest itself would."""
    if kind == "pytest":
        from _pytest.assertion import install_importhook
        from _pytest.config import get_config

        config = get_config()  # imports the plugins that are pytest's own
        hook = install_importhook(config)
        config._mark_plugins_for_rewrite(hook, disable_autoload=False)
        for plugin in importlib.metadata.entry_points(group="pytest11"):
            if plugin.name not in _LEFT_OUT:
                plugin.load()
    for name in _IMPORTED[kind]:
        importlib.import_module(name)
    if kind == "pytest":
        sys.meta_path.remove(hook)
    else:
        _import_package("suiteloom")


def _import_package(name: str) -> None:
    """Import every module of a package that is no program."""
    package = importlib.import_module(name)
    for found in pkgutil.walk_packages(package.__path__, f"{name}."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)


def _main(kind: str, folder: str, descriptor: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _import_all(kind)
    asking = Asking(lambda wanted: str(Path(folder, wanted)))
    gc.collect()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(Path(folder, kind)))
        listener.listen(16)
        with socket.socket(fileno=descriptor) as asker:
            request = _serve(listener, asker)
    if request is not None:
        subprocess.Popen = forked_popen(asking)
        program = Program(**request["program"])
        _become(program, request)
        _end(_code(program))


def _code(program: Program) -> int:
    """Run a program; gives its exit code."""
    try:
        _run(program)
    except SystemExit as error:
        if not isinstance(error.code, int | None):
            raise
        return error.code or 0
    return 0


def _end(code: int) -> None:
    """End this process; to take down all that was imported would take long."""
    threading._shutdown()
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        sys.exit(code)  # Python says it
    os._exit(code & 255)


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
