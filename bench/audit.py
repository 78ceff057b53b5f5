"""How fast an audit is, next to ruff and flake8 on the same tree in the same run.

The tree holds test files of the standard library's `test` package and this project's
suites, repeated under other names until there are enough of them. Every program is run as
a process, in two processes or threads of its own unless its name says otherwise; figures
are medians. flake8 and its plugin come with `uv run --group bench`, and take the most time.

    uv run --group bench python bench/audit.py --files 3000 --runs 3
    uv run --group bench python bench/audit.py --runs 3 --skip flake8
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from measure import BenchError, Sample, median, run

ROOT = Path(__file__).resolve().parents[1]

OWN = "suiteloom audit"
PROCESSES = "2"
CHANGED = "one file changed"
"""Ends the names of programs before which a file is changed."""

_AUDIT = ("suiteloom", "audit", "tree", "--exit-zero", "--statistics")
_RUFF = (
    *("ruff", "check", "--isolated", "--exit-zero", "--quiet", "--statistics", "tree"),
    *("--select", "F,PT,TID,S101"),
)

PROGRAMS = {
    OWN: [*_AUDIT, "--workers", PROCESSES, "--no-cache"],
    "suiteloom audit, one process": [*_AUDIT, "--workers", "1", "--no-cache"],
    "suiteloom audit, nothing changed": [*_AUDIT, "--workers", PROCESSES],
    f"suiteloom audit, {CHANGED}": [*_AUDIT, "--workers", PROCESSES],
    "ruff": [*_RUFF, "--no-cache"],
    "ruff, nothing changed": [*_RUFF],
    f"ruff, {CHANGED}": [*_RUFF],
    "flake8 --select F,PT": [
        *("flake8", "--isolated", "--select", "F,PT", "--exit-zero", "--count", "-q"),
        *("--jobs", PROCESSES, "tree"),
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


def measure(
    tree: Path, scratch: Path, programs: Sequence[str], runs: int
) -> dict[str, list[Sample]]:
    """Run programs in turn over a tree.

    A first round over one file is not counted, nor the one that fills caches.

    Args:
        tree: The folder with the files; its parent is where programs are run.
        scratch: A folder for what goes to stderr.
        programs: Which, by their names.
        runs: How often each.
    """
    os.environ["RAYON_NUM_THREADS"] = PROCESSES  # as many as the others have
    one = tree.parent / "one" / tree.name
    plant(one, 1)
    samples: dict[str, list[Sample]] = {program: [] for program in programs}
    caches = [program for program in programs if "nothing changed" in program]
    for folder in (one.parent, None, *([tree.parent] * runs)):
        with contextlib.chdir(folder or tree.parent):
            for program in programs if folder else caches:
                if program.endswith(CHANGED):
                    change(min((folder or tree.parent).rglob("*.py")))
                sample = run(["-m", *PROGRAMS[program]], scratch)
                if folder == tree.parent:
                    samples[program].append(sample)
    return samples


def change(path: Path) -> None:
    """Add a line to a file that means nothing."""
    with path.open("a", encoding="utf-8") as file:
        file.write("# changed\n")


def table(samples: dict[str, list[Sample]], files: int) -> Iterator[str]:
    """Yield the lines of a table; ratios are of medians."""
    own = median(samples[OWN])
    yield "| program | wall s, least | wall s | CPU s | files/s | wall / ours | CPU / ours |"
    yield "|---|---|---|---|---|---|---|"
    for program, found in samples.items():
        middle, least = median(found), min(sample.wall_s for sample in found)
        ratios = f"{middle.wall_s / own.wall_s:.2f} | {middle.cpu_s / own.cpu_s:.2f}"
        yield (
            f"| {program} | {least:.2f} | {middle.wall_s:.2f} | {middle.cpu_s:.2f}"
            f" | {files / middle.wall_s:,.0f} | {ratios} |"
        )


def main() -> None:
    """Measure all programs in turn and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--skip", action="append", default=[], metavar="WORD")
    options = parser.parse_args()
    programs = [
        program
        for program in PROGRAMS
        if program == OWN or not any(word in program for word in options.skip)
    ]
    with tempfile.TemporaryDirectory(prefix="audit-") as name:
        folder = Path(name).resolve()
        size = plant(folder / "all" / "tree", options.files)
        try:
            samples = measure(folder / "all" / "tree", folder, programs, options.runs)
        except BenchError as error:
            sys.exit(str(error))
    lines = table(samples, options.files)
    head = f"{options.files} files, {size / 1e6:.1f} MB, {options.runs} runs"
    sys.stdout.write("\n".join([head, "", *lines]) + "\n")


if __name__ == "__main__":
    main()
