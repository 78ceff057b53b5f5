"""Running pytest in a process of its own and reading what the plugin recorded."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from suiteloom.model import Record, RecordError, load_record
from suiteloom.results.chosen import write_chosen
from suiteloom.results.process import Ended, Show, pytest_command, run_process

__all__ = ["LOOKING", "collect", "inherited_warnings", "read_record", "run_tests"]

LOOKING = "suiteloom.pytest_plugin.looking"


def collect(root: Path, paths: Sequence[str], suites: str) -> Record:
    """Let pytest collect suites as the project configures it, writing nothing there.

    Args:
        root: The project's folder.
        paths: Suite files, relative to it.
        suites: The folder that they are in.

    Returns:
        The record; its `tests` are empty. If pytest gave none, it has a `problem`.
    """
    with tempfile.TemporaryDirectory(prefix="suiteloom-") as folder:
        scratch = Path(folder)
        options = ["-p", LOOKING, f"--suiteloom-look={scratch / 'null'}"]
        options += ["-o", f"cache_dir={scratch / 'cache'}", "--collect-only", "-q"]
        environment = {"PYTHONDONTWRITEBYTECODE": "1"}
        chosen = scratch / "chosen.json"
        options += [f"--suiteloom-chosen={chosen}"]
        options += [write_chosen(chosen, suites, paths, {})]
        return _session(root, options, environment, scratch, "nothing")


def run_tests(
    root: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    to_stderr: bool,
) -> Record:
    """Run pytest, its output passed on.

    Args:
        root: The project's folder.
        arguments: Everything pytest is called with.
        environment: Variables set for it.
        to_stderr: Whether its output goes to stderr, stdout being for data.

    Returns:
        The record. If pytest gave none, it has a `problem`.
    """
    with tempfile.TemporaryDirectory(prefix="suiteloom-") as folder:
        show: Show = "stderr" if to_stderr else "all"
        return _session(root, arguments, environment, Path(folder), show)


def _session(
    root: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    scratch: Path,
    show: Show,
) -> Record:
    path = scratch / "record.json"
    own = [f"--rootdir={root}", "-psuiteloom", f"--suiteloom-record={path}"]
    command = pytest_command([*own, *arguments], here=True)
    variables = {**os.environ, "PYTHONWARNINGS": inherited_warnings(), **environment}
    return read_record(path, run_process(command, root, variables, show))


def read_record(path: Path, ended: Ended) -> Record:
    """The record as its witness left it, with what is known from outside.

    What the process ended with counts, not what pytest meant to end it with.
    """
    try:
        record = load_record(path.read_bytes())
    except FileNotFoundError:
        problem = f"pytest {_how(ended.code)} and wrote no record"
        return Record(exit=ended.code, problem=problem, output=ended.output)
    except (OSError, RecordError) as error:
        problem = f"pytest {_how(ended.code)} and its record can not be read: {error}"
        return Record(exit=ended.code, problem=problem, output=ended.output)
    return replace(record, exit=ended.code, output=ended.output)


def _how(code: int) -> str:
    """How a process ended: its exit code, or the signal that ended it."""
    if code >= 0:
        return f"ended with {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"was ended by {name}"


def inherited_warnings() -> str:
    """Filters that keep pytest-asyncio from asking for a setting at every start."""
    own = "ignore:The configuration option"
    inherited = os.environ.get("PYTHONWARNINGS")
    return f"{inherited},{own}" if inherited else own
