"""What a team's own pytest collects, started as the team starts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from suiteloom.model.record import Record

__all__ = ["PassedOver", "PluginState", "TeamCollection"]

PluginState = Literal["active", "elsewhere", "blocked", "not loaded"]
"""Of suiteloom's plugin: at work for this project, asleep because pytest's root folder is
another one, switched off by ``-p no:suiteloom``, or never loaded."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A suite that pytest did not look into.

    Attributes:
        path: The suite.
        setting: What keeps it out: ``testpaths``, ``python_files``, ``norecursedirs``,
            ``--ignore``, ``--ignore-glob``, ``collect_ignore``, ``collect_ignore_glob``
            or ``arguments``; empty if that is not known.
        value: The part of its value that does so.
        source: The file that says it, relative to the project root, or
            ``PYTEST_ADDOPTS``; empty if nobody says it and it is pytest's default.
    """

    path: str
    setting: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class TeamCollection:
    """One collection without file arguments.

    Attributes:
        folder: Where pytest was started, relative to the project root: ``.`` or above.
        record: What was collected; paths are relative to the project root.
        root: pytest's root folder, likewise.
        settings_file: The file that pytest has its settings from, likewise; empty
            without one.
        plugin: Whether suiteloom's plugin was at work.
        cause: Why it was not: the setting or variable that says so, as ``addopts of
            pytest.ini``; empty if it was.
        passed_over: The suites that were not looked into.
        can_spread: Whether pytest-xdist is at work and nobody has said how to use it.
    """

    folder: str
    record: Record
    root: str = ""
    settings_file: str = ""
    plugin: PluginState = "not loaded"
    cause: str = ""
    passed_over: tuple[PassedOver, ...] = ()
    can_spread: bool = False
