"""What written bodies cost `suiteloom generate`: the same suites with and without them.

Each body has ten to twenty lines with comments. Before each measured run one spec is
edited and `.suiteloom` removed, so that nothing is known and every suite is read. All
figures are of whole processes, started one after the other, the two projects in turn.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from domains import GROUPS, TESTS_PER_GROUP, edit_summary, make_project
from measure import BenchError, Sample, median, run

__all__ = ["main", "write_bodies"]

AIM = 1.5
"""How many times the time without bodies the same with bodies may take."""

_PENDING = re.compile(r"        self\.pending\(.*\)\n")
_TOP = """\
        # What is set up here is what a customer has on the first day: two
        # accounts, one of them invited, and nothing in between.
        clock = self.clock if hasattr(self, "clock") else None
        accounts = [{{"name": f"account-{{n}}", "limit": 10 * n}} for n in range({number})]
        totals: dict[str, int] = {{}}
"""
_MIDDLE = """\

        for account in accounts:  # the order must not matter
            name = account["name"]
            totals[name] = totals.get(name, 0) + int(account["limit"])
            if totals[name] > 40:
                totals[name] = 40  # the plan's limit
"""
_REST = """\

        async_events = [
            ("started", {number}),
            ("stopped", {number} + 1),  # always the last one
        ]
        self.record_metric("accounts_{number}", len(accounts))
        assert "it's \\"quoted\\"" not in totals, "names are \\"plain\\""
"""
_END = """\
        # Nothing may be left over.
        assert clock is None or sum(totals.values()) >= 0, f"{{totals}} of {number}"
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print.

    Args:
        arguments: Without the program's name; those of the process by default.

    Returns:
        0, or 1 if a run failed or did not do what it should.
    """
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=1000, metavar="N", help="suites")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="runs of each")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="suiteloom-bench-") as name:
            plain, bodies = _measured(Path(name), options.size, options.runs)
    except BenchError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    print(_report(options.size, plain, bodies, as_json=options.json))
    return 0


def write_bodies(suite: Path) -> int:
    """Write a body into every pending test of a suite.

    Args:
        suite: The file, as rendered.

    Returns:
        Number of lines that were written.
    """
    head, *rest = _PENDING.split(suite.read_text("utf-8"))
    pieces = [head]
    lines = 0
    for number, text in enumerate(rest):
        body = "".join(_body(number))
        lines += body.count("\n")
        pieces += [body, text]
    suite.write_text("".join(pieces), "utf-8")
    return lines


def _body(number: int) -> Iterator[str]:
    """The pieces of a body: 13, 14 or 20 lines, in turn."""
    kinds = ((_TOP, _MIDDLE, _END), (_TOP, _REST, _END), (_TOP, _MIDDLE, _REST, _END))
    return (piece.format(number=number) for piece in kinds[number % len(kinds)])


def _measured(scratch: Path, size: int, runs: int) -> tuple[Sample, Sample]:
    """Median of the runs without bodies, and of those with."""
    plain, bodies = scratch / "plain", scratch / "bodies"
    for project in (plain, bodies):
        make_project(project, size)
        _generate(project, scratch)
    lines = sum(map(write_bodies, sorted((bodies / "generated").glob("*.py"))))
    tests = size * GROUPS * TESTS_PER_GROUP
    if not 10 * tests <= lines <= 20 * tests:
        raise BenchError(f"{lines} lines in {tests} bodies")
    samples: dict[Path, list[Sample]] = {plain: [], bodies: []}
    for number in range(runs + 1):
        for project, found in samples.items():
            found.append(_edited(project, size // 2, number, scratch))
    return median(samples[plain][1:]), median(samples[bodies][1:])


def _edited(project: Path, index: int, number: int, scratch: Path) -> Sample:
    """Edit one spec, forget everything, generate; one suite has to change."""
    edit_summary(project, index, f"Something else holds since edit {number}.")
    shutil.rmtree(project / ".suiteloom", ignore_errors=True)
    before = {p: p.stat().st_mtime_ns for p in (project / "generated").iterdir()}
    sample = _generate(project, scratch)
    after = {p: p.stat().st_mtime_ns for p in (project / "generated").iterdir()}
    if len(after.items() - before.items()) != 1 or after.keys() != before.keys():
        raise BenchError("an edit of one spec changed not one suite")
    return sample


def _generate(project: Path, scratch: Path) -> Sample:
    return run(["-m", "suiteloom", "generate", "--project", str(project)], scratch)


def _report(size: int, plain: Sample, bodies: Sample, *, as_json: bool) -> str:
    wall, cpu = bodies.wall_s / plain.wall_s, bodies.cpu_s / plain.cpu_s
    if as_json:
        data = {
            "schema": "suiteloom.bench-bodies/1",
            "suites": size,
            "pending": {"wall_s": plain.wall_s, "cpu_s": plain.cpu_s},
            "written": {"wall_s": bodies.wall_s, "cpu_s": bodies.cpu_s},
            "ratios": {"wall": wall, "cpu": cpu},
            "aim": AIM,
        }
        return json.dumps(data, indent=2)
    rows = [
        ("suites", "bodies", "wall s", "CPU s", "wall", "CPU"),
        ("---",) * 6,
        (f"{size:,}", "pending", f"{plain.wall_s:.3f}", f"{plain.cpu_s:.3f}", "", ""),
        (
            f"{size:,}",
            "written",
            f"{bodies.wall_s:.3f}",
            f"{bodies.cpu_s:.3f}",
            f"{wall:.2f}",
            f"{cpu:.2f}",
        ),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    sys.exit(main())
