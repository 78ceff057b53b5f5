"""An audit judges what has changed; what it says is what it says without a cache."""

import importlib
import json

import pytest
from audited import BAD, GOOD
from shop_project import commit, git

verb = importlib.import_module("suiteloom.workflows.audit.audit")

NEVER_CALLED = """\
def test_calls(mock):
    mock.assert_called_once_with
    assert mock.called_once
"""
TREE = {"tests/test_good.py": GOOD, "tests/test_bad.py": BAD, "tests/test_z.py": GOOD}


@pytest.fixture
def tree(example):
    return example(TREE)


@pytest.fixture
def judged(monkeypatch):
    """Paths of files that were judged, a list for each run."""
    runs = []

    def recording(root, paths, *arguments):
        runs.append(list(paths))
        return real(root, paths, *arguments)

    real = verb.examine_files
    monkeypatch.setattr(verb, "examine_files", recording)
    return runs


def report(tree, *options):
    said = tree.run("audit", "tests", "--format", "json", "--exit-zero", *options)
    return json.loads(said.out)


def test_the_second_run_judges_nothing_and_says_the_same(tree, judged):
    first, second = report(tree), report(tree)
    assert judged == [sorted(TREE), []]
    assert first == second


def test_one_changed_file_is_judged(tree, judged):
    report(tree)
    (tree.root / "tests/test_bad.py").write_text(GOOD)
    after = report(tree)
    assert judged[1:] == [["tests/test_bad.py"]]
    assert after == report(tree, "--no-cache")


def test_without_a_cache_all_are_judged_and_none_is_kept(tree, judged):
    report(tree, "--no-cache")
    assert not (tree.root / ".suiteloom").exists()
    report(tree, "--no-cache")
    assert judged == [sorted(TREE)] * 2


@pytest.mark.parametrize(
    ("change", "options"),
    [
        pytest.param({}, ("--select", "SL6"), id="rules"),
        pytest.param({}, ("--base-class", "shop.Case"), id="base-class"),
        pytest.param(
            {"pytest.ini": "[pytest]\npython_functions = check\n"}, (), id="pytest"
        ),
        pytest.param(
            {"suiteloom.toml": '[audit]\nsubjects = ["shop"]\n'}, (), id="configuration"
        ),
    ],
)
def test_other_settings_judge_anew(tree, judged, change, options):
    report(tree)
    for path, text in change.items():
        (tree.root / path).write_text(text)
    after = report(tree, *options)
    assert judged[1] == sorted(TREE)
    assert after == report(tree, "--no-cache", *options)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"tests/test_z.py": None}, id="removed"),
        pytest.param({"tests/test_y.py": GOOD}, id="copied"),
        pytest.param({"tests/test_z.py": BAD, "tests/test_bad.py": GOOD}, id="swapped"),
        pytest.param({"tests/test_z.py": "def test_a(:\n"}, id="not-python"),
        pytest.param({"tests/test_z.py": NEVER_CALLED}, id="found-by-ruff"),
        pytest.param({"tests/test_z.py": GOOD + GOOD}, id="replaced-test"),
    ],
)
def test_after_a_change_it_says_what_it_says_without_a_cache(tree, change):
    report(tree)
    for path, text in change.items():
        if text is None:
            (tree.root / path).unlink()
        else:
            (tree.root / path).write_text(text)
    after = report(tree)
    assert after == report(tree, "--no-cache")
    assert after == report(tree)


def test_check_asks_the_cache_too(shop, judged):
    first = shop("check")
    assert shop("check").out == first.out
    assert len(judged[0]) == 1
    assert judged[1] == []


def test_git_does_not_see_it(tree):
    git(tree.root, "init", "-q")
    commit(tree.root)
    report(tree)
    assert git(tree.root, "status", "--porcelain", "--untracked-files=all") == ""


def test_what_git_tracks_is_not_asked(tree, judged):
    git(tree.root, "init", "-q")
    report(tree)
    git(tree.root, "add", "-f", ".suiteloom")
    report(tree)
    assert judged == [sorted(TREE)] * 2
