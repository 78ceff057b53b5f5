"""What ``[tool.suiteloom.history]`` says about how much of runs is remembered."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["HistoryConfig"]


@dataclass(frozen=True, slots=True)
class HistoryConfig:
    """How much is kept.

    Attributes:
        keep: Whether runs are added to the project's own history.
        runs: How many runs of a branch in an environment are kept whole.
        failures: For how many of them failures are kept.
        max_mb: How large the file may be, in millions of bytes; the oldest runs go first.
    """

    keep: bool = True
    runs: int = 200
    failures: int = 1000
    max_mb: int = 100
