"""The plan of shards for many tests: how even it is, what it takes, what collecting takes.

Durations are drawn from a distribution with a long tail; a file has a speed of its own. The
next run takes what was recorded, and something more or less. With ``--collect`` the same
project is on disk: pytest collects everything, as where each machine collects and then
leaves out what is not its own; then one shard, by the names of its files and as `run` does
it; one shard is run, all tests pending; and the records of all shards are joined.

    python bench/shards.py                          # 100,000 tests, 50 shards
    python bench/shards.py --tests 10000 --shards 10
    python bench/shards.py --collect                # minutes, and 5,000 suites on disk
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import BenchError, Sample, run
from scale import SMALL, identity, make_project
from suiteloom.model import (
    CollectedTest,
    Revision,
    Shard,
    ShardRun,
    Share,
    TestOutcome,
    plan_digest,
)
from suiteloom.results import LastRun, dump_run
from suiteloom.workflows.durations import expected_us
from suiteloom.workflows.shards import plan_shards

__all__ = ["KINDS", "Balance", "balance", "files_of", "main", "recorded"]

GROUP = 5
SEED = 11
AIM = 1.05

KINDS = ("recorded", "a tenth unknown", "one file a tenth of all", "nothing recorded")
"""What is known of durations, and how they lie."""

PLAN = """\
import sys, time
from pathlib import Path
from suiteloom.model import Shard
from suiteloom.workflows.project import open_workspace
from suiteloom.workflows.run.options import RunOptions
from suiteloom.workflows.run.sharing import share_suites
workspace = open_workspace(Path(sys.argv[1]))
suites = workspace.load().suites
start, before = time.perf_counter(), time.process_time()
shard = Shard(1, int(sys.argv[2]))
found = share_suites(workspace, suites, RunOptions(shard=shard), shard)
spent = f"{time.perf_counter() - start:.2f} | {time.process_time() - before:.2f}"
Path(sys.argv[3]).write_text("\\n".join([spent, *(s.path for s in found.suites)]))
loaded = [name for name in sys.modules if name.startswith("test_")]
sys.exit(1 if loaded else 0)
"""


@dataclass(frozen=True, slots=True)
class Balance:
    """How even a plan is.

    Attributes:
        planned: The longest shard over the mean, by what was expected.
        least: The longest over the mean that any plan has: one test is never cut.
        next_run: The same over the durations of the next run.
        spent_s: What planning took, in seconds.
        cut: How many files are cut.
    """

    planned: float
    least: float
    next_run: float
    spent_s: float
    cut: int


def files_of(tests: int, per_file: int = SMALL) -> dict[str, list[list[str]]]:
    """Ids by group by path, as specs have them."""
    files = {}
    for number, start in enumerate(range(0, tests, per_file)):
        ids = [identity(n) for n in range(start, min(start + per_file, tests))]
        groups = [ids[n : n + GROUP] for n in range(0, len(ids), GROUP)]
        files[f"generated/test_domain_{number}_integration_comprehensive.py"] = groups
    return files


def recorded(files: Mapping[str, Sequence[Sequence[str]]], kind: str) -> dict[str, int]:
    """Durations in microseconds of one run, by id; what is not known is left out."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    found: dict[str, int] = {}
    for groups in files.values():
        speed = chance.lognormvariate(0, 1)
        for ids in groups:
            for name in ids:
                found[name] = 1 + round(chance.lognormvariate(10, 1) * speed)
    if kind == "a tenth unknown":
        return {name: spent for name, spent in found.items() if chance.random() >= 0.1}
    if kind == "one file a tenth of all":
        first = [name for ids in next(iter(files.values())) for name in ids]
        most = sum(found.values()) // 9 // len(first)
        found.update(dict.fromkeys(first, most))
    return {} if kind == "nothing recorded" else found


def balance(tests: int, shards: int, kind: str) -> Balance:
    """Plan once and weigh the shares.

    Args:
        tests: How many there are.
        shards: How many shards.
        kind: One of `KINDS`.
    """
    files = files_of(tests)
    ids = {path: [i for g in groups for i in g] for path, groups in files.items()}
    known = recorded(files, kind)
    start = time.perf_counter()
    expected = expected_us(ids, known)
    shares = plan_shards(files, expected, shards)
    spent_s = time.perf_counter() - start
    chance = random.Random(SEED + 1)  # noqa: S311 - no secret
    real = recorded(files, "recorded" if kind != KINDS[2] else kind)
    real = {
        name: round(us * chance.lognormvariate(0, 0.3)) for name, us in real.items()
    }
    parts = Counter(part.path for share in shares for part in share)
    return Balance(
        _most(shares, expected),
        max(1.0, max(expected.values()) * shards / sum(expected.values())),
        _most(shares, real),
        spent_s,
        sum(count > 1 for count in parts.values()),
    )


def _most(shares: Iterable[Share], durations: Mapping[str, int]) -> float:
    """The longest share over the mean."""
    loads = [
        sum(durations[name] for part in share for name in part.ids) for share in shares
    ]
    return max(loads) * len(loads) / sum(loads)


def collect(tests: int, shards: int, scratch: Path) -> None:
    """Plan by the specs of a project on disk, collect, run one shard, join all.

    Args:
        tests: How many there are.
        shards: How many shards.
        scratch: A folder for the project.

    Raises:
        BenchError: If a program fails, or planning imported a test.
    """
    folder = scratch / "project"
    make_project(folder, tests, SMALL)
    run(["-m", "suiteloom", "generate", "--project", str(folder)], scratch)
    said = scratch / "said"
    planning = run(["-c", PLAN, str(folder), str(shards), str(said)], scratch)
    spent, *paths = said.read_text("utf-8").splitlines()
    _row("plan, nothing recorded", planning)
    print(f"| of that, but for reading the specs | {spent} | |", flush=True)
    choice = scratch / "choice.json"
    files = dict.fromkeys(str(folder / path) for path in paths)
    inside = str(folder / "generated")
    choice.write_text(json.dumps({"folder": inside, "files": files}), "utf-8")
    base = ["-m", "pytest", "--collect-only", "-q", f"--rootdir={folder}"]
    base += ["-p", "no:cacheprovider"]
    chosen = [f"--suiteloom-chosen={choice}", inside]
    _row("pytest collects all tests", run([*base, inside], scratch))
    _row("pytest collects one shard, as `run` does", run([*base, *chosen], scratch))
    _row("pytest collects one shard, files named", run([*base, *files], scratch))
    one = ["run", "--shard", f"1/{shards}", "--project", str(folder)]
    _row("`run --shard`, all pending", run(["-m", "suiteloom", *one], scratch))
    records = write_records(tests, shards, scratch / "records")
    join = ["merge", *map(str, records), "--project", str(folder)]
    _row(f"`merge` of {shards}", run(["-m", "suiteloom", *join], scratch))
    planning = run(["-c", PLAN, str(folder), str(shards), str(said)], scratch)
    _row("plan, every test recorded", planning)
    spent = said.read_text("utf-8").splitlines()[0]
    print(f"| of that, but for reading the specs | {spent} | |", flush=True)


def write_records(tests: int, shards: int, folder: Path) -> list[Path]:
    """Write what all shards would keep if every test passed.

    Args:
        tests: How many there are.
        shards: How many shards.
        folder: It is made.
    """
    folder.mkdir()
    files = files_of(tests)
    ids = {path: [i for g in groups for i in g] for path, groups in files.items()}
    shares = plan_shards(files, expected_us(ids, {}), shards)
    plan = plan_digest(("run",), shares)
    for number, share in enumerate(shares, 1):
        outcomes = [
            TestOutcome(
                CollectedTest(
                    name, f"{part.path}::{name}", part.path, line, "", name, "", False
                ),
                "passed",
                0.01,
            )
            for part in share
            for line, name in enumerate(part.ids, 1)
        ]
        last = LastRun(
            ("",),
            {part.path: "0" * 64 for part in share},
            frozenset(outcome.id for outcome in outcomes),
            {},
            tuple(outcomes),
            revision=Revision("a" * 40, is_clean=True),
            shard=ShardRun(Shard(number, shards), plan, ("run",), share),
        )
        (folder / f"shard-{number}.json").write_bytes(dump_run(last))
    return sorted(folder.iterdir())


def _row(step: str, sample: Sample) -> None:
    print(f"| {step} | {_cells(sample)} |", flush=True)


def _cells(sample: Sample) -> str:
    memory = f"{sample.memory_bytes / 1e6:.0f}" if sample.memory_bytes else ""
    return f"{sample.wall_s:.2f} | {sample.cpu_s:.2f} | {memory}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print tables."""
    parser = argparse.ArgumentParser(description="The plan of shards.")
    parser.add_argument("--tests", type=int, default=100_000)
    parser.add_argument("--shards", type=int, default=50)
    parser.add_argument("--collect", action="store_true", help="on disk, as well")
    asked = parser.parse_args(arguments)
    print(
        f"{asked.tests:,} tests, {asked.shards} shards; longest shard over the mean\n"
    )
    print("| durations | planned | least | next run | files cut | planning s |")
    print("|---|---|---|---|---|---|")
    for kind in KINDS:
        found = balance(asked.tests, asked.shards, kind)
        figures = f"{found.planned:.4f} | {found.least:.4f} | {found.next_run:.3f}"
        print(f"| {kind} | {figures} | {found.cut} | {found.spent_s:.2f} |", flush=True)
    if asked.collect:
        print("\n| step | wall s | CPU s | MB |\n|---|---|---|---|")
        with tempfile.TemporaryDirectory() as name:
            collect(asked.tests, asked.shards, Path(name))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchError as error:
        sys.exit(f"error: {error}")
