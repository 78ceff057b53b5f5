"""Starts pytest so that the project under test can not supply pytest. Run as a script.

The folder that pytest is started in may be the first on the path, as after ``python -m
pytest``, and settings and conftest files may add more. Whatever stands in the project is
imported from there as ever, but for the modules that this run itself consists of: those
are the ones that are installed, whatever is called like them in the project.

Usage: ``python -P guarded.py [--here] PYTEST ARGUMENTS``; with ``--here`` the current
folder is first on the path. Workers of pytest-xdist are started in the same way.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import sys
from collections.abc import Callable
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
    SourcelessFileLoader,
)
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any
from zipimport import zipimporter

__all__ = ["HERE", "NEEDED"]

HERE = "--here"
_WORKER = ["-u", "-c"]
"""How execnet goes on with the program that it starts, before the code to run."""

NEEDED = frozenset(
    {
        "_pytest",
        "pytest",
        "py",
        "pluggy",
        "iniconfig",
        "packaging",
        "pygments",
        "colorama",
    }
    | {"coverage", "execnet", "suiteloom", "anyascii", "filelock", "yaml", "_yaml"}
    | {"pydantic", "pydantic_core", "annotated_types", "typing_extensions"}
    | {"typing_inspection", "dotenv"}
)
"""Modules that pytest and suiteloom's plugin need, besides those of installed plugins."""

_IMPORTS = re.compile(
    r"[/\\](?:importlib[/\\]__init__|assertion[/\\]rewrite)\.py$"
).search
"""Files whose code imports for others."""

_IMPORTS_TESTS = re.compile(r"[/\\]_pytest[/\\]pathlib\.py$").search

_LOADERS = (
    (ExtensionFileLoader, EXTENSION_SUFFIXES),
    (SourceFileLoader, SOURCE_SUFFIXES),
    (SourcelessFileLoader, BYTECODE_SUFFIXES),
)


class _Installed:
    """Where the modules of this run are installed, by name.

    Args:
        is_inside: Whether a file or folder is in the project.
    """

    def __init__(self, is_inside: Callable[[str], bool]) -> None:
        self._is_inside = is_inside
        plugins = {
            item.module.partition(".")[0] for item in entry_points(group="pytest11")
        }
        self._places: dict[str, str] = {}
        for name in sorted(NEEDED | plugins):
            spec = _found(name)
            if spec is not None and spec.origin:
                self._places[name] = spec.origin

    def allowed(self, name: str, spec: ModuleSpec | None) -> ModuleSpec | None:
        """What a folder of the project may give for a name.

        A module that is called like one of Python's own is for the project only, and
        for the part of pytest that imports its tests.
        """
        if spec is None:
            return None
        if name in self._places:
            return spec if spec.origin == self._places[name] else None
        if name in sys.stdlib_module_names:
            asks = _importer()
            return spec if self._is_inside(asks) or _IMPORTS_TESTS(asks) else None
        return spec


def _found(name: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None


def _importer() -> str:
    """The file whose code is importing something."""
    frame = sys._getframe(1)  # noqa: SLF001 - there is no other way to know
    while frame.f_back is not None:
        name = frame.f_code.co_filename
        if name != __file__ and not name.startswith("<frozen") and not _IMPORTS(name):
            return name
        frame = frame.f_back
    return ""


def _is_below(folder: str, place: str) -> bool:
    return place == folder or place.startswith(folder.rstrip(os.sep) + os.sep)


def _guard(root: str) -> None:
    """See that no folder below `root` gives a module that this run consists of."""

    def is_inside(path: str) -> bool:
        place = os.path.realpath(path)
        return _is_below(root, place) and not _is_below(packages, place)

    packages = os.path.realpath(sys.prefix)  # may be in the project
    installed = _Installed(is_inside)

    class Folder(FileFinder):
        def find_spec(
            self, fullname: str, target: ModuleType | None = None
        ) -> ModuleSpec | None:
            return installed.allowed(fullname, super().find_spec(fullname, target))

    class Archive(zipimporter):
        def find_spec(
            self, fullname: str, target: ModuleType | None = None
        ) -> ModuleSpec | None:
            return installed.allowed(fullname, super().find_spec(fullname, target))

    def hook(path: str) -> FileFinder | zipimporter:
        if not is_inside(path):
            raise ImportError("not in the project")
        return Folder(path, *_LOADERS) if Path(path).is_dir() else Archive(path)

    sys.path_hooks.insert(0, hook)
    for path in list(sys.path_importer_cache):
        if is_inside(path):
            del sys.path_importer_cache[path]


def _run(arguments: list[str]) -> int:
    """Run pytest in this process; gives its exit code."""
    import pytest

    class Workers:
        """Has the workers of pytest-xdist started as this process was."""

        @pytest.hookimpl(optionalhook=True)
        def pytest_xdist_setupnodes(self, specs: list[Any]) -> None:
            """Name the program of each worker that is a process of this machine."""
            for spec in specs:
                if spec.popen and not spec.python:
                    spec.python = shlex.join([sys.executable, "-P", "-u", __file__])

    if arguments[:1] == [HERE]:
        del arguments[0]
        sys.path.insert(0, str(Path.cwd()))
    try:
        code = pytest.main(arguments, plugins=[Workers()])
        sys.stdout.flush()
    except BrokenPipeError:  # as pytest's own program has it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return int(code)


if __name__ == "__main__":
    _guard(os.path.realpath(Path.cwd()))
    if sys.argv[1:3] == _WORKER:
        exec(sys.argv[3])  # noqa: S102 - the line that execnet gives to any Python
    else:
        sys.exit(_run(sys.argv[1:]))
