"""`history export` and `history import`: every run as a line of JSON."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from suiteloom.errors import StorageError, UsageError
from suiteloom.model import RecordError
from suiteloom.results.history_lines import (
    HEAD,
    Levels,
    RunLine,
    dump_levels,
    dump_run_line,
    load_line,
)
from suiteloom.store.history import (
    History,
    all_places,
    past_runs,
    read_levels,
    results_of_run,
)
from suiteloom.workflows.history.remember import add_lines
from suiteloom.workflows.project import Workspace

__all__ = ["Imported", "exported_lines", "import_history", "write_lines"]

_WRITTEN = "take a file as `suiteloom history export FILE` writes it"
_MOST_BYTES = 64_000_000
"""How long a line may be: a run of 500,000 tests is shorter."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many runs were added to a history, and how many it had."""

    path: str
    added: int
    known: int


def exported_lines(workspace: Workspace, named: Path | None) -> Iterator[str]:
    """Every run that is remembered, and the levels, as lines with their ends.

    Raises:
        UsageError: If there is no history.
        ConflictError: If another process holds it.
        StorageError: If it can not be read.
    """
    history = History.of(workspace.root, named)
    with history.snapshot() as connection:
        yield f"{HEAD}\n"
        runs = past_runs(connection)
        places = all_places(connection)
        for run in runs:
            results = results_of_run(connection, run.number)
            line = RunLine(run, results, places.get(run.number, {}))
            yield f"{dump_run_line(line)}\n"
        for environment in dict.fromkeys(run.environment for run in runs):
            levels = read_levels(connection, environment)
            yield f"{dump_levels(Levels(environment, levels))}\n"


def write_lines(file: Path, lines: Iterable[str]) -> None:
    """Write lines to a file, which is there as a whole or as it was.

    Raises:
        StorageError: If it can not be written.
    """
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("x", encoding="utf-8", newline="\n") as stream:
            stream.writelines(lines)
        temporary.replace(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"can not be written: {reason}", path=str(file)) from error
    finally:
        temporary.unlink(missing_ok=True)


def import_history(
    workspace: Workspace, files: Iterable[Path], named: Path | None
) -> Imported:
    """Take in runs from files that were exported, all of them or none.

    A run that is there already stays as it is, and so does a level.

    Raises:
        UsageError: If a file is not what was exported; names the line.
        ConflictError: If another process holds the history.
        StorageError: If a file can not be read, or the history not be written.
    """
    history = History.of(workspace.root, named)
    lines = [line for file in files for line in _lines(file)]
    runs = sum(isinstance(line, RunLine) for line in lines)
    added = len(add_lines(workspace, history, lines))
    return Imported(history.shown, added, runs - added)


def _lines(file: Path) -> Iterator[RunLine | Levels]:
    """What the lines of a file are."""
    try:
        if not file.is_file():
            raise UsageError("is no file", path=str(file), hint=_WRITTEN)
        with file.open("rb") as stream:
            number = 0
            while text := stream.readline(_MOST_BYTES):
                number += 1
                if number == 1:
                    _check_head(text, file)
                elif text.strip():
                    yield _line(text, file, number)
            if not number:
                _check_head(b"", file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"can not be read: {reason}", path=str(file)) from error


def _check_head(text: bytes, file: Path) -> None:
    if text.strip() != HEAD.encode():
        message = f"does not begin with {HEAD}"
        raise UsageError(message, path=str(file), line=1, hint=_WRITTEN)


def _line(text: bytes, file: Path, number: int) -> RunLine | Levels:
    try:
        return load_line(text)
    except RecordError as error:
        raise UsageError(
            str(error), path=str(file), line=number, hint=_WRITTEN
        ) from error
