"""Every system call of a commit fails or is the last one: all files are old or all new."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns import sized
from suiteloom.errors import ConflictError, StorageError
from suiteloom.model import FileChange
from suiteloom.store import commit, has_journal, moves, recover
from suiteloom.store.journal import content_digest

CALLS = ("open", "fsync", "replace", "unlink", "link", "chmod", "fdopen", "mkdir")
OLD = {"a.py": b"old a\n", "b.py": b"old b\n", "gone.py": b"old gone\n"}
NEW = {"a.py": b"new a\n", "b.py": b"new b\n", "made.py": b"new made\n"}
CHANGES = (
    FileChange("a.py", OLD["a.py"], NEW["a.py"]),
    FileChange("b.py", OLD["b.py"], NEW["b.py"]),
    FileChange("gone.py", OLD["gone.py"], None),
    FileChange("made.py", None, NEW["made.py"]),
)


class Killed(BaseException):
    """What a process does not live to see."""


class Fault:
    """Counts the system calls that a commit makes and breaks one of them."""

    def __init__(self, monkeypatch, at=-1, error=Killed):
        self.count = 0
        self.log = []
        self._at = at
        self._error = error
        for name in CALLS:
            monkeypatch.setattr(os, name, self._wrapped(name, getattr(os, name)))
        exchange = self._wrapped("exchange", moves.exchange)
        monkeypatch.setattr(moves, "exchange", exchange)

    def _wrapped(self, name, original):
        def call(*arguments, **options):
            if self.count == self._at:
                self.count += 1
                raise self._error
            self.count += 1
            self.log.append(name)
            return original(*arguments, **options)

        return call


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    for name, data in OLD.items():
        (root / name).write_bytes(data)
    return root


def files(root: Path) -> dict[str, bytes]:
    """The visible files; hidden ones are a commit's own."""
    return {p.name: p.read_bytes() for p in root.iterdir() if p.name[0] != "."}


def leftovers(root: Path) -> list[str]:
    return [p.name for p in root.iterdir() if p.name.endswith(".suiteloom~")]


def number_of_calls(root: Path) -> int:
    with pytest.MonkeyPatch.context() as patch:
        fault = Fault(patch)
        commit(root, CHANGES)
    assert {"fsync", "replace", "unlink", "link"} <= set(fault.log)
    return fault.count


def test_commit_makes_every_change(project):
    assert number_of_calls(project) > 20
    assert files(project) == NEW
    assert leftovers(project) == []
    assert not has_journal(project)


def test_an_error_at_any_call_leaves_every_file_old(tmp_path, project):
    count = number_of_calls(copy_of(project, tmp_path / "count"))
    failed = 0
    for at in range(count):
        root = copy_of(project, tmp_path / f"error-{at}")
        with pytest.MonkeyPatch.context() as patch:
            Fault(patch, at, OSError(28, "No space left on device"))
            try:
                commit(root, CHANGES)
            except StorageError:
                failed += 1
        recover(root)
        assert files(root) in (OLD, NEW), at
        if files(root) == NEW:
            continue
        commit(root, CHANGES)
        assert files(root) == NEW
        assert leftovers(root) == []
    assert failed > count // 2


def test_an_error_that_was_reported_changed_nothing(tmp_path, project):
    count = number_of_calls(copy_of(project, tmp_path / "count"))
    for at in range(count):
        root = copy_of(project, tmp_path / f"error-{at}")
        with pytest.MonkeyPatch.context() as patch:
            Fault(patch, at, OSError(5, "Input/output error"))
            try:
                commit(root, CHANGES)
            except StorageError:
                pass
            else:
                assert files(root) == NEW, at
                continue
        assert has_journal(root) or files(root) == OLD, at


def test_killed_at_any_call_is_finished_or_undone(tmp_path, project):
    count = number_of_calls(copy_of(project, tmp_path / "count"))
    seen = set()
    for at in range(count):
        root = copy_of(project, tmp_path / f"kill-{at}")
        with pytest.MonkeyPatch.context() as patch:
            Fault(patch, at)
            with pytest.raises(Killed):
                commit(root, CHANGES)
        for name, data in files(root).items():
            assert data in (OLD.get(name), NEW.get(name)), (at, name)
        said = recover(root)
        assert files(root) in (OLD, NEW), at
        seen.add((bool(said), files(root) == NEW))
        if files(root) == OLD:
            commit(root, CHANGES)
        assert files(root) == NEW
        commit(root, (FileChange("a.py", NEW["a.py"], b"later\n"),))
        assert leftovers(root) == []
        assert not has_journal(root)
    assert {(False, False), (True, True)} <= seen


def test_killed_and_then_edited_is_undone_around_the_edit(tmp_path, project):
    count = number_of_calls(copy_of(project, tmp_path / "count"))
    undone = 0
    for at in range(count):
        root = copy_of(project, tmp_path / f"edit-{at}")
        with pytest.MonkeyPatch.context() as patch:
            Fault(patch, at)
            with pytest.raises(Killed):
                commit(root, CHANGES)
        if not has_journal(root):
            continue
        (root / "b.py").write_bytes(b"a person was here\n")
        said = recover(root)
        assert "undid" in said
        assert "b.py" in said
        assert files(root) == {**OLD, "b.py": b"a person was here\n"}, at
        undone += 1
    assert undone > 3


def test_a_damaged_journal_stops_and_says_what_to_do(project):
    (project / ".suiteloom").mkdir()
    (project / ".suiteloom" / "journal.json").write_text("{", encoding="utf-8")
    with pytest.raises(Exception, match="can not be read") as caught:
        recover(project)
    assert caught.value.exit_code == 5
    assert "remove the file" in caught.value.hint
    assert files(project) == OLD


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("path", "../outside.txt", id="path-up"),
        pytest.param("path", "/outside.txt", id="path-absolute"),
        pytest.param("new", "../.outside.suiteloom~", id="new-up"),
        pytest.param("new", "a.py", id="new-is-a-suite"),
        pytest.param("old", "../.a.py.1.old.suiteloom~", id="old-up"),
    ],
)
def test_a_journal_can_not_lead_out_of_the_project(project, field, value):
    outside = project.parent / "outside.txt"
    outside.write_bytes(b"mine\n")
    new = project / ".a.py.x.suiteloom~"
    new.write_bytes(NEW["a.py"])
    entry = {
        "path": "a.py",
        "new": new.name,
        "old": "",
        "before": content_digest(OLD["a.py"]),
        "after": content_digest(NEW["a.py"]),
    }
    text = json.dumps({"entries": [{**entry, field: value}]})
    (project / ".suiteloom").mkdir()
    (project / ".suiteloom" / "journal.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConflictError, match="can not be read"):
        recover(project)
    assert outside.read_bytes() == b"mine\n"
    assert files(project) == OLD


def test_a_damaged_new_content_is_not_put_into_place(project):
    new = project / ".a.py.x.suiteloom~"
    new.write_bytes(b"half of i")
    journal = {
        "path": "a.py",
        "new": new.name,
        "old": "",
        "before": content_digest(OLD["a.py"]),
        "after": content_digest(NEW["a.py"]),
    }
    (project / ".suiteloom").mkdir()
    target = project / ".suiteloom" / "journal.json"
    target.write_text(json.dumps({"entries": [journal]}), encoding="utf-8")
    assert "undid" in recover(project)
    assert files(project) == OLD
    assert leftovers(project) == []


def test_the_next_command_says_what_it_finished(shop, monkeypatch):
    spec = shop.read("specs/shop.yaml")
    shop.write(
        "specs/shop.yaml", spec.replace("A refund reaches", "Each refund reaches")
    )
    with monkeypatch.context() as patch:

        def exchange(_content, _target):
            raise Killed

        patch.setattr(moves, "exchange", exchange)
        with pytest.raises(Killed):
            shop("generate")
    assert has_journal(shop.root)
    for verb in ("check", "status"):
        result = shop(verb)
        assert result.exit == 6
        assert "a write was interrupted" in result.err
    result = shop("generate")
    assert result.exit == 0
    assert "finished an interrupted write of 1 file" in result.err
    assert "Each refund reaches" in shop.read()
    assert shop("generate", "--check").exit == 0


def test_a_real_kill(shop):
    """A process that ends itself in the middle of a commit, without any clean-up."""
    shop.replace("A refund reaches", "Each refund reaches", "specs/shop.yaml")
    program = (
        "import os, signal, sys\n"
        "from suiteloom.cli.edge import run_app\n"
        "from suiteloom.store import moves\n"
        "def exchange(content, target):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "moves.exchange = exchange\n"
        "run_app(sys.argv[1:])\n"
    )
    command = [sys.executable, "-c", program, "generate", "--project", str(shop.root)]
    done = subprocess.run(command, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert "A refund reaches" in shop.read()
    assert shop("generate").exit == 0
    assert "Each refund reaches" in shop.read()


def test_two_at_once_one_after_the_other_or_refused(shop):
    """Many pairs of real processes: what is written is never a mixture."""
    command = [
        sys.executable,
        "-m",
        "suiteloom",
        "generate",
        "--project",
        str(shop.root),
    ]
    for number in range(sized(2, 6)):
        text = shop.read("specs/shop.yaml")
        before = "A refund" if number == 0 else f"Refund {number - 1}"
        shop.write("specs/shop.yaml", text.replace(before, f"Refund {number}"))
        pair = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        outputs = [process.communicate() for process in pair]
        codes = sorted(process.returncode for process in pair)
        assert codes in ([0, 0], [0, 5]), outputs
        assert f"Refund {number} reaches the card." in shop.read()
        assert shop("generate", "--check").exit == 0


def test_a_save_between_plan_and_write_stops_the_write(shop, monkeypatch):
    shop.replace("A refund reaches", "Each refund reaches", "specs/shop.yaml")
    from suiteloom.workflows import generate as module

    original = module.commit

    def save_first(root, changes, **options):
        shop.write(
            "generated/test_shop_integration_comprehensive.py",
            shop.read() + "# saved by an editor\n",
        )
        original(root, changes, **options)

    monkeypatch.setattr(module, "commit", save_first)
    result = shop("generate")
    assert result.exit == 5
    assert "changed while suiteloom was at work" in result.err
    assert shop.read().endswith("# saved by an editor\n")
    assert "Each refund" not in shop.read()


def copy_of(project: Path, target: Path) -> Path:
    target.mkdir()
    for path in project.iterdir():
        if path.is_file():
            (target / path.name).write_bytes(path.read_bytes())
    return target
