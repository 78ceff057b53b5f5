"""What people wait for, before and after: `build`, `generate` with nothing to do, the tests.

Takes the folder of a checkout of an older revision, made ready as README says (`uv sync`).
Each command runs there and here in turn, in an environment that is left as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from measure import BenchError

ROOT = Path(__file__).resolve().parents[1]
IMPORTS = "import yaml, jinja2, pydantic, typer"
COMMANDS = {
    "imports": ["-c", IMPORTS],
    "generate": ["-m", "suiteloom", "generate"],
    "domain": ["-m", "suiteloom", "generate", "websocket_messaging"],
    "check": ["-m", "suiteloom", "generate", "--check"],
    "build": ["-m", "suiteloom", "build"],
    "tests": ["-m", "pytest", "-n", "auto", "tests"],
}
WORDS = {
    "imports": IMPORTS,
    "generate": "generate, nothing to do",
    "domain": "generate DOMAIN, nothing to do",
    "check": "generate --check, nothing to do",
    "build": "build",
    "tests": "README's test command",
}
HEAD = (
    "command",
    "runs",
    "before, wall s",
    "CPU s",
    "after, wall s",
    "CPU s",
    "wall",
    "CPU",
)


Pick = Callable[[Iterable[float]], float]
"""Gives the one number that stands for several."""


@dataclass(frozen=True, slots=True)
class Took:
    """What one run took; `exit` is its exit code, `cpu_s` that of all its processes."""

    wall_s: float
    cpu_s: float
    exit: int


@dataclass(frozen=True, slots=True)
class Row:
    """What stands for all runs of one command in the older checkout and in this one."""

    command: str
    runs: int
    before: Took
    after: Took

    @property
    def ratios(self) -> tuple[float, float]:
        """Wall and CPU time, before over after."""
        before, after = self.before, self.after
        return before.wall_s / after.wall_s, before.cpu_s / after.cpu_s


def timed(command: str, checkout: Path) -> Took:
    """Run one command in a checkout.

    Args:
        command: A key of `COMMANDS`.
        checkout: Its folder; the interpreter is that of its `.venv`, if it has one.

    Raises:
        BenchError: If it fails; tests may, since those of a machine at work do.
    """
    own = checkout / ".venv" / "bin" / "python"
    python = str(own) if own.is_file() else sys.executable
    before, start = _cpu_s(), time.perf_counter()
    done = subprocess.run(
        [python, *COMMANDS[command]],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    took = Took(time.perf_counter() - start, _cpu_s() - before, done.returncode)
    if done.returncode > (command == "tests"):
        said = (done.stdout + done.stderr).strip()[-2000:]
        raise BenchError(f"{command} in {checkout}: exit {done.returncode}\n{said}")
    return took


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def compare(
    command: str, older: Path, runs: int, pick: Pick = statistics.median
) -> Row:
    """Run a command in both checkouts in turn.

    Args:
        command: A key of `COMMANDS`.
        older: The other checkout.
        runs: How often in each; a first round of a short command is not counted.
        pick: Which of the times of all runs stands for them.
    """
    if command != "tests":
        timed(command, older), timed(command, ROOT)
    pairs = [(timed(command, older), timed(command, ROOT)) for _ in range(runs)]
    before, after = zip(*pairs, strict=True)
    return Row(command, runs, _picked(before, pick), _picked(after, pick))


def _picked(took: Sequence[Took], pick: Pick) -> Took:
    return Took(
        pick(each.wall_s for each in took),
        pick(each.cpu_s for each in took),
        max(each.exit for each in took),
    )


def markdown(rows: Sequence[Row]) -> str:
    """The results as a table."""
    lines = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    for row in rows:
        before, after = row.before, row.after
        cells = [WORDS[row.command], str(row.runs)]
        cells += [f"{each:.2f}" for each in (before.wall_s, before.cpu_s)]
        cells += [f"{each:.2f}" for each in (after.wall_s, after.cpu_s)]
        cells += [f"1/{ratio:.1f}" for ratio in row.ratios]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("older", type=Path, help="a checkout of the older revision")
    parser.add_argument("--only", nargs="+", choices=list(COMMANDS), help="commands")
    parser.add_argument("--runs", type=int, default=3, help="but the tests once (3)")
    parser.add_argument(
        "--least", action="store_true", help="show the least of all runs, no medians"
    )
    parser.add_argument("--json", action="store_true", help="print data")
    options = parser.parse_args()
    rows = [
        compare(
            name,
            options.older.resolve(),
            1 if name == "tests" else options.runs,
            min if options.least else statistics.median,
        )
        for name in options.only or COMMANDS
    ]
    keeps = not os.environ.get("PYTHONDONTWRITEBYTECODE")
    if options.json:
        data = [{**asdict(row), "ratios": list(row.ratios)} for row in rows]
        head = {"schema": "suiteloom.bench-commands/1", "keeps_bytecode": keeps}
        print(json.dumps({**head, "rows": data}, indent=1))
    else:
        print(markdown(rows))
        print(f"\nPython keeps what it compiles: {'yes' if keeps else 'no'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
