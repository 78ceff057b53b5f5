"""Files that verbs write of a run besides what they print."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from suiteloom.cli.besides import read_also, write_text
from suiteloom.errors import UsageError

if TYPE_CHECKING:
    from suiteloom.cli.run_rows import RunRows
    from suiteloom.model import Finding, Project
    from suiteloom.results import LastRun
    from suiteloom.workflows.project import Workspace

__all__ = ["RunFiles", "read_run_files", "rows_of"]

_JUNIT = ("junit", "xunit2")
_OURS = b'<testsuites name="suiteloom"'
_HEAD_BYTES = 200


@dataclass(frozen=True, slots=True)
class RunFiles:
    """What is to be written of a run.

    Attributes:
        files: Format and place of each.
        split: The most tests that a file of JUnit XML has; 0 is no limit.
    """

    files: tuple[tuple[str, Path], ...]
    split: int = 0

    def write(self, printed: Callable[[], str], rows: Callable[[], RunRows]) -> None:
        """Write each file.

        Args:
            printed: Gives what the verb prints as JSON.
            rows: Gives the run; called only if a format needs it.

        Raises:
            OSError: If one can not be written.
        """
        needs_rows = any(form != "json" for form, _ in self.files)
        run = rows() if needs_rows else None
        for form, file in self.files:
            if run is None or form == "json":
                write_text(file, printed())
            elif form == "ctrf":
                from suiteloom.cli.ctrf_run import ctrf_run

                write_text(file, json.dumps(ctrf_run(run), indent=2) + "\n")
            else:
                self._write_junit(run, form, file)

    def _write_junit(self, run: RunRows, form: str, file: Path) -> None:
        """Write one file, or as many as its tests take."""
        from suiteloom.cli.junit_run import junit_run

        texts = junit_run(run, is_strict=form == "xunit2", split=self.split)
        places = [file]
        if self.split:
            places = [_part(file, number + 1) for number in range(len(texts))]
            for old in _parts_of_before(file):
                if old not in places:
                    old.unlink()
        for place, text in zip(places, texts, strict=True):
            write_text(place, text)


def read_run_files(also: Sequence[str] | None, split: int | None) -> RunFiles:
    """Read ``--also`` and ``--junit-split``.

    Args:
        also: As given on the command line: ``FORMAT=FILE`` each.
        split: The most tests that a file of JUnit XML has; None is no limit.

    Raises:
        UsageError: If one can not be.
    """
    files = read_also(also, ("json", *_JUNIT, "ctrf"))
    if split and not any(form in _JUNIT for form, _ in files):
        raise UsageError(
            "--junit-split has nothing to split", hint="add --also junit=FILE"
        )
    return RunFiles(tuple(files), split or 0)


def rows_of(
    workspace: Workspace,
    last: LastRun,
    findings: Sequence[Finding],
    project: Project | None = None,
) -> RunRows:
    """Put each outcome of a run beside what its spec says.

    Args:
        workspace: The project.
        last: The kept run.
        findings: Of the run.
        project: Its specs, if they have been read already.
    """
    from suiteloom.cli.run_rows import run_rows
    from suiteloom.model import in_quarantine
    from suiteloom.workflows.suspects import suspect_ids

    project = project or workspace.load()
    suspects = suspect_ids(workspace, project)
    held = in_quarantine(project.suites, workspace.today)
    return run_rows(last, project, findings, suspects, held)


def _part(file: Path, number: int) -> Path:
    return file.with_name(f"{file.stem}-{number}{file.suffix}")


def _parts_of_before(file: Path) -> Iterator[Path]:
    """Parts that an earlier run wrote: taken for parts of this one if they stayed."""
    for path in file.parent.iterdir():
        number = path.stem.removeprefix(f"{file.stem}-")
        if number.isdecimal() and path == _part(file, int(number)) and path.is_file():
            with path.open("rb") as opened:
                if _OURS in opened.read(_HEAD_BYTES):
                    yield path
