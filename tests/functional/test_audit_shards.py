"""`audit --shard`: a share of the files, and together what one audit finds."""

from __future__ import annotations

import pytest

BAD = """\
import os


def test_reads_{}():
    assert os.environ["HOME"]


def test_repeats_{}():
    numbers = [3, 1, 2]
    numbers.sort()
    assert numbers == [1, 2, 3]
"""
OVER_ALL = "SL110,SL111,SL405,SL8"


@pytest.fixture
def tree(example):
    """Seven files of tests in folders, every one of which repeats a body."""
    names = ("a", "b", "c", "d", "e", "deep/f", "deep/g")
    return example(
        {f"tests/{n[:-1]}test_{n[-1]}.py": BAD.format(n[-1], n[-1]) for n in names}
    )


def audit(tree, *arguments):
    return tree.run("audit", "tests", "--format", "json", *arguments).json


def found(report):
    return [(item["path"], item["line"], item["code"]) for item in report["findings"]]


@pytest.mark.parametrize("of", [pytest.param(n, id=f"of-{n}") for n in (1, 2, 3, 9)])
def test_all_shards_and_the_rules_over_all_files_find_what_one_audit_finds(tree, of):
    shards = [audit(tree, "--shard", f"{n}/{of}") for n in range(1, of + 1)]
    rest = audit(tree, "--select", OVER_ALL) if of > 1 else {"findings": []}
    together = [place for report in (*shards, rest) for place in found(report)]
    assert sorted(together) == sorted(found(audit(tree)))
    assert sum(report["files"] for report in shards) == 7


def test_files_are_dealt_out_in_the_order_of_their_paths(tree):
    report = audit(tree, "--shard", "2/3")
    paths = sorted({path for path, _, _ in found(report)})
    assert paths == ["tests/deep/test_g.py", "tests/test_c.py"]


def test_a_rule_that_looks_at_all_files_is_not_asked_and_it_says_so(tree):
    report = audit(tree, "--shard", "1/2")
    assert "SL111" not in {code for _, _, code in found(report)}
    assert {"SL110", "SL111", "SL405"} <= set(report["shard"]["not_asked"])
    said = tree.run("audit", "tests", "--shard", "1/2").out
    assert "SL111, SL405, SL801, SL802, SL803 look at all files: one job asks" in said


def test_an_empty_shard_passes_and_says_so(tree):
    done = tree.run("audit", "tests", "--shard", "9/9")
    assert done.code == 0
    assert "shard 9/9 is empty: the other shards have the 7 files" in done.out


def test_a_shard_writes_no_baseline(tree):
    arguments = ("--shard", "1/2", "--baseline", "known.json", "--write-baseline")
    done = tree.run("audit", "tests", *arguments)
    assert done.code == 2
    assert "a shard sees a part of the findings only" in done.err
    assert not (tree.root / "known.json").exists()


def test_a_shard_reads_a_baseline_and_calls_nothing_of_others_gone(tree):
    baseline, here = ("--baseline", "known.json"), audit(tree, "--shard", "1/2")
    tree.run("audit", "tests", *baseline, "--write-baseline")
    report = audit(tree, "--shard", "1/2", *baseline)
    assert (report["findings"], report["gone"]) == ([], 0)
    assert report["known"] == len(here["findings"]) > 0


def test_a_number_that_is_no_shard_is_refused(tree):
    assert tree.run("audit", "tests", "--shard", "3/2").code == 2


def test_auto_asks_the_ci(tree, monkeypatch):
    monkeypatch.setenv("BUILDKITE_PARALLEL_JOB", "0")
    monkeypatch.setenv("BUILDKITE_PARALLEL_JOB_COUNT", "7")
    assert audit(tree, "--shard", "auto")["files"] == 1
