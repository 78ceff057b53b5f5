"""Mutation testing of the assistant by the suites in `generated/` alone.

    uv run --group mutation python bench/mutation.py --sample 300 --seed 1 > mutation.md

Mutants come from cosmic-ray's operators. At every place of the source at most one mutant
is drawn at a time, with a fixed seed; every module gets a share by its number of places,
and no less than `LEAST`. A mutant that differs only in annotations or in how a dataclass
is laid out (`frozen`, `slots`), or whose module no longer imports, is not counted. First
the tests that reach the mutated line run, those that reach the least before others, then
the suites that reach its module (all of them if it runs at import only), up to the first
failure.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from coverage import CoverageData

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "examples/assistant/assistant"
COPIED = ("examples", "generated", "specs", "pyproject.toml")
LAYOUT = ("frozen", "slots")
LEAST = 4
IMPORT_ERRORS = (2, 3, 4)
"""How pytest ends when a suite or its conftest can not be imported."""

GIVE_UP = 6
"""A run that takes this many times as long as the suites do is cut off: killed."""


@dataclass(frozen=True)
class Mutant:
    """One change at one place. `line` is 1-based, `path` relative to the package."""

    path: str
    line: int
    operator: str
    before: str
    after: str
    code: str


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: killed, timeout, survived or unimportable."""

    path: str
    line: int
    operator: str
    before: str
    after: str
    outcome: str
    by: str


def run_pytest(
    root: Path, arguments: list[str], limit_s: float | None = None, **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run pytest in a copy of the project whose own assistant is imported."""
    env = {**os.environ, **extra, "PYTHONPATH": str(root / "examples" / "assistant")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=limit_s,
    )


def copy_project(target: Path) -> Path:
    """Copy what the suites need."""
    target.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            skip = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, target / name, ignore=skip)
        else:
            shutil.copy(source, target / name)
    return target


@dataclass(frozen=True)
class Reach:
    """Which tests run which lines, which suites any line of each module; all suites."""

    tests: dict[tuple[str, int], list[str]]
    suites: dict[str, list[str]]
    everything: list[str]
    seconds: float


def trace(root: Path) -> Reach:
    """Run all suites once with coverage.

    Raises:
        SystemExit: If they do not pass.
    """
    (root / "trace.ini").write_text("[run]\nconcurrency = thread,greenlet\n")
    start = time.monotonic()
    options = ["--cov=assistant", "--cov-context=test", "--cov-report="]
    done = run_pytest(root, [*options, "--cov-config=trace.ini", "generated"])
    seconds = time.monotonic() - start
    if done.returncode:
        sys.exit(f"the suites do not pass without a mutant:\n{done.stdout[-3000:]}")
    data = CoverageData(str(root / ".coverage"))
    data.read()
    tests: dict[tuple[str, int], list[str]] = {}
    suites: dict[str, set[str]] = defaultdict(set)
    breadth: Counter[str] = Counter()
    for measured in data.measured_files():
        path = Path(measured).relative_to(root / PACKAGE).as_posix()
        for line, contexts in data.contexts_by_lineno(measured).items():
            reached = sorted({c.split("|")[0] for c in contexts if c})
            tests[path, line] = reached
            breadth.update(reached)
            suites[path].update(test.split("::")[0] for test in reached)
    for reached in tests.values():
        reached.sort(key=lambda test: (breadth[test], test))
    everything = [
        f"generated/{path.name}"
        for path in sorted((root / "generated").glob("test_*.py"))
    ]
    by_module = {path: sorted(v) or everything for path, v in suites.items()}
    return Reach(tests, by_module, everything, seconds)


def meaning_of(code: str) -> str | None:
    """Return a dump of the syntax tree without what does not count; None if invalid."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            node.annotation = ast.Constant(None)  # type: ignore[assignment]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "dataclass":
            node.keywords = [k for k in node.keywords if k.arg not in LAYOUT]
    return ast.dump(tree)


def places(path: Path) -> Iterator[tuple[tuple[int, int], str, int]]:
    """Yield (place, operator, occurrence) of every possible mutant."""
    tree = get_ast(path.read_text("utf-8"))
    for name in operator_names():
        operator_class = get_operator(name)
        if operator_class.arguments():
            continue
        operator = operator_class()
        found = (p for n in ast_nodes(tree) for p in operator.mutation_positions(n))
        for occurrence, (start, _) in enumerate(found):
            yield start, name, occurrence


def mutants(path: Path, module: str, chance: random.Random) -> Iterator[Mutant]:
    """Yield the mutants of a module: one of each place, then a second of each."""
    by_place: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
    for place, name, occurrence in places(path):
        by_place[place].append((name, occurrence))
    code = path.read_text("utf-8")
    meaning = meaning_of(code)
    rounds = [chance.sample(v, len(v)) for v in by_place.values()]
    order = [(turn, n) for n, v in enumerate(rounds) for turn in range(len(v))]
    chance.shuffle(order)
    order.sort(key=lambda entry: entry[0])
    for turn, number in order:
        name, occurrence = rounds[number][turn]
        try:
            mutated = mutate_code(code, get_operator(name)(), occurrence)
        except AttributeError:  # an operator that can not cope with this place
            continue
        if mutated is None or meaning_of(mutated) in {meaning, None}:
            continue
        line, before, after = changed_line(code, mutated)
        short = name.removeprefix("core/")
        yield Mutant(module, line, short, before, after, mutated)


def changed_line(before: str, after: str) -> tuple[int, str, str]:
    """Return the number and both texts of the first line that differs."""
    old, new = before.splitlines(), after.splitlines()
    for number, (left, right) in enumerate(zip(old, new, strict=False), 1):
        if left != right:
            return number, left.strip(), right.strip()
    return len(old), old[-1].strip(), ""


class Tester:
    """Tries mutants in copies of the project, as many at once as there are copies."""

    def __init__(self, copies: list[Path], reach: Reach) -> None:
        """Take the copies and what each test reaches."""
        self._free: SimpleQueue[Path] = SimpleQueue()
        for copy in copies:
            self._free.put(copy)
        self._reach = reach
        self._limit_s = max(60.0, GIVE_UP * reach.seconds)

    def judge(self, mutant: Mutant) -> Verdict:
        """Write the mutant, run what reaches it, and put the module back."""
        root = self._free.get()
        target = root / PACKAGE / mutant.path
        original = target.read_bytes()
        try:
            target.write_text(mutant.code, "utf-8", newline="")
            outcome, by = self._try(root, mutant)
        finally:
            target.write_bytes(original)
            self._free.put(root)
        facts = asdict(mutant)
        del facts["code"]
        return Verdict(**facts, outcome=outcome, by=by)

    def _try(self, root: Path, mutant: Mutant) -> tuple[str, str]:
        near = self._reach.tests.get((mutant.path, mutant.line), [])
        far = self._reach.suites.get(mutant.path, self._reach.everything)
        for selection in (near[:40], far):
            if not selection:
                continue
            options = ["-x", "-p", "no:randomly", *selection]
            try:
                done = run_pytest(root, options, self._limit_s)
            except subprocess.TimeoutExpired:
                return "timeout", ""
            if done.returncode == 1:
                return "killed", first_failure(done.stdout)
            if done.returncode in IMPORT_ERRORS:
                return "unimportable", ""
        return "survived", ""


def first_failure(output: str) -> str:
    """Return the name of the test that failed."""
    for line in output.splitlines():
        if line.startswith(("FAILED ", "ERROR ")):
            return line.split("::")[-1].split(" - ")[0].strip()
    return ""


def shares(sizes: dict[str, int], sample: int) -> dict[str, int]:
    """Return how many mutants to count in each module."""
    total = sum(sizes.values())
    return {
        path: min(size, max(LEAST, round(sample * size / total)))
        for path, size in sizes.items()
    }


def examine(
    module: str, share: int, root: Path, seed: int, tester: Tester
) -> list[Verdict]:
    """Judge mutants of one module until so many have counted."""
    chance = random.Random(f"{seed}:{module}")  # noqa: S311 - a sample, no secret
    verdicts: list[Verdict] = []
    counted = 0
    for mutant in mutants(root / PACKAGE / module, module, chance):
        if counted == share:
            break
        verdict = tester.judge(mutant)
        verdicts.append(verdict)
        counted += verdict.outcome != "unimportable"
        sys.stderr.write(
            f"{verdict.outcome:12} {module}:{mutant.line} {mutant.after}\n"
        )
    return verdicts


def report(verdicts: list[Verdict], seed: int) -> str:
    """Return the tables of docs/mutation.md."""
    by_module: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.outcome != "unimportable":
            by_module[verdict.path].append(verdict)
    lines = ["| module | mutants | killed | survived |", "|---|---|---|---|"]
    count = dead = 0
    for path, found in sorted(by_module.items()):
        killed = sum(v.outcome != "survived" for v in found)
        lines.append(f"| {path} | {len(found)} | {killed} | {len(found) - killed} |")
        count, dead = count + len(found), dead + killed
    lines.append(f"| **all** | {count} | {dead} | {count - dead} |")
    late = sum(v.outcome == "timeout" for v in verdicts)
    dropped = sum(v.outcome == "unimportable" for v in verdicts)
    summary = (
        f"Seed {seed}: {dead} of {count} killed, {100 * dead / count:.1f}% ({late} of"
        f" them by running too long). {dropped} more did not import and do not count."
    )
    lines += ["", summary, "", "| survivor | was | became |", "|---|---|---|"]
    for v in sorted(verdicts, key=lambda v: (v.path, v.line)):
        if v.outcome == "survived":
            cells = (
                f"`{text.replace('|', chr(92) + '|')}`" for text in (v.before, v.after)
            )
            lines.append(f"| {v.path}:{v.line} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Draw, try and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="modules whose path contains this")
    parser.add_argument("--json", type=Path, help="also write every verdict here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        whole = copy_project(Path(folder, "whole"))
        roots = [copy_project(Path(folder, str(n))) for n in range(options.workers)]
        reach = trace(whole)
        tester = Tester(roots, reach)
        package = whole / PACKAGE
        modules = sorted(
            p.relative_to(package).as_posix() for p in package.rglob("*.py")
        )
        sizes = {m: len({p[0] for p in places(package / m)}) for m in modules}
        wanted = shares({m: s for m, s in sizes.items() if s}, options.sample)
        with ThreadPoolExecutor(options.workers) as pool:
            jobs = [
                pool.submit(examine, module, share, whole, options.seed, tester)
                for module, share in wanted.items()
                if options.only in module
            ]
            verdicts = [verdict for job in jobs for verdict in job.result()]
    if options.json:
        options.json.write_text(json.dumps([asdict(v) for v in verdicts], indent=1))
    sys.stdout.write(report(verdicts, options.seed) + "\n")


if __name__ == "__main__":
    main()
