"""Somebody writes, or the process ends, at each system call of a commit."""

from __future__ import annotations

import errno
import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from campaigns import sized
from suiteloom.errors import ConflictError
from suiteloom.model import FileChange
from suiteloom.store import commit, has_journal, moves, recover

CALLS = (
    *("open", "fsync", "replace", "rename", "unlink", "link", "chmod"),
    *("mkdir", "rmdir", "lstat"),
)
OLD = {"a.py": b"old a\n", "b.py": b"old b\n", "gone.py": b"old gone\n"}
NEW = {"a.py": b"new a\n", "b.py": b"new b\n", "sub/made.py": b"new made\n"}
CHANGES = (
    FileChange("a.py", OLD["a.py"], NEW["a.py"]),
    FileChange("gone.py", OLD["gone.py"], None),
    FileChange("sub/made.py", None, NEW["sub/made.py"]),
    FileChange("b.py", OLD["b.py"], NEW["b.py"]),
)
RENAME = os.rename  # somebody else's, which ends no process of ours
FOREIGN = b"somebody else's\n"
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


@pytest.fixture(autouse=True)
def _no_waiting_for_disks(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


class KilledError(BaseException):
    """Stands for the end of the process."""


class At:
    """Counts the system calls of a commit and does something before one of them."""

    def __init__(self, patch, at, action):
        self.count = 0
        self._at = at
        self._action = action
        self._busy = False
        for name in CALLS:
            patch.setattr(os, name, self._around(getattr(os, name)))
        patch.setattr(moves, "exchange", self._around(moves.exchange))

    def _around(self, original):
        def call(*arguments, **options):
            if not self._busy:
                self._busy = True
                if self.count == self._at:
                    self._action()
                self.count += 1
                self._busy = False
            return original(*arguments, **options)

        return call


def no_exchange(patch):
    patch.setattr(moves, "_exchange_call", lambda: None)


def no_links(patch):
    no_exchange(patch)

    def link(*_arguments, **_options):
        raise OSError(errno.ENOTSUP, "Operation not supported")

    patch.setattr(os, "link", link)


def other_file_system(patch):
    """Suiteloom's own folder is on another one than the files of the project."""
    exchange, link, replace = moves.exchange, os.link, os.replace

    def check(first, second):
        if (".suiteloom/" in os.fspath(first)) != (".suiteloom/" in os.fspath(second)):
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(first))

    def far(original):
        def call(first, second, *arguments, **options):
            check(first, second)
            return original(first, second, *arguments, **options)

        return call

    patch.setattr(moves, "exchange", far(exchange))
    patch.setattr(os, "link", far(link))
    patch.setattr(os, "replace", far(replace))


SYSTEMS = [
    pytest.param(lambda _: None, id="exchange"),
    pytest.param(no_exchange, id="no-exchange"),
    pytest.param(no_links, id="no-links"),
    pytest.param(other_file_system, id="other-file-system"),
]


def make_project(root: Path) -> Path:
    """A project in which something was written before."""
    root.mkdir()
    commit(root, [FileChange("first.py", None, b"")])
    (root / "first.py").unlink()
    for name, data in OLD.items():
        (root / name).write_bytes(data)
    return root


def files(root: Path) -> dict[str, bytes]:
    """The files that git would see."""
    found = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not {".suiteloom", ".git"} & set(path.parts)
    }
    return {name: data for name, data in found.items() if name != ".gitignore"}


def number_of_calls(root: Path, system) -> int:
    make_project(root)
    with pytest.MonkeyPatch.context() as patch:
        system(patch)
        counted = At(patch, -1, lambda: None)
        commit(root, CHANGES)
    assert files(root) == NEW
    return counted.count


def rescued(root: Path) -> list[bytes]:
    return [path.read_bytes() for path in (root / ".suiteloom/rescued").glob("*")]


def save_in_place(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as stream:
        stream.write(FOREIGN)


def save_by_rename(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    other = path.parent / "editor.tmp"
    other.write_bytes(FOREIGN)
    RENAME(other, path)


@pytest.mark.parametrize("system", [SYSTEMS[0], SYSTEMS[1], SYSTEMS[3]])
@pytest.mark.parametrize("name", ["b.py", "gone.py", "sub/made.py"])
@pytest.mark.parametrize("save", [save_in_place, save_by_rename])
def test_a_save_at_any_call_is_kept(tmp_path, system, name, save):
    count = number_of_calls(tmp_path / "count", system)
    ends = set()
    for at in range(0, count, sized(5, 1)):
        root = make_project(tmp_path / str(at))
        with pytest.MonkeyPatch.context() as patch:
            system(patch)
            At(patch, at, lambda root=root: save(root / name))
            try:
                commit(root, CHANGES)
                ends.add("done")
                whole = NEW
            except ConflictError as error:
                assert error.path == name  # noqa: PT017 - the other end is fine too
                ends.add("refused")
                whole = OLD
        assert files(root) == {**whole, name: FOREIGN}, at
        assert not has_journal(root)
    assert ends == {"done", "refused"}


@pytest.mark.parametrize("name", ["b.py", "sub/made.py"])
def test_without_links_a_save_is_lost_at_one_call_at_most(tmp_path, name):
    """Between the look that a place is free and the move to it, as is documented."""
    lost = 0
    for at in range(number_of_calls(tmp_path / "count", no_links)):
        root = make_project(tmp_path / str(at))
        with pytest.MonkeyPatch.context() as patch:
            no_links(patch)
            At(patch, at, lambda root=root: save_by_rename(root / name))
            with suppress(ConflictError):
                commit(root, CHANGES)
        lost += files(root)[name] != FOREIGN
    assert lost <= 1


@pytest.mark.parametrize("system", [SYSTEMS[0], SYSTEMS[3]])
def test_a_removal_at_any_call_stops_or_follows_the_commit(tmp_path, system):
    count = number_of_calls(tmp_path / "count", system)
    for at in range(0, count, sized(5, 1)):
        root = make_project(tmp_path / str(at))
        with pytest.MonkeyPatch.context() as patch:
            system(patch)
            At(patch, at, lambda root=root: (root / "b.py").unlink(missing_ok=True))
            try:
                commit(root, CHANGES)
                whole = NEW
            except ConflictError:
                whole = OLD
        assert files(root) == {k: v for k, v in whole.items() if k != "b.py"}, at


def kill():
    raise KilledError


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_kill_at_any_call_leaves_whole_files_and_nothing_that_git_sees(
    tmp_path, system
):
    count = number_of_calls(tmp_path / "count", system)
    beside = system is other_file_system
    for at in range(0, count, sized(5, 1)):
        root = make_project(tmp_path / str(at))
        with pytest.MonkeyPatch.context() as patch:
            system(patch)
            At(patch, at, kill)
            with pytest.raises(KilledError):
                commit(root, CHANGES)
        seen = {n: d for n, d in files(root).items() if not (beside and n[0] == ".")}
        for name, data in seen.items():
            if not name.endswith(".suiteloom~"):
                assert data in {OLD.get(name), NEW.get(name)}, (at, name)
            else:
                assert beside, (at, name)
        with pytest.MonkeyPatch.context() as patch:
            system(patch)
            recover(root)
            assert {n: d for n, d in files(root).items() if "~" not in n} in (OLD, NEW)
            if (root / "gone.py").exists():
                commit(root, CHANGES)
        assert files(root) == NEW, at
        assert (root / "a.py").stat().st_nlink == 1


@pytest.mark.parametrize("system", SYSTEMS[:2])
def test_a_save_and_then_a_kill_at_any_call_keep_what_was_saved(tmp_path, system):
    """The save comes just before a file is put in its place, the end any time after."""
    count = number_of_calls(tmp_path / "count", system)
    kept = 0
    for at in range(0, count, sized(5, 1)):
        root = make_project(tmp_path / str(at))
        with pytest.MonkeyPatch.context() as patch:
            system(patch)
            saves_at_move(patch, root / "b.py")
            At(patch, at, kill)
            with suppress(KilledError, ConflictError):
                commit(root, CHANGES)
        recover(root)
        found = files(root)
        assert found.get("b.py") in {FOREIGN, OLD["b.py"], NEW["b.py"]}
        others = {name: data for name, data in found.items() if name != "b.py"}
        whole = [{n: d for n, d in w.items() if n != "b.py"} for w in (OLD, NEW)]
        assert others in whole, at
        if (root / "saved").exists():
            assert found["b.py"] == FOREIGN, at
            kept += 1
    assert kept


def saves_at_move(patch, path: Path) -> None:
    """Save a file at the moment at which a commit moves something to its place."""
    done = []

    def saving(original):
        def call(first, second, *arguments, **options):
            if path in (Path(first), Path(second)) and not done:
                done.append(1)
                save_by_rename(path)
                (path.parent / ".suiteloom" / "x").write_bytes(b"")
                (path.parent / "saved").mkdir()
            return original(first, second, *arguments, **options)

        return call

    patch.setattr(moves, "exchange", saving(moves.exchange))
    patch.setattr(os, "replace", saving(os.replace))


@pytest.mark.parametrize("system", SYSTEMS[:2])
def test_two_saves_around_the_swap_are_both_kept(tmp_path, system):
    """One just before the swap, one after it and before it is taken back."""
    root = make_project(tmp_path / "p")
    with pytest.MonkeyPatch.context() as patch:
        system(patch)
        saves_at_move(patch, root / "b.py")
        verify = moves.sync_folder

        def late(folder):
            if folder == root and (root / "saved").exists():
                (root / "b.py").write_bytes(b"and again\n")
            verify(folder)

        patch.setattr("suiteloom.store.journal.sync_folder", late)
        with pytest.raises(ConflictError):
            commit(root, CHANGES)
    assert files(root) == {**OLD, "b.py": b"and again\n"}
    assert rescued(root) == [FOREIGN]


@pytest.mark.parametrize("system", SYSTEMS[:1])
def test_a_file_is_there_at_any_call(tmp_path, system):
    root = make_project(tmp_path / "p")
    looks = []
    with pytest.MonkeyPatch.context() as patch:
        system(patch)
        for at in range(number_of_calls(tmp_path / "count", system)):
            place = make_project(tmp_path / str(at))
            with pytest.MonkeyPatch.context() as inner:
                At(inner, at, lambda p=place: looks.append((p / "a.py").exists()))
                commit(place, CHANGES)
    assert root.exists()
    assert len(looks) > 20
    assert all(looks)


def test_git_sees_nothing_after_a_kill_at_any_call(tmp_path):
    count = number_of_calls(tmp_path / "count", lambda _: None)
    root = make_project(tmp_path / "p")
    environment = {**os.environ, **GIT}
    init = ["git", "init", "-q"]
    subprocess.run(init, cwd=root, check=True, env=environment)
    own = {"a.py", "b.py", "gone.py", "sub/made.py"}
    for at in range(0, count, sized(12, 1)):
        with pytest.MonkeyPatch.context() as patch:
            At(patch, at, kill)
            with pytest.raises(KilledError):
                commit(root, CHANGES)
        command = ["git", "ls-files", "--others", "--exclude-standard"]
        listed = subprocess.check_output(
            command, cwd=root, env=environment, text=True
        ).split()
        assert set(listed) <= own, at
        recover(root)
        if files(root) == NEW:
            back = [FileChange(c.path, c.after, c.before) for c in reversed(CHANGES)]
            commit(root, back)
        assert files(root) == OLD


@pytest.mark.parametrize("beside", [False, True], ids=["staged", "beside"])
def test_a_name_as_long_as_can_be(tmp_path, beside):
    name = "t" * 247 + ".py"
    (tmp_path / name).write_bytes(b"old\n")
    with pytest.MonkeyPatch.context() as patch:
        if beside:
            other_file_system(patch)
        commit(
            tmp_path,
            [
                FileChange(name, b"old\n", b"new\n"),
                FileChange(f"n{name[1:]}", None, b"new\n"),
            ],
        )
    assert files(tmp_path) == {name: b"new\n", f"n{name[1:]}": b"new\n"}
