"""What not every system has: each is taken away, and the work is done without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from suiteloom.errors import ConflictError
from suiteloom.model import FileChange
from suiteloom.store import commit

OLD, NEW = b"old\n", b"new\n"

WITHOUT = """\
import sys

for name in {names}:
    sys.modules[name] = None
"""
POSIX_ONLY = ("fcntl", "grp", "pwd", "resource", "termios")


def run_without(names, program, *arguments, cwd=None):
    """Run a program in a process that lacks modules of the standard library."""
    code = WITHOUT.format(names=tuple(names)) + program
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_module_is_imported_where_posix_modules_are_missing():
    program = (
        "import importlib, json, pkgutil, suiteloom\n"
        "names = [m.name for m in pkgutil.walk_packages(suiteloom.__path__,"
        " 'suiteloom.')]\n"
        "for name in names: importlib.import_module(name)\n"
        f"print(json.dumps([len(names), [n for n in {POSIX_ONLY} if sys.modules[n]]]))"
    )
    done = run_without(POSIX_ONLY, program)
    assert done.returncode == 0, done.stderr
    count, present = json.loads(done.stdout)
    assert count > 150
    assert present == []


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["generate", "--format", "json"], id="generate"),
        pytest.param(["check", "--format", "json"], id="check"),
        pytest.param(["status"], id="status"),
    ],
)
def test_a_verb_works_where_posix_modules_are_missing(shop, arguments):
    shop.replace("A refund reaches", "Each refund reaches", "specs/shop.yaml")
    shop("generate")
    shop.replace("Each refund reaches", "A refund reaches", "specs/shop.yaml")
    if arguments[0] != "generate":
        shop("generate")
    program = "from suiteloom.__main__ import main; main()"
    done = run_without(POSIX_ONLY, program, *arguments, cwd=shop.root)
    assert done.returncode == 0, done.stderr
    assert "internal error" not in done.stderr
    assert "A refund reaches" in shop.read()


def test_a_second_writer_is_refused_where_posix_modules_are_missing(tmp_path):
    """Both lack fcntl: a marker file stands for the lock of the system."""
    (tmp_path / "a.py").write_bytes(OLD)
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from suiteloom.store.lock import locked\n"
        "from suiteloom.errors import ConflictError\n"
        "try:\n"
        "    with locked(Path(sys.argv[1])):\n"
        "        print('held', flush=True); sys.stdin.read()\n"
        "except ConflictError as error: print(error)\n"
    )
    code = WITHOUT.format(names=POSIX_ONLY) + program
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        second = run_without(POSIX_ONLY, program, str(tmp_path))
        assert f"another suiteloom (process {holder.pid})" in second.stdout
        holder.stdin.close()
    again = run_without(POSIX_ONLY, program, str(tmp_path))
    assert again.stdout == "held\n", again.stderr


def test_whoever_holds_the_lock_is_named(tmp_path):
    commit(tmp_path, [FileChange("b.py", None, OLD)])
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from suiteloom.store.lock import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(ConflictError, match=rf"\(process {holder.pid}\)"):
            commit(tmp_path, [FileChange("b.py", OLD, NEW)])
        holder.stdin.close()
    assert (tmp_path / "b.py").read_bytes() == OLD


CHANGES = (
    FileChange("a.py", OLD, NEW),
    FileChange("gone.py", OLD, None),
    FileChange("made/b.py", None, NEW),
)


def no_links(monkeypatch):
    def link(*_arguments, **_options):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", link)


def no_link_call(monkeypatch):
    monkeypatch.delattr(os, "link")


def no_open_folders(monkeypatch):
    original = os.open

    def open_file(path, *arguments, **options):
        if Path(path).is_dir():
            raise PermissionError(13, "Permission denied")
        return original(path, *arguments, **options)

    monkeypatch.setattr(os, "open", open_file)


def no_sync_of_folders(monkeypatch):
    original = os.fsync

    def fsync(descriptor):
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112
            raise OSError(22, "Invalid argument")
        original(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


def no_symlinks(monkeypatch):
    def symlink(*_arguments, **_options):
        raise OSError(1, "A required privilege is not held by the client")

    monkeypatch.setattr(os, "symlink", symlink)
    monkeypatch.setattr(os, "readlink", symlink)


@pytest.mark.parametrize(
    "take_away",
    [no_links, no_link_call, no_open_folders, no_sync_of_folders, no_symlinks],
)
def test_every_change_is_made_without(tmp_path, monkeypatch, take_away):
    for name in ("a.py", "gone.py"):
        (tmp_path / name).write_bytes(OLD)
    take_away(monkeypatch)
    commit(tmp_path, CHANGES)
    monkeypatch.undo()
    found = {
        path.relative_to(tmp_path).as_posix(): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file() and ".suiteloom" not in path.parts
    }
    assert found == {"a.py": NEW, "made/b.py": NEW}


@pytest.mark.parametrize("file", ["pyproject.toml", "suiteloom.toml"])
def test_a_broken_installation_is_said_and_not_taken_for_no_project(tmp_path, file):
    text = "[tool.suiteloom]\n" if file == "pyproject.toml" else ""
    (tmp_path / file).write_text(text, encoding="utf-8")
    (tmp_path / "test_a.py").write_text("def test_a(): pass\n", encoding="utf-8")
    program = "import pytest; sys.exit(pytest.main(['-q']))"
    done = run_without(["suiteloom.store"], program, cwd=tmp_path)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "suiteloom is installed and can not be loaded" in done.stderr
    assert "import of suiteloom.store halted" in done.stderr
    assert "install it again" in done.stderr


def test_a_broken_installation_is_no_matter_of_another_project(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n", encoding="utf-8")
    (tmp_path / "test_a.py").write_text("def test_a(): pass\n", encoding="utf-8")
    program = "import pytest; sys.exit(pytest.main(['-q']))"
    done = run_without(["suiteloom.store"], program, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
