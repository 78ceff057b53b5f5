"""How each verb grows: the same tests in one suite, and in suites of twenty tests.

What is linear takes as long in one large suite as in many small ones. Every verb is run
once in each layout as a process; a ratio is the time in one suite divided by that in many.

    python bench/scale.py                    # 19,980 tests; a spec may have 20 more
    python bench/scale.py --tests 4000
    python bench/scale.py --tests 100000 --only many --verbs "generate --check"
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measure import BenchError, Sample, run

SMALL = 20
GROUP = 20

HEAD = """\
suiteloom: 1
domain: {domain}
title: Domain {number}
summary: What domain {number} is for.
category: integration
revenue: {{annual_usd: 1000, protects: sales}}
bvj:
  segment: [All]
  goal: Stability
  value_impact: Each of them is kept.
  strategic_impact: Customers come back.
groups:
"""
TEST = """\
      - id: {identity}
        name: test_number_{number}
        summary: Number {number} is kept.
        kinds: [positive]
"""
CHECK = """\
import importlib, sys
from suiteloom.model import Record
from suiteloom.workflows.collecting import Collected
module = importlib.import_module("suiteloom.workflows.check")
came = Collected(Record(0), 0, ())
module.collect_suites = lambda *_, **__: came
from suiteloom.cli.edge import run_app
code = run_app(sys.argv[1:])
sys.exit(0 if code in (0, 1) else code)
"""
"""`check` but for the level that asks pytest, which does not belong to suiteloom."""


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a verb.

    Attributes:
        name: What the table says.
        arguments: Of the interpreter; ``DIR`` stands for the project.
        edits: Whether the summary of one test is changed before.
    """

    name: str
    arguments: tuple[str, ...]
    edits: bool = False


def verb(*words: str) -> tuple[str, ...]:
    """The arguments of a verb."""
    return ("-m", "suiteloom", *words, "--project", "DIR")


AUDIT = ("--exit-zero", "--statistics", "--workers", "1")
ADD = ("domain_0", "Group 0", "test_one_more", "--summary", "One more is kept.")
STEPS = (
    Step("generate", verb("generate")),
    Step("generate --check", verb("generate", "--check")),
    Step("generate --diff", verb("generate", "--diff")),
    Step("generate, one test edited", verb("generate"), edits=True),
    Step("status", verb("status")),
    Step("audit", (*verb("audit", "DIR/generated"), *AUDIT)),
    Step("ids", verb("ids")),
    Step("check, collection left out", ("-c", CHECK, "check", "--project", "DIR")),
    Step("add", verb("add", *ADD)),
)


def make_project(folder: Path, tests: int, per_suite: int) -> None:
    """Write a project without suites.

    Args:
        folder: It is made.
        tests: How many tests there are in all.
        per_suite: How many of them stand in one spec.
    """
    (folder / "specs").mkdir(parents=True)
    (folder / "suiteloom.toml").write_text("", encoding="utf-8")
    for number, start in enumerate(range(0, tests, per_suite)):
        domain = f"domain_{number}"
        count = min(per_suite, tests - start)
        text = HEAD.format(domain=domain, number=number)
        text += "".join(_tests(start, count))
        (folder / "specs" / f"{domain}.yaml").write_text(text, encoding="utf-8")


def identity(number: int) -> str:
    """The id of a test; they are counted from 0 through all suites."""
    return f"T{number // 900_000}-{number + 1}"


def _tests(start: int, count: int) -> Iterator[str]:
    for index in range(count):
        if index % GROUP == 0:
            yield f"  - title: Group {index // GROUP}\n    tests:\n"
        number = start + index
        yield TEST.format(identity=identity(number), number=number)


def edit_one(folder: Path) -> None:
    """Change the summary of the first test."""
    path = folder / "specs" / "domain_0.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("is kept", "is still kept", 1), "utf-8")


def measure(folder: Path, step: Step, scratch: Path) -> Sample:
    """Run one step in a project."""
    if step.edits:
        edit_one(folder)
    arguments = [each.replace("DIR", str(folder)) for each in step.arguments]
    return run(arguments, scratch)


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="How each verb grows.")
    parser.add_argument("--tests", type=int, default=19_980)
    parser.add_argument("--only", choices=["one", "many"])
    parser.add_argument("--verbs", nargs="+", help="steps besides `generate`")
    asked = parser.parse_args()
    layouts = {"many": SMALL, "one": asked.tests}
    if asked.only:
        layouts = {asked.only: layouts[asked.only]}
    print("| verb | " + " | ".join(f"{n}: CPU s | MB" for n in layouts) + " | ratio |")
    print("|---|" + "---|" * (2 * len(layouts) + 1))
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        run(["-m", "suiteloom", "--version"], scratch)
        for layout, size in layouts.items():
            make_project(scratch / layout, asked.tests, size)
        for step in STEPS:
            first = step is STEPS[0]
            if asked.verbs and not first and step.name not in asked.verbs:
                continue
            took = [measure(scratch / layout, step, scratch) for layout in layouts]
            cells = [f"{s.cpu_s:.2f} | {s.memory_bytes / 1e6:.0f}" for s in took]
            ratio = f"{took[-1].cpu_s / took[0].cpu_s:.2f}" if len(took) > 1 else ""
            print(f"| {step.name} | {' | '.join(cells)} | {ratio} |", flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchError as error:
        sys.exit(f"error: {error}")
