"""What is written of a record is what is read again; anything else is refused."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from suiteloom.model import (
    CollectedTest,
    CollectionProblem,
    Record,
    RecordError,
    TestOutcome,
    dump_outcome,
    dump_record,
    dump_test,
    load_record,
)

TEST = CollectedTest("SU-1", "a.py::T::t[x]", "a.py", 7, "T", "t", "x", False)
GONE = CollectedTest("SU-2", "a.py::T::u", "a.py", 9, "T", "u", "", True, silently=True)
RECORD = Record(
    exit=1,
    settings={"python_classes": ["Test"]},
    collected=(TEST,),
    deselected=(GONE,),
    errors=(CollectionProblem("b.py", 3, "ImportError: \udcff", "b.py"),),
    warnings=(CollectionProblem("a.py", 0, "has an __init__"),),
    tests=(TestOutcome(TEST, "rerun", 1.5, "twice", "dev", {"n": 3}, 2),),
    stopped="enough",
    is_interrupted=True,
)


def changed(**values):
    return json.dumps({**json.loads(dump_record(RECORD)), **values}).encode()


def test_what_is_written_is_read_again():
    assert load_record(dump_record(RECORD)) == RECORD


def test_an_empty_record_is_read_again():
    assert load_record(dump_record(Record(exit=5))) == Record(exit=5)


def test_each_test_stands_on_a_line_of_its_own():
    lines = dump_record(RECORD).decode().splitlines()
    assert sum('"nodeid": "a.py::T::t[x]"' in line for line in lines) == 2


@pytest.mark.parametrize(
    "test",
    [
        pytest.param(TEST, id="plain"),
        pytest.param(replace(TEST, nodeid='"\\\n\x00', case="é\udcff"), id="signs"),
        pytest.param(replace(TEST, id="", class_name="", is_orphan=True), id="no-id"),
    ],
)
@pytest.mark.parametrize(
    "end",
    [
        pytest.param({"outcome": "passed"}, id="passed"),
        pytest.param({"outcome": "failed", "reason": 'said "no"\n'}, id="reason"),
        pytest.param({"outcome": "passed", "duration_s": 1e-07}, id="short"),
        pytest.param({"outcome": "passed", "duration_s": math.inf}, id="for-ever"),
        pytest.param({"outcome": "passed", "metrics": {"a": [1]}}, id="metrics"),
    ],
)
def test_a_test_is_written_as_json_has_it(test, end):
    outcome = TestOutcome(test, **end)
    lines = dump_record(Record(exit=0, collected=(test,), tests=(outcome,))).decode()
    assert f' "collected": [{json.dumps(dump_test(test))}],\n' in lines
    assert f' "tests": [{json.dumps(dump_outcome(outcome))}]\n' in lines


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"{", "not valid JSON", id="cut-off"),
        pytest.param(b"\xff", "not valid JSON", id="not-utf8"),
        pytest.param(b"[" * 100_000, "not valid JSON", id="too-deep"),
        pytest.param(b"[]", "not a JSON object", id="list"),
        pytest.param(changed(schema="x/1"), "of format 'x/1'", id="another-format"),
        pytest.param(changed(exit="1"), "exit is missing or no int", id="type"),
        pytest.param(changed(exit=True), "exit is missing or no int", id="bool"),
        pytest.param(changed(settings={"a": [1]}), "a is no list", id="setting"),
        pytest.param(changed(tests=[3]), "tests: not an object", id="test"),
        pytest.param(changed(collected=[{}]), "id is missing or no str", id="no-id"),
        pytest.param(
            changed(
                tests=[{**json.loads(dump_record(RECORD))["tests"][0], "outcome": "ok"}]
            ),
            "'ok' is no outcome",
            id="unknown-outcome",
        ),
    ],
)
def test_anything_else_is_refused_in_one_sentence(data, message):
    with pytest.raises(RecordError, match=message):
        load_record(data)
