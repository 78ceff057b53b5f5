"""Loaded in suiteloom's own collections only: pytest looks and leaves no trace.

Reports that a project asks for in `addopts` are those of its real runs. A collection
would replace them with empty ones, so whatever names a file to write is led elsewhere.
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

__all__ = [
    "pytest_addoption",
    "pytest_cmdline_main",
    "pytest_load_initial_conftests",
]

_OPTION = "suiteloom_look"

_OFF: dict[str, Any] = {
    "allure_report_dir": None,
    "basetemp": None,
    "cacheclear": False,
    "cov_source": [],
    "durations_path": None,
    "failedfirst": False,
    "htmlpath": None,
    "json_report": False,
    "lf": False,
    "log_file": os.devnull,
    "newfirst": False,
    "pastebin": None,
    "report_log": None,
    "stepwise": False,
    "stepwise_skip": False,
    "store_durations": False,
    "xmlpath": None,
}
"""What the usual reports, and choices by an earlier run, are when nobody asks for them."""

_READ = frozenset(
    {
        "confcutdir",
        "cov_config",
        "deselect",
        "file_or_dir",
        "ignore",
        "ignore_glob",
        "inifilename",
        "keyword",
        "markexpr",
        "override_ini",
        "plugins",
        "pythonwarnings",
        "rootdir",
        "suiteloom_chosen",
        "suiteloom_look",
        "suiteloom_record",
    }
)
"""Options of pytest whose values say what is collected."""

_REPORTS = (
    *(
        ".csv",
        ".db",
        ".gz",
        ".htm",
        ".html",
        ".info",
        ".json",
        ".jsonl",
        ".lcov",
        ".log",
    ),
    *(".md", ".ndjson", ".pdf", ".prof", ".sarif", ".sqlite", ".svg", ".tap", ".txt"),
    *(".xml", ".yaml", ".yml", ".zip"),
)
"""What the names of files that plugins write usually end with."""


def pytest_addoption(
    parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager
) -> None:
    """Add the option that says where writes are led."""
    parser.addoption(
        "--suiteloom-look", dest=_OPTION, default=None, help=argparse.SUPPRESS
    )
    if pluginmanager.is_blocked("cacheprovider"):
        # Its setting is given on our command line and has to be known.
        parser.addini("cache_dir", "of a plugin that the project leaves out")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, args: list[str]
) -> Generator[None, None, None]:
    """Switch off what begins before any other hook: coverage, and pytest's own log."""
    args[:] = [
        arg for arg in args if arg != "--debug" and not arg.startswith("--debug=")
    ]
    options = early_config.known_args_namespace
    _lead_away(options, frozenset(vars(options)))
    vars(early_config)["_suiteloom_known"] = frozenset(vars(options))
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    """Switch off the rest before any plugin is told to begin."""
    known: frozenset[str] = vars(config).get("_suiteloom_known", frozenset())
    _lead_away(config.option, known)
    return (yield)


def _lead_away(options: argparse.Namespace, of_plugins: frozenset[str]) -> None:
    """Change every option that names something to write.

    Args:
        options: Are changed.
        of_plugins: Names of options that no conftest file added. Only theirs may lead
            to folders that are written: a conftest's own may be folders of test data.
    """
    scratch = Path(getattr(options, _OPTION))
    for name, value in list(vars(options).items()):
        if name in _OFF:
            setattr(options, name, _OFF[name])
        elif name not in _READ:
            setattr(options, name, _moved(value, scratch, folders=name in of_plugins))


def _moved(value: Any, scratch: Path, *, folders: bool) -> Any:
    """A value with every path in it led to a copy below `scratch`."""
    if isinstance(value, list):
        return [_moved(item, scratch, folders=folders) for item in value]
    if not isinstance(value, str | Path) or not str(value) or "://" in str(value):
        return value
    path = Path(value)
    if scratch in path.parents:
        return value
    target = scratch / str(path.absolute()).lstrip(os.sep).replace(":", "")
    try:
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        elif path.is_dir():
            if not folders:
                return value
            target.mkdir(parents=True, exist_ok=True)
        elif path.suffix.lower() not in _REPORTS and os.sep not in str(value):
            return value
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError):
        return value  # no path at all
    return type(value)(str(target))
