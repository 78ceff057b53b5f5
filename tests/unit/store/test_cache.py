"""A cache gives back what was kept in it, or nothing."""

import sqlite3

import pytest

from suiteloom.store import Cache


@pytest.fixture
def root(tmp_path):
    return tmp_path


def kept_in(root):
    (path,) = (root / ".suiteloom" / "cache").glob("*.db")
    return path


def test_what_is_kept_is_found_by_its_key(root):
    Cache(root, "facts").keep({b"a": b"1", b"b": b"2"})
    assert Cache(root, "facts").find([b"a", b"c"]) == {b"a": b"1"}


def test_a_later_value_takes_the_place_of_an_earlier_one(root):
    Cache(root, "facts").keep({b"a": b"1"})
    Cache(root, "facts").keep({b"a": b"2"})
    assert Cache(root, "facts").find([b"a"]) == {b"a": b"2"}


def test_what_is_only_asked_for_makes_no_folder(root):
    assert Cache(root, "facts").find([b"a"]) == {}
    Cache(root, "facts").keep({})
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("link", ["file", "folder"])
def test_a_link_is_not_followed(root, tmp_path_factory, link):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    Cache(elsewhere, "facts").keep({b"a": b"1"})
    theirs = kept_in(elsewhere)
    mine = root / ".suiteloom" / "cache"
    if link == "folder":
        mine.parent.mkdir()
        mine.symlink_to(theirs.parent)
    else:
        mine.mkdir(parents=True)
        (mine / theirs.name).symlink_to(theirs)
    before = theirs.read_bytes()
    cache = Cache(root, "facts")
    assert cache.find([b"a"]) == {}
    cache.keep({b"b": b"2"})
    assert theirs.read_bytes() == before


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"no database " * 500, id="something-else"),
        pytest.param(lambda data: data[: len(data) // 2], id="cut"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda data: data.replace(b"value", b"other"), id="other-data"),
    ],
)
def test_a_damaged_file_gives_nothing_and_serves_again(root, damage):
    Cache(root, "facts").keep({b"a": b"value" * 1000})
    path = kept_in(root)
    path.write_bytes(damage(path.read_bytes()))
    assert Cache(root, "facts").find([b"a"]) == {}
    Cache(root, "facts").keep({b"a": b"again"})
    Cache(root, "facts").keep({b"a": b"again"})
    assert Cache(root, "facts").find([b"a"]) == {b"a": b"again"}


def test_a_file_that_somebody_holds_is_passed_over(root, monkeypatch):
    monkeypatch.setattr("suiteloom.store.cache._PATIENCE_S", 0.01)
    Cache(root, "facts").keep({b"a": b"1"})
    holder = sqlite3.connect(kept_in(root), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert Cache(root, "facts").find([b"a"]) == {}
    Cache(root, "facts").keep({b"a": b"2"})
    holder.execute("ROLLBACK")
    holder.close()
    assert Cache(root, "facts").find([b"a"]) == {b"a": b"1"}


def test_what_nobody_asks_for_goes_after_thirty_days(root, monkeypatch):
    day = 86_400
    monkeypatch.setattr("time.time", lambda: 1000.0 * day)
    Cache(root, "facts").keep({b"asked": b"1", b"idle": b"2"})
    monkeypatch.setattr("time.time", lambda: 1020.0 * day)
    cache = Cache(root, "facts")
    cache.find([b"asked"])
    cache.keep({})
    monkeypatch.setattr("time.time", lambda: 1031.0 * day)
    Cache(root, "facts").keep({b"new": b"3"})
    found = Cache(root, "facts").find([b"asked", b"idle", b"new"])
    assert found == {b"asked": b"1", b"new": b"3"}
