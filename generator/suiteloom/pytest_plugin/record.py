"""The record: one JSON file about what pytest collected and ran."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from suiteloom.cycles import without_collector
from suiteloom.model import (
    CollectedTest,
    Record,
    RecordError,
    dump_record,
    load_record,
)
from suiteloom.pytest_plugin.collection import CollectionLog
from suiteloom.pytest_plugin.identity import Identities
from suiteloom.pytest_plugin.results import ResultLog

__all__ = ["RecordWriter", "WorkerRecord"]

_SETTINGS = ("python_classes", "python_functions", "python_files")
_FROM_WORKER = "suiteloom_record"


class WorkerRecord:
    """Sends what a worker of pytest-xdist collected to the process that records."""

    def __init__(self, log: CollectionLog, tests: Identities) -> None:
        self._log = log
        self._tests = tests

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Leave it where pytest-xdist takes its workers' last words from."""
        collected, deselected = _collection(session, self._log, self._tests)
        record = Record(exit=0, collected=collected, deselected=deselected)
        output: dict[str, Any] = session.config.workeroutput  # type: ignore[attr-defined]
        output[_FROM_WORKER] = dump_record(record).decode()


class RecordWriter:
    """Writes the record when everything else about the session is done."""

    def __init__(
        self, path: Path, log: CollectionLog, results: ResultLog, tests: Identities
    ) -> None:
        self._path = path
        self._log = log
        self._results = results
        self._tests = tests
        self._stopped = ""
        self._is_interrupted = False
        self._workers_ids: list[str] = []
        self._of_worker: Record | None = None

    def pytest_keyboard_interrupt(
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> None:
        """Note who stopped the session: a person, a plugin or a test."""
        self._is_interrupted = excinfo.type is KeyboardInterrupt
        self._stopped = str(excinfo.value) or excinfo.typename

    def pytest_internalerror(
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> None:
        """Note what broke pytest or one of its plugins."""
        self._stopped = f"{excinfo.typename}: {excinfo.value}".rstrip(": ")

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Iterable[str]) -> None:
        """Note what a worker is about to run, should it not live to say more."""
        self._workers_ids = self._workers_ids or list(ids)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what the first worker says that it collected; all collect the same."""
        output: dict[str, Any] = getattr(node, "workeroutput", None) or {}
        if self._of_worker is None and _FROM_WORKER in output:
            with suppress(RecordError):
                self._of_worker = load_record(output[_FROM_WORKER].encode())
                for test in self._of_worker.collected:
                    self._tests.note(test)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(
        self, session: pytest.Session
    ) -> Generator[None, object, object]:
        """Write, whatever the other plugins do at the end."""
        try:
            return (yield)
        finally:
            with without_collector():
                self._write(self._record(session))

    def _record(self, session: pytest.Session) -> Record:
        config = session.config
        tests = self._results.results()
        if config.pluginmanager.hasplugin("dsession"):
            tests = sorted(tests, key=lambda outcome: outcome.test.nodeid)
            if self._of_worker is None:
                collected = tuple(self._tests.find(name) for name in self._workers_ids)
                deselected: tuple[CollectedTest, ...] = ()
            else:
                collected = self._of_worker.collected
                deselected = self._of_worker.deselected
        else:
            collected, deselected = _collection(session, self._log, self._tests)
        return Record(
            exit=int(session.exitstatus),
            settings=_settings(config),
            collected=collected,
            deselected=deselected,
            errors=tuple(self._log.errors),
            warnings=tuple(self._log.warnings),
            tests=tuple(tests),
            stopped=self._stopped,
            is_interrupted=self._is_interrupted,
        )

    def _write(self, record: Record) -> None:
        """Replace the file in one step; without it the run can not count as done."""
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}.tmp")
        try:
            temporary.write_bytes(dump_record(record))
            temporary.replace(self._path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            reason = error.strerror or type(error).__name__
            message = f"suiteloom: the record {self._path} can not be written: {reason}"
            pytest.exit(message, returncode=pytest.ExitCode.INTERNAL_ERROR)


def _collection(
    session: pytest.Session, log: CollectionLog, tests: Identities
) -> tuple[tuple[CollectedTest, ...], tuple[CollectedTest, ...]]:
    """What is left to run, and what was dropped again."""
    collected = tests.all_of(session.items)
    return collected, tuple(log.dropped(session.items, tests))


def _settings(config: pytest.Config) -> dict[str, list[str]]:
    settings = {name: [str(part) for part in config.getini(name)] for name in _SETTINGS}
    if not config.getoption("cov_source", None):
        return settings
    return {**settings, "cov_config": [str(config.getoption("cov_config"))]}
