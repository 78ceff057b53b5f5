"""A history as lines: what is written is read again, and nothing else is read."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from past_runs import LINUX, past_run, run_line
from suiteloom.model import (
    OUTCOMES,
    PastResult,
    PastRun,
    RecordError,
    ResultKey,
    Revision,
    RunEnvironment,
    TestPlace,
)
from suiteloom.results.history_lines import (
    Levels,
    RunLine,
    dump_levels,
    dump_run_line,
    load_line,
)

TEXT = st.text(max_size=12)
COUNT = st.integers(0, 2**50)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
KEY = st.builds(ResultKey, TEXT, TEXT)
RESULT = st.builds(
    PastResult,
    st.sampled_from([item.name for item in OUTCOMES]),
    COUNT,
    st.dictionaries(TEXT, NUMBER, max_size=2),
)
RUN = st.builds(
    PastRun,
    uid=st.integers(0, 2**128 - 1).map("{:032x}".format),
    started_us=COUNT,
    took_us=COUNT,
    revision=st.builds(
        Revision,
        st.sampled_from(["", "1a2b3c4d5e"]),
        st.sampled_from([None, True, False]),
    ),
    branch=TEXT,
    environment=st.builds(RunEnvironment, TEXT, TEXT, TEXT),
    python=TEXT,
    workers=COUNT,
    coverage=st.none() | st.floats(0, 100),
    packages=st.dictionaries(TEXT, TEXT, max_size=2),
    is_whole=st.booleans(),
    tests=COUNT,
    failed=COUNT,
    is_thinned=st.booleans(),
)


@settings(deadline=None)
@given(
    st.builds(
        RunLine,
        RUN,
        st.dictionaries(KEY, RESULT, max_size=3),
        st.dictionaries(TEXT, st.builds(TestPlace, TEXT, TEXT, TEXT), max_size=2),
    )
)
def test_a_run_is_read_as_it_was_written(line):
    text = dump_run_line(line)
    assert "\n" not in text
    assert load_line(text.encode()) == line


@settings(deadline=None)
@given(st.dictionaries(KEY, st.tuples(NUMBER, NUMBER), max_size=3))
def test_levels_are_read_as_they_were_written(tests):
    levels = Levels(LINUX, tests)
    assert load_line(dump_levels(levels).encode()) == levels


def broken(**changes):
    data = json.loads(dump_run_line(run_line(past_run(1), {"AB-1": ("passed", 7)})))
    return json.dumps({**data, **changes})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{", "not valid JSON", id="cut"),
        pytest.param("[]", "neither a run nor levels", id="list"),
        pytest.param('{"a": 1}', "neither a run nor levels", id="object"),
        pytest.param("[" * 100_000, "not valid JSON", id="deep"),
        pytest.param(broken(run="1"), "run: not of its form", id="uid"),
        pytest.param(broken(commit="HEAD"), "commit: not of its form", id="commit"),
        pytest.param(broken(started_us="now"), "started_us: missing", id="text"),
        pytest.param(broken(started_us=-1), "started_us: missing", id="negative"),
        pytest.param(broken(tests=2**70), "tests: missing", id="huge"),
        pytest.param(broken(took_us=True), "took_us: missing", id="boolean"),
        pytest.param(broken(packages={"a": 1}), "packages: a digest", id="packages"),
        pytest.param(
            broken(environment=3), "environment: not an object", id="environment"
        ),
        pytest.param(
            broken(results=[["a", "", "lost", 1]]), "is no outcome", id="outcome"
        ),
        pytest.param(broken(results=[["a"]]), "not a list of 4 values", id="short-row"),
        pytest.param(
            broken(metrics=[["a", "", "m", "x"]]), "metrics: missing", id="metric"
        ),
        pytest.param(
            broken(metrics=[["a", "", "m", 1]]).replace('"m", 1', '"m", NaN'),
            "not valid JSON: NaN is no number",
            id="nan",
        ),
    ],
)
def test_anything_else_is_refused(text, message):
    with pytest.raises(RecordError, match=message):
        load_line(text.encode())
