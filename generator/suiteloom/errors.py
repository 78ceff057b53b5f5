"""Errors: one root; each knows its exit code and, where it has one, its place.

    SuiteloomError                exit 6
    ├── UsageError                exit 2   wrong call or wrong configuration
    ├── SpecError                 exit 3   specs that can not be read as specs
    ├── RefusedError              exit 4   would touch hand-written text
    ├── ConflictError             exit 5   the lock is held, or a file changed meanwhile
    ├── StorageError              exit 6   a file can not be read or written
    └── RemoteError               exit 6   another machine can not be reached, or refuses

Errors only stop a command. What is wrong with a spec or a suite is a `Finding`, which is
data and is collected. An error prints nothing; `suiteloom.cli` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from suiteloom.model import Finding

__all__ = [
    "ConflictError",
    "RefusedError",
    "RemoteError",
    "SpecError",
    "StorageError",
    "SuiteloomError",
    "UsageError",
]


class SuiteloomError(Exception):
    """Root of everything that suiteloom raises on purpose.

    Args:
        message: What is wrong, one sentence without its place.
        path: File concerned, POSIX, relative to the project root; empty if none.
        line: 1-based line, or 0 if the file as a whole is meant.
        column: 1-based column, or 0.
        hint: What to do about it; empty if there is nothing to add.
    """

    exit_code: ClassVar[int] = 6

    def __init__(
        self,
        message: str,
        *,
        path: str = "",
        line: int = 0,
        column: int = 0,
        hint: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.hint = hint

    @property
    def place(self) -> str:
        """``path:line:column`` as far as it is known, else an empty string."""
        parts = [self.path, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts) if self.path else ""

    def __str__(self) -> str:
        """The message with its place and hint, as printed."""
        head = f"{self.place}: {self.message}" if self.place else self.message
        return f"{head}\n  hint: {self.hint}" if self.hint else head


class UsageError(SuiteloomError):
    """A wrong call or a wrong configuration."""

    exit_code = 2


class _FindingsError(SuiteloomError):
    """An error that is nothing but its findings."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"{len(findings)} problem{'s' * (len(findings) != 1)}")
        self.findings = findings


class SpecError(_FindingsError):
    """Specs that can not be read; `findings` holds every problem of all files."""

    exit_code = 3


class RefusedError(_FindingsError):
    """A plan that would touch hand-written text; nothing was written."""

    exit_code = 4


class ConflictError(SuiteloomError):
    """The lock is held, or a file changed between plan and write; nothing was written."""

    exit_code = 5


class StorageError(SuiteloomError):
    """A file can not be read or written; nothing was written."""

    exit_code = 6


class RemoteError(SuiteloomError):
    """Another machine, as a forge, can not be reached, or does not do what it is asked.

    Args:
        message: What is wrong.
        hint: What to do about it.
        is_passing: Whether it is not known what that machine did, and it may help to look
            and ask again.
    """

    exit_code = 6

    def __init__(
        self, message: str, *, hint: str = "", is_passing: bool = False
    ) -> None:
        super().__init__(message, hint=hint)
        self.is_passing = is_passing
