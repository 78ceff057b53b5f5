"""How pytest is called: once in each environment."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.model import Record, Suite, in_quarantine
from suiteloom.results import Coverage, Cuts, write_chosen
from suiteloom.workflows.processes import Processes
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.run.options import RunOptions
from suiteloom.workflows.run.pool import Pool

__all__ = ["Means", "Sessions", "measures", "pytest_calls", "run_all"]

Sessions = Sequence[tuple[str, Record]]
"""Environments, in the order they were run in, with what pytest did there."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a run is made with.

    Attributes:
        scratch: A folder for what pytest is to read.
        processes: How suites are spread over processes, and which begin.
        measured: Where coverage goes; None measures none.
        cuts: Which tests of some files are to run; other files are run whole.
        pool: The other machines that run them; None is this one.
    """

    scratch: Path
    processes: Processes
    measured: Coverage | None = None
    cuts: Cuts = field(default_factory=dict)
    pool: Pool | None = None


def pytest_calls(
    workspace: Workspace, suites: Sequence[Suite], options: RunOptions, means: Means
) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Environment, arguments and variables of each call of pytest that is to be made.

    Args:
        workspace: The project.
        suites: Those to run, in the order of the specs.
        options: How to run them.
        means: What it is made with.

    Yields:
        One of them for each environment that has a suite to run.

    Raises:
        UsageError: If several processes are asked for and pytest-xdist is missing.
    """
    measured, pool = means.measured, means.pool
    several = len(options.environments) > 1
    ids = ",".join(in_quarantine(suites, workspace.today))
    held = [f"--suiteloom-quarantine={ids}", *(["--xfail-tb"] if ids else [])]
    for name in options.environments or ("",):
        here = [
            suite
            for suite in means.processes.ordered(suites)
            if not name or name in suite.environments
        ]
        if not here:
            continue
        variables = {"ENVIRONMENT": name} if name else {}
        if measured is not None and several:
            variables |= measured.variables(name)
        report = measured.report(name) if measured else None
        arguments = _arguments(workspace, options, report, means.processes.count)
        arguments += pool.options(variables) if pool else ()
        arguments += [*held, *options.arguments]
        targets = _node_ids(here, options)
        if not targets:
            path = means.scratch / f"chosen-{name}.json"
            arguments.append(f"--suiteloom-chosen={path}")
            paths = [suite.path for suite in here]
            cuts = _all_cuts(here, options, means.cuts)
            targets = [write_chosen(path, workspace.config.suites, paths, cuts)]
        arguments += pool.targets(targets) if pool else targets
        yield name, arguments, variables


def run_all(
    calls: Iterable[tuple[str, list[str], dict[str, str]]],
    options: RunOptions,
    announce: Callable[[str], None],
    run_one: Callable[[list[str], dict[str, str]], Record],
) -> Sessions:
    """Run pytest in each environment, until one is interrupted or fails fast.

    Args:
        calls: As `pytest_calls` gives them.
        options: Whether to stop at the first failure.
        announce: Called with the name of each of several environments before its run.
        run_one: Runs pytest with arguments and variables.
    """
    sessions: list[tuple[str, Record]] = []
    for name, arguments, variables in calls:
        if len(options.environments) > 1:
            announce(name)
        session = run_one(arguments, variables)
        sessions.append((name, session))
        if session.is_interrupted or (options.fast_fail and session.exit):
            break
    return sessions


def _node_ids(suites: Sequence[Suite], options: RunOptions) -> list[str]:
    """The tests that were named, if no suite is to be run as a whole."""
    if not options.ids or any(suite.domain in options.domains for suite in suites):
        return []
    return [
        f"{suite.path}::{group.class_name}::{test.name}"
        for suite in suites
        for group in suite.groups
        for test in group.tests
        if test.id in options.ids
    ]


def _all_cuts(suites: Sequence[Suite], options: RunOptions, cuts: Cuts) -> Cuts:
    """Which tests of some suites run, beside others that run whole."""
    named = {
        suite.path: ([t.id for t in suite.tests if t.id in options.ids], True)
        for suite in suites
        if options.ids and suite.domain not in options.domains
    }
    return {**cuts, **named}


def measures(workspace: Workspace, options: RunOptions) -> bool:
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
    elif options.hosts:
        arguments += _plugin("xdist")
    elif spread > 1:
        arguments += ["-n", str(spread), "--dist=loadfile", "--no-loadscope-reorder"]
    if options.fast_fail:
        arguments.append("-x")
    if options.expression:
        arguments.append(f"-k{options.expression}")
    if report is not None:
        arguments += _plugin("pytest_cov")
        arguments += [f"--cov={package}" for package in workspace.config.coverage]
        arguments.append(f"--cov-report=json:{report}")
    return arguments


def _plugin(name: str) -> list[str]:
    """Options that load a plugin where plugins do not load by themselves."""
    off = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    loaded = name in os.environ.get("PYTEST_PLUGINS", "")
    return [f"-p{name}"] if off and not loaded else []
