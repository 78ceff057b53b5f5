"""The benchmark of shards at a small size; no test looks at how long anything took."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench_modules import BENCH, load_bench
from suiteloom.cli.edge import run_app

PAGE = (BENCH.parent / "docs" / "scale.md").read_text("utf-8")


@pytest.fixture(scope="module")
def shards():
    return load_bench("shards")


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("recorded", id="recorded"),
        pytest.param("a tenth unknown", id="a-tenth-unknown"),
        pytest.param("one file a tenth of all", id="one-long-file"),
        pytest.param("nothing recorded", id="nothing-recorded"),
    ],
)
def test_the_plan_is_even(shards, kind):
    assert 1 <= shards.balance(20_000, 20, kind).planned <= 1.05


def test_a_long_file_is_the_one_that_is_cut(shards):
    cut = {kind: shards.balance(20_000, 20, kind).cut for kind in shards.KINDS}
    assert {kind for kind, count in cut.items() if count} == {"one file a tenth of all"}


def test_a_row_for_each_kind_is_printed_and_shown(shards, capsys):
    assert shards.main(["--tests", "400", "--shards", "4"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("400 tests, 4 shards; ")
    for kind in shards.KINDS:
        assert f"\n| {kind} | 1." in printed
        assert f"\n| {kind} | " in PAGE


def test_written_records_are_joined_to_one_run(shards, tmp_path, capfd):
    records = shards.write_records(100, 5, tmp_path / "records")
    shards.make_project(tmp_path / "project", 100, 20)
    arguments = ["merge", *map(str, records), "--project", str(tmp_path / "project")]
    assert run_app([*arguments, "--format", "json"]) == 0
    assert json.loads(capfd.readouterr().out)["counts"] == {"passed": 100}


def test_every_step_is_measured(shards, tmp_path, capsys):
    shards.collect(60, 3, tmp_path)
    printed = capsys.readouterr().out.splitlines()
    steps = [line.split("|")[1].strip() for line in printed]
    assert len(steps) == 9
    assert all(len(line.split("|")) == 6 for line in printed)
    assert Path(tmp_path, "project", ".suiteloom", "shard-1-of-3.json").is_file()
