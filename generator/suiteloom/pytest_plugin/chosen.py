"""Collects some files of the suites folder and no others, each as if it had been named.

pytest looks through a whole folder for each file in it that is named. With the folder named
once it does so once, and what is not chosen is passed over before it is looked at.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from suiteloom.pytest_plugin.identity import Identities

__all__ = ["Chosen", "ChosenFiles", "read_chosen"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be collected of the suites folder.

    Attributes:
        folder: The suites folder; paths are relative to where pytest is started.
        files: Its files in the order that they are to run in; with each the ids of tests,
            and whether nothing but these is to run, or all but these. None is all of it.
    """

    folder: str
    files: Mapping[str, tuple[frozenset[str], bool] | None]


def read_chosen(path: str) -> Chosen:
    """Read what is to be collected.

    Args:
        path: A file of JSON: ``folder``, and by file in ``files`` null, or ``ids`` and
            ``keeps``.

    Raises:
        pytest.UsageError: If it is something else.
    """
    try:
        found = json.loads(Path(path).read_bytes())
        files = {
            str(name): cut and (frozenset(cut["ids"]), bool(cut["keeps"]))
            for name, cut in found["files"].items()
        }
        return Chosen(str(found["folder"]), files)
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise pytest.UsageError(f"--suiteloom-chosen: {path}: {error}") from error


class ChosenFiles:
    """Passes over other files, and deselects by id in files of which a part is to run.

    Args:
        chosen: What is to be collected.
        config: Of the run.
        tests: Say which test an item is.
    """

    def __init__(
        self, chosen: Chosen, config: pytest.Config, tests: Identities
    ) -> None:
        start = config.invocation_params.dir
        self._tests = tests
        self._inside = f"{start / chosen.folder}{os.sep}"
        paths = {str(start / name): cut for name, cut in chosen.files.items()}
        self._places = {path: place for place, path in enumerate(paths)}
        self._cuts = {path: cut for path, cut in paths.items() if cut is not None}
        self._patterns = [str(name) for name in config.getini("python_files")]

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Pass over what is in the folder and not chosen, and nothing that is."""
        path = str(collection_path)
        if path in self._places:
            return False
        return True if path.startswith(self._inside) else None

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect a chosen file whose name is none of pytest's, as if it were named."""
        if str(file_path) not in self._places or self._is_test_file(file_path):
            return None
        made: pytest.Collector | None = parent.ihook.pytest_pycollect_makemodule(
            module_path=file_path, parent=parent
        )
        return made

    def _is_test_file(self, path: Path) -> bool:
        """Whether pytest collects a file of its own accord, by ``python_files``."""
        names = (path.name, str(path))
        return any(
            fnmatchcase(names[os.sep in pattern], _anywhere(pattern))
            for pattern in self._patterns
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Put files in their order; take out tests that are not to run, and say so."""
        items.sort(key=lambda item: self._places.get(str(item.path), -1))
        dropped = [item for item in items if not self._is_here(item)]
        if dropped:
            gone = set(dropped)
            items[:] = [item for item in items if item not in gone]
            config.hook.pytest_deselected(items=dropped)

    def _is_here(self, item: pytest.Item) -> bool:
        cut = self._cuts.get(str(item.path))
        return cut is None or (self._tests.of(item).id in cut[0]) is cut[1]


def _anywhere(pattern: str) -> str:
    """A pattern of ``python_files``; one with folders may begin in any."""
    if os.sep in pattern and not Path(pattern).is_absolute():
        return f"*{os.sep}{pattern}"
    return pattern
