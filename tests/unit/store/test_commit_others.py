"""What a commit leaves alone: other commits, other programs, other folders."""

import os

import pytest

from suiteloom.errors import ConflictError, StorageError
from suiteloom.model import FileChange
from suiteloom.store import commit, has_journal, moves, recover

OLD, NEW, OTHER = b"old\n", b"new\n", b"somebody else's\n"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def everything(folder):
    """Every path below a folder but those of suiteloom's own, with the bytes of files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        if path.is_file()
        else b""
        for path in sorted(folder.rglob("*"))
        if ".suiteloom" not in path.parts
    }


class KilledError(BaseException):
    """Stands for the end of the process."""


def kill_at_first_file(monkeypatch):
    """Let the process end when the first project file is to be replaced."""

    def dying(_content, _target):
        raise KilledError

    monkeypatch.setattr(moves, "exchange", dying)


def test_interrupted_commit_is_not_buried_by_the_next_one(root):
    (root / "a.py").write_bytes(OLD)
    (root / "b.py").write_bytes(OLD)
    changes = [FileChange("a.py", OLD, NEW), FileChange("b.py", OLD, NEW)]
    with pytest.MonkeyPatch.context() as patch:
        kill_at_first_file(patch)
        with pytest.raises(KilledError):
            commit(root, changes)
    assert has_journal(root)
    before = everything(root)
    with pytest.raises(StorageError, match="not finished yet"):
        commit(root, [FileChange("c.py", None, NEW)])
    assert everything(root) == before
    assert recover(root) == "finished an interrupted write of 2 files"
    assert everything(root) == {"a.py": NEW, "b.py": NEW}


def test_nothing_is_swept_behind_a_link_that_leads_out(root, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / ".note.suiteloom~").write_bytes(OTHER)
    (root / "specs").symlink_to(outside)
    with pytest.raises(StorageError, match="leads out"):
        commit(root, [FileChange("specs/a.yaml", None, NEW)])
    assert everything(outside) == {".note.suiteloom~": OTHER}


def test_what_a_killed_commit_left_behind_a_link_inside_is_swept(root):
    (root / "real").mkdir()
    (root / "real/a.yaml").write_bytes(OLD)
    (root / "a.yaml").symlink_to("real/a.yaml")
    (root / "real/.a.yaml.1.old.suiteloom~").hardlink_to(root / "real/a.yaml")
    commit(root, [FileChange("a.yaml", OLD, NEW)])
    assert everything(root)["real/a.yaml"] == NEW
    assert "real/.a.yaml.1.old.suiteloom~" not in everything(root)


@pytest.mark.parametrize("links", [True, False])
def test_file_that_appears_at_the_last_moment_is_kept(root, monkeypatch, links):
    """As late as it can: after the journal was opened, before the file is put in place."""
    (root / "a.py").write_bytes(OLD)
    original = os.link

    def late(source, target, *arguments, **options):
        if os.fspath(target).endswith("new.yaml"):
            (root / "specs/new.yaml").write_bytes(OTHER)
        if not links:
            raise OSError(95, "Operation not supported")
        return original(source, target, *arguments, **options)

    monkeypatch.setattr(os, "link", late)
    changes = [FileChange("a.py", OLD, NEW), FileChange("specs/new.yaml", None, NEW)]
    with pytest.raises(ConflictError, match="changed while") as caught:
        commit(root, changes)
    assert caught.value.path == "specs/new.yaml"
    assert everything(root) == {"a.py": OLD, "specs": b"", "specs/new.yaml": OTHER}
    assert not has_journal(root)


@pytest.mark.parametrize("call", ["fsync", "chmod", "link"])
def test_interrupt_before_the_decision_leaves_nothing(root, call):
    (root / "a.py").write_bytes(OLD)
    before = everything(root)
    for number in range(1, 4):
        count = [0]
        original = getattr(os, call)

        def interrupted(
            *arguments, number=number, count=count, original=original, **options
        ):
            count[0] += 1
            if count[0] == number:
                raise KeyboardInterrupt
            return original(*arguments, **options)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, call, interrupted)
            try:
                commit(
                    root,
                    [
                        FileChange("a.py", OLD, NEW),
                        FileChange("sub/b.py", None, NEW),
                        FileChange("sub/c.py", None, NEW),
                    ],
                )
            except KeyboardInterrupt:
                if has_journal(root):
                    recover(root)
                    assert everything(root)["sub/c.py"] == NEW
                else:
                    assert everything(root) == before
        assert count[0], f"commit does not call os.{call}"
        for name in ("a.py", "sub/b.py", "sub/c.py"):
            (root / name).unlink(missing_ok=True)
        (root / "sub").rmdir() if (root / "sub").exists() else None
        (root / "a.py").write_bytes(OLD)


def test_failed_commit_leaves_no_folder(root):
    (root / "b").write_bytes(OLD)
    before = everything(root)
    changes = [FileChange("x/y/a.py", None, NEW), FileChange("b/c.py", None, NEW)]
    with pytest.raises(StorageError):
        commit(root, changes)
    assert everything(root) == before


def test_own_folder_that_is_a_link_is_refused(root, tmp_path):
    (tmp_path / "outside").mkdir()
    (root / ".suiteloom").symlink_to(tmp_path / "outside")
    with pytest.raises(StorageError, match="is a link"):
        commit(root, [FileChange("a.py", None, NEW)])
    assert list((tmp_path / "outside").iterdir()) == []
