"""Runs suites on other machines, through gateways of pytest-xdist. Loaded by ``run --tx``.

Each machine has a checkout of the project, which is where its workers are started. What
is to be run reaches them by an option of this plugin: pytest-xdist takes a path among its
arguments for one that it has to find in a folder that it copies, and gives up otherwise.
Nothing is copied, pytest itself included.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

__all__ = [
    "pytest_addoption",
    "pytest_cmdline_main",
    "pytest_configure",
    "pytest_configure_node",
    "pytest_xdist_setupnodes",
]

_TARGETS = "suiteloom_targets"
_CHOSEN = "suiteloom_chosen"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--suiteloom-target=NODEID``."""
    parser.getgroup("suiteloom").addoption(
        "--suiteloom-target",
        dest=_TARGETS,
        action="append",
        metavar="NODEID",
        default=[],
        help="what workers run; relative to the folder that each is started in",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Let the machines that are named win over a ``-n`` in the settings of pytest."""
    config.option.numprocesses = None
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Say in a worker what it runs."""
    given: dict[str, str] | None = getattr(config, "workerinput", None)
    if given is None:
        return
    config.args = list(config.getoption(_TARGETS))
    if _CHOSEN in given:
        descriptor, path = tempfile.mkstemp(prefix="suiteloom-", suffix=".json")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(given[_CHOSEN])
        config.option.suiteloom_chosen = path
        config.add_cleanup(Path(path).unlink)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand a worker the file that says which suites are to run: it has no such file."""
    path = node.config.getoption(_CHOSEN)
    if path is not None:
        node.workerinput[_CHOSEN] = Path(path).read_text("utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Have nothing copied to the machines: their checkouts are as they should be."""
    session = config.pluginmanager.getplugin("dsession")
    folders = getattr(getattr(session, "nodemanager", None), "roots", None)
    if isinstance(folders, list):
        folders.clear()
