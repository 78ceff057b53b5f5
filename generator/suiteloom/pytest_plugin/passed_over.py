"""Why pytest does not look into a file: the very setting, and who makes it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from suiteloom.model.team import PassedOver
from suiteloom.pytest_plugin.identity import relative_path

__all__ = ["why_passed_over"]

_ADDED = "PYTEST_ADDOPTS"
_DEFAULTS = {
    "python_files": ["test_*.py", "*_test.py"],
    "norecursedirs": [
        "*.egg",
        ".*",
        "_darcs",
        "build",
        "CVS",
        "dist",
        "node_modules",
        "venv",
        "{arch}",
    ],
}


def why_passed_over(config: pytest.Config, project: Path, path: str) -> PassedOver:
    """Find the setting that keeps a file out of a collection.

    They are asked in pytest's order: what to collect, what to leave out on the way
    there, which files are files of tests.

    Args:
        config: Of the run.
        project: The project's root.
        path: A suite that exists, relative to it.

    Returns:
        The first setting that does it; if none does, it is a hook of a conftest or
        plugin, and the setting is empty.
    """
    file = project / path
    ini = relative_path(config.inipath, project) if config.inipath else ""
    start = _start(config, file)
    if start is None:
        from_setting = config.args_source is pytest.Config.ArgsSource.TESTPATHS
        if from_setting:
            value = " ".join(config.getini("testpaths"))
            return PassedOver(path, "testpaths", value, _source("testpaths", ini))
        value = " ".join(config.args)
        return PassedOver(path, "arguments", value, _source(config.args[0], ini))
    for place in _way(start, file):
        for setting, value, source in _ignored(config, project, place, ini):
            return PassedOver(path, setting, value, source)
    patterns = config.getini("python_files")
    if start != file and not any(_matches(pattern, file) for pattern in patterns):
        source = "" if patterns == _DEFAULTS["python_files"] else ini
        value = " ".join(patterns)
        return PassedOver(path, "python_files", value, _source("python_files", source))
    return PassedOver(path, "", "", "")


def _start(config: pytest.Config, file: Path) -> Path | None:
    """The argument that a file is in or below, the nearest one; None without any."""
    base = config.invocation_params.dir
    places = [base / str(argument).partition("::")[0] for argument in config.args]
    around = [Path(os.path.normpath(place)) for place in places]
    around = [place for place in around if file.is_relative_to(place)]
    return max(around, key=lambda place: len(place.parts), default=None)


def _way(start: Path, file: Path) -> Iterator[Path]:
    """The folders below `start` that lead to a file, and the file."""
    inner = [place for place in file.parents if place != start]
    yield from (p for p in reversed(inner) if p.is_relative_to(start))
    if file != start:
        yield file


def _ignored(
    config: pytest.Config, project: Path, place: Path, ini: str
) -> Iterator[tuple[str, str, str]]:
    """Setting, value and source of each thing that leaves a file or folder out."""
    base = config.invocation_params.dir
    for value in config.getoption("ignore", None) or ():
        if _absolute(base, value) == str(place):
            yield "--ignore", str(value), _source(str(value), ini)
    for value in config.getoption("ignore_glob", None) or ():
        if fnmatch(str(place), _absolute(base, value)):
            yield "--ignore-glob", str(value), _source(str(value), ini)
    yield from _ignored_by_conftest(config, project, place)
    if place.is_dir():
        for pattern in config.getini("norecursedirs"):
            if _matches(pattern, place):
                known = pattern in _DEFAULTS["norecursedirs"]
                source = "" if known else _source("norecursedirs", ini)
                yield "norecursedirs", pattern, source


def _ignored_by_conftest(
    config: pytest.Config, project: Path, place: Path
) -> Iterator[tuple[str, str, str]]:
    for plugin in config.pluginmanager.get_plugins():
        conftest = Path(getattr(plugin, "__file__", None) or "")
        if conftest.name != "conftest.py":
            continue
        source = relative_path(conftest, project)
        for value in _texts(getattr(plugin, "collect_ignore", None)):
            if _absolute(conftest.parent, value) == str(place):
                yield "collect_ignore", value, source
        for value in _texts(getattr(plugin, "collect_ignore_glob", None)):
            if fnmatch(str(place), _absolute(conftest.parent, value)):
                yield "collect_ignore_glob", value, source


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Iterable):
        yield from (str(item) for item in value)


def _absolute(base: Path, value: object) -> str:
    return os.path.normpath(base / str(value))


def _matches(pattern: str, path: Path) -> bool:
    """Whether a pattern is that of a name, or of a path if it has a separator."""
    if os.sep not in pattern:
        return fnmatch(path.name, pattern)
    if not Path(pattern).is_absolute():
        pattern = f"*{os.sep}{pattern}"
    return fnmatch(str(path), pattern)


def _source(word: str, ini: str) -> str:
    """Who says it: the variable if the word stands there, else the settings file."""
    return _ADDED if word in os.environ.get(_ADDED, "") else ini
