"""Making sure that what suiteloom keeps for itself came from this work tree."""

from __future__ import annotations

import os
from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.store.git import ask_git, may_be_repository
from suiteloom.store.lock import FOLDER

__all__ = ["check_untracked"]


def check_untracked(root: Path) -> None:
    """Refuse a project whose own folder of suiteloom's is tracked by git.

    What is in there says how tests ended and what is still to be written: a branch that
    brings it along would speak for the machine that it is checked out on.

    Args:
        root: The project's folder. Without git, or outside of a repository, nothing is
            tracked.

    Raises:
        UsageError: If git tracks a file in that folder.
    """
    if not os.path.lexists(root / FOLDER) or not may_be_repository(root):
        return
    try:
        done = ask_git(root, "ls-files", "-z", "--", f":(icase){FOLDER}")
    except OSError:  # there is no git
        return
    if not done.stdout:
        return
    path = done.stdout.decode("utf-8", "replace").split("\0")[0]
    raise UsageError(
        "is tracked by git; what it says would be that of another machine",
        path=path,
        hint=f"`git rm -r --cached {path.partition('/')[0]}`, then commit",
    )
