"""What `suiteloom diff` takes, as a ratio to `git diff` over the same two commits.

A project of suites of twenty tests gets a second commit in which some tests are asked for
something else: all tests of a few suites (close), or one or two of each suite (spread).

    python bench/review.py                              # 2,000 changed of 20,000 tests
    python bench/review.py --tests 2000 --changed 200
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import BenchError, Sample, run
from scale import SMALL, make_project

_LAYOUTS = ("close", "spread")
_RANGE = "HEAD~1..HEAD"
_KEPT, _HOLDS = " is kept.\n        k", " holds.\n        k"
_GIT = "import os; os.execvp('git', ['git', '-C', {!r}, 'diff', '--no-color', {!r}])"


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="diff against git diff.")
    parser.add_argument("--tests", type=int, default=20_000)
    parser.add_argument("--changed", type=int, default=2_000)
    asked = parser.parse_args()
    print("| changes | git diff: CPU s | suiteloom diff: CPU s | wall s | MB | ratio |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for layout in _LAYOUTS:
            folder = scratch / layout
            make_project(folder, asked.tests, SMALL)
            _commit(folder, scratch, "init")
            _change(folder, asked.changed, layout)
            _commit(folder, scratch)
            by_lines = run(["-c", _GIT.format(str(folder), _RANGE)], scratch)
            _diff(folder, scratch)  # compiles modules
            ours = _diff(folder, scratch)
            cells = [
                f"{by_lines.cpu_s:.2f}",
                f"{ours.cpu_s:.2f}",
                f"{ours.wall_s:.2f}",
                f"{ours.memory_bytes / 1e6:.0f}",
                f"{ours.cpu_s / by_lines.cpu_s:.1f}",
            ]
            print(f"| {layout} | {' | '.join(cells)} |", flush=True)
    return 0


def _diff(folder: Path, scratch: Path) -> Sample:
    command = ["-m", "suiteloom", "diff", _RANGE, "--format", "json"]
    return run([*command, "--project", str(folder)], scratch)


def _change(folder: Path, count: int, layout: str) -> None:
    """Ask something else of `count` tests."""
    specs = sorted((folder / "specs").iterdir())
    each = SMALL if layout == "close" else max(count // len(specs), 1)
    for path in specs[: count // each]:
        text = path.read_text("utf-8").replace(_KEPT, _HOLDS, each)
        path.write_text(text, "utf-8")


def _commit(folder: Path, scratch: Path, *first: str) -> None:
    """Generate, and commit everything."""
    run(["-m", "suiteloom", "generate", "--project", str(folder)], scratch)
    identity = ["-c", "user.name=someone", "-c", "user.email=someone@example.org"]
    if first:
        (folder / ".gitignore").write_text(".suiteloom/\n", "utf-8")
        _git(folder, "init", "-q")
    _git(folder, "add", "-A")
    _git(folder, *identity, "commit", "-q", "-m", "state")


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)  # noqa: S607 - from PATH


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchError as error:
        sys.exit(f"error: {error}")
