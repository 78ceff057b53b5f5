"""The simulations of verdicts and the measurement of a history run at a tiny size."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench_modules import BENCH, load_bench

PAGE = (BENCH.parent / "docs" / "history.md").read_text("utf-8")


def run(*arguments):
    command = [sys.executable, "-B", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, check=False, cwd=BENCH.parent, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def table(head):
    """The rows of the page below the head of a table."""
    lines = PAGE.splitlines()
    first = lines.index(f"| {' | '.join(head)} |") + 2
    rows = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


@pytest.fixture(scope="module")
def verdicts():
    return load_bench("verdicts")


def test_verdicts_are_told_for_each_rule():
    out = run(BENCH / "verdicts.py", "--tests", "60", "--seeds", "1", "--json")
    data = json.loads(out)
    assert data["schema"] == "suiteloom.bench-verdicts/1"
    ours = data["slow"][0]
    assert ours["rule"] == "suiteloom slow"
    assert [row["rule"] for row in data["flaky"][::3]] == ["suiteloom flaky"] * 2
    for row in data["flaky"]:
        assert 0 <= row["precision"] <= 1
        assert 0 <= row["found"] <= 1


def test_a_doubled_test_is_found_and_no_other_on_a_quiet_machine(verdicts):
    class Quiet(verdicts.Machine):
        def run(self, factors):
            return {
                test: int(base * factors.get(test, 1))
                for test, base in enumerate(self.base_us)
            }

    ours, *_ = verdicts.slow_rates([Quiet(200, 0)])
    assert ours.false_alarms == 0
    assert ours.doubled_long == ours.doubled_seen == 1
    assert ours.crept > 0.5
    assert ours.doubled < 1  # those that take less than 10 ms


JUNIT = """\
<testsuites><testsuite>
<testcase classname="a" name="one" time="0.030"/>
<testcase classname="a" name="two" time="{}"/>
<testcase classname="b" name="three" time="0.020"/>
<testcase classname="b" name="four" time="9"><failure/></testcase>
</testsuite></testsuites>
"""


def test_durations_of_real_runs_are_those_that_were_there(verdicts, tmp_path):
    files = [tmp_path / "1.xml", tmp_path / "2.xml"]
    for path, took in zip(files, ("0.030", "0.090"), strict=True):
        path.write_text(JUNIT.format(took), "utf-8")
    machine = verdicts.Recorded(verdicts.read_junit(files), 6, 0)
    assert machine.base_us == [30_000, 60_000, 20_000] * 2
    runs = [machine.run({}) for _ in range(40)]
    assert {round(run[1] / run[0], 1) for run in runs} == {1.0, 3.0}
    assert [round(run[4] / run[3], 1) for run in runs] != [
        round(run[1] / run[0], 1) for run in runs
    ]


def test_what_fails_on_some_commits_only_is_no_flake(verdicts):
    world = verdicts.Outcomes(400, 3, commits=6, again=3, small=False)
    assert verdicts.on_one_commit(world) <= set(world.rates)
    assert verdicts.both_seen(world) - set(world.rates)


def test_the_page_has_the_tables_that_are_printed(verdicts):
    slow, flaky = table(verdicts.SLOW_HEAD), table(verdicts.FLAKY_HEAD)
    assert [row[0] for row in slow] == list(verdicts.SLOW_RULES)
    assert [row[0] for row in flaky] == [*verdicts.FLAKY_RULES] * 2
    for row in slow:
        assert re.fullmatch(r"[\d,]+\.\d\d", row[1])
        assert all(re.fullmatch(r"\d+\.\d%", cell) for cell in row[2:])
    for row in flaky:
        assert re.fullmatch(r"[01]\.\d{3}", row[2])
        assert all(re.fullmatch(r"\d+\.\d%", cell) for cell in row[3:])


def test_the_size_of_a_history_and_the_time_of_adding_are_told():
    arguments = ("--tests", "50", "--results", "1500", "--json")
    data = json.loads(run(BENCH / "remembering.py", *arguments))
    assert data["schema"] == "suiteloom.bench-remembering/1"
    assert data["results"] == 1500
    assert data["bytes_a_result"] == data["size_bytes"] / 1500
    assert min(data["add_cpu_s"], data["flaky_100_runs_cpu_s"], data["slow_cpu_s"]) > 0


def test_the_page_has_the_figures_of_a_history():
    remembering = load_bench("remembering")
    (row,) = table(remembering.HEAD)
    assert row[0] == "1,000,000"
    assert all(re.fullmatch(r"\d+(\.\d)?", cell) for cell in row[1:])
    assert Path(BENCH / "remembering.py").exists()
