"""`merge`: the records of all shards, joined to one run, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.model import (
    ENVIRONMENTS,
    CodeState,
    Finding,
    RecordError,
    TestOutcome,
)
from suiteloom.results import LastRun, read_run
from suiteloom.store import read_bytes
from suiteloom.workflows.merge.belonging import Kept, check_belonging
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.quarantines import Held, held_tests
from suiteloom.workflows.run.keeping import keep_run

__all__ = ["MergeReport", "merge"]

_MOST_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What joining came to.

    Attributes:
        last_run: The joined run; None if the records are not all of one, and nothing was
            kept.
        findings: Why not; else what was wrong with the shards.
        path: Where the run is kept, relative to the project's folder; may be empty.
        shards: How many there are.
        has_coverage: Whether a shard measured the coverage of its own tests.
        held: The tests in quarantine that ran.
    """

    last_run: LastRun | None
    findings: tuple[Finding, ...]
    path: str = ""
    shards: int = 0
    has_coverage: bool = False
    held: tuple[Held, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether there is a run, and no error among the findings."""
        found = any(finding.severity == "error" for finding in self.findings)
        return self.last_run is not None and not found


def merge(workspace: Workspace, paths: Sequence[Path]) -> MergeReport:
    """Join the records of shards and keep the run that they are together.

    Args:
        workspace: The project.
        paths: The records; each shard's once.

    Returns:
        The report. Nothing is kept unless all shards of one plan, commit and clean tree
        are there.

    Raises:
        UsageError: If a path is no file.
        SpecError: If a spec is wrong.
        StorageError: If a record can not be read, or the run not be kept.
    """
    records: list[Kept] = []
    unread: list[Finding] = []
    for path in paths:
        found = _read(path)
        if isinstance(found, Finding):
            unread.append(found)
        else:
            records.append(found)
    findings = (*unread, *(check_belonging(records) if records else ()))
    if findings:
        return MergeReport(None, findings)
    records.sort(key=lambda record: record[2].shard.number)
    last = _joined([last for _, last, _ in records])
    found_in_shards = dict.fromkeys(f for _, _, run in records for f in run.findings)
    measured = any(run.coverage_by_environment for _, run, _ in records)
    held = held_tests(workspace, workspace.load().suites, last.outcomes())
    ran = tuple(test for test in held if test.outcome)
    kept = keep_run(workspace, last)
    wrong = tuple(found_in_shards)
    return MergeReport(last, wrong, kept, len(records), measured, ran)


def _read(path: Path) -> Kept | Finding:
    """A record, or why it is none of a shard."""
    name = path.as_posix()
    if not path.is_file():
        hint = "a shard keeps its record in .suiteloom/, as shard-K-of-N.json"
        raise UsageError(f"no such file: {name}", hint=hint)
    data = read_bytes(path.parent, path.name, _MOST_BYTES)
    hint = "name the records that `suiteloom run --shard` keeps"
    if len(data) > _MOST_BYTES:
        message = f"is larger than {_MOST_BYTES:,} bytes"
        return Finding("RU511", "error", message, name, hint=hint)
    try:
        last = read_run(data)
    except RecordError as error:
        message = f"is no record of a run: {error}"
        return Finding("RU511", "error", message, name, hint=hint)
    if last.shard is None:
        message = "is the record of a run that was no shard"
        return Finding("RU511", "error", message, name, hint=hint)
    return name, last, last.shard


def _joined(runs: Sequence[LastRun]) -> LastRun:
    """One run of all shards; coverage is not known, for each measured its own tests."""
    unspecified: dict[str, int] = {}
    for run in runs:
        for path, count in run.unspecified.items():
            unspecified[path] = unspecified.get(path, 0) + count
    return LastRun(
        environments=tuple(
            name
            for name in ("", *ENVIRONMENTS)
            if any(name in run.environments for run in runs)
        ),
        suites={path: digest for run in runs for path, digest in run.suites.items()},
        collected=frozenset().union(*(run.collected for run in runs)),
        unspecified=unspecified,
        tests=tuple(_in_order(runs)),
        revision=runs[0].revision,
        code=_code(runs),
        system=_system(runs),
        began_us=_edge(min, [run.began_us for run in runs]),
        ended_us=_edge(max, [run.ended_us for run in runs]),
    )


def _system(runs: Sequence[LastRun]) -> str:
    """What the machines of all shards were; nothing where one does not know."""
    systems = {run.system for run in runs}
    return ", ".join(sorted(systems)) if all(systems) else ""


def _edge(choose: Callable[[Sequence[int]], int], times: Sequence[int]) -> int:
    """The first or last of some times; 0 if one of them is not known."""
    return choose(times) if all(times) else 0


def _code(runs: Sequence[LastRun]) -> CodeState | None:
    """What the packages under test were; one that a shard does not know is unknown."""
    states = [run.code for run in runs if run.code is not None]
    if len(states) < len(runs):
        return None
    unknown = {name: why for state in states for name, why in state.unknown.items()}
    known = states[0].files.items()
    files = {name: found for name, found in known if name not in unknown}
    return CodeState(files, unknown)


def _in_order(runs: Sequence[LastRun]) -> Iterator[TestOutcome]:
    """Outcomes as one run has them: by environment, then by place."""
    order = {name: place for place, name in enumerate(("", *ENVIRONMENTS))}
    every = [test for run in runs for test in run.tests]
    yield from sorted(
        every,
        key=lambda t: (order.get(t.environment, 0), t.test.path, t.test.line),
    )
