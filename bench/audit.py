"""How fast an audit is, next to ruff and flake8 on the same tree in the same run.

The tree holds test files of the standard library's `test` package and this project's
suites, repeated under other names until there are enough of them. Every program is run as
a process; a figure is the median. flake8 and its plugin come with `uv run --group bench`.

    uv run --group bench python bench/audit.py --files 3000 --runs 3
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PROGRAMS = {
    "suiteloom audit": ["suiteloom", "audit", "tree", "--exit-zero", "--statistics"],
    "suiteloom audit, one process": [
        *("suiteloom", "audit", "tree", "--exit-zero", "--statistics", "--workers", "1")
    ],
    "ruff check --select F,PT,TID,S101": [
        *("ruff", "check", "--isolated", "--no-cache", "--exit-zero", "--quiet"),
        *("--select", "F,PT,TID,S101", "--statistics", "tree"),
    ],
    "flake8 --select F,PT": [
        *("flake8", "--isolated", "--select", "F,PT", "--exit-zero", "--count", "-q"),
        *("--jobs", "2", "tree"),
    ],
}


def plant(tree: Path, count: int) -> int:
    """Fill a folder with test files.

    Args:
        tree: The folder; it is made.
        count: How many files.

    Returns:
        Their size in bytes.

    Raises:
        SystemExit: This Python comes without its test package.
    """
    library = Path(sysconfig.get_path("stdlib"), "test")
    sources = sorted(library.rglob("test_*.py"))
    if not sources:
        sys.exit(f"no test files in {library}")
    sources = [path for path in sources if is_readable(path)]
    sources += sorted((ROOT / "generated").glob("test_*.py"))
    size = 0
    for number, source in zip(range(count), itertools.cycle(sources), strict=False):
        data = source.read_bytes()
        folder = tree / f"part_{number // 100:02}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{source.stem}_{number:04}.py").write_bytes(data)
        size += len(data)
    return size


def is_readable(path: Path) -> bool:
    """Tell whether a file is valid Python; some of the library's are not by intent."""
    try:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def measure(command: Sequence[str], folder: Path) -> tuple[float, int]:
    """Run a program; return its wall time in seconds and its exit code."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    took = time.perf_counter() - start
    if done.returncode:
        message = done.stderr.decode("utf-8", "replace")[-500:]
        sys.exit(f"{command[0]} exited with {done.returncode}: {message}")
    return took, done.returncode


def main() -> None:
    """Measure all programs in turn and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="audit-") as name:
        folder = Path(name)
        size = plant(folder / "tree", options.files)
        times: dict[str, list[float]] = {program: [] for program in PROGRAMS}
        for _ in range(options.runs):
            for program, command in PROGRAMS.items():
                times[program].append(measure(command, folder)[0])
    medians = {program: statistics.median(found) for program, found in times.items()}
    own = medians["suiteloom audit"]
    sys.stdout.write(
        f"{options.files} files, {size / 1e6:.1f} MB, {options.runs} runs\n\n"
        "| program | wall s | files/s | time of the audit / its own |\n|---|---|---|---|\n"
    )
    for program, took in medians.items():
        speed = options.files / took
        sys.stdout.write(
            f"| {program} | {took:.2f} | {speed:.0f} | {own / took:.2f} |\n"
        )


if __name__ == "__main__":
    main()
