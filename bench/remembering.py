"""How large a history gets, and how long it takes to add a run to it.

Runs of as many tests as are asked for are added by the product's own code until there are
as many results as are asked for, and are then read again.

    python bench/remembering.py                    # 5,000 tests, 1,000,000 results
    python bench/remembering.py --tests 500 --results 10000
    python bench/remembering.py --json
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from suiteloom.model import (
    Config,
    HistoryConfig,
    PastResult,
    PastRun,
    ResultKey,
    Revision,
    RunEnvironment,
    TestPlace,
)
from suiteloom.results.history_lines import RunLine
from suiteloom.store.history import History
from suiteloom.workflows.history.flakes import find_flakes
from suiteloom.workflows.history.overview import history_of_test
from suiteloom.workflows.history.remember import add_lines
from suiteloom.workflows.history.slower import find_slower
from suiteloom.workflows.project import Workspace

LAST = 20
"""So many of the last runs tell how long adding takes once the history is large."""

HEAD = (
    "results",
    "MB",
    "bytes a result",
    "add a run: CPU ms",
    "wall ms",
    "least wall ms",
)


def made_run(number: int, base_us: list[float], draw: random.Random) -> RunLine:
    """One run of every test; one in a hundred is flaky, a commit has three runs."""
    run = PastRun(
        uid=f"{number:032x}",
        started_us=1_790_000_000_000_000 + number * 3_600_000_000,
        took_us=60_000_000,
        revision=Revision(f"{number // 3:040x}", is_clean=True),
        branch="main",
        environment=RunEnvironment("test", "3.11", "Linux x86_64"),
        python="3.11.7",
    )
    results = {
        ResultKey(f"AB-{test:05}"): PastResult(
            "failed" if test % 100 == 0 and draw.random() < 0.1 else "passed",
            int(base * draw.lognormvariate(0, 0.1)),
        )
        for test, base in enumerate(base_us)
    }
    places = {key.id: TestPlace("shop", "Orders", f"test_{key.id}") for key in results}
    return RunLine(run, results, places)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """How many seconds it takes, on the wall and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def measure(tests: int, results: int, folder: Path) -> dict[str, float]:
    """Make a history and read it; gives figures by name.

    Args:
        tests: Of each run.
        results: In all.
        folder: An empty one, for the file.
    """
    draw = random.Random(1)  # noqa: S311 - it is to be the same again
    base_us = [draw.lognormvariate(math.log(13_000), 1.5) for _ in range(tests)]
    bounds = HistoryConfig(runs=100_000, failures=100_000, max_mb=10_000)
    workspace = Workspace(folder, Config(history=bounds))
    history = History.of(folder, None)
    adding = []
    for number in range(1, results // tests + 1):
        line = made_run(number, base_us, draw)
        adding.append(timed(lambda line=line: add_lines(workspace, history, [line])))
    size = history.size_bytes()
    last = adding[-LAST:]
    asked: dict[str, Callable[[], object]] = {
        "history_of_test": lambda: history_of_test(workspace, "AB-00007", None),
        "flaky_100_runs": lambda: find_flakes(workspace, 100, None),
        "slow": lambda: find_slower(workspace, None, None),
    }
    return {
        "tests": tests,
        "results": len(adding) * tests,
        "size_bytes": size,
        "bytes_a_result": size / (len(adding) * tests),
        "add_cpu_s": statistics.median(cpu for _, cpu in last),
        "add_wall_s": statistics.median(wall for wall, _ in last),
        "add_least_wall_s": min(wall for wall, _ in last),
        **{f"{name}_cpu_s": timed(work)[1] for name, work in asked.items()},
    }


def markdown(found: dict[str, float]) -> str:
    """The figures, as the page of the docs has them."""
    adding = (found[f"add_{name}_s"] for name in ("cpu", "wall", "least_wall"))
    cells = (
        f"{found['results']:,.0f}",
        f"{found['size_bytes'] / 1e6:.1f}",
        f"{found['bytes_a_result']:.1f}",
        *(f"{seconds * 1000:.0f}" for seconds in adding),
    )
    lines = [HEAD, ("---",) * len(HEAD), cells]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How large a history gets.")
    parser.add_argument("--tests", type=int, default=5000)
    parser.add_argument("--results", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = measure(asked.tests, asked.results, Path(name))
    if asked.json:
        print(
            json.dumps({"schema": "suiteloom.bench-remembering/1", **found}, indent=2)
        )
    else:
        print(markdown(found), end="")
        for name in ("history_of_test", "flaky_100_runs", "slow"):
            print(f"{name}: {found[f'{name}_cpu_s'] * 1000:.0f} ms of CPU")
    return 0


if __name__ == "__main__":
    sys.exit(main())
