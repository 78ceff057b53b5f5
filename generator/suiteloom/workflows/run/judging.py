"""What is wrong with a run: with pytest itself, with measuring, with tests."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from suiteloom.errors import StorageError
from suiteloom.levels import check_age, check_outcomes, check_pending, check_session
from suiteloom.model import CodeState, Finding, Quarantine, Record, Suite, code_age
from suiteloom.model.words import plural
from suiteloom.results import Coverage, LastRun, file_digest, merge_tests
from suiteloom.store import read_bytes
from suiteloom.suites import UnreadableError, read_suite
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.run.calling import Sessions
from suiteloom.workflows.run.options import RunOptions

__all__ = ["age_findings", "outcome_findings", "session_findings"]

_NOTHING_RAN = 5  # pytest's exit code


def session_findings(
    sessions: Sessions,
    measured: Coverage | None,
    total: float | None,
    percents: Mapping[str, float],
    quarantined: Collection[str],
) -> Iterator[Finding]:
    """What went wrong with pytest itself, and with measuring.

    Args:
        sessions: What pytest did in each environment.
        measured: Where coverage went; None if none was measured.
        total: Coverage over all environments, in percent, if it is known.
        percents: The same by environment.
        quarantined: Ids of the tests in quarantine.
    """
    if sessions and all(
        session.exit == _NOTHING_RAN and not session.problem for _, session in sessions
    ):
        yield _nothing_ran([session for _, session in sessions])
    for name, session in sessions:
        yield from check_session(session, where=name, quarantined=quarantined)
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


def outcome_findings(
    workspace: Workspace,
    suites: Sequence[Suite],
    options: RunOptions,
    sessions: Sessions,
    last: LastRun,
    quarantined: Mapping[str, Quarantine],
) -> Iterator[Finding]:
    """What is wrong with tests, as far as there is a record of them.

    Args:
        workspace: The project.
        suites: Those that were run.
        options: What was asked for.
        sessions: What pytest did in each environment.
        last: What is kept of it.
        quarantined: Quarantines that are in force, by id.
    """
    complete = not options.is_partial and bool(last.tests)
    for name, record in sessions:
        yield from check_outcomes(
            [suite for suite in suites if not name or name in suite.environments],
            merge_tests([(name, record.tests)]),
            complete=complete and not record.problem,
            deselected=record.deselected,
            where=name,
            quarantined=quarantined,
        )
    yield from check_pending(last.tests, _pending(workspace, suites))


def age_findings(
    workspace: Workspace, code: CodeState, digests: Mapping[str, str]
) -> Iterator[Finding]:
    """What changed while the suites ran, so that the results are of neither.

    Args:
        workspace: The project.
        code: What the packages under test were at the start.
        digests: Of the suites at the start, by path.
    """
    changed = [p for p in digests if digests[p] != _digest(workspace, p)]
    age = code_age(code, workspace.code())
    yield from check_age(age, changed, running=True)


def _digest(workspace: Workspace, path: str) -> str:
    """The digest of a suite; empty if it is gone."""
    try:
        return file_digest(read_bytes(workspace.root, path))
    except StorageError:
        return ""


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
