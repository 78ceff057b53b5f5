"""The plan of shards: every test once, balanced, the same everywhere, files whole."""

from __future__ import annotations

import json
import math
import random
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suiteloom.errors import UsageError
from suiteloom.model import Shard, plan_digest
from suiteloom.results import LastRun, dump_run, read_durations
from suiteloom.workflows.durations import expected_us
from suiteloom.workflows.shards import VARIABLES, plan_shards, read_shard

SCHEMA = json.loads(dump_run(LastRun((), {}, frozenset(), {}, ())))["schema"]


def files_of(counts, per_group=2):
    """Files of so many tests each, in groups."""
    files = {}
    for number, count in enumerate(counts):
        ids = [f"F{number}-{n}" for n in range(count)]
        groups = [ids[n : n + per_group] for n in range(0, count, per_group)]
        files[f"generated/test_{number}.py"] = groups
    return files


def ids_in(share):
    return [name for part in share for name in part.ids]


def evenly(files, each=10):
    return {i: each for groups in files.values() for ids in groups for i in ids}


def loads_of(shares, durations):
    return [sum(durations[name] for name in ids_in(share)) for share in shares]


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=12),
    st.integers(1, 15),
    st.randoms(use_true_random=False),
)
def test_every_test_is_in_one_shard(counts, number, chance):
    files = files_of(counts)
    durations = {name: chance.randint(1, 10**6) for name in evenly(files)}
    shares = plan_shards(files, durations, number)
    assert len(shares) == number
    planned = list(chain.from_iterable(ids_in(share) for share in shares))
    assert sorted(planned) == sorted(durations)


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=12),
    st.integers(1, 15),
    st.randoms(use_true_random=False),
)
def test_what_no_spec_names_runs_with_one_part_of_its_file(counts, number, chance):
    files = files_of(counts)
    durations = {name: chance.randint(1, 10**6) for name in evenly(files)}
    shares = plan_shards(files, durations, number)
    rest = [part.path for share in shares for part in share if part.has_rest]
    assert sorted(rest) == sorted(files)


def test_the_longest_file_goes_first_and_the_others_beside_it():
    files = files_of([1, 1, 1, 1])
    durations = {"F0-0": 10, "F1-0": 20, "F2-0": 30, "F3-0": 35}
    shares = plan_shards(files, durations, 2)
    assert [ids_in(share) for share in shares] == [["F0-0", "F3-0"], ["F1-0", "F2-0"]]


def test_a_file_of_one_and_a_half_times_the_mean_stays_whole():
    files = files_of([6, 2])
    shares = plan_shards(files, evenly(files), 2)
    assert [len(share) for share in shares] == [1, 1]


def test_a_longer_file_is_cut_between_its_groups():
    files = files_of([8, 2])
    shares = plan_shards(files, evenly(files), 2)
    parts = [part for share in shares for part in share if part.path.endswith("_0.py")]
    cut = [set(part.ids) for part in parts]
    assert len(parts) == 2
    for group in files["generated/test_0.py"]:
        assert any(set(group) <= ids for ids in cut)


def test_a_group_longer_than_a_part_is_cut_between_its_tests():
    files = files_of([9], per_group=9)
    shares = plan_shards(files, evenly(files), 3)
    assert [len(ids_in(share)) for share in shares] == [3, 3, 3]


def test_a_test_is_never_cut():
    files = files_of([1, 1])
    shares = plan_shards(files, {"F0-0": 1000, "F1-0": 1}, 5)
    assert sorted(map(len, shares)) == [0, 0, 0, 1, 1]


def test_parts_of_one_shard_stand_in_the_order_of_the_specs():
    files = files_of([1, 1, 1])
    (share,) = plan_shards(files, {"F0-0": 1, "F1-0": 3, "F2-0": 2}, 1)
    assert ids_in(share) == ["F0-0", "F1-0", "F2-0"]


def test_fifty_shards_of_ten_thousand_tests_are_balanced():
    chance = random.Random(7)  # noqa: S311 - no secret
    files = files_of([20] * 500)
    durations = {
        name: round(chance.lognormvariate(9, 1.5)) + 1 for name in evenly(files)
    }
    loads = loads_of(plan_shards(files, durations, 50), durations)
    assert max(loads) * 50 <= 1.05 * sum(loads)


def test_a_test_without_a_record_takes_the_median_of_its_file():
    files = {"a.py": ["A-1", "A-2", "A-3", "A-4"], "b.py": ["B-1"]}
    recorded = {"A-1": 10, "A-2": 20, "A-3": 900, "B-1": 7}
    assert expected_us(files, recorded)["A-4"] == 20


def test_a_file_without_a_record_takes_the_median_of_all_tests():
    files = {"a.py": ["A-1", "A-2", "A-3"], "b.py": ["B-1", "B-2"]}
    recorded = {"A-1": 10, "A-2": 20, "A-3": 900}
    found = expected_us(files, recorded)
    assert (found["B-1"], found["B-2"]) == (20, 20)


def kept_run(*tests):
    """The record of a run, of which a test of each id, environment and duration is known."""
    keys = ("id", "environment", "duration_s")
    found = [dict(zip(keys, test, strict=True)) for test in tests]
    return json.dumps({"schema": SCHEMA, "tests": found}).encode()


def test_a_test_takes_what_all_its_cases_took_in_one_environment():
    data = kept_run(
        ("A-1", "test", 0.25),
        ("A-1", "test", 0.5),
        ("A-1", "prod", 0.25),
        ("", "", 9.0),
    )
    assert read_durations(data) == {"A-1": 500_000}


@pytest.mark.parametrize(
    ("data", "known"),
    [
        pytest.param(b"", {}, id="empty"),
        pytest.param(b"[" * 9000, {}, id="deep"),
        pytest.param(b'{"schema": "another"}', {}, id="another-format"),
        pytest.param(kept_run()[:-2], {}, id="torn"),
        pytest.param(kept_run(("A-1", "", "long")), {}, id="text"),
        pytest.param(kept_run(([], "", 1.0)), {}, id="no-id"),
        pytest.param(kept_run(("A-1", [], 1.0)), {}, id="no-environment"),
        pytest.param(
            kept_run(("A-1", "", math.nan), ("A-2", "", 1.0)),
            {"A-2": 1_000_000},
            id="no-number",
        ),
        pytest.param(kept_run(("A-1", "", math.inf)), {}, id="endless"),
        pytest.param(kept_run(("A-1", "", -1.0)), {}, id="negative"),
        pytest.param(kept_run(("A-1", "", 0.0)), {"A-1": 1}, id="nothing"),
        pytest.param(kept_run(("A-1", "", 10**400)), {}, id="huge"),
    ],
)
def test_what_is_no_duration_is_left_out(data, known):
    assert read_durations(data) == known


def test_without_any_record_all_tests_count_the_same():
    found = expected_us({"a.py": ["A-1"], "b.py": ["B-1", "B-2"]}, {})
    assert len(set(found.values())) == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"command": ("run", "--env", "all")}, id="options"),
        pytest.param({"durations": {"F0-0": 9, "F1-0": 3, "F2-0": 1}}, id="durations"),
        pytest.param({"number": 3}, id="number-of-shards"),
    ],
)
def test_another_plan_has_another_digest(change):
    files = files_of([1, 1, 1])
    plain = {"F0-0": 1, "F1-0": 2, "F2-0": 3}

    def planned(command=("run",), durations=plain, number=2):
        return plan_digest(command, plan_shards(files, durations, number))

    assert planned() == planned()
    assert planned(**change) != planned()


@pytest.mark.parametrize(
    ("text", "environment", "shard"),
    [
        pytest.param("", {"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "3"}, None, id="none"),
        pytest.param("2/3", {}, Shard(2, 3), id="told"),
        pytest.param("2/3", {"CI_NODE_TOTAL": "9"}, Shard(2, 3), id="told-in-a-ci"),
        pytest.param(
            "auto",
            {"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "3"},
            Shard(2, 3),
            id="gitlab",
        ),
        pytest.param(
            "auto", {"CI_NODE_TOTAL": "1"}, Shard(1, 1), id="gitlab-one-job-only"
        ),
        pytest.param(
            "auto",
            {"TEST_SHARD_INDEX": "0", "TEST_TOTAL_SHARDS": "4"},
            Shard(1, 4),
            id="bazel",
        ),
        pytest.param(
            "auto",
            {"BUILDKITE_PARALLEL_JOB": "3", "BUILDKITE_PARALLEL_JOB_COUNT": "4"},
            Shard(4, 4),
            id="buildkite",
        ),
        pytest.param(
            "auto",
            {"CIRCLE_NODE_INDEX": "1", "CIRCLE_NODE_TOTAL": "4"},
            Shard(2, 4),
            id="circleci",
        ),
        pytest.param(
            "auto",
            {
                "CI_NODE_INDEX": "2",
                "CI_NODE_TOTAL": "4",
                "CIRCLE_NODE_INDEX": "1",
                "CIRCLE_NODE_TOTAL": "4",
            },
            Shard(2, 4),
            id="two-that-agree",
        ),
    ],
)
def test_which_shard_is_meant(text, environment, shard):
    assert read_shard(text, environment) == shard


def test_each_row_of_variables_is_read():
    for index, count, first in VARIABLES:
        job = {index: str(first), count: "2"}
        assert read_shard("auto", job) == Shard(1, 2)


@pytest.mark.parametrize(
    ("text", "environment", "words"),
    [
        pytest.param("0/3", {}, "can not be '0/3'", id="zero"),
        pytest.param("4/3", {}, "can not be '4/3'", id="beyond"),
        pytest.param("1", {}, "can not be '1'", id="no-count"),
        pytest.param("1/2/3", {}, "can not be", id="three-numbers"),
        pytest.param("-1/2", {}, "can not be", id="negative"),
        pytest.param("\u0661/\u0662", {}, "can not be", id="other-digits"),
        pytest.param("1/" + "9" * 5000, {}, "can not be", id="huge"),
        pytest.param("auto", {}, "none of CI_NODE_TOTAL", id="no-ci"),
        pytest.param(
            "auto",
            {"CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "3"},
            "CI_NODE_INDEX='0', CI_NODE_TOTAL='3' name no shard",
            id="counted-from-zero",
        ),
        pytest.param(
            "auto", {"CI_NODE_TOTAL": "3"}, "name no shard", id="count-without-number"
        ),
        pytest.param(
            "auto",
            {"CIRCLE_NODE_INDEX": "1"},
            "name no shard",
            id="number-without-count",
        ),
        pytest.param(
            "auto",
            {
                "CI_NODE_INDEX": "2",
                "CI_NODE_TOTAL": "4",
                "CIRCLE_NODE_INDEX": "2",
                "CIRCLE_NODE_TOTAL": "4",
            },
            "say 2/4; CIRCLE_NODE_INDEX and CIRCLE_NODE_TOTAL say 3/4",
            id="two-that-disagree",
        ),
    ],
)
def test_what_names_no_shard_is_refused(text, environment, words):
    with pytest.raises(UsageError) as caught:
        read_shard(text, environment)
    assert words in str(caught.value)


def test_bazel_is_told_that_shards_are_heeded(tmp_path):
    told = tmp_path / "heeded"
    job = {
        "TEST_SHARD_INDEX": "0",
        "TEST_TOTAL_SHARDS": "2",
        "TEST_SHARD_STATUS_FILE": str(told),
    }
    read_shard("auto", job)
    assert told.exists()
