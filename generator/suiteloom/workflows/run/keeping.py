"""What is kept of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from suiteloom.model import Project, Shard, Suite
from suiteloom.results import (
    FILE_NAME,
    Coverage,
    LastRun,
    dump_run,
    file_digest,
    merge_tests,
)
from suiteloom.store import keep, read_bytes
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.run.calling import Sessions

__all__ = ["coverage_of", "digests_of", "keep_run", "keep_shard", "last_run_of"]


def digests_of(workspace: Workspace, suites: Sequence[Suite]) -> dict[str, str]:
    """The digest of each suite as it stands, by path.

    Raises:
        StorageError: If a suite can not be read.
    """
    root = workspace.root
    return {s.path: file_digest(read_bytes(root, s.path)) for s in suites}


def last_run_of(
    project: Project, digests: Mapping[str, str], sessions: Sessions
) -> LastRun:
    """What is kept of some sessions; coverage, revision and code are left open.

    Args:
        project: All of its specs.
        digests: Of the suites before the first test ran, by path.
        sessions: What pytest did in each environment.
    """
    ids = {test.id for _, test in project.tests}
    places = {
        (test.path, test.class_name, test.function)
        for _, session in sessions
        for test in session.unspecified(ids)
    }
    return LastRun(
        environments=tuple(name for name, _ in sessions),
        suites=digests,
        collected=frozenset(
            item.id for _, session in sessions for item in session.collected if item.id
        ),
        unspecified=dict(Counter(path for path, _, _ in places)),
        tests=merge_tests((name, session.tests) for name, session in sessions),
    )


def coverage_of(
    root: Path, measured: Coverage | None, sessions: Sessions
) -> tuple[dict[str, float], float | None]:
    """Percent of lines by environment, and over all of them.

    Args:
        root: The project's folder.
        measured: Where coverage went; None if none was measured.
        sessions: What pytest did in each environment.
    """
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


def keep_run(workspace: Workspace, last: LastRun) -> str:
    """Keep a run as the last one.

    Args:
        workspace: The project.
        last: What the run came to.

    Returns:
        Where it is kept, relative to the project's folder.

    Raises:
        StorageError: If it can not be written.
    """
    return keep(workspace.root, FILE_NAME, dump_run(last))


def keep_shard(workspace: Workspace, last: LastRun, shard: Shard) -> str:
    """Keep the run of a shard; the last run stays what it is, and so does the plan.

    Args:
        workspace: The project.
        last: What the run came to.
        shard: Which it is.

    Returns:
        Where it is kept, relative to the project's folder.

    Raises:
        StorageError: If it can not be written.
    """
    name = f"shard-{shard.number}-of-{shard.of}.json"
    return keep(workspace.root, name, dump_run(last))
