"""What another program found in a file, as data."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["External"]


@dataclass(frozen=True, slots=True)
class External:
    """One finding of another linter: its code, its message and the place, 1-based."""

    code: str
    message: str
    line: int
    column: int
