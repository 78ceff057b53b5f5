"""What a change brought in: the same files as they were at another revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.store.git import ask_git

__all__ = ["changed_since", "read_at"]


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = ask_git(root, *arguments)
    except OSError as error:
        raise UsageError(f"git can not be run: {error.strerror}") from error
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(
            f"git {arguments[0]} failed: {lines[-1] if lines else 'no message'}",
            hint="name a revision that exists, as in `--diff main`",
        )
    return done.stdout


def changed_since(root: Path, base: str) -> Mapping[str, str]:
    """List the files that differ from a revision, untracked ones included.

    Args:
        root: A folder in the work tree.
        base: The revision. What branched off later on its side does not count: files
            are compared with where this branch left it.

    Returns:
        Present path to former path, both relative to `root`; the former is empty for a
        new file.

    Raises:
        UsageError: If there is no repository, or no such revision.
    """
    if base.startswith("-"):
        raise UsageError(f"{base!r} is no revision")
    start = _git(root, "merge-base", base, "HEAD").decode().strip()
    options = ["--name-status", "--find-renames", "--relative", "-z"]
    fields = _git(root, "diff", *options, start, "--").decode("utf-8", "replace")
    found: dict[str, str] = {}
    parts = iter(fields.split("\0"))
    for status in parts:
        if not status:
            break
        former = next(parts)
        if status[0] in "RC":
            found[next(parts)] = former if status[0] == "R" else ""
        elif status[0] == "A":
            found[former] = ""
        elif status[0] != "D":
            found[former] = former
    listed = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    found.update(dict.fromkeys(filter(None, listed.decode().split("\0")), ""))
    return found


def read_at(root: Path, base: str, paths: Iterable[str]) -> dict[str, bytes]:
    """Read files as they were where this branch left a revision.

    Args:
        root: A folder in the work tree.
        base: The revision.
        paths: Files that existed there, relative to `root`.
    """
    wanted: Sequence[str] = sorted(set(paths))
    start = _git(root, "merge-base", base, "HEAD").decode().strip()
    return {path: _git(root, "show", f"{start}:./{path}") for path in wanted}
