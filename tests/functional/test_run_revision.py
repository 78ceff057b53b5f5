"""Which commit the results are of: kept with the run, and said where it is not this one."""

import json
import os
import subprocess

import pytest

from suiteloom.model import Revision
from suiteloom.store import present_revision

KEPT = ".suiteloom/last-run.json"
SPEC = """\
suiteloom: 1
domain: shop
title: Shop
summary: From cart to paid order.
category: integration
groups:
  - title: Orders
    tests:
      - {id: SH-1, name: test_paid, summary: It is paid., kinds: [edge]}
"""
IDENTITY = ("-c", "user.name=x", "-c", "user.email=x@example.com")


@pytest.fixture
def shop(example, monkeypatch):
    """A project whose one test is pending, in no repository."""
    made = example(
        {
            "suiteloom.toml": 'bvj = "report"\n',
            "specs/shop.yaml": SPEC,
            "code.py": "",
            ".gitignore": ".suiteloom/\n",
        }
    )
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(made.root.parent))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.chdir(made.root)
    made.done()
    return made


def git(project, *arguments):
    command = ["git", *IDENTITY, *arguments]
    done = subprocess.run(command, cwd=project.root, check=True, capture_output=True)
    return done.stdout.decode().strip()


def commit(project):
    """Commit everything; give the commit."""
    git(project, "add", "-A")
    git(project, "commit", "-q", "--allow-empty", "-m", "x")
    return git(project, "rev-parse", "HEAD")


@pytest.fixture
def kept(shop):
    """The same in a repository, with a record of a run made by hand: one test passed."""
    git(shop, "init", "-q")
    suite = "generated/test_shop_integration_comprehensive.py"
    here = commit(shop)

    def keep(of=here, *, clean):
        import hashlib

        run = {
            "schema": "suiteloom.run/3",
            "commit": of,
            "tree_clean": clean,
            "environments": [""],
            "coverage_percent": None,
            "coverage_by_environment": {},
            "suites": {suite: hashlib.sha256(shop.bytes(suite)).hexdigest()},
            "collected": ["SH-1"],
            "unspecified": {},
            "tests": [],
        }
        shop.write(KEPT, json.dumps(run))
        return here

    return keep


def test_a_run_keeps_the_commit_of_a_clean_tree(shop):
    git(shop, "init", "-q")
    here = commit(shop)
    shop.run("run")
    kept = json.loads(shop.read(KEPT))
    assert (kept["commit"], kept["tree_clean"]) == (here, True)


def test_a_run_keeps_that_nothing_is_known_without_a_repository(shop):
    shop.run("run")
    kept = json.loads(shop.read(KEPT))
    assert (kept["commit"], kept["tree_clean"]) == (None, None)


def test_status_says_nothing_of_results_of_the_tree_as_it_is(shop, kept):
    kept(clean=True)
    assert "results of" not in shop.run("status").out


def test_status_names_the_commit_of_results_of_another_one(shop, kept):
    before = kept(clean=True)
    now = commit(shop)
    said = f"results of {before[:9]}; the commit is {now[:9]} now"
    assert said in shop.run("status").out


def test_status_says_that_the_tree_was_not_clean(shop, kept):
    here = kept(clean=False)
    said = f"results of {here[:9]} and uncommitted changes\n"
    assert said in shop.run("status").out


def test_the_longest_line_fits_80_columns(shop, kept):
    kept(clean=False)
    commit(shop)
    lines = shop.run("status").out.splitlines()
    (line,) = (line for line in lines if line.startswith("results of"))
    assert len(line) <= 80


@pytest.mark.parametrize(
    "path", [pytest.param("code.py", id="changed"), pytest.param("new.py", id="new")]
)
def test_status_says_that_the_tree_changed_since(shop, kept, path):
    here = kept(clean=True)
    shop.write(path, "x = 1\n")
    assert f"results of {here[:9]}; the tree changed since" in shop.run("status").out


def test_status_says_that_the_commit_of_the_results_is_not_known(shop, kept):
    kept(of=None, clean=None)
    assert "results of a commit that is not known" in shop.run("status").out


def test_status_as_data_has_both_trees(shop, kept):
    here = kept(clean=True)
    shop.write("code.py", "x = 1\n")
    data = shop.run("status", "--format", "json").json
    assert data["run"] == {"commit": here, "tree_clean": True}
    assert data["present"] == {"commit": here, "tree_clean": False}


def test_status_as_data_has_no_run_where_there_is_none(shop):
    data = shop.run("status", "--format", "json").json
    assert data["run"] is None
    assert data["present"] == {"commit": None, "tree_clean": None}


@pytest.mark.parametrize(
    ("of", "clean"),
    [
        pytest.param("HEAD\u001b[31m", True, id="control"),
        pytest.param(17, True, id="number"),
        pytest.param("a" * 40, "yes", id="clean-as-text"),
    ],
)
def test_a_record_that_names_no_commit_is_none(shop, kept, of, clean):
    kept(of=of, clean=clean)
    assert shop.run("status", "--format", "json").json["run"] is None


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"core.fsmonitor": "{}"}, id="monitor"),
        pytest.param({"filter.mine.clean": "{}; cat"}, id="filter"),
        pytest.param(
            {"filter.mine.process": "{}", "filter.mine.required": "true"},
            id="filter-process",
        ),
    ],
)
def test_what_a_repository_would_have_git_run_is_not_run(shop, tmp_path, settings):
    shop.write(".gitattributes", "*.py filter=mine\n")
    git(shop, "init", "-q")
    here = commit(shop)
    mark = tmp_path / "ran"
    for name, command in settings.items():
        git(shop, "config", name, command.format(f"touch {mark}"))
    os.utime(shop.root / "code.py", (1, 1))
    assert present_revision(shop.root) == Revision(here, is_clean=True)
    assert not mark.exists()


def test_a_repository_without_a_commit_has_no_revision(shop):
    git(shop, "init", "-q")
    assert present_revision(shop.root) == Revision()


def test_without_git_nothing_is_known(shop, monkeypatch):
    git(shop, "init", "-q")
    commit(shop)
    monkeypatch.setenv("PATH", "")
    assert present_revision(shop.root) == Revision()
