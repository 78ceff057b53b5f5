"""Loaded in collections as the team makes them: notes what pytest does, and changes nothing.

It stands beside suiteloom's own plugin and does not need it, so that it also sees a run
in which that one is switched off or asleep.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from suiteloom.model import Record, dump_record
from suiteloom.model.team import PluginState
from suiteloom.pytest_plugin.activation import PROJECT, STATES
from suiteloom.pytest_plugin.collection import CollectionLog
from suiteloom.pytest_plugin.identity import Identities, relative_path
from suiteloom.pytest_plugin.passed_over import why_passed_over
from suiteloom.pytest_plugin.suite_files import SuiteFiles

__all__ = ["VARIABLE", "pytest_configure"]

VARIABLE = "SUITELOOM_TEAM"
"""JSON: `project`, the project's root; `record` and `team`, files to write; `suites`, the
paths of the suites. No option, because it is no part of what the team calls."""

_SETTINGS = ("python_classes", "python_functions", "python_files")
_OWN = ("suiteloom", "suiteloom.pytest_plugin")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin to listen; errors of other tests do not cut the collection short."""
    if hasattr(config, "workerinput") or VARIABLE not in os.environ:
        return
    task = json.loads(os.environ[VARIABLE])
    config.option.maxfail = 0
    project = Path(task["project"])
    log = CollectionLog(project, config.rootpath)
    tests = Identities(project, SuiteFiles(), config.rootpath)
    config.pluginmanager.register(log, "suiteloom-team-log")
    config.pluginmanager.register(tests, "suiteloom-team-tests")
    config.pluginmanager.register(_Witness(task, log, tests), "suiteloom-team")


class _Witness:
    """Writes down what was collected, and why each other suite was not."""

    def __init__(
        self, task: dict[str, Any], log: CollectionLog, tests: Identities
    ) -> None:
        self._task = task
        self._project = Path(task["project"])
        self._log = log
        self._tests = tests
        self._seen: set[str] = set()

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """Note which files pytest looks into."""
        if isinstance(collector, pytest.Module):
            self._seen.add(relative_path(collector.path, self._project))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(
        self, session: pytest.Session
    ) -> Generator[None, object, object]:
        """Write, whatever the other plugins do at the end."""
        try:
            return (yield)
        finally:
            record = dump_record(self._record(session))
            Path(self._task["record"]).write_bytes(record)
            text = json.dumps(self._team(session.config))
            Path(self._task["team"]).write_text(text, "utf-8")

    def _record(self, session: pytest.Session) -> Record:
        config = session.config
        names = {name: config.getini(name) for name in _SETTINGS}
        return Record(
            exit=int(session.exitstatus),
            settings={name: [str(part) for part in names[name]] for name in names},
            collected=self._tests.all_of(session.items),
            deselected=tuple(self._log.dropped(session.items, self._tests)),
            errors=tuple(self._log.errors),
            warnings=tuple(self._log.warnings),
        )

    def _team(self, config: pytest.Config) -> dict[str, Any]:
        ini = config.inipath
        missing = [path for path in self._task["suites"] if path not in self._seen]
        return {
            "root": relative_path(config.rootpath, self._project),
            "settings_file": relative_path(ini, self._project) if ini else "",
            "plugin": (state := _plugin(config, self._project)),
            "cause": _cause(config, self._project, state),
            "can_spread": _can_spread(config),
            "passed_over": [
                asdict(why_passed_over(config, self._project, path)) for path in missing
            ],
        }


def _can_spread(config: pytest.Config) -> bool:
    """Whether pytest-xdist is at work, and no option says how or speaks against it."""
    said = ("numprocesses", "tx", "usepdb", "trace")
    is_there = config.pluginmanager.hasplugin("xdist")
    return is_there and not any(config.getoption(name, None) for name in said)


def _plugin(config: pytest.Config, project: Path) -> PluginState:
    plugins = config.pluginmanager
    if PROJECT in config.stash and not plugins.is_blocked(STATES):
        return "active" if config.stash[PROJECT] == project else "elsewhere"
    if any(plugins.is_blocked(name) for name in _OWN):
        return "blocked"
    if any(plugins.hasplugin(name) for name in _OWN):
        return "elsewhere"
    return "not loaded"


def _cause(config: pytest.Config, project: Path, state: PluginState) -> str:
    """The setting or variable because of which the plugin is not at work."""
    ini = relative_path(config.inipath, project) if config.inipath else ""
    added = os.environ.get("PYTEST_ADDOPTS", "")
    if state == "active":
        return ""
    if state == "elsewhere":
        return ini
    if state == "not loaded" and os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        return "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    word = "no:suiteloom" if state == "blocked" else "--disable-plugin-autoload"
    return "PYTEST_ADDOPTS" if word in added else f"addopts of {ini}"
