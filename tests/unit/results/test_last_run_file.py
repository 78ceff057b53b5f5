"""The kept last run: what is written is what is read, and old records stay readable."""

from __future__ import annotations

import json

import pytest

from suiteloom.model import CodeState, Revision
from suiteloom.results import LastRun, dump_run, load_run

CODE = CodeState({"shop": {"shop/a.py": "12ab"}}, {"cart": "is not found"})
RUN = LastRun(("",), {"generated/test_a.py": "34cd"}, frozenset(), {}, (), code=CODE)


def changed(**values):
    return json.dumps({**json.loads(dump_run(RUN)), **values}).encode()


def test_a_run_is_read_as_it_was_written():
    assert load_run(dump_run(RUN)) == RUN


def test_a_record_without_digests_of_the_code_stays_readable():
    data = json.loads(dump_run(RUN))
    del data["code"]
    last = load_run(json.dumps(data).encode())
    assert last is not None
    assert (last.suites, last.code) == (RUN.suites, None)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param([], id="list"),
        pytest.param({"files": {}}, id="half"),
        pytest.param({"files": {"shop": ["a"]}, "unknown": {}}, id="files"),
        pytest.param({"files": {"shop": {"a": 1}}, "unknown": {}}, id="digests"),
        pytest.param({"files": {}, "unknown": {"shop": None}}, id="reasons"),
    ],
)
def test_a_record_whose_code_is_no_such_thing_counts_as_damaged(code):
    assert load_run(changed(code=code)) is None


def test_a_record_of_a_tree_without_git_has_no_revision():
    last = load_run(changed(commit=None))
    assert last is not None
    assert last.revision == Revision()
