"""Pages of the documentation that are played: commands, files, edits, and what is shown."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from moving_in import surroundings

from suiteloom.cli.edge import run_app

__all__ = [
    "DOCS",
    "Step",
    "environment",
    "indented",
    "play",
    "run_line",
    "steps",
    "table",
    "workbook",
]

DOCS = Path(__file__).resolve().parents[2] / "docs"
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EDIT = re.compile(
    r"`(?P<path>[\w./-]+)`(?:, (?P<how>below|in place of) `(?P<text>.+?)`)?:$"
)
_STREAMS = {1: "stdout", 2: "stderr"}
_ALONE = frozenset({"init", "new"})
"""Verbs that are run in a process of their own, as their reader does; others are not."""

_DURATION = re.compile(r"\bin \d+\.\d+s")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a page has its reader do.

    Attributes:
        kind: ``console``: commands and what they print; ``file``: a new file; ``below``
            or ``in place of``: an edit of one.
        text: What stands in the block.
        path: Of the file.
        old: The line, or the text, that an edit starts from.
        chapter: The heading that it stands below.
        start: Where the block's text begins in the page.
    """

    kind: str
    text: str
    path: str
    old: str
    chapter: str
    start: int


def steps(page: str) -> Iterator[Step]:
    """What a page has its reader do, in order.

    A block of another language than ``console`` follows a paragraph that ends by naming
    a file, and what it stands below or in place of: ```in `a.py`, below `import os`:```.
    """
    for found in _FENCE.finditer(page):
        chapter = page.rpartition("\n## ")[0] and page[: found.start()].rpartition(
            "\n## "
        )
        title = chapter[2].partition("\n")[0] if chapter else ""
        kind, text = found[1], found[2]
        if kind == "console":
            yield Step(kind, text, "", "", title, found.start(2))
            continue
        before = page[: found.start()].rstrip()
        edit = _EDIT.search(" ".join(before.rpartition("\n\n")[2].split("\n")))
        assert edit, f"nothing says where this goes: {text}"
        how, old = edit["how"] or "file", edit["text"] or ""
        yield Step(how, text, edit["path"], old, title, found.start(2))


def table(page: str) -> list[list[str]]:
    """The cells of the first table of a page."""
    lines = re.search(r"(?:^\|.*\|\n)+", page, re.MULTILINE)
    assert lines, "no table"
    rows = [line.strip("|").split("|") for line in lines[0].splitlines()]
    cells = [[cell.strip() for cell in row] for row in rows]
    return [row for row in cells if not set("".join(row)) <= set("-: ")]


def workbook(rows: list[list[str]], path: Path) -> None:
    """Write a workbook; cells below a group that are empty are merged with it."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append([cell or None for cell in row])
    first = 2
    for number in range(3, len(rows) + 2):
        if number > len(rows) or rows[number - 1][1]:
            sheet.merge_cells(f"B{first}:B{number - 1}")
            first = number
    book.save(path)


def run_line(line: str, folder: Path) -> tuple[str, int, Path]:
    """Run one line of a shell, as far as pages need it.

    Returns:
        What was printed, to stdout and stderr in the order of time; the exit code; the
        folder afterwards.
    """
    shown, code = "", 0
    for command in line.split(" && "):
        words = shlex.split(command)
        if words[0] == "cd":
            folder /= words[1]
            continue
        assert words[0] in {"suiteloom", "python"}, line
        if words[0] == "suiteloom" and words[1] not in _ALONE:
            text, code = _run_here(words[1:], folder)
            shown += text
            continue
        program = ["-m", *words] if words[0] == "suiteloom" else words[1:]
        done = subprocess.run(
            [sys.executable, *program],
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        shown, code = shown + done.stdout, done.returncode
    return shown, code, folder


def _run_here(arguments: list[str], folder: Path) -> tuple[str, int]:
    """Run a command in this process; gives what was printed, and the exit code."""
    kept = [os.dup(number) for number in _STREAMS]
    with tempfile.TemporaryFile() as file, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        variables = environment()
        for name in os.environ.keys() - variables.keys():
            patch.delenv(name)
        for name, value in variables.items():
            patch.setenv(name, value)
        for number, name in _STREAMS.items():
            os.dup2(file.fileno(), number)
            raw = io.BufferedWriter(io.FileIO(number, "w", closefd=False))
            stream = io.TextIOWrapper(raw, "utf-8", line_buffering=name == "stderr")
            patch.setattr(sys, name, stream)
        try:
            code = run_app(arguments)
        finally:
            sys.stdout.flush()
            for number, old in zip(_STREAMS, kept, strict=True):
                os.dup2(old, number)
                os.close(old)
        file.seek(0)
        return file.read().decode(), code


def environment() -> dict[str, str]:
    """As on a machine where nobody has set anything up."""
    seen = {"CI", "GITHUB_ACTIONS", "BUILD_NUMBER", "FORCE_COLOR", "COLUMNS"}
    kept = {name: text for name, text in surroundings().items() if name not in seen}
    return {**kept, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}


def play(step: Step, folder: Path) -> tuple[str, Path]:
    """Do what a step says.

    Returns:
        The text of its block as it comes out, with the folder afterwards.
    """
    if step.kind == "console":
        return _play_console(step.text, folder)
    path = folder / step.path
    if step.kind == "file":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.text, "utf-8")
        return step.text, folder
    there = path.read_text("utf-8")
    assert there.count(step.old) == 1, f"{step.old} in {step.path}"
    if step.kind == "below":
        place = there.index("\n", there.index(step.old)) + 1
        path.write_text(there[:place] + step.text + there[place:], "utf-8")
    else:
        new = textwrap.dedent(step.text).rstrip("\n")
        start = there[: there.index(step.old)].rpartition("\n")[2]
        indent = start if start.isspace() else ""
        lines = f"\n{indent}".join(new.splitlines())
        path.write_text(there.replace(step.old, lines), "utf-8")
    return step.text, folder


def _play_console(text: str, folder: Path) -> tuple[str, Path]:
    parts = []
    for line in text.splitlines():
        if line.startswith("$ "):
            shown, _, folder = run_line(line[2:], folder)
            lines = [part.rstrip() for part in shown.splitlines()]
            parts += [line, *lines]
    return _DURATION.sub("in 0.01s", "\n".join(parts) + "\n"), folder


def indented(page: str) -> list[str]:
    """The blocks of a page that are indented by four spaces."""
    found = re.findall(r"\n\n((?:    .*\n|\n)+)", page)
    return [textwrap.dedent(block) for block in found]
