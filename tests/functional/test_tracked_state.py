"""What a branch brings along does not speak for this work tree."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from suiteloom.cli.edge import run_app
from suiteloom.store.journal import content_digest

GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


@pytest.fixture
def git(shop):
    def run(*arguments):
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@b", *arguments]
        subprocess.run(
            command,
            cwd=shop.root,
            env={**os.environ, **GIT},
            check=True,
            stdout=subprocess.DEVNULL,
        )

    run("init", "-q")
    return run


@pytest.mark.parametrize("name", ["last-run.json", "in-sync.json", "journal.json"])
@pytest.mark.parametrize("verb", ["generate", "check", "status"])
def test_state_that_git_tracks_is_refused(shop, git, name, verb):
    shop.write(f".suiteloom/{name}", "{}")
    git("add", "-f", f".suiteloom/{name}")
    before = shop.tree()
    result = shop(verb)
    assert result.exit == 2
    assert f".suiteloom/{name}: is tracked by git" in result.err
    assert "`git rm -r --cached .suiteloom`" in result.err
    assert shop.tree() == before


def test_init_refuses_it_as_well(shop, git, capture):
    git("add", "-f", ".suiteloom/in-sync.json")
    assert run_app(["init", str(shop.root)]) == 2
    assert ".suiteloom/in-sync.json: is tracked by git" in capture()[1]


def test_the_hint_helps(shop, git):
    git("add", "-f", ".suiteloom/in-sync.json")
    assert shop("generate").exit == 2
    git("rm", "-r", "-q", "--cached", ".suiteloom")
    assert shop("generate").exit == 0


def test_state_that_git_ignores_is_fine(shop, git):
    git("add", ".")
    git("commit", "-q", "-m", "x")
    assert shop("generate").exit == 0


def test_no_git_is_no_failure(shop, git, monkeypatch):
    git("add", "-f", ".suiteloom/in-sync.json")
    monkeypatch.setenv("PATH", str(shop.root))
    assert shop("generate").exit == 0


@pytest.mark.parametrize(
    ("path", "after", "said"),
    [
        pytest.param("notes.txt", b"", "no command writes here", id="removes-notes"),
        pytest.param("notes.txt", b"x", "no command writes here", id="replaces-notes"),
        pytest.param(".git/HEAD", b"", "can not be read", id="removes-git"),
        pytest.param(".GIT/HEAD", b"", "can not be read", id="git-by-another-spelling"),
    ],
)
def test_a_journal_touches_specs_and_suites_only(shop, git, path, after, said):
    git("add", "specs")
    shop.write("notes.txt", "mine\n")
    target = shop.root / path
    data = target.read_bytes() if target.exists() else b""
    entry = {
        "path": path,
        "new": ".suiteloom/staged/0.new" if after else "",
        "old": ".suiteloom/staged/0.old",
        "before": content_digest(data),
        "after": content_digest(after) if after else "",
    }
    shop.write(".suiteloom/staged/0.new", after.decode())
    shop.write(".suiteloom/journal.json", json.dumps({"entries": [entry]}))
    result = shop("generate")
    assert result.exit == 5
    assert said in result.err
    assert shop.read("notes.txt") == "mine\n"
    assert (shop.root / ".git/HEAD").exists()
