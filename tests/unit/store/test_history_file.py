"""The file of a history: all or nothing, and one clear message where it can not be used."""

import os
import random
import signal
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns import sized
from past_runs import past_run, run_line
from suiteloom.errors import ConflictError, StorageError, SuiteloomError, UsageError
from suiteloom.model import Config, HistoryConfig
from suiteloom.store.history import (
    History,
    connection,
    past_runs,
    results_of_run,
    results_of_test,
)
from suiteloom.store.history.schema import BLOCK, FORMAT
from suiteloom.workflows.history.comparing import compare_runs
from suiteloom.workflows.history.exchange import exported_lines
from suiteloom.workflows.history.flakes import find_flakes
from suiteloom.workflows.history.overview import history_of, history_of_test
from suiteloom.workflows.history.remember import add_lines
from suiteloom.workflows.history.slower import find_slower
from suiteloom.workflows.project import Workspace

PASSED = {"AB-1": ("passed", 1500), "AB-2": ("failed", 70_000)}
MANY = {f"AB-{number}": ("passed", number) for number in range(2000)}


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path, Config())


@pytest.fixture
def history(tmp_path):
    return History.of(tmp_path, None)


@pytest.fixture
def impatient(workspace, monkeypatch):
    """The same, where nobody waits for long."""
    monkeypatch.setattr(connection, "_PATIENCE_S", 0.05)
    return workspace


def bounded(workspace, **bounds):
    return Workspace(workspace.root, Config(history=HistoryConfig(**bounds)))


def read(history, *, writes=False):
    """Number and results of each run, the oldest first."""
    with history.open(writes=writes) as opened:
        return {
            run.number: results_of_run(opened, run.number) for run in past_runs(opened)
        }


def made(workspace, history):
    """A history with one run."""
    add_lines(workspace, history, [run_line(1, PASSED)])
    return history.path


def locked(path):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return other


def cut(path):
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(data)


def changed(statement):
    def change(path):
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute(statement)

    return change


def of_something_else(path):
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE songs (title TEXT)")


def a_folder(path):
    path.unlink()
    path.mkdir()


def a_pipe(path):
    path.unlink()
    os.mkfifo(path)


def a_broken_link(path):
    path.unlink()
    path.symlink_to("nowhere.db")


TROUBLE = [
    pytest.param(
        locked, ConflictError, "held by another process", "again", id="locked"
    ),
    pytest.param(cut, StorageError, "damaged", "move it away", id="damaged"),
    pytest.param(
        lambda path: path.write_bytes(b"plain text\n" * 999),
        StorageError,
        "damaged, or no history",
        "move it away",
        id="no-database",
    ),
    pytest.param(
        changed(f"PRAGMA user_version = {FORMAT + 1}"),
        StorageError,
        f"newer suiteloom (format {FORMAT + 1}, this one knows {FORMAT})",
        "update suiteloom",
        id="newer",
    ),
    pytest.param(
        changed("CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END"),
        StorageError,
        "other tables than suiteloom makes",
        "move it away",
        id="with-a-trigger",
    ),
    pytest.param(
        of_something_else,
        StorageError,
        "SQLite file of something else",
        "name another file",
        id="of-something-else",
    ),
    pytest.param(a_folder, StorageError, "is not a file", "name a file", id="folder"),
    pytest.param(a_pipe, StorageError, "is not a file", "name a file", id="pipe"),
    pytest.param(
        a_broken_link, StorageError, "broken link", "remove the link", id="broken-link"
    ),
]


@pytest.mark.parametrize("writes", [True, False], ids=["to-write", "to-read"])
@pytest.mark.parametrize(("harm", "error", "message", "hint"), TROUBLE)
def test_what_is_wrong_is_said_with_the_remedy(
    impatient, history, harm, error, message, hint, writes
):
    holds = harm(made(impatient, history))
    with pytest.raises(error) as caught:
        read(history, writes=writes)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.path == ".suiteloom/history.db"
    if isinstance(holds, sqlite3.Connection):
        holds.close()


def test_a_newer_file_stays_as_it_is(workspace, history):
    path = made(workspace, history)
    changed(f"PRAGMA user_version = {FORMAT + 1}")(path)
    before = path.read_bytes()
    with pytest.raises(StorageError):
        add_lines(workspace, history, [run_line(2, PASSED)])
    assert path.read_bytes() == before


def test_a_file_that_can_not_be_written_is_said(workspace, history, monkeypatch):
    path = made(workspace, history)

    def read_only(_path, *, writes):
        assert writes
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)

    monkeypatch.setattr(connection, "_connect", read_only)
    with pytest.raises(StorageError, match="can not be written") as caught:
        add_lines(workspace, history, [run_line(2, PASSED)])
    assert "make the file and its folder writable" in caught.value.hint


def test_a_folder_that_can_not_be_made_is_said(workspace, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    history = History.of(tmp_path, tmp_path / "file" / "history.db")
    with pytest.raises(StorageError, match="can not be used") as caught:
        add_lines(workspace, history, [run_line(1, PASSED)])
    assert "--history FILE" in caught.value.hint


def test_reading_makes_no_file(history):
    with pytest.raises(UsageError, match="no run is remembered yet"):
        read(history)
    assert not history.path.exists()


def test_a_file_may_be_called_anything(workspace, tmp_path):
    history = History.of(tmp_path, tmp_path / "a b#c?d%20.db")
    add_lines(workspace, history, [run_line(1, PASSED)])
    assert list(read(history)) == [1]
    assert [path.name for path in tmp_path.glob("a*")] == ["a b#c?d%20.db"]


def test_an_empty_file_is_a_history_that_begins(workspace, history):
    history.path.parent.mkdir()
    history.path.touch()
    with pytest.raises(UsageError, match="no run is remembered yet"):
        read(history)
    add_lines(workspace, history, [run_line(1, PASSED)])
    assert list(read(history)) == [1]


def test_a_run_that_is_there_is_not_added_again(workspace, history):
    assert add_lines(workspace, history, [run_line(1, PASSED)]) == (1,)
    assert add_lines(workspace, history, [run_line(1, PASSED)]) == ()
    assert list(read(history)) == [1]


def test_an_error_in_the_middle_leaves_nothing(workspace, history):
    made(workspace, history)
    lines = [run_line(2, PASSED), run_line(3, {"AB-1": ("no such outcome", 1)})]
    with pytest.raises(KeyError):
        add_lines(workspace, history, lines)
    assert list(read(history)) == [1]


def test_results_are_read_as_they_were_added(workspace, history):
    results = {
        "AB-1[größe]": ("passed", 0),
        "AB-1[\udcff]": ("rerun", 2**40),
        "AB-2": ("xfailed", 12),
    }
    add_lines(workspace, history, [run_line(1, results)])
    found = {
        str(key): (result.outcome, result.duration_us)
        for key, result in read(history)[1].items()
    }
    assert found == {
        "AB-1[größe]": ("passed", 0),
        "AB-1[\\udcff]": ("rerun", 2**40),
        "AB-2": ("xfailed", 12),
    }


def test_runs_of_several_blocks_are_read_alike(workspace, history):
    lines = [run_line(number, PASSED) for number in range(1, 2 * BLOCK + 2)]
    add_lines(workspace, history, lines)
    found = read(history)
    assert list(found) == list(range(1, 2 * BLOCK + 2))
    assert all(len(results) == len(PASSED) for results in found.values())


def test_only_so_many_runs_of_a_branch_are_kept_whole(workspace, history):
    workspace = bounded(workspace, runs=10, failures=15)
    for number in range(1, 21):
        add_lines(workspace, history, [run_line(number, PASSED)])
    add_lines(workspace, history, [run_line(past_run(21, branch="topic"), PASSED)])
    found = read(history)
    assert list(found) == list(range(6, 22))
    ended = [{str(key) for key in results} for results in found.values()]
    assert ended == [{"AB-2"}] * 5 + [{"AB-1", "AB-2"}] * 11
    with history.open(writes=False) as opened:
        runs = past_runs(opened)
    assert [run.is_thinned for run in runs] == [True] * 5 + [False] * 11
    assert {(run.tests, run.failed) for run in runs} == {(2, 1)}


def test_a_history_that_grows_too_large_lets_its_oldest_runs_go(workspace, history):
    workspace = bounded(workspace, max_mb=1)
    for number in range(1, 46):
        add_lines(workspace, history, [run_line(number, MANY)])
        assert history.size_bytes() < 1_200_000
    numbers = list(read(history))
    assert numbers == list(range(numbers[0], 46))
    assert 1 < numbers[0] < 40
    with history.open(writes=False) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def asked(workspace, history, number):
    """Add a run to a history and ask it everything; what stops that has to be an error."""
    file = history.path
    steps = [
        lambda: add_lines(workspace, history, [run_line(number, PASSED)]),
        lambda: history_of(workspace, file),
        lambda: history_of_test(workspace, "AB-1", file),
        lambda: find_flakes(workspace, 100, file),
        lambda: find_slower(workspace, None, file),
        lambda: compare_runs(workspace, "1", "last", file),
        lambda: list(exported_lines(workspace, file)),
    ]
    said = []
    for step in steps:
        try:
            step()
        except SuiteloomError as error:
            said.append(error.message if error.hint else "no hint")
    return said


def test_a_history_with_any_bytes_wrong_is_used_or_said_to_be_damaged(
    impatient, history, tmp_path
):
    workspace = impatient
    for number in range(1, 31):
        results = {f"AB-{test}": ("passed", 50_000 + test) for test in range(40)}
        add_lines(workspace, history, [run_line(number, results)])
    whole = history.path.read_bytes()
    draw = random.Random(5)  # noqa: S311 - it is to be the same again
    told = set()
    for attempt in range(sized(60, 1000)):
        data = bytearray(whole)
        for _ in range(draw.choice([1, 3, 30])):
            data[draw.randrange(len(data))] = draw.randrange(256)
        place = tmp_path / f"{attempt}.db"
        place.write_bytes(data)
        told |= set(asked(workspace, History.of(tmp_path, place), 1000))
    assert "is damaged, or no history" in told
    assert "no hint" not in told


OUTCOME = st.sampled_from(["passed", "failed", "skipped"])
RESULTS = st.dictionaries(
    st.sampled_from(["AB-1", "AB-1[a]", "AB-1[b]", "AB-2", "CD-1"]),
    st.tuples(OUTCOME, st.integers(0, 10**9)),
    min_size=1,
)
ADDED = st.lists(
    st.tuples(
        st.integers(1, 12), st.sampled_from(["main", "topic"]), st.booleans(), RESULTS
    ),
    max_size=15,
)


@settings(deadline=None, max_examples=sized(20, 300))
@given(ADDED)
def test_what_is_read_is_what_was_added_first_under_each_identity(added):
    wanted = {}
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder), Config())
        history = History.of(workspace.root, None)
        for number, branch, clean, results in added:
            line = run_line(past_run(number, branch=branch, clean=clean), results)
            is_new = bool(add_lines(workspace, history, [line]))
            assert is_new is (line.run.uid not in wanted)
            wanted.setdefault(line.run.uid, line)
        if not added:
            return
        with history.open(writes=False) as opened:
            found = past_runs(opened)
            assert [run.uid for run in found] == sorted(wanted)
            for run in found:
                line = wanted[run.uid]
                assert results_of_run(opened, run.number) == line.results
                facts = (run.branch, run.revision, run.tests)
                assert facts == (line.run.branch, line.run.revision, len(line.results))
                by_test = results_of_test(opened, "AB-1")
                assert by_test.get(run.number, {}) == {
                    key.case: result
                    for key, result in line.results.items()
                    if key.id == "AB-1"
                }


def forked(work):
    """Do something in a process of its own; gives its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def end_of(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


@needs_fork
def test_two_jobs_that_add_at_once_both_have_their_runs_there(workspace, tmp_path):
    shared = History.of(tmp_path, tmp_path / "shared.db")
    count = sized(8, 60)

    def job(first):
        for number in range(first, first + count):
            add_lines(workspace, shared, [run_line(number, MANY)])

    children = [forked(lambda first=first: job(first)) for first in (1, 1000)]
    assert [end_of(child) for child in children] == [0, 0]
    found = read(shared)
    assert len(found) == 2 * count
    assert {len(results) for results in found.values()} == {len(MANY)}


@needs_fork
def test_of_two_jobs_one_killed_in_the_middle_whole_runs_are_there(workspace, tmp_path):
    shared = History.of(tmp_path, tmp_path / "shared.db")
    ready = tmp_path / "ready"

    def killed():
        with shared.open(writes=True) as opened:
            from suiteloom.store.history import add_run

            line = run_line(1, MANY)
            add_run(opened, line.run, line.results, {})
            opened.execute("PRAGMA cache_spill = 1")
            ready.touch()
            time.sleep(60)

    child = forked(killed)
    while not ready.exists():
        time.sleep(0.005)
    other = forked(lambda: add_lines(workspace, shared, [run_line(2, MANY)]))
    os.kill(child, signal.SIGKILL)
    assert end_of(child) == -signal.SIGKILL
    assert end_of(other) == 0
    assert {number: len(results) for number, results in read(shared).items()} == {
        1: len(MANY)
    }
    with shared.open(writes=False) as opened:
        assert [run.uid for run in past_runs(opened)] == [past_run(2).uid]


@needs_fork
def test_killed_at_any_time_nothing_is_torn(workspace, tmp_path):
    workspace = bounded(workspace, runs=100_000, failures=100_000, max_mb=1000)
    shared = History.of(tmp_path, tmp_path / "shared.db")

    def job(first):
        for number in range(first, first + 10_000):
            add_lines(workspace, shared, [run_line(number, MANY)])

    for attempt in range(sized(4, 20)):
        child = forked(lambda first=attempt * 10_000: job(first))
        time.sleep(0.03 + 0.007 * attempt % 0.2)
        os.kill(child, signal.SIGKILL)
        assert end_of(child) == -signal.SIGKILL
        add_lines(workspace, shared, [run_line(9_000_000 + attempt, MANY)])
        sizes = {len(results) for results in read(shared).values()}
        assert sizes == {len(MANY)}
        with shared.open(writes=False) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_history_that_a_killed_writer_left_is_read(workspace, history, tmp_path):
    made(workspace, history)
    before = history.path.read_bytes()
    copy = tmp_path / "left"
    copy.mkdir()
    with closing(sqlite3.connect(history.path, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN IMMEDIATE")
        writer.executemany(
            "INSERT INTO tests (id, variant) VALUES (?, '')",
            [(f"XX-{number}",) for number in range(5000)],
        )
        for path in Path(history.path.parent).glob("history.db*"):
            (copy / path.name).write_bytes(path.read_bytes())
        writer.execute("ROLLBACK")
    assert (copy / "history.db-journal").stat().st_size
    assert (copy / "history.db").read_bytes() != before
    left = History.of(tmp_path, copy / "history.db")
    assert list(read(left)) == [1]
    assert (copy / "history.db").read_bytes() == before
