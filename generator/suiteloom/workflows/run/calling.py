"""How pytest is called: once in each environment."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.model import Record, Suite
from suiteloom.results import Coverage
from suiteloom.workflows.processes import Processes
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.run.options import RunOptions

__all__ = ["Sessions", "measures", "pytest_calls", "run_all"]

Sessions = Sequence[tuple[str, Record]]
"""Environments, in the order they were run in, with what pytest did there."""


def pytest_calls(
    workspace: Workspace,
    suites: Sequence[Suite],
    options: RunOptions,
    measured: Coverage | None,
    processes: Processes,
    share: Path | None = None,
) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Environment, arguments and variables of each call of pytest that is to be made.

    Args:
        workspace: The project.
        suites: Those to run, in the order of the specs.
        options: How to run them.
        measured: Where coverage goes; None measures none.
        processes: How suites are spread over processes, and which begin.
        share: File that says what is left out of files which several shards run; None
            if nothing is.

    Yields:
        One of them for each environment that has a suite to run.

    Raises:
        UsageError: If several processes are asked for and pytest-xdist is missing.
    """
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
        if share is not None:
            arguments.append(f"--suiteloom-share={share}")
        yield name, [*arguments, *options.arguments, *targets], variables


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
