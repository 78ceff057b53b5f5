"""Reading files of a project: how much of them, and where they may lie."""

import pytest

from suiteloom.errors import StorageError
from suiteloom.model import MAX_SPEC_BYTES, Config
from suiteloom.store import read_bytes, read_specs
from suiteloom.workflows.project import Workspace


def test_of_a_large_spec_no_more_than_its_limit_is_read(tmp_path):
    (tmp_path / "specs").mkdir()
    with (tmp_path / "specs" / "a.yaml").open("wb") as file:
        file.truncate(200_000_000)
    found = read_specs(tmp_path, "specs")
    assert {path: len(data) for path, data in found.items()} == {
        "specs/a.yaml": MAX_SPEC_BYTES + 1
    }


def test_without_a_limit_all_is_read(tmp_path):
    (tmp_path / "a.py").write_bytes(b"x" * 10)
    assert read_bytes(tmp_path, "a.py") == b"x" * 10
    assert read_bytes(tmp_path, "a.py", 3) == b"xxxx"


@pytest.mark.parametrize(
    ("target", "what"),
    [
        pytest.param(".git/hooks/pre-commit", "leads into .git", id="git"),
        pytest.param("../other.py", "leads out of the project", id="out"),
    ],
)
def test_a_suite_is_no_link_to_elsewhere(tmp_path, target, what):
    root = tmp_path / "project"
    for folder in (".git/hooks", "generated"):
        (root / folder).mkdir(parents=True)
    (root / target).write_text("", "utf-8")
    (root / "generated" / "test_a.py").symlink_to(root / target)
    with pytest.raises(StorageError, match=f"generated/test_a.py: {what}"):
        Workspace(root, Config()).suite_files()


def test_a_suite_may_be_a_link_within_the_project(tmp_path):
    (tmp_path / "generated").mkdir()
    (tmp_path / "real.py").write_text("x = 1\n", "utf-8")
    (tmp_path / "generated" / "test_a.py").symlink_to(tmp_path / "real.py")
    files = Workspace(tmp_path, Config()).suite_files()
    assert files == {"generated/test_a.py": b"x = 1\n"}
