"""What the pytest plugin costs: CPU of pytest with it, over CPU of pytest without it.

Trivial tests, so that nothing hides the plugin. Runs are made in pairs, one right after
the other, the order of the two turned around each time; the ratio of a pair is that of
two neighbours, and the median of the ratios is what counts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from measure import BenchError, run

PER_FILE = 100
AIM = 1.05
HEAD = ("project", "pairs", "bare CPU s", "with plugin CPU s", "ratio", "least", "most")


@dataclass(frozen=True, slots=True)
class Cost:
    """What the plugin costs in one kind of project.

    Attributes:
        project: Which kind.
        bare_s: Median CPU time without the plugin.
        plugin_s: Median CPU time with it.
        ratios: With it over without it, of each pair, sorted.
    """

    project: str
    bare_s: float
    plugin_s: float
    ratios: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return statistics.median(self.ratios)


def make_project(folder: Path, tests: int, *, active: bool) -> None:
    """Write trivial tests, a hundred a file.

    Args:
        folder: Is made.
        tests: How many.
        active: Whether suiteloom is configured there.
    """
    folder.mkdir(parents=True)
    settings = '[pytest]\nasyncio_default_fixture_loop_scope = "function"\n'
    (folder / "pytest.ini").write_text(settings.replace('"', ""), "utf-8")
    if active:
        (folder / "suiteloom.toml").write_text("", "utf-8")
    for first in range(0, tests, PER_FILE):
        count = min(PER_FILE, tests - first)
        text = "".join(
            f"def test_{n:03}():\n    assert True\n\n\n" for n in range(count)
        )
        (folder / f"test_{first // PER_FILE:04}.py").write_text(text, "utf-8")


def compare(folder: Path, project: str, pairs: int, scratch: Path) -> Cost:
    """Run pytest with and without the plugin, in turn.

    Args:
        folder: Holds the tests.
        project: What the result is called; one that is active gets a record.
        pairs: How many pairs of runs.
        scratch: A folder for the record.

    Raises:
        BenchError: If pytest fails, or there is no record where there is to be one.
    """
    base = ["-m", "pytest", "-q", f"--rootdir={folder}", str(folder)]
    base += ["-c", str(folder / "pytest.ini"), "-p", "no:cacheprovider"]
    base += ["-p", "no:randomly"]
    record = scratch / "record.json"
    bare = [*base, "-p", "no:suiteloom"]
    ours = [*base, f"--suiteloom-record={record}"] if project == "active" else base
    for arguments in (bare, ours):
        run(arguments, scratch)  # compiles; not counted
    if project == "active" and not record.is_file():
        raise BenchError("the plugin wrote no record")
    figures: dict[str, list[float]] = {"bare": [], "ours": []}
    ratios = []
    for number in range(pairs):
        order = ("bare", "ours") if number % 2 else ("ours", "bare")
        took = {}
        for name in order:
            took[name] = run(bare if name == "bare" else ours, scratch).cpu_s
            figures[name].append(took[name])
        ratios.append(took["ours"] / took["bare"])
    return Cost(
        project,
        statistics.median(figures["bare"]),
        statistics.median(figures["ours"]),
        tuple(sorted(ratios)),
    )


def markdown(costs: list[Cost], pairs: int) -> str:
    """The results as a table."""
    rows = [
        f"| {cost.project} | {pairs} | {cost.bare_s:.3f} | {cost.plugin_s:.3f} "
        f"| {cost.ratio:.3f} | {cost.ratios[0]:.3f} | {cost.ratios[-1]:.3f} |"
        for cost in costs
    ]
    return "\n".join([f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|", *rows])


def main() -> int:
    """Measure and print; exit code 1 if the plugin costs more than it may."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tests", type=int, default=5000, help="how many (5000)")
    parser.add_argument("--pairs", type=int, default=10, help="of runs (10)")
    parser.add_argument("--json", action="store_true", help="print data")
    options = parser.parse_args()
    costs = []
    with tempfile.TemporaryDirectory(prefix="suiteloom-bench-") as name:
        scratch = Path(name)
        for project in ("active", "inactive"):
            folder = scratch / project
            make_project(folder, options.tests, active=project == "active")
            costs.append(compare(folder, project, options.pairs, scratch))
    met = all(cost.ratio <= AIM for cost in costs)
    if options.json:
        rows = [{**asdict(cost), "ratio": cost.ratio} for cost in costs]
        data = {"schema": "suiteloom.bench-plugin/1", "tests": options.tests}
        print(json.dumps({**data, "aim": AIM, "met": met, "rows": rows}, indent=1))
    else:
        print(markdown(costs, options.pairs))
        print(f"\nat most {AIM:.2f} times bare pytest: {'yes' if met else 'no'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
