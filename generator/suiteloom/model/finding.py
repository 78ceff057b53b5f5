"""One thing that is wrong, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "Place", "Severity"]

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file: POSIX path relative to the root, 1-based line and column.

    A line of 0 means the whole file, a column of 0 the whole line.
    """

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """``path:line:column`` as far as it is known; empty if there is no path."""
        parts = [self.path, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts) if self.path else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth knowing, with its place and remedy.

    Attributes:
        code: Stable code, two letters and three digits; docs/findings.md lists them.
        severity: Errors make the answer of a command no; warnings and notes do not.
        message: What is wrong, one sentence without its place.
        path: File, POSIX, relative to the project root; empty if there is none.
        line: 1-based, 0 if the whole file is meant.
        column: 1-based in characters, 0 if the whole line is meant.
        hint: What to do about it; may be empty.
        id: The test that it is about; empty if it is about none, or about several.
        related: Where the other one of two things stands that do not go together.
    """

    code: str
    severity: Severity
    message: str
    path: str = ""
    line: int = 0
    column: int = 0
    hint: str = ""
    id: str = ""
    related: Place | None = None

    @property
    def place(self) -> str:
        """``path:line:column`` as far as it is known, else an empty string."""
        return str(Place(self.path, self.line, self.column))

    @property
    def advice(self) -> str:
        """Where the other thing stands, if there is one, and what to do about it."""
        where = f"first at {self.related}" if self.related else ""
        return "; ".join(part for part in (where, self.hint) if part)

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Orders findings by place, then code, then message."""
        return (self.path, self.line, self.column, self.code, self.message)
