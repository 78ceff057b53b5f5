"""Tests in quarantine: in suiteloom's own runs they fail and do not fail the session.

Without such a run they fail as any test does; only the summary counts them apart.
"""

from __future__ import annotations

from collections.abc import Collection, Generator
from pathlib import Path

import pytest

from suiteloom.model import Config
from suiteloom.pytest_plugin.identity import Identities, marked_id
from suiteloom.pytest_plugin.report import hold

__all__ = ["Quarantined", "quarantined_in_specs", "split_ids"]

_SIGNS = (b"quarantine", b"\\x", b"\\u", b"\\U")
"""One of these is in a spec with a quarantine, whose key may be written with escapes."""


class Quarantined:
    """Keeps the failures of some tests from failing the session.

    Args:
        ids: Of the tests.
        tests: Says which test a worker that died was running.
    """

    def __init__(self, ids: Collection[str], tests: Identities) -> None:
        self._ids = ids
        self._tests = tests

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Hold a failure; the last word on a report, after everybody else's."""
        report = yield
        if report.failed and marked_id(item)[0] in self._ids:
            hold(report)
        return report

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: pytest.TestReport) -> None:
        """Hold the failure of a test that took its worker of pytest-xdist down."""
        if self._tests.find(crashitem).id in self._ids:
            hold(report)


def split_ids(text: str) -> frozenset[str]:
    """The ids that the option names, parted by commas."""
    return frozenset(filter(None, text.split(",")))


def quarantined_in_specs(root: Path, settings: Config) -> frozenset[str]:
    """The ids of the tests in quarantine today.

    Args:
        root: The project's folder.
        settings: Its configuration.

    Returns:
        None of a spec that can not be read. Only specs that may have one are parsed.
    """
    from suiteloom.errors import SuiteloomError
    from suiteloom.model import in_quarantine
    from suiteloom.store import read_specs
    from suiteloom.store.clock import utc_today

    suites = []
    try:
        for path, data in read_specs(root, settings.specs).items():
            if any(sign in data for sign in _SIGNS):
                from suiteloom.specs.loader import load_suite

                suites.append(load_suite(data, path, settings)[0])
    except SuiteloomError:  # the summary says then what pytest says
        return frozenset()
    return frozenset(in_quarantine(filter(None, suites), utc_today()))
