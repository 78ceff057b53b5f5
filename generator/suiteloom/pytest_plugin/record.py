"""The record: one JSON file about what pytest collected and ran."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from suiteloom.pytest_plugin.collection import CollectionLog
from suiteloom.pytest_plugin.identity import Identity, identify
from suiteloom.pytest_plugin.results import Result, ResultLog

__all__ = ["SCHEMA", "RecordWriter"]

SCHEMA = "suiteloom.record/1"
_SETTINGS = ("python_classes", "python_functions", "python_files")


class RecordWriter:
    """Writes the record when everything else about the session is done."""

    def __init__(self, path: Path, log: CollectionLog, results: ResultLog) -> None:
        self._path = path
        self._log = log
        self._results = results

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(
        self, session: pytest.Session
    ) -> Generator[None, object, object]:
        """Write, whatever the other plugins do at the end."""
        try:
            return (yield)
        finally:
            self._write(self._record(session))

    def _record(self, session: pytest.Session) -> dict[str, Any]:
        config = session.config
        results = self._results.results()
        if config.pluginmanager.hasplugin("dsession"):
            results.sort(key=lambda result: result.test.nodeid)
        return {
            "schema": SCHEMA,
            "exit": int(session.exitstatus),
            "settings": {name: list(config.getini(name)) for name in _SETTINGS},
            "collected": [_place(identify(item)) for item in session.items],
            "deselected": [
                {**_place(identify(dropped.item)), "silently": dropped.silently}
                for dropped in self._log.dropped(session.items)
            ],
            "errors": [asdict(error) for error in self._log.errors],
            "warnings": [asdict(warning) for warning in self._log.warnings],
            "tests": [_entry(result) for result in results],
        }

    def _write(self, record: dict[str, Any]) -> None:
        """Replace the file in one step; without it the run can not count as done."""
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}.tmp")
        try:
            temporary.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
            temporary.replace(self._path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            reason = error.strerror or type(error).__name__
            message = f"suiteloom: the record {self._path} can not be written: {reason}"
            pytest.exit(message, returncode=pytest.ExitCode.INTERNAL_ERROR)


def _place(test: Identity) -> dict[str, Any]:
    return {
        "id": test.id,
        "nodeid": test.nodeid,
        "path": test.path,
        "line": test.line,
        "class": test.class_name,
        "function": test.function,
        "case": test.case,
        "orphan": test.is_orphan,
    }


def _entry(result: Result) -> dict[str, Any]:
    test = result.test
    return {
        "id": test.id,
        "nodeid": test.nodeid,
        "path": test.path,
        "class": test.class_name,
        "function": test.function,
        "case": test.case,
        "outcome": result.outcome,
        "duration_s": result.duration_s,
        "reason": result.reason,
        "metrics": result.metrics,
        "environment": result.environment,
    }
