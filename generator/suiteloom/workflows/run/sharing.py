"""Which part of the chosen suites a shard runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from suiteloom.model import (
    ENVIRONMENTS,
    FilePart,
    Shard,
    ShardRun,
    Suite,
    plan_digest,
)
from suiteloom.results import Cuts
from suiteloom.workflows.durations import expected_us, recorded_us
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.run.options import RunOptions
from suiteloom.workflows.shards.planning import plan_shards

__all__ = ["Shared", "command_of", "share_suites"]


@dataclass(frozen=True, slots=True)
class Shared:
    """What one shard runs.

    Attributes:
        suites: Those that it runs a test of, in spec order, without the tests of others.
        run: What its record says of it; findings left open.
        files: How many files all shards run together.
        cuts: Of files that several shards run, which tests this one does.
    """

    suites: list[Suite]
    run: ShardRun
    files: int
    cuts: Cuts


def share_suites(
    workspace: Workspace, suites: Sequence[Suite], options: RunOptions, shard: Shard
) -> Shared:
    """Plan the shards of suites; nothing is collected or imported.

    Args:
        workspace: The project; its last run says how long tests take.
        suites: Those that the options leave, in spec order.
        options: Which of their tests are to run, and in which environments.
        shard: Which share is wanted.
    """
    cut = [_only_chosen(suite, options) for suite in suites]
    files = {s.path: [[t.id for t in g.tests] for g in s.groups] for s in cut}
    ids = {
        path: [i for group in groups for i in group] for path, groups in files.items()
    }
    durations = expected_us(ids, recorded_us(workspace))
    for suite in cut:
        times = _times(suite, options)
        durations.update({t.id: durations[t.id] * times for t in suite.tests})
    shares = plan_shards(files, durations, shard.of)
    mine = shares[shard.number - 1]
    command = command_of(options)
    by_path = {suite.path: suite for suite in cut}
    return Shared(
        [_cut(by_path[part.path], part.ids) for part in mine],
        ShardRun(shard, plan_digest(command, shares), command, mine),
        len(cut),
        {
            part.path: _cut_of(part, ids[part.path])
            for part in mine
            if list(part.ids) != ids[part.path]
        },
    )


def _only_chosen(suite: Suite, options: RunOptions) -> Suite:
    """A suite without the tests that the options leave out by their ids."""
    if not options.ids or suite.domain in options.domains:
        return suite
    return _cut(suite, options.ids)


def _cut(suite: Suite, ids: Sequence[str]) -> Suite:
    """A suite with some of its tests only."""
    wanted = frozenset(ids)
    groups = (
        replace(group, tests=tuple(test for test in group.tests if test.id in wanted))
        for group in suite.groups
    )
    return replace(suite, groups=tuple(group for group in groups if group.tests))


def _cut_of(part: FilePart, ids: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Ids, and whether they alone are run, or everything else in the file."""
    if not part.has_rest:
        return part.ids, True
    others = set(ids).difference(part.ids)
    return tuple(name for name in ids if name in others), False


def _times(suite: Suite, options: RunOptions) -> int:
    """In how many environments a suite is run."""
    return len(set(options.environments) & set(suite.environments)) or 1


def command_of(options: RunOptions) -> tuple[str, ...]:
    """The words after ``suiteloom`` that choose the same tests, the shard left out."""
    words = ["run", *options.domains, *options.ids]
    if options.category:
        words += ["--category", options.category]
    if options.pattern:
        words += ["--pattern", options.pattern]
    if options.expression:
        words += ["-k", options.expression]
    if options.environments:
        every = options.environments == ENVIRONMENTS
        words += ["--env", "all" if every else options.environments[0]]
    if options.fast_fail:
        words.append("--fast-fail")
    if options.arguments:
        words += ["--", *options.arguments]
    return tuple(words)
