"""Words that several layers write: counts in sentences, and what is left open."""

from __future__ import annotations

__all__ = ["TO_DO", "plural"]

TO_DO = "TODO"
"""Stands for what nobody has decided or written yet; a rule reports it until somebody has."""


def plural(count: int, noun: str) -> str:
    """``1 test``, ``2 tests``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
