"""How `flaky`, `slow`, `history accept` and `compare` look, as text and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from suiteloom.cli.histories import run_data, time_said, when
from suiteloom.cli.output import Output, plural
from suiteloom.model.identifiers import short
from suiteloom.results.speed import WINDOW

if TYPE_CHECKING:
    from suiteloom.model import PastRun, ResultKey, RunEnvironment
    from suiteloom.results.flakiness import Flakiness, Flaky
    from suiteloom.workflows.history.comparing import RunComparison
    from suiteloom.workflows.history.flakes import FlakyReport
    from suiteloom.workflows.history.slower import Accepted, SlowPart, SlowReport

__all__ = ["show_accepted", "show_comparison", "show_flaky", "show_slow"]

_DIGITS = 9
"""How much of a commit's name is shown."""

_MOST = 20
"""How many tests of one kind are listed; JSON has all."""

_TEST = 28
"""Columns for an id with its case."""

_TOGETHER = 5
"""So many tests that end otherwise in one run are worth a word about the run."""

_SMALL = 20
"""In a run of fewer tests than this, one failure is more than 5% of them."""

_ASIDE = {
    "outage": "in which more than 5% failed",
    "changed tree": "of a tree with changes that were not committed",
    "no commit": "without a commit",
    "thinned": "of which only the failures are kept",
}


def show_flaky(output: Output, report: FlakyReport) -> None:
    """Show flaky tests, and what could not have been seen."""
    if output.is_json:
        output.json("flaky", _flaky_data(report))
        return
    found = report.flakiness.flaky
    for item in found[:_MOST]:
        output.line(_flaky_line(item, report), "yellow")
    _show_more(output, len(found))
    head = plural(len(found), "flaky test") if found else "no flaky test was seen"
    commits = f"{report.groups:,} {'commit' if report.groups == 1 else 'commits'}"
    output.line(f"{head} in {plural(report.runs, 'run')}; {commits} run more than once")
    for run, count in list(report.odd_runs.items())[:3]:
        if count >= _TOGETHER:
            tests = plural(count, "flaky test")
            output.line(f"in run {run} {tests} ended otherwise: is the cause that run?")
    for line in _unseen(report.flakiness):
        output.line(line)
    for why, count in report.set_aside.items():
        output.line(f"set aside: {plural(count, 'run')} {_ASIDE[why]}")
    if report.smallest < _SMALL and "outage" in report.set_aside:
        output.line(
            f"with fewer than {_SMALL} tests in a run, one failure is more than 5%"
        )


def _flaky_line(item: Flaky[ResultKey], report: FlakyReport) -> str:
    ended = ", ".join(f"{n} {name}" for name, n in sorted(item.outcomes.items()))
    commit, _ = report.commits[item.groups[0]]
    more = f" and {len(item.groups) - 1} more" if len(item.groups) > 1 else ""
    where = f"on {commit[:_DIGITS]}{more}"
    return f"{short(str(item.test), _TEST):<{_TEST}}  {ended} {where}"


def _unseen(flakiness: Flakiness[ResultKey]) -> Iterator[str]:
    """Which flakes could have shown, most tests first."""
    rates = sorted(flakiness.rates.items(), key=lambda item: -item[1])
    told: dict[str, int] = {}
    for rate, count in rates:
        said = "" if rate is None else f"{_percent(rate)}%"
        told[said] = told.get(said, 0) + count
    for said, count in list(told.items())[:3]:
        tests = plural(count, "test")
        if said:
            yield f"{tests}: flakes above {said} would show"
        else:
            yield f"{tests}: run too seldom on one commit for a flake to show"
    if rest := sum(list(told.values())[3:]):
        yield f"{plural(rest, 'further test')}: see `--format json`"


def _percent(rate: float) -> int:
    """A rate in percent, not less than it is."""
    return math.ceil(rate * 100 - 1e-9)


def _flaky_data(report: FlakyReport) -> dict[str, Any]:
    def commits(item: Flaky[ResultKey]) -> list[Any]:
        chosen = [report.commits[group] for group in item.groups]
        return [
            {"commit": commit, "environment": asdict(environment)}
            for commit, environment in chosen
        ]

    return {
        "path": report.path,
        "runs": report.runs,
        "commits_run_again": report.groups,
        "set_aside": dict(report.set_aside),
        "flaky": [
            {
                "id": item.test.id,
                "case": item.test.case,
                "outcomes": dict(sorted(item.outcomes.items())),
                "runs": item.runs,
                "commits": commits(item),
            }
            for item in report.flakiness.flaky
        ],
        "odd_runs": [
            {"run": run, "flaky": count} for run, count in report.odd_runs.items()
        ],
        "would_show": [
            {"above_rate": rate, "tests": count}
            for rate, count in report.flakiness.rates.items()
        ],
    }


def show_slow(output: Output, report: SlowReport) -> None:
    """Show slower tests by environment, and of how many nothing is known."""
    if output.is_json:
        data = {
            "path": report.path,
            "branch": report.branch or None,
            "environments": [_slow_data(part) for part in report.parts],
        }
        output.json("slow", data)
        return
    for part in report.parts:
        found = part.speeds.slower
        for key in list(found)[:_MOST]:
            item = found[key]
            took = ", ".join(time_said(value) for value in item.durations_us)
            line = f"{short(str(key), _TEST):<{_TEST}}  {item.ratio:.1f} times"
            accepted = time_said(item.level.duration_us)
            output.line(f"{line}  {accepted} -> {took}", "yellow")
        _show_more(output, len(found))
        branch = f" on {short(report.branch, 40)}" if report.branch else ""
        head = plural(len(found), "slower test") if found else "no test is slower"
        output.line(f"{head}{branch}")
        output.line(f"in {part.environment}")
        for line in _not_judged(part):
            output.line(line)
    if any(part.speeds.slower for part in report.parts):
        output.line("`suiteloom history accept ID` takes the new duration for right")


def _not_judged(part: SlowPart) -> Iterator[str]:
    """Of what nothing could be seen."""
    judged = part.speeds.judged
    yield f"{plural(judged, 'test')} judged by the last three of {plural(part.runs, 'run')}"
    if part.without_level:
        count = plural(part.without_level, "test")
        yield f"{count} without an accepted duration yet: it takes {WINDOW} passes"
    if part.with_level and part.speeds.unknown:
        count = plural(part.speeds.unknown, "run")
        yield f"{count} with too few such tests to tell how fast the machine was"


def _slow_data(part: SlowPart) -> dict[str, Any]:
    return {
        "environment": asdict(part.environment),
        "runs": part.runs,
        "judged": part.speeds.judged,
        "with_level": part.with_level,
        "without_level": part.without_level,
        "runs_of_unknown_speed": part.speeds.unknown,
        "slower": [
            {
                "id": key.id,
                "case": key.case,
                "ratio": round(item.ratio, 3),
                "accepted_s": item.level.duration_us / 1_000_000,
                "spread_s": item.level.spread_us / 1_000_000,
                "last_s": [round(value) / 1_000_000 for value in item.durations_us],
            }
            for key, item in part.speeds.slower.items()
        ],
    }


def show_accepted(output: Output, done: Sequence[Accepted]) -> None:
    """Show which durations were accepted."""
    if output.is_json:
        output.json("history-accept", {"accepted": [_accepted_data(i) for i in done]})
        return
    for item in done:
        before = time_said(item.before.duration_us)
        after = time_said(item.after.duration_us)
        output.line(f"{item.test}: {before} -> {after} in {item.environment}")


def _accepted_data(item: Accepted) -> dict[str, Any]:
    return {
        "id": item.test.id,
        "case": item.test.case,
        "environment": asdict(item.environment),
        "before_s": item.before.duration_us / 1_000_000,
        "after_s": item.after.duration_us / 1_000_000,
    }


def show_comparison(output: Output, report: RunComparison) -> None:
    """Show what is different in the second of two runs."""
    if output.is_json:
        output.json("compare", _comparison_data(report))
        return
    changes = report.changes
    for run in (report.before, report.after):
        output.line(_run_line(run))
        output.line(f"  {plural(run.tests, 'test')}, {run.failed:,} failed")
    for name, before, after in _facts(report.before, report.after):
        output.line(f"{name}: {before} -> {after}")
    output.line()
    lost = (
        (key, f"passed -> {new or 'no result'}") for key, new in changes.lost.items()
    )
    _show_tests(output, "passed and do no more", lost, "red")
    mended = (
        (key, f"{old or 'no result'} -> passed") for key, old in changes.mended.items()
    )
    _show_tests(output, "pass now", mended, "green")
    other = (
        (key, f"{old or 'no result'} -> {new or 'no result'}")
        for key, (old, new) in changes.other.items()
    )
    _show_tests(output, "ended otherwise", other)
    for title, pairs in (("slower", changes.slower), ("faster", changes.faster)):
        rows = (
            (key, f"{time_said(old)} -> {time_said(new)}")
            for key, (old, new) in pairs.items()
        )
        _show_tests(output, f"{title} by more than 1.3 times and 10 ms", rows)
    output.line(f"{plural(changes.same, 'test')} ended alike")
    if changes.speed is not None:
        output.line(
            f"the second run took {changes.speed:.2f} times as long by the median"
        )
        if changes.slower or changes.faster:
            output.line("durations of its tests are divided by that")
    if changes.slower:
        output.line("one run says little of durations: `suiteloom slow` takes three")


def _show_tests(
    output: Output, title: str, rows: Iterable[tuple[ResultKey, str]], style: str = ""
) -> None:
    found = list(rows)
    if not found:
        return
    output.line(f"{plural(len(found), 'test')}: {title}", style)
    for key, said in found[:_MOST]:
        output.line(f"  {short(str(key), _TEST):<{_TEST}}  {said}")
    _show_more(output, len(found))


def _show_more(output: Output, count: int) -> None:
    if count > _MOST:
        output.line(f"and {count - _MOST:,} more; `--format json` has all")


def _run_line(run: PastRun) -> str:
    commit = run.revision.commit[:_DIGITS] or "no commit"
    changed = " and changes" if run.revision.is_clean is False else ""
    branch = f" on {short(run.branch, 20)}" if run.branch else ""
    return f"run {run.number}, {when(run)}, {commit}{changed}{branch}"


def _facts(before: PastRun, after: PastRun) -> Iterator[tuple[str, str, str]]:
    """What is different about the runs themselves."""
    yield from _unlike("environment", before.environment, after.environment)
    yield from _unlike("Python", before.python, after.python)
    yield from _unlike("processes", before.workers or "?", after.workers or "?")
    old, new = map(_coverage, (before.coverage, after.coverage))
    yield from _unlike("coverage", old, new)
    for name in sorted({*before.packages, *after.packages}):
        digests = (_digest(run.packages, name) for run in (before, after))
        yield from _unlike(f"package {name}", *digests)


def _unlike(
    name: str, before: str | int | RunEnvironment, after: str | int | RunEnvironment
) -> Iterator[tuple[str, str, str]]:
    if before != after:
        yield name, str(before), str(after)


def _coverage(percent: float | None) -> str:
    return "not measured" if percent is None else f"{percent:.1f}%"


def _digest(packages: Mapping[str, str], name: str) -> str:
    return packages.get(name, "not there")[:_DIGITS]


def _comparison_data(report: RunComparison) -> dict[str, Any]:
    changes = report.changes

    def tests(pairs: Mapping[ResultKey, tuple[str, str]]) -> list[dict[str, Any]]:
        return [
            {
                "id": key.id,
                "case": key.case,
                "before": old or None,
                "after": new or None,
            }
            for key, (old, new) in pairs.items()
        ]

    def durations(
        pairs: Mapping[ResultKey, tuple[float, float]],
    ) -> list[dict[str, Any]]:
        return [
            {
                "id": key.id,
                "case": key.case,
                "before_s": old / 1_000_000,
                "after_s": round(new) / 1_000_000,
            }
            for key, (old, new) in pairs.items()
        ]

    return {
        "before": run_data(report.before),
        "after": run_data(report.after),
        "lost": tests({key: ("passed", new) for key, new in changes.lost.items()}),
        "mended": tests({key: (old, "passed") for key, old in changes.mended.items()}),
        "other": tests(changes.other),
        "same": changes.same,
        "speed": changes.speed,
        "slower": durations(changes.slower),
        "faster": durations(changes.faster),
    }
