"""Two branches of one suite in a repository in memory, brought together by git.

Git calls the merge driver in this process, through two named pipes: a process of
Python for each merge would take most of the time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from branches import SUITE
from suiteloom.errors import SuiteloomError
from suiteloom.workflows.merge_driver import Versions, merge_by_units, write_merged

__all__ = ["WAYS", "Driver", "History", "Repository", "memory", "starting"]

WAYS = ("merge", "rebase", "cherry-pick", "revert", "stash pop")
_GO_ON = {
    "merge": ("commit", "-q", "--no-edit"),
    "rebase": ("rebase", "--continue"),
    "cherry-pick": ("cherry-pick", "--continue"),
    "revert": ("revert", "--continue"),
}
_SETTINGS = {
    "user.name": "someone",
    "user.email": "someone@example.org",
    "core.autocrlf": "false",
    "gc.auto": "0",
    "rerere.enabled": "false",
}
_SCRIPT = """\
printf '%s\\n' "$PWD" "$@" > "$(dirname "$0")/asked"
read -r code < "$(dirname "$0")/answered"
exit "$code"
"""


@dataclass(frozen=True)
class History:
    """The texts of one suite on two branches, oldest first.

    Attributes:
        way: How the two are brought together.
        base: The suite where they part.
        ours: After each commit of ours; of a revert, after what is reverted.
        theirs: After each commit of theirs; of a revert, the one that is reverted.
    """

    way: str
    base: str
    ours: Sequence[str]
    theirs: Sequence[str]

    @property
    def texts(self) -> list[str]:
        """All of them."""
        return [self.base, *self.ours, *self.theirs]


@contextmanager
def memory(name: str) -> Iterator[Path]:
    """A folder that is in memory where the system has one, and goes at the end."""
    place = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - ours alone
    with tempfile.TemporaryDirectory(prefix=f"suiteloom-{name}-", dir=place) as folder:
        yield Path(folder)


class Driver:
    """Answers git's calls of the merge driver.

    Args:
        folder: For the pipes.
    """

    def __init__(self, folder: Path) -> None:
        self._asked, self._answered = folder / "asked", folder / "answered"
        self._script = folder / "driver"
        self._failure: BaseException | None = None
        self._notes: list[str] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        for pipe in (self._asked, self._answered):
            os.mkfifo(pipe)
        self._script.write_text(_SCRIPT, "utf-8")
        self._thread.start()

    @property
    def call(self) -> str:
        """What to configure in git."""
        return f"sh '{self._script}' %O %A %B %P %L"

    def close(self) -> None:
        """End it.

        Raises:
            BaseException: What the driver raised, if it did.
        """
        self._asked.write_text("", "utf-8")
        self._thread.join()
        self.look()

    def look(self) -> list[str]:
        """What came of the calls since the last look.

        Returns:
            Why files were merged by lines.

        Raises:
            BaseException: What the driver raised, if it did.
        """
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        notes, self._notes = self._notes, []
        return notes

    def _serve(self) -> None:
        while lines := self._asked.read_text("utf-8").splitlines():
            try:
                code = self._merge(*lines)
            except (SuiteloomError, ValueError, AssertionError) as error:
                self._failure, code = error, 2
            self._answered.write_text(f"{code}\n", "utf-8")

    def _merge(
        self, root: str, base: str, ours: str, theirs: str, path: str, size: str
    ) -> int:
        places = (Path(root, name) for name in (base, ours, theirs))
        versions = Versions(*places, path, int(size))
        merged = merge_by_units(versions)
        write_merged(versions, merged)
        self._notes += filter(None, [merged.note])
        return int(merged.conflicts > 0)


def starting(folder: Path, driver: Driver | None) -> Path:
    """A repository without a commit, to begin others from.

    Args:
        folder: An empty one.
        driver: What git calls for suites.
    """
    repository = Repository(folder)
    repository.git("init", "-q", "-b", "main", "--template=")
    settings = dict(_SETTINGS)
    if driver is not None:
        settings["merge.suiteloom.driver"] = driver.call
    for key, value in settings.items():
        repository.git("config", key, value)
    info = folder / ".git" / "info"
    info.mkdir()
    (info / "exclude").write_text("specs/\n.suiteloom/\nsuiteloom.toml\n", "utf-8")
    (info / "attributes").write_text("generated/*.py merge=suiteloom\n", "utf-8")
    return folder


class Repository:
    """The work tree of a project under git; only its suite is tracked.

    Args:
        root: The project.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        self._environment = kept | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_EDITOR": "true",
        }

    def git(
        self, *arguments: str, fails: bool = False, data: str | None = None
    ) -> tuple[int, str]:
        """Run git; its exit code and what it printed.

        Raises:
            RuntimeError: If it is not 0, and `fails` does not say that it may be.
        """
        done = subprocess.run(
            ["git", *arguments],  # noqa: S607 - the one that people have
            cwd=self.root,
            env=self._environment,
            input=None if data is None else data.encode(),
            capture_output=True,
            check=False,
        )
        if done.returncode and not fails:
            said = (done.stdout + done.stderr).decode(errors="replace")
            raise RuntimeError(f"git {arguments[0]}: {said}")
        return done.returncode, done.stdout.decode(errors="replace")

    @property
    def suite(self) -> Path:
        """The suite in the work tree."""
        return self.root / SUITE

    def begin(self, history: History) -> bool:
        """Make the commits and bring the branches together.

        Returns:
            Whether git stopped at a conflict.
        """
        self._import(_commits(history))
        if history.way == "stash pop":
            self.git("checkout", "-q", "-f", "main")
            self.suite.write_text(history.ours[-1], "utf-8")
            self.git("stash", "-q")
            self.git("checkout", "-q", "theirs")
            return self._stops(history.way, "stash", "pop", "-q")
        self.git("checkout", "-q", "-f", "ours")
        command = {
            "merge": ("merge", "-q", "-m", "merge", "theirs"),
            "rebase": ("rebase", "-q", "theirs"),
            "cherry-pick": ("cherry-pick", "main..theirs"),
            "revert": ("revert", "--no-edit", f"HEAD~{len(history.ours)}"),
        }[history.way]
        return self._stops(history.way, *command)

    def go_on(self, way: str) -> bool:
        """Take what is in the work tree for the end of the conflicts.

        Returns:
            Whether git stopped at another conflict.
        """
        self.git("add", "--", SUITE)
        if way == "stash pop":
            self.git("commit", "-q", "--allow-empty", "-m", "what was stashed")
            self.git("stash", "drop", "-q", fails=True)  # none after a clean one
            return False
        unchanged, _ = self.git("diff", "--cached", "--quiet", "HEAD", fails=True)
        if not unchanged and way != "merge":
            return self._stops(way, way, "--skip")
        return self._stops(way, *_GO_ON[way])

    def _stops(self, way: str, *command: str) -> bool:
        """Run a command of git; whether it stopped at a conflict.

        A commit that is emptied without one is passed over, as git asks for.
        """
        while self.git(*command, fails=True)[0]:
            if self.git("ls-files", "-u")[1]:
                return True
            if command == (way, "--skip"):  # nothing is in progress any more
                return False
            command = (way, "--skip")
        return False

    def copied(self, goal: Path) -> Repository:
        """The same somewhere else, in the middle of what it is at."""
        shutil.copytree(self.root, goal, symlinks=True)
        return Repository(goal)

    def _import(self, commits: Mapping[str, Sequence[str]]) -> None:
        lines = []
        for name, texts in commits.items():
            first = name == "main"
            mark, start = ("mark :1\n", "") if first else ("", "from :1\n")
            for number, text in enumerate(texts):
                lines.append(
                    f"commit refs/heads/{name}\n{mark}"
                    f"committer someone <someone@example.org> {1_700_000_000 + number} +0000\n"
                    f"data 1\n.\n{'' if number else start}"
                    f"M 100644 inline {SUITE}\ndata {len(text.encode())}\n{text}\n"
                )
        self.git("fast-import", "--quiet", "--done", data="".join([*lines, "done\n"]))


def _commits(history: History) -> dict[str, Sequence[str]]:
    """The texts that are committed on each branch."""
    if history.way == "revert":
        return {"main": [history.base], "ours": [*history.theirs, *history.ours]}
    commits = {"main": [history.base], "theirs": history.theirs}
    return commits if history.way == "stash pop" else commits | {"ours": history.ours}
