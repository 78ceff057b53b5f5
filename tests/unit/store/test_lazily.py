"""Files as mappings: read when asked for, and never two readings that differ."""

import pytest

from suiteloom.errors import ConflictError, StorageError
from suiteloom.store import Changed, FilesOnDisk, read_specs

ONE, TWO = b"one\n", b"two\n"


@pytest.fixture
def files(tmp_path):
    """Two files, `b` before `a`."""
    (tmp_path / "a").write_bytes(ONE)
    (tmp_path / "b").write_bytes(TWO)
    return FilesOnDisk(tmp_path, ["b", "a"])


def test_files_are_read_in_the_order_given(files):
    assert list(files.items()) == [("b", TWO), ("a", ONE)]


def test_a_file_that_is_none_of_these_is_a_missing_key(files):
    assert "c" not in files
    assert files.get("c") is None


def test_nothing_is_read_before_it_is_asked_for(files, tmp_path):
    (tmp_path / "a").write_bytes(TWO)
    assert files["a"] == TWO


def test_to_ask_whether_a_file_is_there_reads_nothing(tmp_path):
    assert "a" in FilesOnDisk(tmp_path, ["a"])


def test_a_file_that_changed_between_two_readings_is_a_conflict(files, tmp_path):
    assert files["a"] == ONE
    (tmp_path / "a").write_bytes(TWO)
    with pytest.raises(ConflictError, match="changed while suiteloom was at work"):
        files["a"]


def test_a_file_that_went_between_two_readings_is_a_conflict(files, tmp_path):
    assert files["a"] == ONE
    (tmp_path / "a").unlink()
    with pytest.raises(ConflictError) as caught:
        files["a"]
    assert caught.value.path == "a"


def test_a_file_that_was_never_read_and_is_gone_can_not_be_read(files, tmp_path):
    (tmp_path / "a").unlink()
    with pytest.raises(StorageError, match="can not be read"):
        files["a"]


def test_specs_are_read_no_further_than_a_reader_needs_to_refuse_them(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("suiteloom.store.lazily.MAX_SPEC_BYTES", 4)
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "shop.yaml").write_bytes(b"123456")
    assert read_specs(tmp_path, "specs")["specs/shop.yaml"] == b"12345"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, {"b": TWO, "a": ONE}, id="nothing"),
        pytest.param({"a": TWO}, {"b": TWO, "a": TWO}, id="changed"),
        pytest.param({"c": ONE}, {"b": TWO, "a": ONE, "c": ONE}, id="made"),
        pytest.param({"b": None}, {"a": ONE}, id="removed"),
        pytest.param({"c": None}, {"b": TWO, "a": ONE}, id="removed-without-being"),
    ],
)
def test_files_after_changes(files, changes, expected):
    after = Changed(files, changes)
    assert list(after.items()) == list(expected.items())
    assert len(after) == len(expected)
    assert [path in after for path in "abc"] == [path in expected for path in "abc"]
    assert after.get("c") == expected.get("c")
