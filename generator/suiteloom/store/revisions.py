"""The files of a project at a revision, read from git's objects; nothing is checked out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from suiteloom.errors import StorageError, UsageError
from suiteloom.model.identifiers import closest
from suiteloom.store.git import ask_git, batch_contents

__all__ = ["Entry", "Repository", "folder_in_repository"]

_SHALLOW = "`git fetch --unshallow` brings the rest of the history"

_BATCH = 20
"""How many contents of a history are read at a time; most often the first is wanted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a tree: its mode in octal digits, and the name of its content."""

    mode: str
    blob: str

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file, and neither a link nor a submodule."""
        return self.mode.startswith("100")


def folder_in_repository(root: Path) -> str:
    """The folder of a project in its repository, POSIX.

    Returns:
        Empty if it is the root of one, is in none, or git can not be run.
    """
    try:
        return Repository(root).prefix
    except UsageError:
        return ""


class Repository:
    """What git keeps of a project.

    Args:
        root: The project's folder. Paths are POSIX and relative to it.

    Attributes:
        prefix: That folder in the repository, POSIX; empty if it is its root.

    Raises:
        UsageError: If it is in no repository, or if git can not be run.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        done = self._git("rev-parse", "--is-inside-work-tree", "--show-prefix")
        if done.returncode:
            raise UsageError(
                f"no git repository around {root}",
                hint="`git init`; what is compared are revisions of git",
            )
        _, _, prefix = os.fsdecode(done.stdout).partition("\n")
        self.prefix = prefix.rstrip("\n").rstrip("/")

    def commit(self, name: str) -> str:
        """The commit that a name stands for.

        Raises:
            UsageError: If there is none; it names the command that brings it.
        """
        found = self._commit(name)
        if found:
            return found
        raise UsageError(f"no commit is called {name!r}", hint=self._remedy(name))

    def merge_base(self, one: str, other: str) -> str:
        """The commit at which two commits parted.

        Args:
            one: A commit.
            other: A commit.

        Raises:
            UsageError: If their histories do not meet, as far as they are here.
        """
        done = self._git("merge-base", one, other)
        if done.returncode == 0:
            return done.stdout.decode().strip()
        hint = _SHALLOW if self._is_shallow() else "name both sides, as in A..B"
        raise UsageError(
            f"{one[:9]} and {other[:9]} have no commit in common", hint=hint
        )

    def default_base(self) -> str:
        """The default branch of the remote that the present branch belongs to.

        Returns:
            Its name here, as ``origin/main``.

        Raises:
            UsageError: If there is no remote, or it is not known which it is.
        """
        remotes = self._git("remote").stdout.decode().split()
        branch = self._git("symbolic-ref", "--quiet", "--short", "HEAD")
        key = f"branch.{branch.stdout.decode().strip()}.remote"
        own = self._git("config", "--get", key).stdout.decode().strip()
        remote = own if own in remotes else ""
        if not remote and len(remotes) == 1:
            remote = remotes[0]
        if not remote and "origin" in remotes:
            remote = "origin"
        if not remote:
            raise UsageError(
                "there is no remote whose default branch could be the base",
                hint="name a base: `suiteloom diff HEAD` compares with the last commit",
            )
        head = self._git("symbolic-ref", "--quiet", f"refs/remotes/{remote}/HEAD")
        name = head.stdout.decode().strip().removeprefix("refs/remotes/")
        if head.returncode or not self._commit(name):
            raise UsageError(
                f"the default branch of {remote!r} is not known here",
                hint=f"`git remote set-head {remote} --auto` asks for it; or name a base",
            )
        return name

    def tree(self, commit: str, places: Iterable[str]) -> dict[str, Entry]:
        """The files of a commit in some folders, or of some names.

        Args:
            commit: A commit.
            places: Files and folders; what is not there is left out.

        Returns:
            Everything in and below them that is no folder, by path.
        """
        command = ("ls-tree", "-r", "-z", commit, "--", *places)
        done = self._checked(*command)
        found = {}
        for line in filter(None, done.split(b"\0")):
            facts, _, path = line.partition(b"\t")
            mode, _, blob = facts.decode().split(" ")
            found[os.fsdecode(path)] = Entry(mode, blob)
        return found

    def read(self, entries: Mapping[str, Entry]) -> dict[str, bytes]:
        """The bytes of files by path, all read by one process.

        Raises:
            StorageError: If one is not here, and can not be fetched either.
        """
        paths = list(entries)
        wanted = "".join(f"{entries[path].blob}\n" for path in paths)
        data = self._checked("cat-file", "--batch", given=wanted.encode())
        found = {}
        for path, content in zip(paths, batch_contents(data), strict=True):
            if content is None:
                raise StorageError(
                    "its content is not here", path=path, hint="`git fetch` brings it"
                )
            found[path] = content
        return found

    def versions(self, place: str) -> Iterator[tuple[str, bytes]]:
        """Every content that files in a folder had in the history of the present commit.

        Args:
            place: The folder.

        Yields:
            Path and bytes, newest first; a content that several commits have, once. What
            is not here ends it, as the beginning of the history does.
        """
        form = ("--format=", "--raw", "-z", "--no-abbrev", "--no-renames", "--relative")
        done = self._git("log", *form, "--diff-filter=AM", "HEAD", "--", place)
        words = done.stdout.split(b"\0")
        found: dict[str, tuple[str, Entry]] = {}
        for facts, path in pairwise(words):
            if facts.lstrip(b"\n").startswith(b":"):
                _, mode, _, blob, _ = facts.decode().split()
                entry = Entry(mode, blob)
                if entry.is_file:
                    found.setdefault(blob, (os.fsdecode(path), entry))
        waiting = list(found)
        while waiting:
            batch, waiting = waiting[:_BATCH], waiting[_BATCH:]
            try:
                contents = self.read({blob: found[blob][1] for blob in batch})
            except StorageError:
                return
            for blob, content in contents.items():
                yield found[blob][0], content

    def _commit(self, name: str) -> str:
        """The commit that a name stands for; empty if there is none."""
        if not name or name.startswith("-") or "\n" in name:
            return ""
        options = ("--verify", "--quiet", "--end-of-options")
        done = self._git("rev-parse", *options, f"{name}^{{commit}}")
        return done.stdout.decode().strip()

    def _remedy(self, name: str) -> str:
        """The command that brings a commit that is not here."""
        if self._is_shallow():
            return _SHALLOW
        remote, _, branch = name.partition("/")
        if branch and remote in self._git("remote").stdout.decode().split():
            return f"`git fetch {remote} {branch}` brings it if it is there"
        form = "--format=%(refname:short)"
        names = self._git("for-each-ref", form).stdout.decode("utf-8", "replace")
        close = closest(name, names.split())
        return f"did you mean {close}?" if close else "`git log` names commits"

    def _is_shallow(self) -> bool:
        done = self._git("rev-parse", "--is-shallow-repository")
        return done.stdout.strip() == b"true"

    def _checked(self, *arguments: str, given: bytes = b"") -> bytes:
        done = self._git(*arguments, given=given)
        if done.returncode:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
            last = lines[-1] if lines else "no message"
            raise StorageError(f"git {arguments[0]} failed: {last}")
        return done.stdout

    def _git(
        self, *arguments: str, given: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            return ask_git(self._root, *arguments, given=given)
        except OSError as error:
            raise UsageError(f"git can not be run: {error.strerror}") from error
