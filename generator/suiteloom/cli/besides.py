"""What verbs write for other programs, and to files besides what they print."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from suiteloom.errors import UsageError
from suiteloom.model import Finding

if TYPE_CHECKING:
    from suiteloom.cli.machine import End, Told

__all__ = ["read_also", "write_also", "write_text", "written_findings"]


def written_findings(
    findings: Sequence[Finding],
    form: str,
    root: Path,
    command: str,
    rules: Sequence[Told],
    ends: Iterable[End] = (),
) -> str:
    """Findings as another program takes them; paths are those of the repository.

    Args:
        findings: With paths relative to `root`.
        form: ``sarif``, ``github`` or ``gitlab``.
        root: The project's folder.
        command: The one that shows all of them.
        rules: For ``sarif``: each rule that was run.
        ends: For ``sarif``: where each finding ends, as far as that is known.
    """
    from suiteloom.cli import machine
    from suiteloom.store.revisions import folder_in_repository

    placed = machine.in_repository(findings, folder_in_repository(root))
    if form == "github":
        return machine.github_annotations(placed, command)
    prints = _fingerprints(findings, root)
    data: object
    if form == "gitlab":
        data = machine.code_quality(placed, prints)
    else:
        data = machine.sarif(placed, rules, prints, ends)
    return json.dumps(data, indent=2) + "\n"


def _fingerprints(findings: Iterable[Finding], root: Path) -> Iterator[str]:
    """What each finding is known by when lines come and go."""
    from suiteloom.workflows.audit import Lines, fingerprint

    lines = Lines(root)
    for finding in findings:
        text: Sequence[str] = ()
        if finding.path and finding.line:
            with suppress(OSError):  # it is about a file that is not there
                text = lines(finding.path)
        yield fingerprint(finding, text)


def read_also(
    texts: Sequence[str] | None, formats: Sequence[str], option: str = "--also"
) -> list[tuple[str, Path]]:
    """Format and file of each ``FORMAT=FILE``.

    Args:
        texts: As given on the command line.
        formats: Those that the verb can write.
        option: Named by messages.

    Raises:
        UsageError: If one is none, or the folder of the file is not there.
    """
    found = []
    for text in texts or ():
        form, _, file = text.partition("=")
        if form not in formats or not file:
            raise UsageError(
                f"{option} can not be {text!r}",
                hint=f"write FORMAT=FILE; the formats are {', '.join(formats)}",
            )
        if not Path(file).parent.is_dir() or Path(file).is_dir():
            raise UsageError(
                f"{option} can not write to {file}", hint="name another file"
            )
        found.append((form, Path(file)))
    return found


def write_also(
    files: Sequence[tuple[str, Path]], written: Callable[[str], str]
) -> None:
    """Write each file.

    Args:
        files: Format and place of each.
        written: Gives the text of a format.

    Raises:
        OSError: If one can not be written.
    """
    for form, file in files:
        write_text(file, written(form))


def write_text(file: Path, text: str) -> None:
    """Write one file, as UTF-8; what that has no form for is written as an escape.

    Raises:
        OSError: If it can not be written.
    """
    file.write_bytes(text.encode("utf-8", "backslashreplace"))
