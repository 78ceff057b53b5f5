"""Whether the records of shards are those of one run: all of it, and nothing twice."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from suiteloom.model import Finding, Revision, Shard, ShardRun, plan_digest
from suiteloom.results import LastRun

__all__ = ["Kept", "check_belonging"]

Kept = tuple[str, LastRun, ShardRun]
"""Where a record is, what it says, and of which shard."""

_DIGITS = 9
_MOST = 50
"""So many missing shards are named each."""
_SAME = (
    "specs, recorded durations and options have to be the same in every job; run all"
    " shards again"
)
_CLEAN = (
    "`git status` names the changes: commit them, or have git ignore what the job makes;"
    " then "
)


def check_belonging(records: Sequence[Kept]) -> tuple[Finding, ...]:
    """Hold records of shards against one another.

    Args:
        records: At least one, in any order.

    Returns:
        What keeps them from being one run: another plan, a shard that is missing or there
        twice, a tree that is not known to be the same, a test that two of them ran.
    """
    planned = tuple(_check_plans(records))
    if planned:
        return planned
    numbers = (*_check_numbers(records), *_check_trees(records))
    if numbers:
        return numbers
    return (*_check_shares(records), *_check_files(records), *_check_code(records))


def _check_plans(records: Sequence[Kept]) -> Iterator[Finding]:
    """Another plan than that of the first record."""
    first, _, one = records[0]
    for path, _, run in records[1:]:
        if run.shard.of != one.shard.of:
            message = f"is shard {run.shard}, and {first} is shard {one.shard}"
            yield Finding("RU513", "error", message, path, hint=_SAME)
        elif run.plan != one.plan:
            message = f"shard {run.shard} is of another plan than {first}"
            yield Finding("RU513", "error", message, path, hint=_SAME)


def _check_numbers(records: Sequence[Kept]) -> Iterator[Finding]:
    """Shards that are missing, or there more than once."""
    found: dict[int, list[str]] = {}
    for path, _, run in records:
        found.setdefault(run.shard.number, []).append(path)
    one = records[0][2]
    of = one.shard.of
    missing = (Shard(n, of) for n in range(1, of + 1) if n not in found)
    for shard in islice(missing, _MOST):
        hint = f"`{_command(one, shard)}` runs it, at the commit of the others"
        yield Finding("RU512", "error", f"shard {shard} is missing", hint=hint)
    if (more := of - len(found) - _MOST) > 0:
        yield Finding(
            "RU512", "error", f"{more:,} more of the {of:,} shards are missing"
        )
    for number, paths in sorted(found.items()):
        if len(paths) > 1:
            names = ", ".join(paths)
            message = f"shard {Shard(number, of)} is there {len(paths)} times: {names}"
            hint = "name one record of each shard"
            yield Finding("RU514", "error", message, hint=hint)


def _check_trees(records: Sequence[Kept]) -> Iterator[Finding]:
    """Trees that differ, or are not known to be the same."""
    first, last, one = records[0]
    for path, kept, run in records:
        again = f"run `{_command(run, run.shard)}` again"
        tree = kept.revision
        if not tree.commit:
            message = f"the commit that shard {run.shard} ran at is not known"
            hint = "shards are joined where git says that all ran the same"
            yield Finding("RU513", "error", message, path, hint=hint)
        elif not tree.is_clean:
            message = f"shard {run.shard} ran in a tree with changes that no commit has"
            yield Finding("RU513", "error", message, path, hint=_CLEAN + again)
        elif last.revision.commit and tree.commit != last.revision.commit:
            message = (
                f"shard {run.shard} ran at commit {_short(tree)}, shard {one.shard} in"
                f" {first} at {_short(last.revision)}"
            )
            yield Finding("RU513", "error", message, path, hint=f"{again} where it is")


def _check_shares(records: Sequence[Kept]) -> Iterator[Finding]:
    """Shares that are not those of the plan, and tests that ran elsewhere."""
    ordered = sorted(records, key=lambda record: record[2].shard.number)
    one = ordered[0][2]
    shares = [run.share for _, _, run in ordered]
    if any(plan_digest(run.command, shares) != run.plan for _, _, run in ordered):
        message = f"what the {one.shard.of} shards were to run is not their plan"
        yield Finding("RU513", "error", message, hint="run all shards again")
        return
    owners: dict[str, Shard] = {}
    for _, _, run in ordered:
        for name in chain.from_iterable(part.ids for part in run.share):
            if name in owners:
                yield _twice(name, owners[name], run.shard)
            owners[name] = run.shard
    for path, last, run in ordered:
        ran = dict.fromkeys(test.id for test in last.tests if test.id in owners)
        for name in ran:
            if owners[name] != run.shard:
                yield _twice(name, owners[name], run.shard, path)


def _check_files(records: Sequence[Kept]) -> Iterator[Finding]:
    """Files that were not the same in two shards."""
    digests: dict[str, tuple[str, Shard]] = {}
    for path, last, run in records:
        for file, digest in last.suites.items():
            known, other = digests.setdefault(file, (digest, run.shard))
            if known != digest:
                message = f"{file} was not in shard {run.shard} what it was in {other}"
                hint = "run all shards again, at one commit"
                yield Finding("RU513", "error", message, path, hint=hint)


def _check_code(records: Sequence[Kept]) -> Iterator[Finding]:
    """Packages under test that were not the same in two shards, as far as they are known."""
    digests: dict[str, tuple[str, Shard]] = {}
    for path, last, run in records:
        for package, digest in (last.code.digests if last.code else {}).items():
            known, other = digests.setdefault(package, (digest, run.shard))
            if known != digest:
                message = (
                    f"package {package} was not in shard {run.shard} what it was in"
                    f" {other}"
                )
                hint = "install the same in every job, and run all shards again"
                yield Finding("RU513", "error", message, path, hint=hint)


def _twice(name: str, one: Shard, other: Shard, path: str = "") -> Finding:
    message = f"{name} belongs to shard {one}, and shard {other} has it, too"
    hint = "run all shards again"
    return Finding("RU514", "error", message, path, hint=hint, id=name)


def _command(run: ShardRun, shard: Shard) -> str:
    """What runs one shard, to be typed into a shell."""
    verb, *rest = run.command or ("run",)
    return shlex.join(["suiteloom", verb, "--shard", str(shard), *rest])


def _short(tree: Revision) -> str:
    return tree.commit[:_DIGITS]
