"""What tests are expected to take: recorded where they ran, else as others like them.

Whole microseconds, so that a sum is the same on every machine, in whatever order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median_low

from suiteloom.results import FILE_NAME, read_durations
from suiteloom.store import FOLDER, read_bytes
from suiteloom.workflows.project import Workspace

__all__ = ["expected_us", "recorded_us"]

_ANY = 1_000_000
"""Where nothing is recorded every test counts as one second, which it is not."""


def recorded_us(workspace: Workspace) -> dict[str, int]:
    """How long tests took in the last run, in one environment, with all of their cases.

    Args:
        workspace: The project.

    Returns:
        Microseconds by id, at least 1; empty if there is no run that can be read.
    """
    path = f"{FOLDER}/{FILE_NAME}"
    if not (workspace.root / path).is_file():
        return {}
    return read_durations(read_bytes(workspace.root, path))


def expected_us(
    files: Mapping[str, Iterable[str]], recorded: Mapping[str, int]
) -> dict[str, int]:
    """How long tests are expected to take in one environment.

    Args:
        files: Ids of the tests of each file, by path.
        recorded: As `recorded_us` gives it.

    Returns:
        Microseconds by id. A test that was not recorded takes the median of those of its
        file, in a file without any the median of all of these files.
    """
    known = {
        path: [recorded[i] for i in ids if i in recorded] for path, ids in _each(files)
    }
    every = [value for values in known.values() for value in values]
    usual = median_low(every) if every else _ANY
    found = {}
    for path, ids in _each(files):
        own = median_low(known[path]) if known[path] else usual
        found.update({name: recorded.get(name, own) for name in ids})
    return found


def _each(files: Mapping[str, Iterable[str]]) -> list[tuple[str, list[str]]]:
    return [(path, list(ids)) for path, ids in files.items()]
