"""Which files ruff is given: all in which it can find something."""

import json
import subprocess

import pytest
from ruff import find_ruff_bin

from suiteloom.results import run_ruff

NAMES = [
    f"{head}{verb}{tail}"
    for head in ("", "assert_", "assert_not_", "assert_has_", "assert_any_", "not_")
    for verb in ("called", "awaited", "call", "calls", "await", "awaits")
    for tail in ("", "_once", "_with", "_once_with")
] + ["has_calls", "any_call", "has_awaits", "any_await"]


@pytest.fixture
def files(tmp_path):
    paths = []
    for name in NAMES:
        path = f"test_{name}.py"
        text = f"def test_a(m):\n    m.{name}\n    assert m.{name}()\n    m.{name}()\n"
        (tmp_path / path).write_text(text)
        paths.append(path)
    return paths


def test_no_file_is_kept_from_ruff_that_it_would_report(tmp_path, files):
    done = subprocess.run(
        [
            find_ruff_bin(),
            *("check", "--isolated", "--no-cache", "--exit-zero", "--quiet"),
            *("--output-format=json", "--select=PGH005", *files),
        ],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    reported = {
        item["filename"].rpartition("/")[2]
        for item in json.loads(done.stdout)
        if item["code"] == "PGH005"
    }
    assert len(reported) > 10
    found = run_ruff(tmp_path, files, ["PGH005"])
    mine = {path for path, items in found.items() if items[0].code == "PGH005"}
    assert mine == reported


def test_files_without_any_such_word_are_not_given_to_ruff(tmp_path, monkeypatch):
    (tmp_path / "test_a.py").write_text("def test_a(m):\n    assert m.ready\n")
    (tmp_path / "test_b.py").write_text("def test_b(m):\n    m.assert_called_once\n")
    given = []

    def call(_root, paths, _selected):
        given.append(list(paths))
        return []

    monkeypatch.setattr("suiteloom.results.ruff._call", call)
    run_ruff(tmp_path, ["test_a.py", "test_b.py"], ["PGH005"])
    run_ruff(tmp_path, ["test_a.py"], ["PGH005"])
    assert given == [["test_b.py"]]


def test_other_codes_see_every_file(tmp_path):
    (tmp_path / "test_a.py").write_text("import os\n")
    found = run_ruff(tmp_path, ["test_a.py"], ["F401", "PGH005"])
    assert [item.code for item in found["test_a.py"]] == ["F401"]
