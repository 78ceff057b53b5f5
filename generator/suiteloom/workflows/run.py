"""`run`: pytest over the suites, then what ran against what is specified."""

from __future__ import annotations

import importlib.util
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.model import ENVIRONMENTS, Finding, Project, Record, Suite
from suiteloom.results import (
    FILE_NAME,
    LastRun,
    collect,
    dump_run,
    file_digest,
    merge_tests,
    run_tests,
)
from suiteloom.rules import check_outcomes
from suiteloom.store import keep, read_bytes
from suiteloom.workflows.project import Workspace, check_domains

_NOTHING_RAN = 5  # pytest's exit code

__all__ = ["RunOptions", "RunReport", "environments", "run"]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Which suites to run, and how.

    Attributes:
        domains: Domains; none means all.
        category: Only suites of this category; empty means any.
        pattern: Only suites whose file name matches this glob; empty means any.
        environments: Names of environments to run in, one after the other; none means
            the one that is set.
        workers: Number of processes, ``auto`` or empty for one.
        fast_fail: Whether to stop at the first failure.
        coverage: Whether to measure the configured packages.
        arguments: Passed to pytest as they are.
    """

    domains: tuple[str, ...] = ()
    category: str = ""
    pattern: str = ""
    environments: tuple[str, ...] = ()
    workers: str = ""
    fast_fail: bool = False
    coverage: bool = True
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run came to: the kept record, findings, and where the record is."""

    last_run: LastRun
    findings: tuple[Finding, ...]
    path: str
    interrupted: bool = False

    @property
    def passed(self) -> bool:
        """Whether there is no error among the findings."""
        return all(finding.severity != "error" for finding in self.findings)


def run(
    workspace: Workspace,
    options: RunOptions,
    *,
    project: Project | None = None,
    record: Record | None = None,
    to_stderr: bool = False,
) -> RunReport:
    """Run suites.

    Args:
        workspace: The project.
        options: Which suites, and how.
        project: Its specs, if they have been read already.
        record: A collection of all suites, if there is one already.
        to_stderr: Whether pytest's output goes to stderr.

    Returns:
        The report; the run was kept as the last one.

    Raises:
        SpecError: If a spec is wrong.
        UsageError: If the options leave nothing to run.
        StorageError: If pytest can not be run.
    """
    project = project or workspace.load()
    suites = _select(workspace, project, options)
    paths = [suite.path for suite in suites]
    record = record or collect(workspace.root, paths)
    sessions: list[tuple[str, Record]] = []
    coverage = None
    for name in options.environments or ("",):
        chosen = [s.path for s in suites if not name or name in s.environments]
        if not chosen:
            continue
        arguments, report = _arguments(workspace, options)
        session = run_tests(
            workspace.root,
            [*arguments, *options.arguments, *chosen],
            {"ENVIRONMENT": name} if name else {},
            to_stderr=to_stderr,
        )
        sessions.append((name, session))
        coverage = _coverage(report) if report else None
        if session.exit == 2 or (options.fast_fail and session.exit == 1):
            break
    last = LastRun(
        environments=tuple(name for name, _ in sessions),
        suites={path: file_digest(read_bytes(workspace.root, path)) for path in paths},
        collected=frozenset(item.id for item in record.collected if item.id),
        unspecified=_unspecified(project, record),
        tests=merge_tests((name, session.tests) for name, session in sessions),
        coverage=coverage,
    )
    complete = not (options.arguments or options.fast_fail)
    findings = (
        *_session_findings(sessions, last),
        *check_outcomes(suites, last.tests, complete=complete),
    )
    interrupted = any(
        session.exit == 2 and not session.errors for _, session in sessions
    )
    path = keep(workspace.root, FILE_NAME, dump_run(last))
    return RunReport(last, findings, path, interrupted)


def _unspecified(project: Project, record: Record) -> dict[str, int]:
    """Number of collected tests that no spec names, by suite file."""
    known = {test.id for _, test in project.tests}
    places = {
        (item.path, item.class_name, item.function)
        for item in record.collected
        if item.id not in known and not item.is_orphan
    }
    return dict(Counter(path for path, _, _ in places))


def _select(workspace: Workspace, project: Project, options: RunOptions) -> list[Suite]:
    """The suites that the options leave."""
    if options.category and options.category not in project.config.categories:
        known = ", ".join(project.config.categories)
        raise UsageError(f"no category {options.category!r}", hint=f"known: {known}")
    chosen = check_domains(project, options.domains)
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
        hint = "`suiteloom generate` writes it"
        raise UsageError("the suite does not exist yet", path=missing[0], hint=hint)
    return suites


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


def _arguments(
    workspace: Workspace, options: RunOptions
) -> tuple[list[str], Path | None]:
    """Options for pytest, and the coverage report that it will write, if any."""
    arguments = ["-q", "-rfE"]
    if options.workers:
        arguments += ["-n", options.workers]
    if options.fast_fail:
        arguments.append("-x")
    packages = workspace.config.coverage
    if not (options.coverage and packages):
        return arguments, None
    if importlib.util.find_spec("pytest_cov") is None:
        hint = "install pytest-cov, or pass --no-coverage"
        raise UsageError("coverage is configured and pytest-cov is missing", hint=hint)
    report = Path(tempfile.mkdtemp(prefix="suiteloom-")) / "coverage.json"
    arguments += [f"--cov={package}" for package in packages]
    return [*arguments, f"--cov-report=json:{report}"], report


def _coverage(report: Path) -> float | None:
    """Percent of lines, from coverage's own report, which is then removed."""
    try:
        data = json.loads(report.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    report.unlink()
    report.parent.rmdir()
    return float(data["totals"]["percent_covered"])


def _session_findings(
    sessions: Sequence[tuple[str, Record]], last: LastRun
) -> Iterable[Finding]:
    """What went wrong with pytest itself."""
    if not last.tests and all(session.exit == _NOTHING_RAN for _, session in sessions):
        hint = "what follows -- on the command line leaves none"
        yield Finding("RU504", "error", "no test ran", hint=hint)
    for _, session in sessions:
        for problem in session.errors:
            message = f"pytest can not import the suite: {problem.message}"
            yield Finding("CO403", "error", message, problem.path, problem.line)
        if session.exit in {3, 4} and not session.errors:
            message = f"pytest ended with exit code {session.exit}"
            yield Finding("RU503", "error", message, hint="see its output above")
