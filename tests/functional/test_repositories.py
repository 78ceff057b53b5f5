"""suiteloom comes into repositories that have a life of their own, and disturbs nothing.

That suiteloom is not installed is shown by ``-p no:suiteloom``: pytest then never loads
the entry point, which is all that suiteloom adds to a run of pytest. One test shows the
same with two environments, where it is given a wheel.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yaml
from moving_in import LIST, apply_printed, own_part, settle, suiteloom, witnessed
from repositories import REPOSITORIES

from campaigns import sized

WHEEL = os.environ.get("SUITELOOM_WHEEL", "")
AWAY = ("-p", "no:suiteloom")
TELLING = ("monorepo-folder", "testpaths")
SOME = [
    pytest.param(repository, id=repository.name)
    for repository in sorted(REPOSITORIES, key=lambda r: r.name not in TELLING)
][: sized(1, len(REPOSITORIES))]


@pytest.fixture(scope="session")
def settled(tmp_path_factory):
    """Writes a repository once, and says what pytest does there without suiteloom."""

    @cache
    def make(repository):
        folder = settle(repository, tmp_path_factory.mktemp("repository"))
        return folder, witnessed(repository, folder, *AWAY)

    return make


@pytest.mark.parametrize("repository", SOME)
def test_installing_changes_no_outcome(repository, settled):
    folder, before = settled(repository)
    assert witnessed(repository, folder) == before


@pytest.mark.parametrize("repository", SOME)
def test_every_verb_is_green_and_own_tests_stay_as_they_were(
    repository, settled, tmp_path
):
    before = settled(repository)[1]
    folder = settle(repository, tmp_path)
    move_in(repository, folder)
    after = witnessed(repository, folder)
    assert own_part(after, folder) == own_part(before, settled(repository)[0])
    assert suites_of(after) == {
        "test_a_card_is_charged_once": "Skipped: pending: CH-001",
        "test_a_refund_reaches_the_card": "Skipped: pending: CH-002",
        "test_reserved_characters_survive_a_query": "passed",
    }


def move_in(repository, folder, python=sys.executable):
    """From `init` to a green `build`, with what `init` says pasted."""

    def run(*arguments):
        return suiteloom(repository, folder, *arguments, python=python)

    said = json.loads(run("init", "--keep", "--format", "json"))
    apply_printed(folder, said)
    again = json.loads(run("init", "--diff", "--format", "json"))
    assert (again["pytest"], list(filter(None, again["lacking"].values()))) == ([], [])
    (folder / "list.csv").write_text(LIST, "utf-8")
    run("new", "checkout", "--from-list", "list.csv", "--defaults")
    run("generate")
    run("check")
    run("build")
    (folder / "list.csv").unlink()


def suites_of(seen):
    """The tests of suites in a run, each with the reason for its skip or its outcome."""
    found = {}
    for name, phases in seen["tests"].items():
        if "generated/" in name:
            outcomes = {outcome: reason for _, outcome, reason, _ in phases}
            found[name.rpartition("::")[2]] = outcomes.get("skipped", "passed")
            assert "failed" not in outcomes
    return found


def test_files_that_stay_are_whole_with_what_was_printed(tmp_path):
    (repository,) = (r for r in REPOSITORIES if r.name == "files-of-the-template")
    folder = settle(repository, tmp_path)
    said = suiteloom(repository, folder, "init", "--keep", "--format", "json")
    apply_printed(folder, json.loads(said))
    hooks = yaml.safe_load((folder / ".pre-commit-config.yaml").read_text())
    assert [[hook["id"] for hook in repo["hooks"]] for repo in hooks["repos"]] == [
        ["suiteloom-generate", "suiteloom-check"],
        ["lint"],
    ]


@pytest.mark.skipif(not WHEEL, reason="SUITELOOM_WHEEL names no wheel to install")
def test_two_environments_one_without_suiteloom(tmp_path):
    """An environment of pytest and anyio alone, and then with the wheel."""
    (repository,) = (r for r in REPOSITORIES if r.name == "anyio")
    folder = settle(repository, tmp_path / "repository")
    python = str(tmp_path / "venv/bin/python")
    install(sys.executable, "-m", "venv", str(tmp_path / "venv"))
    pip = (python, "-m", "pip", "install", "-q", "--disable-pip-version-check")
    install(*pip, "pytest", "anyio")
    before = witnessed(repository, folder, python=python)
    install(*pip, WHEEL)
    assert witnessed(repository, folder, python=python) == before
    move_in(repository, folder, python)
    assert own_part(witnessed(repository, folder, python=python), folder) == own_part(
        before, folder
    )


def install(*command):
    subprocess.run(command, check=True)


def test_wheel_brings_no_plugin_but_its_own():
    """The other half of why an entry point left out is suiteloom left out."""
    data = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert list(data["project"]["entry-points"]["pytest11"]) == ["suiteloom"]
