"""`suiteloom generate` against a plain script that writes the same bytes.

Every figure is that of a whole process. All processes are started by this one, one after
the other, the two programs in turn. See docs/performance.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domains import edit_summary, make_project
from measure import BenchError, Sample, median, run
from results import (
    COLD,
    EDITED,
    IDLE,
    IMPORTS,
    PLAIN,
    SECOND,
    TYPER,
    VERSION,
    Row,
    markdown,
    report,
)

__all__ = ["main"]

_SCRIPT = Path(__file__).with_name("plain.py")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print.

    Args:
        arguments: Without the program's name; those of the process by default.

    Returns:
        0, or 1 if a program failed or the two wrote different bytes.
    """
    options = _options(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="suiteloom-bench-") as name:
            bench = _Bench(Path(name), options.runs)
            bench.size(2)  # compiles every module that is needed; not counted
            rows = bench.references()
            for domains in options.sizes:
                rows += bench.size(domains)
    except BenchError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    print(json.dumps(report(rows), indent=2) if options.json else markdown(rows))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--sizes",
        type=_positive,
        nargs="+",
        default=[6, 100, 1000],
        metavar="N",
        help="numbers of domains (default: 6 100 1000)",
    )
    parser.add_argument(
        "--runs",
        type=_positive,
        default=3,
        metavar="N",
        help="runs of each program, of which the median counts (default: 3)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    if (value := int(text)) < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


@dataclass(frozen=True, slots=True)
class _Bench:
    """Measures in a folder of its own."""

    scratch: Path
    runs: int

    def references(self) -> list[Row]:
        """Measure what does not depend on a project; the first round is not counted."""
        programs = {
            IMPORTS: ["-c", IMPORTS],
            TYPER: ["-c", TYPER],
            VERSION: ["-m", "suiteloom", "--version"],
        }
        samples: dict[str, list[Sample]] = {name: [] for name in programs}
        for _ in range(self.runs + 1):
            for name, arguments in programs.items():
                samples[name].append(run(arguments, self.scratch))
        return self._rows(0, {name: found[1:] for name, found in samples.items()})

    def size(self, domains: int) -> list[Row]:
        """Measure both programs on projects of one size."""
        folder = self.scratch / f"{domains}"
        ours, theirs = folder / "suiteloom", folder / "plain"
        make_project(ours, domains)
        make_project(theirs, domains)
        samples: dict[str, list[Sample]] = {
            name: [] for name in (PLAIN, COLD, SECOND, IDLE, EDITED)
        }
        for _ in range(self.runs):
            shutil.rmtree(theirs / "generated", ignore_errors=True)
            samples[PLAIN].append(run([str(_SCRIPT), str(theirs)], self.scratch))
            shutil.rmtree(ours / "generated", ignore_errors=True)
            shutil.rmtree(ours / ".suiteloom", ignore_errors=True)
            samples[COLD].append(self._generate(ours))
            _check_equal(ours, theirs, domains)
            self._repeat(ours, theirs, domains, samples)
        shutil.rmtree(folder)
        return self._rows(domains, samples)

    def _repeat(
        self, ours: Path, theirs: Path, domains: int, samples: dict[str, list[Sample]]
    ) -> None:
        """Generate twice more with nothing to do, then once with an edited spec."""
        before = _digests(ours)
        samples[SECOND].append(self._generate(ours))
        samples[IDLE].append(self._generate(ours))
        if _digests(ours) != before:
            raise BenchError("generate with nothing to do changed a suite")
        edit_summary(ours, domains // 2, "Something else holds since the edit.")
        samples[EDITED].append(self._generate(ours))
        after = _digests(ours)
        if after.keys() != before.keys() or len(after.items() - before.items()) != 1:
            raise BenchError("generate after an edit of one spec changed not one suite")
        shutil.rmtree(ours / "specs")
        shutil.copytree(theirs / "specs", ours / "specs")

    def _generate(self, project: Path) -> Sample:
        arguments = ["-m", "suiteloom", "generate", "--project", str(project)]
        return run(arguments, self.scratch)

    def _rows(self, domains: int, samples: Mapping[str, Sequence[Sample]]) -> list[Row]:
        return [
            Row(domains, name, median(found), self.runs)
            for name, found in samples.items()
        ]


def _check_equal(ours: Path, theirs: Path, domains: int) -> None:
    """Make sure that both programs wrote the same suites, and all of them."""
    left, right = _digests(ours), _digests(theirs)
    if len(left) != domains:
        raise BenchError(f"{domains} suites expected, {len(left)} written")
    if different := left.items() ^ right.items():
        name = min(name for name, _ in different)
        raise BenchError(f"the two programs wrote different bytes: {name}")


def _digests(project: Path) -> dict[str, str]:
    """Digest of each suite by file name; read one by one, to stay small."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (project / "generated").iterdir()
    }


if __name__ == "__main__":
    sys.exit(main())
