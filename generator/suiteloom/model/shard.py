"""Shards: the shares of a run that run apart, and what the record of one says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from suiteloom.model.finding import Finding

__all__ = ["FilePart", "Shard", "ShardRun", "Share", "plan_digest"]


@dataclass(frozen=True, slots=True)
class Shard:
    """Which of how many shards; the first is 1."""

    number: int
    of: int

    def __str__(self) -> str:
        """As ``--shard`` takes it."""
        return f"{self.number}/{self.of}"


@dataclass(frozen=True, slots=True)
class FilePart:
    """What a shard runs of one suite file.

    Attributes:
        path: POSIX, relative to the project root.
        ids: Of specified tests, in spec order.
        has_rest: Whether whatever else pytest collects from the file runs here, too: of
            the parts of a file one has it.
    """

    path: str
    ids: tuple[str, ...]
    has_rest: bool = True


Share = tuple[FilePart, ...]
"""What one shard runs, in spec order; empty if there is nothing left for it."""


@dataclass(frozen=True, slots=True)
class ShardRun:
    """What the record of a shard says besides how its tests ended.

    Attributes:
        shard: Which it is.
        plan: Digest of the plan: of the command and of every shard's share.
        command: The words after ``suiteloom`` that run all shards at once.
        share: What it was to run.
        findings: What was wrong with it.
    """

    shard: Shard
    plan: str
    command: tuple[str, ...]
    share: Share
    findings: tuple[Finding, ...] = ()


def plan_digest(command: Sequence[str], shares: Sequence[Share]) -> str:
    """Digest a plan, the same on every machine.

    Args:
        command: The words after ``suiteloom`` that run all shards at once.
        shares: Of every shard, in order.

    Returns:
        64 lower-case hexadecimal digits.
    """
    parts = [[[p.path, p.ids, p.has_rest] for p in share] for share in shares]
    text = json.dumps([list(command), parts], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
