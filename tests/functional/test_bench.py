"""The benchmark runs at a tiny size; no test looks at how long anything took."""

import importlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "bench"
PAGE = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
PROJECT_ROWS = [
    ("plain script", None),
    ("generate, no suites yet", "plain script"),
    ("generate, second time", "plain script"),
    ("generate, nothing to do", "plain script"),
    ("generate, one spec edited", "plain script"),
]
REFERENCES = [
    ("import yaml, jinja2, pydantic, typer", None),
    ("import typer", None),
    ("--version", "import typer"),
]


def python(*arguments):
    command = [sys.executable, "-B", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, check=False, cwd=ROOT, encoding="utf-8"
    )


@pytest.fixture(scope="module")
def bench():
    """Import a module of the benchmark, which is no package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCH)
        yield importlib.import_module


@pytest.fixture(scope="module")
def projects(bench, tmp_path_factory):
    """A project of two domains for each program, with the suites that it wrote."""
    folder = tmp_path_factory.mktemp("projects")
    folders = [folder / "suiteloom", folder / "plain"]
    for folder in folders:
        bench("domains").make_project(folder, 2)
    runs = [
        python("-m", "suiteloom", "generate", "--project", folders[0]),
        python(BENCH / "plain.py", folders[1]),
    ]
    assert [run.returncode for run in runs] == [0, 0], runs
    return folders


def contents(project):
    return {path.name: path.read_bytes() for path in (project / "generated").iterdir()}


def table(head, text):
    """The rows of the one Markdown table with this head, cells stripped."""
    lines = text.splitlines()
    first = lines.index(f"| {' | '.join(head)} |")
    assert lines[first + 1] == "|---" * len(head) + "|"
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.split("|")[1:-1]])
    assert {len(row) for row in rows} == {len(head)}
    return rows


def test_result_has_every_program_with_its_ratios():
    run = python(BENCH / "generate.py", "--sizes", "2", "--runs", "1", "--json")
    assert (run.returncode, run.stderr) == (0, "")
    data = json.loads(run.stdout)
    assert data["schema"] == "suiteloom.bench/1"
    rows = data["rows"]
    found = [(row["domains"], row["program"], row.get("ratio_to")) for row in rows]
    assert found == [
        *((0, *reference) for reference in REFERENCES),
        *((2, *row) for row in PROJECT_ROWS),
    ]
    known = {(row["domains"], row["program"]): row for row in rows}
    for row in rows:
        assert row["runs"] == 1
        assert row["wall_s"] > 0
        assert row["cpu_s"] > 0
        if "ratio_to" in row:
            base = known[row["domains"], row["ratio_to"]]
            ratios = row["ratios"]
            assert ratios["wall"] == pytest.approx(row["wall_s"] / base["wall_s"])
            assert ratios["cpu"] == pytest.approx(row["cpu_s"] / base["cpu_s"])


def test_both_programs_write_the_same_bytes(projects):
    ours, theirs = map(contents, projects)
    assert ours == theirs
    assert sorted(ours) == [
        "test_message_router_0001_integration_comprehensive.py",
        "test_session_store_0000_integration_comprehensive.py",
    ]
    assert {data.count(b"@pytest.mark.spec(") for data in ours.values()} == {20}
    assert {data.count(b"@pytest.mark.parametrize(") for data in ours.values()} == {2}
    assert {data.count(b"\nclass Test") for data in ours.values()} == {5}


@pytest.mark.parametrize("fault", ["changed", "missing"])
def test_different_suites_stop_the_benchmark(bench, projects, tmp_path, fault):
    generate, measure = bench("generate"), bench("measure")
    ours, theirs = projects[0], tmp_path / "plain"
    shutil.copytree(projects[1], theirs)
    generate._check_equal(ours, theirs, 2)
    path = min((theirs / "generated").iterdir())
    if fault == "changed":
        path.write_bytes(path.read_bytes() + b"\n")
    else:
        path.unlink()
    with pytest.raises(measure.BenchError, match=path.name):
        generate._check_equal(ours, theirs, 2)


def test_a_program_that_fails_stops_the_benchmark(bench, tmp_path):
    measure = bench("measure")
    with pytest.raises(measure.BenchError, match=r"exit code 3.*\nbroken"):
        measure.run(
            ["-c", "import sys; sys.stderr.write('broken'); sys.exit(3)"],
            tmp_path,
        )


def test_an_edited_summary_is_the_only_difference(bench, tmp_path):
    domains = bench("domains")
    domains.make_project(tmp_path / "project", 2)
    domains.edit_summary(tmp_path / "project", 1, "Something else.")
    path = tmp_path / "project" / "specs" / "message_router_0001.yaml"
    old, new = domains.spec_text(1).splitlines(), path.read_text("utf-8").splitlines()
    changed = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
    assert [line for _, line in changed] == ["        summary: Something else."]


@pytest.mark.parametrize(
    ("wall", "cpu", "at_least", "met"),
    [
        pytest.param(1.0, 1.9, False, True, id="both-below-the-most"),
        pytest.param(2.0, 2.0, False, True, id="at-the-most"),
        pytest.param(3.0, 1.0, False, False, id="wall-above-the-most"),
        pytest.param(1.0, 3.0, False, False, id="cpu-above-the-most"),
        pytest.param(2.1, 3.0, True, True, id="both-above-the-least"),
        pytest.param(2.0, 2.0, True, True, id="at-the-least"),
        pytest.param(1.0, 3.0, True, False, id="wall-below-the-least"),
        pytest.param(3.0, 1.0, True, False, id="cpu-below-the-least"),
    ],
)
def test_aims(bench, wall, cpu, at_least, met):
    aim = bench("results").Aim("an aim", wall, cpu, 2.0, "times", at_least)
    assert aim.met is met


def test_the_page_has_the_tables_that_the_benchmark_prints(bench):
    results, measure = bench("results"), bench("measure")
    figures = measure.Sample(1.0, 1.0, 1_000_000)
    rows = [results.Row(0, program, figures, 3) for program, _ in REFERENCES]
    for domains in (6, 100, 1000):
        rows += [results.Row(domains, name, figures, 3) for name, _ in PROJECT_ROWS]
    printed = results.markdown(rows)
    wanted, found = (table(results.ROW_HEAD, text) for text in (printed, PAGE))
    assert [(row[:2], row[5]) for row in found] == [(row[:2], row[5]) for row in wanted]
    wanted, found = (table(results.AIM_HEAD, text) for text in (printed, PAGE))
    assert [row[0] for row in found] == [row[0] for row in wanted]


def test_the_page_has_figures_in_the_form_that_the_benchmark_prints(bench):
    results = bench("results")
    for row in table(results.ROW_HEAD, PAGE):
        assert all(re.fullmatch(r"\d+\.\d{3}", cell) for cell in row[2:4]), row
        assert re.fullmatch(r"(\d+\.\d)?", row[4]), row
        pattern = r"1/\d+\.\d|\d+\.\d\d" if row[5] else ""
        assert all(re.fullmatch(pattern, cell) for cell in row[6:8]), row
    for row in table(results.AIM_HEAD, PAGE):
        pattern = r"\d+\.\d\d (times|s)"
        assert all(re.fullmatch(pattern, cell) for cell in row[1:3]), row
        assert row[3] in {"yes", "no"}


def test_the_cost_of_the_plugin_is_told_as_ratios_of_pairs():
    run = python(BENCH / "plugin_cost.py", "--tests", "3", "--pairs", "1", "--json")
    assert run.stderr == ""
    data = json.loads(run.stdout)
    assert [row["project"] for row in data["rows"]] == ["active", "inactive"]
    for row in data["rows"]:
        (ratio,) = row["ratios"]
        assert ratio == pytest.approx(row["plugin_s"] / row["bare_s"])
    assert data["met"] is all(row["ratio"] <= data["aim"] for row in data["rows"])
    assert run.returncode == (0 if data["met"] else 1)


def test_commands_are_told_before_and_after():
    run = python(
        BENCH / "commands.py", ROOT, "--only", "imports", "--runs", "1", "--json"
    )
    assert (run.returncode, run.stderr) == (0, "")
    data = json.loads(run.stdout)
    assert data["schema"] == "suiteloom.bench-commands/1"
    (row,) = data["rows"]
    before, after = row["before"], row["after"]
    assert (row["command"], before["exit"], after["exit"]) == ("imports", 0, 0)
    wanted = [before[name] / after[name] for name in ("wall_s", "cpu_s")]
    assert row["ratios"] == pytest.approx(wanted)


def test_the_page_has_the_table_of_commands_that_is_printed(bench):
    commands = bench("commands")
    rows = table(commands.HEAD, PAGE)
    assert {row[0] for row in rows} <= set(commands.WORDS.values())
    for row in rows:
        assert all(re.fullmatch(r"\d+\.\d\d", cell) for cell in row[2:6]), row
        assert all(re.fullmatch(r"1/\d+\.\d", cell) for cell in row[6:8]), row
