"""Leaves out of a run the tests of a file that another shard runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from suiteloom.pytest_plugin.identity import Identities

__all__ = ["Shares", "read_shares"]

_Cuts: TypeAlias = Mapping[str, tuple[frozenset[str], bool]]


def read_shares(path: str) -> _Cuts:
    """Read which tests of which files are to run.

    Args:
        path: A file of JSON: by path of a suite ``ids``, and ``keeps``, whether nothing
            but these tests is to run, or all but these.

    Returns:
        Both by path, POSIX and relative to the project.

    Raises:
        pytest.UsageError: If it is something else.
    """
    try:
        found = json.loads(Path(path).read_bytes())
        return {
            str(name): (frozenset(cut["ids"]), bool(cut["keeps"]))
            for name, cut in found.items()
        }
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise pytest.UsageError(f"--suiteloom-share: {path}: {error}") from error


class Shares:
    """Deselects by id, in the files that several shards run.

    Args:
        cuts: As `read_shares` gives them.
        tests: Say which test an item is.
    """

    def __init__(self, cuts: _Cuts, tests: Identities) -> None:
        self._cuts = cuts
        self._tests = tests

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Take out what is not of this shard, and tell pytest so."""
        dropped = [item for item in items if not self._is_here(item)]
        if dropped:
            gone = set(dropped)
            items[:] = [item for item in items if item not in gone]
            config.hook.pytest_deselected(items=dropped)

    def _is_here(self, item: pytest.Item) -> bool:
        test = self._tests.of(item)
        cut = self._cuts.get(test.path)
        return cut is None or (test.id in cut[0]) is cut[1]
