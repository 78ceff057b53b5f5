"""The packages under test: which files they are, and what changed since."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from suiteloom.model import CodeAge, CodeChange, CodeState, code_age
from suiteloom.store import packages, present_code


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)


def paths(root: Path, name: str, *besides: str) -> list[str]:
    return list(present_code(root, [name], besides).files[name])


def test_of_a_package_all_files_count(tmp_path):
    write(tmp_path, "shop/__init__.py", "shop/a.py", "shop/web/page.html")
    assert present_code(tmp_path, ["shop"]) == CodeState(
        {
            "shop": {
                path: digest(path)
                for path in ("shop/__init__.py", "shop/a.py", "shop/web/page.html")
            }
        }
    )


def test_caches_and_hidden_files_do_not_count(tmp_path):
    write(tmp_path, "shop/__init__.py", "shop/.a.py", "shop/__pycache__/a.pyc")
    write(tmp_path, "shop/b.pyc", "shop/.git/config")
    assert paths(tmp_path, "shop") == ["shop/__init__.py"]


def test_of_a_folder_python_and_the_files_of_packages_count(tmp_path):
    write(tmp_path, "src/a.py", "src/b.txt", "src/shop/__init__.py", "src/shop/c.txt")
    found = ["src/a.py", "src/shop/__init__.py", "src/shop/c.txt"]
    assert paths(tmp_path, "src") == found


def test_folders_that_are_no_code_under_test_are_left_out(tmp_path):
    write(tmp_path, "a.py", "generated/test_a.py")
    assert paths(tmp_path, ".", "generated") == ["a.py"]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        pytest.param("shop", "shop/__init__.py", id="root"),
        pytest.param("shop", "src/shop/__init__.py", id="src"),
        pytest.param("shop.cart", "src/shop/cart.py", id="module"),
        pytest.param("shop", "code/shop/__init__.py", id="pythonpath"),
    ],
)
def test_a_package_is_found_where_projects_keep_it(tmp_path, name, file):
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = code\n")
    write(tmp_path, file)
    assert paths(tmp_path, name) == [file]


def test_an_installed_package_is_found_and_not_imported(tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    package = elsewhere / "package_that_raises" / "__init__.py"
    package.parent.mkdir(parents=True)
    package.write_text("raise RuntimeError")
    monkeypatch.syspath_prepend(elsewhere)
    root = tmp_path / "project"
    root.mkdir()
    assert paths(root, "package_that_raises") == ["package_that_raises/__init__.py"]


def test_a_package_that_is_not_there_is_not_known(tmp_path):
    state = present_code(tmp_path, ["no_such_package"])
    assert state == CodeState(unknown={"no_such_package": "is not found"})


def test_a_package_that_can_not_be_read_is_not_known(tmp_path):
    write(tmp_path, "shop/__init__.py")
    (tmp_path / "shop" / "a.py").symlink_to("nowhere.py")
    unknown = present_code(tmp_path, ["shop"]).unknown
    assert unknown == {"shop": "can not be read: No such file or directory"}


def test_a_pipe_in_a_package_is_not_waited_for(tmp_path):
    write(tmp_path, "shop/__init__.py")
    os.mkfifo(tmp_path / "shop" / "a.py")
    unknown = present_code(tmp_path, ["shop"]).unknown
    assert unknown == {"shop": "holds something that is no file, a.py"}


def test_what_a_linked_folder_holds_is_not_known(tmp_path):
    write(tmp_path, "shop/__init__.py", "other/a.py")
    (tmp_path / "shop" / "other").symlink_to(tmp_path / "other")
    unknown = present_code(tmp_path, ["shop"]).unknown
    assert unknown == {"shop": "holds a link to a folder, other"}


def test_a_package_without_bound_is_not_known(tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "MAX_FILES", 1)
    write(tmp_path, "shop/__init__.py", "shop/a.py")
    unknown = present_code(tmp_path, ["shop"]).unknown
    assert unknown == {"shop": "has more than 1 files"}


THEN = CodeState(
    {"shop": {"shop/a.py": "1", "shop/b.py": "2"}}, {"cart": "is not found"}
)


@pytest.mark.parametrize(
    ("then", "now", "verdict", "said"),
    [
        pytest.param(THEN, CodeState(THEN.files), "same", [], id="same"),
        pytest.param(
            THEN,
            CodeState({"shop": {"shop/a.py": "0", "shop/c.py": "3"}}),
            "stale",
            ["shop/a.py changed", "shop/b.py removed", "shop/c.py added"],
            id="changed",
        ),
        pytest.param(
            THEN,
            CodeState(unknown={"shop": "is not found"}),
            "stale",
            ["shop can not be read any more"],
            id="lost",
        ),
        pytest.param(
            THEN,
            CodeState({"cart": {"cart.py": "1"}}),
            "unknown",
            ["cart is not found"],
            id="not-known-then",
        ),
        pytest.param(
            THEN,
            CodeState(THEN.files, {"cart": "can not be read: x"}),
            "unknown",
            ["cart can not be read: x"],
            id="not-known-now",
        ),
        pytest.param(
            THEN,
            CodeState({**THEN.files, "new": {"new.py": "1"}}),
            "unknown",
            ["new was not among the packages of the run"],
            id="configured-since",
        ),
        pytest.param(
            THEN,
            CodeState(),
            "unknown",
            ["no package under test is configured (`coverage` names them)"],
            id="none-configured",
        ),
        pytest.param(
            None,
            CodeState(THEN.files),
            "unknown",
            ["the run did not note what the code was"],
            id="old-record",
        ),
    ],
)
def test_results_are_stale_where_code_changed_and_unknown_where_nobody_can_tell(
    then, now, verdict, said
):
    age = code_age(then, now)
    assert (age.verdict, [*map(str, age.changes), *age.unknown]) == (verdict, said)


def test_a_file_of_two_packages_is_named_once():
    then = CodeState({"shop": {"shop/a/b.py": "1"}, "shop.a": {"shop/a/b.py": "1"}})
    now = CodeState({"shop": {"shop/a/b.py": "2"}, "shop.a": {"shop/a/b.py": "2"}})
    change = CodeChange("shop", "shop/a/b.py", "changed")
    assert code_age(then, now) == CodeAge((change,))


def test_a_package_has_another_digest_when_any_file_is_another():
    one, other = ({"shop": {"a.py": text}} for text in "12")
    assert CodeState(one).digests != CodeState(other).digests
    assert CodeState(one).digests == CodeState(dict(one)).digests


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        pytest.param(
            {"src/shop/a.py": "1", "src/shop/b.py": "2"}, True, id="elsewhere"
        ),
        pytest.param({"shop/a.py": "1", "shop/b.py": "3"}, False, id="changed"),
        pytest.param({"shop/a.py": "1"}, False, id="less"),
    ],
)
def test_what_a_package_holds_is_the_same_wherever_it_is_installed(other, is_same):
    here = CodeState({"shop": {"shop/a.py": "1", "shop/b.py": "2"}}).contents
    assert (CodeState({"shop": other}).contents == here) is is_same
