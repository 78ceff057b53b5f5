"""A project in a folder of its own, driven as a person drives it: files and commands."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pending_calls import found, replaced
from suiteloom.cli.edge import run_app

__all__ = ["Example", "Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its stdout, read as JSON."""
        return json.loads(self.out)

    @property
    def findings(self) -> list[str]:
        """Codes of the findings of a refusal in JSON format."""
        return [finding["code"] for finding in self.json["findings"]]


class Example:
    """A project of given files.

    Args:
        root: An existing folder.
        files: Content by path relative to it; text is written as UTF-8, as it stands.
    """

    def __init__(self, root: Path, files: Mapping[str, str | bytes]) -> None:
        self.root = root
        for path, content in files.items():
            self.write(path, content)

    def write(self, path: str, content: str | bytes) -> None:
        """Write one file, making its folder."""
        data = content.encode() if isinstance(content, str) else content
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    def bytes(self, path: str) -> bytes:
        """The bytes of a file."""
        return (self.root / path).read_bytes()

    def read(self, path: str) -> str:
        """The text of a file, line ends as they are."""
        return self.bytes(path).decode()

    def replace(self, path: str, *changes: tuple[str, str]) -> None:
        """Replace texts in a file, each of which stands in it exactly once.

        ``self.pending()`` in an old text stands for any pending call.
        """
        text = self.read(path)
        for old, new in changes:
            count = len(found(text, old))
            assert count == 1, f"{old!r} stands {count} times"
            text = replaced(text, old, new)
        self.write(path, text)

    def run(self, verb: str, *arguments: str) -> Outcome:
        """Run a command in this process."""
        out, err = io.StringIO(), io.StringIO()
        folder = self.root if verb == "audit" else Path()  # what PATH is relative to
        with redirect_stdout(out), redirect_stderr(err), chdir(folder):
            code = run_app([verb, *arguments, "--project", str(self.root)])
        return Outcome(code, out.getvalue(), err.getvalue())

    def generate(self, *arguments: str) -> Outcome:
        """Run ``generate`` with JSON output."""
        return self.run("generate", *arguments, "--format", "json")

    def done(self, *arguments: str) -> Outcome:
        """Run ``generate``, which has to succeed."""
        outcome = self.generate(*arguments)
        assert outcome.code == 0, outcome.out + outcome.err
        return outcome

    def paths(self) -> list[Path]:
        """Every file, those of suiteloom's own folder left out, sorted."""
        own = self.root / ".suiteloom"
        files = (path for path in self.root.rglob("*") if path.is_file())
        return sorted(path for path in files if own not in path.parents)

    def tree(self) -> dict[str, bytes]:
        """The bytes of every file by path."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in self.paths()
        }

    def marks(self) -> dict[str, tuple[int, int, int]]:
        """Inode, modification and change time of every file: they tell of any write."""
        found = {}
        for path in self.paths():
            status = path.stat()
            times = (status.st_ino, status.st_mtime_ns, status.st_ctime_ns)
            found[path.relative_to(self.root).as_posix()] = times
        return found
