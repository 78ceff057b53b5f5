"""`merge-driver`: bytes, broken files, failures, and what else git does with branches."""

from __future__ import annotations

import os

import pytest
from merge_repository import SUITE, Repo, adding, chain, inserted, reversing, titled

from suiteloom.cli.edge import run_app
from suiteloom.workflows import merge_driver


@pytest.fixture
def repo(tmp_path):
    return Repo(tmp_path / "with")


@pytest.fixture
def plain(tmp_path):
    """The same without the driver."""
    return Repo(tmp_path / "without", driver=False)


def test_bytes_are_as_in_ours(repo):
    def as_windows(text):
        return "\ufeff" + text.replace("\n", "\r\n").removesuffix("\r\n")

    repo.part(
        ours=chain(repo.body("SH-001", "tok_ä"), as_windows),
        theirs=chain(repo.body("SH-002", "tok_b"), repo.body("SH-009", "tok_c")),
    )
    repo.merge()
    data = repo.suite.read_bytes()
    assert data.startswith(b'\xef\xbb\xbf"""')
    assert data.count(b"\n") == data.count(b"\r\n") > 100
    assert data.endswith(b"del value")
    assert len(repo.text.split("\r\n")) == 1 + data.count(b"\n")


def test_mixed_line_ends_stay(repo):
    mixed = "    # tok_mixed\r\n"
    repo.part(
        base=inserted('    @pytest.mark.spec("SH-004"', mixed),
        ours=repo.body("SH-001", "tok_a"),
        theirs=repo.body("SH-002", "tok_b"),
    )
    repo.merge()
    assert repo.suite.read_bytes().count(b"\r\n") == 1
    assert mixed in repo.text


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda t: t + "def broken(:\n", id="no-python"),
        pytest.param(lambda t: t + "# \udcff\n", id="no-utf-8"),
        pytest.param(
            lambda t: t.replace('mark.spec("SH-008"', 'mark.spec("SH-007"'), id="copy"
        ),
        pytest.param(
            lambda t: (
                t + '\n\n@pytest.mark.spec("SH-050")\ndef test_stray():\n    pass\n'
            ),
            id="marker-without-class",
        ),
        pytest.param(lambda t: t + "# \x01\n", id="control"),
        pytest.param(lambda t: t + "# a\r# b\n", id="lone-return"),
    ],
)
@pytest.mark.parametrize("side", ["base", "ours", "theirs"])
def test_what_can_not_be_read_is_merged_by_lines(repo, plain, broken, side):
    results = []
    for each in (repo, plain):
        branches = {
            "ours": each.body("SH-001", "tok_a"),
            "theirs": each.body("SH-005", "tok_b"),
        }
        if side == "base":
            branches = {
                "ours": lambda t: t.replace("Order 1 arrives.", "tok_a"),
                "theirs": lambda t: t.replace("Order 5 arrives.", "tok_b"),
                "base": broken,
            }
        else:
            branches[side] = chain(branches[side], broken)
        each.part(**branches)
        done = each.merge()
        results.append((each.suite.read_bytes(), done.returncode))
        noted = b"merged by lines" in done.stderr
        assert noted is (each is repo)
    assert results[0] == results[1]


def test_rebase(repo):
    repo.commit()
    repo.git("checkout", "-q", "-b", "theirs")
    repo.commit(repo.body("SH-001", "tok_b"))
    repo.commit(repo.respec(edit=adding(0, 3, 102)))
    repo.git("checkout", "-q", "-b", "ours", "main")
    repo.commit(repo.respec(edit=reversing(0)))
    repo.git("checkout", "-q", "theirs")
    repo.git("rebase", "-q", "ours")
    assert repo.order()[:4] == ["SH-003", "SH-102", "SH-002", "SH-001"]
    assert "tok_b" in repo.place("SH-001")[2]
    assert repo.git("log", "--format=%s").stdout.count(b"\n") == 4


def test_suite_added_on_both_sides(repo):
    text = repo.text
    repo.suite.unlink()
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "no suite")
    for name, identity in (("theirs", "SH-002"), ("ours", "SH-001")):
        repo.git("checkout", "-q", "-b", name, "main")
        repo.suite.parent.mkdir(exist_ok=True)
        repo.text = text
        repo.commit(repo.body(identity, f"tok_{name}"))
    repo.merge()
    assert "tok_theirs" in repo.place("SH-002")[2]
    assert "tok_ours" in repo.place("SH-001")[2]


@pytest.fixture
def versions(tmp_path, repo):
    """The three files of a driver, of a merge that lines can do as well."""
    texts = [
        repo.text,
        *(repo.body(i, f"tok_{i[-1]}")(repo.text) for i in ("SH-001", "SH-005")),
    ]
    paths = [tmp_path / name for name in ("O", "A", "B")]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, "utf-8")
    return paths


def test_internal_failure_is_a_merge_by_lines(versions, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(merge_driver, "merge_suites", fail)
    assert run_app(["merge-driver", *map(str, versions), SUITE]) == 0
    merged = versions[1].read_text("utf-8")
    assert "tok_1" in merged
    assert "tok_5" in merged


def test_failed_write_leaves_the_file_whole(versions, monkeypatch, capfd):
    def fail(_):
        raise OSError(28, "No space left on device")

    before = versions[1].read_bytes()
    monkeypatch.setattr(os, "fsync", fail)
    assert run_app(["merge-driver", *map(str, versions), SUITE]) == 6
    assert versions[1].read_bytes() == before
    assert sorted(
        path.name for path in versions[0].parent.iterdir() if path.is_file()
    ) == ["A", "B", "O"]
    assert "No space left on device" in capfd.readouterr().err


def test_mode_stays(versions):
    versions[1].chmod(0o754)
    assert run_app(["merge-driver", *map(str, versions), SUITE]) == 0
    assert versions[1].stat().st_mode & 0o777 == 0o754


def test_missing_version(tmp_path, capfd):
    missing = str(tmp_path / "O")
    assert run_app(["merge-driver", missing, missing, missing, SUITE]) == 6
    assert "can not be read" in capfd.readouterr().err


def test_result_that_is_no_suite_is_merged_by_lines(repo, plain):
    for each in (repo, plain):
        each.part(
            ours=each.respec(edit=titled(0, "Basket")),
            theirs=each.respec(edit=titled(2, "Basket")),
        )
    done = repo.merge()
    plain.merge()
    assert b"class TestBasket stands there 2 times; merged by lines" in done.stderr
    assert repo.text == plain.text
