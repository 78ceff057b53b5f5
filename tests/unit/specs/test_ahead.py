"""Specs that are read in processes come to what they come to in one."""

from __future__ import annotations

import os
import threading

import pytest

from suiteloom.errors import SpecError
from suiteloom.model import Config
from suiteloom.specs import ahead
from suiteloom.specs.loader import load_project, load_suite

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")

COUNT = 7

QUARANTINE = (
    "        quarantine: {until: 2027-01-15, owner: a team, reason: it waits}\n"
    "        cases:\n          - {id: one, with: {a: 1.5, b: [null, {c: x}]}}\n"
)


@pytest.fixture
def sources(spec):
    """Some specs by path, each with ids of its own."""
    return {
        f"specs/s{n}.yaml": (
            spec(("domain: orders", f"domain: s{n}"), ("OR-001", f"OR-{n:03d}"))
            + QUARANTINE
        ).encode()
        for n in range(COUNT)
    }


@pytest.fixture
def processes(monkeypatch):
    """Two processes for a few specs, two at a time."""
    monkeypatch.setattr(ahead, "_WORTH_PROCESSES", 2)
    monkeypatch.setattr(ahead, "_CHUNK", 2)
    monkeypatch.setattr(ahead, "present_cores", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 1)  # as where no xdist is


def _load(sources):
    """A project, or the findings about it."""
    try:
        return load_project("/project", Config(bvj="report"), sources)
    except SpecError as error:
        return error.findings


def _pid(*_):
    return None, [f"{os.getpid()}"]


def _dies(source, path, *_):
    if path.endswith("3.yaml") and os.getpid() != int(source):
        os.kill(os.getpid(), 9)
    return None, [path]


def test_a_project_read_in_processes_is_the_same(sources, request):
    expected = _load(sources)
    request.getfixturevalue("processes")
    assert len(expected.suites) == COUNT
    assert _load(sources) == expected


def test_findings_of_processes_are_the_same_in_the_same_order(sources, request):
    for name, wrong in (("specs/s4.yaml", b"a: b"), ("specs/s1.yaml", b"- &x\n")):
        sources[name] = wrong
    sources["specs/s9.yaml"] = sources["specs/s2.yaml"]
    expected = _load(sources)
    request.getfixturevalue("processes")
    assert {finding.path for finding in expected} >= {"specs/s1.yaml", "specs/s4.yaml"}
    assert _load(sources) == expected


@pytest.mark.usefixtures("processes")
def test_many_specs_are_read_in_other_processes(sources):
    with ahead.SpecReaders(_pid, COUNT) as readers:
        found = readers.start(sources, Config())()
    assert len(found) == COUNT
    assert str(os.getpid()) not in {pid for _, (pid,) in found}


@pytest.mark.usefixtures("processes")
def test_a_process_with_threads_is_not_forked(sources, monkeypatch):
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    with ahead.SpecReaders(_pid, COUNT) as readers:
        found = readers.start(sources, Config())()
    assert {pid for _, (pid,) in found} == {str(os.getpid())}


@pytest.mark.usefixtures("processes")
def test_what_a_process_leaves_open_that_is_ended_is_read_all_the_same():
    here = str(os.getpid()).encode()
    sources = {f"specs/s{n}.yaml": here for n in range(COUNT)}
    with ahead.SpecReaders(_dies, COUNT) as readers:
        found = readers.start(sources, Config())()
    assert [path for _, (path,) in found] == sorted(sources)


def test_few_specs_are_read_when_they_are_asked_for(sources):
    asked = []

    def read(source, path, config, today):
        asked.append(path)
        return load_suite(source, path, config, today)

    with ahead.SpecReaders(read, COUNT) as readers:
        wait = readers.start(sources, Config(bvj="report"))
        assert asked == []
        assert [suite.spec_path for suite, _ in wait()] == asked == sorted(sources)
