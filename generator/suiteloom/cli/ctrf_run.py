"""A run in the Common Test Report Format: one JSON document. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from suiteloom import __version__
from suiteloom.cli.run_rows import Row, RunRows
from suiteloom.model import CtrfStatus, Finding, dump_outcome

__all__ = ["ctrf_run"]

_FORMAT = "0.0.0"
"""Version of the format."""

_LABELS = frozenset(
    {
        *("spec_id", "domain", "group", "environment", "bvj_segment", "bvj_goal"),
        *("bvj_value_impact", "bvj_strategic_impact"),
    }
)
"""What is known of a test by which reports are filtered."""

_Data = dict[str, Any]


def ctrf_run(run: RunRows) -> _Data:
    """Return a run as a report of the Common Test Report Format.

    What the format has no place for stands under ``extra``. Errors of the run that no
    test shows are tests that failed, so that no reader takes it for one that passed.

    Args:
        run: The run.

    Returns:
        The report as plain data, keys in a stable order.
    """
    tests = [*map(_error, run.findings), *map(_test, run.rows)]
    return {
        "reportFormat": "CTRF",
        "specVersion": _FORMAT,
        "generatedBy": f"suiteloom {__version__}",
        "results": {
            "tool": {"name": "suiteloom", "version": __version__},
            "summary": _summary(run, tests),
            "tests": tests,
            "environment": _environment(run),
        },
    }


def _summary(run: RunRows, tests: Sequence[Mapping[str, Any]]) -> _Data:
    """Counts of tests by status; the time is 0 where nobody knows it."""
    counts = Counter(test["status"] for test in tests)
    outcomes = Counter(row.ended.outcome for row in run.rows)
    return {
        "tests": len(tests),
        **{status: counts[status] for status in get_args(CtrfStatus)},
        "flaky": sum(test.get("flaky", False) for test in tests),
        "suites": len({row.ended.test.path for row in run.rows}),
        "start": run.last.began_us // 1000,
        "stop": run.last.ended_us // 1000,
        "extra": {
            "outcomes": dict(sorted(outcomes.items())),
            "errors_of_the_run": len(run.findings),
        },
    }


def _environment(run: RunRows) -> _Data:
    """Where it ran, and what is known of the run as a whole."""
    last = run.last
    names = [name for name in last.environments if name]
    found: _Data = {}
    if last.revision.commit:
        found["commit"] = last.revision.commit
    if last.system:
        found["osPlatform"] = last.system
    if names:
        found["testEnvironment"] = ", ".join(names)
    found["extra"] = {
        "tree_clean": last.revision.is_clean,
        "environments": names,
        "hosts": list(last.hosts),
        "missing_hosts": dict(last.missing_hosts),
        "collected": sorted(last.collected),
        "unspecified": dict(sorted(last.unspecified.items())),
        "coverage_percent": last.coverage,
        "coverage_by_environment": {
            name: percent
            for name, percent in last.coverage_by_environment.items()
            if name
        },
        "suites": dict(sorted(last.suites.items())),
    }
    return found


def _test(row: Row) -> _Data:
    """One outcome."""
    ended, test = row.ended, row.ended.test
    found: _Data = {
        "testId": _identity(row),
        "name": f"{test.id} {row.name}".strip(),
        "status": "other" if row.is_held_back else row.outcome.ctrf,
        "duration": round(ended.duration_s * 1000),
    }
    parts = (
        row.suite.domain if row.suite else test.path,
        row.group.title if row.group else test.class_name,
    )
    found["suite"] = [part for part in parts if part]
    if row.reason:
        found["message"] = row.reason
    if test.line:
        found["line"] = test.line
    found["rawStatus"] = row.state if row.is_held_back else ended.outcome
    if row.suite is not None:
        found["type"] = row.suite.category
    if row.spec is not None:
        found["tags"] = list(row.spec.kinds)
    found["labels"] = {
        name: value for name, value in row.facts() if name in _LABELS and value
    }
    found["filePath"] = test.path
    found["retries"] = ended.attempts - 1
    found["flaky"] = row.outcome.count == "rerun"
    found["extra"] = _plain({**dump_outcome(ended), "state": row.state})
    return found


def _plain(value: Any) -> Any:
    """A value without what JSON has no form of, as a test may record it.

    Numbers that are none, and whatever is no plain data, become texts.
    """
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    return value if value is None or isinstance(value, str | int) else repr(value)


def _identity(row: Row) -> str:
    """What a test is known by, whatever it is called and wherever it stands."""
    test = row.ended.test
    if not test.id:
        return test.nodeid
    return f"{test.id}[{test.case}]" if test.case else test.id


def _error(finding: Finding) -> _Data:
    """What is wrong with the run, as a test that failed."""
    found: _Data = {
        "name": f"{finding.code} {finding.message}",
        "status": "failed",
        "duration": 0,
        "suite": ["suiteloom"],
        "message": finding.message,
    }
    if finding.line:
        found["line"] = finding.line
    found["rawStatus"] = finding.severity
    found["type"] = "finding"
    if finding.path:
        found["filePath"] = finding.path
    found["extra"] = {"code": finding.code, "advice": finding.advice, "id": finding.id}
    return found
