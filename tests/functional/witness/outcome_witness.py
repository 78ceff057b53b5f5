"""A plugin of pytest that writes down what a run was, and knows nothing of suiteloom."""

import json
import os
from pathlib import Path

import pytest


class Witness:
    """Hears what every run has: reports, warnings, how it ended."""

    def __init__(self, path):
        self._path = path
        self._collected = []
        self._phases = {}
        self._errors = []
        self._warnings = []

    def pytest_collection_finish(self, session):
        self._collected = [item.nodeid for item in session.items]

    def pytest_collectreport(self, report):
        if report.failed:
            self._errors.append(report.nodeid)

    def pytest_runtest_logreport(self, report):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        expected = getattr(report, "wasxfail", None)
        phase = [report.when, report.outcome, reason, expected]
        self._phases.setdefault(report.nodeid, []).append(phase)

    def pytest_warning_recorded(self, warning_message, when, nodeid):
        category = warning_message.category.__name__
        place = Path(warning_message.filename).name
        text = str(warning_message.message)
        self._warnings.append([category, text, place, when, nodeid])

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config):
        session = config.pluginmanager.get_plugin("session")
        data = {
            "exit": int(session.exitstatus) if session else None,
            "root": str(config.rootpath),
            "settings": str(config.inipath),
            "collected": self._collected,
            "tests": dict(sorted(self._phases.items())),
            "errors": sorted(self._errors),
            "warnings": sorted(self._warnings),
        }
        self._path.write_text(json.dumps(data), "utf-8")


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        path = Path(os.environ["OUTCOME_WITNESS"])
        config.pluginmanager.register(Witness(path), "outcome-witness")
