"""Registers what a run of pytest needs: markers and hooks, by the configuration."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from suiteloom.errors import SuiteloomError
from suiteloom.model import Config
from suiteloom.pytest_plugin.async_tests import (
    AsyncTests,
    AsyncWhereNeeded,
    NoAsyncTests,
)
from suiteloom.pytest_plugin.collection import CollectionLog
from suiteloom.pytest_plugin.identity import Identities
from suiteloom.pytest_plugin.quarantine import (
    Quarantined,
    quarantined_in_specs,
    split_ids,
)
from suiteloom.pytest_plugin.record import RecordWriter, WorkerRecord
from suiteloom.pytest_plugin.results import ResultLog
from suiteloom.pytest_plugin.states import StatesWhereNeeded, TestStates
from suiteloom.pytest_plugin.suite_files import SuiteFiles
from suiteloom.pytest_plugin.summary import Summary
from suiteloom.pytest_plugin.tracebacks import Tracebacks
from suiteloom.store import load_config

__all__ = ["PROJECT", "STATES", "activate"]

PROJECT = pytest.StashKey[Path]()
"""In the stash of a run: the root of the project that the plugin is at work for."""

STATES = "suiteloom-states"
"""What skips pending tests and orphans is called among pytest's plugins."""
_MARKERS = (
    "spec(id, rev, written, reviewed): the identity of a test, for ever",
    "orphan(id, rev): a test whose id is in no spec any more; it is skipped",
    "mission_critical: a test of a suite that the business stands on",
)


def activate(
    config: pytest.Config,
    record: str | None,
    root: Path,
    *,
    chosen: str | None = None,
    quarantine: str | None = None,
) -> None:
    """Register markers and hooks.

    Args:
        config: Of the run; markers and plugins are added to it.
        record: Where to write the record, relative to the folder that pytest was
            started in; None for no record.
        root: The project's folder: pytest's root folder or one in it.
        chosen: Which suites are to be collected, as `read_chosen` takes it; None for
            what pytest is told.
        quarantine: Ids, parted by commas, of tests that may fail without failing the run;
            None if nobody says so: then they fail it, and specs say what is counted apart.

    Raises:
        pytest.UsageError: If the project's configuration is wrong, or no record can
            be written at `record`, or `chosen` can not be read.
    """
    try:
        settings = load_config(root)
    except SuiteloomError as error:
        raise pytest.UsageError(f"suiteloom: {error}") from error
    config.stash[PROJECT] = root
    _add_markers(config, settings)
    files = SuiteFiles()
    tests = Identities(root, files, config.rootpath)
    is_worker = hasattr(config, "workerinput")
    plugins = config.pluginmanager
    if chosen is not None:
        from suiteloom.pytest_plugin.chosen import ChosenFiles, read_chosen

        files_of_run = ChosenFiles(read_chosen(chosen), config, tests)
        plugins.register(files_of_run, "suiteloom-chosen")
    tracebacks = Tracebacks(files)
    is_off = plugins.register(tracebacks, "suiteloom-tracebacks") is None
    short = None if is_off else tracebacks
    states = TestStates(files, tests if is_worker else None, short)
    if is_worker:
        plugins.register(states, STATES)
    else:
        plugins.register(StatesWhereNeeded(states, STATES), "suiteloom-needs-states")
    if held := split_ids(quarantine or ""):
        plugins.register(Quarantined(held, tests), "suiteloom-quarantine")
    runs_async = plugins.hasplugin("asyncio")
    tests_of_async = AsyncTests() if runs_async else NoAsyncTests()
    needs_async = AsyncWhereNeeded(plugins, tests_of_async, "suiteloom-async")
    plugins.register(needs_async, "suiteloom-needs-async")
    if config.getoption("xmlpath", None):
        from suiteloom.pytest_plugin.junit import JunitProperties

        plugins.register(JunitProperties(settings, root), "suiteloom-junit")
    if is_worker and record is None:
        return
    plugins.register(tests, "suiteloom-identities")
    log = CollectionLog(root, config.rootpath)
    if is_worker:
        plugins.register(log, "suiteloom-collection")
        plugins.register(WorkerRecord(log, tests), "suiteloom-worker")
        return
    results = ResultLog(tests)
    plugins.register(results, "suiteloom-results")
    held_in_specs = partial(quarantined_in_specs, root, settings)
    counted_apart = held_in_specs if quarantine is None else lambda: held
    plugins.register(Summary(results, counted_apart), "suiteloom-summary")
    if record is not None:
        plugins.register(log, "suiteloom-collection")
        path = _record_path(config, record)
        writer = RecordWriter(path, log, results, tests)
        plugins.register(writer, "suiteloom-record")


def _add_markers(config: pytest.Config, settings: Config) -> None:
    lines = [
        *_MARKERS,
        *(f"{name}: a test of category {name}" for name in settings.categories),
        *(f"{name}: configured for this project's specs" for name in settings.markers),
    ]
    for line in lines:
        config.addinivalue_line("markers", line)


def _record_path(config: pytest.Config, record: str) -> Path:
    """The file to write; its folder is made, a record of an earlier run is removed."""
    path = config.invocation_params.dir / record
    if not record or path.is_dir():
        raise pytest.UsageError(f"--suiteloom-record: {record!r} is not a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise pytest.UsageError(f"--suiteloom-record: {record}: {reason}") from error
    return path
