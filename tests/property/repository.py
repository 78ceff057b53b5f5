"""A git repository around a project, and what git leaves to a person in a merge."""

from __future__ import annotations

import os
import subprocess

from bench_modules import load_bench
from forks import suiteloom_call

__all__ = ["RESOLUTIONS", "Repository", "chosen_side", "hunks_of", "resolved"]

_resolutions = load_bench("resolutions")
RESOLUTIONS = _resolutions.RESOLUTIONS
hunks_of = _resolutions.hunks_of
resolved = _resolutions.resolved

_ARGUMENTS = "merge-driver %O %A %B %P %L"
_PLACES = ("generated", "specs")


class Repository:
    """The work tree of a project under git, suiteloom's merge driver registered.

    Args:
        root: The project.
        store: A folder for git's own files, which are not to be among the project's.
        driver: What git calls in a merge; by default the command that people register.
    """

    def __init__(self, root, store, driver=""):
        self._root = root
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        self._environment = kept | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_EDITOR": "true",
        }
        files = {
            ".gitignore": ".suiteloom/\n*.suiteloom~\n",
            ".gitattributes": "generated/*.py merge=suiteloom\n",
        }
        for name, text in files.items():
            (root / name).write_text(text, "utf-8")
        self.git(
            "init", "-q", "-b", "main", "--template=", f"--separate-git-dir={store}"
        )
        settings = {
            "user.name": "someone",
            "user.email": "someone@example.org",
            "core.autocrlf": "false",
            "core.fsync": "none",
            "gc.auto": "0",
            "merge.conflictStyle": "diff3",
            "merge.suiteloom.driver": driver or f"{suiteloom_call()} {_ARGUMENTS}",
        }
        for key, value in settings.items():
            self.git("config", key, value)

    def git(self, *arguments, fails=False):
        """Run git; its stdout and stderr."""
        done = subprocess.run(
            ["git", *arguments],  # noqa: S607 - the one that people have
            cwd=self._root,
            env=self._environment,
            capture_output=True,
            check=False,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert not done.returncode or fails, out + err
        return out, err

    def commit(self):
        """Commit everything; the commit's name."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a change")
        return self.git("rev-parse", "HEAD")[0].strip()

    def files(self, commit):
        """The suites of a commit by path."""
        listed = self.git("ls-tree", "-r", "-z", "--name-only", commit, "generated")[0]
        paths = [path for path in listed.split("\0") if path.endswith(".py")]
        return {path: self.git("show", f"{commit}:{path}")[0] for path in paths}

    def unmerged(self):
        """Paths that a merge left to a person, with the versions that there are."""
        found = {}
        for line in self.git("ls-files", "-u", "-z")[0].split("\0"):
            if line:
                head, _, path = line.partition("\t")
                found[path] = found.get(path, "") + head.rpartition(" ")[2]
        return found

    def take(self, commit, place):
        """Make a folder what it was in a commit, as `git checkout` and `git clean` do."""
        assert place in _PLACES
        self.git("rm", "-rqf", "--cached", "--", place)
        for path in sorted((self._root / place).rglob("*")):
            if path.is_file():
                path.unlink()
        self.git("checkout", "-q", commit, "--", place)


def chosen_side(text, side):
    """A text without its conflicts, and the lines from 0 that each of them became.

    Args:
        text: The text.
        side: `ours` or `theirs`.
    """
    parts, places, end = [], [], 0
    for hunk in hunks_of(text):
        parts.append(text[end : hunk.start])
        first = sum(part.count("\n") for part in parts)
        parts.append(getattr(hunk, side))
        places.append(range(first, first + parts[-1].count("\n")))
        end = hunk.end
    return "".join([*parts, text[end:]]), places
