"""Which commit a work tree stands at, and whether anything in it differs from that."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from suiteloom.model import Revision
from suiteloom.store.git import ask_git, may_be_repository

__all__ = ["present_branch", "present_revision"]

_STATUS = (
    *("status", "--porcelain=v2", "--branch", "-z", "--ignore-submodules=all"),
    *("--untracked-files=normal", "--", ":(top)"),
    *(
        f":(top,exclude,glob)**/{name}/**"
        for name in (".pytest_cache", "__pycache__", ".suiteloom")
    ),
)
_FILTERS = ("config", "-z", "--name-only", "--get-regexp", r"^filter\.")
_COMMIT = "# branch.oid "
_BRANCHES = (
    "GITHUB_HEAD_REF",
    "GITHUB_REF_NAME",
    "CI_COMMIT_REF_NAME",
    "BUILDKITE_BRANCH",
    "CIRCLE_BRANCH",
)
"""Variables in which machines of CI name the branch of a commit that they checked out."""


def present_revision(root: Path) -> Revision:
    """The commit that a project's work tree stands at.

    What a repository's own configuration would have git run (hooks, monitors, filters)
    is not run; where a filter would be asked, a file may count as changed.

    Args:
        root: The project's folder.

    Returns:
        It; nothing is known without git, outside of a repository, and before the first
        commit.
    """
    if not may_be_repository(root):
        return Revision()
    lines = _git(root, _STATUS, _without_filters(root)).split("\0")
    commit = "".join(
        line.removeprefix(_COMMIT) for line in lines if line.startswith(_COMMIT)
    )
    if not commit.isalnum():  # there is none yet
        return Revision()
    return Revision(commit, not any(line and line[0] != "#" for line in lines))


def present_branch(root: Path) -> str:
    """The branch that a project's work tree is on.

    Args:
        root: The project's folder.

    Returns:
        Its name; where a commit was checked out, what the machine of CI says; empty if
        nothing tells.
    """
    if not may_be_repository(root):
        return ""
    name = _git(root, ("symbolic-ref", "--quiet", "--short", "HEAD"), {}).strip()
    if name:
        return name
    return next(filter(None, map(os.environ.get, _BRANCHES)), None) or ""


def _without_filters(root: Path) -> dict[str, str]:
    """Variables that take the commands from every filter that git is told of."""
    names = _git(root, _FILTERS, {}).split("\0")
    drivers = dict.fromkeys(name.rpartition(".")[0] for name in names if name)
    pairs = list(chain.from_iterable(map(_disabled, drivers)))
    found = {"GIT_CONFIG_COUNT": str(len(pairs))}
    for number, (name, value) in enumerate(pairs):
        found[f"GIT_CONFIG_KEY_{number}"] = name
        found[f"GIT_CONFIG_VALUE_{number}"] = value
    return found


def _disabled(driver: str) -> Iterator[tuple[str, str]]:
    yield from ((f"{driver}.{word}", "") for word in ("clean", "smudge", "process"))
    yield f"{driver}.required", "false"


def _git(root: Path, arguments: tuple[str, ...], variables: Mapping[str, str]) -> str:
    """What git prints; nothing if it fails, or is not there."""
    try:
        done = ask_git(root, *arguments, variables=variables)
    except OSError:
        return ""
    return "" if done.returncode else os.fsdecode(done.stdout)
