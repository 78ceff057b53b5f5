"""Findings that are known already: of old code, or of another revision."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from suiteloom.audit.engine.facts import FileFacts, Flaw
from suiteloom.errors import StorageError, UsageError
from suiteloom.model import FileChange, Finding
from suiteloom.store import commit

__all__ = [
    "Known",
    "count_known",
    "fingerprint",
    "read_baseline",
    "relocate",
    "subtract",
    "write_baseline",
]

Known = Counter[tuple[str, str]]
"""How often a finding is known, by path and fingerprint."""

Lines = Callable[[str], Sequence[str]]
"""Gives the lines of a file by its path."""


def fingerprint(finding: Finding, lines: Sequence[str]) -> str:
    """Return what a finding is known by when lines above it come and go."""
    inside = 0 < finding.line <= len(lines)
    text = lines[finding.line - 1].strip() if inside else ""
    parts = f"{finding.code}\0{finding.message}\0{text}"
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def count_known(files: Iterable[FileFacts], lines: Lines) -> Known:
    """Count findings by what they are known by."""
    return Counter(
        (file.path, fingerprint(flaw.finding, lines(file.path)))
        for file in files
        for flaw in file.flaws
    )


def subtract(
    files: Iterable[FileFacts], known: Known, lines: Lines
) -> tuple[list[FileFacts], Known]:
    """Take known findings out.

    Args:
        files: What was found.
        known: What is known; it is not changed.
        lines: Gives the lines of a file by its path.

    Returns:
        The files without known findings, and what was known but not found.
    """
    left = Counter(known)
    result = []
    for file in files:
        kept: list[Flaw] = []
        for flaw in file.flaws:
            key = (file.path, fingerprint(flaw.finding, lines(file.path)))
            if left[key] > 0:
                left[key] -= 1
            else:
                kept.append(flaw)
        result.append(replace(file, flaws=tuple(kept)))
    return result, +left


def relocate(
    files: Iterable[FileFacts],
    known: Known,
    lines: Lines,
    is_there: Callable[[str], bool],
) -> Known:
    """Let what is known follow files that were moved.

    A finding that is known of a file that is not there any more, and that is found again
    in another one without being known there, was moved with its file.

    Args:
        files: What was found.
        known: What is known; it is not changed.
        lines: Gives the lines of a file by its path.
        is_there: Tells whether there is a file at a path.
    """
    lost = {path for path, _ in known if not is_there(path)}
    if not lost:
        return known
    moved = Counter(known)
    homes: dict[str, list[str]] = {}
    for (path, print_), count in sorted(known.items()):
        if path in lost:
            homes.setdefault(print_, []).extend([path] * count)
    left = Counter(known)
    for file in files:
        for flaw in file.flaws:
            print_ = fingerprint(flaw.finding, lines(file.path))
            if left[file.path, print_] > 0:
                left[file.path, print_] -= 1
            elif homes.get(print_):
                moved[homes[print_].pop(0), print_] -= 1
                moved[file.path, print_] += 1
    return +moved


def read_baseline(path: Path) -> Known:
    """Read a baseline file.

    Raises:
        UsageError: If it is none.
        StorageError: If it can not be read.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
        entries = data["findings"]
        return Counter(
            {
                (file, print_): int(count)
                for file, prints in entries.items()
                for print_, count in prints.items()
            }
        )
    except OSError as error:
        raise StorageError(
            f"can not be read: {error.strerror}", path=path.name
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "`suiteloom audit --write-baseline` makes one"
        raise UsageError("is no baseline", path=path.name, hint=hint) from error


def write_baseline(root: Path, path: str, known: Known) -> None:
    """Write a baseline file, entries in order.

    Raises:
        StorageError: If it can not be written.
    """
    findings: dict[str, dict[str, int]] = {}
    for (file, print_), count in sorted(known.items()):
        findings.setdefault(file, {})[print_] = count
    data = {"schema": "suiteloom.baseline/1", "findings": findings}
    target = root / path
    before = target.read_bytes() if target.is_file() else None
    after = (json.dumps(data, indent=1) + "\n").encode()
    if before != after:
        commit(root, [FileChange(path, before, after)])
