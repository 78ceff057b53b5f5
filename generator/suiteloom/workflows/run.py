"""`run`: pytest over the suites, then what ran against what is specified."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.model import ENVIRONMENTS, Finding, Project, Record, Suite
from suiteloom.model.identifiers import closest
from suiteloom.model.words import plural
from suiteloom.results import (
    FILE_NAME,
    Coverage,
    LastRun,
    dump_run,
    file_digest,
    merge_tests,
    run_tests,
)
from suiteloom.rules import check_outcomes, check_pending, check_session
from suiteloom.store import keep, present_revision, read_bytes
from suiteloom.suites import UnreadableError, read_suite
from suiteloom.workflows.processes import Processes, choose_processes, expected_s
from suiteloom.workflows.project import Workspace, check_domains
from suiteloom.workflows.remedies import remedy_of_missing

__all__ = ["SUITES", "RunOptions", "RunReport", "environments", "run"]

SUITES = "suites"
"""Of `RunOptions.workers`: as many processes as pay off, no suite in two of them."""

_NOTHING_RAN = 5  # pytest's exit code

_Sessions = Sequence[tuple[str, Record]]
"""Environments, in the order they were run in, with what pytest did there."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Which suites to run, and how.

    Attributes:
        domains: Domains; none means all.
        category: Only suites of this category; empty means any.
        pattern: Only suites whose file name matches this glob; empty means any.
        environments: Names of environments to run in, one after the other; none means
            the one that is set.
        workers: Number of processes, ``auto`` for as many as there are cores, `SUITES`
            for suites side by side where that pays off, or empty for one.
        fast_fail: Whether to stop at the first failure.
        coverage: Whether to measure the configured packages.
        arguments: Passed to pytest as they are.
        ids: Ids of tests; of their suites these are run, unless the domain is named.
        expression: What pytest's ``-k`` takes; empty selects nothing.
    """

    domains: tuple[str, ...] = ()
    category: str = ""
    pattern: str = ""
    environments: tuple[str, ...] = ()
    workers: str = ""
    fast_fail: bool = False
    coverage: bool = True
    arguments: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    expression: str = ""

    @property
    def is_partial(self) -> bool:
        """Whether a specified test of a chosen suite may be left out on purpose."""
        return bool(self.arguments or self.fast_fail or self.ids or self.expression)


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run came to: the kept record, findings, and where the record is.

    `processes` is how tests were spread over processes.
    """

    last_run: LastRun
    findings: tuple[Finding, ...]
    path: str
    interrupted: bool = False
    processes: Processes = field(default_factory=Processes)

    @property
    def passed(self) -> bool:
        """Whether there is no error among the findings."""
        return all(finding.severity != "error" for finding in self.findings)


def run(
    workspace: Workspace,
    options: RunOptions,
    *,
    project: Project | None = None,
    announce: Callable[[str], None] = lambda _: None,
    to_stderr: bool = False,
    can_spread: bool = True,
    expect: Callable[[float], None] = lambda _: None,
) -> RunReport:
    """Run suites.

    Args:
        workspace: The project.
        options: Which suites, and how.
        project: Its specs, if they have been read already.
        announce: Called with the name of each of several environments before its run.
        to_stderr: Whether pytest's output goes to stderr.
        can_spread: Whether pytest's settings leave it to us to use several processes.
        expect: Called before pytest starts with the seconds that the tests took when
            they last ran; not called if that is not known.

    Returns:
        The report; the run was kept as the last one.

    Raises:
        SpecError: If a spec is wrong.
        UsageError: If the options leave nothing to run.
        StorageError: If a suite can not be read, or the run not be kept.
    """
    project = project or workspace.load()
    suites = _select(workspace, project, options)
    revision = present_revision(workspace.root)
    processes = Processes(_count(options.workers))
    if options.workers == SUITES:
        processes = choose_processes(workspace, suites, can_spread=can_spread)
        options = replace(options, workers="")
    spent = _expected_s(workspace, suites, options, processes)
    if spent is not None:
        expect(spent)
    with tempfile.TemporaryDirectory(prefix="suiteloom-") as folder:
        measured = Coverage(Path(folder)) if _measures(workspace, options) else None
        run_one = partial(run_tests, workspace.root, to_stderr=to_stderr)
        calls = _calls(workspace, suites, options, measured, processes)
        sessions = [
            (name, processes.restored(session, suites))
            for name, session in _run_all(calls, options, announce, run_one)
        ]
        percents, total = _coverage(workspace.root, measured, sessions)
    last = _last_run(workspace, project, suites, sessions)
    last = replace(
        last, coverage=total, coverage_by_environment=percents, revision=revision
    )
    findings = (
        *_session_findings(sessions, measured, total, percents),
        *_outcome_findings(workspace, suites, options, sessions, last),
    )
    interrupted = any(session.is_interrupted for _, session in sessions)
    path = keep(workspace.root, FILE_NAME, dump_run(last))
    return RunReport(last, findings, path, interrupted, processes)


def _expected_s(
    workspace: Workspace,
    suites: Sequence[Suite],
    options: RunOptions,
    processes: Processes,
) -> float | None:
    """How long the chosen tests are expected to take; None where nothing tells."""
    if options.workers or options.arguments or options.expression:
        return None
    tests = {test.id for suite in suites for test in suite.tests}
    if options.ids and not options.domains:
        tests &= set(options.ids)
    spent = expected_s(workspace, tests, max(len(options.environments), 1))
    if spent is None or processes.weights is None:
        return spent
    return max(spent / processes.count, *processes.weights.values())


def _calls(
    workspace: Workspace,
    suites: Sequence[Suite],
    options: RunOptions,
    measured: Coverage | None,
    processes: Processes,
) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Environment, arguments and variables of each call of pytest that is to be made."""
    several = len(options.environments) > 1
    for name in options.environments or ("",):
        targets = [
            target
            for suite in processes.ordered(suites)
            if not name or name in suite.environments
            for target in _targets(suite, options)
        ]
        if not targets:
            continue
        variables = {"ENVIRONMENT": name} if name else {}
        if measured is not None and several:
            variables |= measured.variables(name)
        report = measured.report(name) if measured else None
        arguments = _arguments(workspace, options, report, processes.count)
        yield name, [*arguments, *options.arguments, *targets], variables


def _run_all(
    calls: Iterable[tuple[str, list[str], dict[str, str]]],
    options: RunOptions,
    announce: Callable[[str], None],
    run_one: Callable[[list[str], dict[str, str]], Record],
) -> _Sessions:
    """Run pytest in each environment, until one is interrupted or fails fast."""
    sessions: list[tuple[str, Record]] = []
    for name, arguments, variables in calls:
        if len(options.environments) > 1:
            announce(name)
        session = run_one(arguments, variables)
        sessions.append((name, session))
        if session.is_interrupted or (options.fast_fail and session.exit):
            break
    return sessions


def _count(workers: str) -> int:
    """The number of processes that is asked for; 0 if something else decides it."""
    return int(workers) if workers.isdecimal() else 0


def _targets(suite: Suite, options: RunOptions) -> list[str]:
    """What pytest is told to run of a suite: the file, or the tests that were named."""
    if not options.ids or suite.domain in options.domains:
        return [suite.path]
    return [
        f"{suite.path}::{group.class_name}::{test.name}"
        for group in suite.groups
        for test in group.tests
        if test.id in options.ids
    ]


def _last_run(
    workspace: Workspace,
    project: Project,
    suites: Sequence[Suite],
    sessions: _Sessions,
) -> LastRun:
    """What is kept of some sessions."""
    ids = {test.id for _, test in project.tests}
    places = {
        (test.path, test.class_name, test.function)
        for _, session in sessions
        for test in session.unspecified(ids)
    }
    root = workspace.root
    return LastRun(
        environments=tuple(name for name, _ in sessions),
        suites={s.path: file_digest(read_bytes(root, s.path)) for s in suites},
        collected=frozenset(
            item.id for _, session in sessions for item in session.collected if item.id
        ),
        unspecified=dict(Counter(path for path, _, _ in places)),
        tests=merge_tests((name, session.tests) for name, session in sessions),
    )


def _coverage(
    root: Path, measured: Coverage | None, sessions: _Sessions
) -> tuple[dict[str, float], float | None]:
    """Percent of lines by environment, and over all of them."""
    if measured is None:
        return {}, None
    percents = {name: measured.percent(name) for name, _ in sessions}
    known = {name: value for name, value in percents.items() if value is not None}
    if len(sessions) == 1:
        return known, next(iter(known.values()), None)
    if not known:
        return {}, None
    settings = sessions[0][1].settings
    return known, measured.combined(root, list(percents), settings)


def _select(workspace: Workspace, project: Project, options: RunOptions) -> list[Suite]:
    """The suites that the options leave."""
    if options.category and options.category not in project.config.categories:
        known = ", ".join(project.config.categories)
        raise UsageError(f"no category {options.category!r}", hint=f"known: {known}")
    chosen = _chosen(project, options)
    suites = [
        suite
        for suite in project.suites
        if suite.domain in chosen
        if not options.category or suite.category == options.category
        if not options.pattern
        or fnmatch(suite.path.rpartition("/")[2], options.pattern)
        if not options.environments
        or set(options.environments) & set(suite.environments)
    ]
    if not suites:
        raise UsageError("the options leave no suite to run", hint="`suiteloom status`")
    missing = [s.path for s in suites if not (workspace.root / s.path).is_file()]
    if missing:
        hint = remedy_of_missing(workspace, project, missing[0])
        raise UsageError("the suite does not exist yet", path=missing[0], hint=hint)
    return suites


def _chosen(project: Project, options: RunOptions) -> frozenset[str]:
    """The domains that are named, and those of the ids that are."""
    homes = {test.id: suite.domain for suite, test in project.tests}
    for identity in options.ids:
        if identity not in homes:
            close = closest(identity, homes)
            hint = (
                f"did you mean {close}?" if close else "a domain can be named as well"
            )
            raise UsageError(f"no spec names the id {identity!r}", hint=hint)
    if not options.ids:
        return check_domains(project, options.domains)
    named = check_domains(project, options.domains) if options.domains else frozenset()
    return named | {homes[identity] for identity in options.ids}


def environments(name: str) -> tuple[str, ...]:
    """The environments that ``--env NAME`` means.

    Raises:
        UsageError: If there is no such environment.
    """
    if name == "all":
        return ENVIRONMENTS
    if name and name not in ENVIRONMENTS:
        known = ", ".join([*ENVIRONMENTS, "all"])
        raise UsageError(f"no environment {name!r}", hint=f"known: {known}")
    return (name,) if name else ()


def _measures(workspace: Workspace, options: RunOptions) -> bool:
    """Whether coverage is asked for.

    Raises:
        UsageError: If it is and pytest-cov is missing.
    """
    if not (options.coverage and workspace.config.coverage):
        return False
    if importlib.util.find_spec("pytest_cov") is None:
        hint = '`pip install "suiteloom[coverage]"`, or pass --no-coverage'
        raise UsageError("coverage is configured and pytest-cov is missing", hint=hint)
    return True


def _arguments(
    workspace: Workspace, options: RunOptions, report: Path | None, spread: int = 1
) -> list[str]:
    """Options for pytest, with a coverage report if there is to be one.

    Raises:
        UsageError: If several processes are asked for and pytest-xdist is missing.
    """
    arguments = ["-q", "-rfE"]
    if options.workers and importlib.util.find_spec("xdist") is None:
        hint = '`pip install "suiteloom[parallel]"`, or run in one process'
        raise UsageError("several processes need pytest-xdist", hint=hint)
    if options.workers:
        arguments += [*_plugin("xdist"), "-n", options.workers]
    elif spread > 1:
        arguments += ["-n", str(spread), "--dist=loadfile", "--no-loadscope-reorder"]
    if options.fast_fail:
        arguments.append("-x")
    if options.expression:
        arguments += ["-k", options.expression]
    if report is not None:
        arguments += _plugin("pytest_cov")
        arguments += [f"--cov={package}" for package in workspace.config.coverage]
        arguments.append(f"--cov-report=json:{report}")
    return arguments


def _plugin(name: str) -> list[str]:
    """Options that load a plugin where plugins do not load by themselves."""
    off = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    loaded = name in os.environ.get("PYTEST_PLUGINS", "")
    return ["-p", name] if off and not loaded else []


def _session_findings(
    sessions: _Sessions,
    measured: Coverage | None,
    total: float | None,
    percents: Mapping[str, float],
) -> Iterator[Finding]:
    """What went wrong with pytest itself, and with measuring."""
    if all(
        session.exit == _NOTHING_RAN and not session.problem for _, session in sessions
    ):
        yield _nothing_ran([session for _, session in sessions])
    for name, session in sessions:
        yield from check_session(session, where=name)
    if measured is not None and percents and total is None:
        message = "the coverage of all environments together is not known"
        hint = "an environment measured nothing, or `coverage combine` failed"
        yield Finding("RU507", "warning", message, hint=hint)


def _nothing_ran(records: Sequence[Record]) -> Finding:
    """Why there is no test to say anything about."""
    found = sum(len(record.deselected) for record in records)
    if found:
        count = plural(found, "item")
        message = f"nothing was selected: pytest collected {count} and deselected all"
        hint = (
            "look at -k, -m and --deselect behind --, in addopts and in conftest files"
        )
    else:
        message = "no test ran: pytest collected none"
        hint = "`suiteloom check` says why"
    return Finding("RU504", "error", message, hint=hint)


def _outcome_findings(
    workspace: Workspace,
    suites: Sequence[Suite],
    options: RunOptions,
    sessions: _Sessions,
    last: LastRun,
) -> Iterator[Finding]:
    """What is wrong with tests, as far as there is a record of them."""
    complete = not options.is_partial and bool(last.tests)
    for name, record in sessions:
        yield from check_outcomes(
            [suite for suite in suites if not name or name in suite.environments],
            merge_tests([(name, record.tests)]),
            complete=complete and not record.problem,
            deselected=record.deselected,
            where=name,
        )
    yield from check_pending(last.tests, _pending(workspace, suites))


def _pending(
    workspace: Workspace, suites: Sequence[Suite]
) -> dict[tuple[str, str], bool]:
    """Whether a body is pending by its text, by path and id."""
    found = {}
    for suite in suites:
        try:
            read = read_suite(read_bytes(workspace.root, suite.path), suite.path)
        except UnreadableError:
            continue  # pytest could not import it either
        found.update({(suite.path, unit.id): unit.is_pending for unit in read.units})
    return found
