"""The one way to ask git: nothing that a repository's configuration names is run for it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

__all__ = ["ask_git", "batch_contents", "may_be_repository", "read_git"]

_OPTIONS = (
    "--no-optional-locks",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.quotepath=off"),
)


def ask_git(
    root: Path,
    *arguments: str,
    given: bytes = b"",
    variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run git without hooks, monitors and locks that it can do without.

    Args:
        root: The folder to run it in.
        arguments: Its command and what belongs to it.
        given: Its standard input.
        variables: Of the environment, besides those of this process.

    Returns:
        How it ended, and what it printed.

    Raises:
        OSError: If it can not be run.
    """
    return subprocess.run(
        ["git", *_OPTIONS, *arguments],  # noqa: S607 - from PATH
        cwd=root,
        env={**os.environ, **(variables or {})},
        input=given,
        capture_output=True,
        check=False,
    )


def may_be_repository(folder: Path) -> bool:
    """Whether asking git about a folder is worth a process."""
    if "GIT_DIR" in os.environ:
        return True
    place = folder.resolve()
    return any((above / ".git").exists() for above in (place, *place.parents))


def read_git(root: Path, *arguments: str, lines: Iterable[str] = ()) -> bytes:
    """Ask git for what may not be there; nothing is fetched for it.

    Args:
        root: The folder to run it in.
        arguments: Its command and what belongs to it.
        lines: Its standard input.

    Returns:
        What it printed; nothing if it can not be run or says no.
    """
    given = "".join(f"{line}\n" for line in lines).encode()
    variables = {"GIT_NO_LAZY_FETCH": "1"}
    try:
        done = ask_git(root, *arguments, given=given, variables=variables)
    except OSError:
        return b""
    return done.stdout if done.returncode == 0 else b""


def batch_contents(data: bytes) -> Iterator[bytes | None]:
    """The objects in the output of ``git cat-file --batch``; None where there is none."""
    place = 0
    while (end := data.find(b"\n", place)) >= 0:
        size = data[place:end].rpartition(b" ")[2]
        place = end + 1
        if size.isdigit():
            yield data[place : place + int(size)]
            place += int(size) + 1
        else:
            yield None
