"""Writing files: what is checked first, and what stays as it was."""

import os
import subprocess
import sys

import pytest

from suiteloom.errors import ConflictError, StorageError
from suiteloom.model import FileChange
from suiteloom.store import commit

OLD, NEW = b"old\n", b"new\n"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def umask():
    """Sets the process's mask for one test."""
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def files(folder):
    """Bytes of every file by name, suiteloom's own folder left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".suiteloom" not in path.parts
    }


def refused(root, *changes, error=StorageError, match="."):
    """A commit that has to fail and must not change, leave or make any file."""
    before = files(root)
    with pytest.raises(error, match=match):
        commit(root, changes)
    assert files(root) == before


def test_every_change_is_made_and_nothing_is_left_beside_it(root):
    (root / "a.py").write_bytes(OLD)
    (root / "b.py").write_bytes(OLD)
    commit(
        root,
        [
            FileChange("a.py", OLD, NEW),
            FileChange("b.py", OLD, None),
            FileChange("new/folder/c.py", None, NEW),
        ],
    )
    assert files(root) == {"a.py": NEW, "new/folder/c.py": NEW}
    assert not (root / ".suiteloom/journal.json").exists()


def test_nothing_to_do_makes_no_folder(root):
    commit(root, [])
    assert list(root.iterdir()) == []


@pytest.mark.parametrize(
    ("now", "before"),
    [
        pytest.param(b"theirs\n", OLD, id="edited"),
        pytest.param(b"", OLD, id="emptied"),
        pytest.param(NEW, None, id="appeared"),
    ],
)
def test_file_changed_since_the_plan_stops_every_change(root, now, before):
    (root / "a.py").write_bytes(OLD)
    (root / "b.py").write_bytes(now)
    changes = (FileChange("a.py", OLD, NEW), FileChange("b.py", before, NEW))
    refused(root, *changes, error=ConflictError, match="changed while")


def test_lock_held_by_another_process_stops_every_change(root):
    (root / "a.py").write_bytes(OLD)
    commit(root, [FileChange("b.py", None, OLD)])
    code = (
        "import fcntl, sys; lock = open(sys.argv[1]); fcntl.flock(lock, fcntl.LOCK_EX);"
        " print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(root / ".suiteloom/lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        change = FileChange("a.py", OLD, NEW)
        refused(root, change, error=ConflictError, match="another suiteloom")
        holder.stdin.close()
    commit(root, [change])
    assert files(root) == {"a.py": NEW, "b.py": OLD}


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o775])
def test_mode_of_a_file_stays(root, umask, mode):
    umask(0o077)
    (root / "a.py").write_bytes(OLD)
    (root / "a.py").chmod(mode)
    commit(root, [FileChange("a.py", OLD, NEW)])
    assert (root / "a.py").stat().st_mode & 0o7777 == mode


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0, 0o666)])
def test_new_file_has_the_mode_that_the_mask_leaves(root, umask, mask, mode):
    umask(mask)
    commit(root, [FileChange("a.py", None, NEW)])
    assert (root / "a.py").stat().st_mode & 0o7777 == mode


def test_read_only_file_is_refused_and_so_is_its_removal(root, monkeypatch):
    (root / "a.py").write_bytes(OLD)
    (root / "b.py").write_bytes(OLD)
    (root / "b.py").chmod(0o444)
    if os.access(root / "b.py", os.W_OK):  # the superuser may write anything
        monkeypatch.setattr(
            os, "access", lambda path, _: bool(path.stat().st_mode & 0o200)
        )
    first = FileChange("a.py", OLD, NEW)
    refused(root, first, FileChange("b.py", OLD, NEW), match="read-only")
    refused(root, first, FileChange("b.py", OLD, None), match="read-only")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_read_only_folder_is_refused(root):
    (root / "a.py").write_bytes(OLD)
    (root / "sub").mkdir(mode=0o500)
    refused(root, FileChange("a.py", OLD, NEW), FileChange("sub/b.py", None, NEW))


def test_what_is_no_file_is_refused(root):
    (root / "a.py").write_bytes(OLD)
    (root / "b.py").mkdir()
    os.mkfifo(root / "c.py")
    first = FileChange("a.py", OLD, NEW)
    refused(root, first, FileChange("b.py", None, NEW), match="is not a file")
    refused(root, first, FileChange("c.py", None, NEW), match="is not a file")
    refused(root, first, FileChange("a.py/d.py", None, NEW))


def test_link_inside_the_project_is_written_through(root):
    (root / "real").mkdir()
    (root / "real/a.py").write_bytes(OLD)
    (root / "a.py").symlink_to("real/a.py")
    (root / "folder").symlink_to("real")
    commit(root, [FileChange("a.py", OLD, NEW), FileChange("folder/b.py", None, NEW)])
    assert (root / "a.py").is_symlink()
    assert (root / "real/a.py").read_bytes() == NEW
    assert (root / "real/b.py").read_bytes() == NEW


def test_link_that_leads_out_is_refused(root, tmp_path):
    (root / "a.py").write_bytes(OLD)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.py").write_bytes(OLD)
    (root / "b.py").symlink_to(outside / "b.py")
    (root / "folder").symlink_to(outside)
    first = FileChange("a.py", OLD, NEW)
    for path, before in [("b.py", OLD), ("folder/b.py", OLD), ("folder/c.py", None)]:
        refused(root, first, FileChange(path, before, NEW), match="leads out")
    refused(root, first, FileChange("../outside/b.py", OLD, NEW), match="leads out")
    refused(root, first, FileChange("b.py", OLD, None), match="leads out")
    assert files(outside) == {"b.py": OLD}


def test_broken_link_is_refused(root):
    (root / "a.py").write_bytes(OLD)
    (root / "b.py").symlink_to("nowhere.py")
    first = FileChange("a.py", OLD, NEW)
    refused(root, first, FileChange("b.py", None, NEW), match="broken link")
    assert (root / "b.py").is_symlink()


def test_links_in_a_circle_are_refused(root):
    (root / "a.py").write_bytes(OLD)
    (root / "b.py").symlink_to("c.py")
    (root / "c.py").symlink_to("b.py")
    refused(root, FileChange("a.py", OLD, NEW), FileChange("b.py", None, NEW))


def test_file_with_two_names_is_refused(root):
    (root / "a.py").write_bytes(OLD)
    (root / "b.py").write_bytes(OLD)
    (root / "c.py").hardlink_to(root / "b.py")
    first = FileChange("a.py", OLD, NEW)
    refused(root, first, FileChange("b.py", OLD, NEW), match="several names")


def test_removing_a_linked_file_leaves_no_broken_link(root):
    (root / "real").mkdir()
    (root / "real/a.py").write_bytes(OLD)
    (root / "a.py").symlink_to("real/a.py")
    commit(root, [FileChange("a.py", OLD, None)])
    assert not (root / "real/a.py").exists()
    assert not (root / "a.py").is_symlink()


@pytest.mark.parametrize("call", ["fsync", "replace", "unlink", "link", "chmod"])
def test_failure_at_any_step_leaves_old_bytes(root, monkeypatch, call):
    """Each call in turn fails once; the count of failures shows that it is made."""
    failures = 0
    for number in range(100):
        for name in ("a.py", "b.py", "c.py"):
            (root / name).write_bytes(OLD)
        (root / "d.py").unlink(missing_ok=True)
        made = []
        with monkeypatch.context() as patch:
            _break(patch, call, number, made)
            try:
                commit(
                    root,
                    [
                        FileChange("a.py", OLD, NEW),
                        FileChange("b.py", OLD, NEW),
                        FileChange("c.py", OLD, None),
                        FileChange("d.py", None, NEW),
                    ],
                )
            except StorageError:
                failures += 1
                whole = {"a.py": OLD, "b.py": OLD, "c.py": OLD}
                done = {"a.py": NEW, "b.py": NEW, "d.py": NEW}
                kept = {n: d for n, d in files(root).items() if not n.startswith(".")}
                assert kept in (whole, done)
        if len(made) <= number:
            break
    assert number > 0, f"commit does not call os.{call}"
    assert failures or call in {"link", "unlink"}


def _break(patch, call, number, made):
    original = getattr(os, call)

    def broken(*arguments, **options):
        made.append(arguments)
        if len(made) == number + 1:
            raise OSError(5, "Input/output error")
        return original(*arguments, **options)

    patch.setattr(os, call, broken)
