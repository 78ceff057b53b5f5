"""Running pytest in a process of its own and reading what the plugin recorded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from suiteloom.errors import StorageError
from suiteloom.model import CollectedTest, CollectionProblem, Record, TestOutcome

__all__ = ["collect", "run_tests"]


def collect(root: Path, paths: Sequence[str], arguments: Sequence[str] = ()) -> Record:
    """Let pytest collect suites as the project configures it, writing nothing there.

    Args:
        root: The project's folder.
        paths: Suite files, relative to it.
        arguments: Further arguments for pytest.

    Returns:
        The record; its `tests` are empty.

    Raises:
        StorageError: If pytest gave no record.
    """
    options = ["--collect-only", "-q", "-p", "no:cacheprovider", *arguments]
    return _session(
        root, [*options, *paths], {"PYTHONDONTWRITEBYTECODE": "1"}, quiet=True
    )


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
        The record.

    Raises:
        StorageError: If pytest gave no record.
    """
    return _session(root, arguments, environment, quiet=False, to_stderr=to_stderr)


def _session(
    root: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    quiet: bool,
    to_stderr: bool = False,
) -> Record:
    with tempfile.TemporaryDirectory(prefix="suiteloom-") as folder:
        record = Path(folder) / "record.json"
        command = [sys.executable, "-m", "pytest", f"--rootdir={root}"]
        sys.stdout.flush()
        done = subprocess.run(
            [*command, f"--suiteloom-record={record}", *arguments],
            cwd=root,
            env={**os.environ, "PYTHONWARNINGS": _warnings(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if quiet else (sys.stderr if to_stderr else None),
            stderr=subprocess.STDOUT if quiet else None,
            check=False,
        )
        if not record.is_file():
            output = (done.stdout or b"").decode("utf-8", "replace").strip()
            last = output.splitlines()[-1] if output else "see its output above"
            raise StorageError(
                f"pytest ended with exit code {done.returncode} and no record: {last}",
                hint="run pytest by itself to see more",
            )
        return _record(json.loads(record.read_text("utf-8")))


def _warnings() -> str:
    """Filters that keep pytest-asyncio from asking for a setting at every start."""
    own = "ignore:The configuration option"
    inherited = os.environ.get("PYTHONWARNINGS")
    return f"{inherited},{own}" if inherited else own


def _record(data: Mapping[str, Any]) -> Record:
    """Read the record of the plugin."""
    return Record(
        exit=data["exit"],
        settings=data["settings"],
        collected=tuple(_item(item) for item in data["collected"]),
        deselected=tuple(_item(item) for item in data["deselected"]),
        errors=tuple(_problem(item) for item in data["errors"]),
        warnings=tuple(_problem(item) for item in data["warnings"]),
        tests=tuple(_outcome(item) for item in data["tests"]),
    )


def _item(item: Mapping[str, Any]) -> CollectedTest:
    return CollectedTest(
        id=item["id"],
        nodeid=item["nodeid"],
        path=item["path"],
        line=item["line"],
        class_name=item["class"],
        function=item["function"],
        case=item["case"],
        is_orphan=item["orphan"],
        silently=item.get("silently", False),
    )


def _problem(item: Mapping[str, Any]) -> CollectionProblem:
    return CollectionProblem(item["path"], item.get("line") or 0, item["message"])


def _outcome(item: Mapping[str, Any]) -> TestOutcome:
    return TestOutcome(
        id=item["id"],
        nodeid=item["nodeid"],
        path=item["path"],
        outcome=item["outcome"],
        duration_s=item["duration_s"],
        reason=item["reason"],
        environment=item["environment"],
        metrics=item["metrics"],
    )
