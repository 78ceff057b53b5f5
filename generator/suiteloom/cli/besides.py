"""What verbs write for other programs, and to files besides what they print."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.model import Finding

__all__ = ["read_also", "write_also", "write_text", "written_findings"]


def written_findings(
    findings: Sequence[Finding],
    form: str,
    root: Path,
    command: str,
    rules: Sequence[tuple[str, str, str, str]],
) -> str:
    """Findings as another program takes them; paths are those of the repository.

    Args:
        findings: With paths relative to `root`.
        form: ``sarif``, ``github`` or ``gitlab``.
        root: The project's folder.
        command: The one that shows all of them.
        rules: For ``sarif``: code, name, summary and reason of each rule that was run.
    """
    from suiteloom.cli import machine
    from suiteloom.store.revisions import folder_in_repository

    placed = machine.in_repository(findings, folder_in_repository(root))
    if form == "github":
        return machine.github_annotations(placed, command)
    if form == "gitlab":
        issues = machine.code_quality(placed, _fingerprints(findings, root))
        return json.dumps(issues, indent=2) + "\n"
    return json.dumps(machine.sarif(placed, rules), indent=2) + "\n"


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
