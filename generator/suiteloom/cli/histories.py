"""How what is remembered of runs looks, as text and as JSON."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from suiteloom.cli.output import Output, plural
from suiteloom.model import outcome_named
from suiteloom.model.identifiers import short

if TYPE_CHECKING:
    from suiteloom.model import PastResult, PastRun, RunEnvironment, TestPlace
    from suiteloom.workflows.history.overview import HistoryReport, TestHistory

__all__ = [
    "bars",
    "history_data",
    "run_data",
    "show_runs",
    "show_test",
    "time_said",
    "when",
]

_BARS = "▁▂▃▄▅▆▇█"
_PLAIN_BARS = "_.-=+*#@"
"""The same where the output has no other characters."""

_LETTERS = {
    "passed": ".",
    "failed": "F",
    "error": "E",
    "xpassed": "X",
    "pending": "p",
    "orphan": "o",
    "skipped": "s",
    "xfailed": "x",
    "rerun": "R",
}
_UNKNOWN = "?"
_DIGITS = 9
"""How much of a commit's name is shown."""

_NAME = 18
"""Columns for a branch or a case."""

_PAGE = 80
"""Columns of a page."""

_WIDTH = 40
"""Columns of a strip or a sparkline at the most."""


def show_runs(output: Output, report: HistoryReport, last: int) -> None:
    """Show the newest runs, one a line."""
    runs = report.runs[-last:]
    if output.is_json:
        output.json("history", history_data(report, runs))
        return
    size = f"{report.size_bytes / 1e6:.1f} MB"
    branches = len({run.branch for run in report.runs})
    where = "1 branch" if branches == 1 else f"{branches:,} branches"
    runs_of = f"{plural(len(report.runs), 'run')} of {plural(report.tests, 'test')}"
    output.line(f"{runs_of} on {where}; {report.path}, {size}")
    output.line()
    output.line(
        _row("run", "begun (UTC)", "branch", "commit", "tests", "failed", "took")
    )
    for run in reversed(runs):
        commit = run.revision.commit[:_DIGITS] or "-"
        output.line(
            _row(
                str(run.number),
                when(run),
                short(run.branch or "-", _NAME),
                commit if run.revision.is_clean is not False else f"{commit}*",
                f"{run.tests:,}",
                f"{run.failed:,}",
                time_said(run.took_us),
            )
        )
    _show_trend(output, runs)


def history_data(report: HistoryReport, runs: Sequence[PastRun]) -> dict[str, Any]:
    """Remembered runs as data.

    Args:
        report: All of them.
        runs: Those to list.
    """
    return {
        "path": report.path,
        "size_bytes": report.size_bytes,
        "tests": report.tests,
        "runs": [run_data(run) for run in runs],
    }


def _show_trend(output: Output, runs: Sequence[PastRun]) -> None:
    """What the list of runs does not show at a glance, and what its signs mean."""
    shown = runs[-_WIDTH:]
    output.line()
    output.line(f"failed {bars([run.failed for run in shown])} oldest to newest")
    output.line(f"took   {bars([run.took_us for run in shown])}")
    if any(run.revision.is_clean is False for run in runs):
        output.line("* the tree had changes that were not committed")
    if thinned := sum(run.is_thinned for run in runs):
        output.line(f"of {plural(thinned, 'run')} only the failures are kept")


def _row(*cells: str) -> str:
    run, begun, branch, commit, tests, failed, took = cells
    line = f"{run:>5}  {begun:<16}  {branch:<{_NAME}}  {commit:<10}"
    return f"{line} {tests:>7} {failed:>6} {took:>7}".rstrip()


def show_test(output: Output, found: TestHistory, last: int) -> None:
    """Show how a test ended and how long it took, case by case, and where it stood."""
    runs = found.runs[-last:]
    if output.is_json:
        output.json("history-test", _test_data(found, runs))
        return
    name = found.places[-1][1].name if found.places else ""
    output.line(short(f"{found.id} {name}".rstrip(), _PAGE), "bold")
    counts = _counts(
        result for run in runs for result in found.results[run.number].values()
    )
    _show_wrapped(
        output, f"{plural(len(runs), 'run')}, newest {when(runs[-1])}: {counts}"
    )
    output.line()
    cases = sorted({case for run in runs for case in found.results[run.number]})
    shown = runs[-_WIDTH:]
    for case in cases:
        results = [found.results[run.number].get(case) for run in shown]
        _show_case(output, short(case or "outcome", _NAME), results)
    output.line()
    _show_levels(output, found)
    _show_metrics(output, found, shown, cases)
    output.line("where it stood")
    for line in _stood(found.places):
        _show_wrapped(output, line, "  ")
    output.line()
    _show_wrapped(output, _legend(found, shown))


def _show_case(output: Output, name: str, results: Sequence[PastResult | None]) -> None:
    """One strip of letters, and the durations where it passed below it."""
    letters = "".join(
        _LETTERS.get(result.outcome, _UNKNOWN) if result else " " for result in results
    )
    passed = [
        result.duration_us if result and outcome_named(result.outcome).is_good else None
        for result in results
    ]
    output.line(f"{name:<{_NAME}}  {letters}".rstrip())
    known = [duration for duration in passed if duration is not None]
    if known:
        middle = sorted(known)[len(known) // 2]
        said = f"last {time_said(known[-1])}, median {time_said(middle)}"
        output.line(f"{'':<{_NAME}}  {bars(passed)}  {said}")


def _show_wrapped(output: Output, text: str, indent: str = "") -> None:
    """A sentence in as many lines as it takes."""
    lines = textwrap.wrap(
        text, _PAGE, initial_indent=indent, subsequent_indent=f"{indent}  "
    )
    for line in lines:
        output.line(line)


def _show_levels(output: Output, found: TestHistory) -> None:
    for environment, cases in found.levels.items():
        for case, level in sorted(cases.items()):
            name = f" {case}" if case else ""
            level_said = time_said(level.duration_us)
            spread = time_said(level.spread_us)
            line = f"accepted{name}: {level_said}, spread {spread}, in {environment}"
            _show_wrapped(output, line)


def _show_metrics(
    output: Output, found: TestHistory, runs: Sequence[PastRun], cases: Sequence[str]
) -> None:
    """The numbers that a test recorded."""
    for case in cases:
        results = [found.results[run.number].get(case) for run in runs]
        names = sorted({name for item in results if item for name in item.metrics})
        for name in names:
            values = [item.metrics.get(name) if item else None for item in results]
            newest = next(value for value in reversed(values) if value is not None)
            title = short(f"{name} {case}".rstrip(), _NAME)
            output.line(f"{title:<{_NAME}}  {bars(values)}  last {newest:g}")


def _stood(places: Sequence[tuple[PastRun, TestPlace]]) -> Iterable[str]:
    """Where a test stood first, and what changed since, oldest first."""
    before: TestPlace | None = None
    for run, place in places:
        at = f"run {run.number}, {when(run)}"
        if before is None:
            yield f"{at}: {place.domain} / {place.group} / {place.name}"
        else:
            if before.name != place.name:
                yield f"{at}: renamed, {before.name} -> {place.name}"
            if before.group != place.group:
                yield f"{at}: other group, {before.group} -> {place.group}"
            if before.domain != place.domain:
                yield f"{at}: other domain, {before.domain} -> {place.domain}"
        before = place


def _legend(found: TestHistory, runs: Sequence[PastRun]) -> str:
    outcomes = {
        result.outcome for run in runs for result in found.results[run.number].values()
    }
    signs = [f"{_LETTERS.get(name, _UNKNOWN)} {name}" for name in sorted(outcomes)]
    return f"oldest to newest; {', '.join(signs)}"


def _counts(results: Iterable[PastResult]) -> str:
    """How many results are of each kind, in words."""
    counts: dict[str, int] = {}
    for result in results:
        counts[result.outcome] = counts.get(result.outcome, 0) + 1
    order = sorted(counts, key=lambda name: -counts[name])
    return ", ".join(f"{counts[name]:,} {name}" for name in order)


def run_data(run: PastRun) -> dict[str, Any]:
    """A run as data."""
    return {
        "run": run.number,
        "uid": run.uid,
        "started": _moment(run).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "took_s": run.took_us / 1_000_000,
        "commit": run.revision.commit or None,
        "tree_clean": run.revision.is_clean,
        "branch": run.branch or None,
        "environment": asdict(run.environment),
        "python": run.python,
        "workers": run.workers or None,
        "coverage_percent": run.coverage,
        "packages": dict(run.packages),
        "whole": run.is_whole,
        "thinned": run.is_thinned,
        "tests": run.tests,
        "failed": run.failed,
    }


def _test_data(found: TestHistory, runs: Sequence[PastRun]) -> dict[str, Any]:
    return {
        "path": found.path,
        "id": found.id,
        "runs": [
            {
                **run_data(run),
                "results": [
                    {
                        "case": case,
                        "outcome": result.outcome,
                        "duration_s": result.duration_us / 1_000_000,
                        "metrics": dict(result.metrics),
                    }
                    for case, result in sorted(found.results[run.number].items())
                ],
            }
            for run in runs
        ],
        "places": [{"run": run.number, **asdict(place)} for run, place in found.places],
        "levels": _levels_data(found.levels),
    }


def _levels_data(levels: Mapping[RunEnvironment, Mapping[str, Any]]) -> list[Any]:
    return [
        {
            "environment": asdict(environment),
            "case": case,
            "duration_s": level.duration_us / 1_000_000,
            "spread_s": level.spread_us / 1_000_000,
        }
        for environment, cases in levels.items()
        for case, level in sorted(cases.items())
    ]


def bars(values: Sequence[float | None]) -> str:
    """A line of one character a value, higher for more; blank for none."""
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0, 0)
    signs = _BARS if _can_write(_BARS) else _PLAIN_BARS
    steps = len(signs) - 1
    size = (high - low) or 1
    return "".join(
        " " if value is None else signs[round((value - low) / size * steps)]
        for value in values
    )


def _can_write(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def time_said(microseconds: float) -> str:
    """A duration in four characters or so: ``12 ms``, ``3.4 s``, ``2m05s``."""
    if microseconds < 1000:
        return f"{microseconds:.0f} us"
    if microseconds < 1_000_000:
        milliseconds = microseconds / 1000
        return (
            f"{milliseconds:.1f} ms" if milliseconds < 100 else f"{milliseconds:.0f} ms"
        )
    seconds = microseconds / 1_000_000
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest:02}s"


def when(run: PastRun) -> str:
    """When a run began, in UTC."""
    return f"{_moment(run):%Y-%m-%d %H:%M}"


def _moment(run: PastRun) -> datetime:
    """The same as an object; what no calendar has is the beginning of all."""
    try:
        return datetime.fromtimestamp(run.started_us / 1_000_000, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)
